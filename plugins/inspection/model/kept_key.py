"""The keys an installation has had, those of before wrapped under the one in use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record
from inspection.model.crawl import Long


class KeptKey(Record):
    """One generation of the installation's key. `mark` tells it from others and tells nothing of it; `wrapped` is the
    key itself, sealed under the newest one, and empty for that. `first_seal` is where its part of the record begins."""

    __tablename__ = "kept_key"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(16))
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    first_seal: Mapped[int] = mapped_column(Long)
    made_at: Mapped[datetime]
