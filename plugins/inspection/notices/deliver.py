"""Drains the outbox: claims a notice, asks again whether it is wanted, sends it, notes the outcome.

A sender killed between the server's yes and our note sends that mail a second time with the same Message-ID:
at least once, never silently not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.audit.actors import PART, program
from inspection.audit.steps import advance
from inspection.documents.storage import read_document
from inspection.errors import BadSource, Conflict, InspectionError, NotFound, SourceUnavailable
from inspection.language import speak
from inspection.model import Campaign, Document, Notice
from inspection.model.lifecycle import NoticeState
from inspection.notices.mailer import Attachment, Mail, PutOff, send, server_of
from inspection.notices.wanted import held_back, known, require_known, still_wanted
from inspection.store import notices, roster
from inspection.store.unannounced import hidden_from, hour_of

Scope = Callable[[], AbstractContextManager[Session]]

BATCH = 200
MAX_ATTEMPTS = 8
RETRY_AFTER = timedelta(minutes=5)
RETRY_AT_LEAST_EVERY = timedelta(hours=1)
CLAIM_HOLDS = timedelta(minutes=10)
DAILY_CAP = 20  # per person (workflow research C1); a sign-in code is always let through
UNCAPPED = frozenset({"sign_in_code"})
SENDER = program(PART, "outbox")


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How the drain ended."""

    sent: int = 0
    put_off: int = 0
    failed: int = 0
    cancelled: int = 0


def deliver_due(scope: Scope, *, at: datetime, limit: int = BATCH) -> DeliveryCounts:
    """Sends what is due; safe beside another sender.

    Raises SourceUnavailable when the server took nothing at all, BadSource where none is configured: then nothing
    has been touched.
    """
    with scope() as session:
        for notice in notices.stuck(session, claimed_before=at - CLAIM_HOLDS):
            advance(
                session,
                notice,
                NoticeState.PENDING,
                actor=SENDER,
                at=at,
                reason=speak("寄送程序中斷", "sender did not finish"),
            )
    with scope() as session:
        waiting = [notice.id for notice in notices.due(session, at=at, limit=limit)]
    if waiting:
        server_of(settings.get().smtp_url)
    tally = dict.fromkeys(NoticeState, 0)
    trouble: SourceUnavailable | None = None
    for notice_id in waiting:
        try:
            outcome = _deliver_one(scope, notice_id, at=at)
        except SourceUnavailable as error:
            trouble, outcome = error, NoticeState.PENDING
        if outcome is not None:
            tally[outcome] += 1
    if trouble is not None and not tally[NoticeState.SENT]:
        raise trouble
    return DeliveryCounts(
        tally[NoticeState.SENT], tally[NoticeState.PENDING], tally[NoticeState.FAILED], tally[NoticeState.CANCELLED]
    )


def deliver_now(scope: Scope, key: str, *, at: datetime) -> NoticeState | None:
    """Sends one notice at once, for a person who waits before the screen; None where another sender has it.

    A server that does not answer, or is not configured, leaves it in the outbox for `deliver_due`.
    """
    with scope() as session:
        notice = notices.by_key(session, key)
    if notice is None or notice.state is not NoticeState.PENDING:
        return None
    try:
        server_of(settings.get().smtp_url)
        return _deliver_one(scope, notice.id, at=at)
    except (SourceUnavailable, BadSource):
        return NoticeState.PENDING


def _deliver_one(scope: Scope, notice_id: int, *, at: datetime) -> NoticeState | None:
    """The state a notice came to; None where another sender was first."""
    try:
        with scope() as session:
            claimed = _claim(session, notice_id, at=at)
    except Conflict:
        return None
    if claimed is not NoticeState.SENDING:
        return claimed
    try:
        with scope() as session:
            mail = _as_mail(session, notice_id)
        send(mail, settings.get().smtp_url)
    except SourceUnavailable as error:
        with scope() as session:
            _give_back(session, notice_id, error, at=at)
        raise
    except (BadSource, NotFound) as error:
        # one that cannot be put together or is refused for good must not hold up those behind it
        with scope() as session:
            _finish(session, notice_id, NoticeState.FAILED, at=at, error=error)
        return NoticeState.FAILED
    with scope() as session:
        _finish(session, notice_id, NoticeState.SENT, at=at)
    return NoticeState.SENT


def _claim(session: Session, notice_id: int, *, at: datetime) -> NoticeState:
    notice = session.get_one(Notice, notice_id)
    today = clock.local_date(at)
    if held_back(session, notice):  # paused since the list was made
        return NoticeState.PENDING
    campaign = session.get(Campaign, notice.campaign_id) if notice.campaign_id else None
    if campaign is not None and hidden_from(session, campaign, notice.person_id, at=at):
        notice.not_before = hour_of(campaign) or notice.not_before  # the hour was moved since it was written
        return NoticeState.PENDING
    if known(notice) and not still_wanted(session, notice, on=today):
        advance(
            session, notice, NoticeState.CANCELLED, actor=SENDER, at=at, reason=speak("已無須通知", "no longer wanted")
        )
        return NoticeState.CANCELLED
    if notice.kind not in UNCAPPED and notices.sent_on(session, notice.person_id, today) >= DAILY_CAP:
        notice.not_before = at + timedelta(hours=12)
        notice.last_error = speak("已達每日信件上限", "daily cap reached")
        return NoticeState.PENDING
    advance(session, notice, NoticeState.SENDING, actor=SENDER, at=at)
    notice.claimed_at = at
    notice.attempts += 1
    return NoticeState.SENDING


def _as_mail(session: Session, notice_id: int) -> Mail:
    notice = session.get_one(Notice, notice_id)
    require_known(notice)
    person = roster.person(session, notice.person_id)
    notice.sent_to = person.email
    host = urlsplit(settings.get().portal_url).hostname or "localhost"
    notice.message_id = f"<notice-{notice.id}@{host}>"
    attachments = []
    for document_id in notice.attachments:
        document = session.get_one(Document, document_id)
        name = f"{document.title}.docx" if document.media_type.endswith("wordprocessingml.document") else document.title
        attachments.append(Attachment(name, document.media_type, read_document(document)))
    return Mail(
        sender=settings.get().mail_from,
        recipient=person.email,
        subject=notice.subject,
        body=notice.body,
        message_id=notice.message_id,
        sent_at=notice.claimed_at or notice.written_at,
        attachments=tuple(attachments),
    )


def _finish(
    session: Session, notice_id: int, state: NoticeState, *, at: datetime, error: InspectionError | None = None
) -> None:
    notice = session.get_one(Notice, notice_id)
    advance(session, notice, state, actor=SENDER, at=at, reason=str(error) if error else None)
    notice.last_error = str(error)[:500] if error else None
    if notice.kind == "sign_in_code":
        notice.body = ""  # a code is no record
    if state == NoticeState.SENT:
        notice.sent_at = at
        notices.count_sent(session, notice.person_id, clock.local_date(at))


def _give_back(session: Session, notice_id: int, error: InspectionError, *, at: datetime) -> None:
    notice = session.get_one(Notice, notice_id)
    # a server that is down says nothing about this notice: only a recipient put off again and again is given up
    given_up = isinstance(error, PutOff) and notice.attempts >= MAX_ATTEMPTS
    target = NoticeState.FAILED if given_up else NoticeState.PENDING
    advance(session, notice, target, actor=SENDER, at=at, reason=str(error))
    notice.last_error = str(error)[:500]
    notice.not_before = at + min(RETRY_AFTER * notice.attempts, RETRY_AT_LEAST_EVERY)
