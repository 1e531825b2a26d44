"""A unit's checklist: questions frozen at issue, returns as they came, answers by version."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column
from inspection.model.lifecycle import ChecklistState
from inspection.vocabulary import AnswerValue


class Checklist(Record):
    """One unit's checklist in one campaign. `days_late` is frozen at the accepted return (working days)."""

    __tablename__ = "checklist"
    __table_args__ = (UniqueConstraint("campaign_id", "unit_id"),)

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[ChecklistState] = mapped_column(enum_column(ChecklistState))
    due_on: Mapped[date]
    questions_hash: Mapped[str] = mapped_column(String(64))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    issued_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    days_late: Mapped[int | None]


class ChecklistQuestion(Record):
    """A statement as it was put to the unit; later changes of the catalogue do not touch it."""

    __tablename__ = "checklist_question"

    checklist_id: Mapped[str] = mapped_column(ForeignKey("checklist.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int]
    category: Mapped[str] = mapped_column(String(60))
    statement: Mapped[str] = mapped_column(String(1000))
    basis: Mapped[str] = mapped_column(String(300))
    selected_because: Mapped[str] = mapped_column(String(20))


class ReturnedFile(Record):
    """A file that came back, by its content: accepted into a checklist, or refused with the reason."""

    __tablename__ = "returned_file"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    checklist_id: Mapped[str | None] = mapped_column(ForeignKey("checklist.id"))
    version: Mapped[int | None]
    accepted: Mapped[bool]
    problems: Mapped[list[dict[str, Any]]]
    received_at: Mapped[datetime]


class Answer(Record):
    """One answer of one version of a return."""

    __tablename__ = "answer"

    checklist_id: Mapped[str] = mapped_column(ForeignKey("checklist.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[AnswerValue | None] = mapped_column(enum_column(AnswerValue))
    remark: Mapped[str] = mapped_column(String(4000))
