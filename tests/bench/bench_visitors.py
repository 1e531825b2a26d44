"""What the portal bears: `python tests/bench/bench_visitors.py [--visitors 200] [--rate 40] [--seconds 60]`.

The portal as the compose file serves it (its number of processes, PostgreSQL) with a large agency's half-year behind
it. First each of the seven main pages by itself: processor time of portal and database together for one request. Then
all visitors at once for a minute: each opens a page, waits for it, and opens the next when its time has come, so that
together they open so many a second where the portal keeps up. Exit status 1 where an aim is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
REPOSITORY = TESTS.parent
sys.path[:0] = [str(TESTS), str(REPOSITORY / "plugins")]

import yaml  # noqa: E402
from bench_pages import database  # noqa: E402
from bench_ticks import Ticks, megabytes  # noqa: E402
from sqlalchemy import text  # noqa: E402

from inspection import settings  # noqa: E402
from inspection.access import sessions  # noqa: E402
from inspection.portal.cookies import session_cookie  # noqa: E402
from inspection.store.session import session_scope  # noqa: E402
from operations.big_load import AT, BEFORE, NOW, Load, fill  # noqa: E402
from servers.process import ServerProcess, free_port  # noqa: E402

AIM_CPU_MS, AIM_P95_SECONDS, AIM_KEPT_UP = 25.0, 2.0, 0.95
COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))
WORKERS = COMPOSE["services"]["portal"]["environment"]["INSPECTION_PORTAL_WORKERS"].rpartition(":-")[2].rstrip("}")
PEOPLE = ("ethics", "works", "ethics_head", "social", "mayor", "works_head")
HOST = "127.0.0.1"


@dataclass(slots=True)
class Told:
    """What came back: seconds of each answer, and how many of each status (0: none)."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def p95(self) -> float:
        """The time within which 95 of 100 were there."""
        return sorted(self.seconds)[int(0.95 * (len(self.seconds) - 1))]


def main_pages(unit: str) -> list[str]:
    """The seven the office opens most."""
    return ["/", "/progress", f"/progress/{NOW}", "/suspicions", f"/suspicions/{unit}", "/fixes", "/checklists"]


async def get(port: int, path: str, cookie: str) -> int:
    """One page, on a connection of its own as a browser's first; its status, 0 where nothing came."""
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
        asked = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
        writer.write(asked.encode("ascii"))
        answer = await reader.read(-1)
        writer.close()
        return int(answer.split(b" ", 2)[1])
    except (OSError, IndexError):
        return 0


async def visit(
    port: int, cookie: str, paths: list[str], told: Told, *, first: float, each: float, until: float
) -> None:
    """One visitor: the next page when its time has come, and never before the last one is there."""
    due, number = first, int(first * 1000)
    while due < until:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        begun = time.monotonic()
        if begun >= until:
            return
        told.statuses[await get(port, paths[number % len(paths)], cookie)] += 1
        told.seconds.append(time.monotonic() - begun)
        due, number = max(due + each, begun), number + 1


async def all_at_once(port: int, cookies: list[tuple[str, list[str]]], rate: float, seconds: float) -> Told:
    """All visitors, begun one after another within the first round."""
    told, begun, each = Told(), time.monotonic() + 0.5, len(cookies) / rate
    await asyncio.gather(
        *(
            visit(port, cookie, paths, told, first=begun + place / rate, each=each, until=begun + seconds)
            for place, (cookie, paths) in enumerate(cookies)
        )
    )
    return told


def signed_in(count: int) -> list[tuple[str, str]]:
    """So many sessions, as cookies, of the office's people in turn."""
    with session_scope() as session:
        return [
            (person, f"{session_cookie()}={sessions.start(session, person, at=AT)}")
            for person in (PEOPLE[place % len(PEOPLE)] for place in range(count))
        ]


def spent(*processes: int) -> float:
    """Processor seconds of the portal and of PostgreSQL so far."""
    return sum(Ticks.of(pid).seconds for pid in processes)


def page_by_page(port: int, unit: str, cookie: str, rounds: int, processes: tuple[int, ...]) -> float:
    """Prints the processor time of each main page; the median in milliseconds."""
    print("| page | CPU ms, portal and database |\n|---|---|")
    costs = []
    for path in main_pages(unit):
        for _ in range(4):  # each process has served it once
            asyncio.run(get(port, path, cookie))
        begun = spent(*processes)
        for _ in range(rounds):
            asyncio.run(get(port, path, cookie))
        costs.append(1000 * (spent(*processes) - begun) / rounds)
        print(f"| {path} | {costs[-1]:.0f} |", flush=True)
    return statistics.median(costs)


def main() -> int:
    """Prints what was measured; exit status 1 where an aim was missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=9_840)
    options.add_argument("--visitors", type=int, default=200)
    options.add_argument("--rate", type=float, default=40.0)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--rounds", type=int, default=30)
    options.add_argument("--workers", default=WORKERS)
    given = options.parse_args()
    load, port = Load(given.files), free_port()
    with database("postgresql") as server:
        with session_scope() as session:
            unit = fill(session, load)[-1]
        with session_scope() as session:
            session.execute(text("ANALYZE"))
        visitors = signed_in(given.visitors)
        environment = {
            **os.environ,
            "INSPECTION_PORTAL_WORKERS": given.workers,
            "PYTHONPATH": str(REPOSITORY / "plugins"),
        }
        command = [sys.executable, "-m", "inspection.cli", "portal", "--bind", f"{HOST}:{port}"]
        log = settings.get().home / "portal.log"
        with ServerProcess(command, log=log, env=environment) as portal:
            portal.wait_for_port(port)
            assert server.pid is not None
            processes = (portal.pid, server.pid)
            print(
                f"{given.files:,} files, {load.waiting:,} 疑似, {load.fixes:,} fixes, {given.workers} portal processes"
            )
            median = page_by_page(port, unit, visitors[0][1], given.rounds, processes)
            print(f"median of the seven: {median:.0f} CPU ms a page (aim: at most {AIM_CPU_MS:.0f})", flush=True)
            may = {person: allowed(port, unit, cookie) for person, cookie in visitors[: len(PEOPLE)]}
            begun = spent(*processes)
            paths = [(cookie, may[person]) for person, cookie in visitors]
            told = asyncio.run(all_at_once(port, paths, given.rate, given.seconds))
            cost = 1000 * (spent(*processes) - begun) / len(told.seconds)
            held = megabytes(portal.pid)
    kept_up = len(told.seconds) / (given.rate * given.seconds)
    bad = {status: number for status, number in told.statuses.items() if status != 200}
    print(
        f"{given.visitors} visitors, {given.seconds:.0f} s: {len(told.seconds) / given.seconds:.1f} pages a second of"
        f" {given.rate:.0f}, p50 {statistics.median(told.seconds):.3f} s, p95 {told.p95:.3f} s,"
        f" longest {max(told.seconds):.3f} s, other answers {bad or 'none'}, {cost:.0f} CPU ms a page,"
        f" portal {held:.0f} MB"
    )
    print(f"aims: {given.rate:.0f} pages a second, p95 below {AIM_P95_SECONDS:.0f} s, every answer 200")
    missed = median > AIM_CPU_MS or told.p95 >= AIM_P95_SECONDS or bool(bad) or kept_up < AIM_KEPT_UP
    return int(missed)


def allowed(port: int, unit: str, cookie: str) -> list[str]:
    """Those of the pages somebody may open, one of a judged campaign too."""
    return [path for path in (*main_pages(unit), f"/progress/{BEFORE}") if asyncio.run(get(port, path, cookie)) == 200]


if __name__ == "__main__":
    sys.exit(main())
