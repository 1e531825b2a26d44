"""`python -m quality.measure [--sealed] [--write]`: how well `inspection scan` judges files whose truth is known."""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from inspection import clock
from quality.corpus import Label, as_json, build, templates
from quality.score import Score, Tally, classes_of, judged

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "detection-quality.md"


def scanned(folder: Path, out: Path) -> dict[str, dict[str, Any]]:
    """The rows of `inspection scan` on a folder, by path."""
    command = Path(sys.executable).with_name("inspection")
    done = subprocess.run(
        [str(command), "scan", str(folder), "--jsonl", str(out)], capture_output=True, text=True, check=False
    )
    if done.returncode > 1:
        raise SystemExit(f"inspection scan ended with {done.returncode}: {done.stderr[-2000:]}")
    rows = (json.loads(line) for line in out.read_text(encoding="utf-8").splitlines())
    return {row["path"]: row for row in rows}


def measured(
    *, sealed: bool, today: date, count: int = 8, kinds: set[str] | None = None, keep: Path | None = None
) -> tuple[Score, list[Label]]:
    """Generates the corpus, scans it as a user does, and judges the rows; `keep`: where all of it stays."""
    with tempfile.TemporaryDirectory() as made:
        base = keep or Path(made)
        folder = base / "files"
        folder.mkdir(parents=True, exist_ok=True)
        labels = build(folder, sealed=sealed, today=today, count=count, kinds=kinds)
        (base / "labels.jsonl").write_text(as_json(labels), encoding="utf-8")
        return judged(labels, scanned(folder, base / "rows.jsonl")), labels


def _line(name: str, tally: Tally) -> str:
    counts = f"{tally.right} | {tally.missed} | {tally.false}"
    return f"| {name} | {counts} | {tally.precision:.3f} | {tally.recall:.3f} | {tally.f1:.3f} |"


def figures(score: Score, labels: list[Label], title: str) -> list[str]:
    """The tables of one measurement in Markdown."""
    formats = sorted({label.kind for label in labels})
    used = len({label.template for label in labels})
    return [
        f"## {title}",
        "",
        f"{score.files} files of {used} templates in {len(formats)} formats ({', '.join(formats)}).",
        f"Verdict right for {score.verdicts_right} of {score.files}; false marks: {score.false_marks};",
        f"defects right for {score.defects_right} of {score.marked_files} rightly read marks.",
        "",
        "| question | right | missed | false | precision | recall | F1 |",
        "|---|---|---|---|---|---|---|",
        _line("unmarked sensitive", score.unmarked),
        _line("mark and its level", score.marks),
        *(_line(name, tally) for name, tally in sorted(score.categories.items())),
        "",
        f"### Misses ({len(score.misses)})",
        "",
        *(f"- {count} × {text}" for text, count in classes_of(score.misses)),
        *(["None."] if not score.misses else []),
        "",
    ]


def main() -> None:
    """Measures, prints every miss, and with `--write` puts the figures into docs/detection-quality.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sealed", action="store_true", help="the sealed templates instead of the open ones")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/detection-quality.md")
    parser.add_argument("--keep", type=Path, help="keep files, labels and rows here")
    chosen = parser.parse_args()
    today = clock.today() if hasattr(clock, "today") else clock.now().date()
    score, labels = measured(sealed=chosen.sealed, today=today, keep=chosen.keep)
    title = "Sealed templates" if chosen.sealed else "Open templates"
    print("\n".join(figures(score, labels, title)))
    print("\n".join(f"{miss}" for miss in score.misses))
    if chosen.write:
        _write(title, figures(score, labels, f"{title}, {today.isoformat()}"))


def _machine() -> str:
    model = next(
        (
            x.split(":", 1)[1].strip()
            for x in Path("/proc/cpuinfo").read_text().splitlines()
            if x.startswith("model name")
        ),
        "",
    )
    return (
        f"{model or platform.processor()}, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def _write(title: str, lines: list[str]) -> None:
    """Replaces the chapter of this measurement between its two comment lines."""
    text = PAGE.read_text(encoding="utf-8")
    opening, closing = f"<!-- {title} -->", f"<!-- end of {title} -->"
    before, _, rest = text.partition(opening)
    _, _, after = rest.partition(closing)
    counts = f"{len(templates(False))} open and {len(templates(True))} sealed templates. Measured on: {_machine()}."
    chapter = "\n".join([opening, "", *lines[:2], counts, "", *lines[2:], closing])
    PAGE.write_text(before + chapter + after, encoding="utf-8")


if __name__ == "__main__":
    main()
