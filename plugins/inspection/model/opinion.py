"""會辦: the opinion of one unit on what waits for a decision, and what the drafter made of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column
from inspection.model.lifecycle import OpinionState
from inspection.vocabulary import Adoption, Stance, WhyNotAsked


class Opinion(Record):
    """What a unit asked in parallel says of exactly one content; asked, given and answered at most once.

    `because` tells why a unit of the approval table was not asked. An opinion entered from paper names the one who
    typed it in; a deputy's names both people. Lateness is not kept: it follows from `due_on`.
    """

    __tablename__ = "opinion"
    __table_args__ = (UniqueConstraint("approval_id", "unit_id"),)

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    approval_id: Mapped[str] = mapped_column(ForeignKey("approval.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    unit_name: Mapped[str] = mapped_column(String(100))
    content_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[OpinionState] = mapped_column(enum_column(OpinionState))
    because: Mapped[WhyNotAsked | None] = mapped_column(enum_column(WhyNotAsked))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    stance: Mapped[Stance | None] = mapped_column(enum_column(Stance))
    text: Mapped[str | None] = mapped_column(String(2000))
    given_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    on_behalf_of: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    entered_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    given_on: Mapped[date | None]
    given_at: Mapped[datetime | None]
    adoption: Mapped[Adoption | None] = mapped_column(enum_column(Adoption))
    adoption_reason: Mapped[str | None] = mapped_column(String(1000))
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
