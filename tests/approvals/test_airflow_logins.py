"""Whose answer it is that comes from Airflow: by the login the roster records, whatever number Airflow gives it."""

from __future__ import annotations

import pytest

from campaigns.paper_office import CAMPAIGN, HEAD, STAFF, PaperOffice
from inspection import clock as now
from inspection.campaigns.gates import AirflowAnswer, decide_from_airflow, park
from inspection.errors import NotAllowed
from inspection.model import Approval, Person
from inspection.model.lifecycle import ApprovalState
from inspection.rules import catalogue
from inspection.store.parked import ParkedGate
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome


@pytest.fixture
def submitted(office: PaperOffice) -> PaperOffice:
    """A plan before the head, who signs in to Airflow as mayor."""
    office.open()
    office.draft()
    office.submit()
    with session_scope() as session:
        session.get_one(Person, HEAD).login = "mayor"
    return office


def answer(login: str) -> Approval:
    """核定 by a login, every field left empty."""
    gate, given = ParkedGate("dag", "run", "gate"), AirflowAnswer(ApprovalOutcome.APPROVED, login)
    with session_scope() as session:
        park(session, gate, "plan", CAMPAIGN)
        taken = decide_from_airflow(session, gate, given, catalogue=catalogue.current(), at=now.now())
        assert taken is not None
        return taken


def test_the_login_of_the_roster_decides(submitted: PaperOffice) -> None:
    done = answer("mayor")
    assert (done.state, done.decided_by) == (ApprovalState.APPROVED, HEAD)


@pytest.mark.parametrize("login", ["", "2", HEAD, "stranger"])
def test_a_login_nobody_bears_is_told_so_and_decides_nothing(submitted: PaperOffice, login: str) -> None:
    with pytest.raises(NotAllowed, match="未對應名冊人員"):
        answer(login)


def test_without_a_login_of_their_own_people_sign_in_by_their_id(submitted: PaperOffice) -> None:
    with pytest.raises(NotAllowed):
        answer(STAFF)  # known, and not the one who decides
