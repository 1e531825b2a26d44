"""Turns at a file server: never more readers than the roster allows, all campaigns together, and nobody starves."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Set
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from campaigns.paper_office import DEMO, WORKS, PaperOffice
from conftest import FixedClock, SambaWithShare
from crawling.office import AT, scope
from inspection import clock as now
from inspection import settings
from inspection.crawling import campaign as crawl
from inspection.crawling.campaign import run_id_of
from inspection.crawling.turns import IDLE, LATE, LEASE_SECONDS, LOOK_SECONDS, look_after, turn_at
from inspection.errors import ServerBusy
from inspection.model import CrawledFile, ServerLease, ServerTurn, ShareRecord
from inspection.roster.importing import apply
from inspection.rules.roster import READERS, ServerEntry, parse_roster
from inspection.shares.share import Login
from inspection.store import server_leases
from inspection.store.session import dispose_engines, session_scope

HOST = "fs.shifan.test"
FORK = multiprocessing.get_context("fork")


def allow(readers: int, host: str = HOST) -> None:
    """The demo's roster, with so many readers at a server."""
    written = parse_roster(DEMO / "roster.yaml")
    named = written.model_copy(update={"servers": (ServerEntry(host=host, readers=readers),)})
    with session_scope() as session:
        apply(session, named, actor="test", at=now.now())


class Clock:
    """A clock a test moves, for one asker or for all."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock_of_all(database_url: str) -> Clock:
    return Clock()


def taken(clock: Clock, asker: str, host: str = HOST) -> ExitStack:
    """A turn that is held until it is closed; raises ServerBusy."""
    held = ExitStack()
    held.enter_context(turn_at(scope, host, asker, now=clock))
    return held


def refused(clock: Clock, asker: str) -> datetime:
    """When one that finds no place is to come again."""
    with pytest.raises(ServerBusy) as busy:
        taken(clock, asker)
    return busy.value.until


def test_no_more_read_a_server_than_the_roster_says_and_each_server_has_places_of_its_own(clock_of_all: Clock) -> None:
    allow(2)
    first, second = taken(clock_of_all, "A"), taken(clock_of_all, "B", HOST.upper())
    with pytest.raises(ServerBusy, match=f"{HOST} 至多由 2 個工作同時讀取.*09:01 再試"):
        taken(clock_of_all, "C")
    others = [taken(clock_of_all, f"D{number}", "other.test") for number in range(READERS)]
    with pytest.raises(ServerBusy, match=f"至多由 {READERS} 個"):
        taken(clock_of_all, "D", "other.test")
    folder = taken(clock_of_all, "E", "")  # a local folder has no server
    first.close()
    third = taken(clock_of_all, "C")
    for one in (second, third, folder, *others):
        one.close()
    with session_scope() as session:
        assert session.scalar(select(func.count()).select_from(ServerTurn).where(ServerTurn.host == HOST)) == 0
        assert session.scalar(select(func.count()).select_from(ServerLease).where(ServerLease.until > AT)) == 0


def test_a_smaller_number_holds_from_the_next_who_asks(clock_of_all: Clock) -> None:
    allow(3)
    held = [taken(clock_of_all, name) for name in "ABC"]
    allow(1)
    held.pop().close()
    held.pop().close()
    refused(clock_of_all, "D")
    held.pop().close()
    taken(clock_of_all, "D").close()


def test_the_place_of_a_killed_reader_is_free_again(clock_of_all: Clock) -> None:
    allow(1)
    dispose_engines()
    ready, stop = FORK.Event(), FORK.Event()

    def read() -> None:
        with turn_at(scope, HOST, "A", now=clock_of_all):
            ready.set()
            stop.wait()

    reader = FORK.Process(target=read)
    reader.start()
    assert ready.wait(30)
    refused(clock_of_all, "B")
    assert reader.pid is not None
    os.kill(reader.pid, signal.SIGKILL)
    reader.join()
    clock_of_all.at += timedelta(seconds=LEASE_SECONDS - 1)
    refused(clock_of_all, "B")
    clock_of_all.at += timedelta(seconds=1)
    taken(clock_of_all, "B").close()


def test_of_two_who_ask_at_once_for_the_last_place_one_gets_it(clock_of_all: Clock) -> None:
    allow(2)
    first = taken(clock_of_all, "A")
    for round_ in range(5):
        start, got = threading.Barrier(2), list[ExitStack]()

        def ask(asker: str, start: threading.Barrier = start, got: list[ExitStack] = got) -> None:
            start.wait()
            try:
                got.append(taken(clock_of_all, asker))
            except ServerBusy:
                return

        threads = [threading.Thread(target=ask, args=(f"{round_}{name}",)) for name in "BC"]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert len(got) == 1
        got[0].close()
        clock_of_all.at += 2 * LATE  # the loser of this round does not come again
        first.close()
        first = taken(clock_of_all, "A")
    first.close()


def test_whoever_came_first_goes_first_and_nobody_waits_for_the_dead(clock_of_all: Clock) -> None:
    allow(1)
    first = taken(clock_of_all, "A")
    again = refused(clock_of_all, "B")
    clock_of_all.at += timedelta(seconds=5)
    turn_of_c = refused(clock_of_all, "C")
    assert turn_of_c > again + timedelta(minutes=2)  # no sooner than B may be done
    first.close()
    refused(clock_of_all, "D")  # the place is kept for B, who comes within the minute
    clock_of_all.at = again
    taken(clock_of_all, "B").close()
    clock_of_all.at = turn_of_c - timedelta(minutes=2)
    late = taken(clock_of_all, "E")  # nobody comes soon: no place stands empty for one who sleeps
    clock_of_all.at = turn_of_c
    again = refused(clock_of_all, "C")  # from now on the first, who comes each minute
    late.close()
    refused(clock_of_all, "E")
    clock_of_all.at = again
    taken(clock_of_all, "C").close()
    clock_of_all.at += LATE + timedelta(hours=1)  # neither D nor E has come when they should
    taken(clock_of_all, "F").close()


def test_a_queue_whose_campaign_is_gone_shuts_a_server_to_nobody(clock_of_all: Clock) -> None:
    """Sixty who come no more, their looks spread over an hour: each of them was the next in turn."""
    allow(2)
    readers = [taken(clock_of_all, f"A{number:02}") for number in range(2)]
    for number in range(2, 60):
        refused(clock_of_all, f"A{number:02}")
    for one in readers:
        one.close()
    refused(clock_of_all, "B")  # those before it may still come
    clock_of_all.at += IDLE
    taken(clock_of_all, "B").close()


def test_who_is_called_off_leaves_all_queues(clock_of_all: Clock) -> None:
    allow(1)
    first = taken(clock_of_all, "X")
    for asker in ("C1:crawl-00001", "C1:crawl:list:S1", "C10:crawl-00001"):
        refused(clock_of_all, asker)
    with session_scope() as session:
        server_leases.leave_all(session, run_id_of("C1"))
    with session_scope() as session:
        left = server_leases.turns(session, HOST, came_after=clock_of_all.at)
    assert [one.asker for one in left] == ["C10:crawl-00001"]
    first.close()


def test_many_who_wait_look_seldom(clock_of_all: Clock) -> None:
    looks_a_minute = sum(60 / look_after(before, READERS).total_seconds() for before in range(1000))
    assert looks_a_minute < 25
    assert all(
        LOOK_SECONDS <= look_after(before, READERS).total_seconds() <= LOOK_SECONDS + 30 for before in range(READERS)
    )


class Endless:
    """A share with more files than anybody reads."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.closed = False

    def walk(self, start: str = "", *, skip: Callable[[str], bool] | None = None) -> Iterator[None]:
        while True:
            yield None
            time.sleep(0.01)

    def fetch(self, wanted: object) -> Iterator[None]:
        return self.walk()

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("what", ["lost", "wanted"])
def test_a_reader_leaves_when_its_place_is_lost_and_gives_way_where_it_may_take_hours(
    clock_of_all: Clock, what: str
) -> None:
    allow(1)
    share = Endless()
    with (
        pytest.raises(ServerBusy),
        turn_at(scope, HOST, "A", yields=True, lease_seconds=0.2, now=clock_of_all) as turn,
    ):
        opened = turn.keep(lambda: share)()  # type: ignore[arg-type, return-value]
        if what == "lost":
            with session_scope() as session:
                session.execute(ServerLease.__table__.update().values(holder="else"))
        else:
            refused(clock_of_all, "B")
        for _ in opened.fetch(()):
            pass
    if what == "wanted":
        taken(clock_of_all, "B").close()


# ----------------------------------------------------------------------------- three campaigns on a real server


CAMPAIGNS = ("C-one", "C-two", "C-three")
FILES = 3


def sessions(samba: SambaWithShare) -> set[str]:
    """The sessions open at this moment, as the server itself tells."""
    command = ["smbstatus", f"--configfile={samba.server.configuration}", "--json", "--processes"]
    told = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return set(json.loads(told).get("sessions", {}))


def stay_open(samba: SambaWithShare, allowed: int, but: Set[str]) -> set[str]:
    """Sessions beyond what is allowed that stay: the server takes a moment to see that one has closed. `but`: those
    that others of this machine had opened before."""
    found = sessions(samba) - but
    for _ in range(12):
        if len(found) <= allowed:
            return found
        time.sleep(0.05)
        found &= sessions(samba)
    return found


@pytest.fixture
def three_campaigns(
    office: PaperOffice, samba: SambaWithShare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> crawl.LoginFor:
    """Three approved plans that name the same share, with reading so slow that readers meet; what logs on."""
    rules = tmp_path / "rules"
    rules.mkdir()
    for file in (DEMO / "rules").iterdir():
        (rules / file.name).write_bytes(file.read_bytes())
    (rules / "crawl_limits.yaml").write_text("rates: {files_per_second: 0.5}\n", encoding="utf-8")
    for number in range(FILES):
        (samba.files / f"{number}.txt").write_text(f"會議室借用須知{number}", encoding="utf-8")
    allow(2, samba.server.host)
    with session_scope() as session:
        for one in session.scalars(select(ShareRecord)):
            one.active = False
        session.add(
            ShareRecord(
                id="S-one", unit_id=WORKS, name="一", is_common=False, active=True,
                address=f"//{samba.server.host}:{samba.server.port}/files/{samba.files.name}",
            )
        )  # fmt: skip
    for campaign_id in CAMPAIGNS:
        office.approved_plan(campaign_id)
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(rules))
    settings.reset()
    login = Login(samba.server.user, samba.server.password)
    return lambda _address: login


def all_tasks(campaign_id: str, login_for: crawl.LoginFor) -> None:
    """What Airflow's tasks of one crawl do; a task that finds no place comes again."""

    def until_done(step: Callable[[], object]) -> None:
        while True:
            try:
                step()
            except ServerBusy:
                time.sleep(0.3)
            else:
                return

    until_done(lambda: crawl.list_campaign_share(scope, campaign_id, "S-one", login_for=login_for))
    with scope() as session:
        portions = crawl.portions_to_read(session, campaign_id, at=now.now())
    for ids in portions:

        def read(ids: list[str] = ids) -> object:
            return crawl.read_campaign_portion(scope, campaign_id, ids, login_for=login_for)

        until_done(read)


def test_three_campaigns_at_once_never_open_more_sessions_than_the_roster_allows(
    three_campaigns: crawl.LoginFor, samba: SambaWithShare, office: PaperOffice, clock: FixedClock
) -> None:
    for campaign_id in CAMPAIGNS:
        with session_scope() as session:
            crawl.begin_campaign_crawl(session, campaign_id, catalogue=office.rules, at=now.now())
    others = stay_open(samba, 0, set())
    dispose_engines()
    readers = [FORK.Process(target=all_tasks, args=(one, three_campaigns)) for one in CAMPAIGNS]
    for one in readers:
        one.start()
    most = 0
    while any(one.is_alive() for one in readers):
        most = max(most, len(stay_open(samba, 2, others)))
        time.sleep(0.2)
    assert [one.exitcode for one in readers] == [0, 0, 0]
    assert 1 <= most <= 2, "on a machine that does much else nobody may look while both are open"
    with session_scope() as session:
        read = select(func.count()).select_from(CrawledFile).where(CrawledFile.status == "scanned")
        assert session.scalar(read) == FILES * len(CAMPAIGNS)
