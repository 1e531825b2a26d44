"""What is parked in Airflow is released once it has what it waits for: late, twice, or while it parks anew."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaigns.paper_office import CAMPAIGN, ETHICS_HEAD, STAFF, PaperOffice
from conftest import FixedClock
from inspection import clock as now
from inspection.audit.steps import advance
from inspection.campaigns import waits
from inspection.campaigns.cancel import cancel
from inspection.campaigns.gates import park, passed
from inspection.campaigns.pause import pause, resume
from inspection.campaigns.releases import (
    LIVELY_SECONDS,
    LONGEST_PAUSE_SECONDS,
    MOST_REFUSED,
    SETTLE_SECONDS,
    Releases,
)
from inspection.campaigns.sender import ROUND_SECONDS
from inspection.doctor import CHECKS
from inspection.errors import NotAllowed, NotFound, SourceUnavailable
from inspection.model import AirflowWait
from inspection.model.lifecycle import ChecklistState
from inspection.operations.runs import PERIODIC, SENDER, overdue
from inspection.settings import REPOSITORY
from inspection.store import checklists
from inspection.store.parked import ParkedGate, note, open_waits
from inspection.store.parked import passed as passed_wait
from inspection.store.runs import note as note_stage
from inspection.store.session import session_scope

WINDOW = ParkedGate("spring_festival_security", "run", "window.await_window_end")
GATE = ParkedGate("semiannual_inspection", "run", "planning.approve_plan")
END = "2026-11-21T00:00:00+08:00"


@dataclass
class Airflow:
    """Airflow as the sender meets it: which tasks are parked; it may lose an answer, or not answer at all."""

    parked: set[ParkedGate] = field(default_factory=set)
    asked: int = 0
    answered: list[tuple[str, str]] = field(default_factory=list)
    loses: int = 0
    away: bool = False
    out_of_order: set[ParkedGate] = field(default_factory=set)

    def waits(self, place: ParkedGate) -> bool:
        self.asked += 1
        if self.away or place in self.out_of_order:
            raise SourceUnavailable("no answer")
        return place in self.parked

    def answer(self, place: ParkedGate, option: str) -> bool:
        self.answered.append((place.task_id, option))
        if self.loses:
            self.loses -= 1
        else:
            self.parked.discard(place)
        return True


@dataclass
class Sender:
    """A sender of which each round is a moment later than the one before."""

    airflow: Airflow = field(default_factory=Airflow)
    seconds: float = 0.0
    releases: Releases = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Anew, as after a kill: whatever it remembered is lost."""
        self.releases = Releases(session_scope, self.airflow, lambda: self.seconds)

    def rounds(self, count: int = 2, *, every: float = 10.0) -> int:
        """So many rounds; how many tasks were released."""
        released = 0
        for _ in range(count):
            self.seconds += every
            released += self.releases.round(at=now.now())
        return released


@pytest.fixture
def sender() -> Sender:
    return Sender()


def arrive(place: ParkedGate, wait_id: str, office: PaperOffice) -> list[str]:
    """What the task does when it begins, or is released."""
    with session_scope() as session:
        return waits.arrive(session, place, wait_id, CAMPAIGN, catalogue=office.rules, at=now.now())


@pytest.fixture
def waiting(office: PaperOffice, sender: Sender) -> Sender:
    """A campaign is open, and the task that waits for the end of its window is parked."""
    office.open()
    (left,) = arrive(WINDOW, "window_end", office)
    assert "115年11月21日" in left
    sender.airflow.parked.add(WINDOW)
    return sender


def test_rounds_follow_quickly_while_a_task_settles_and_after_one_went_on(
    office: PaperOffice, clock: FixedClock, waiting: Sender
) -> None:
    def rest() -> float:
        return waiting.releases.rest(ROUND_SECONDS)

    waiting.rounds(1)
    assert rest() == ROUND_SECONDS
    clock.set(END)
    waiting.rounds(1)
    assert rest() == SETTLE_SECONDS, "it is seen parked: the next round comes when it has settled"
    assert waiting.rounds(1, every=rest()) == 1
    assert rest() == LIVELY_SECONDS
    assert arrive(WINDOW, "window_end", office) == []
    waiting.rounds(20, every=LIVELY_SECONDS)
    assert rest() == ROUND_SECONDS


def test_an_airflow_that_is_away_is_not_asked_more_often_for_a_task_about_to_go_on(
    clock: FixedClock, waiting: Sender
) -> None:
    clock.set(END)
    waiting.rounds(1)
    waiting.airflow.away = True
    with pytest.raises(SourceUnavailable):
        waiting.rounds(1)
    assert waiting.releases.rest(ROUND_SECONDS) == ROUND_SECONDS


def test_a_wait_goes_on_when_what_it_waits_for_has_come(
    office: PaperOffice, clock: FixedClock, waiting: Sender
) -> None:
    assert waiting.rounds(20) == 0
    assert waiting.airflow.asked == 0, "Airflow is asked nothing while there is nothing to release"
    clock.set(END)
    assert waiting.rounds(2) == 1
    assert waiting.airflow.answered == [(WINDOW.task_id, waits.LOOK_AGAIN)]
    assert arrive(WINDOW, "window_end", office) == []
    asked = waiting.airflow.asked
    assert waiting.rounds(50) == 0
    assert waiting.airflow.asked == asked, "one that has passed is asked of no more"


def test_a_wait_that_is_over_before_its_task_begins_never_parks(office: PaperOffice, clock: FixedClock) -> None:
    office.open()
    clock.set(END)
    assert arrive(WINDOW, "window_end", office) == []
    with session_scope() as session:
        assert session.scalars(select(AirflowWait)).all() == []


def test_no_task_is_answered_before_it_has_settled(clock: FixedClock, waiting: Sender) -> None:
    clock.set(END)
    assert waiting.rounds(1) == 0
    assert waiting.rounds(1, every=SETTLE_SECONDS / 2) == 0
    assert waiting.rounds(1, every=SETTLE_SECONDS / 2) == 1


def test_a_task_that_is_not_parked_yet_is_asked_of_less_and_less(clock: FixedClock, waiting: Sender) -> None:
    waiting.airflow.parked.clear()
    clock.set(END)
    assert waiting.rounds(180) == 0  # half an hour
    assert waiting.airflow.asked < 15
    waiting.airflow.parked.add(WINDOW)
    assert waiting.rounds(2 + int(LONGEST_PAUSE_SECONDS / 10)) == 1


def test_an_answer_that_is_lost_is_given_again_by_a_sender_that_knows_nothing(
    clock: FixedClock, waiting: Sender
) -> None:
    waiting.airflow.loses = 1
    clock.set(END)
    assert waiting.rounds(2) == 1
    waiting.start()
    assert waiting.rounds(2) == 1
    assert waiting.airflow.parked == set()


def test_what_fails_in_one_round_is_made_good_in_a_later_one(clock: FixedClock, waiting: Sender) -> None:
    clock.set(END)
    waiting.airflow.away = True
    with pytest.raises(SourceUnavailable):
        waiting.rounds(1)
    waiting.airflow.away = False
    assert waiting.rounds(2) == 1


def test_a_run_airflow_cannot_tell_of_holds_up_no_other(
    office: PaperOffice, clock: FixedClock, waiting: Sender
) -> None:
    broken = [ParkedGate(WINDOW.dag_id, f"run{number}", WINDOW.task_id) for number in range(MOST_REFUSED + 1)]
    last = ParkedGate(WINDOW.dag_id, "the last", WINDOW.task_id)
    for place in (*broken, last):
        arrive(place, "window_end", office)
    waiting.airflow.out_of_order, waiting.airflow.parked = {WINDOW, *broken}, {last}
    clock.set(END)
    for _ in range(6):
        with suppress(SourceUnavailable):
            waiting.rounds(1)
    assert waiting.airflow.answered == [(WINDOW.task_id, waits.LOOK_AGAIN)]
    assert waiting.airflow.parked == set()


def test_what_is_over_is_released_within_the_minute_its_page_promises() -> None:
    """At worst its turn has just passed, then a round sees it parked, and a later one finds it settled."""
    settled = ROUND_SECONDS * -(-SETTLE_SECONDS // ROUND_SECONDS)
    assert "一分鐘內" in waits.NOBODY_NEED_ANSWER
    assert all(one.every_seconds + ROUND_SECONDS + settled <= 60 for one in waits.WAITS.values())


def test_one_told_to_look_too_early_parks_anew_and_one_cleared_after_it_passed_passes_again(
    office: PaperOffice, clock: FixedClock, waiting: Sender
) -> None:
    assert len(arrive(WINDOW, "window_end", office)) == 1
    clock.set(END)
    assert arrive(WINDOW, "window_end", office) == []
    assert arrive(WINDOW, "window_end", office) == []
    with session_scope() as session:
        assert open_waits(session) == []


def test_a_wait_for_checklists_is_over_once_each_is_accepted_or_exempt(office: PaperOffice, sender: Sender) -> None:
    office.approved_plan()
    office.send_forms()
    place = ParkedGate("semiannual_inspection", "run", "checklists.await_checklists")
    assert "2 份" in arrive(place, "checklists", office)[0]
    sender.airflow.parked.add(place)
    assert sender.rounds(3) == 0
    with session_scope() as session:
        for one in checklists.of_campaign(session, CAMPAIGN):
            advance(session, one, ChecklistState.EXEMPT, actor=STAFF, at=now.now(), reason="裁撤")
    assert sender.rounds(2) == 1


def test_while_a_campaign_rests_nothing_goes_on(office: PaperOffice, clock: FixedClock, sender: Sender) -> None:
    office.approved_plan()
    arrive(WINDOW, "window_end", office)
    sender.airflow.parked.add(WINDOW)
    with session_scope() as session:
        pause(session, CAMPAIGN, person_id=ETHICS_HEAD, reason="颱風停止上班", at=now.now())
    clock.set(END)
    assert sender.rounds(3) == 0
    assert "暫停" in arrive(WINDOW, "window_end", office)[0]
    with session_scope() as session:
        resume(session, CAMPAIGN, person_id=ETHICS_HEAD, at=now.now())
    assert sender.rounds(2) == 1


def test_a_wait_of_a_cancelled_campaign_is_released_and_ends(office: PaperOffice, waiting: Sender) -> None:
    with session_scope() as session:
        cancel(session, CAMPAIGN, person_id=ETHICS_HEAD, reason="業務整併", document_number="", at=now.now())
    assert waiting.rounds(2) == 1
    assert arrive(WINDOW, "window_end", office) == []
    with session_scope() as session, pytest.raises(NotAllowed, match="已取消"):
        waits.require_not_cancelled(session, CAMPAIGN)
    assert waiting.rounds(5) == 0


def test_a_gate_is_answered_as_the_house_decided_and_asked_of_no_more(office: PaperOffice, sender: Sender) -> None:
    office.open()
    office.draft()
    office.submit()
    with session_scope() as session:
        park(session, GATE, "plan", CAMPAIGN)
    sender.airflow.parked.add(GATE)
    assert sender.rounds(3) == 0
    office.decide()
    assert sender.rounds(2) == 1
    assert sender.airflow.answered == [(GATE.task_id, "核定")]
    with session_scope() as session:
        passed(session, GATE, at=now.now())
    asked = sender.airflow.asked
    assert sender.rounds(50) == 0
    assert sender.airflow.asked == asked


def test_a_row_this_version_does_not_know_stops_no_other(
    office: PaperOffice, clock: FixedClock, waiting: Sender
) -> None:
    strange = ParkedGate("a_dag", "run", "await_moon")
    with session_scope() as session:
        note(session, AirflowWait, strange, awaits="moon", campaign_id=CAMPAIGN)
    with pytest.raises(NotFound, match="moon"):
        arrive(strange, "moon", office)
    clock.set(END)
    waiting.airflow.parked.add(strange)
    assert waiting.rounds(2) == 2, "its task is left to say so itself"


def test_a_sender_that_does_not_work_is_missed_while_anything_waits(
    office: PaperOffice, clock: FixedClock, waiting: Sender
) -> None:
    with session_scope() as session:
        for one in PERIODIC:
            note_stage(session, stage=one.stage, campaign_id=None, door="cli", counts={}, at=now.now())
    clock.set(clock.instant + timedelta(minutes=31))
    with session_scope() as session:
        assert [one.stage for one in overdue(session, at=now.now())] == [SENDER]
    assert not CHECKS["schedules"]().ok
    assert not CHECKS["airflow"]().ok, "no service account is set"
    with session_scope() as session:
        passed_wait(session, AirflowWait, WINDOW, at=now.now())
        assert overdue(session, at=now.now()) == [], "nothing waits for it"
    assert CHECKS["airflow"]().ok


def test_each_wait_of_a_dag_stands_in_the_register_and_no_other_does() -> None:
    told = [path.read_text(encoding="utf-8") for path in (REPOSITORY / "dags").glob("*.py")]
    named = {name for text in told for name in re.findall(r"@parked_wait\(.*awaits=\"(\w+)\"\)", text)}
    assert named == set(waits.WAITS)
