"""`inspection scan`: a folder or share, without any database, one JSON row per file."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inspection.cli.usage import Parser
from inspection.language import speak

if TYPE_CHECKING:
    from inspection.crawling.scan import ScanCounts

MOST_WORKERS = 64
TOLD_EVERY_SECONDS = 5.0
SHOWN_EVERY_SECONDS = 0.1
# as `rules/messages.yaml` has them, and a test holds them to it: to read that file costs a fifth of a small scan
WORDS = {
    ("read_status", "scanned"): "已讀取",
    ("read_status", "unreadable"): "無法讀取",
    ("read_status", "skipped"): "略過",
    ("verdict", "unmarked_sensitive"): "疑似敏感未標示",
    ("verdict", "marked"): "已標示",
    ("verdict", "defective_mark"): "標示不全",
    ("verdict", "clean"): "未見異常",
    ("verdict", "unknown"): "無法判斷",
}
HELP_WIDTH = 100  # to ask the terminal loads archive readers: 5 ms at each start


def scan_command(arguments: Sequence[str], *, program: str = "inspection scan") -> int:
    """Scans a folder or share outside a campaign; returns the exit status (0 done, 1 a person is needed).

    Taken apart by argparse: typer alone would cost more processor time than ten thousand unchanged files.
    """
    given = scan_parser(program).parse_args(arguments)
    if given.explain:
        return _explained(given)
    # the readers and detectors are loaded for this verb alone
    from inspection.crawling.sandboxed import SandboxedJudges
    from inspection.crawling.scan import ScanRequest, scan

    request = ScanRequest(given.path, given.jsonl, baseline=given.baseline, resume=given.resume)
    with SandboxedJudges(workers=given.workers, rules_file=given.rules, second_reading=True) as crew:
        counts = scan(request, crew, tell=_tell, progress=_progress())
    _end_line()
    _tell(summary(counts))
    for reason in counts.needs_a_person:
        _tell(speak(f"須由人員檢視：{reason}", f"needs a person: {reason}"))
    if given.json:
        told = {name: counts.of(name) for name in ("status", "reason", "verdict", "level")}
        figures = {"files": counts.done, "unchanged": counts.carried, "copies": counts.copies, **told}
        sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    return counts.exit_status


def _explained(given: argparse.Namespace) -> int:
    """Prints why one file is held for what it is."""
    from inspection.crawling.explain import explain
    from inspection.crawling.sandboxed import SandboxedJudges

    with SandboxedJudges(workers=1, rules_file=given.rules, second_reading=True) as crew:
        for line in explain(Path(given.path), crew):
            sys.stdout.write(f"{line}\n")
    return 0


def scan_parser(program: str) -> Parser:
    """What `inspection scan` takes; the page of commands is made from it."""
    parser = Parser(
        prog=program,
        formatter_class=lambda prog: argparse.HelpFormatter(prog, width=HELP_WIDTH),
        description="Scan a folder or share outside a campaign, without a database: one JSON row per file.",
        epilog="Exit status: 0 done; 1 done, but something needs a person; 2 wrong input; 3 the source is unavailable.",
    )
    parser.add_argument("path", help="a local folder, or smb://user@host:port/share/folder")
    goal = parser.add_mutually_exclusive_group(required=True)
    goal.add_argument("--jsonl", type=Path, metavar="OUT", help="where the rows go (mode 0600)")
    goal.add_argument("--explain", action="store_true", help="tell in words why one local file is held for what it is")
    parser.add_argument("--rules", type=Path, metavar="FILE", help="detector rules to use instead of the shipped")
    parser.add_argument(
        "--baseline", type=Path, metavar="PREVIOUS", help="rows of an earlier scan: unchanged files are not read again"
    )
    parser.add_argument("--resume", action="store_true", help="go on with an output that was interrupted")
    parser.add_argument("--workers", type=_workers, default=2, metavar="N", help="processes that read and judge (2)")
    parser.add_argument("--json", action="store_true", help="the figures as JSON on standard output")
    return parser


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(
            speak(f"須為 1 至 {MOST_WORKERS} 之數字，現為 {text!r}", f"a number from 1 to {MOST_WORKERS}, not {text!r}")
        )
    return int(text)


def summary(counts: ScanCounts) -> str:
    """The outcome in one line."""
    parts = [speak(f"共 {counts.seen} 檔，已讀 {counts.done} 檔", f"{counts.done} of {counts.seen} files")]
    parts += [_counted("read_status", name, number) for name, number in counts.of("status").items()]
    parts += [
        speak(f"未變更 {counts.carried}", f"{counts.carried} unchanged"),
        speak(f"內容重複 {counts.copies}", f"{counts.copies} copies"),
    ]
    parts += [_counted("verdict", name, number) for name, number in counts.of("verdict").items() if name != "clean"]
    return speak("，", ", ").join(parts)


def _counted(label: str, name: str, number: int) -> str:
    return speak(f"{WORDS[label, name]} {number}", f"{number} {name}")


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
            sys.stderr.write(
                speak(f"{counts.seen} 檔中已讀 {counts.done} 檔\n", f"{counts.done} of {counts.seen} files\n")
            )
        sys.stderr.flush()

    return show
