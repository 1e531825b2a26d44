"""What somebody answered in Airflow and no task could carry out is carried out once, as it would have been."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from campaigns.paper_office import CAMPAIGN, HEAD, PaperOffice
from inspection import clock as now
from inspection import settings
from inspection.campaigns.gates import awaited, note_refused, park
from inspection.campaigns.lost_answers import LOOK_SECONDS, Answered, LostAnswers
from inspection.errors import SourceUnavailable
from inspection.model import AirflowGate, Approval, Person
from inspection.model.lifecycle import ApprovalState
from inspection.store.parked import ParkedGate
from inspection.store.session import session_scope

GATE = ParkedGate("semiannual_inspection", "run", "planning.approve_plan")


@dataclass
class Airflow:
    """What Airflow's history of tries holds, and how often it was asked."""

    answered: dict[ParkedGate, Answered] = field(default_factory=dict)
    asked: int = 0
    out_of_order: ParkedGate | None = None

    def lost(self, place: ParkedGate) -> Answered | None:
        self.asked += 1
        if place == self.out_of_order:
            raise SourceUnavailable("no answer")
        return self.answered.get(place)


@dataclass
class Sender:
    """Looks, each of them when the next one is due."""

    airflow: Airflow = field(default_factory=Airflow)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.lost = LostAnswers(session_scope, self.airflow, lambda: self.seconds)

    def look(self, *, after: float = LOOK_SECONDS) -> int:
        self.seconds += after
        return self.lost.carry_out(at=now.now())


@pytest.fixture
def sender(office: PaperOffice) -> Sender:
    """A plan before the head, who signs in to Airflow as mayor; its gate is parked."""
    office.open()
    office.draft()
    office.submit()
    with session_scope() as session:
        session.get_one(Person, HEAD).login = "mayor"
        park(session, GATE, "plan", CAMPAIGN)
    return Sender()


def answered(login: str = "mayor", option: str = "核定", **fields: object) -> Answered:
    """A minute ago, every other field left empty."""
    return Answered(login, now.now() - timedelta(minutes=1), option, {"remark": None, **fields})


def stands() -> tuple[ApprovalState, str | None]:
    """How the request stands, and by whose hand."""
    with session_scope() as session:
        approval: Approval = awaited(session, "plan", CAMPAIGN)
        return approval.state, approval.decided_by


def test_a_lost_answer_is_carried_out_once_by_whoever_gave_it(sender: Sender) -> None:
    assert sender.look() == 0
    sender.airflow.answered[GATE] = answered()
    assert sender.look(after=LOOK_SECONDS / 2) == 0  # a gate that waits is not asked about all the time
    assert sender.look() == 1
    assert stands() == (ApprovalState.APPROVED, HEAD)
    asked = sender.airflow.asked
    assert sender.look() == 0
    assert sender.airflow.asked == asked  # it is decided, and for the sender to release


@pytest.mark.parametrize(
    ("login", "option"), [("stranger", "核定"), ("mayor", "再看一次"), ("inspection-sender", "核定")]
)
def test_what_the_house_refuses_or_a_program_answered_decides_nothing(
    sender: Sender, login: str, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTION_AIRFLOW_USER", "inspection-sender")
    settings.reset()
    sender.airflow.answered[GATE] = answered(login, option)
    assert sender.look() == 0
    assert stands() == (ApprovalState.PENDING, None)


def test_a_run_airflow_cannot_tell_of_holds_up_no_other(sender: Sender) -> None:
    other = ParkedGate("semiannual_inspection", "a run out of order", GATE.task_id)
    with session_scope() as session:
        park(session, other, "plan", CAMPAIGN)
    sender.airflow.answered[GATE], sender.airflow.out_of_order = answered(), other
    with pytest.raises(SourceUnavailable):
        sender.look()
    assert stands() == (ApprovalState.APPROVED, HEAD)


def test_what_was_refused_is_not_taken_for_lost_when_it_would_count_later(sender: Sender) -> None:
    sender.airflow.answered[GATE] = answered("deputy")
    assert sender.look() == 0
    with session_scope() as session:
        session.get_one(Person, HEAD).login = "deputy"
    assert sender.look() == 0
    assert stands() == (ApprovalState.PENDING, None)
    with session_scope() as session:
        note_refused(session, GATE, at=now.now() - timedelta(hours=1))
    assert sender.look() == 1  # an answer given after the one that was refused


def test_an_answer_to_another_version_decides_nothing_and_is_told_once(sender: Sender) -> None:
    sender.airflow.answered[GATE] = answered(identifier="ABCD-EFGH")
    assert (sender.look(), sender.look()) == (0, 0)
    with session_scope() as session:
        gate = session.get_one(AirflowGate, ("semiannual_inspection", "run", "planning.approve_plan"))
        assert gate.refused_at is not None
    assert stands() == (ApprovalState.PENDING, None)
