"""A rung whose roles nobody holds is recorded as passed upward, with its reason, and told to the ethics office; so is
one that reaches only some of whom it names."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    DEMO,
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
from inspection import settings
from inspection.escalation.climb import FollowUpCounts, follow_up
from inspection.escalation.rung import PASSED, SHORT
from inspection.model import Document, RungClimbed
from inspection.rules import catalogue
from inspection.store import events, findings
from inspection.store.session import session_scope
from inspection.vocabulary import Role

RULES = Path(catalogue.__file__).parent
ETHICS_OFFICE = {STAFF, SECOND_STAFF, ETHICS_HEAD}


def run(day: str) -> FollowUpCounts:
    """The follow-up of one day."""
    with session_scope() as session:
        return follow_up(session, on=date.fromisoformat(day), catalogue=catalogue.current(), at=now.now())


def climbed(fix_id: str) -> list[tuple[str, str]]:
    """The rungs on record with their channel."""
    with session_scope() as session:
        return [(one.rung, one.channel) for one in findings.rungs(session, fix_id)]


def passed(kind: str, subject: str, action: str = "rung_passed") -> list[tuple[str, str]]:
    """Rung and reason of each event that one was passed upward."""
    with session_scope() as session:
        found = events.of_subject(session, kind, subject)
    return [(str(one.details["rung"]), str(one.reason)) for one in found if one.action == action]


@pytest.fixture
def both_heads(office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PaperOffice:
    """The office with rungs for fixes and checklists that name two roles each."""
    ladders = yaml.safe_load((RULES / "ladder.yaml").read_text(encoding="utf-8"))["ladders"]
    for ladder in ladders:
        for rung in ladder["rungs"]:
            if rung["id"] == "unit_head":
                rung |= {"to": ["unit_head", "ethics_head"]}
            if rung["id"] == "agency_head":
                rung |= {"to": ["chief_secretary", "agency_head"]}
    wanted = [one for one in ladders if one["id"] in {"fix", "checklist"}]
    shutil.copytree(DEMO / "rules", tmp_path / "rules")
    text = yaml.safe_dump({"ladders": wanted}, allow_unicode=True)
    (tmp_path / "rules" / "ladder.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(tmp_path / "rules"))
    settings.reset()
    catalogue.reset()
    return office


def test_a_rung_with_one_of_its_roles_vacant_tells_the_others_and_leaves_a_record(both_heads: PaperOffice) -> None:
    fix_id = both_heads.one_fix()
    leaves(UNIT_HEAD[WORKS])
    for _ in range(2):
        run("2026-11-10")
    assert climbed(fix_id) == [("unit_head", "mail")]
    assert fix(fix_id).top_rung == "unit_head"
    assert {one.person_id for one in notices("fix_overdue")} == {CONTACT[WORKS], ETHICS_HEAD}
    assert passed("fix", fix_id) == []
    ((rung, reason),) = passed("fix", fix_id, SHORT)
    assert rung == "unit_head"
    assert "單位主管從缺" in reason and "已送政風主管" in reason
    told = notices("rung_vacant")
    assert {one.person_id for one in told} == ETHICS_OFFICE
    for one in told:
        assert "部分對象無人可通知" in one.subject
        assert "已送政風主管、單位窗口；惟單位主管於人員名冊上無人擔任" in one.body
        assert "移由下一階" not in one.body


def test_a_draft_goes_to_whom_there_is_and_says_who_is_not(both_heads: PaperOffice) -> None:
    fix_id = both_heads.one_fix()
    leaves(SECRETARY)
    assert run("2026-11-23").drafts == 1
    ((rung, reason),) = passed("fix", fix_id, SHORT)
    assert rung == "agency_head"
    assert "主任秘書從缺" in reason and "已送機關首長" in reason
    assert {one.values["role_names"] for one in notices("rung_vacant")} == {"主任秘書"}
    assert len(notices("escalation_draft_ready")) == 1


def test_a_checklist_that_reaches_one_of_two_is_recorded_once(both_heads: PaperOffice) -> None:
    both_heads.approved_plan()
    both_heads.send_forms()
    leaves(UNIT_HEAD[WORKS])
    for _ in range(2):
        run("2026-11-12")
    assert [rung for rung, _ in passed("checklist", f"{CAMPAIGN}:{WORKS}", SHORT)] == ["unit_head"]
    assert len(notices("rung_vacant")) == len(ETHICS_OFFICE)


def test_a_copy_nobody_gets_is_on_record_and_told_by_no_mail(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    leaves(UNIT_HEAD[WORKS])
    for _ in range(2):
        run("2026-11-12")
    assert climbed(fix_id) == [("ethics_head", "mail")]
    assert fix(fix_id).top_rung == "ethics_head"
    ((rung, reason),) = passed("fix", fix_id, SHORT)
    assert rung == "ethics_head"
    assert "單位主管從缺" in reason and "已送政風主管" in reason
    assert {one.person_id for one in notices("fix_overdue")} == {ETHICS_HEAD}
    assert notices("rung_vacant") == []


def test_a_checklist_whose_copy_nobody_gets_is_recorded_once(office: PaperOffice) -> None:
    office.approved_plan()
    office.send_forms()
    leaves(UNIT_HEAD[WORKS])
    run("2026-11-12")
    for _ in range(2):
        run("2026-11-16")
    assert [rung for rung, _ in passed("checklist", f"{CAMPAIGN}:{WORKS}", SHORT)] == ["ethics_head"]


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
