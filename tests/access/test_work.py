"""One unit of work: committed once, at one instant, by somebody named."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from conftest import FixedClock
from inspection.access.work import begin, begin_ordered
from inspection.audit.actors import DAG, program
from inspection.audit.events import record
from inspection.errors import NotFound
from inspection.model import Event
from inspection.store.session import session_scope
from portal.small_office import open_campaign, settle


def all_events() -> list[tuple[str, datetime]]:
    with session_scope() as session:
        return [(one.actor, one.at) for one in session.query(Event).order_by(Event.id)]


def test_a_work_commits_once_and_reads_the_clock_once(session: Session, clock: FixedClock) -> None:
    settle(session)
    session.commit()
    with begin("ethics") as work:
        started = work.at
        clock.set(started + timedelta(hours=20))
        assert work.at == started
        assert work.today == started.date()
        record(work.session, at=work.at, actor=work.actor, subject=("person", "works"), action="looked_at")
    assert all_events() == [("ethics", started)]


def test_a_work_that_fails_leaves_nothing(session: Session) -> None:
    settle(session)
    session.commit()
    with pytest.raises(ZeroDivisionError), begin("ethics") as work:
        record(work.session, at=work.at, actor=work.actor, subject=("person", "works"), action="looked_at")
        work.session.flush()
        _ = 1 // 0
    assert all_events() == []


def test_a_work_that_only_reads_writes_nothing(session: Session) -> None:
    settle(session)
    session.commit()
    with begin("ethics", read_only=True) as work:
        record(work.session, at=work.at, actor=work.actor, subject=("person", "works"), action="looked_at")
        work.session.flush()
    assert all_events() == []


def test_a_programs_name_fits_its_column() -> None:
    assert program(DAG, "follow_up") == "dag:follow_up"
    assert len(program(DAG, "a" * 200)) == Event.__table__.c.actor.type.length


def test_what_a_campaign_does_by_itself_is_done_in_the_name_of_who_ordered_it(session: Session) -> None:
    settle(session)
    campaign_id = open_campaign(session).id
    session.commit()
    with begin_ordered(campaign_id) as work:
        record(work.session, at=work.at, actor=work.actor, subject=("campaign", campaign_id), action="looked_at")
    assert [actor for actor, _ in all_events()] == ["ethics"]
    with pytest.raises(NotFound), begin_ordered("no such campaign"):
        pass
