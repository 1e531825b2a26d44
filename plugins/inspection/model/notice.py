"""The outbox: notices to people, each written once by its key in the transaction that caused it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column
from inspection.model.lifecycle import NoticeState


class Notice(Record):
    """One mail to one person. `key` says what it is about, so that a second writing is the same notice.

    `depends_kind`, `depends_id` and `depends_version` are the condition of `notices/conditions` that must hold at the
    moment of sending: checked inside the sending transaction, so that nobody is reminded of what is done.
    `attachments` are document ids; content of findings is never in a mail.
    """

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_state_not_before", "state", "not_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("campaign.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    values: Mapped[dict[str, Any]] = mapped_column("template_values")
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    attachments: Mapped[list[str]]
    depends_kind: Mapped[str | None] = mapped_column(String(40))
    depends_id: Mapped[str | None] = mapped_column(String(120))
    depends_version: Mapped[int | None]
    state: Mapped[NoticeState] = mapped_column(enum_column(NoticeState))
    written_at: Mapped[datetime]
    not_before: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int]
    last_error: Mapped[str | None] = mapped_column(String(500))
    sent_at: Mapped[datetime | None]
    sent_to: Mapped[str | None] = mapped_column(String(254))
    message_id: Mapped[str | None] = mapped_column(String(200))


class DailyCount(Record):
    """How many mails went to a person on a day: the cap that stops a flood."""

    __tablename__ = "daily_count"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    on: Mapped[date] = mapped_column("counted_on", primary_key=True)
    sent: Mapped[int]
