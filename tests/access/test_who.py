"""Who is asking is resolved once, by three statements; the policy judges it without any, and lists obey the policy."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from access.counting import statements
from access.crowded_office import crowd, instants
from inspection.access.policy import ETHICS, TABLE, Act, may, scope
from inspection.access.roles import on_behalf
from inspection.access.who import Held, Who, asking
from inspection.clock import local_date
from inspection.errors import NotFound
from inspection.model import Approval, Campaign, Checklist, Deputy, Fix, Person, Report, RoleGrant, Suspicion, Unit
from inspection.model.lifecycle import FixState, SuspicionState
from inspection.store import campaigns, groups, roster
from inspection.store.once import insert_once
from inspection.store.people import principals_of
from inspection.store.session import session_scope
from inspection.store.unannounced import hidden_from, hour_of
from inspection.vocabulary import Role
from portal.small_office import MORNING, PEOPLE, grant, settle

LISTED = (Fix, Suspicion, Checklist)
LISTS = [act for act, rule in TABLE.items() if rule.unit]


@pytest.mark.parametrize("seed", range(3))
def test_a_person_is_resolved_by_three_statements_and_then_asked_about_without_any(session: Session, seed: int) -> None:
    drawn = crowd(session, seed)
    for person in sorted(PEOPLE):
        with statements() as seen:
            who = asking(session, person, at=MORNING)
        assert len(seen) == 3
        with statements() as seen:
            assert asking(session, person, at=MORNING) is who
            for act in Act:
                for subject in (None, *drawn.subjects):
                    may(who, act, subject)
                scope(who, act)
        assert seen == []


@pytest.mark.parametrize("seed", range(3))
def test_a_list_filtered_in_sql_holds_the_rows_each_of_which_may_be_treated(session: Session, seed: int) -> None:
    drawn = crowd(session, seed)
    for at in instants()[::2]:
        for person in sorted(PEOPLE):
            who = asking(session, person, at=at)
            for act in LISTS:
                whose = scope(who, act)
                for kind in LISTED:
                    rows = [one for one in drawn.subjects if isinstance(one, kind)]
                    one_by_one = {row.id for row in rows if by_role(who, act, row)}
                    listed = set(session.scalars(select(kind.id).where(whose.where(kind.unit_id, kind.campaign_id))))
                    assert listed == one_by_one, (person, act, kind)
                    assert listed == {row.id for row in rows if whose.holds(row.unit_id, row.campaign_id)}


def by_role(who: Who, act: Act, row: Fix | Suspicion | Checklist) -> bool:
    """Whether a role opens the row; being named in it is asked about singly, and never listed by unit."""
    return may(who, act, row).held is not None


@pytest.mark.parametrize("seed", range(3))
def test_nothing_may_be_done_to_what_is_out_of_sight(session: Session, seed: int) -> None:
    drawn = crowd(session, seed)
    for person in sorted(PEOPLE):
        who = asking(session, person, at=MORNING)
        for subject in drawn.subjects:
            if getattr(subject, "campaign_id", None) in who.barred:
                answers = {may(who, act, subject) for act in Act}
                assert {(one.allowed, one.may_know) for one in answers} == {(False, False)}


@pytest.mark.parametrize("seed", range(3))
def test_what_is_not_to_be_known_yet_is_the_same_for_letters_and_for_pages(session: Session, seed: int) -> None:
    drawn = crowd(session, seed)
    for at in instants()[::2]:
        for person in sorted(PEOPLE):
            who = asking(session, person, at=at)
            hidden = {one.id for one in drawn.campaigns if hidden_from(session, one, person, at=at)}
            assert hidden == who.unrevealed
            if who.active:
                assert hidden == {one.id for one in drawn.campaigns if reads_as_hidden(session, one, person, at)}


def reads_as_hidden(session: Session, campaign: Campaign, person_id: str, at: datetime) -> bool:
    """The rule as people put it, row by row: of an inspected unit, or acting for who is, or going along."""
    hour, on = hour_of(campaign), local_date(at)
    own = roster.roles_of(session, person_id, on=on)
    if hour is None or at >= hour or any(role in ETHICS for role, _ in own):
        return False
    names = [person_id, *(deputy.principal_id for deputy in principals_of(session, person_id, on=on))]
    asked = select(Approval.id).where(
        Approval.campaign_id == campaign.id, Approval.approver_id.in_(names), Approval.requested_by != person_id
    )
    along = [one for one in groups.in_force(session) if one.campaign_id == campaign.id]
    if any(person_id in one.going_along for one in along) and session.scalars(asked).first() is None:
        return True
    of_units = {roster.person(session, name).unit_id for name in names}
    of_units |= {unit_id for name in names for _, unit_id in roster.roles_of(session, name, on=on)}
    return bool({unit.id for unit in campaigns.units(session, campaign.id)} & of_units)


roles = some.builds(
    Held, some.sampled_from(Role), some.sampled_from(("", "U01", "U02")), some.sampled_from((None, "mayor"))
)
people = some.builds(
    Who,
    person_id=some.just("somebody"),
    at=some.just(MORNING),
    held=some.lists(roles, max_size=3).map(tuple),
    names=some.just(("somebody", "mayor")),
    own_units=some.sampled_from((frozenset(), frozenset({"U01"}))),
    closed=some.sampled_from((frozenset(), frozenset({"C1"}))),
)
matters = some.builds(
    Fix,
    id=some.just("F1"),
    campaign_id=some.sampled_from(("C1", "C2")),
    unit_id=some.sampled_from(("U01", "U02", "U03")),
)


@settings(max_examples=300, deadline=None)
@given(who=people, fix=matters)
def test_whoever_it_is_the_table_holds(who: Who, fix: Fix) -> None:
    if fix.campaign_id in who.closed:
        assert not any(may(who, act, fix) for act in Act)
    if fix.unit_id in who.own_units:
        assert not any(may(who, act, fix) for act in (Act.TRIAGE, Act.VERIFY_FIX))
    for act in Act:
        answer = may(who, act, fix)
        if answer:  # a door that acts shows: whoever may act may know
            assert answer.may_know
            assert answer.held is None or answer.held in who.held
        if answer and answer.held and answer.held.role not in ETHICS | {Role.ETHICS_HEAD}:
            assert answer.held.unit_id in {"", fix.unit_id}


def test_somebody_without_any_part_may_nothing() -> None:
    stranger = Who("stranger", MORNING, names=("stranger",))
    subjects = (None, Fix(unit_id="U01", campaign_id="C1"), Unit(id="U01"), Campaign(id="C1"), Report(id="R1"))
    assert not any(may(stranger, act, subject) for act in Act for subject in subjects)


def test_on_behalf_of_whom_is_part_of_the_answer(session: Session) -> None:
    settle(session)
    who = asking(session, "secretary", at=MORNING + timedelta(days=3))
    held = who.holding({Role.AGENCY_HEAD})
    assert held == Held(Role.AGENCY_HEAD, "", "mayor")
    assert on_behalf("secretary", held) == {"on_behalf_of": "mayor", "acting": "secretary代mayor"}
    assert on_behalf("secretary", who.holding({Role.CHIEF_SECRETARY})) == {}


def test_a_stranger_to_the_roster_is_nobody(session: Session) -> None:
    settle(session)
    with pytest.raises(NotFound):
        asking(session, "a stranger", at=MORNING)


# --------------------------------------------------------------- what changes within a transaction is seen at once


def is_contact(session: Session) -> bool:
    return asking(session, "nobody", at=MORNING).holding({Role.CONTACT}, unit_id="U04") is not None


def test_a_row_added_changed_or_taken_away_is_seen_by_the_next_question(session: Session) -> None:
    settle(session)
    assert not is_contact(session)
    row = RoleGrant(person_id="nobody", role=Role.CONTACT, unit_id="U04", valid_from=None, valid_until=None)
    session.add(row)  # not even written yet
    assert is_contact(session)
    row.valid_until = date(2026, 10, 11)
    assert not is_contact(session)
    row.valid_until = None
    assert is_contact(session)
    session.delete(row)
    assert not is_contact(session)


def test_a_statement_that_writes_is_seen_by_the_next_question(session: Session) -> None:
    settle(session)
    assert not is_contact(session)
    values = {"person_id": "nobody", "role": Role.CONTACT, "unit_id": "U04"}
    assert insert_once(session, RoleGrant, values, keys=("person_id", "role", "unit_id"))
    assert is_contact(session)
    session.execute(update(Person).where(Person.id == "nobody").values(active=False))
    assert not is_contact(session)


def test_what_is_taken_back_was_never_there(session: Session) -> None:
    settle(session)
    trial = session.begin_nested()
    grant(session, "nobody", Role.CONTACT, "U04")
    assert is_contact(session)
    trial.rollback()
    assert not is_contact(session)


def test_another_transaction_is_asked_anew(session: Session) -> None:
    settle(session)
    session.commit()
    assert not is_contact(session)
    session.commit()
    with session_scope() as other:
        grant(other, "nobody", Role.CONTACT, "U04")
    assert is_contact(session)


def test_what_decides_nothing_lets_the_answer_stand(session: Session) -> None:
    drawn = crowd(session, 1)
    asking(session, "ethics", at=MORNING)
    suspicion = next(one for one in drawn.subjects if isinstance(one, Suspicion))
    fix = next(one for one in drawn.subjects if isinstance(one, Fix))
    suspicion.state = SuspicionState.ASKED
    session.execute(update(Fix).where(Fix.id == fix.id).values(state=FixState.CLAIMED))
    session.flush()
    with statements() as seen:
        asking(session, "ethics", at=MORNING)
    assert seen == []


def test_a_deputyship_of_another_day_is_another_question(session: Session) -> None:
    settle(session)
    assert session.query(Deputy).count() == 1
    assert asking(session, "secretary", at=MORNING).names == ("secretary",)
    assert asking(session, "secretary", at=MORNING + timedelta(days=4)).names == ("secretary", "mayor")
    assert asking(session, "secretary", at=MORNING + timedelta(days=5)).names == ("secretary",)
