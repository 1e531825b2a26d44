"""An answer in Airflow is bound to the version that was read: to another one it counts for nothing, and is told."""

from __future__ import annotations

import pytest

from campaigns.paper_office import CAMPAIGN, HEAD, STAFF, PaperOffice, notices
from inspection import clock as now
from inspection.campaigns.gates import AirflowAnswer, awaited, decide_from_airflow, park, summary
from inspection.documents.paper_code import short_code
from inspection.errors import BadSource
from inspection.model import Approval, Event, Person
from inspection.model.lifecycle import ApprovalState
from inspection.planning.edit import edit_section
from inspection.rules import catalogue
from inspection.store import approvals
from inspection.store.parked import ParkedGate
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome

GATE = ParkedGate("semiannual_inspection", "run", "planning.approve_plan")


@pytest.fixture
def parked(office: PaperOffice) -> str:
    """A gate parked with the first version of a plan; the code it shows."""
    office.open()
    office.draft()
    office.submit()
    with session_scope() as session:
        session.get_one(Person, HEAD).login = "mayor"
        return short_code(park(session, GATE, "plan", CAMPAIGN))


def answer(identifier: str = "", outcome: ApprovalOutcome = ApprovalOutcome.APPROVED) -> Approval | None:
    """The head answers in Airflow, in a transaction of its own as a task has."""
    given = AirflowAnswer(outcome, "mayor", identifier=identifier, remark="請修正")
    with session_scope() as session:
        return decide_from_airflow(session, GATE, given, catalogue=catalogue.current(), at=now.now())


def change(office: PaperOffice) -> str:
    """The drafter changes the plan and submits it anew; the code of the new version."""
    with session_scope() as session:
        edit_section(
            session,
            CAMPAIGN,
            "purpose",
            "改寫後之目的：依公務機密維護相關規定，就各單位公文、檔案及網路分享區之保管情形實施檢查，落實公務機密維護。",
            person_id=STAFF,
            at=now.now(),
        )
    return short_code(office.submit().content_hash)


def state() -> ApprovalState:
    """Of the request that is awaited."""
    with session_scope() as session:
        return awaited(session, "plan", CAMPAIGN).state


def test_what_is_shown_is_what_is_decided(parked: str) -> None:
    with session_scope() as session:
        shown = summary(session, CAMPAIGN, park(session, GATE, "plan", CAMPAIGN))
    assert parked in shown
    done = answer()
    assert done is not None
    assert (done.state, short_code(done.content_hash)) == (ApprovalState.APPROVED, parked)


def test_an_answer_to_the_version_before_counts_for_nothing_however_often(parked: str, office: PaperOffice) -> None:
    new = change(office)
    assert new != parked
    for _ in range(3):
        with session_scope() as session:
            # Airflow shows the first park's words for ever, so the gate is bound to the first park's content
            assert short_code(park(session, GATE, "plan", CAMPAIGN)) == parked
        assert answer() is None
        assert answer(parked.lower()) is None
        assert state() is ApprovalState.PENDING
    (told,) = notices("gate_answer_refused")
    assert told.person_id == HEAD
    assert told.values["seen"] == parked
    assert told.values["identifier"] == new
    with session_scope() as session:
        assert approvals.refused_in_airflow(session, awaited(session, "plan", CAMPAIGN), HEAD)
        assert not approvals.refused_in_airflow(session, awaited(session, "plan", CAMPAIGN), STAFF)
        (event,) = session.query(Event).filter_by(action="answer_refused").all()
        assert (event.actor, event.subject_id) == (HEAD, awaited(session, "plan", CAMPAIGN).id)


def test_the_code_of_the_new_version_read_elsewhere_counts(parked: str, office: PaperOffice) -> None:
    new = change(office)
    assert answer() is None
    done = answer(new)
    assert done is not None
    assert (done.state, short_code(done.content_hash)) == (ApprovalState.APPROVED, new)
    with session_scope() as session:
        assert not approvals.refused_in_airflow(session, session.merge(done), HEAD)


def test_a_code_that_is_none_is_refused(parked: str) -> None:
    with pytest.raises(BadSource, match="識別碼"):
        answer("第二版")
    assert state() is ApprovalState.PENDING
