"""A rung whose roles nobody holds is recorded as passed upward, with its reason, and told to the ethics office."""

from __future__ import annotations

from datetime import date

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    ETHICS_HEAD,
    SECOND_STAFF,
    SECRETARY,
    STAFF,
    UNIT_HEAD,
    WORKS,
    PaperOffice,
    fix,
    grant,
    leaves,
    notices,
)
from inspection import clock as now
from inspection.escalation.climb import FollowUpCounts, follow_up
from inspection.escalation.rung import PASSED
from inspection.model import Document, RungClimbed
from inspection.rules import catalogue
from inspection.store import events, findings
from inspection.store.session import session_scope
from inspection.vocabulary import Role

ETHICS_OFFICE = {STAFF, SECOND_STAFF, ETHICS_HEAD}


def run(day: str) -> FollowUpCounts:
    """The follow-up of one day."""
    with session_scope() as session:
        return follow_up(session, on=date.fromisoformat(day), catalogue=catalogue.current(), at=now.now())


def climbed(fix_id: str) -> list[tuple[str, str]]:
    """The rungs on record with their channel."""
    with session_scope() as session:
        return [(one.rung, one.channel) for one in findings.rungs(session, fix_id)]


def passed(kind: str, subject: str) -> list[tuple[str, str]]:
    """Rung and reason of each event that one was passed upward."""
    with session_scope() as session:
        found = events.of_subject(session, kind, subject)
    return [(str(one.details["rung"]), str(one.reason)) for one in found if one.action == "rung_passed"]


def test_a_unit_without_a_head_is_passed_upward_told_once_and_taken_up_when_there_is_one(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    leaves(UNIT_HEAD[WORKS])
    counts = run("2026-11-10")
    assert (counts.passed, counts.escalated, counts.failed) == (1, 0, 0)
    assert climbed(fix_id) == [("unit_head", PASSED)]
    assert fix(fix_id).top_rung is None, "nobody was told"
    ((rung, reason),) = passed("fix", fix_id)
    assert rung == "unit_head"
    assert "單位主管從缺" in reason
    told = notices("rung_vacant")
    assert {one.person_id for one in told} == ETHICS_OFFICE
    assert {one.values["next_rung"] for one in told} == {"逾期通知政風主管"}
    assert {one.person_id for one in notices("fix_overdue")} == {CONTACT[WORKS]}, (
        "who is copied hears of it all the same"
    )
    assert run("2026-11-10").passed == 0
    assert (len(passed("fix", fix_id)), len(notices("rung_vacant"))) == (1, 3)
    grant("P071", Role.UNIT_HEAD, WORKS)
    assert run("2026-11-11").escalated == 1
    assert climbed(fix_id) == [("unit_head", "mail")]
    assert {one.person_id for one in notices("fix_overdue")} == {CONTACT[WORKS], "P071"}
    assert fix(fix_id).top_rung == "unit_head"


def test_a_draft_for_a_vacant_office_is_not_printed(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    run("2026-11-12")
    leaves(SECRETARY)
    assert run("2026-11-16").passed == 1
    assert climbed(fix_id)[-1] == ("chief_secretary", PASSED)
    with session_scope() as session:
        assert session.query(Document).filter_by(kind="escalation_brief").all() == []
    assert notices("escalation_draft_ready") == []
    assert {one.values["role_names"] for one in notices("rung_vacant")} == {"主任秘書"}
    # the next rung comes on its own day and says truly who was told
    run("2026-11-23")
    with session_scope() as session:
        draft = session.get_one(RungClimbed, (fix_id, 1, "agency_head")).document_id
        assert session.get_one(Document, draft).kind == "escalation_brief"


def test_a_draft_nobody_could_sign_is_told_to_the_staff(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    leaves(ETHICS_HEAD)
    assert run("2026-11-16").passed == 1
    assert climbed(fix_id) == [("chief_secretary", PASSED)]
    assert {one.person_id for one in notices("rung_vacant")} == {STAFF, SECOND_STAFF}
    assert {one.values["role_names"] for one in notices("rung_vacant")} == {"政風主管"}


def test_a_checklist_with_nobody_to_remind_is_told_once_per_rung(office: PaperOffice) -> None:
    office.approved_plan()
    office.send_forms()
    leaves(CONTACT[WORKS])
    leaves(UNIT_HEAD[WORKS])
    for day in ("2026-11-11", "2026-11-11"):
        run(day)
    checklist = f"{CAMPAIGN}:{WORKS}"
    assert [rung for rung, _ in passed("checklist", checklist)] == ["due_today"]
    told = notices("rung_vacant")
    assert {one.person_id for one in told} == ETHICS_OFFICE
    assert len(told) == 3
    run("2026-11-12")
    assert [rung for rung, _ in passed("checklist", checklist)] == ["due_today", "unit_head"]
