"""Deputies and named inspectors act through the same table at every verb, and the event says for whom."""

from __future__ import annotations

import pytest
from demo.people import fill_form

from access.asked import allows, units_for
from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    ETHICS,
    ETHICS_HEAD,
    SECOND_STAFF,
    SECRETARY,
    SOCIAL,
    STAFF,
    UNIT_HEAD,
    WORKS,
    PaperOffice,
    finding,
    fix,
    grant,
)
from inspection import clock as now
from inspection.access.policy import Act
from inspection.checklists.review import accept
from inspection.errors import NotAllowed
from inspection.fixes.claim import claim
from inspection.fixes.verify import release, verify
from inspection.model import Deputy, Event, Fix
from inspection.model.lifecycle import FixState
from inspection.store import events
from inspection.store.session import session_scope
from inspection.vocabulary import Role

OUTSIDER, COLLEAGUE = "P081", "P091"  # heads of other units


def act_for(principal: str, deputy: str) -> None:
    """A deputyship for today."""
    today = now.today()
    with session_scope() as session:
        session.add(
            Deputy(principal_id=principal, deputy_id=deputy, valid_from=today, valid_until=today, ground="休假")
        )


def done(fix_id: str, person: str) -> None:
    """A unit says that it is mended."""
    with session_scope() as session:
        claim(session, fix_id, person_id=person, claim="已移置並限權", at=now.now())


def looked_at(fix_id: str, person: str) -> None:
    """Somebody verifies."""
    with session_scope() as session:
        verify(session, fix_id, person_id=person, passed=True, note="現場查核屬實", at=now.now())


def last_event(kind: str, subject_id: str) -> Event:
    """The newest event of a record."""
    with session_scope() as session:
        return events.of_subject(session, kind, subject_id)[-1]


def of_the_ethics_office(office: PaperOffice) -> int:
    """A 疑似 of the ethics office itself; its id."""
    own = PaperOffice(units=(ETHICS,))
    own.approved_plan()
    own.send_forms()
    own.return_form(ETHICS, {own.items(ETHICS)[0]: "不符合"})
    (found,) = own.suspect()
    return found


def test_a_deputy_claims_verifies_and_releases_and_each_event_names_both(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    act_for(UNIT_HEAD[WORKS], COLLEAGUE)
    act_for(SECOND_STAFF, OUTSIDER)
    act_for(ETHICS_HEAD, STAFF)
    for verb, deputy, principal in (
        (lambda who: done(fix_id, who), COLLEAGUE, UNIT_HEAD[WORKS]),
        (lambda who: looked_at(fix_id, who), OUTSIDER, SECOND_STAFF),
    ):
        verb(deputy)
        assert last_event("fix", fix_id).details == {"on_behalf_of": principal, "acting": f"{deputy}代{principal}"}
    with session_scope() as session:
        release(session, fix_id, person_id=STAFF, at=now.now())
    assert fix(fix_id).state is FixState.RELEASED
    assert last_event("fix", fix_id).details["acting"] == f"{STAFF}代{ETHICS_HEAD}"


def test_who_acts_for_the_fixer_does_not_verify(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    done(fix_id, CONTACT[WORKS])
    act_for(CONTACT[WORKS], SECOND_STAFF)
    with pytest.raises(NotAllowed, match="改善人員或同單位人員不得複查"):
        looked_at(fix_id, SECOND_STAFF)


def test_a_deputy_of_yesterday_claims_nothing(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    with pytest.raises(NotAllowed, match="本案僅得由該單位窗口或主管回復"):
        done(fix_id, COLLEAGUE)


def test_an_inspector_of_one_unit_reviews_judges_and_verifies_there_and_nowhere_else(office: PaperOffice) -> None:
    grant(OUTSIDER, Role.INSPECTOR, WORKS)
    grant(COLLEAGUE, Role.INSPECTOR, SOCIAL)
    office.approved_plan()
    office.send_forms()
    office.take_in(fill_form(office.form(WORKS), {office.items(WORKS)[0]: "不符合"}))
    with session_scope() as session, pytest.raises(NotAllowed, match="該單位之檢查員"):
        accept(session, f"{CAMPAIGN}:{WORKS}", person_id=COLLEAGUE, at=now.now())
    with session_scope() as session:
        accept(session, f"{CAMPAIGN}:{WORKS}", person_id=OUTSIDER, at=now.now())
    (suspected,) = office.suspect()
    with pytest.raises(NotAllowed):
        office.triage([suspected], person=COLLEAGUE)
    (number,) = office.triage([suspected], person=OUTSIDER)
    assert finding(number).confirmed_by == OUTSIDER


@pytest.mark.clause("S1-06b")
def test_the_ethics_offices_own_case_is_judged_and_verified_by_the_one_the_plan_names(office: PaperOffice) -> None:
    suspected = of_the_ethics_office(office)
    for person in (SECOND_STAFF, ETHICS_HEAD):
        with pytest.raises(NotAllowed, match="不得判定本單位事項"):
            office.triage([suspected], person=person)
    (number,) = office.triage([suspected], person=SECRETARY)
    with session_scope() as session:
        today = now.today()
        session.add(
            Fix(
                id=number, finding_id=number, campaign_id=CAMPAIGN, unit_id=ETHICS, state=FixState.OPEN,
                opened_on=today, original_due_on=today, due_on=today, due_version=1,
            )
        )  # fmt: skip
    done(number, STAFF)
    with pytest.raises(NotAllowed, match="改善人員或同單位人員不得複查"):
        looked_at(number, SECOND_STAFF)
    looked_at(number, SECRETARY)
    assert fix(number).verified_by == SECRETARY


def test_the_portal_asks_the_same_table(office: PaperOffice) -> None:
    of_the_ethics_office(office)
    with session_scope() as session:
        at = now.now()
        assert units_for(session, SECRETARY, Act.READ_SUSPICION, at=at) == {ETHICS}
        assert not allows(session, OUTSIDER, Act.READ_SUSPICION, None, at=at)
    act_for(SECRETARY, OUTSIDER)
    with session_scope() as session:
        assert units_for(session, OUTSIDER, Act.TRIAGE, at=now.now()) == {ETHICS}


def test_nobody_is_named_by_a_plan_that_is_not_approved(office: PaperOffice) -> None:
    own = PaperOffice(units=(ETHICS,))
    own.open()
    own.draft()
    with session_scope() as session:
        assert units_for(session, SECRETARY, Act.READ_SUSPICION, at=now.now()) == frozenset()
