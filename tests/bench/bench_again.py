"""What an unchanged share costs a campaign's second crawl: `python tests/bench/bench_again.py [--tree 20000]`.

The steps of a campaign's crawl (listing, reading in the sandbox, closing) over the same texts of one page, first and
again, on SQLite and on PostgreSQL: processor seconds of the whole process tree and of the database server, and the
rows each crawl added. Exit status 1 where the second costs more than a fiftieth. A folder with a file that has
something to be said of is carried over file by file: once such files lie together, once a hundredth lies among others.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent / "plugins"), str(Path(__file__).parent)]

from bench_pages import Server, database  # noqa: E402
from bench_scan import make_notes  # noqa: E402
from sqlalchemy import func, select, text  # noqa: E402

from crawling.office import AT, limits, particulars, scope, settle, vault  # noqa: E402
from crawling.papers import roster_text  # noqa: E402
from inspection.crawling.begin import begin  # noqa: E402
from inspection.crawling.finish import finish, open_reading  # noqa: E402
from inspection.crawling.inventory import list_share  # noqa: E402
from inspection.crawling.read import read_shard  # noqa: E402
from inspection.crawling.sandboxed import SandboxedJudges  # noqa: E402
from inspection.model import CrawledFile, CrawlFolder  # noqa: E402
from inspection.shares.local import LocalShare  # noqa: E402

AIM = 50.0
DATABASES = ("sqlite", "postgresql")
HEAD = ("tree", "database", "first: CPU s", "rows", "again: CPU s", "rows", "ratio", "aim")


def crawl(folder: Path, run_id: str, minutes: int) -> None:
    """One crawl of the folder to its end, as a campaign's tasks do it."""
    with scope() as session:
        begin(session, **particulars(run_id, "S1", minutes=minutes))
    with SandboxedJudges(workers=2) as judges:
        list_share(scope, run_id, "S1", lambda: LocalShare(folder), vault=vault(), limits=limits(), mask=judges.mask)
        with scope() as session:
            shards = open_reading(session, run_id, at=AT)
        for shard_id in shards:
            read_shard(scope, shard_id, lambda: LocalShare(folder), judges, vault=vault(), limits=limits())
    with scope() as session:
        finish(session, run_id, AT + timedelta(minutes=minutes))


def measured(server: Server, work: Callable[[], None]) -> float:
    """Processor seconds of a piece of work: this process, its workers, the database server."""

    def spent() -> float:
        mine = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(one.ru_utime + one.ru_stime for one in mine) + server.seconds()

    begun = spent()
    work()
    return spent() - begun


def rows_of(run_id: str) -> int:
    """Rows of files and folders a crawl has written."""
    with scope() as session:
        files = select(func.count()).select_from(CrawledFile).where(CrawledFile.run_id == run_id)
        folders = select(func.count()).select_from(CrawlFolder).where(CrawlFolder.run_id == run_id)
        return (session.scalar(files) or 0) + (session.scalar(folders) or 0)


@dataclass(frozen=True, slots=True)
class Compared:
    """One tree in one database: processor seconds and bytes of the database, of the first crawl and of the second."""

    first: float
    again: float
    first_bytes: int
    again_bytes: int
    first_rows: int
    again_rows: int

    @property
    def ratio(self) -> float:
        """How many times less the second took."""
        return self.first / max(self.again, 1e-9)

    @property
    def cells(self) -> str:
        """As the table shows it."""
        first, again = f"{self.first:.2f} | {self.first_rows:,}", f"{self.again:.2f} | {self.again_rows:,}"
        return f"{first} | {again} | {self.ratio:.1f}×"


def size_of_database() -> int:
    """Bytes the database takes."""
    with scope() as session:
        if session.get_bind().dialect.name == "postgresql":
            return session.scalar(text("SELECT pg_database_size(current_database())")) or 0
        pages, page = session.scalar(text("PRAGMA page_count")), session.scalar(text("PRAGMA page_size"))
        return int(pages or 0) * int(page or 0)


def sizing(one: Compared, files: int) -> None:
    """What follows for larger shares: nothing in a crawl grows faster than its files."""
    print(
        "\n| files | first crawl: CPU h | with 4 tasks on 4 cores: h | its rows: MB | again: CPU min | its rows: MB |"
    )
    print("|---|---|---|---|---|---|")
    for many in (100_000, 500_000, 1_000_000):
        times = many / files
        hours = one.first * times / 3600
        print(
            f"| {many:,} | {hours:.2f} | {hours / 4:.2f} | {one.first_bytes * times / 1e6:.0f} |"
            f" {one.again * times / 60:.1f} | {one.again_bytes * times / 1e6:.0f} |"
        )
    print("for texts of one page; larger papers take longer to read, and the same rows\n")


def compared(tree: Path, kind: str) -> Compared:
    """The figures of one tree in one database."""
    with database(kind) as server:
        settle("S1")
        empty = size_of_database()
        first = measured(server, lambda: crawl(tree, "R1", 0))
        filled = size_of_database()
        if kind == "postgresql":
            with scope() as session:
                session.execute(text("ANALYZE"))  # as autovacuum does within a minute
        again = measured(server, lambda: crawl(tree, "R2", 5))
        more = size_of_database() - filled
        return Compared(first, again, filled - empty, more, rows_of("R1"), rows_of("R2"))


def main() -> int:
    """Prints a table; exit status 1 where an aim was missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tree", type=int, default=20_000)
    options.add_argument("--database", nargs="*", choices=DATABASES, default=DATABASES)
    given = options.parse_args()
    missed = False
    for cells in (HEAD, ("---",) * len(HEAD)):
        print(f"| {' | '.join(cells)} |")
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        make_notes(tree, given.tree)
        for what, aim in (
            ("lists of people in one folder of twenty", AIM),
            ("and one file in a hundred elsewhere", 0.0),
        ):
            if not aim:
                for number, file in enumerate(sorted(tree.rglob("*.txt"))):
                    if number % 100 == 0:
                        file.write_text(roster_text(random.Random(number))[0], encoding="utf-8")
            for kind in given.database:
                one = compared(tree, kind)
                print(
                    f"| {given.tree:,} texts, {what} | {kind} | {one.cells} | {f'≥ {aim:.0f}' if aim else ''} |",
                    flush=True,
                )
                missed = missed or one.ratio < aim
    sizing(one, given.tree)
    print(f"aim: the second crawl of an unchanged share at most a {AIM:.0f}th")
    return int(missed)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    sys.exit(main())
