"""The inspectors' record sheet of each unit: the statements looked at on the spot, never asked of the unit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from inspection.documents.kinds.inspection_record import KIND, InspectionRecord, RecordLine
from inspection.documents.printing import Paper, print_paper
from inspection.model import Document
from inspection.planning.annexes import group_of
from inspection.planning.decision import plan_in_force
from inspection.planning.spot_seed import is_visited
from inspection.rules.answers import Asked
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns
from inspection.vocabulary import Equipment


def print_record_sheets(session: Session, campaign_id: str, *, catalogue: Catalogue, at: datetime) -> list[Document]:
    """A sheet for each unit of the plan in force, in its order; the same plan gives the same documents.

    A unit where nothing is to be looked at or that was not drawn to be visited, and a plan drafted before it named such
    statements, have none. Raises NotAllowed without approval.
    """
    plan = plan_in_force(session, campaign_id)
    name = campaigns.get(session, campaign_id).name
    title = catalogue.wording.line("record_title", {"campaign": name})
    items = {str(item["id"]): item for item in plan.content.get("inspector_items", ())}
    printed = []
    for unit in plan.content["units"]:
        lines = [_line(number, items[one]) for number, one in enumerate(unit.get("inspector_items", ()), start=1)]
        if not lines or not is_visited(session, campaign_id, plan.content, unit["id"]):
            continue
        led = group_of(plan.content, unit["id"])
        context: InspectionRecord = {
            "title": title,
            "unit": unit["name"],
            "period": plan.content["period"],
            "group": led["number"],
            "leader": led["leader"],
            "members": led["members"],
            "instructions": catalogue.wording.say("record_instructions"),
            "equipment": [catalogue.wording.line(f"equipment_{kind.value}") for kind in Equipment],
            "lines": lines,
        }
        paper = Paper(KIND, f"{campaign_id}:{unit['id']}", context)
        printed.append(print_paper(session, paper, catalogue=catalogue, at=at))
    return printed


def _line(number: int, item: dict[str, Any]) -> RecordLine:
    asked = Asked.of(item)
    return {
        "number": number,
        "code": item["id"],
        "category": item["category"],
        "statement": item["statement"],
        "basis": item["basis"],
        "blank": asked.answer.blank,
        "hint": asked.remark_hint,
        "evidence": asked.evidence,
    }
