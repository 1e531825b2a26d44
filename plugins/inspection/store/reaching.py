"""Queries on whether contacts can be reached."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.model import ProbedAddress
from inspection.store.once import put_all
from inspection.vocabulary import Reach


def probed(session: Session, person_ids: Collection[str]) -> dict[str, ProbedAddress]:
    """What the mail server last said of people's addresses, by person."""
    query = select(ProbedAddress).where(ProbedAddress.person_id.in_(person_ids))
    return {one.person_id: one for one in session.scalars(query.execution_options(populate_existing=True))}


def keep_probed(session: Session, told: Mapping[str, tuple[str, Reach, int | None]], *, at: datetime) -> None:
    """Keeps what was said: address, reach and status by person, in place of what was said before."""
    rows = [
        {"person_id": person_id, "address": address, "reach": reach, "code": code, "probed_at": at}
        for person_id, (address, reach, code) in sorted(told.items())
    ]
    put_all(session, ProbedAddress, rows, keys=["person_id"])
