"""A whole Spring-Festival campaign through the verbs, each step twice, on both databases; nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from demo.people import fill_form
from sqlalchemy import select

from campaigns.paper_office import PaperOffice, notices, reviewer
from campaigns.test_whole_campaign import dump
from conftest import FixedClock
from inspection import clock as now
from inspection.campaigns.closing import lacking
from inspection.campaigns.spring_open import to_be_opened
from inspection.checklists.review import accept
from inspection.model import Campaign, Report, SpringCampaign, StageRun
from inspection.model.lifecycle import CampaignState, ReportState
from inspection.rules import catalogue
from inspection.spring.close import close_window
from inspection.spring.papers import print_daily_reports
from inspection.store import checklists
from inspection.store.session import session_scope
from spring.window_office import CAMPAIGN, ON_DUTY, WINDOW, WindowOffice, shift


def twice(step: Callable[[], object]) -> None:
    """Does a step, then does it again: nothing may change."""
    step()
    once = dump()
    step()
    again = dump()
    assert {name: rows for name, rows in again.items() if rows != once[name]} == {}


def waiting_windows() -> list[str]:
    """Windows for which housekeeping would start a run."""
    with session_scope() as session:
        return to_be_opened(session, at=now.now())


@pytest.mark.clause("S3-08")
def test_every_stage_of_the_window_done_twice_is_done_once(
    new_year: WindowOffice, office: PaperOffice, clock: FixedClock
) -> None:
    assert waiting_windows() == []
    twice(new_year.confirm)
    assert waiting_windows() == [WINDOW]
    twice(new_year.open)
    assert waiting_windows() == []
    twice(new_year.import_lists)
    twice(new_year.draft)
    twice(new_year.submit)
    twice(new_year.decide)
    twice(lambda: office.send_forms(CAMPAIGN))
    with session_scope() as session:
        units = [one.unit_id for one in checklists.of_campaign(session, CAMPAIGN)]
        asked = [one.item_id for one in checklists.questions(session, f"{CAMPAIGN}:U04")]
    assert len(units) == 12 and {"SPR-004", "SPR-007", "SPR-009"} <= set(asked)
    for unit in units:
        office.take_in(fill_form(office.form(unit, CAMPAIGN), {"SPR-007": "不符合"} if unit == "U04" else {}))
    twice(lambda: [_accept(unit) for unit in units])
    twice(lambda: new_year.ask("2027-01-28T22:10:00+08:00"))
    twice(lambda: new_year.report(shift("0128"), "2027-01-29T07:00:00+08:00", by=ON_DUTY))
    twice(lambda: new_year.ask("2027-01-30T12:00:00+08:00"))
    ids = office.suspect(CAMPAIGN)
    twice(lambda: office.triage(ids))
    twice(lambda: office.compile(CAMPAIGN))
    twice(lambda: office.submit_reports(CAMPAIGN))
    twice(lambda: [office.sign(one, campaign_id=CAMPAIGN) for one in ("campaign_report", "unit_report")])
    twice(lambda: office.issue_reports(CAMPAIGN))
    clock.set("2027-02-12T09:00:00+08:00")
    duty = "工作期間每日狀況回報尚未彙整。"
    assert duty in _lacking(office)
    twice(_close)
    assert duty not in _lacking(office)
    with session_scope() as session:
        assert session.get_one(Campaign, CAMPAIGN).state is CampaignState.FOLLOWING_UP
        assert {one.state for one in session.scalars(select(Report))} == {ReportState.ISSUED}
        kept = session.get_one(SpringCampaign, CAMPAIGN)
        assert kept.figures is not None and (kept.figures["reported"], kept.figures["missing"]) == (1, 14)
        assert session.scalars(select(StageRun)).first() is None
    told = {one.kind for one in notices()}
    assert {"duty_report_asked", "duty_report_missing", "spring_window_closed", "findings_notified"} <= told


def _lacking(office: PaperOffice) -> list[str]:
    with session_scope() as session:
        return [one.words for one in lacking(session, CAMPAIGN, catalogue=office.rules)]


def _accept(unit: str) -> None:
    with session_scope() as session:
        accept(session, f"{CAMPAIGN}:{unit}", person_id=reviewer(unit), at=now.now())


def _close() -> None:
    with session_scope() as session:
        close_window(session, CAMPAIGN, catalogue=catalogue.current(), actor="airflow", at=now.now())
        print_daily_reports(session, CAMPAIGN, catalogue=catalogue.current(), at=now.now())
