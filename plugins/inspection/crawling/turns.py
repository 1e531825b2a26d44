"""Turns at a file server: never more readers than the roster allows, all campaigns together; first come, first read.

A reader holds a place in the domain database and renews it while it reads; one that was killed renews nothing, and its
place is free again within three minutes. Who finds none gives its worker's slot back and comes again.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.crawling.inventory import Scope
from inspection.errors import ServerBusy, SourceUnavailable
from inspection.language import speak
from inspection.shares.share import Fetched, Listing, Share, Wanted
from inspection.store import roster, server_leases

LEASE_SECONDS = 180.0
RENEWED_EACH = 0.25  # of that time: a database that is away for two minutes costs nobody the place
# the first in the queue come each minute, so that a place is kept for them; others when their turn may be near
LOOK_SECONDS, GROUP_SECONDS, LONGEST_LOOK_SECONDS = 60, 300, 3600
SOON = timedelta(seconds=90)
LATE = timedelta(minutes=5)
"""Whoever is later than this was cancelled, or died: nobody waits for them, and they come to the end of the queue."""
IDLE = timedelta(seconds=150)
"""A place free for so long is anybody's: who lives and is next comes each minute, so those before are gone."""


@dataclass(slots=True)
class Turn:
    """A place at a server, as its reader sees it; a local folder has no server, and its turn is always."""

    host: str
    readers: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    """Set where the place was lost, or is wanted back."""

    def go_on(self) -> None:
        """Raises ServerBusy where the turn is over; asked at each folder and each file."""
        if self.over.is_set():
            again = clock.now() + timedelta(seconds=LOOK_SECONDS)
            raise ServerBusy(self.host, self.readers, again.astimezone(clock.zone()))

    def keep(self, open_it: Callable[[], Share]) -> Callable[[], Share]:
        """What opens a share that is read in this turn only."""
        return lambda: _InTurn(open_it(), self)


class _InTurn:
    """A share that is left as soon as the turn is over."""

    def __init__(self, share: Share, turn: Turn) -> None:
        self._share = share
        self._turn = turn
        self.notes = share.notes

    def walk(self, start: str = "", *, skip: Callable[[str], bool] | None = None) -> Iterator[Listing]:
        """As the share does."""
        for listing in self._share.walk(start, skip=skip):
            self._turn.go_on()
            yield listing

    def fetch(self, wanted: Iterable[Wanted]) -> Iterator[Fetched]:
        """As the share does."""
        for fetched in self._share.fetch(wanted):
            self._turn.go_on()
            yield fetched

    def close(self) -> None:
        """As the share does."""
        self._share.close()


@contextmanager
def turn_at(
    scope: Scope,
    host: str,
    asker: str,
    *,
    yields: bool = False,
    lease_seconds: float = LEASE_SECONDS,
    now: Callable[[], datetime] = clock.now,
) -> Iterator[Turn]:
    """A turn at a server ('' for a local folder) for as long as it is entered.

    `asker` names what is to be done and is the same each time it asks: so it keeps its place in the queue. `yields`: it
    may take hours and gives the place back once somebody waits for it. Raises ServerBusy, with the instant to ask
    again, where as many read as may or others who came before are due.
    """
    if not host:
        yield Turn("")
        return
    server = host.lower()
    holder = secrets.token_hex(16)  # of this very try: one that was thought dead must not share its successor's place
    turn = _ask(scope, server, asker, holder, lease=timedelta(seconds=lease_seconds), at=now())
    keeper = _Keeper(scope, turn, holder, yields, lease_seconds, now)
    keeper.start()
    try:
        yield turn
    finally:
        keeper.end()
        with suppress(SourceUnavailable), scope() as session:  # what cannot be given back now ends by itself
            server_leases.give_back(session, server, holder, at=now())


class _Keeper(threading.Thread):
    """Renews a reader's place, beside the reading: one file may take longer than a place is given for."""

    def __init__(
        self,
        scope: Scope,
        turn: Turn,
        holder: str,
        yields: bool,
        lease_seconds: float,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(name="turn", daemon=True)
        self._scope = scope
        self._turn = turn
        self._holder = holder
        self._yields = yields
        self._lease_seconds = lease_seconds
        self._now = now
        self._ended = threading.Event()

    def end(self) -> None:
        """Stops renewing."""
        self._ended.set()
        self.join()

    def run(self) -> None:
        """Until the reader ends; where the place is lost, or renewing itself fails, the turn is over."""
        kept, each = time.monotonic(), self._lease_seconds * RENEWED_EACH
        try:
            while not self._ended.wait(each):
                begun = time.monotonic()
                with suppress(SourceUnavailable):
                    if not self._renewed():
                        return
                    kept = begun
                if time.monotonic() - kept > self._lease_seconds - each:
                    return
        finally:
            self._turn.over.set()

    def _renewed(self) -> bool:
        at, host = self._now(), self._turn.host
        with self._scope() as session:
            until = at + timedelta(seconds=self._lease_seconds)
            if self._yields and server_leases.turns(session, host, came_after=at - LATE):
                self._turn.over.set()  # kept until its reader has left
            return server_leases.renew(session, host, self._holder, at=at, until=until)


def _ask(scope: Scope, host: str, asker: str, holder: str, *, lease: timedelta, at: datetime) -> Turn:
    with scope() as session:
        readers = roster.readers_of(session, host)
        held = server_leases.held(session, host, at=at)
        before = _before(server_leases.turns(session, host, came_after=at - LATE), asker)
        due = sum(one.comes_at <= at + SOON for one in before)
        used = held if len(held) + due < readers else server_leases.held(session, host, at=at - IDLE)
        free = [slot for slot in range(1, readers + 1) if slot not in used]
        if server_leases.take(session, host, holder, among=free, at=at, until=at + lease):
            server_leases.leave(session, host, asker, gone_before=at - LATE)
            return Turn(host, readers)
        comes_at = at + look_after(len(before), readers)
        server_leases.wait(session, host, asker, at=at, comes_at=comes_at)
    raise ServerBusy(host, readers, comes_at.astimezone(clock.zone()))


def _before(turns: list[server_leases.Turn], asker: str) -> list[server_leases.Turn]:
    """Who came before one; all of them, where it has not come yet."""
    mine = next((number for number, one in enumerate(turns) if one.asker == asker), len(turns))
    return turns[:mine]


def look_after(before: int, readers: int) -> timedelta:
    """When to come again with so many before one: soon for the next, spread over half a minute; for others no sooner
    than the tasks before them, of minutes each, may be done. Each look costs a task's start, two seconds of CPU."""
    group, place = divmod(before, readers)
    spread = 30 * place / readers
    return timedelta(seconds=(min(group * GROUP_SECONDS, LONGEST_LOOK_SECONDS) or LOOK_SECONDS) + spread)


def told(session: Session, host: str, *, at: datetime) -> str:
    """How many read a server now, how many may, and how many wait, in words."""
    server = host.lower()
    reading = len(server_leases.held(session, server, at=at))
    waiting = len(server_leases.turns(session, server, came_after=at - LATE))
    most = roster.readers_of(session, server)
    return speak(
        f"{host} 讀取中 {reading}／至多 {most}，等候 {waiting}",
        f"{host}: {reading} of at most {most} read, {waiting} wait",
    )
