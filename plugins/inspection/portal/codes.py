"""Brings a one-time code to its person: the notice in the outbox, and one attempt to send it at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.sign_in import IssuedCode
from inspection.notices import deliver, outbox
from inspection.notices.conditions.code import while_usable
from inspection.store.session import session_scope


def write_notice(session: Session, issued: IssuedCode, *, at: datetime) -> None:
    """Puts the code's notice into the outbox, in the transaction that made the code."""
    local = issued.expires_at.astimezone(clock.zone())
    minutes = int((issued.expires_at - at).total_seconds() // 60)
    outbox.write(
        session,
        outbox.Letter(
            key=issued.notice_key,
            kind="sign_in_code",
            person_id=issued.person_id,
            values={
                "code": f"{issued.code[:4]} {issued.code[4:]}",
                "valid_until": f"{local:%H:%M}",
                "minutes": minutes,
            },
            still_wanted=while_usable(issued.code_id),
        ),
        at=at,
    )


def send_now(notice_key: str) -> None:
    """Sends it while the person waits; where the mail server does not answer the outbox tries again."""
    deliver.deliver_now(session_scope, notice_key)
