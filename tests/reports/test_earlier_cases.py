"""What earlier campaigns left open is carried: into row 九 and 伍 of the reports, and into the next plan."""

from __future__ import annotations

from datetime import date

import pytest
from starlette.testclient import TestClient

from campaigns.assessed import confirm_assessment
from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    ETHICS_HEAD,
    SOCIAL,
    STAFF,
    WORKS,
    PaperOffice,
    fix,
    plan_content,
)
from conftest import FixedClock
from documents.word import text_of
from inspection import clock as now
from inspection.access import sessions
from inspection.calendar import roc
from inspection.campaigns.open import Wanted, open_campaign
from inspection.documents.storage import read_document
from inspection.fixes.claim import claim
from inspection.fixes.verify import release, verify
from inspection.model import Campaign
from inspection.model.lifecycle import CampaignState
from inspection.planning.assess import assess
from inspection.planning.draft import draft_plan
from inspection.planning.paper import print_plan
from inspection.planning.versions import OPEN_CASES
from inspection.portal.app import create_app
from inspection.reports.content import previous_findings
from inspection.store import campaigns
from inspection.store.session import session_scope
from inspection.vocabulary import Severity
from portal.client import visible_text

CASE = f"{CAMPAIGN}-001"
NEXT, THIRD = "C-next", "C-third"


@pytest.fixture
def left(office: PaperOffice) -> PaperOffice:
    """A half-year's inspection is over; the works unit still has one case."""
    assert office.one_fix(Severity.HIGH) == CASE
    return office


def held(campaign_id: str, first: date, *, kind: str = "semiannual", state: CampaignState | None = None) -> None:
    """Another campaign of both units; carried out without any fault where a state is given."""
    wanted = Wanted(kind, first, first.replace(day=first.day + 11), STAFF, (SOCIAL, WORKS), campaign_id, False)
    with session_scope() as session:
        open_campaign(session, wanted, catalogue=PaperOffice().rules, at=now.now())
        if state is not None:
            session.get_one(Campaign, campaign_id).state = state


def printed(campaign_id: str, unit_id: str = "") -> list[tuple[str, str, str]]:
    """Number, unit and state of each earlier fault, as the report has them."""
    with session_scope() as session:
        campaign = campaigns.get(session, campaign_id)
        lines = previous_findings(session, campaign, PaperOffice().rules, unit_id)
    return [(one["number"], one["unit"], one["state"]) for one in lines]


def released() -> None:
    """The unit mended it, another looked, the ethics head releases it."""
    with session_scope() as session:
        claim(session, CASE, person_id=CONTACT[WORKS], claim="已移至限權資料夾", at=now.now())
        verify(session, CASE, person_id=STAFF, passed=True, note="實地複查無誤", at=now.now())
        release(session, CASE, person_id=ETHICS_HEAD, at=now.now())


def page(plan_id: str) -> str:
    """A plan as the ethics office sees it on the portal."""
    with session_scope() as session:
        cookie = sessions.start(session, STAFF, at=now.now())
    browser = TestClient(create_app(), base_url="http://127.0.0.1:8601", follow_redirects=False)
    browser.cookies.set("inspection", cookie)
    found = browser.get(f"/plans/{plan_id}")
    assert found.status_code == 200
    return visible_text(found.text)


def drafted(campaign_id: str) -> str:
    """Assessed and drafted as everything stands now; the version's id."""
    rules = PaperOffice().rules
    with session_scope() as session:
        assess(session, campaign_id, catalogue=rules, actor=STAFF, at=now.now())
        confirm_assessment(session, campaign_id)
    return redrafted(campaign_id)


def redrafted(campaign_id: str) -> str:
    """The draft as the verb leaves it when it is run again."""
    with session_scope() as session:
        return draft_plan(session, campaign_id, catalogue=PaperOffice().rules, drafted_by=STAFF, at=now.now()).id


@pytest.mark.clause("S0-07h")
@pytest.mark.parametrize("between", ["ad_hoc", "semiannual"])
def test_an_open_case_is_reported_whatever_was_held_since(left: PaperOffice, between: str) -> None:
    held("C-between", date(2027, 1, 11), kind=between, state=CampaignState.FOLLOWING_UP)
    held(NEXT, date(2027, 5, 3))
    assert printed(NEXT) == printed(NEXT, WORKS) == [(CASE, "工務課", "列管中")]
    assert printed(NEXT, SOCIAL) == []
    assert printed(CAMPAIGN) == []
    released()
    # of the last round of the kind every fault is told, released or not; of others what is open alone
    assert printed(NEXT) == ([(CASE, "工務課", "解除列管")] if between == "ad_hoc" else [])


def test_a_paused_campaigns_cases_are_told_and_a_cancelled_or_unfinished_ones_are_not(left: PaperOffice) -> None:
    held(NEXT, date(2027, 5, 3))
    for state, told in (
        (CampaignState.PAUSED, [CASE]),
        (CampaignState.CONCLUDED, [CASE]),
        (CampaignState.CANCELLED, []),
    ):
        with session_scope() as session:
            session.get_one(Campaign, CAMPAIGN).state = state
        assert [number for number, _, _ in printed(NEXT)] == told, state


@pytest.mark.clause("S0-07a")
def test_the_next_plan_carries_the_open_cases_and_one_without_any_is_as_it_was(
    left: PaperOffice, clock: FixedClock
) -> None:
    assert OPEN_CASES not in plan_content()
    due = fix(CASE).due_on
    clock.set("2027-04-20T09:00:00+08:00")
    held("C-between", date(2027, 1, 11), kind="ad_hoc", state=CampaignState.FOLLOWING_UP)
    held(NEXT, date(2027, 5, 3))
    first = drafted(NEXT)
    assert plan_content(NEXT)[OPEN_CASES] == [
        {"number": CASE, "unit": "工務課", "severity": "高", "due": roc.plain(due)}
    ]
    with session_scope() as session:
        paper = text_of(read_document(print_plan(session, NEXT, catalogue=left.rules, at=now.now())))
        bare = text_of(read_document(print_plan(session, CAMPAIGN, catalogue=left.rules, at=now.now())))
    shown, plain = (page(one) for one in (first, f"{CAMPAIGN}:v1"))
    assert "尚列管中之缺失計1件" in shown and CASE in shown and "以前各次檢查" not in plain
    handling = paper[paper.index("檢查結果處理") : paper.index("行政支援處理")]
    assert "以前各次檢查尚列管中之缺失計1件" in handling
    assert CASE in handling and roc.plain(due) in handling
    assert "以前各次檢查" not in bare
    assert redrafted(NEXT) == first
    left.submit(NEXT)
    released()
    assert redrafted(NEXT) == first  # it waits for its decision as it was laid before
    held(THIRD, date(2027, 6, 7))
    drafted(THIRD)
    assert OPEN_CASES not in plan_content(THIRD)


def test_a_draft_that_waits_for_nobody_follows_the_cases(left: PaperOffice) -> None:
    held(NEXT, date(2027, 5, 3))
    first = drafted(NEXT)
    released()
    assert redrafted(NEXT) != first
    assert OPEN_CASES not in plan_content(NEXT)
