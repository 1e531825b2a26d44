"""請單位說明 reaches whoever may answer, its answer comes back, and nothing waits for one that does not come."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    ETHICS_HEAD,
    SECOND_STAFF,
    SOCIAL,
    UNIT_HEAD,
    WORKS,
    PaperOffice,
    grant,
    leaves,
    notices,
)
from campaigns.paper_office import finding as finding_of
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.escalation.climb import follow_up
from inspection.findings.questions import Explanation, explain, lapsed, name_confidant, questions_for
from inspection.model import Event, Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.notices.deliver import deliver_due
from inspection.rules import catalogue
from inspection.store import events, findings
from inspection.store.session import session_scope
from inspection.vocabulary import Role, TriageOutcome
from servers.mail import MailServer

QUESTION = "請說明該表存放位置及保管人"
SAID = "原件鎖於鐵櫃，電子檔已移置限權資料夾"


@pytest.fixture
def suspected(office: PaperOffice, clock: FixedClock) -> list[int]:
    """Two 疑似事項 of the works unit on Monday 2 November."""
    office.approved_plan()
    clock.set("2026-11-02T09:00:00+08:00")
    office.send_forms()
    first, second = office.items(WORKS)[:2]
    office.return_form(WORKS, {first: "不符合", second: "不符合"})
    return office.suspect()


def row(suspicion_id: int) -> Suspicion:
    """A 疑似事項 as it stands."""
    with session_scope() as session:
        return findings.suspicion(session, suspicion_id)


def said(suspicion_id: int, text: str = SAID, by: str = CONTACT[WORKS], entered_by: str | None = None) -> None:
    """The unit explains, by page or on paper."""
    with session_scope() as session:
        explain(session, suspicion_id, Explanation(text, by, entered_by), catalogue=catalogue.current(), at=now.now())


def follow(on: str) -> int:
    """The daily follow-up; how many notices are new."""
    with session_scope() as session:
        counts = follow_up(session, on=date.fromisoformat(on), catalogue=catalogue.current(), at=now.now())
    assert not counts.failed
    return len(notices("question_reminder")) + len(notices("question_lapsed"))


def test_one_mail_asks_for_all_and_says_nothing_of_what(office: PaperOffice, suspected: list[int]) -> None:
    office.triage(suspected, TriageOutcome.ASK_UNIT, reason=QUESTION)
    office.triage(suspected, TriageOutcome.ASK_UNIT, reason=QUESTION)
    (mail,) = notices("question_to_unit")
    assert mail.person_id == CONTACT[WORKS]
    assert "2件疑似事項" in mail.body
    assert "11月5日" in mail.body, "three working days from the next day"
    for told in (QUESTION, *office.items(WORKS)[:2]):
        assert told not in mail.body + mail.subject
    asked = row(suspected[0])
    assert (asked.state, asked.asked_by, asked.question, asked.answer_due_on) == (
        SuspicionState.ASKED, SECOND_STAFF, QUESTION, date(2026, 11, 5),
    )  # fmt: skip
    assert asked.decided_by is None, "to ask is not to decide"


def test_the_days_to_answer_are_the_agency_s_own(
    office: PaperOffice, suspected: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "triage.yaml").write_text("answer_within_working_days: 7\n", encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(tmp_path / "rules"))
    settings.reset()
    catalogue.reset()
    office.triage(suspected, TriageOutcome.ASK_UNIT, reason=QUESTION)
    assert row(suspected[0]).answer_due_on == date(2026, 11, 11)
    catalogue.reset()


@pytest.mark.parametrize("person", [CONTACT[WORKS], UNIT_HEAD[WORKS]])
def test_contact_and_head_answer_and_the_officer_decides_on_it(
    office: PaperOffice, suspected: list[int], person: str
) -> None:
    office.triage(suspected, TriageOutcome.ASK_UNIT, reason=QUESTION)
    with session_scope() as session:
        mine = questions_for(session, person, catalogue=catalogue.current(), at=now.now())
        assert [one.id for one in mine] == suspected
    said(suspected[0], by=person)
    said(suspected[0], by=person)
    answered = row(suspected[0])
    assert (answered.state, answered.explanation, answered.explained_by) == (SuspicionState.EXPLAINED, SAID, person)
    with session_scope() as session:
        steps = [
            (one.actor, one.to_state)
            for one in events.of_subject(session, "suspicion", str(suspected[0]))
            if one.action == "step"
        ]
        assert not any(SAID in str(one.reason) for one in session.query(Event))
    assert steps == [(SECOND_STAFF, "asked"), (person, "explained")]
    office.triage([suspected[0]], TriageOutcome.DISMISSED, reason="經說明無誤")
    assert row(suspected[0]).state is SuspicionState.DISMISSED
    assert row(suspected[1]).state is SuspicionState.ASKED


def test_another_answer_does_not_replace_the_first(office: PaperOffice, suspected: list[int]) -> None:
    office.triage(suspected, TriageOutcome.ASK_UNIT, reason=QUESTION)
    said(suspected[0])
    with pytest.raises(Conflict):
        said(suspected[0], "另一說法", UNIT_HEAD[WORKS])
    assert row(suspected[0]).explanation == SAID


@pytest.mark.parametrize("person", [CONTACT[SOCIAL], UNIT_HEAD[SOCIAL], SECOND_STAFF])
def test_nobody_else_answers_for_a_unit(office: PaperOffice, suspected: list[int], person: str) -> None:
    office.triage(suspected, TriageOutcome.ASK_UNIT, reason=QUESTION)
    with pytest.raises(NotAllowed):
        said(suspected[0], by=person)
    with session_scope() as session:
        assert questions_for(session, person, catalogue=catalogue.current(), at=now.now()) == []
    assert row(suspected[0]).state is SuspicionState.ASKED


def test_what_was_not_asked_cannot_be_answered_nor_seen(office: PaperOffice, suspected: list[int]) -> None:
    with pytest.raises(Conflict):
        said(suspected[0])
    with session_scope() as session:
        assert questions_for(session, CONTACT[WORKS], catalogue=catalogue.current(), at=now.now()) == []


@pytest.mark.parametrize(("text", "told"), [("", "說明未填"), (" \n", "說明未填"), ("字" * 2001, "說明過長（2001字）")])
def test_an_answer_says_something_and_fits(office: PaperOffice, suspected: list[int], text: str, told: str) -> None:
    office.triage(suspected, TriageOutcome.ASK_UNIT, reason=QUESTION)
    with pytest.raises(BadSource, match=told):
        said(suspected[0], text)


def test_what_was_said_on_paper_is_entered_with_who_said_it(office: PaperOffice, suspected: list[int]) -> None:
    office.triage(suspected, TriageOutcome.ASK_UNIT, reason=QUESTION)
    said(suspected[0], by=UNIT_HEAD[WORKS], entered_by=SECOND_STAFF)
    entered = row(suspected[0])
    assert (entered.explained_by, entered.explanation_entered_by) == (UNIT_HEAD[WORKS], SECOND_STAFF)
    with session_scope() as session:
        (step,) = [
            one for one in events.of_subject(session, "suspicion", str(suspected[0])) if one.to_state == "explained"
        ]
    assert (step.actor, step.details["said_by"]) == (SECOND_STAFF, UNIT_HEAD[WORKS])
    with pytest.raises(BadSource, match="不是受詢單位之人員"):
        said(suspected[1], by=CONTACT[SOCIAL], entered_by=SECOND_STAFF)
    with pytest.raises(NotAllowed, match="單位說明僅得由得判定本案之人員登錄"):
        said(suspected[1], by=CONTACT[WORKS], entered_by=CONTACT[WORKS])


def test_a_question_is_reminded_of_once_lapses_and_holds_nothing_up(
    office: PaperOffice, suspected: list[int], clock: FixedClock
) -> None:
    office.triage(suspected, TriageOutcome.ASK_UNIT, reason=QUESTION)
    assert follow("2026-11-04") == 0
    clock.set("2026-11-05T09:00:00+08:00")
    assert follow("2026-11-05") == follow("2026-11-05") == 1
    said(suspected[1])
    clock.set("2026-11-06T09:00:00+08:00")
    told = follow("2026-11-06")
    assert told == follow("2026-11-06")
    lapses = notices("question_lapsed")
    assert {one.person_id for one in lapses} >= {SECOND_STAFF}
    assert all("1件逾期" in one.body for one in lapses)
    today = date(2026, 11, 6)
    assert (lapsed(row(suspected[0]), on=today), lapsed(row(suspected[1]), on=today)) == (True, False)
    (number,) = office.triage([suspected[0]])
    assert finding_of(number).confirmed_by == SECOND_STAFF


def test_a_question_answered_before_its_mail_left_is_not_sent(
    office: PaperOffice, suspected: list[int], mail_server: MailServer
) -> None:
    office.triage(suspected, TriageOutcome.ASK_UNIT, reason=QUESTION)
    for one in suspected:
        said(one, by=UNIT_HEAD[WORKS])
    deliver_due(session_scope, at=now.now(), limit=100)
    assert {one.state.value for one in notices("question_to_unit")} == {"cancelled"}


# ------------------------------------------------------------------------------------------------ reserved matters


@pytest.fixture
def reserved(suspected: list[int]) -> int:
    """One of them is about an informant."""
    with session_scope() as session:
        findings.suspicion(session, suspected[0]).detectors = ["PII-NID", "TOP-WHISTLE"]
    return suspected[0]


def test_of_a_reserved_matter_no_contact_hears_by_role(
    office: PaperOffice, suspected: list[int], reserved: int
) -> None:
    with pytest.raises(BadSource, match="檢舉人身分"):
        office.triage(suspected, TriageOutcome.ASK_UNIT, reason=QUESTION)
    assert notices("question_to_unit") == []
    assert row(suspected[1]).state is SuspicionState.OPEN, "all or none"


def test_the_person_named_for_a_reserved_matter_alone_is_asked(
    office: PaperOffice, suspected: list[int], reserved: int, clock: FixedClock
) -> None:
    named = UNIT_HEAD[SOCIAL]
    with session_scope() as session:
        name_confidant(session, reserved, named, named_by=SECOND_STAFF, at=now.now())
        name_confidant(session, reserved, named, named_by=SECOND_STAFF, at=now.now())
    office.triage(suspected, TriageOutcome.ASK_UNIT, reason=QUESTION)
    counted = {one.person_id: one.values["question_count"] for one in notices("question_to_unit")}
    assert counted == {named: 1, CONTACT[WORKS]: 1}
    with session_scope() as session:
        for person, mine in ((named, [reserved]), (CONTACT[WORKS], suspected[1:]), (UNIT_HEAD[WORKS], suspected[1:])):
            found = questions_for(session, person, catalogue=catalogue.current(), at=now.now())
            assert [one.id for one in found] == mine, person
        happened = [one.action for one in events.of_subject(session, "suspicion", str(reserved))]
    assert happened.count("confidant_named") == 1
    with pytest.raises(NotAllowed):
        said(reserved, by=CONTACT[WORKS])
    clock.set("2026-11-05T09:00:00+08:00")
    follow("2026-11-05")
    assert {one.person_id for one in notices("question_reminder")} == {named, CONTACT[WORKS]}
    said(reserved, by=named)
    assert row(reserved).explained_by == named


def test_only_a_judge_names_somebody_and_only_one_who_can_enter(office: PaperOffice, reserved: int) -> None:
    with pytest.raises(NotAllowed), session_scope() as session:
        name_confidant(session, reserved, UNIT_HEAD[WORKS], named_by=UNIT_HEAD[WORKS], at=now.now())
    leaves(UNIT_HEAD[WORKS])
    with pytest.raises(BadSource, match="不在職"), session_scope() as session:
        name_confidant(session, reserved, UNIT_HEAD[WORKS], named_by=SECOND_STAFF, at=now.now())
    assert row(reserved).confidant_id is None


def test_a_head_who_is_ethics_staff_too_is_asked_as_what_they_are(office: PaperOffice, suspected: list[int]) -> None:
    grant(ETHICS_HEAD, Role.UNIT_HEAD, WORKS)
    office.triage(suspected, TriageOutcome.ASK_UNIT, reason=QUESTION)
    said(suspected[0], by=ETHICS_HEAD)
    assert row(suspected[0]).explained_by == ETHICS_HEAD
    assert row(suspected[0]).campaign_id == CAMPAIGN
