"""Inspector groups as they stand: those of the approved plan, with whoever took a place over since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from inspection.model import Campaign, Handover, HandoverLine, Plan
from inspection.model.lifecycle import CampaignState, HandoverState, PlanState
from inspection.vocabulary import HandedKind

Rows = Select[*tuple[Any, ...]]
# after 檢查結案 the groups still verify what is mended, until 列管結清
OVER = (CampaignState.CLOSED, CampaignState.ARCHIVED, CampaignState.CANCELLED)


@dataclass(frozen=True, slots=True)
class GroupInForce:
    """One group of a plan in force, by its number; `outsider` inspects the ethics office itself."""

    plan_id: str
    campaign_id: str
    number: int
    leader_id: str
    member_ids: tuple[str, ...]
    unit_ids: tuple[str, ...]
    outsider: bool

    @property
    def going_along(self) -> tuple[str, ...]:
        """Who is not of the ethics office: the 會辦 members, and the leader from outside where there is one."""
        return (*self.member_ids, self.leader_id) if self.outsider else self.member_ids

    @property
    def key(self) -> str:
        """By which a handover names it."""
        return f"{self.plan_id}:{self.number}"


def in_force(session: Session) -> list[GroupInForce]:
    """All groups of approved plans whose campaign is not over."""
    rows = session.execute(plans_in_force())
    return list(_groups(session, [(plan, campaign, groups or []) for plan, campaign, groups in rows]))


def plans_in_force() -> Rows:
    """(plan, campaign, its groups) of approved plans whose campaign is not over; to be widened by who asks more."""
    return (
        select(Plan.id, Plan.campaign_id, Plan.content["groups"])
        .join(Campaign, Campaign.id == Plan.campaign_id)
        .where(Plan.state == PlanState.APPROVED, Campaign.state.not_in(OVER))
        .order_by(Plan.id)
    )


def of_plan(session: Session, plan: Plan) -> list[GroupInForce]:
    """The groups of one plan."""
    return list(_groups(session, [(plan.id, plan.campaign_id, plan.content["groups"])]))


def from_outside(session: Session, campaign_id: str, unit_id: str) -> tuple[str, ...]:
    """Who of the plan in force inspects the ethics office from outside, and judges there; empty for other units."""
    return tuple(
        one.leader_id
        for one in in_force(session)
        if one.campaign_id == campaign_id and one.outsider and unit_id in one.unit_ids
    )


def by_key(session: Session, key: str) -> GroupInForce | None:
    """The group a handover names; None where its plan is gone."""
    plan = session.get(Plan, key.rpartition(":")[0])
    return next((one for one in of_plan(session, plan) if one.key == key), None) if plan else None


def led_before(session: Session, campaign: Campaign) -> dict[str, str]:
    """Who led where in the last campaign of the same kind, by unit; empty where there was none."""
    earlier = (
        select(Plan)
        .join(Campaign, Campaign.id == Plan.campaign_id)
        .where(
            Plan.state == PlanState.APPROVED,
            Campaign.kind == campaign.kind,
            Campaign.id != campaign.id,
            Campaign.state != CampaignState.CANCELLED,
            Campaign.window_start < campaign.window_start,
        )
        .order_by(Campaign.window_start.desc(), Campaign.id)
    )
    last = session.scalars(earlier.limit(1)).first()
    if last is None:
        return {}
    return {unit_id: one.leader_id for one in of_plan(session, last) for unit_id in one.unit_ids}


def _groups(session: Session, plans: list[tuple[str, str, list[dict[str, object]]]]) -> Iterator[GroupInForce]:
    yield from as_they_stand(plans, _moved(session) if plans else {})


def as_they_stand(
    plans: list[tuple[str, str, list[dict[str, object]]]], moved: dict[str, list[tuple[str, str]]]
) -> Iterator[GroupInForce]:
    """Groups of some (plan, campaign, groups) with what was handed over since: (giver, taker) by key, in order."""
    for plan_id, campaign_id, groups in plans:
        for number, group in enumerate(groups, start=1):
            steps = moved.get(f"{plan_id}:{number}", [])
            yield GroupInForce(
                plan_id=plan_id,
                campaign_id=campaign_id,
                number=number,
                leader_id=_now(str(group["leader_id"]), steps),
                member_ids=tuple(_now(one, steps) for one in _texts(group.get("member_ids"))),
                unit_ids=_texts(group["unit_ids"]),
                outsider=bool(group["outsider"]),
            )


def _texts(values: object) -> tuple[str, ...]:
    return tuple(str(one) for one in values) if isinstance(values, list) else ()


def _now(person_id: str, steps: list[tuple[str, str]]) -> str:
    """Who holds a place after every handover of it, in their order."""
    for giver, taker in steps:
        person_id = taker if person_id == giver else person_id
    return person_id


def _moved(session: Session) -> dict[str, list[tuple[str, str]]]:
    query = carried_out(select(HandoverLine.subject_id, Handover.from_id, HandoverLine.taker_id))
    found: dict[str, list[tuple[str, str]]] = {}
    for key, giver, taker in session.execute(query.order_by(Handover.carried_out_at, Handover.id)):
        found.setdefault(key, []).append((giver, taker))
    return found


def carried_out(query: Rows) -> Rows:
    """A query on lines of handovers, for places in groups that were handed over."""
    return query.join(Handover, Handover.id == HandoverLine.handover_id).where(
        HandoverLine.kind == HandedKind.GROUP, Handover.state == HandoverState.CARRIED_OUT
    )
