"""Sign-in: one-time codes and sessions, kept as hashes only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record


class SignInCode(Record):
    """A one-time code sent to the roster address; used once, few tries, ten minutes (ASVS 6.5)."""

    __tablename__ = "sign_in_code"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries_left: Mapped[int]
    used_at: Mapped[datetime | None]


class PortalSession(Record):
    """A signed-in session; the token itself is only in the person's cookie."""

    __tablename__ = "portal_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    proven_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
