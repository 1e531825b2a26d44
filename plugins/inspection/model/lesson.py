"""What decisions on clues teach the second reading: keyed bits of public phrases, and who taught them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record


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
