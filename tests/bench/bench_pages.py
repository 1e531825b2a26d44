"""What pages cost on a large agency: `python tests/bench/bench_pages.py [--files 984000] [--database postgresql]`.

Processor time of one process for a whole request (guard, queries, template), and of PostgreSQL beside it; statements
as the cursor gets them; the second of two requests, so that nothing is counted that happens once in a process. Beside
it what a page took before anything of decision 0036 was built, at 984,000 files on PostgreSQL: with fewer files the
ratio tells less.
"""

from __future__ import annotations

import argparse
import os
import resource
import secrets
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent / "plugins")]

warnings.simplefilter("ignore")  # of a client that is to be renamed

from sqlalchemy import text  # noqa: E402
from starlette.testclient import TestClient  # noqa: E402

from access.counting import statements  # noqa: E402
from inspection import settings  # noqa: E402
from inspection.access import sessions  # noqa: E402
from inspection.portal.app import create_app  # noqa: E402
from inspection.portal.guard import session_cookie  # noqa: E402
from inspection.store import migrate  # noqa: E402
from inspection.store.session import dispose_engines, session_scope  # noqa: E402
from operations.big_load import AT, BEFORE, NOW, Load, fill  # noqa: E402
from servers.postgres import PostgresServer  # noqa: E402

AIM_MS = 300
EARLIER_MS = {  # Python and PostgreSQL together, the lower end of what was seen
    "/": 600, "/progress": 120, f"/progress/{BEFORE}": 8_100, f"/progress/{NOW}": 8_100, "/suspicions": 5_500,
    "/suspicions/*": 8_100, "/fixes": 16_800,
}  # fmt: skip
TICKS = os.sysconf("SC_CLK_TCK")


def pages(units: list[str]) -> list[tuple[str, str]]:
    """Who opens what."""
    unit = units[-1]
    return [
        ("ethics", "/"),
        ("ethics", "/progress"),
        ("ethics", f"/progress/{BEFORE}"),
        ("ethics", f"/progress/{NOW}"),
        ("ethics", "/suspicions"),
        ("ethics", f"/suspicions/{unit}"),
        ("ethics", "/fixes"),
        ("ethics_head", "/"),
        ("ethics_head", "/fixes"),
        ("works", "/"),
        ("works", "/fixes"),
        ("ethics", f"/fixes/{BEFORE}-000001-X"),
        ("ethics", "/checklists"),
    ]


class Server:
    """Processor time of PostgreSQL's processes; none of them ends while we look but those of closed connections."""

    def __init__(self, pid: int | None) -> None:
        self.pid = pid

    def seconds(self) -> float:
        """User and system time of all that the postmaster started, ended ones too; 0 on SQLite."""
        if self.pid is None:
            return 0.0
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        return sum(self._of(child, 11, 13) for child in children) + self._of(str(self.pid), 13, 15)

    @staticmethod
    def _of(pid: str, first: int, end: int) -> float:
        try:
            told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except FileNotFoundError:
            return 0.0
        return sum(map(int, told[first:end])) / TICKS


@contextmanager
def database(kind: str) -> Iterator[Server]:
    """A migrated database of its own and a home; the settings name both."""
    with tempfile.TemporaryDirectory() as folder, PostgresServer() if kind == "postgresql" else nullcontext() as server:
        url = server.create_database("big") if server else f"sqlite:///{folder}/big.db"
        os.environ |= {
            "INSPECTION_HOME": folder, "INSPECTION_PROFILE": "test", "INSPECTION_SECRET_KEY": secrets.token_hex(32),
            "INSPECTION_DATABASE_URL": url, "INSPECTION_NOW": AT.isoformat(),
        }  # fmt: skip
        settings.reset()
        migrate.upgrade(url)
        yield Server(server.process.pid if server else None)
        dispose_engines()


def signed_in(person: str) -> TestClient:
    """A client with a session of somebody."""
    with session_scope() as session:
        secret = sessions.start(session, person, at=AT)
    client = TestClient(create_app(), base_url="http://127.0.0.1:8601", follow_redirects=False)
    client.cookies.set(session_cookie(), secret)
    return client


def against_earlier(person: str, path: str, cost: float) -> str:
    """What an ethics officer's page took before, and how many times the present cost that is; blank where not known."""
    one = path if not path.startswith("/suspicions/") else "/suspicions/*"
    before = EARLIER_MS.get(one) if person == "ethics" else None
    return f"{before:,} | {before / cost:.1f}×" if before and cost else " | "


def main() -> int:
    """Prints a table; exit status 1 where a page misses the aim."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=98_400)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    load, slow = Load(given.files), []
    with database(given.database) as server:
        with session_scope() as session:
            units = fill(session, load)
        with session_scope() as session:
            if given.database == "postgresql":
                session.execute(text("ANALYZE"))
        print(f"{given.files:,} files, {load.waiting:,} 疑似, as many findings, {load.fixes:,} fixes, {given.database}")
        print("| page | for | CPU ms | of the database | statements | KB | process MB | before: CPU ms | ratio |")
        print("|---|---|---|---|---|---|---|---|---|")
        clients = {person: signed_in(person) for person, _ in pages(units)}
        for person, path in pages(units):
            clients[person].get(path)
            with statements() as seen:
                answer = clients[person].get(path)
            own, its = time.process_time(), server.seconds()
            for _ in range(given.rounds):
                clients[person].get(path)
            own = 1000 * (time.process_time() - own) / given.rounds
            its = 1000 * (server.seconds() - its) / given.rounds
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            size = len(answer.content) // 1024
            told = (
                f"{own:.0f} | {its:.0f} | {len(seen)} | {size} | {memory} | {against_earlier(person, path, own + its)}"
            )
            print(f"| {path} | {person} | {told} |", flush=True)
            if answer.status_code != 200 or own + its > AIM_MS:
                slow.append(path)
    print(f"aim: at most {AIM_MS} CPU ms a page; missed: {', '.join(slow) or 'none'}")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
