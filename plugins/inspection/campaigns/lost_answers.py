"""Answers people gave in Airflow that their tasks could not carry out: the sender carries them out in their stead.

A task that ends with an answer in its hands (its worker was killed, the database was away for long) is tried again and
asks anew; Airflow keeps what was answered in the history of its tries, and whoever answered waits. What was answered
counts as it would have then: by the person behind the login, for the version that was shown. What the house has refused
(`gates.note_refused`) is not asked again of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.campaigns import gates
from inspection.campaigns.gates import OPTION, AirflowAnswer
from inspection.campaigns.releases import MOST_REFUSED
from inspection.errors import InspectionError, SourceUnavailable
from inspection.rules import catalogue as rules
from inspection.store.parked import ParkedGate

# so seldom that a gate which waits for a person costs nothing
LOOK_SECONDS = 300.0

Scope = Callable[..., AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody answered at an earlier try of a task: by which login, when, what was chosen and filled in."""

    login: str
    at: datetime
    option: str
    fields: Mapping[str, object]


class Tries(Protocol):
    """What is asked of Airflow."""

    def lost(self, place: ParkedGate) -> Answered | None:
        """What was answered last at an earlier try of a task that is parked again and waits for an answer."""


@dataclass(slots=True)
class LostAnswers:
    """The looks of one process. `seconds` is a clock that never goes back; it paces, and decides nothing else."""

    scope: Scope
    airflow: Tries
    seconds: Callable[[], float]
    _looked_at: float | None = None

    def carry_out(self, *, at: datetime) -> int:
        """Carries out what was lost, once, where a look is due; how many decisions were taken so.

        Raises SourceUnavailable where database or Airflow do not answer, BadSource for a right the account lacks.
        """
        now = self.seconds()
        if self._looked_at is not None and now - self._looked_at < LOOK_SECONDS:
            return 0
        self._looked_at = now
        with self.scope(read_only=True) as session:
            waiting = gates.undecided(session)
        taken, troubles = 0, list[InspectionError]()
        for place in waiting:
            try:
                lost = self.airflow.lost(place)
                if lost is not None and lost.option in OPTION.values() and lost.login != settings.get().airflow_user:
                    taken += self._carry_out(place, lost, at)
            except InspectionError as error:  # a run Airflow cannot tell of holds up no other
                troubles.append(error)
                if len(troubles) == MOST_REFUSED:
                    break
        if troubles:
            raise troubles[0]
        return taken

    def _carry_out(self, place: ParkedGate, lost: Answered, at: datetime) -> bool:
        answer = AirflowAnswer.of(lost.option, lost.login, lost.fields)
        answer = replace(answer, decided_on=answer.decided_on or clock.local_date(lost.at).isoformat())
        try:
            with self.scope() as session:
                if gates.was_refused(session, place, since=lost.at):
                    return False
                taken = gates.decide_from_airflow(session, place, answer, catalogue=rules.current(), at=at)
                return taken is not None
        except SourceUnavailable:
            raise
        except (
            InspectionError
        ):  # refused as the task would have been: whoever answered reads why where they answer again
            with self.scope() as session:
                gates.note_refused(session, place, at=at)
            return False
