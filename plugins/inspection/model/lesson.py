"""What decisions on clues teach the second reading: keyed bits of public phrases, who taught them, what was learned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column
from inspection.model.lifecycle import CorrectionState


class Lesson(Record):
    """One decision on a clue as a lesson. It holds for the whole agency: no unit, folder or name stands in it (A4).

    `traits` are keyed bits (`detection.traits`); `likeness` is equal for equal content, so that copies teach once.
    `unlearned_at`: the decision was corrected, and the next night learns without it.
    """

    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("clue_id", "taught_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clue_id: Mapped[int] = mapped_column(ForeignKey("clue.id"))
    topic: Mapped[str] = mapped_column(String(40))
    likeness: Mapped[str] = mapped_column(String(64))
    traits: Mapped[str] = mapped_column(String(256))
    dismissed: Mapped[bool]
    taught_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    taught_at: Mapped[datetime]
    unlearned_at: Mapped[datetime | None]


class Correction(Record):
    """A version of what all lessons teach together (`detection.correction`), bound by its hash to the release.

    `figures` compare before and after on the shipped papers and the agency's own. `lesson_ids` are those it rests on:
    where one falls, the next night narrows it, by a version whose `narrows` names it.
    """

    __tablename__ = "correction"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[CorrectionState] = mapped_column(enum_column(CorrectionState))
    content: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    lesson_ids: Mapped[list[int]] = mapped_column(JSON)
    narrows: Mapped[int | None] = mapped_column(ForeignKey("correction.version"))
    learned_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
