"""Which statements a unit is asked, and who inspects whom."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.paper_office import CAMPAIGN, ETHICS, SECRETARY, PaperOffice, plan_content
from inspection.errors import BadSource
from inspection.model import Person, RoleGrant, Unit
from inspection.planning.groups import Inspector, group
from inspection.planning.select import Selection, choose
from inspection.rules import catalogue
from inspection.rules.checklist_items import MOST_ITEMS_PER_UNIT, ChecklistItem, Respondent, Rotation
from inspection.rules.roster import parse_roster
from inspection.settings import REPOSITORY
from inspection.store.session import session_scope
from inspection.vocabulary import SEVERITY_RANK, Role

UNITS = {unit.id: set(unit.tags) for unit in parse_roster(REPOSITORY / "demo" / "roster.yaml").units}


@cache
def shipped() -> catalogue.Catalogue:
    """The shipped rules, read once."""
    return catalogue.load()


def asked_of(tags: set[str]) -> list[ChecklistItem]:
    """All statements that fit a unit."""
    items = shipped().checklist_items
    return list(items.applicable("semiannual", tags, Respondent.UNIT))


# ------------------------------------------------------------------------------------------------ statements


@pytest.mark.parametrize("unit", sorted(UNITS))
@pytest.mark.parametrize("turn", [4053, 4054])
def test_a_unit_is_asked_at_most_25_and_every_core_statement(unit: str, turn: int) -> None:
    items = asked_of(UNITS[unit])
    chosen = choose(items, stressed=set(), turn=turn)
    assert 1 <= len(chosen) <= MOST_ITEMS_PER_UNIT
    core = {item.id for item in items if item.rotation is Rotation.CORE}
    assert {one.item.id for one in chosen if one.because is Selection.CORE} == core
    assert [one.item for one in chosen] == [item for item in items if item.id in {one.item.id for one in chosen}]


@pytest.mark.parametrize("unit", sorted(UNITS))
@pytest.mark.parametrize("first", [4053, 4054])
def test_all_rotating_statements_are_asked_within_a_year(unit: str, first: int) -> None:
    items = asked_of(UNITS[unit])
    asked = {one.item.id for turn in (first, first + 1) for one in choose(items, stressed=set(), turn=turn)}
    assert asked == {item.id for item in items}


@settings(deadline=None)
@given(
    st.integers(0, 40),
    st.integers(1, 25),
    st.sets(st.integers(0, 200), max_size=40),
    st.lists(st.sampled_from(sorted(UNITS)), min_size=1, max_size=4),
)
def test_never_more_than_there_is_room_for_and_stressed_before_all(
    turn: int, most: int, picks: set[int], units: list[str]
) -> None:
    items = asked_of(set().union(*(UNITS[unit] for unit in units)))
    stressed = {items[pick % len(items)].id for pick in picks}
    chosen = choose(items, stressed=stressed, turn=turn, most=most)
    assert len(chosen) == min(most, len(items))
    assert len({one.item.id for one in chosen}) == len(chosen)
    asked = {one.item.id for one in chosen}
    assert len(asked & stressed) == min(len(stressed), most)
    if len(stressed) < most:
        left_out = [item for item in items if item.rotation is Rotation.CORE and item.id not in asked]
        taken = [one.item for one in chosen if one.because is Selection.CORE]
        rotating = [one for one in chosen if one.because is Selection.ROTATING]
        assert not (left_out and rotating), "a rotating statement took the room of a core one"
        graver = min((SEVERITY_RANK[item.severity] for item in taken), default=9)
        assert all(SEVERITY_RANK[item.severity] <= graver for item in left_out)


def test_a_statement_of_a_register_the_unit_does_not_keep_is_not_asked(office: PaperOffice) -> None:
    office.open()
    office.draft()
    units = plan_content()["units"]
    assert isinstance(units, list)
    by_unit = {unit["id"]: {item["id"] for item in unit["items"]} for unit in units}
    for unit, asked in by_unit.items():
        assert asked <= {item.id for item in asked_of(UNITS[unit])}
        assert len(asked) <= MOST_ITEMS_PER_UNIT
    assert by_unit["U02"] != by_unit["U04"], "units of different work are asked different things"


# ------------------------------------------------------------------------------------------------ groups

inspectors = st.lists(st.sampled_from(sorted(UNITS)), min_size=1, max_size=5).map(
    lambda homes: [Inspector(f"L{number}", f"甲{number}", "課員", home) for number, home in enumerate(homes)]
)


@settings(deadline=None)
@given(inspectors, inspectors, st.sets(st.sampled_from(sorted(set(UNITS) - {ETHICS})), min_size=1))
def test_nobody_inspects_the_own_unit_and_each_unit_is_inspected_once(
    leaders: list[Inspector], members: list[Inspector], units: set[str]
) -> None:
    at_home = {unit for unit in units if all(leader.unit_id == unit for leader in leaders)}
    ordered = sorted(units - at_home)
    grouping = group(ordered, ethics_unit=ETHICS, leaders=leaders, members=members, outsider=None)
    assert sorted(unit for one in grouping.groups for unit in one.unit_ids) == ordered
    for one in grouping.groups:
        assert one.leader.unit_id not in one.unit_ids
        assert all(member.unit_id not in one.unit_ids for member in one.members)


def test_a_unit_every_leader_belongs_to_is_refused_with_words() -> None:
    leader = Inspector("L1", "甲", "課員", "U04")
    with pytest.raises(ValueError, match="各領組均屬 U04"):
        group(["U04"], ethics_unit=ETHICS, leaders=[leader], members=[], outsider=None)


def test_the_units_are_spread_evenly_and_leaders_change_places() -> None:
    leaders = [Inspector("L1", "甲", "課員", ETHICS), Inspector("L2", "乙", "助理員", ETHICS)]
    units = ["U01", "U02", "U03", "U04"]
    first = group(units, ethics_unit=ETHICS, leaders=leaders, members=[], outsider=None)
    assert sorted(len(one.unit_ids) for one in first.groups) == [2, 2]
    led = {unit: one.leader.person_id for one in first.groups for unit in one.unit_ids}
    second = group(units, ethics_unit=ETHICS, leaders=leaders, members=[], outsider=None, last_leader=led)
    assert {unit: one.leader.person_id for one in second.groups for unit in one.unit_ids} == {
        unit: {"L1": "L2", "L2": "L1"}[leader] for unit, leader in led.items()
    }
    assert second.rotated
    alone = group(units, ethics_unit=ETHICS, leaders=leaders[:1], members=[], outsider=None, last_leader=led)
    assert not alone.rotated, "an office of one cannot rotate, and the plan has to say so"


def test_the_ethics_office_is_inspected_by_somebody_from_outside(office: PaperOffice) -> None:
    office = PaperOffice(units=("U02", ETHICS))
    office.open()
    office.draft()
    groups = plan_content()["groups"]
    assert isinstance(groups, list)
    assert [(one["leader_id"], one["unit_ids"]) for one in groups if one["outsider"]] == [(SECRETARY, [ETHICS])]
    assert all(ETHICS not in one["unit_ids"] for one in groups if not one["outsider"])


def test_without_anybody_from_outside_the_plan_is_not_drafted(office: PaperOffice) -> None:
    office = PaperOffice(units=(ETHICS,))
    with session_scope() as session:
        session.query(RoleGrant).filter_by(role=Role.CHIEF_SECRETARY).delete()
    office.open()
    with pytest.raises(BadSource, match="政風室須由外部人員檢查；請指定該人員"):
        office.draft()


def test_people_who_left_inspect_nothing(office: PaperOffice) -> None:
    with session_scope() as session:
        session.get_one(Person, "P113").active = False
        assert session.get_one(Unit, "U02").active
    office.open()
    office.draft()
    groups = plan_content()["groups"]
    assert isinstance(groups, list)
    assert "P113" not in {one["leader_id"] for one in groups}
    assert plan_content()["campaign"] == CAMPAIGN
