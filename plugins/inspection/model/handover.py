"""移交: what somebody held, who takes it from which day, and that it was done; history stays with who did it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column, kind_column
from inspection.model.lifecycle import HandoverState
from inspection.vocabulary import HandedKind


class Handover(Record):
    """One 移交清冊: from one person to another, as of a day; `unit_id` '' where all is handed over.

    `by_roster`: an imported roster file moved roles and deputyships itself; only the rest is moved here.
    """

    __tablename__ = "handover"
    __table_args__ = (
        UniqueConstraint("from_id", "to_id", "unit_id", "effective_on"),
        CheckConstraint("from_id <> to_id", name="two_people"),
    )

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    from_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    to_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[str] = mapped_column(String(20))
    effective_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    witness_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    by_roster: Mapped[bool]
    state: Mapped[HandoverState] = mapped_column(enum_column(HandoverState))
    opened_by: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    carried_out_at: Mapped[datetime | None]


class HandoverLine(Record):
    """One thing handed over, in the words it was listed with, to the one who takes it."""

    __tablename__ = "handover_line"
    __table_args__ = (UniqueConstraint("handover_id", "kind", "subject_id"),)

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[HandedKind] = mapped_column(kind_column(HandedKind))
    subject_id: Mapped[str] = mapped_column(String(160))
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date | None]
    taker_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
