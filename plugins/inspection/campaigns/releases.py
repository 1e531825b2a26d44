"""Releases what is parked in Airflow once it has what it waits for: the rounds of `inspection sender`.

Each round looks at what is so; nothing it remembers between rounds is needed. So a sender that was killed, an answer
that was lost and a task that parks anew all end in the same way: a later round finds the task parked, and answers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from inspection.campaigns import waits
from inspection.campaigns.gates import OPTION, releasable
from inspection.errors import InspectionError, NotMigrated, SourceUnavailable
from inspection.rules import catalogue as rules
from inspection.store import parked
from inspection.store.parked import OpenWait, ParkedGate

# an answer that comes within seconds of parking is lost by Airflow 3.3.2 (docs/decisions/0003)
SETTLE_SECONDS = 6.0
# how long a task that does not wait in Airflow though it should is left alone: doubled at each look
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 10.0, 300.0
# refused so often in one round no further task is asked of, and for how long at most one that was is left alone: when
# Airflow is back, what is over goes on within the minute
MOST_REFUSED, LONGEST_REFUSED_SECONDS = 5, 60.0
# what was released comes to its next wait soon: for so long rounds follow quickly
LIVELY_FOR_SECONDS, LIVELY_SECONDS = 60.0, 3.0
SHORTEST_SECONDS = 1.0

Scope = Callable[..., AbstractContextManager[Session]]


class Answers(Protocol):
    """What is asked of Airflow."""

    def waits(self, place: ParkedGate) -> bool:
        """Whether a task is parked and nobody has answered it."""

    def answer(self, place: ParkedGate, option: str) -> bool:
        """Answers a parked task; False where it was answered before or is gone."""


@dataclass(slots=True)
class _Sight:
    """What is known of a task to be released: since when it was seen parked, and when Airflow is asked again."""

    parked_since: float | None = None
    ask_at: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS


@dataclass(slots=True)
class Releases:
    """The rounds of one process. `seconds` is a clock that never goes back; it paces, and decides nothing else."""

    scope: Scope
    airflow: Answers
    seconds: Callable[[], float]
    _sights: dict[ParkedGate, _Sight] = field(default_factory=dict)
    _look_at: dict[ParkedGate, float] = field(default_factory=dict)
    _released_at: float | None = None

    def rest(self, longest: float) -> float:
        """Seconds until the next round is worth making: `longest`, or less where a task is about to have settled or
        one went on a moment ago."""
        now = self.seconds()
        lively = self._released_at is not None and now - self._released_at < LIVELY_FOR_SECONDS
        settled = [
            max(one.ask_at, one.parked_since + SETTLE_SECONDS) - now
            for one in self._sights.values()
            if one.parked_since is not None
        ]
        return max(SHORTEST_SECONDS, min([LIVELY_SECONDS if lively else longest, *settled]))

    def round(self, *, at: datetime) -> int:
        """Answers every parked task that has what it waits for; how many were released.

        Raises SourceUnavailable where the database does not answer, and once all were tried what Airflow first said
        against one of them: a run it cannot tell of holds up no other. What was answered stays so.
        """
        ready = dict(self._ready(at))
        self._sights = {place: self._sights.get(place, _Sight()) for place in ready}
        released, refused = 0, []
        for place, option in ready.items():
            try:
                released += self._release(place, option)
            except InspectionError as error:
                self._rest(self._sights[place], LONGEST_REFUSED_SECONDS)
                refused.append(error)
                if len(refused) == MOST_REFUSED:  # Airflow is away, and not one run out of order
                    break
        if refused:
            raise refused[0]
        return released

    def _ready(self, at: datetime) -> Iterator[tuple[ParkedGate, str]]:
        with self.scope(read_only=True) as session:
            gates, open_waits = releasable(session), parked.open_waits(session)
        for place, outcome in gates:
            yield place, OPTION[outcome]
        known = {one.place for one in open_waits}
        self._look_at = {place: due for place, due in self._look_at.items() if place in known}
        for one in open_waits:
            if self._is_over(one, at):
                yield one.place, waits.LOOK_AGAIN

    def _is_over(self, parked_wait: OpenWait, at: datetime) -> bool:
        """Whether nothing is left to wait for. What cannot be told is left to the task, which says so in its log."""
        now = self.seconds()
        if now < self._look_at.get(parked_wait.place, now):
            return False
        try:
            wait = waits.of(parked_wait.awaits)
            with self.scope(read_only=not wait.writes) as session:
                left = waits.left(session, wait.id, parked_wait.campaign_id, catalogue=rules.current(), at=at)
        except (SourceUnavailable, NotMigrated):
            raise
        except InspectionError:
            return True
        if left:
            self._look_at[parked_wait.place] = now + wait.every_seconds
        return not left

    def _release(self, place: ParkedGate, option: str) -> bool:
        sight, now = self._sights[place], self.seconds()
        if now < sight.ask_at:
            return False
        if not self.airflow.waits(place):
            sight.parked_since = None
            self._rest(sight, LONGEST_PAUSE_SECONDS)
            return False
        if sight.parked_since is None:
            sight.parked_since = now
        if now - sight.parked_since < SETTLE_SECONDS:
            return False
        self._sights[place] = _Sight()  # parked anew it settles anew
        if not self.airflow.answer(place, option):
            return False
        self._released_at = now
        return True

    def _rest(self, sight: _Sight, longest: float) -> None:
        """Leaves a task alone for a while, each time for longer, in seconds."""
        sight.ask_at = self.seconds() + min(sight.pause, longest)
        sight.pause = min(2 * sight.pause, longest)
