"""Queries on checklists, their questions, returns and answers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import (
    Answer,
    Campaign,
    Checklist,
    ChecklistQuestion,
    ChecklistReturn,
    Event,
    ReturnedFile,
    Suspicion,
    Unit,
)
from inspection.model.lifecycle import CampaignState, ChecklistState
from inspection.store import turns
from inspection.store.scope import Scope
from inspection.vocabulary import AnswerValue

OUT = (ChecklistState.ISSUED, ChecklistState.OPENED, ChecklistState.FILLING, ChecklistState.AWAITING_SEAL)
OPEN = (ChecklistState.PREPARED, *OUT, ChecklistState.RETURNED, ChecklistState.SENT_BACK)
HELD = (*OUT, ChecklistState.SENT_BACK)
OVER = (CampaignState.CLOSED, CampaignState.ARCHIVED, CampaignState.CANCELLED)
ENDED = (CampaignState.CONCLUDED, *OVER)  # no form is waited for any more
ARRIVED = (ChecklistState.RETURNED, ChecklistState.ACCEPTED)
AWAITED = (ChecklistState.PREPARED, *HELD)


def said() -> ColumnElement[str]:
    """What an answer says where it is 符合, 不符合 or 不適用, in SQL; NULL for any other answer."""
    said: ColumnElement[str] = Answer.value["said"].as_string()
    return said


def get(session: Session, checklist_id: str) -> Checklist:
    """A checklist by id."""
    found = session.get(Checklist, checklist_id)
    if found is None:
        raise NotFound(speak(f"查無檢查表 {checklist_id}", f"checklist {checklist_id} does not exist"))
    return found


def of_campaign(session: Session, campaign_id: str) -> list[Checklist]:
    """All checklists of a campaign, by unit."""
    query = select(Checklist).where(Checklist.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(Checklist.unit_id)))


def hold_returned(session: Session, campaign_id: str) -> list[Checklist]:
    """The returned checklists of a campaign as they stand, held until the transaction ends."""
    query = select(Checklist).where(Checklist.campaign_id == campaign_id, Checklist.state == ChecklistState.RETURNED)
    return list(session.scalars(turns.holding(query.order_by(Checklist.id))))


def of_unit(session: Session, campaign_id: str, unit_id: str) -> Checklist:
    """The checklist of a unit in a campaign; raises NotFound where it has none."""
    query = select(Checklist).where(Checklist.campaign_id == campaign_id, Checklist.unit_id == unit_id)
    found = session.scalars(query).first()
    if found is None:
        raise NotFound(
            speak(
                f"檢查專案 {campaign_id} 未分送檢查表予單位 {unit_id}",
                f"unit {unit_id} has no checklist in campaign {campaign_id}",
            )
        )
    return found


def awaited(session: Session, campaign_id: str) -> int:
    """How many have not come back."""
    query = select(func.count()).where(Checklist.campaign_id == campaign_id, Checklist.state.in_(AWAITED))
    return session.scalar(query) or 0


def questions(session: Session, checklist_id: str) -> list[ChecklistQuestion]:
    """The statements put to a unit, in order."""
    query = select(ChecklistQuestion).where(ChecklistQuestion.checklist_id == checklist_id)
    return list(session.scalars(query.order_by(ChecklistQuestion.position)))


def answers(session: Session, checklist_id: str, version: int | None = None) -> list[Answer]:
    """The answers of one version, the newest unless another is named."""
    newest = select(func.max(Answer.version)).where(Answer.checklist_id == checklist_id).scalar_subquery()
    query = select(Answer).where(
        Answer.checklist_id == checklist_id, Answer.version == (newest if version is None else version)
    )
    return list(session.scalars(query.order_by(Answer.item_id)))


def not_conforming(session: Session, campaign_id: str) -> list[tuple[Checklist, str]]:
    """(checklist, item) of what the units of a campaign answered 不符合 in their newest return, in a stable order."""
    newest = (
        select(Answer.checklist_id, func.max(Answer.version).label("version")).group_by(Answer.checklist_id).subquery()
    )
    query = (
        select(Checklist, Answer.item_id)
        .join(Answer, Answer.checklist_id == Checklist.id)
        .join(newest, and_(newest.c.checklist_id == Answer.checklist_id, newest.c.version == Answer.version))
        .where(Checklist.campaign_id == campaign_id, said() == AnswerValue.DOES_NOT_CONFORM.value)
        .order_by(Checklist.id, Answer.item_id)
    )
    return [(checklist, item_id) for checklist, item_id in session.execute(query)]


def conforming(
    session: Session, campaign_ids: Collection[str], item_ids: Collection[str]
) -> dict[tuple[str, str], dict[str, str]]:
    """The statements of some items that units answered 符合 in their newest return: item to statement, by
    (campaign, unit)."""
    newest = (
        select(Answer.checklist_id, func.max(Answer.version).label("version")).group_by(Answer.checklist_id).subquery()
    )
    query = (
        select(Checklist.campaign_id, Checklist.unit_id, Answer.item_id, ChecklistQuestion.statement)
        .join(Answer, Answer.checklist_id == Checklist.id)
        .join(newest, and_(newest.c.checklist_id == Answer.checklist_id, newest.c.version == Answer.version))
        .join(
            ChecklistQuestion,
            and_(ChecklistQuestion.checklist_id == Checklist.id, ChecklistQuestion.item_id == Answer.item_id),
        )
        .where(
            Checklist.campaign_id.in_(campaign_ids),
            Answer.item_id.in_(item_ids),
            said() == AnswerValue.CONFORMS.value,
        )
        .order_by(Checklist.id, Answer.item_id)
    )
    found: dict[tuple[str, str], dict[str, str]] = {}
    for campaign_id, unit_id, item_id, statement in session.execute(query):
        found.setdefault((campaign_id, unit_id), {})[item_id] = statement
    return found


def questions_of(session: Session, checklist_ids: Collection[str]) -> dict[tuple[str, str], ChecklistQuestion]:
    """The statements of several checklists, by (checklist, item)."""
    query = select(ChecklistQuestion).where(ChecklistQuestion.checklist_id.in_(checklist_ids))
    return {(one.checklist_id, one.item_id): one for one in session.scalars(query)}


def newest_version(session: Session, checklist_id: str) -> int:
    """The number of the newest return, 0 where none came."""
    return session.scalar(select(func.max(Answer.version)).where(Answer.checklist_id == checklist_id)) or 0


def returned(session: Session, checklist_id: str, version: int) -> ChecklistReturn | None:
    """One return as a whole."""
    return session.get(ChecklistReturn, (checklist_id, version))


def returns(session: Session, checklist_id: str) -> list[ChecklistReturn]:
    """All returns of a checklist, newest first."""
    query = select(ChecklistReturn).where(ChecklistReturn.checklist_id == checklist_id)
    return list(session.scalars(query.order_by(ChecklistReturn.version.desc())))


def newest_versions(session: Session, checklist_ids: Collection[str]) -> dict[str, int]:
    """The numbers of the newest returns by checklist; one that never came back is left out."""
    query = select(Answer.checklist_id, func.max(Answer.version)).where(Answer.checklist_id.in_(checklist_ids))
    rows = session.execute(query.group_by(Answer.checklist_id))
    return {str(checklist_id): int(version) for checklist_id, version in rows}


def newest_answers(session: Session, checklist_ids: Collection[str]) -> dict[str, list[Answer]]:
    """The answers of the newest return of each of several checklists; one that never came back is left out."""
    newest = (
        select(Answer.checklist_id, func.max(Answer.version).label("version"))
        .where(Answer.checklist_id.in_(checklist_ids))
        .group_by(Answer.checklist_id)
        .subquery()
    )
    query = select(Answer).join(
        newest, and_(newest.c.checklist_id == Answer.checklist_id, newest.c.version == Answer.version)
    )
    found: dict[str, list[Answer]] = {}
    for one in session.scalars(query):
        found.setdefault(one.checklist_id, []).append(one)
    return found


def put_and_answered(
    session: Session, drawn: Collection[Suspicion]
) -> dict[tuple[str, str], tuple[ChecklistQuestion, Answer | None]]:
    """The statements from which some 疑似事項 were drawn, each with its newest answer, by (checklist, item)."""
    ids = {one.checklist_id for one in drawn if one.checklist_id}
    newest = (
        select(Answer.checklist_id, func.max(Answer.version).label("version"))
        .where(Answer.checklist_id.in_(ids))
        .group_by(Answer.checklist_id)
        .subquery()
    )
    own = and_(
        Answer.checklist_id == ChecklistQuestion.checklist_id,
        Answer.version == newest.c.version,
        Answer.item_id == ChecklistQuestion.item_id,
    )
    query = (
        select(ChecklistQuestion, Answer)
        .outerjoin(newest, newest.c.checklist_id == ChecklistQuestion.checklist_id)
        .outerjoin(Answer, own)
        .where(ChecklistQuestion.checklist_id.in_(ids))
    )
    return {
        (question.checklist_id, question.item_id): (question, answer) for question, answer in session.execute(query)
    }


def opened(session: Session, checklist_ids: Collection[str]) -> dict[tuple[str, int], tuple[str, ...]]:
    """Who has read which version for the review, in order, by (checklist, version)."""
    query = select(Event.subject_id, Event.actor, Event.details).where(
        Event.subject_kind == "checklist", Event.subject_id.in_(checklist_ids), Event.action == "opened"
    )
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for checklist_id, actor, details in session.execute(query.order_by(Event.id)):
        key = (checklist_id, int(details["version"]))
        found[key] = (*found.get(key, ()), actor)
    return found


def shown(session: Session, whose: Scope) -> list[tuple[Checklist, Campaign, str]]:
    """Checklists somebody may treat, once out and of a campaign not over; newest campaign first, then by unit."""
    query = (
        select(Checklist, Campaign, Unit.name)
        .join(Campaign, Campaign.id == Checklist.campaign_id)
        .join(Unit, Unit.id == Checklist.unit_id)
        .where(
            whose.where(Checklist.unit_id, Checklist.campaign_id),
            Checklist.state != ChecklistState.PREPARED,
            Campaign.state.not_in(OVER),
        )
        .order_by(Campaign.window_start.desc(), Campaign.id, Checklist.unit_id)
    )
    return [(one, campaign, name) for one, campaign, name in session.execute(query)]


def returned_file(session: Session, sha256: str) -> ReturnedFile | None:
    """What became of a file that came back, by its content."""
    return session.get(ReturnedFile, sha256)


def refused(session: Session, *, limit: int) -> list[ReturnedFile]:
    """Files that could not be taken, newest first."""
    query = select(ReturnedFile).where(ReturnedFile.accepted.is_(False))
    return list(session.scalars(query.order_by(ReturnedFile.received_at.desc(), ReturnedFile.id).limit(limit)))


def standing_refusals(session: Session, checklist_ids: Collection[str]) -> dict[str, ReturnedFile]:
    """By checklist the newest file that was refused after the newest return, or before there was any."""
    query = (
        select(ReturnedFile)
        .join(Checklist, Checklist.id == ReturnedFile.checklist_id)
        .where(
            Checklist.id.in_(checklist_ids),
            ReturnedFile.accepted.is_(False),
            or_(Checklist.returned_at.is_(None), ReturnedFile.received_at > Checklist.returned_at),
        )
        .order_by(ReturnedFile.received_at, ReturnedFile.id)
    )
    return {str(one.checklist_id): one for one in session.scalars(query)}


def refused_of_nobody(session: Session, *, since: datetime) -> int:
    """How many refused files since then do not say whose they are."""
    query = select(func.count()).where(
        ReturnedFile.accepted.is_(False), ReturnedFile.checklist_id.is_(None), ReturnedFile.received_at >= since
    )
    return session.scalar(query) or 0


def unsettled(session: Session, campaign_id: str) -> int:
    """How many are neither accepted nor exempt."""
    settled = (ChecklistState.ACCEPTED, ChecklistState.EXEMPT)
    query = select(func.count()).where(Checklist.campaign_id == campaign_id, Checklist.state.not_in(settled))
    return session.scalar(query) or 0


def is_wanted(checklist: Checklist, campaign: Campaign) -> bool:
    """Whether a unit holds a form that is still waited for: until 檢查結案, after which it stands as 未送回."""
    return checklist.state in HELD and campaign.state not in ENDED


def out(session: Session, unit_ids: Collection[str] | None = None) -> list[Checklist]:
    """Checklists some units (None: all) still hold and have to return, by due date."""
    query = (
        select(Checklist)
        .join(Campaign, Campaign.id == Checklist.campaign_id)
        .where(Checklist.state.in_(HELD), Campaign.state.not_in(ENDED))
        .order_by(Checklist.due_on, Checklist.id)
    )
    return list(session.scalars(query if unit_ids is None else query.where(Checklist.unit_id.in_(unit_ids))))
