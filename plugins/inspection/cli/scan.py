"""`inspection scan`: a folder or share, without any database, one JSON row per file."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from inspection.crawling.scan import ScanCounts

TOLD_EVERY_SECONDS = 5.0
SHOWN_EVERY_SECONDS = 0.1


def scan_command(
    path: Annotated[str, typer.Argument(help="A local folder, or smb://user@host:port/share/folder.")],
    jsonl: Annotated[Path, typer.Option("--jsonl", help="Where the rows go, one JSON object per file (mode 0600).")],
    rules: Annotated[Path | None, typer.Option("--rules", help="Detector rules to use instead of the shipped.")] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Rows of an earlier scan: unchanged files are not read again.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an output that was interrupted.")] = False,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that read and judge.")] = 2,
) -> None:
    """Scan a folder or share outside a campaign, without a database."""
    # the readers and detectors are loaded for this verb alone
    from inspection.crawling.sandboxed import SandboxedJudges
    from inspection.crawling.scan import ScanRequest, scan

    request = ScanRequest(path, jsonl, baseline=baseline, resume=resume)
    with SandboxedJudges(workers=workers, rules_file=rules) as crew:
        counts = scan(request, crew, tell=_tell, progress=_progress())
    _end_line()
    _tell(summary(counts))
    for reason in counts.needs_a_person:
        _tell(f"needs a person: {reason}")
    raise typer.Exit(counts.exit_status)


def summary(counts: ScanCounts) -> str:
    """The outcome in one line."""
    parts = [f"{counts.done} of {counts.seen} files"]
    parts += [f"{number} {name}" for name, number in counts.of("status").items()]
    parts += [f"{counts.carried} unchanged", f"{counts.copies} copies"]
    parts += [f"{number} {name}" for name, number in counts.of("verdict").items() if name != "clean"]
    return ", ".join(parts)


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _end_line() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\n")


def _progress() -> Callable[[ScanCounts], None]:
    """A bar on a terminal, a line now and then elsewhere."""
    on_terminal = sys.stderr.isatty()
    every = SHOWN_EVERY_SECONDS if on_terminal else TOLD_EVERY_SECONDS
    last = time.monotonic()

    def show(counts: ScanCounts) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < every:
            return
        last = now
        if on_terminal:
            share = counts.done / counts.seen if counts.seen else 0.0
            bar = ("█" * int(share * 30)).ljust(30, "░")
            sys.stderr.write(f"\r{bar} {counts.done}/{counts.seen}")
        else:
            sys.stderr.write(f"{counts.done} of {counts.seen} files\n")
        sys.stderr.flush()

    return show


alone = typer.Typer(name="inspection", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)


@alone.callback()
def _inspection() -> None:
    """Secrecy inspections; see `inspection --help` for all verbs."""


alone.command("scan")(scan_command)
