"""Queries on files of evidence: those that go with the next return, and those of a return that was sent."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from inspection.model import Checklist, ChecklistProof
from inspection.store.once import rows_touched


def _belongs(version: int) -> ColumnElement[bool]:
    later = or_(ChecklistProof.until_version.is_(None), ChecklistProof.until_version > version)
    return and_(ChecklistProof.from_version <= version, later)


def standing(session: Session, checklist_id: str) -> list[ChecklistProof]:
    """What goes with the next return, oldest first."""
    query = select(ChecklistProof).where(
        ChecklistProof.checklist_id == checklist_id, ChecklistProof.removed_at.is_(None)
    )
    return list(session.scalars(query.order_by(ChecklistProof.id)))


def of_version(session: Session, checklist_id: str, version: int) -> list[ChecklistProof]:
    """What went with a return, oldest first."""
    query = select(ChecklistProof).where(ChecklistProof.checklist_id == checklist_id, _belongs(version))
    return list(session.scalars(query.order_by(ChecklistProof.id)))


def of_all(session: Session, checklist_ids: Collection[str]) -> list[ChecklistProof]:
    """Everything ever laid beside the answers of some checklists, oldest first."""
    query = select(ChecklistProof).where(ChecklistProof.checklist_id.in_(checklist_ids))
    return list(session.scalars(query.order_by(ChecklistProof.id)))


def changed(session: Session, checklist_id: str) -> bool:
    """Whether something was laid beside the answers, or taken away, since the newest return."""
    query = select(func.count()).where(
        ChecklistProof.checklist_id == checklist_id,
        or_(
            and_(ChecklistProof.from_version.is_(None), ChecklistProof.removed_at.is_(None)),
            and_(
                ChecklistProof.from_version.is_not(None),
                ChecklistProof.removed_at.is_not(None),
                ChecklistProof.until_version.is_(None),
            ),
        ),
    )
    return bool(session.scalar(query))


def sent(session: Session, checklist_id: str, version: int) -> None:
    """Binds what stands to a return that is entered now; what was taken away is not of it any more."""
    own = update(ChecklistProof).where(ChecklistProof.checklist_id == checklist_id)
    rows_touched(
        session,
        own.where(ChecklistProof.from_version.is_(None), ChecklistProof.removed_at.is_(None)).values(
            from_version=version
        ),
    )
    rows_touched(
        session,
        own.where(
            ChecklistProof.from_version < version,
            ChecklistProof.removed_at.is_not(None),
            ChecklistProof.until_version.is_(None),
        ).values(until_version=version),
    )


def unsent(session: Session, campaign_id: str) -> list[ChecklistProof]:
    """What the units of a campaign laid beside their answers and never sent."""
    query = (
        select(ChecklistProof)
        .join(Checklist, Checklist.id == ChecklistProof.checklist_id)
        .where(
            Checklist.campaign_id == campaign_id,
            ChecklistProof.from_version.is_(None),
            ChecklistProof.document_id.is_not(None),
        )
    )
    return list(session.scalars(query.order_by(ChecklistProof.id)))


def counts(session: Session, checklist_ids: Collection[str]) -> dict[str, int]:
    """How many files stand beside the answers of some checklists; one without is left out."""
    query = select(ChecklistProof.checklist_id, func.count()).where(
        ChecklistProof.checklist_id.in_(checklist_ids), ChecklistProof.removed_at.is_(None)
    )
    return {str(one): int(count) for one, count in session.execute(query.group_by(ChecklistProof.checklist_id))}
