"""Queries on kept documents and their copies in other formats."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from inspection.model import Document, DocumentCopy


def copies(session: Session, document_id: str) -> dict[str, Document]:
    """The copies of a document by target (`odt`, `pdf`, `xlsx`)."""
    query = (
        select(DocumentCopy.target, Document)
        .join(Document, Document.id == DocumentCopy.copy_id)
        .where(DocumentCopy.document_id == document_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def ids(session: Session, *, limit: int | None = None) -> list[str]:
    """Ids of kept documents, newest first."""
    return list(session.scalars(select(Document.id).order_by(Document.made_at.desc(), Document.id).limit(limit)))


def newest(session: Session, kind: str, subject_id: str) -> Document | None:
    """The paper of a kind about a record that was made last."""
    query = select(Document).where(Document.kind == kind, Document.subject_id == subject_id)
    return session.scalars(query.order_by(Document.made_at.desc(), Document.id).limit(1)).first()


def without_copy(session: Session, kinds: Collection[str], media_type: str, target: str, *, limit: int) -> list[str]:
    """Ids of documents of some kinds that have no copy in a target yet, oldest first."""
    made = exists().where(DocumentCopy.document_id == Document.id, DocumentCopy.target == target)
    query = select(Document.id).where(Document.kind.in_(kinds), Document.media_type == media_type, ~made)
    return list(session.scalars(query.order_by(Document.made_at, Document.id).limit(limit)))
