"""A campaign reaches every unit of the agency and the bodies below it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from campaigns.paper_office import CAMPAIGN, DEMO, PaperOffice
from inspection.model import Checklist
from inspection.rules.roster import parse_roster
from inspection.store.session import session_scope


@pytest.mark.clause("S0-01")
def test_without_a_choice_every_unit_and_subordinate_body_is_asked(office: PaperOffice) -> None:
    roster = parse_roster(DEMO / "roster.yaml")
    assert [unit.name for unit in roster.units if unit.kind == "所屬機關"] == ["清潔隊"]
    office = PaperOffice(units=())
    office.approved_plan()
    office.send_forms()
    with session_scope() as session:
        asked = set(session.scalars(select(Checklist.unit_id).where(Checklist.campaign_id == CAMPAIGN)))
    assert asked == {unit.id for unit in roster.units}
