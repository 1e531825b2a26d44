"""Spring-Festival windows: proposed by reckoning, in force only when a person confirms one with its circular."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column
from inspection.model.lifecycle import SpringWindowState


class SpringWindow(Record):
    """春安工作期間 of a year (AD), by `pattern` (npa15, classic25, or announced: neither). `end_at` is exclusive.

    At most one of a year is confirmed, and only with who confirmed it and the circular's date and number (seed 003 一).
    """

    __tablename__ = "spring_window"
    __table_args__ = (
        UniqueConstraint("year", "pattern"),
        Index(
            "uq_spring_window_confirmed_year",
            "year",
            unique=True,
            sqlite_where=text("state = 'confirmed'"),
            postgresql_where=text("state = 'confirmed'"),
        ),
        CheckConstraint("end_at > start_at", name="ends_after_start"),
        CheckConstraint(
            "state <> 'confirmed' OR (confirmed_by IS NOT NULL AND circular_on IS NOT NULL"
            " AND circular_number IS NOT NULL)",
            name="confirmed_by_circular",
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int]
    pattern: Mapped[str] = mapped_column(String(20))
    state: Mapped[SpringWindowState] = mapped_column(enum_column(SpringWindowState))
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    estimated: Mapped[bool]
    proposed_by: Mapped[str] = mapped_column(String(40))
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    circular_on: Mapped[date | None]
    circular_number: Mapped[str | None] = mapped_column(String(100))
