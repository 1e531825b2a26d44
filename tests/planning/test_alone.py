"""An ethics office of one person says so on its papers, and who looks a second time (officer review A23)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete

from campaigns.paper_office import CAMPAIGN, ETHICS_HEAD, SECRETARY, WORKS, PaperOffice, plan_content
from inspection import clock as now
from inspection.model import Deputy, RoleGrant, Unit
from inspection.planning.alone import office_of_one
from inspection.store import findings
from inspection.store.session import session_scope
from inspection.vocabulary import Role

NAMED = "政風室編制一人，由主任秘書游○賢複核"


def said(office: PaperOffice) -> str:
    """What papers of today say."""
    with session_scope() as session:
        return office_of_one(session, office.rules, on=now.today())


def left_alone(*, staff: int = 1, deputy: str = "") -> None:
    """Nobody but the ethics head is left; who acts in that person's stead."""
    with session_scope() as session:
        others = (RoleGrant.role == Role.ETHICS_STAFF) | (
            (RoleGrant.role == Role.ETHICS_HEAD) & (RoleGrant.person_id != ETHICS_HEAD)
        )
        session.execute(delete(RoleGrant).where(others))
        session.execute(delete(Deputy).where(Deputy.principal_id == ETHICS_HEAD))
        session.query(Unit).filter_by(is_ethics=True).one().staff_count = staff
        if deputy:
            days = {"valid_from": date(2026, 1, 1), "valid_until": date(2027, 12, 31), "ground": "職務代理"}
            session.add(Deputy(principal_id=ETHICS_HEAD, deputy_id=deputy, **days))


def test_plan_and_reports_of_an_office_of_one_name_who_looks_a_second_time(office: PaperOffice) -> None:
    assert said(office) == ""
    left_alone(deputy=SECRETARY)
    assert said(office) == NAMED
    office.approved_plan()
    inspectors = plan_content()["sections"]["inspectors"]["lines"]  # type: ignore[index]
    assert f"{NAMED}。" in inspectors
    office.send_forms()
    office.compile()
    with session_scope() as session:
        for unit in ("", WORKS):
            report = findings.latest_report(session, CAMPAIGN, unit)
            assert report is not None
            assert report.content["inspectors"].endswith(f"（{NAMED}）")


def test_that_nobody_is_named_is_said_and_what_the_establishment_is(office: PaperOffice) -> None:
    left_alone()
    assert said(office) == "政風室編制一人，尚未指定複核人"
    left_alone(staff=3, deputy=SECRETARY)
    assert said(office) == "政風室編制3人，現有一人，由主任秘書游○賢複核"
