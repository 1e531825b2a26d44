"""Queries for what inspectors do at a unit on the spot."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import Session

from inspection.model import (
    Campaign,
    Checklist,
    Document,
    Event,
    Finding,
    Fix,
    SpotAnswer,
    SpotEquipment,
    SpotRecord,
    Suspicion,
    Unit,
)
from inspection.model.lifecycle import CampaignState, FindingState, SpotState, SuspicionState
from inspection.store.findings import UNFINISHED
from inspection.store.kinds import is_no_project
from inspection.store.once import insert_once, rows_touched
from inspection.store.scope import Scope
from inspection.vocabulary import SuspicionKind


def faults_to_look_at(
    session: Session, unit_id: str, *, last: str, without: Collection[str]
) -> Sequence[tuple[Finding, Fix | None]]:
    """A unit's faults of the round `last` (an id, '' for none) and those of any earlier one not released yet, these
    first, then by number; none of the campaigns in `without`, of a project, or for a named person only."""
    query = (
        select(Finding, Fix)
        .join(Campaign, Campaign.id == Finding.campaign_id)
        .join(Suspicion, Suspicion.id == Finding.suspicion_id)
        .outerjoin(Fix, Fix.finding_id == Finding.id)
        .where(
            Finding.unit_id == unit_id,
            Finding.campaign_id.not_in(list(without)),
            Finding.state != FindingState.WITHDRAWN,
            Suspicion.confidant_id.is_(None),
            or_(Finding.campaign_id == last, and_(Fix.id.is_not(None), Fix.state.in_(UNFINISHED))),
            is_no_project(),
        )
        .order_by(Finding.id)
    )
    found = [(finding, fix) for finding, fix in session.execute(query)]
    return sorted(found, key=lambda one: one[1] is None or one[1].state not in UNFINISHED)


def get(session: Session, checklist_id: str) -> SpotRecord | None:
    """The record of a unit as it stands now, whatever this transaction has read before."""
    return session.get(SpotRecord, checklist_id, populate_existing=True)


def sheet_and_record(session: Session, checklist_id: str, *, sheet: str) -> tuple[bool, SpotRecord | None]:
    """Whether a document of the kind `sheet` was printed for a unit, and its record, by one statement."""
    printed = exists().where(Document.kind == sheet, Document.subject_id == checklist_id)
    query = (
        select(printed, SpotRecord)
        .select_from(Checklist)
        .outerjoin(SpotRecord, SpotRecord.checklist_id == Checklist.id)
        .where(Checklist.id == checklist_id)
    )
    found = session.execute(query).first()
    return (bool(found[0]), found[1]) if found else (False, None)


def put(session: Session, checklist_id: str, version: int, content: Mapping[str, Any], *, at: datetime) -> bool:
    """Writes the next version over the one given, or the first over 0; False where another saver was first."""
    if version == 0:
        values = {
            "checklist_id": checklist_id, "state": SpotState.DRAFT, "version": 1, "content": dict(content),
            "saved_at": at,
        }  # fmt: skip
        return insert_once(session, SpotRecord, values, keys=["checklist_id"])
    statement = (
        update(SpotRecord)
        .where(
            SpotRecord.checklist_id == checklist_id,
            SpotRecord.version == version,
            SpotRecord.state == SpotState.DRAFT,
        )
        .values(version=version + 1, content=dict(content), saved_at=at)
    )
    return rows_touched(session, statement) == 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record somebody has to go on with: of which unit and campaign, and whether a second person gave it back."""

    checklist_id: str
    campaign_name: str
    unit_name: str
    is_back: bool = False


def to_key_in(session: Session, whose: Scope, *, sheet: str, at: datetime) -> list[Waiting]:
    """Records that were not sent, of units somebody may key in, once their visit may begin: those given back first.

    A unit nothing was typed for waits only until the reports are issued; no sheet (a document of the kind `sheet`), no
    visit.
    """
    given_back = exists().where(
        Event.subject_kind == SpotRecord.__tablename__,
        Event.subject_id == Checklist.id,
        Event.from_state == SpotState.SENT.value,
        Event.to_state == SpotState.DRAFT.value,
    )
    begun = and_(SpotRecord.checklist_id.is_not(None), Campaign.state == CampaignState.FOLLOWING_UP)
    query = (
        select(Checklist.id, Campaign.name, Unit.name, given_back.label("is_back"))
        .join(Campaign, Campaign.id == Checklist.campaign_id)
        .join(Unit, Unit.id == Checklist.unit_id)
        .outerjoin(SpotRecord, SpotRecord.checklist_id == Checklist.id)
        .where(
            whose.where(Checklist.unit_id, Checklist.campaign_id),
            or_(SpotRecord.state.is_(None), SpotRecord.state == SpotState.DRAFT),
            or_(Campaign.state.in_((CampaignState.INSPECTING, CampaignState.REPORTING)), begun),
            Campaign.window_start <= at,
            exists().where(Document.kind == sheet, Document.subject_id == Checklist.id),
        )
        .order_by(Campaign.window_start, Checklist.id)
    )
    found = [Waiting(*row) for row in session.execute(query)]
    return sorted(found, key=lambda one: not one.is_back)


def to_confirm(session: Session, whose: Scope) -> list[tuple[Waiting, SpotRecord]]:
    """Records that wait for a second person, of units somebody may confirm, with the record: who typed it may not."""
    query = (
        select(Checklist.id, Campaign.name, Unit.name, SpotRecord)
        .join(Campaign, Campaign.id == Checklist.campaign_id)
        .join(Unit, Unit.id == Checklist.unit_id)
        .join(SpotRecord, SpotRecord.checklist_id == Checklist.id)
        .where(
            whose.where(Checklist.unit_id, Checklist.campaign_id),
            SpotRecord.state == SpotState.SENT,
            Campaign.state.in_((CampaignState.INSPECTING, CampaignState.REPORTING, CampaignState.FOLLOWING_UP)),
        )
        .order_by(SpotRecord.sent_at, Checklist.id)
    )
    return [(Waiting(one, campaign, unit), row) for one, campaign, unit, row in session.execute(query)]


def answers(session: Session, checklist_ids: Collection[str]) -> list[SpotAnswer]:
    """What was found of each statement, of confirmed records, in their order."""
    query = select(SpotAnswer).where(SpotAnswer.checklist_id.in_(list(checklist_ids)))
    return list(session.scalars(query.order_by(SpotAnswer.checklist_id, SpotAnswer.position)))


def judged(session: Session, checklist_id: str) -> list[tuple[SpotAnswer, SuspicionState | None]]:
    """What was found of each statement of a confirmed record, in order, with how the 疑似事項 it made stands."""
    query = (
        select(SpotAnswer, Suspicion.state)
        .outerjoin(
            Suspicion,
            and_(
                Suspicion.checklist_id == SpotAnswer.checklist_id,
                Suspicion.item_id == SpotAnswer.item_id,
                Suspicion.kind == SuspicionKind.SEEN_ON_THE_SPOT,
            ),
        )
        .where(SpotAnswer.checklist_id == checklist_id)
        .order_by(SpotAnswer.position)
    )
    return [(answer, state) for answer, state in session.execute(query)]


def told_faults(session: Session, checklist_id: str) -> dict[str, str]:
    """Of what was seen at a unit, the faults that unit was told of: their numbers by statement; none withdrawn."""
    query = (
        select(Suspicion.item_id, Finding.id)
        .join(Finding, Finding.suspicion_id == Suspicion.id)
        .where(
            Suspicion.checklist_id == checklist_id,
            Suspicion.kind == SuspicionKind.SEEN_ON_THE_SPOT,
            Finding.state.in_((FindingState.NOTIFIED, FindingState.RELEASED)),
        )
    )
    return {str(item): str(fault) for item, fault in session.execute(query)}


def standing_faults(session: Session, campaign_id: str) -> list[tuple[str, str]]:
    """(checklist, item) of what inspectors saw not in order, and no officer has dismissed."""
    query = select(Suspicion.checklist_id, Suspicion.item_id).where(
        Suspicion.campaign_id == campaign_id,
        Suspicion.kind == SuspicionKind.SEEN_ON_THE_SPOT,
        Suspicion.state != SuspicionState.DISMISSED,
    )
    return [(str(checklist), str(item)) for checklist, item in session.execute(query)]


def equipment(session: Session, checklist_id: str) -> list[SpotEquipment]:
    """The equipment of a confirmed record."""
    return list(session.scalars(select(SpotEquipment).where(SpotEquipment.checklist_id == checklist_id)))


def equipment_of_campaign(session: Session, campaign_id: str) -> dict[str, list[SpotEquipment]]:
    """The equipment of every confirmed record of a campaign, by unit; a unit of which none was noted has an empty
    list."""
    query = (
        select(Checklist.unit_id, SpotEquipment)
        .join(SpotRecord, SpotRecord.checklist_id == Checklist.id)
        .outerjoin(SpotEquipment, SpotEquipment.checklist_id == SpotRecord.checklist_id)
        .where(Checklist.campaign_id == campaign_id, SpotRecord.state == SpotState.CONFIRMED)
    )
    found: dict[str, list[SpotEquipment]] = {}
    for unit, one in session.execute(query):
        found.setdefault(str(unit), []).extend([one] if one is not None else [])
    return found


def equipment_before(session: Session, checklist: Checklist) -> list[SpotEquipment]:
    """The equipment of the unit as the newest other confirmed record has it; none where there is none."""
    query = (
        select(SpotRecord.checklist_id)
        .join(Checklist, Checklist.id == SpotRecord.checklist_id)
        .where(
            Checklist.unit_id == checklist.unit_id,
            Checklist.id != checklist.id,
            SpotRecord.state == SpotState.CONFIRMED,
        )
        .order_by(SpotRecord.visited_on.desc(), SpotRecord.confirmed_at.desc())
    )
    last = session.scalars(query.limit(1)).first()
    return equipment(session, last) if last else []


def confirmed(session: Session, campaign_id: str) -> dict[str, SpotRecord]:
    """The confirmed records of a campaign, by unit."""
    query = (
        select(Checklist.unit_id, SpotRecord)
        .join(Checklist, Checklist.id == SpotRecord.checklist_id)
        .where(Checklist.campaign_id == campaign_id, SpotRecord.state == SpotState.CONFIRMED)
    )
    return {str(unit): row for unit, row in session.execute(query)}


def forget(session: Session, campaign_id: str, *, at: datetime) -> None:
    """Empties records of a campaign that were never sent: what was never said is not kept."""
    own = select(Checklist.id).where(Checklist.campaign_id == campaign_id)
    statement = update(SpotRecord).where(SpotRecord.checklist_id.in_(own), SpotRecord.state == SpotState.DRAFT)
    rows_touched(session, statement.values(version=SpotRecord.version + 1, content={}, saved_at=at))
