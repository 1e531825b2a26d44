"""The situation assessment speaks of the three factors from what earlier campaigns left on record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from campaigns.paper_office import CAMPAIGN, SOCIAL, STAFF, WORKS, PaperOffice
from inspection import clock as now
from inspection.campaigns.open import Wanted, open_campaign
from inspection.model import Assessment, Campaign
from inspection.model.lifecycle import CampaignState
from inspection.planning.assess import assess, sentences_of, unit_reasons
from inspection.store import campaigns, history, roster
from inspection.store.session import session_scope
from inspection.vocabulary import Severity

if TYPE_CHECKING:
    from conftest import FixedClock

NEXT = "C-next"


def next_round(office: PaperOffice, clock: FixedClock) -> Assessment:
    """The assessment of the next half-year's campaign."""
    clock.set("2027-05-03T09:00:00+08:00")
    office.open(NEXT, first_day=date(2027, 5, 3), last_day=date(2027, 5, 21))
    with session_scope() as session:
        return assess(session, NEXT, catalogue=office.rules, actor=STAFF, at=now.now())


def said(assessment: Assessment, factor: int, unit: str = "") -> dict[str, dict[str, object]]:
    """Sentences of a factor by their rule, about the agency or a unit."""
    return {str(one["rule"]): one for one in sentences_of(assessment, unit) if one["factor"] == factor}


@pytest.mark.clause("S0-07b")
def test_a_first_campaign_says_that_records_do_not_suffice(office: PaperOffice) -> None:
    office.open()
    with session_scope() as session:
        made = assess(session, "C-paper", catalogue=office.rules, actor=STAFF, at=now.now())
    assert list(said(made, 1)) == ["people_secret", "partly_insufficient"]
    assert list(said(made, 3)) == ["first_record", "partly_insufficient"]
    partly = said(made, 2)["partly_insufficient"]  # the calendar is known, and shows no long holiday
    assert partly["text"] == "分享區開放情形、清查及確認、機密標示資料不足，未作研判。"
    assert [list(said(made, factor, WORKS)) for factor in (1, 2, 3)] == [["insufficient"]] * 3


@pytest.mark.clause("S0-07c", "S0-07e")
def test_answers_and_overdue_fixes_of_the_last_round_are_said_with_their_numbers(
    office: PaperOffice, clock: FixedClock
) -> None:
    office.one_fix(Severity.HIGH)
    made = next_round(office, clock)
    overdue = said(made, 3)["fixes_overdue"]
    assert overdue["numbers"] == {"fixes": 1, "overdue": 1, "unit_overdue": 1}
    assert "工務課" in str(overdue["text"])
    assert overdue["stresses"] == ["FUP"]
    answered = said(made, 1)["answers_nonconforming"]
    numbers = answered["numbers"]
    assert isinstance(numbers, dict)
    assert numbers["nonconforming"] == 1
    with session_scope() as session:
        assert list(unit_reasons(made, roster.unit(session, WORKS)).values()) == [1]
    own = said(made, 3, WORKS)["unit_overdue"]
    assert (own["numbers"], own["stresses"]) == ({"fixes": 1, "overdue": 1}, ["FUP"])
    assert said(made, 1, WORKS)["unit_in_time"]["numbers"] == {"days_late": 0}
    assert said(made, 3, SOCIAL)["insufficient"]
    assert "洩密案件、再犯情形資料不足" not in str(said(made, 3)["partly_insufficient"]["text"])
    assert str(said(made, 3)["partly_insufficient"]["text"]).startswith("洩密案件資料不足")


def held(campaign_id: str, kind: str, first: date, office: PaperOffice) -> None:
    """An inspection of a kind, carried out; no form of it came in."""
    wanted = Wanted(kind, first, first + timedelta(days=11), STAFF, office.units, campaign_id, False)
    with session_scope() as session:
        open_campaign(session, wanted, catalogue=office.rules, at=now.now())
        session.get_one(Campaign, campaign_id).state = CampaignState.FOLLOWING_UP


@pytest.mark.clause("S0-07b")
def test_an_inspection_of_another_kind_is_not_the_round_before(office: PaperOffice, clock: FixedClock) -> None:
    office.one_fix(Severity.HIGH)
    held("C-remote", "remote_work", date(2027, 1, 11), office)
    made = next_round(office, clock)
    assert said(made, 1)["answers_nonconforming"]
    assert said(made, 1, WORKS)["unit_answers"]
    with session_scope() as session:
        this, since = (campaigns.get(session, one) for one in (NEXT, "C-remote"))
        assert [one.id for one in history.earlier(session, this)] == [CAMPAIGN]
        # the first of its kind is compared with the regular inspection, the next with the first
        assert [one.id for one in history.earlier(session, since)] == [CAMPAIGN]
    held("C-remote-2", "remote_work", date(2027, 3, 1), office)
    with session_scope() as session:
        assert [one.id for one in history.earlier(session, campaigns.get(session, "C-remote-2"))] == ["C-remote"]


def test_the_same_figures_are_the_same_assessment(office: PaperOffice, clock: FixedClock) -> None:
    office.one_fix(Severity.HIGH)
    first = next_round(office, clock)
    with session_scope() as session:
        again = assess(session, NEXT, catalogue=office.rules, actor=STAFF, at=now.now())
    assert (again.id, again.version) == (first.id, 1)
