"""會辦: the units the approval table names are asked for an opinion, all at once and beside the decision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.documents.paper_code import short_code
from inspection.model import Approval, Campaign, Opinion, Person, Unit
from inspection.model.lifecycle import ApprovalState, OpinionState, allows
from inspection.notices.conditions.opinion import while_asked
from inspection.notices.outbox import Letter, write
from inspection.rules.approval_table import DocumentRule
from inspection.store import calendar_days, campaigns, groups, opinions, projects, roster
from inspection.store.kinds import kind_of
from inspection.store.once import insert_once
from inspection.store.unannounced import hidden_from, is_untold
from inspection.vocabulary import Role, WhyNotAsked


def units_named(session: Session, rule: DocumentRule) -> list[Unit]:
    """The units of the roster that bear a tag of `countersigned_by`, in the table's order, each once."""
    units = roster.units(session)
    found = [unit for tag in rule.countersigned_by for unit in units if tag in unit.tags and not unit.is_ethics]
    return list({unit.id: unit for unit in found}.values())


def units_to_ask(session: Session, campaign: Campaign, rule: DocumentRule, *, at: datetime) -> list[Unit]:
    """The units named; of a project only those whose head is in the know and has signed: 會辦 tells nobody of it."""
    units = units_named(session, rule)
    if not kind_of(campaign).is_project:
        return units
    on = clock.local_date(at)
    return [
        unit
        for unit in units
        if any(
            projects.has_signed(session, campaign.id, head.id, on=on)
            for head in roster.holders(session, Role.UNIT_HEAD, on=on, unit_id=unit.id)
        )
    ]


def tags_nobody_bears(session: Session, rule: DocumentRule) -> list[str]:
    """Tags of `countersigned_by` for which the roster has no unit."""
    borne = {tag for unit in roster.units(session) for tag in unit.tags}
    return [tag for tag in rule.countersigned_by if tag not in borne]


def consulted(session: Session, campaign: Campaign, rule: DocumentRule, *, at: datetime) -> str:
    """Names for the 會辦 cell of a paper: no unit that must not know of the inspection yet stands there."""
    hidden = {unit.id for unit in campaigns.units(session, campaign.id)} if is_untold(campaign, at=at) else set()
    return "、".join(unit.name for unit in units_to_ask(session, campaign, rule, at=at) if unit.id not in hidden)


def ask_opinions(
    session: Session, approval: Approval, campaign: Campaign, rule: DocumentRule, *, document_name: str, at: datetime
) -> list[Opinion]:
    """Asks every unit the table names; one that cannot be asked is put down with the reason. Twice is once.

    Nothing is asked where the request does not wait any more.
    """
    if approval.state != ApprovalState.PENDING:
        return []
    today = clock.local_date(at)
    due_on = calendar_days.calendar(session).add_working_days(today, rule.opinion_working_days)
    for unit in units_to_ask(session, campaign, rule, at=at):
        heads = roster.holders(session, Role.UNIT_HEAD, on=today, unit_id=unit.id)
        because = _not_to_ask(session, campaign, approval, unit, heads, at=at)
        opinion_id = f"{approval.id}:{unit.id}"
        state = OpinionState.NOT_ASKED if because else OpinionState.ASKED
        row = {
            "id": opinion_id,
            "approval_id": approval.id,
            "unit_id": unit.id,
            "unit_name": unit.name,
            "content_hash": approval.content_hash,
            "state": state,
            "because": because,
            "asked_at": at,
            "due_on": due_on,
        }
        if insert_once(session, Opinion, row, keys=["id"]):
            record(
                session,
                at=at,
                actor=approval.requested_by,
                subject=("opinion", opinion_id),
                action="asked" if because is None else "not_asked",
                states=(None, state.value),
                reason=because.value if because else None,
                details={"unit_id": unit.id, "content_hash": approval.content_hash, "due_on": str(due_on)},
            )
    asked = opinions.of_approval(session, approval)
    for opinion in asked:
        if opinion.state is OpinionState.ASKED:
            _write(session, opinion, approval, campaign, document_name, at=at)
    return asked


def _not_to_ask(
    session: Session, campaign: Campaign, approval: Approval, unit: Unit, heads: list[Person], *, at: datetime
) -> WhyNotAsked | None:
    """Why a unit is not asked; unannounced means that not even its opinion is sought (officer review A10)."""
    if is_untold(campaign, at=at):
        inspected = unit.id in {one.id for one in campaigns.units(session, campaign.id)}
        plan = campaigns.latest_plan(session, campaign.id)  # whom a draft names to go along is told at the hour too
        joined = {one for group in groups.of_plan(session, plan) for one in group.going_along} if plan else set()
        hidden = (head.id in joined or hidden_from(session, campaign, head.id, at=at) for head in heads)
        if inspected or any(hidden):
            return WhyNotAsked.UNANNOUNCED
    if not heads:
        return WhyNotAsked.NO_HEAD
    if all(head.id == approval.requested_by for head in heads):
        return WhyNotAsked.REQUESTER
    return None


def _write(
    session: Session, opinion: Opinion, approval: Approval, campaign: Campaign, document_name: str, *, at: datetime
) -> None:
    for head in roster.holders(session, Role.UNIT_HEAD, on=clock.local_date(at), unit_id=opinion.unit_id):
        letter = Letter(
            key=f"opinion-requested:{opinion.id}:{head.id}",
            kind="opinion_requested",
            person_id=head.id,
            values={
                "document_name": document_name,
                "unit_name": opinion.unit_name,
                "identifier": short_code(approval.content_hash),
                "due": roc.with_weekday(opinion.due_on),
            },
            campaign_id=campaign.id,
            still_wanted=while_asked(opinion.id),
        )
        write(session, letter, at=at)


def void(session: Session, approval: Approval, *, actor: str, at: datetime, reason: str) -> None:
    """Voids a request that waits, and with it every opinion asked or given on its content."""
    advance(session, approval, ApprovalState.VOIDED, actor=actor, at=at, reason=reason)
    for opinion in opinions.of_approval(session, approval):
        if allows(opinion.state, OpinionState.VOIDED):
            advance(session, opinion, OpinionState.VOIDED, actor=actor, at=at, reason=reason)
