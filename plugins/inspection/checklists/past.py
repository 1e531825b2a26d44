"""What stands beside a statement for whoever answers or reads it: last round's answer, and why it is stressed now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from inspection.model import Campaign, Checklist
from inspection.model.lifecycle import PlanState
from inspection.planning.select import Selection
from inspection.rules.answers import Asked, answer_of
from inspection.store import campaigns, checklists, history


@dataclass(frozen=True, slots=True)
class Last:
    """How a statement was answered in the round before, in words."""

    said: str
    mended: bool
    remark: str


@dataclass(frozen=True, slots=True)
class LastRound:
    """The round before with the unit's answers by statement; without a name there was none."""

    name: str
    answers: Mapping[str, Last]


NONE = LastRound("", {})


def rounds_before(session: Session, checklist: Checklist, *, barred: Collection[str]) -> list[Campaign]:
    """The earlier rounds of a unit (`history.earlier`), newest first; never one of `barred`."""
    campaign = campaigns.get(session, checklist.campaign_id)
    return [one for one in history.earlier(session, campaign, checklist.unit_id) if one.id not in barred]


def last_round(session: Session, checklist: Checklist, rounds: Sequence[Campaign]) -> LastRound:
    """The newest of the earlier `rounds` in which the unit returned a checklist."""
    for round_ in rounds:
        before = session.get(Checklist, f"{round_.id}:{checklist.unit_id}")
        if before is None:
            continue
        given = checklists.answers(session, before.id)
        if given:
            put = checklists.questions_of(session, [before.id])
            found = {}
            for one in given:
                question, answer = put[(before.id, one.item_id)], answer_of(one.value)
                said = Asked.of(question.spec).answer.say(answer) if answer else "未填"
                found[one.item_id] = Last(said, one.mended, one.remark)
            return LastRound(round_.name, found)
    return NONE


def stress_reason(session: Session, checklist: Checklist) -> str:
    """Why some statements are stressed for this unit, as the approved plan says it; empty where none is."""
    plan = campaigns.latest_plan(session, checklist.campaign_id)
    if plan is None or plan.state is not PlanState.APPROVED:
        return ""
    units = (unit for unit in plan.content["units"] if unit["id"] == checklist.unit_id)
    return next((str(unit.get("stress", "")) for unit in units), "")


STRESSED = Selection.STRESSED.value
