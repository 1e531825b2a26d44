"""疑似事項 become findings by a person's word alone, with a reason, never on the own unit, and a dismissal holds."""

from __future__ import annotations

import pytest

from campaigns.office import ACCOUNT, PASSWORD
from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    ETHICS,
    ETHICS_HEAD,
    HEAD,
    SECOND_STAFF,
    SECRETARY,
    WORKS,
    PaperOffice,
    finding,
    leaves,
)
from inspection import clock as now
from inspection.crawling import campaign as crawl
from inspection.errors import BadSource, Conflict, NotAllowed, NotFound
from inspection.model import Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.shares.share import Login
from inspection.store import events, findings
from inspection.store.session import session_scope
from inspection.vocabulary import Severity, TriageOutcome

SECOND = "C-second"


@pytest.fixture
def suspected(office: PaperOffice) -> int:
    """One 疑似事項: the works unit said 不符合 to its first statement."""
    office.approved_plan()
    office.send_forms()
    office.return_form(WORKS, {office.items(WORKS)[0]: "不符合"})
    (one,) = office.suspect()
    return one


def suspicion(suspicion_id: int) -> Suspicion:
    """A 疑似事項 as it stands."""
    with session_scope() as session:
        return findings.suspicion(session, suspicion_id)


@pytest.mark.parametrize("outcome", list(TriageOutcome))
@pytest.mark.parametrize("reason", ["", " \n"])
def test_no_decision_without_a_reason(office: PaperOffice, suspected: int, outcome: TriageOutcome, reason: str) -> None:
    with pytest.raises(BadSource, match="判定理由未填"):
        office.triage([suspected], outcome, reason=reason)
    assert suspicion(suspected).state is SuspicionState.OPEN


@pytest.mark.parametrize("person", [CONTACT[WORKS], HEAD, "P081"])
def test_only_the_ethics_office_confirms_or_dismisses(office: PaperOffice, suspected: int, person: str) -> None:
    with pytest.raises(NotAllowed, match="判定僅得由政風室"):
        office.triage([suspected], person=person)
    assert suspicion(suspected).state is SuspicionState.OPEN


def test_nobody_decides_on_the_own_unit(office: PaperOffice) -> None:
    office = PaperOffice(units=(ETHICS,))
    office.approved_plan()
    office.send_forms()
    office.return_form(ETHICS, {office.items(ETHICS)[0]: "不符合"})
    (own,) = office.suspect()
    for person in (SECOND_STAFF, ETHICS_HEAD):
        with pytest.raises(NotAllowed, match="不得判定本單位事項；由外部指定之人員判定"):
            office.triage([own], person=person)
    assert suspicion(own).state is SuspicionState.OPEN
    (number,) = office.triage([own], person=SECRETARY)
    assert finding(number).confirmed_by == SECRETARY


def test_who_is_named_for_the_ethics_office_judges_no_other_unit(office: PaperOffice) -> None:
    office = PaperOffice(units=(WORKS, ETHICS))
    office.approved_plan()
    office.send_forms()
    office.return_form(WORKS, {office.items(WORKS)[0]: "不符合"})
    (of_works,) = office.suspect()
    with pytest.raises(NotAllowed, match="判定僅得由政風室"):
        office.triage([of_works], person=SECRETARY)


def test_a_batch_with_one_that_may_not_be_decided_decides_nothing(office: PaperOffice, suspected: int) -> None:
    with pytest.raises(NotFound, match="查無疑似事項 99999"):
        office.triage([suspected, 99999])
    assert suspicion(suspected).state is SuspicionState.OPEN


@pytest.mark.clause("S0-02")
def test_a_confirmed_one_is_one_finding_however_often_it_is_confirmed(office: PaperOffice, suspected: int) -> None:
    (first,) = office.triage([suspected])
    assert office.triage([suspected]) == [first]
    assert first == f"{CAMPAIGN}-001"
    told = finding(first)
    assert (told.confirmed_by, told.unit_id) == (SECOND_STAFF, WORKS)
    assert told.fact
    assert told.basis
    with session_scope() as session:
        (event,) = [one for one in events.of_subject(session, "finding", first) if one.action == "confirmed"]
    assert (event.actor, event.reason) == (SECOND_STAFF, "經現場核對屬實")


def test_what_a_unit_declares_itself_ranks_one_level_lower(office: PaperOffice, suspected: int) -> None:
    item = office.rules.checklist_items.item(office.items(WORKS)[0])
    assert item is not None
    below = {Severity.CRITICAL: Severity.HIGH, Severity.HIGH: Severity.MEDIUM, Severity.MEDIUM: Severity.LOW}
    assert suspicion(suspected).suggested_severity is below.get(item.severity, Severity.LOW)
    (number,) = office.triage([suspected], severity=Severity.CRITICAL)
    assert finding(number).severity is Severity.CRITICAL, "the person's word outranks the suggestion"


def test_a_decision_stands_against_another_one(office: PaperOffice, suspected: int) -> None:
    office.triage([suspected], TriageOutcome.DISMISSED, reason="誤填，已電話確認")
    with pytest.raises(Conflict, match="已判定（不成立）"):
        office.triage([suspected], TriageOutcome.CONFIRMED)
    with session_scope() as session:
        assert findings.of_campaign(session, CAMPAIGN) == []


def test_a_question_to_the_unit_leaves_the_decision_open(office: PaperOffice, suspected: int) -> None:
    assert office.triage([suspected], TriageOutcome.ASK_UNIT, reason="請說明保管方式") == []
    assert suspicion(suspected).state is SuspicionState.ASKED
    assert len(office.triage([suspected])) == 1


def test_an_officer_who_left_decides_nothing(office: PaperOffice, suspected: int) -> None:
    leaves(SECOND_STAFF)
    with pytest.raises(NotAllowed):
        office.triage([suspected])


def test_drawing_again_adds_nothing_and_touches_no_decision(office: PaperOffice, suspected: int) -> None:
    office.triage([suspected], TriageOutcome.DISMISSED, reason="誤填")
    assert office.suspect() == [suspected]
    assert suspicion(suspected).state is SuspicionState.DISMISSED


# ------------------------------------------------------------------------------------------------ the next campaign


def crawled(office: PaperOffice, campaign_id: str) -> list[Suspicion]:
    """Crawls the works unit's share for a campaign and draws what is suspected."""
    with session_scope() as session:
        shares = crawl.begin_campaign_crawl(session, campaign_id, catalogue=office.rules, at=now.now())
    for share in shares:
        crawl.list_campaign_share(session_scope, campaign_id, share, login_for=lambda _: Login(ACCOUNT, PASSWORD))
    with session_scope() as session:
        shards = crawl.open_campaign_reading(session, campaign_id, at=now.now())
    for shard in shards:
        crawl.read_campaign_shard(session_scope, campaign_id, shard, login_for=lambda _: Login(ACCOUNT, PASSWORD))
    with session_scope() as session:
        crawl.finish_campaign_crawl(session, campaign_id, at=now.now())
    office.suspect(campaign_id)
    with session_scope() as session:
        return findings.suspicions(session, campaign_id)
