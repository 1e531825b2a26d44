"""Queries on drafts of checklists: each save is one conditional UPDATE that one saver wins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inspection.model import Checklist, ChecklistDraft
from inspection.store.once import insert_once, rows_touched


def get(session: Session, checklist_id: str) -> ChecklistDraft | None:
    """The draft of a checklist as it stands now, whatever this transaction has read before."""
    return session.get(ChecklistDraft, checklist_id, populate_existing=True)


def begun(session: Session, checklist_ids: Collection[str]) -> set[str]:
    """Those of some checklists on whose page something is typed that was not sent."""
    query = select(ChecklistDraft).where(ChecklistDraft.checklist_id.in_(checklist_ids))
    return {one.checklist_id for one in session.scalars(query) if one.content}


def begin(session: Session, checklist_id: str, content: Mapping[str, Any], *, at: datetime) -> bool:
    """Writes the first version; False where another saver was first."""
    values = {"checklist_id": checklist_id, "version": 1, "content": dict(content), "saved_at": at}
    return insert_once(session, ChecklistDraft, values, keys=["checklist_id"])


def replace(session: Session, checklist_id: str, version: int, content: Mapping[str, Any], *, at: datetime) -> bool:
    """Writes the next version over the one given; False where that is not the newest any more.

    The number and not the row: a row is read anew by whoever asks for it, and would then be replaced unread.
    """
    statement = (
        update(ChecklistDraft)
        .where(ChecklistDraft.checklist_id == checklist_id, ChecklistDraft.version == version)
        .values(version=version + 1, content=dict(content), saved_at=at, seal_asked_by=None, seal_asked_at=None)
    )
    return rows_touched(session, statement) == 1


def forget(session: Session, campaign_id: str, *, at: datetime) -> None:
    """Empties the drafts of a campaign whose forms nobody waits for any more: what was never sent is not kept."""
    own = select(Checklist.id).where(Checklist.campaign_id == campaign_id)
    whole = update(ChecklistDraft).where(ChecklistDraft.checklist_id.in_(own))
    rows_touched(
        session,
        whole.values(
            version=ChecklistDraft.version + 1, content={}, saved_at=at, seal_asked_by=None, seal_asked_at=None
        ),
    )


def ask_seal(session: Session, checklist_id: str, version: int, *, by: str, at: datetime) -> bool:
    """Notes who asks for the seal on this version of a draft; False where that is not the newest any more."""
    statement = (
        update(ChecklistDraft)
        .where(ChecklistDraft.checklist_id == checklist_id, ChecklistDraft.version == version)
        .values(version=version + 1, seal_asked_by=by, seal_asked_at=at)
    )
    return rows_touched(session, statement) == 1


def take_back_seal(session: Session, checklist_id: str) -> bool:
    """Nobody asks for the seal any more; False where nobody did."""
    own = update(ChecklistDraft).where(
        ChecklistDraft.checklist_id == checklist_id, ChecklistDraft.seal_asked_by.is_not(None)
    )
    asked = own.values(version=ChecklistDraft.version + 1, seal_asked_by=None, seal_asked_at=None)
    return rows_touched(session, asked) == 1


def seal_asked(session: Session, checklist_ids: Collection[str]) -> dict[str, str]:
    """Who asked for the seal, of those checklists where it waits to be given."""
    query = select(ChecklistDraft.checklist_id, ChecklistDraft.seal_asked_by).where(
        ChecklistDraft.checklist_id.in_(checklist_ids), ChecklistDraft.seal_asked_by.is_not(None)
    )
    return {str(one): str(by) for one, by in session.execute(query)}
