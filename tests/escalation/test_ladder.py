"""The ladder: never silent, never twice, and never by machine above the ethics office."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
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
    fix,
    hand_over,
    notices,
)
from inspection import clock as now
from inspection.calendar.roc import with_weekday
from inspection.documents.storage import read_document
from inspection.errors import BadSource
from inspection.escalation.climb import follow_up
from inspection.escalation.day import day_to_follow
from inspection.fixes.claim import claim
from inspection.fixes.verify import verify
from inspection.model import Document, RungClimbed, Unit
from inspection.rules import catalogue
from inspection.store import findings, holders, roster
from inspection.store.session import session_scope
from inspection.vocabulary import Role, Severity

# a fix of high severity opened on Monday 2 November is due on Monday 9 November
DUE = date(2026, 11, 9)
BY_LADDER = {"fix_reminder", "fix_overdue", "escalation_draft_ready"}


def run(office: PaperOffice, day: str) -> tuple[int, int, int, int]:
    """The follow-up of one day: fixes looked at, reminders, escalations, drafts."""
    with session_scope() as session:
        counts = follow_up(session, on=date.fromisoformat(day), catalogue=office.rules, at=now.now())
    return counts.looked_at, counts.reminded, counts.escalated, counts.drafts


def rungs(fix_id: str) -> list[tuple[str, str]]:
    """What was climbed, and when."""
    with session_scope() as session:
        return [(one.on.isoformat(), one.rung) for one in findings.rungs(session, fix_id)]


def told() -> list[tuple[str, str]]:
    """To whom the ladder wrote, and what."""
    return [(one.person_id, one.kind) for one in notices() if one.kind in BY_LADDER]


def test_three_runs_on_one_day_climb_one_rung_and_write_once(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    assert run(office, "2026-11-10") == (1, 0, 1, 0)
    for _ in range(2):
        assert run(office, "2026-11-10") == (1, 0, 0, 0)
    assert rungs(fix_id) == [("2026-11-10", "unit_head")]
    assert sorted(told()) == [(UNIT_HEAD[WORKS], "fix_overdue"), (CONTACT[WORKS], "fix_overdue")]


def test_after_days_missed_only_the_highest_rung_due_counts(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    run(office, "2026-11-10")
    assert run(office, "2026-11-16") == (1, 0, 0, 1)
    assert rungs(fix_id) == [("2026-11-10", "unit_head"), ("2026-11-16", "chief_secretary")]
    assert ETHICS_HEAD not in {person for person, kind in told() if kind == "fix_overdue"}


def test_a_day_run_late_after_a_later_one_tells_nobody_of_a_lower_rung(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    run(office, "2026-11-16")
    before = told()
    run(office, "2026-11-12")
    assert told() == before
    assert [rung for _, rung in rungs(fix_id)] == ["chief_secretary"]


@pytest.mark.clause("S0-12")
def test_day_by_day_each_rung_is_climbed_once_in_its_order(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    for days in range(52):
        with session_scope() as session:
            day = day_to_follow(session, "", at=now.now() + timedelta(days=days))
        if day is not None:
            run(office, day.isoformat())
    assert rungs(fix_id) == [
        ("2026-11-04", "remind_3"),
        ("2026-11-06", "remind_1"),
        ("2026-11-09", "due_today"),
        ("2026-11-10", "unit_head"),
        ("2026-11-12", "ethics_head"),
        ("2026-11-16", "chief_secretary"),
        ("2026-11-23", "agency_head"),
        ("2026-12-21", "superior_ethics"),
    ]
    assert fix(fix_id).top_rung == "superior_ethics"
    # whoever stands above the ethics office is never written to by the machine
    assert {person for person, _ in told()} == {CONTACT[WORKS], UNIT_HEAD[WORKS], ETHICS_HEAD}


@pytest.mark.parametrize("severity", list(Severity))
def test_in_a_first_crawl_no_rung_lies_above_the_unit_head(office: PaperOffice, severity: Severity) -> None:
    fix_id = office.one_fix(severity, first_crawl=True)
    for day in ("2026-11-04", "2026-11-18", "2026-12-01", "2026-12-31"):
        run(office, day)
    assert {rung for _, rung in rungs(fix_id)} <= {"remind_3", "due_today", "unit_head"}
    assert "unit_head" in {rung for _, rung in rungs(fix_id)}
    assert {person for person, _ in told()} <= {CONTACT[WORKS], UNIT_HEAD[WORKS]}


def test_a_contact_replaced_the_day_before_gets_nothing(office: PaperOffice) -> None:
    office.one_fix()
    hand_over(Role.CONTACT, WORKS, old=CONTACT[WORKS], new="P071")
    run(office, DUE.isoformat())
    assert told() == [("P071", "fix_reminder")]


def test_a_claimed_fix_is_left_alone_and_one_sent_back_is_not(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    with session_scope() as session:
        claim(session, fix_id, person_id=CONTACT[WORKS], claim="已移置", at=now.now())
    assert run(office, "2026-11-12") == (0, 0, 0, 0)
    with session_scope() as session:
        verify(session, fix_id, person_id=SECOND_STAFF, passed=False, note="仍在公用區", at=now.now())
    assert run(office, "2026-11-12") == (1, 0, 1, 0)


def test_a_new_deadline_begins_the_ladder_anew(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    run(office, "2026-11-10")
    with session_scope() as session:
        extended = findings.fix(session, fix_id)
        extended.due_on, extended.due_version = date(2026, 11, 30), 2
    run(office, "2026-11-20")
    assert rungs(fix_id) == [("2026-11-10", "unit_head")]
    run(office, "2026-12-01")
    assert rungs(fix_id) == [("2026-11-10", "unit_head"), ("2026-12-01", "unit_head")]


def test_the_draft_for_the_secretary_lies_before_the_ethics_head_ready_to_sign(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    run(office, "2026-11-10")
    run(office, "2026-11-16")
    with session_scope() as session:
        climbed = session.get_one(RungClimbed, (fix_id, 1, "chief_secretary"))
        draft = session.get_one(Document, climbed.document_id)
    assert draft.kind == "escalation_brief"
    (notice,) = notices("escalation_draft_ready")
    assert (notice.person_id, notice.values["addressee"]) == (ETHICS_HEAD, "主任秘書")
    assert notice.values["sign_by"] == with_weekday(date(2026, 11, 19))
    assert notice.attachments == []


def test_a_draft_for_two_names_both(office: PaperOffice, tmp_path: Path) -> None:
    office.one_fix()
    both = "{id: both, name: 逾期簽陳, offset: 5, to: [superior_ethics, chief_secretary], channel: draft_letter"
    rest = "laid_before: ethics_head, template: escalation_draft_ready, tone: formal}"
    text = f"ladders:\n- id: fix\n  rungs:\n  - {both}, {rest}\n"
    (tmp_path / "ladder.yaml").write_text(text, encoding="utf-8")
    with session_scope() as session:
        follow_up(session, on=date(2026, 11, 16), catalogue=catalogue.load(tmp_path), at=now.now())
    (notice,) = notices("escalation_draft_ready")
    assert notice.values["addressee"] == "主任秘書、虛構縣政府政風處"


def words_of(document_id: str | None) -> str:
    """All words of a draft, without spaces."""
    with session_scope() as session:
        data = read_document(session.get_one(Document, document_id))
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    return "".join(re.findall(r"<w:t[ >][^<]*?>?([^<>]*)</w:t>", xml))


def test_each_draft_is_addressed_by_the_rule_of_its_letter(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    said = {}
    for day, rung in (
        ("2026-11-16", "chief_secretary"),
        ("2026-11-23", "agency_head"),
        ("2026-12-21", "superior_ethics"),
    ):
        run(office, day)
        with session_scope() as session:
            document_id = session.get_one(RungClimbed, (fix_id, 1, rung)).document_id
        said[rung] = words_of(document_id)
    assert "簽請核示。" in said["chief_secretary"]
    assert "敬陳主任秘書" in said["chief_secretary"]
    assert "敬陳主任秘書市長" in said["agency_head"]
    # the superior's body is named, not the post of whoever receives it there (officer review A9)
    assert "敬陳虛構縣政府政風處" in said["superior_ethics"]
    assert "科長" not in said["superior_ethics"]
    assert "簽請核示。" in said["superior_ethics"]


@pytest.mark.parametrize(
    ("letter", "fault"),
    [("overdue_to_head, addressee: '{honour}'", "honour"), ("plan_for_decision, addressee: 市長", "overdue_")],
)
def test_a_letter_may_hold_no_blank_nobody_fills(tmp_path: Path, letter: str, fault: str) -> None:
    (tmp_path / "office.yaml").write_text(f"letters:\n- {{id: {letter}}}\n", encoding="utf-8")
    with pytest.raises(BadSource, match=rf"office\.yaml，第 2 行，.*{fault}"):
        catalogue.load(tmp_path)


def test_the_draft_on_a_form_says_who_was_told_of_it_and_when(office: PaperOffice) -> None:
    office.approved_plan()
    office.send_forms()
    run(office, "2026-11-11")
    run(office, "2026-11-12")
    run(office, "2026-11-18")
    drafts = [one for one in notices("escalation_draft_ready") if WORKS in str(one.values["fix_numbers"])]
    assert len(drafts) == 1
    with session_scope() as session:
        papers = session.query(Document).filter_by(kind="escalation_brief", subject_id=f"{CAMPAIGN}:{WORKS}").all()
    (paper,) = papers
    said = words_of(paper.id)
    written = (
        f"{now.today().month}月{now.today().day}日"  # notices bear the hour they were written, not the day asked for
    )
    assert f"本案前已通知：{written}繳交當日提醒、{written}逾期未交通知單位主管。" in said
    assert "政風室主任" not in said.split("敬陳")[0]


def test_what_is_read_at_once_is_what_the_roster_says_one_by_one(office: PaperOffice) -> None:
    on = now.today()
    with session_scope() as session:
        session.get_one(Unit, SOCIAL).merged_into = WORKS
    with session_scope() as session:
        held = holders.on_day(session, on)
        for unit in ("", *(one.id for one in roster.all_units(session))):
            for role in Role:
                one_by_one = roster.holding_any(session, (role,), unit_id=unit, on=on)
                assert [one.id for one in held.holding_any((role,), unit_id=unit)] == [one.id for one in one_by_one]


def test_each_rung_says_what_was_told_before(office: PaperOffice) -> None:
    office.one_fix()
    run(office, "2026-11-10")
    run(office, "2026-11-12")
    later = [one for one in notices("fix_overdue") if one.person_id == ETHICS_HEAD]
    assert [one.values["told_before"] for one in later] == ["11月10日逾期通知單位主管"]


def test_a_holiday_is_no_day_to_follow_up_and_a_wrong_day_is_told(office: PaperOffice) -> None:
    with session_scope() as session:
        sunday = day_to_follow(session, "", at=now.now() + timedelta(days=6))
        monday = day_to_follow(session, "", at=now.now())
        asked = day_to_follow(session, "2026-11-08", at=now.now())
    assert (sunday, monday, asked) == (None, date(2026, 11, 2), date(2026, 11, 8))
    with pytest.raises(BadSource, match="on 不是日期：tomorrow"), session_scope() as session:
        day_to_follow(session, "tomorrow", at=now.now())


def test_a_year_without_a_calendar_is_refused_not_guessed(office: PaperOffice) -> None:
    office.one_fix()
    with pytest.raises(BadSource, match="年（20"):
        run(office, "2031-01-06")


def test_a_form_followed_late_after_a_later_day_hears_of_no_lower_rung(office: PaperOffice) -> None:
    """A clock set back, or a day named by hand, must not send 「逾期1日」 after the draft on five."""
    office.approved_plan()
    office.send_forms()
    run(office, "2026-11-18")
    before = [one.key for one in notices()]
    assert any(key.startswith("draft-ready:C-paper:U04:") for key in before)
    for day in ("2026-11-17", "2026-11-11"):
        run(office, day)
    assert [one.key for one in notices()] == before


def test_a_decision_followed_late_after_a_later_day_hears_of_no_lower_rung(office: PaperOffice) -> None:
    office.open()
    office.draft()
    office.submit()
    written = []
    for day in ("2026-12-31", "2026-11-30", "2026-11-20", "2026-11-13", "2026-11-10", "2026-11-06", "2026-11-05"):
        before = len(notices("approval_waiting"))
        run(office, day)
        written.append(len(notices("approval_waiting")) - before)
    assert written[0] > 0 and sum(written[1:]) == 0, written
