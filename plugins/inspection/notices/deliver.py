"""Drains the outbox: claims a notice, asks again whether it is wanted, sends it, notes the outcome.

No mail is handed to the server twice by itself. Where nobody knows whether it was taken (the sender was killed while
handing it over, or the server's answer was lost), it stands as 發送結果不明 with its Message-ID, and a person decides.
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
from inspection.documents.storage import Unreadable, read_document
from inspection.errors import BadSource, Conflict, InspectionError, SourceUnavailable
from inspection.language import speak
from inspection.model import Campaign, Document, Notice
from inspection.model.lifecycle import NoticeState
from inspection.notices.logging_on import note_refused, require_welcome
from inspection.notices.mail_server import PasswordRefused, ServerAway, Unusable
from inspection.notices.mailer import Attachment, Mail, OutcomeUnknown, PutOff, send
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
CODES = frozenset({"sign_in_code"})  # somebody waits before the screen, and the text is good for minutes
ANSWERS = frozenset({"mailed_answer"})  # to mails people sent us
RETRY_CODE_AFTER = timedelta(seconds=10)
SENDER = program(PART, "outbox")


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How the drain ended."""

    sent: int = 0
    put_off: int = 0
    failed: int = 0
    cancelled: int = 0


def deliver_due(scope: Scope, *, at: datetime, limit: int = BATCH, bare: bool = False) -> DeliveryCounts:
    """Sends what is due at an instant; safe beside another sender. Each notice is claimed by the clock, not by `at`:
    a slow server must not make the later ones look abandoned. `bare`: those alone that bear no document, for a machine
    without the office's folder.

    Raises SourceUnavailable when the server took nothing at all, BadSource where none is configured or it refuses our
    password: then nothing has been touched. A server that cannot be spoken to ends the drain; what was not reached
    stays as it was.
    """
    with scope() as session:
        _take_back(session, at=at)
        _forget_dead_codes(session, at=at)
    with scope() as session:
        waiting = [notice.id for notice in notices.due(session, at=at, limit=limit, bare=bare)]
        if waiting:
            require_welcome(session, settings.get().smtp_url, at=at)
    tally = dict.fromkeys(NoticeState, 0)
    trouble: SourceUnavailable | None = None
    for notice_id in waiting:
        try:
            outcome = _deliver_one(scope, notice_id)
        except SourceUnavailable as error:
            trouble, outcome = error, NoticeState.PENDING
        if outcome is not None:
            tally[outcome] += 1
        if isinstance(trouble, ServerAway):
            break
    if trouble is not None and not tally[NoticeState.SENT]:
        raise trouble
    return DeliveryCounts(
        tally[NoticeState.SENT], tally[NoticeState.PENDING], tally[NoticeState.FAILED], tally[NoticeState.CANCELLED]
    )


def deliver_now(scope: Scope, key: str) -> NoticeState | None:
    """Sends one notice at once, for a person who waits before the screen; None where another sender has it.

    A server that does not answer, or is not configured, leaves it in the outbox for `deliver_due`.
    """
    with scope() as session:
        notice = notices.by_key(session, key)
    if notice is None or notice.state is not NoticeState.PENDING:
        return None
    try:
        with scope() as session:
            require_welcome(session, settings.get().smtp_url, at=clock.now())
        return _deliver_one(scope, notice.id)
    except (SourceUnavailable, BadSource):
        return NoticeState.PENDING


def _take_back(session: Session, *, at: datetime) -> None:
    """Puts what a sender claimed and never began to hand over into the outbox again; of the rest nobody knows."""
    reason = speak("寄送程序中斷", "sender did not finish")
    for notice in notices.stuck(session, claimed_before=at - CLAIM_HOLDS):
        if notice.message_id is None:
            advance(session, notice, NoticeState.PENDING, actor=SENDER, at=at, reason=reason)
        else:
            _finish(session, notice, NoticeState.FAILED, at=at, error=OutcomeUnknown.of("sender"))


def _forget_dead_codes(session: Session, *, at: datetime) -> None:
    """Cancels codes nobody can use any more, due or not: while the server is down they would stand there in clear."""
    for notice in notices.waiting(session, CODES):
        if not still_wanted(session, notice, at=at):
            _cancel(session, notice, at=at)


def _deliver_one(scope: Scope, notice_id: int) -> NoticeState | None:
    """The state a notice came to; None where another sender was first, or took it over meanwhile."""
    at = clock.now()
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
    except Unusable as error:  # no fault of this notice, and none of those behind it is to be tried
        _settle(scope, (notice_id, at), NoticeState.PENDING, error)
        if isinstance(error, PasswordRefused):
            with scope() as session:
                note_refused(session, settings.get().smtp_url, at=clock.now())
        raise
    except SourceUnavailable as error:
        _settle(scope, (notice_id, at), NoticeState.PENDING, error)
        raise
    except Exception as error:
        # one that cannot be put together or is refused for good must not hold up those behind it
        told = error if isinstance(error, InspectionError) else _unforeseen(error)
        return _settle(scope, (notice_id, at), NoticeState.FAILED, told)
    return _settle(scope, (notice_id, at), NoticeState.SENT)


def _unforeseen(error: Exception) -> InspectionError:
    kind = type(error).__name__  # its words may hold the address or the text
    return BadSource(speak(f"信件無法組成（{kind}）", f"the mail cannot be put together ({kind})"))


def _settle(
    scope: Scope, claim: tuple[int, datetime], state: NoticeState, error: InspectionError | None = None
) -> NoticeState | None:
    """Notes the outcome of a claim (the notice, and when it was claimed).

    None where another sender took the notice for abandoned meanwhile: its word stands, and ours is no reason to leave
    those behind it unsent.
    """
    notice_id, claimed_at = claim
    try:
        with scope() as session:
            notice = session.get_one(Notice, notice_id)
            if error is not None and notice.claimed_at != claimed_at:
                return None  # the other one is at it; a mail the server took is noted as sent whoever has it
            if error is not None and state is NoticeState.PENDING:
                _give_back(session, notice, error, at=clock.now())
            else:
                _finish(session, notice, state, at=clock.now(), error=error)
    except Conflict:
        return None
    return state


def _claim(session: Session, notice_id: int, *, at: datetime) -> NoticeState:
    notice = session.get_one(Notice, notice_id)
    if held_back(session, notice):  # paused since the list was made
        return NoticeState.PENDING
    campaign = session.get(Campaign, notice.campaign_id) if notice.campaign_id else None
    if campaign is not None and hidden_from(session, campaign, notice.person_id, at=at):
        notice.not_before = hour_of(campaign) or notice.not_before  # the hour was moved since it was written
        return NoticeState.PENDING
    if known(notice) and not still_wanted(session, notice, at=at):
        _cancel(session, notice, at=at)
        return NoticeState.CANCELLED
    if notice.kind not in CODES and notices.sent_on(session, notice.person_id, clock.local_date(at)) >= DAILY_CAP:
        notice.not_before = at + timedelta(hours=12)
        notice.last_error = speak("已達每日信件上限", "daily cap reached")
        return NoticeState.PENDING
    advance(session, notice, NoticeState.SENDING, actor=SENDER, at=at)
    notice.claimed_at = at
    notice.message_id = None  # until it is handed over: who finds it so knows that no server has it
    notice.attempts += 1
    return NoticeState.SENDING


def _cancel(session: Session, notice: Notice, *, at: datetime) -> None:
    advance(session, notice, NoticeState.CANCELLED, actor=SENDER, at=at, reason=speak("已無須通知", "no longer wanted"))
    _blank(notice)


def _blank(notice: Notice) -> None:
    if notice.kind in CODES:
        notice.body = ""  # a code is no record


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
        is_answer=notice.kind in ANSWERS,
    )


def _finish(
    session: Session, notice: Notice, state: NoticeState, *, at: datetime, error: InspectionError | None = None
) -> None:
    advance(session, notice, state, actor=SENDER, at=at, reason=str(error) if error else None)
    notice.last_error = str(error)[:500] if error else None
    _blank(notice)
    if state == NoticeState.SENT:
        notice.sent_at = at
        notices.count_sent(session, notice.person_id, clock.local_date(at))


def _give_back(session: Session, notice: Notice, error: InspectionError, *, at: datetime) -> None:
    # a server that is down says nothing about this notice: only a recipient put off again and again is given up, and
    # a document that cannot be read
    given_up = isinstance(error, PutOff | Unreadable) and notice.attempts >= MAX_ATTEMPTS
    target = NoticeState.FAILED if given_up else NoticeState.PENDING
    advance(session, notice, target, actor=SENDER, at=at, reason=str(error))
    notice.last_error = str(error)[:500]
    after = RETRY_CODE_AFTER if notice.kind in CODES else min(RETRY_AFTER * notice.attempts, RETRY_AT_LEAST_EVERY)
    notice.not_before = at + after
    if given_up:
        _blank(notice)
