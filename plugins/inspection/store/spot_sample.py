"""Queries for which units are visited where they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inspection.model import SpotAddition, SpotSample
from inspection.store.once import insert_once, rows_touched


def get(session: Session, campaign_id: str) -> SpotSample | None:
    """The seed of a campaign and what was drawn by it, as it stands now; None where nothing is drawn there."""
    return session.get(SpotSample, campaign_id, populate_existing=True)


def keep(session: Session, campaign_id: str, *, sealed: bytes, commitment: str, per_hundred: int, at: datetime) -> bool:
    """Keeps a seed unless there is one; True where it was new."""
    values = {
        "campaign_id": campaign_id, "seed_sealed": sealed, "commitment": commitment, "per_hundred": per_hundred,
        "made_at": at,
    }  # fmt: skip
    return insert_once(session, SpotSample, values, keys=["campaign_id"])


def open_once(
    session: Session, campaign_id: str, *, seed: str, listed: Sequence[str], drawn: Sequence[str], by: str, at: datetime
) -> bool:
    """Writes what was drawn, unless it was already; True for the one who was first."""
    statement = update(SpotSample).where(SpotSample.campaign_id == campaign_id, SpotSample.opened_at.is_(None))
    values = {"seed": seed, "listed": list(listed), "drawn": list(drawn), "opened_by": by, "opened_at": at}
    return rows_touched(session, statement.values(values)) == 1


def add(session: Session, campaign_id: str, unit_id: str, *, reason: str, by: str, at: datetime) -> bool:
    """Adds a unit to those drawn, once; True where it was new."""
    values = {"campaign_id": campaign_id, "unit_id": unit_id, "reason": reason, "added_by": by, "added_at": at}
    return insert_once(session, SpotAddition, values, keys=["campaign_id", "unit_id"])


def visited(session: Session, campaign_id: str) -> frozenset[str]:
    """The units visited where they are drawn: none before the seed is opened."""
    row = get(session, campaign_id)
    if row is None or row.drawn is None:
        return frozenset()
    return frozenset(row.drawn) | {one.unit_id for one in additions(session, campaign_id)}


def additions(session: Session, campaign_id: str) -> list[SpotAddition]:
    """The units people added to those drawn, in the order of their ids."""
    query = select(SpotAddition).where(SpotAddition.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(SpotAddition.unit_id)))
