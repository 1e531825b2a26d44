"""Documents we made or received, kept by id; names and numbers stand here, never in a file name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record


class Document(Record):
    """A file in the documents folder. `id` is drawn from kind, subject and content, so twice is once."""

    __tablename__ = "document"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(80), index=True)
    title: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    template: Mapped[str] = mapped_column(String(100))
    template_sha256: Mapped[str] = mapped_column(String(64))
    level: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime]


class DocumentCopy(Record):
    """A document in another format (`odt`, `pdf`, `xlsx`), kept as a document of its own and made once."""

    __tablename__ = "document_copy"

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    target: Mapped[str] = mapped_column(String(10), primary_key=True)
    copy_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    made_at: Mapped[datetime]
