"""A reading whose processor time is spent ends as timeout and keeps what it had read."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from inspection.extraction.passage import ReadLimits
from inspection.extraction.read import read_file
from inspection.extraction.time_limit import limit_time
rows = "姓名,備註\\n" + "王小明,一般事項\\n" * 2_000_000
limit_time()
short = read_file(rows.encode(), name="a.csv", limits=ReadLimits(wall_seconds=0.8, text_chars=10**9))
whole = read_file(rows[:900].encode(), name="a.csv", limits=ReadLimits(wall_seconds=5.0))
print(short.status.value, short.reason.value, len(short.passages) > 100, len(short.passages) < 2_000_000)
print(whole.status.value, whole.reason, len(whole.passages) > 10)
"""


def test_what_was_read_before_the_time_was_spent_is_kept_and_the_next_file_has_its_own() -> None:
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert told.stdout.splitlines() == ["unreadable timeout True True", "scanned None True"]
