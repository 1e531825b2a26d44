"""One unit of work: what a door hands to the verbs. Portal, command line and DAG tasks all open theirs here.

The actor stands in every event. It is a person of the roster, or names the program that acted by itself:
`dag:follow_up`, `command:deliver` (`audit.actors`). What a campaign does by itself is done in the name of whoever
ordered it. Nobody is called "airflow" or "system".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.rules import catalogue as rules
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns
from inspection.store.session import session_scope


@dataclass(frozen=True, slots=True)
class Work:
    """An open transaction, the rules in force, the instant it began (aware), and who acts in it."""

    session: Session
    catalogue: Catalogue
    at: datetime
    actor: str

    @property
    def today(self) -> date:
        """The day of `at` in the office's zone."""
        return clock.local_date(self.at)


@contextmanager
def begin(actor: str, *, at: datetime | None = None, read_only: bool = False) -> Iterator[Work]:
    """One transaction, committed at the end and rolled back on any error; `at` is now unless a door read the clock.

    Raises what `session_scope` raises, BadSource for rules that do not load.
    """
    instant = at or clock.now()
    with session_scope(read_only=read_only) as session:
        yield Work(session, rules.current(), instant, actor)


@contextmanager
def begin_ordered(campaign_id: str) -> Iterator[Work]:
    """As `begin`, for a step a campaign takes by itself: it acts in the name of the person who ordered the campaign.

    Raises NotFound where there is no such campaign.
    """
    with session_scope() as session:
        yield Work(session, rules.current(), clock.now(), campaigns.get(session, campaign_id).opened_by)
