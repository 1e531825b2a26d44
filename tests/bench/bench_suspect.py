"""How long drawing 疑似事項 takes with few and with many from earlier campaigns: run by hand, prints a ratio.

    uv run python tests/bench/bench_suspect.py [--files 10000] [--earlier 10000 98000] [--rounds 4]

Ten earlier campaigns found the same contents in turn, dismissed in the first; a last one finds a tenth of the few again
under other names, among what is new. What has grown is only what lies there from before. On
SQLite and on a PostgreSQL of its own; the fastest of the rounds, each rolled back.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent / "plugins")]

from sqlalchemy import insert, select, text  # noqa: E402

from findings.crawled import SHARE, Seen, counted, crawl  # noqa: E402
from inspection import settings  # noqa: E402
from inspection.findings.suspect import suspect  # noqa: E402
from inspection.findings.suspected import digest, likeness  # noqa: E402
from inspection.model import Campaign, CrawledFile, Person, ShareRecord, Suspicion, Unit  # noqa: E402
from inspection.model.lifecycle import CampaignState, SuspicionState  # noqa: E402
from inspection.rules import catalogue  # noqa: E402
from inspection.store import migrate  # noqa: E402
from inspection.store.session import dispose_engines, session_scope  # noqa: E402
from inspection.vocabulary import Severity, SuspicionKind  # noqa: E402
from servers.postgres import PostgresServer  # noqa: E402

AIM = 1.3
EARLIER_SECONDS = 23.5  # processor time of drawing 1,000 over 98,400 earlier ones, before any batch and index
CAMPAIGNS, LAST = 10, "last"
AT = datetime(2026, 11, 2, 1, tzinfo=UTC)


def settle(files: int, known: int) -> None:
    """An agency of one unit, eleven campaigns, and the crawl of the last: so many files, of which some are known."""
    with session_scope() as session:
        session.add(
            Unit(
                id=SHARE,
                name="單位",
                kind="unit",
                tags=[],
                staff_count=1,
                is_ethics=False,
                active=True,
            )
        )
        session.flush()
        session.add_all(
            [
                Person(id="P1", name="測試員", title="課員", email="p1@office.test", unit_id=None, active=True),
                ShareRecord(
                    id=SHARE, unit_id=SHARE, name="共用區", address="//fs.test/a", is_common=False, active=True
                ),
            ]
        )
        session.flush()
        session.add_all(_campaign(name) for name in (*map(str, range(CAMPAIGNS)), LAST))
    crawl(LAST, [Seen(f"改名{one}.txt", f"內容{one}" if one < known else f"新{one}") for one in range(files)])
    crawl("0", [Seen("代表.txt", "代表")])


def _campaign(name: str) -> Campaign:
    return Campaign(
        id=name, kind="semiannual", name=name, state=CampaignState.INSPECTING, window_start=AT,
        window_end=AT, checklist_due_on=AT.date(), first_crawl=False, opened_by="P1", opened_at=AT,
    )  # fmt: skip


def dismissed(count: int) -> None:
    """Earlier 疑似事項 by number, each dismissed: by campaign in turn, so that a content comes back every half-year."""
    with session_scope() as session:
        file = session.scalars(select(CrawledFile).where(CrawledFile.path_shown == "代表.txt")).one()
        session.expunge(file)  # only a pattern: what is changed on it is not written
        rows = []
        for number in range(count):
            file.content_key = digest(f"內容{number // CAMPAIGNS}")
            rows.append(
                {
                    "campaign_id": str(number % CAMPAIGNS), "unit_id": SHARE, "kind": SuspicionKind.UNMARKED,
                    "fingerprint": digest(str(number)), "likeness": likeness(SuspicionKind.UNMARKED, file),
                    "crawled_file_id": file.id, "state": SuspicionState.DISMISSED,
                    "suggested_severity": Severity.HIGH, "detectors": ["PII-NID"], "decided_by": "P1",
                    "decided_reason": "已核對", "ground": "other", "decided_at": AT,
                    "noted_at": AT + timedelta(days=182 * (number % CAMPAIGNS)),
                }
            )  # fmt: skip
        session.execute(insert(Suspicion), rows)
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ANALYZE"))  # as autovacuum does within a minute


class _Undone(Exception):
    """Ends a round without keeping what it wrote."""


def drawing() -> tuple[float, int]:
    """Seconds and statements of drawing the last campaign once, in the database the settings name."""
    rules = catalogue.current()
    try:
        with session_scope() as session, counted() as sent:
            start = time.perf_counter()
            suspect(session, LAST, catalogue=rules, actor="P1", at=AT)
            taken = time.perf_counter() - start
            raise _Undone
    except _Undone:
        return taken, len(sent)


def use(url: str) -> None:
    """What follows goes to this database."""
    os.environ["INSPECTION_DATABASE_URL"] = url
    settings.reset()


@contextmanager
def databases() -> Iterator[dict[str, tuple[str, str]]]:
    """Two empty databases of each kind, by name: one for few earlier ones, one for many."""
    with tempfile.TemporaryDirectory() as folder, PostgresServer() as server:
        os.environ |= {"INSPECTION_PROFILE": "test", "INSPECTION_SECRET_KEY": secrets.token_hex(32)}
        os.environ |= {"INSPECTION_HOME": folder}
        yield {
            "SQLite": (f"sqlite:///{folder}/few.db", f"sqlite:///{folder}/many.db"),
            "PostgreSQL": (server.create_database("few"), server.create_database("many")),
        }
        dispose_engines()


def main() -> int:
    """Prints a table; exit status 1 where the ratio misses the aim."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=10_000)
    options.add_argument("--earlier", type=int, nargs=2, default=[10_000, 98_000])
    options.add_argument("--rounds", type=int, default=4)
    given = options.parse_args()
    few, many = given.earlier
    worst = 0.0
    print(f"| {given.files:,} files drawn | {few:,} earlier: s | {many:,} earlier: s | ratio | statements |")
    print("|---|---|---|---|---|")
    with databases() as found:
        for name, urls in found.items():
            for url, earlier in zip(urls, (few, many), strict=True):
                use(url)
                migrate.upgrade(url)
                settle(given.files, few // CAMPAIGNS)
                dismissed(earlier)
            taken: dict[str, list[float]] = {url: [] for url in urls}
            statements = 0
            for url in urls * given.rounds:  # by turns, so that other work on the machine meets both
                use(url)
                one, statements = drawing()
                taken[url].append(one)
            first, second = (min(taken[url]) for url in urls)
            worst = max(worst, second / first)
            print(f"| {name} | {first:.2f} | {second:.2f} | {second / first:.2f}× | {statements} |", flush=True)
    each = 1000 * second / given.files
    print(f"1,000 drawn: {each:.2f} s; {EARLIER_SECONDS} before: {EARLIER_SECONDS / each:.0f}×")
    print(f"aim: at most {AIM}×")
    return 1 if worst > AIM else 0


if __name__ == "__main__":
    sys.exit(main())
