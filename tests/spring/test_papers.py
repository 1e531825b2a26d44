"""The papers of the window: a checklist for each unit, forms for schools and 所屬, texts made ready, daily reports."""

from __future__ import annotations

import pytest

from documents.word import body_of, lines_of
from inspection import clock as now
from inspection.documents.storage import read_document
from inspection.errors import NotFound
from inspection.model import Document
from inspection.spring.papers import (
    print_announcement,
    print_daily_reports,
    print_outside_form,
    print_safety_checklist,
)
from inspection.store.session import session_scope
from spring.window_office import CAMPAIGN, WindowOffice, shift


def text_of(document: Document) -> str:
    """The words of a kept document."""
    return "\n".join(lines_of(body_of(read_document(document))))


@pytest.mark.clause("S3-14", "S3-18")
def test_a_units_checklist_goes_through_what_the_unit_has(new_year: WindowOffice) -> None:
    new_year.in_force()
    with session_scope() as session:
        general = print_safety_checklist(session, CAMPAIGN, "U07", catalogue=new_year.rules, at=now.now())
        works = print_safety_checklist(session, CAMPAIGN, "U04", catalogue=new_year.rules, at=now.now())
        again = print_safety_checklist(session, CAMPAIGN, "U04", catalogue=new_year.rules, at=now.now())
        assert works.id == again.id
    words = text_of(general)
    assert all(word in words for word in ("門禁", "監視", "消防", "值勤", "周○成"))
    assert "工地水、火、電管制" in text_of(works) and "工地水、火、電管制" not in words


@pytest.mark.clause("S3-09")
def test_schools_and_bodies_below_get_forms_of_their_own(new_year: WindowOffice) -> None:
    new_year.in_force()
    with session_scope() as session:
        school = print_outside_form(session, CAMPAIGN, "school", catalogue=new_year.rules, at=now.now())
        below = print_outside_form(session, CAMPAIGN, "subordinate", catalogue=new_year.rules, at=now.now())
        with pytest.raises(NotFound, match="school、subordinate"):
            print_outside_form(session, CAMPAIGN, "shop", catalogue=new_year.rules, at=now.now())
    words = text_of(school)
    assert "教育網路中心" in words and "請於116年2月3日（星期三）前送虛構縣示範市公所政風室。" in words
    assert "值勤輪值表及緊急聯絡名冊" in text_of(below)


@pytest.mark.clause("S3-17")
def test_a_notice_and_a_press_release_lie_ready_with_blanks_for_a_person(new_year: WindowOffice) -> None:
    new_year.in_force()
    with session_scope() as session:
        notice = print_announcement(session, CAMPAIGN, "fraud_notice", catalogue=new_year.rules, at=now.now())
        release = print_announcement(session, CAMPAIGN, "press_release", catalogue=new_year.rules, at=now.now())
        with pytest.raises(NotFound, match="fraud_notice"):
            print_announcement(session, CAMPAIGN, "poster", catalogue=new_year.rules, at=now.now())
    assert "本所及所屬人員不會以電話" in text_of(notice)
    words = text_of(release)
    assert "假冒虛構縣示範市公所〔單位或職稱〕名義" in words and "165" in words


def test_the_table_of_reports_says_who_reported_late_by_telephone_or_not_at_all(new_year: WindowOffice) -> None:
    new_year.in_force()
    new_year.report(shift("0128"), "2027-01-29T09:30:00+08:00", entered_by="P112", by_phone=True)
    new_year.report(shift("0129"), "2027-01-30T07:00:00+08:00", by="P122")
    new_year.report(shift("0129"), "2027-01-30T07:30:00+08:00", by="P122", situation=True, summary="停電五分鐘。")
    with session_scope() as session:
        at = now.now().replace(month=2, day=2)
        words = text_of(print_daily_reports(session, CAMPAIGN, catalogue=new_year.rules, at=at))
    assert "葉○君（電話）" in words and "逾時" in words
    assert "補報" in words and "停電五分鐘。" in words
    assert words.count("未回報") == 2  # the nights of 30 and 31 January
    assert "截至116年2月2日" in words
