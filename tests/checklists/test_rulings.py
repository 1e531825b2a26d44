"""The review statement by statement: what is accepted stays so while unchanged, and of two officers one is told."""

from __future__ import annotations

import threading

import pytest

from campaigns.paper_office import CAMPAIGN, CONTACT, SECOND_STAFF, STAFF, WORKS, PaperOffice, notices
from checklists.filling import filled
from conftest import FixedClock
from inspection import clock as now
from inspection.checklists.review import accept, reopen, send_back
from inspection.checklists.rulings import Ruling, rule
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.model import Event, ItemRuling
from inspection.model.lifecycle import ChecklistState, RulingState
from inspection.store import checklists, events, rulings
from inspection.store.session import session_scope

OF_WORKS = f"{CAMPAIGN}:{WORKS}"
OPEN, ACCEPTED, RETURNED = RulingState.OPEN, RulingState.ACCEPTED, RulingState.RETURNED


@pytest.fixture
def items(office: PaperOffice) -> list[str]:
    """The works unit's form is back, 符合 everywhere; its statements in order."""
    office.approved_plan()
    office.send_forms()
    come_back(office)
    return office.items(WORKS)


def come_back(office: PaperOffice, words: dict[str, str] | None = None, **answers: str) -> None:
    """The works unit hands its form in."""
    form = filled(office.form(WORKS), {one.replace("_", "-"): said for one, said in answers.items()}, words)
    assert office.take_in(form).accepted


def say(*said: Ruling, by: str = SECOND_STAFF, version: int | None = None) -> int:
    """An officer rules on statements."""
    with session_scope() as session:
        return rule(session, OF_WORKS, said, person_id=by, version=version, at=now.now())


def stands() -> dict[str, ItemRuling]:
    """How each statement stands."""
    with session_scope() as session:
        return rulings.of(session, OF_WORKS)


def state() -> ChecklistState:
    """How the form stands."""
    with session_scope() as session:
        return checklists.get(session, OF_WORKS).state


def steps(item: str) -> list[Event]:
    """What happened to one statement."""
    with session_scope() as session:
        return events.of_subject(session, "item_ruling", f"{OF_WORKS}:{item}")


def test_once_every_statement_is_accepted_the_form_is(items: list[str]) -> None:
    assert say(*(Ruling(one, ACCEPTED) for one in items[1:])) == len(items) - 1
    assert say(Ruling(items[1], ACCEPTED)) == 0, "the same again changes nothing"
    assert state() is ChecklistState.RETURNED
    say(Ruling(items[0], ACCEPTED), by=STAFF)
    assert state() is ChecklistState.ACCEPTED
    assert [(one.actor, one.to_state) for one in steps(items[0])] == [(STAFF, "accepted")]
    with pytest.raises(Conflict, match="不在審查中"):
        say(Ruling(items[0], OPEN))


def take_back(person: str = SECOND_STAFF, reason: str = "第1項誤按通過") -> None:
    """審查完成 is taken back."""
    with session_scope() as session:
        reopen(session, OF_WORKS, person_id=person, reason=reason, at=now.now())


def test_an_accepted_form_is_taken_back_with_what_the_last_press_accepted(
    items: list[str], office: PaperOffice, clock: FixedClock
) -> None:
    say(Ruling(items[1], ACCEPTED))
    with pytest.raises(Conflict, match="未在審查完成狀態"):
        take_back()
    clock.set("2026-11-16T10:00:00+08:00")
    with session_scope() as session:
        accept(session, OF_WORKS, person_id=SECOND_STAFF, at=now.now())
    clock.set("2026-11-16T10:05:00+08:00")
    with pytest.raises(BadSource, match="理由未填"):
        take_back(reason=" ")
    with pytest.raises(NotAllowed):
        take_back(CONTACT[WORKS])
    assert state() is ChecklistState.ACCEPTED
    take_back()
    assert state() is ChecklistState.RETURNED
    assert {one for one, row in stands().items() if row.state is ACCEPTED} == {items[1]}
    (told,) = notices("checklist_reopened")
    assert (told.person_id, "目前無須辦理" in told.body) == (CONTACT[WORKS], True)
    with session_scope() as session:
        checklist, step = checklists.get(session, OF_WORKS), events.of_subject(session, "checklist", OF_WORKS)[-1]
    assert checklist.accepted_at is None
    assert (step.actor, step.from_state, step.to_state) == (SECOND_STAFF, "accepted", "returned")
    assert step.reason == "第1項誤按通過"
    say(Ruling(items[0], RETURNED, "請補名冊"))
    with session_scope() as session:
        send_back(session, OF_WORKS, person_id=SECOND_STAFF, item_ids=(), at=now.now())
    assert state() is ChecklistState.SENT_BACK


def test_of_two_who_take_it_back_at_once_one_is_told(items: list[str]) -> None:
    with session_scope() as session:
        accept(session, OF_WORKS, person_id=SECOND_STAFF, at=now.now())
    said: list[type[Exception] | None] = []

    def press() -> None:
        try:
            take_back()
        except Conflict:
            said.append(Conflict)
        else:
            said.append(None)

    both = [threading.Thread(target=press) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(map(str, said)) == sorted(map(str, (Conflict, None)))
    assert len(notices("checklist_reopened")) == 1


def test_a_form_goes_back_with_each_reason_and_only_those_are_asked(office: PaperOffice, items: list[str]) -> None:
    say(Ruling(items[0], RETURNED, "請補名冊"), Ruling(items[2], ACCEPTED))
    with pytest.raises(Conflict, match="第1項已列退回補正"), session_scope() as session:
        accept(session, OF_WORKS, person_id=SECOND_STAFF, at=now.now())
    with session_scope() as session:
        send_back(session, OF_WORKS, person_id=SECOND_STAFF, item_ids=[items[3]], reason="佐證不足", at=now.now())
    assert state() is ChecklistState.SENT_BACK
    (told,) = notices("checklist_returned_for_correction")
    assert told.values["item_numbers"] == "1、4"
    assert {one: stands()[one].reason for one in (items[0], items[3])} == {items[0]: "請補名冊", items[3]: "佐證不足"}
    come_back(office, {f"{items[0]}.remark": "名冊另附"}, **{items[3].replace("-", "_"): "不符合"})
    after = stands()
    assert [after[one].state for one in (items[0], items[2], items[3])] == [OPEN, ACCEPTED, OPEN]
    assert after[items[2]].ruled_by == SECOND_STAFF, "what nobody changed stays accepted"


def test_a_changed_answer_loses_its_acceptance_and_its_row_says_so(office: PaperOffice, items: list[str]) -> None:
    say(Ruling(items[0], ACCEPTED), Ruling(items[1], ACCEPTED), Ruling(items[2], RETURNED, "請敘明"))
    come_back(office, {f"{items[1]}.remark": "已改置密碼櫃"}, **{items[0].replace("-", "_"): "不符合"})
    after = stands()
    assert [after[one].state for one in items[:3]] == [OPEN, OPEN, RETURNED]
    assert [after[one].lapsed_version for one in items[:3]] == [2, 2, None]
    last = steps(items[0])[-1]
    assert (last.from_state, last.to_state, last.details["version"]) == ("accepted", "open", 2)


def test_the_second_of_two_officers_is_told(items: list[str]) -> None:
    say(Ruling(items[0], ACCEPTED, seen=OPEN), by=STAFF)
    with pytest.raises(Conflict, match="第1項他人已先審查"):
        say(Ruling(items[1], ACCEPTED, seen=OPEN), Ruling(items[0], RETURNED, "請補", seen=OPEN))
    assert items[1] not in {item for item, one in stands().items() if one.state is ACCEPTED}, "all or none"
    say(Ruling(items[0], RETURNED, "請補", seen=ACCEPTED))
    assert [(one.actor, one.to_state) for one in steps(items[0])] == [
        (STAFF, "accepted"), (SECOND_STAFF, "open"), (SECOND_STAFF, "returned"),
    ]  # fmt: skip


def test_of_two_at_the_same_moment_one_wins(items: list[str]) -> None:
    ready, lost = threading.Barrier(2), []

    def press(said: Ruling, by: str) -> None:
        ready.wait()
        try:
            say(said, by=by)
        except Conflict:
            lost.append(by)

    both = [
        threading.Thread(target=press, args=(Ruling(items[0], ACCEPTED, seen=OPEN), STAFF)),
        threading.Thread(target=press, args=(Ruling(items[0], RETURNED, "請補", seen=OPEN), SECOND_STAFF)),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(lost) == 1
    assert len(steps(items[0])) == 1
    assert stands()[items[0]].ruled_by not in lost


def test_what_came_meanwhile_is_not_ruled_on_unseen(office: PaperOffice, items: list[str]) -> None:
    come_back(office, **{items[0].replace("-", "_"): "不符合"})
    with pytest.raises(Conflict, match="單位已另送新版"):
        say(Ruling(items[0], ACCEPTED), version=1)


def test_nobody_else_rules_and_no_reason_is_no_return(items: list[str]) -> None:
    with pytest.raises(NotAllowed):
        say(Ruling(items[0], ACCEPTED), by=CONTACT[WORKS])
    with pytest.raises(BadSource, match="退回理由未填"):
        say(Ruling(items[0], RETURNED, " "))
    with pytest.raises(BadSource, match="沒有項目"):
        say(Ruling("DOC-999", ACCEPTED))
