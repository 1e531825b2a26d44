"""資訊稽核 is held with the IT office: its members go everywhere but to their own unit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from campaigns.paper_office import (
    CAMPAIGN,
    ETHICS,
    SECRETARY,
    SOCIAL,
    STAFF,
    WORKS,
    PaperOffice,
    plan_content,
)
from inspection import clock as now
from inspection.campaigns.asking import campaign_asked_for
from inspection.campaigns.open import Wanted, open_campaign
from inspection.errors import BadSource
from inspection.model import RoleGrant, Unit
from inspection.planning.paper import print_plan
from inspection.store import campaigns
from inspection.store.session import session_scope
from inspection.vocabulary import Role

COMPUTING, IT_MEMBER = "U08", "P082"


def opened(office: PaperOffice, *units: str) -> None:
    """An audit of some units, none given: of all."""
    wanted = Wanted("it_audit", date(2026, 11, 2), date(2026, 11, 20), STAFF, units, CAMPAIGN, False)
    with session_scope() as session:
        open_campaign(session, wanted, catalogue=office.rules, at=now.now())


def planned(office: PaperOffice, *units: str) -> dict[str, Any]:
    opened(office, *units)
    office.draft()
    return plan_content()


def test_what_the_form_asks_for_is_opened_under_its_own_name_and_number(office: PaperOffice) -> None:
    with session_scope() as session:
        wanted = campaign_asked_for(
            session, "it_audit", {"first_day": "2026-11-02", "unit_ids": [SOCIAL]}, at=now.now()
        )
        campaign = open_campaign(session, wanted, catalogue=office.rules, at=now.now())
        assert (campaign.id, campaign.name) == ("C-115-IA-1102", "115年下半年資訊稽核")
        assert [unit.id for unit in campaigns.units(session, campaign.id)] == [SOCIAL]


@pytest.mark.clause("S0-08")
def test_the_plan_names_the_it_office_as_joint_and_no_member_inspects_the_own_unit(office: PaperOffice) -> None:
    content = planned(office)
    assert "會同資訊室稽核電腦設備之使用及資訊檔案管理情形" in content["sections"]["purpose"]["lines"][0]
    assert any("資訊室派員會同" in line for line in content["sections"]["inspectors"]["lines"])
    assert len({unit_id for group in content["groups"] for unit_id in group["unit_ids"]}) == 12
    for group in content["groups"]:
        with_it = group["members"] == ["管理師江○哲"]
        assert with_it is (COMPUTING not in group["unit_ids"])
        assert group["members"], "every group is of two offices"
    (ethics,) = [group for group in content["groups"] if ETHICS in group["unit_ids"]]
    assert (ethics["leader_id"], ethics["outsider"]) == (SECRETARY, True)
    with session_scope() as session:
        assert print_plan(session, CAMPAIGN, catalogue=office.rules, at=now.now()).size_bytes > 0


@pytest.mark.clause("S0-08", "S3-10")
def test_units_are_asked_about_rights_and_queries_and_the_it_office_about_leavers_contractors_and_tests(
    office: PaperOffice,
) -> None:
    content = planned(office, SOCIAL, COMPUTING)
    asked = {unit["id"]: {item["id"] for item in unit["items"]} for unit in content["units"]}
    everybody = {"INF-009", "INF-012", "INF-015", "INF-016", "SHR-001"}
    of_the_it_office = {"INF-006", "INF-007", "INF-010", "INF-017", "INF-018", "INF-019", "INF-020"}
    assert everybody <= asked[SOCIAL]
    assert everybody | of_the_it_office <= asked[COMPUTING]
    assert not asked[SOCIAL] & of_the_it_office
    assert {one[:3] for one in asked[SOCIAL]} == {"INF", "SHR"}
    of_machines = {one for one in asked[COMPUTING] if one[:3] not in {"INF", "SHR"}}
    assert of_machines == {"COP-005", "DST-006", "INC-004"}, "scanned files, discarded disks, incidents told"


@pytest.mark.clause("S0-08")
def test_an_audit_runs_like_any_inspection_once_its_plan_is_approved(office: PaperOffice) -> None:
    opened(office, SOCIAL, WORKS)
    office.draft()
    office.submit()
    office.decide()
    office.send_forms()
    wrong = next(one for one in office.items(WORKS) if one == "INF-015")
    office.return_form(SOCIAL)
    office.return_form(WORKS, {wrong: "不符合"})
    assert len(office.triage(office.suspect())) == 1


def test_without_somebody_of_the_it_office_the_roster_is_to_be_completed(office: PaperOffice) -> None:
    opened(office)
    with session_scope() as session:
        session.query(RoleGrant).filter_by(person_id=IT_MEMBER, role=Role.INSPECTOR).delete()
    with pytest.raises(BadSource, match="會同檢查之單位沒有檢查員；請指定一人"):
        office.draft()
    with session_scope() as session:
        session.get_one(Unit, COMPUTING).tags = ["機房"]
    with pytest.raises(BadSource, match="沒有單位標有 資訊"):
        office.draft()
