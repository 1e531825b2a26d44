"""Queries on Spring-Festival windows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.model import SpringWindow
from inspection.model.lifecycle import SpringWindowState


def of_year(session: Session, year: int) -> list[SpringWindow]:
    """All windows of a year (AD), by pattern."""
    query = select(SpringWindow).where(SpringWindow.year == year)
    return list(session.scalars(query.order_by(SpringWindow.pattern.desc())))


def by_pattern(session: Session, year: int, pattern: str) -> SpringWindow | None:
    """The window of a year by one pattern."""
    query = select(SpringWindow).where(SpringWindow.year == year, SpringWindow.pattern == pattern)
    return session.scalars(query).first()


def confirmed(session: Session, year: int) -> SpringWindow | None:
    """The window in force for a year; None while it is only proposed."""
    query = select(SpringWindow).where(SpringWindow.year == year, SpringWindow.state == SpringWindowState.CONFIRMED)
    return session.scalars(query).first()
