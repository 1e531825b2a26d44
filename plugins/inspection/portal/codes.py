"""Brings a one-time code to its person: the notice in the outbox, and one attempt to send it at once."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.sign_in import IssuedCode
from inspection.model.lifecycle import NoticeState
from inspection.notices import deliver, outbox
from inspection.notices.conditions.code import while_usable
from inspection.portal.threads import writing
from inspection.store.session import session_scope

PAUSES_SECONDS = (5.0, 10.0, 15.0, 30.0, 60.0, 120.0)
_trying: set[asyncio.Task[None]] = set()  # the loop itself holds tasks but weakly


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


async def send_soon(notice_key: str) -> None:
    """Sends it while the person waits. Where the mail server does not take it, it is tried again in seconds, beside
    the request and without one of its threads; where that fails too, the outbox tries on."""
    if await writing(_is_settled, notice_key):
        return
    task = asyncio.create_task(_try_again(notice_key))
    _trying.add(task)
    task.add_done_callback(_trying.discard)


async def _try_again(notice_key: str) -> None:
    for pause in PAUSES_SECONDS:
        await asyncio.sleep(pause)
        if await writing(_is_settled, notice_key):
            return


def _is_settled(notice_key: str) -> bool:
    return deliver.deliver_now(session_scope, notice_key) is not NoticeState.PENDING
