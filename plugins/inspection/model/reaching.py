"""Whether the people who answer for units can be reached: what the mail server said of their addresses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, kind_column
from inspection.vocabulary import Reach


class ProbedAddress(Record):
    """What the office's mail server said when it was last asked about a person's address, the one it was then.

    `code` is the SMTP status of its answer; None where none came.
    """

    __tablename__ = "probed_address"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    reach: Mapped[Reach] = mapped_column(kind_column(Reach))
    code: Mapped[int | None]
    probed_at: Mapped[datetime]
