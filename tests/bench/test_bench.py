"""Each part of `make bench` still runs to its end; what it measures is no matter here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "options", "last"),
    [
        ("bench/dag_parsing.py", ("dags/follow_up.py",), "follow_up.py"),
        ("bench/ocr.py", ("--pages", "1", "--recogniser", "rapidocr"), "rapidocr, all"),
        ("tests/bench/bench_documents.py", ("--rounds", "1"), "report/campaign_report.docx"),
        (
            "tests/bench/bench_shares.py",
            ("--files", "20", "--entries", "50", "--rounds", "1"),
            "our own processor time",
        ),
        (
            "tests/bench/bench_pages.py",
            ("--files", "1000", "--database", "sqlite", "--rounds", "1"),
            "aim: at most 300",
        ),
        (
            "tests/bench/bench_visitors.py",
            ("--files", "100", "--visitors", "4", "--rate", "4", "--seconds", "1", "--rounds", "1"),
            "aims: 4 pages a second",
        ),
        (
            "tests/bench/bench_review.py",
            ("--units", "12", "--database", "sqlite", "--rounds", "1"),
            "aim: at most 300",
        ),
        ("tests/bench/bench_listing.py", ("--files", "100", "200"), "aim: at most"),
        ("tests/bench/bench_suspect.py", ("--files", "30", "--earlier", "20", "60", "--rounds", "1"), "aim: at most"),
        ("tests/bench/bench_again.py", ("--tree", "40", "--database", "sqlite"), "at most a 50th"),
        ("tests/bench/bench_follow_up.py", ("--open", "300", "--due", "60", "--drafts", "10"), "drafts printed"),
        ("tests/bench/bench_keeping.py", ("--sizes", "100", "200"), "aims: a row"),
        ("tests/bench/bench_meaning.py", ("--megabytes", "1", "--rounds", "1"), "office files, 1 MB"),
        ("tests/bench/bench_scan.py", ("--unchanged-only", "--tree", "40", "--rounds", "1"), "unchanged texts"),
    ],
    ids=lambda value: Path(value).stem if isinstance(value, str) and value.endswith(".py") else "",
)
def test_a_part_of_the_bench_runs_to_its_end(program: str, options: tuple[str, ...], last: str) -> None:
    told = subprocess.run(
        [sys.executable, program, *options], cwd=REPOSITORY, capture_output=True, text=True, check=False,
        env={**os.environ, "INSPECTION_EXTRA_CORPUS": ""},
    )  # fmt: skip
    assert told.returncode in {0, 1}, told.stderr  # 1: an aim was missed, as so small a run may
    assert "Traceback" not in told.stderr, told.stderr
    assert last in told.stdout
