"""A fix from its opening to its release: in working days, by two people at least, and its lateness frozen."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    DEMO,
    ETHICS_HEAD,
    SECOND_STAFF,
    SOCIAL,
    STAFF,
    UNIT_HEAD,
    WORKS,
    PaperOffice,
    finding,
    fix,
    grant,
)
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.fixes.claim import accept, claim
from inspection.fixes.verify import release, verify
from inspection.model import Person
from inspection.model.lifecycle import FindingState, FixState
from inspection.rules import catalogue
from inspection.store import events, findings
from inspection.store.session import session_scope
from inspection.vocabulary import Role, Severity

DONE = "已移至限權資料夾並補正標示"


def claimed(fix_id: str, person: str = CONTACT[WORKS], text: str = DONE) -> None:
    """The unit says that it is done."""
    with session_scope() as session:
        claim(session, fix_id, person_id=person, claim=text, at=now.now())


def verified(fix_id: str, person: str = SECOND_STAFF, *, passed: bool = True, note: str = "實地複查無誤") -> None:
    """The ethics office looked."""
    with session_scope() as session:
        verify(session, fix_id, person_id=person, passed=passed, note=note, at=now.now())


def released(fix_id: str, person: str = ETHICS_HEAD) -> None:
    """解除列管."""
    with session_scope() as session:
        release(session, fix_id, person_id=person, at=now.now())


@pytest.mark.parametrize(
    ("severity", "due"),
    [
        (Severity.CRITICAL, "2026-11-05"),
        (Severity.HIGH, "2026-11-09"),
        (Severity.MEDIUM, "2026-11-16"),
        (Severity.LOW, "2026-11-30"),
    ],
)
def test_the_deadline_is_counted_in_working_days_from_the_next_day(
    office: PaperOffice, severity: Severity, due: str
) -> None:
    opened = fix(office.one_fix(severity))
    assert (opened.opened_on, opened.due_on, opened.original_due_on) == (
        date(2026, 11, 2),
        *[date.fromisoformat(due)] * 2,
    )
    assert finding(opened.id).state is FindingState.NOTIFIED


@pytest.mark.parametrize(("own", "days", "due"), [(2, 2, "2026-11-04"), (15, 10, "2026-11-16")])
def test_the_days_of_an_item_shorten_those_of_the_severity_in_the_deadline_and_on_paper(
    office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: int, days: int, due: str
) -> None:
    """What must be mended before a holiday has its own days; no statement gives more than the severity confirmed."""
    rules = tmp_path / "rules"
    shutil.copytree(DEMO / "rules", rules)
    (rules / "checklist_items.yaml").write_text(
        f"items:\n- {{id: DOC-001, fix_within_working_days: {own}, rotation: core,\n"
        "   deadline_set_by: [{basis: agency-secrecy-rule, clause: 第五條}]}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(rules))
    settings.reset()
    catalogue.reset()
    office.approved_plan()
    fix_id = office.to_findings(Severity.MEDIUM)
    office.compile()
    with session_scope() as session:
        report = findings.latest_report(session, CAMPAIGN, WORKS)
        assert report is not None
        printed = report.content["findings"][0]["deadline"]
    assert printed == f"發文日起{days}個工作日"
    office.submit_reports()
    office.sign("campaign_report")
    office.sign("unit_report")
    office.issue_reports()
    assert fix(fix_id).due_on == date.fromisoformat(due)


@pytest.mark.clause("S1-06b")
def test_claimed_verified_and_released_are_three_steps_by_three_people(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    claimed(fix_id)
    verified(fix_id)
    released(fix_id)
    assert (fix(fix_id).state, finding(fix_id).state) == (FixState.RELEASED, FindingState.RELEASED)
    with session_scope() as session:
        steps = [(e.actor, e.to_state) for e in events.of_subject(session, "fix", fix_id) if e.action == "step"]
    assert steps == [(CONTACT[WORKS], "claimed"), (SECOND_STAFF, "verified"), (ETHICS_HEAD, "released")]


def test_nothing_is_released_that_nobody_verified(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    with pytest.raises(Conflict, match="現為「列管中」，不得改為「解除列管」"):
        released(fix_id)
    claimed(fix_id)
    with pytest.raises(Conflict, match="現為「待複查」，不得改為「解除列管」"):
        released(fix_id)


def test_the_fixer_does_not_verify_even_from_another_chair(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    claimed(fix_id)
    grant(CONTACT[WORKS], Role.ETHICS_STAFF)
    with pytest.raises(NotAllowed, match="改善人員或同單位人員不得複查"):
        verified(fix_id, CONTACT[WORKS])
    with session_scope() as session:
        session.get_one(Person, CONTACT[WORKS]).unit_id = "U11"
    with pytest.raises(NotAllowed, match="改善人員或同單位人員不得複查"):
        verified(fix_id, CONTACT[WORKS])
    assert fix(fix_id).state is FixState.CLAIMED


def test_an_inspector_of_the_same_unit_does_not_verify(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    claimed(fix_id)
    grant(UNIT_HEAD[WORKS], Role.INSPECTOR)
    with pytest.raises(NotAllowed, match="改善人員或同單位人員不得複查"):
        verified(fix_id, UNIT_HEAD[WORKS])


def test_the_one_who_verified_does_not_release(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    claimed(fix_id)
    verified(fix_id, ETHICS_HEAD)
    with pytest.raises(NotAllowed, match="複查人員不得解除列管；由政風室其他人員或代理人辦理"):
        released(fix_id)


@pytest.mark.parametrize("person", [SECOND_STAFF, CONTACT[WORKS], STAFF])
def test_only_the_ethics_head_releases(office: PaperOffice, person: str) -> None:
    fix_id = office.one_fix()
    claimed(fix_id)
    verified(fix_id)
    with pytest.raises(NotAllowed, match="解除列管僅得由政風室主任為之"):
        released(fix_id, person)


@pytest.mark.parametrize("person", [CONTACT[SOCIAL], SECOND_STAFF, UNIT_HEAD[SOCIAL]])
def test_another_unit_answers_nothing(office: PaperOffice, person: str) -> None:
    fix_id = office.one_fix()
    with pytest.raises(NotAllowed, match="本案僅得由該單位窗口或主管回復"):
        claimed(fix_id, person)
    with pytest.raises(NotAllowed), session_scope() as session:
        accept(session, fix_id, person_id=person, plan="依規定辦理", at=now.now())


@pytest.mark.parametrize("empty", ["", "  \n"])
def test_claim_plan_and_note_are_never_empty(office: PaperOffice, empty: str) -> None:
    fix_id = office.one_fix()
    with pytest.raises(BadSource, match="改善措施未填"), session_scope() as session:
        accept(session, fix_id, person_id=CONTACT[WORKS], plan=empty, at=now.now())
    with pytest.raises(BadSource, match="改善情形未填"):
        claimed(fix_id, text=empty)
    claimed(fix_id)
    with pytest.raises(BadSource, match="複查情形未填"):
        verified(fix_id, note=empty)
    assert fix(fix_id).state is FixState.CLAIMED


def test_the_same_claim_twice_is_once_and_another_is_refused(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    claimed(fix_id)
    claimed(fix_id)
    with pytest.raises(Conflict, match="本案已回報改善，待複查"):
        claimed(fix_id, UNIT_HEAD[WORKS])
    assert fix(fix_id).claimed_by == CONTACT[WORKS]


def test_a_fix_sent_back_is_claimed_anew(office: PaperOffice, clock: FixedClock) -> None:
    fix_id = office.one_fix()
    claimed(fix_id)
    verified(fix_id, passed=False, note="標示欠缺解密條件")
    clock.set("2026-11-06T10:00:00+08:00")
    claimed(fix_id, UNIT_HEAD[WORKS], "已補註解密條件")
    now_claimed = fix(fix_id)
    assert (now_claimed.state, now_claimed.claimed_by) == (FixState.CLAIMED, UNIT_HEAD[WORKS])
    assert now_claimed.claimed_on == date(2026, 11, 6)


@pytest.mark.parametrize(("day", "late"), [("2026-11-09", 0), ("2026-11-10", 1), ("2026-11-15", 4)])
def test_lateness_is_of_the_claim_and_frozen_at_the_release(
    office: PaperOffice, clock: FixedClock, day: str, late: int
) -> None:
    fix_id = office.one_fix()
    clock.set(f"{day}T23:59:00+08:00")
    claimed(fix_id)
    clock.set("2026-11-27T09:00:00+08:00")
    verified(fix_id)
    assert fix(fix_id).days_late is None
    released(fix_id)
    assert fix(fix_id).days_late == late
    clock.set("2026-12-27T09:00:00+08:00")
    released(fix_id)
    assert (fix(fix_id).days_late, fix(fix_id).released_on) == (late, date(2026, 11, 27))


def test_issuing_again_opens_no_second_fix_and_moves_no_deadline(office: PaperOffice, clock: FixedClock) -> None:
    fix_id = office.one_fix()
    clock.set("2026-11-04T09:00:00+08:00")
    office.issue_reports()
    with session_scope() as session:
        assert [(one.id, one.due_on) for one in session.query(type(fix(fix_id)))] == [(fix_id, date(2026, 11, 9))]
    assert fix_id.startswith(CAMPAIGN)
