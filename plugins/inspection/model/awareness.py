"""保密宣導: what was held, whom it reached, and who handles secrets and so must be trained."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record


class AwarenessSession(Record):
    """One piece of awareness work. `for_month` is the first day of the month whose slot it fills.

    `kind`, `tags` and the channels' ids are those of `rules/awareness.yaml`; `channels` holds id and day each.
    `attendees` counts heads; `attendee_ids` names those of the roster. A session entered by mistake is inactive.
    """

    __tablename__ = "awareness_session"
    __table_args__ = (
        CheckConstraint("attendees >= 0", name="attendees_not_negative"),
        CheckConstraint("quiz_average IS NULL OR quiz_takers > 0", name="average_of_somebody"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    held_on: Mapped[date]
    for_month: Mapped[date]
    tags: Mapped[list[str]]
    unit_ids: Mapped[list[str]]
    attendees: Mapped[int]
    attendee_ids: Mapped[list[str]]
    quiz_takers: Mapped[int | None]
    quiz_average: Mapped[float | None] = mapped_column(Float)
    channels: Mapped[list[dict[str, Any]]]
    active: Mapped[bool]
    entered_by: Mapped[str] = mapped_column(String(40))
    entered_at: Mapped[datetime]


class SecretHandler(Record):
    """承辦機密業務人員: who handles secrets for a unit, since and until when (both included)."""

    __tablename__ = "secret_handler"
    __table_args__ = (
        UniqueConstraint("person_id", "unit_id", "since"),
        CheckConstraint("until IS NULL OR until >= since", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    duties: Mapped[str] = mapped_column(String(200))
    since: Mapped[date]
    until: Mapped[date | None]
