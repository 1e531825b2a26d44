"""Inspectors are rotated against the last campaign, share the statements evenly, and say where it cannot be so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from campaigns.paper_office import (
    DEMO,
    ETHICS,
    ETHICS_HEAD,
    SECOND_STAFF,
    SECRETARY,
    SOCIAL,
    STAFF,
    WORKS,
    PaperOffice,
    grant,
    leaves,
    plan_content,
)
from inspection import clock as now
from inspection.campaigns.open import Wanted, open_campaign
from inspection.errors import BadSource, Conflict
from inspection.model import Plan
from inspection.planning.annexes import groups as printed
from inspection.rules.roster import parse_roster
from inspection.store.session import session_scope
from inspection.vocabulary import Role

NEXT = "C-next"


def led(campaign_id: str) -> dict[str, str]:
    """Who leads where, by unit."""
    content = plan_content(campaign_id)
    found = content["groups"]
    assert isinstance(found, list)
    return {unit: group["leader_id"] for group in found for unit in group["unit_ids"]}


def test_nobody_leads_where_they_led_last_time(office: PaperOffice) -> None:
    office = PaperOffice(units=(SOCIAL, WORKS, "U05", "U06"))
    office.approved_plan()
    office.open(NEXT, first_day=date(2027, 5, 3), last_day=date(2027, 5, 21))
    office.draft(NEXT)
    before, after = led("C-paper"), led(NEXT)
    assert before.keys() == after.keys()
    assert all(before[unit] != after[unit] for unit in before)


def test_a_campaign_of_another_kind_does_not_turn_the_wheel(office: PaperOffice) -> None:
    office.approved_plan()
    wanted = Wanted("ad_hoc", date(2026, 11, 23), date(2026, 11, 27), STAFF, office.units, NEXT, False)
    with session_scope() as session:
        open_campaign(session, wanted, catalogue=office.rules, at=now.now())
    office.draft(NEXT)
    assert led(NEXT) == led("C-paper")


def test_one_officer_alone_is_said_not_to_be_rotated(office: PaperOffice) -> None:
    leaves(STAFF)
    leaves(SECOND_STAFF)
    with session_scope() as session:
        for campaign, first, last in (("C-paper", date(2026, 11, 2), date(2026, 11, 20)),
                                      (NEXT, date(2027, 5, 3), date(2027, 5, 21))):  # fmt: skip
            wanted = Wanted("semiannual", first, last, ETHICS_HEAD, office.units, campaign, False)
            open_campaign(session, wanted, catalogue=office.rules, at=now.now())
    office.draft("C-paper")
    with session_scope() as session:
        session.query(Plan).one().state = "approved"  # type: ignore[assignment]
    office.draft(NEXT)
    content = plan_content(NEXT)
    (group,) = content["groups"]  # type: ignore[misc]
    assert group["repeated"] == [SOCIAL, WORKS]
    (row,) = printed(content)
    assert "社會課、工務課無法輪替" in row["note"]
    assert f"2單位{group['statements']}項" in row["note"]
    assert any("無法輪替" in line for line in content["sections"]["inspectors"]["lines"])  # type: ignore[index]


def test_the_statements_are_shared_evenly_and_stand_in_the_plan(office: PaperOffice) -> None:
    office = PaperOffice(units=(SOCIAL, WORKS, "U01", "U03", "U05", "U06"))
    office.open()
    office.draft()
    loads = [group["statements"] for group in plan_content()["groups"]]  # type: ignore[union-attr,attr-defined]
    assert len(loads) == 3
    assert max(loads) - min(loads) <= 25


def test_the_ethics_office_is_inspected_by_whom_the_head_named(office: PaperOffice) -> None:
    units = (WORKS, ETHICS)
    wanted = Wanted("semiannual", date(2026, 11, 2), date(2026, 11, 20), STAFF, units, "C-paper", False)
    with session_scope() as session:
        open_campaign(session, wanted, catalogue=office.rules, at=now.now())
    office.draft()
    assert led("C-paper")[ETHICS] == SECRETARY  # nobody was named
    grant("P101", Role.INSPECTOR, ETHICS)  # by the roster
    office.draft()
    assert led("C-paper")[ETHICS] == "P101"
    named = Wanted("semiannual", date(2027, 5, 3), date(2027, 5, 21), STAFF, units, NEXT, False, outsider_id="P091")
    with session_scope() as session:
        open_campaign(session, named, catalogue=office.rules, at=now.now())
    office.draft(NEXT)
    assert led(NEXT)[ETHICS] == "P091"
    lines = plan_content(NEXT)["sections"]["inspectors"]["lines"]  # type: ignore[index,call-overload]
    assert "政風室由機關指定之政風室以外人員（主任何○芬）檢查，政風人員迴避。" in lines


@pytest.mark.parametrize("person", [STAFF, ETHICS_HEAD])
def test_the_outsider_is_not_of_the_ethics_office(office: PaperOffice, person: str) -> None:
    wanted = Wanted("semiannual", date(2026, 11, 2), date(2026, 11, 20), STAFF, outsider_id=person)
    with pytest.raises(BadSource, match="不得檢查政風室"), session_scope() as session:
        open_campaign(session, wanted, catalogue=office.rules, at=now.now())


def test_another_outsider_for_a_campaign_already_open_is_a_conflict(office: PaperOffice) -> None:
    office.open()
    first, last = date(2026, 11, 2), date(2026, 11, 20)
    wanted = Wanted("semiannual", first, last, STAFF, office.units, "C-paper", outsider_id="P091")
    with pytest.raises(Conflict, match="已開立，其外部檢查人員不同"), session_scope() as session:
        open_campaign(session, wanted, catalogue=office.rules, at=now.now())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("roles: [contact, inspector]}\n- {id: P081", "roles: [contact, {role: inspector, unit: U04}]}\n- {id: P081",
         "名冊僅得為政風室指定檢查員"),
        ("title: 助理員, email: ethics2@shifan.test, unit: U11, roles: [ethics_staff]",
         "title: 助理員, email: ethics2@shifan.test, unit: U11, roles: [ethics_staff, {role: inspector, unit: U11}]",
         "政風室不得由本室人員檢查"),
    ],
)  # fmt: skip
def test_a_roster_names_an_inspector_for_the_ethics_office_alone(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = (DEMO / "roster.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = tmp_path / "roster.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadSource, match=told):
        parse_roster(path)
