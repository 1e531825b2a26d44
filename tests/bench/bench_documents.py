"""How many times faster than docxtpl a document is filled, both in one run: `python tests/bench/bench_documents.py`.

docxtpl is spared our drawing functions: where the template draws a code, it prints nothing and so has less to do.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "plugins"), str(REPOSITORY / "tests")]

from documents.specimens import SPECIMENS  # noqa: E402
from inspection.documents.render import render  # noqa: E402
from inspection.settings import TEMPLATES  # noqa: E402

# The campaign report draws charts by functions of ours that docxtpl does not have.
COMPARED = [name for name in SPECIMENS if name != "report/campaign_report.docx"]
AIM = 10  # the year calendar, a page of 400 cells, is the slowest at 11 to 12; a paper is filled 19 to 32 times faster


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Median of `rounds` runs, after one that does not count."""
    work()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def by_docxtpl(path: Path, data: dict[str, object]) -> bytes:
    """The same template and data by docxtpl, as safely as it can be used."""
    template = DocxTemplate(str(path))
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    environment.globals["qr"] = lambda *_: ""
    template.render(data, environment)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def main() -> int:
    """Prints a table; exit status 1 where a document misses the aim."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=40)
    rounds = options.parse_args().rounds
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{'document':<34}{'docxtpl ms':>12}{'ours ms':>10}{'ratio':>8}")
    worst = float("inf")
    for name in COMPARED:
        path, data = TEMPLATES / name, cast("dict[str, object]", SPECIMENS[name]())
        slow = milliseconds(lambda path=path, data=data: by_docxtpl(path, data), max(1, rounds // 2))  # type: ignore[misc]
        fast = milliseconds(lambda path=path, data=data: render(path, data), rounds * 5)  # type: ignore[misc]
        worst = min(worst, slow / fast)
        print(f"{name:<34}{slow:>12.1f}{fast:>10.2f}{slow / fast:>7.0f}x")
    chart_report = cast("Mapping[str, object]", SPECIMENS["report/campaign_report.docx"]())
    alone = milliseconds(lambda: render(TEMPLATES / "report/campaign_report.docx", chart_report), rounds)
    print(f"{'report/campaign_report.docx':<34}{'-':>12}{alone:>10.2f}       -")
    return 0 if worst >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
