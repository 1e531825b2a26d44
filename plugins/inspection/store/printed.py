"""Queries on plans and reports by the beginning of their content hash, which their short code stands for."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.model import Plan, Report


def plans(session: Session, prefix: str) -> list[Plan]:
    """Plans whose content hash begins so, oldest first."""
    query = select(Plan).where(Plan.content_hash.startswith(prefix, autoescape=True))
    return list(session.scalars(query.order_by(Plan.drafted_at, Plan.id)))


def reports(session: Session, prefix: str) -> list[Report]:
    """Reports whose content hash begins so, oldest first."""
    query = select(Report).where(Report.content_hash.startswith(prefix, autoescape=True))
    return list(session.scalars(query.order_by(Report.compiled_at, Report.id)))
