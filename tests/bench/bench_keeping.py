"""What keeping costs as an installation grows: `python tests/bench/bench_keeping.py`.

The record is verified whole, rows of a filed campaign and old rows of the clock's own work are taken away, each at two
sizes, on SQLite, each in a process and a folder of its own. Time must grow with the rows and memory must not: what is
printed is the ratio of processor time a row, and of the memory the work added, large to small.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "plugins"), str(REPOSITORY / "tests"), str(REPOSITORY)]

from sqlalchemy import insert  # noqa: E402

from inspection import clock, settings  # noqa: E402
from inspection.audit import chain  # noqa: E402
from inspection.audit.events import Happening, record_all  # noqa: E402
from inspection.campaigns import retention  # noqa: E402
from inspection.campaigns.open import Wanted, open_campaign  # noqa: E402
from inspection.model import Campaign, CrawledFile, CrawlFolder, CrawlRun, StageRun  # noqa: E402
from inspection.model.lifecycle import CampaignState, CrawlState  # noqa: E402
from inspection.operations.tidying import tidy  # noqa: E402
from inspection.roster.importing import apply  # noqa: E402
from inspection.rules import catalogue  # noqa: E402
from inspection.rules.roster import parse_roster  # noqa: E402
from inspection.store import migrate, roster  # noqa: E402
from inspection.store.session import session_scope  # noqa: E402
from inspection.vocabulary import ReadStatus, Verdict  # noqa: E402

CAMPAIGN, STAFF, RUN, SHARE = "C-bench", "P112", "C-bench-run", "U04"
CHUNK, A_FOLDER = 5000, 20
MOST_TIME, MOST_MEMORY = 2.0, 2.0
"""Aims: a row of the larger costs at most so much of one of the smaller, it adds at most so much memory. Of four times
the rows, work that grew with their square would cost four times a row, and memory that held them four times as much."""
LEAST_MB = 4.0
"""What an interpreter's own memory may move by; growth below it is none."""


def use(folder: Path) -> None:
    """The installation in a folder."""
    os.environ["INSPECTION_HOME"] = str(folder)
    os.environ["INSPECTION_DATABASE_URL"] = f"sqlite:///{folder / 'bench.db'}"
    os.environ.setdefault("INSPECTION_SECRET_KEY", "of the bench alone, nothing is kept under it")
    settings.reset()


def office(folder: Path) -> None:
    """An empty installation with the demo's people and one campaign."""
    use(folder)
    migrate.upgrade(os.environ["INSPECTION_DATABASE_URL"])
    with session_scope() as session:
        apply(session, parse_roster(REPOSITORY / "demo" / "roster.yaml"), actor="bench", at=clock.now())
        units = tuple(unit.id for unit in roster.units(session) if not unit.is_ethics)
        wanted = Wanted("semiannual", date(2026, 11, 2), date(2026, 11, 20), STAFF, units, CAMPAIGN, False)
        open_campaign(session, wanted, catalogue=catalogue.current(), at=clock.now())


def recorded(size: int) -> None:
    """A record of so many events, sealed."""
    at = clock.now()
    for first in range(0, size, CHUNK):
        many = [
            Happening(("crawled_file", str(one)), "looked_at", details={"count": one})
            for one in range(first, min(size, first + CHUNK))
        ]
        with session_scope() as session:
            record_all(session, many, at=at, actor=STAFF)
    with session_scope() as session:
        chain.seal(session, at=at)


def verified(size: int) -> None:
    """The record is walked whole."""
    with session_scope() as session:
        report = chain.verify(session, at=clock.now())
    assert report.fault is None, report.fault
    assert report.sealed >= size, report.sealed


def clocked(size: int) -> None:
    """So many rows of what the clock did, half a year ago."""
    long_ago = clock.now() - timedelta(days=180)
    for first in range(0, size, CHUNK):
        rows = [
            {"stage": "deliver_notices", "door": f"airflow:deliver_notices:{one}", "started_at": long_ago, "counts": {}}
            for one in range(first, min(size, first + CHUNK))
        ]
        with session_scope() as session:
            session.execute(insert(StageRun), rows)


def taken_away(size: int) -> None:
    """All of them go but the last."""
    with session_scope() as session:
        counts = tidy(session, at=clock.now())
    assert counts["runs_forgotten"] == size - 1, counts


def crawled(size: int) -> None:
    """A filed campaign whose crawl saw so many files, twenty a folder, and whose term is over."""
    long_ago = clock.now() - timedelta(days=2000)
    with session_scope() as session:
        campaign = session.get_one(Campaign, CAMPAIGN)
        campaign.state, campaign.archived_at, campaign.file_number = CampaignState.ARCHIVED, long_ago, "115/1"
        session.add(
            CrawlRun(
                id=RUN, campaign_id=CAMPAIGN, purpose="campaign", state=CrawlState.COMPLETE, rules_version="r",
                account="svc", opened_at=long_ago, closed_at=long_ago,
            )
        )  # fmt: skip
    for first in range(0, size, CHUNK):
        numbers = range(first, min(size, first + CHUNK))
        with session_scope() as session:
            session.execute(insert(CrawledFile), [_file(one, long_ago) for one in numbers])
            session.execute(insert(CrawlFolder), [_folder(one) for one in numbers if one % A_FOLDER == 0])


def _file(number: int, at: object) -> dict[str, object]:
    return {
        "run_id": RUN, "share_id": SHARE, "folder_key": f"{number // A_FOLDER:064x}",
        "path_key": f"{number * 7919 % 1_000_003:064x}", "path_shown": f"{number}.txt", "path_sealed": b"x" * 60,
        "size_bytes": 1, "modified_at": at, "changed_at": at, "file_id": str(number),
        "status": ReadStatus.SCANNED, "verdict": Verdict.CLEAN,
    }  # fmt: skip


def _folder(number: int) -> dict[str, object]:
    return {
        "run_id": RUN, "share_id": SHARE, "folder_key": f"{number // A_FOLDER:064x}", "listed_as": "a" * 64,
        "files": A_FOLDER, "calm": True, "readers_known": 0, "open_files": 0,
    }  # fmt: skip


def let_go(size: int) -> None:
    """All of it goes."""
    taken = retention.apply(session_scope, catalogue=catalogue.current(), at=clock.now(), actor="bench")
    assert sum(taken.values()) >= size, taken


WORK: dict[str, tuple[Callable[[int], None], Callable[[int], None], str]] = {
    "events": (recorded, verified, "events verified"),
    "files": (crawled, let_go, "files of a filed campaign taken away"),
    "runs": (clocked, taken_away, "rows of the clock's work taken away"),
}
"""By name: what is made ready, what is measured, and what it is called."""


def make_ready(kind: str, size: int, folder: Path) -> None:
    """What is measured afterwards, in a folder."""
    office(folder)
    WORK[kind][0](size)


def work_alone(kind: str, size: int, folder: Path) -> tuple[float, float, float]:
    """What the work takes in this process: seconds of processor, and megabytes before and added."""
    use(folder)
    with session_scope(read_only=True) as session:  # what is loaded at first use is no growth
        chain.waits(session)
        retention.look(session, catalogue=catalogue.current(), at=clock.now())
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.process_time()
    WORK[kind][1](size)
    taken = time.process_time() - start
    return taken, before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before


def measured(kind: str, size: int) -> tuple[float, float, float]:
    """Made ready in one process and done in another: as `work_alone`."""
    with tempfile.TemporaryDirectory() as folder:
        _apart(make_ready, kind, size, Path(folder))
        found: tuple[float, float, float] = _apart(work_alone, kind, size, Path(folder))
        return found


def _apart(step: Callable[..., Any], *given: object) -> Any:
    """Calls a function in a process of its own, which has loaded what this one has and done nothing."""
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        return pool.submit(step, *given).result()


def main() -> int:
    """Prints what was measured; exit status 1 where an aim is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs=2, default=(50_000, 200_000), metavar=("SMALL", "LARGE"))
    given = options.parse_args()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, SQLite")
    missed, sizes = False, sorted(given.sizes)
    for kind, (_, _, called) in WORK.items():
        (few, before, few_mb), (many, _, many_mb) = (measured(kind, size) for size in sizes)
        time_ratio = (many / sizes[1]) / max(few / sizes[0], 1e-9)
        memory_ratio = max(many_mb, LEAST_MB) / max(few_mb, LEAST_MB)
        each = 1_000_000 * many / sizes[1]
        print(
            f"{called}: {sizes[0]} in {few:.2f}, {sizes[1]} in {many:.2f} CPU s ({each:.0f} µs each), ratio a row "
            f"{time_ratio:.2f}; memory {before:.0f} MB and {few_mb:.1f}, {many_mb:.1f} more, ratio {memory_ratio:.2f}"
        )
        missed = missed or time_ratio > MOST_TIME or memory_ratio > MOST_MEMORY
    print(f"aims: a row at most {MOST_TIME}×, memory added at most {MOST_MEMORY}× (below {LEAST_MB:.0f} MB is none)")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
