"""A one-time code can still be used: after ten minutes, or once entered, its mail is of no use to anybody."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.model import SignInCode
from inspection.notices.condition import Condition, Depends, Reader


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    code = session.get(SignInCode, depends.id)
    return code is not None and code.used_at is None and code.expires_at > reader.at


CONDITION = Condition("code", _holds)


def while_usable(code_id: str) -> Depends:
    """While a code has neither been used nor run out."""
    return CONDITION.on(code_id)
