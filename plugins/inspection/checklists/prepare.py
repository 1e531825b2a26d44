"""Makes the units' checklists from the approved plan, questions frozen as they are put."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.documents.render import fingerprint
from inspection.model import Checklist, ChecklistQuestion
from inspection.model.lifecycle import ChecklistState
from inspection.planning.decision import plan_in_force
from inspection.rules.answers import Asked
from inspection.store import campaigns


def prepare(session: Session, campaign_id: str, *, actor: str, at: datetime) -> list[str]:
    """Checklist ids of all units of the plan in force; those already there stay as they are."""
    campaign = campaigns.get(session, campaign_id)
    plan = plan_in_force(session, campaign_id)
    items = {entry["id"]: entry for entry in plan.content["items"]}
    ids = []
    for unit in plan.content["units"]:
        checklist_id = f"{campaign_id}:{unit['id']}"
        ids.append(checklist_id)
        if session.get(Checklist, checklist_id) is not None:
            continue
        questions = [
            {**items[chosen["id"]], "because": chosen["because"], "position": position}
            for position, chosen in enumerate(unit["items"], start=1)
        ]
        session.add(
            Checklist(
                id=checklist_id,
                campaign_id=campaign_id,
                unit_id=unit["id"],
                state=ChecklistState.PREPARED,
                due_on=campaign.checklist_due_on,
                questions_hash=fingerprint({"questions": questions}),
            )
        )
        session.flush()
        session.add_all(
            ChecklistQuestion(
                checklist_id=checklist_id,
                item_id=question["id"],
                position=question["position"],
                category=question["category"],
                statement=question["statement"],
                basis=question["basis"],
                selected_because=question["because"],
                spec=Asked.of(question).kept(),
            )
            for question in questions
        )
        record(
            session,
            at=at,
            actor=actor,
            subject=("checklist", checklist_id),
            action="prepared",
            states=(None, ChecklistState.PREPARED.value),
            details={"count": len(questions), "unit_id": unit["id"], "due_on": str(campaign.checklist_due_on)},
        )
    return ids
