"""分享區清冊: what the unit in charge of computing declares of each share before anything is read."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column
from inspection.vocabulary import DeclaredReaders


class ShareDeclaration(Record):
    """Who may read a share, and whether matters to be kept secret lie there, as declared; the newest word stands."""

    __tablename__ = "share_declaration"

    share_id: Mapped[str] = mapped_column(ForeignKey("share.id"), primary_key=True)
    readers: Mapped[DeclaredReaders] = mapped_column(enum_column(DeclaredReaders))
    holds_secrets: Mapped[bool]
    declared_on: Mapped[date]
    declared_by: Mapped[str] = mapped_column(String(100))
    entered_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
