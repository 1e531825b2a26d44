"""Letters that reached nobody: shown to whoever keeps the outbox, sent again or set aside by a person."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import Act, demand
from inspection.access.roles import on_behalf
from inspection.access.who import Held, Who, asking
from inspection.audit.steps import advance
from inspection.errors import BadSource, Conflict, Misuse, NotFound
from inspection.keyed_hash import keyed_hash
from inspection.language import legible, speak
from inspection.model import Notice, Person
from inspection.model.lifecycle import NoticeState
from inspection.notices.deliver import MAX_ATTEMPTS
from inspection.notices.outbox import notice_number
from inspection.rules.mail_texts import MailTexts
from inspection.rules.messages import state_word
from inspection.store import events, notices, people

# one that still waits after as many tries is shown beside those given up
MANY_TRIES = MAX_ATTEMPTS
NUMBER_DIGITS = 8
ADDRESS = re.compile(r"<?[\w.+%'-]+@[\w.-]+>?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A letter that did not reach its reader. `number` is the one printed on it; `cause` says why and what to do, and
    names no address. One that still waits is tried again by itself; only one given up, with its text, is sent again."""

    notice: Notice
    reader: Person
    number: str
    purpose: str
    cause: str

    @property
    def waits(self) -> bool:
        """Whether the sender still tries by itself."""
        return self.notice.state is NoticeState.PENDING

    @property
    def may_be_sent_again(self) -> bool:
        """Whether a person may send it again; a sign-in code is no letter any more when its time is over."""
        return not self.waits and bool(self.notice.body)


def undelivered(session: Session, who: Who, *, texts: MailTexts) -> list[Undelivered]:
    """What reached nobody, oldest first, but for campaigns of which the asker may not know."""
    found = notices.unreached(session, tries=MANY_TRIES, without=who.barred)
    readers = people.named(session, {one.person_id for one in found})
    purposes = {one.id: one.purpose for one in texts.mails}
    return [
        Undelivered(
            notice=one,
            reader=readers[one.person_id],
            number=notice_number(one.key),
            purpose=purposes.get(one.kind, one.kind),
            cause=ADDRESS.sub(speak("（信箱）", "(address)"), one.last_error or ""),
        )
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class Known:
    """A notice somebody reads out the number of: what it was for, to whom, and whether it has left."""

    notice: Notice
    reader: Person
    purpose: str

    @property
    def stand(self) -> str:
        """Whether it has left, in a word."""
        return state_word("notice", self.notice.state)


def by_number(session: Session, who: Who, number: str, *, texts: MailTexts) -> list[Known]:
    """The notices that bear a number as somebody types it (usually one; none: it may not be ours), but for campaigns
    of which the asker may not know. The number is no column: it is reckoned from each key, newest first."""
    wanted = re.sub(r"[^0-9A-F]", "", legible(number).upper())
    if len(wanted) != NUMBER_DIGITS:
        return []
    keys = notices.keys_newest_first(session, without=who.barred)
    ids = [notice_id for notice_id, key in keys if notice_number(key).replace("-", "") == wanted]
    found = [session.get_one(Notice, one) for one in ids]
    readers = people.named(session, {one.person_id for one in found})
    purposes = {one.id: one.purpose for one in texts.mails}
    return [Known(one, readers[one.person_id], purposes.get(one.kind, one.kind)) for one in found]


def send_again(session: Session, notice_ids: Collection[int], *, by: str, at: datetime) -> int:
    """Lays letters that were given up into the outbox again, to the address the roster has now; how many.

    All or none. Raises NotAllowed or NotFound by the policy, Conflict for one that is not given up, BadSource for one
    whose text is no more (a sign-in code). Whether it is still wanted is asked when it leaves, as ever.
    """
    found, held = _given_up(session, notice_ids, by=by, at=at)
    for one in found:
        if not one.body:
            raise BadSource(
                speak("登入代碼已逾時，不再寄送", "a sign-in code is not sent again"),
                remedy=speak("請該員重新登入以取得新碼", "let the person ask for a new one"),
            )
    for one in found:
        reason = speak("再次寄送", "sent again")
        details = {**on_behalf(by, held), "content_hash": _address_hash(session, one)}
        advance(session, one, NoticeState.PENDING, actor=by, at=at, reason=reason, details=details)
        one.attempts, one.not_before, one.last_error = 0, at, None
    session.flush()
    return len(found)


def was_sent_again(session: Session, notice: Notice) -> bool:
    """Whether a person sent a letter again to the very address its reader has now."""
    own = _address_hash(session, notice)
    return any(
        one.to_state == NoticeState.PENDING.value and one.details.get("content_hash") == own
        for one in events.of_subject(session, "notice", str(notice.id))
    )


def _address_hash(session: Session, notice: Notice) -> str:
    """An address in an event, so that it can be compared and not be read."""
    return keyed_hash("address of a letter", people.named(session, {notice.person_id})[notice.person_id].email.lower())


def set_aside(session: Session, notice_ids: Collection[int], *, by: str, reason: str, at: datetime) -> int:
    """Notes that letters given up are not sent any more, because the reader was told otherwise; how many. As above."""
    if not reason.strip():
        raise BadSource(
            speak("理由未填", "the reason is missing"),
            remedy=speak("請寫明已如何通知，或為何不再寄送", "say how the reader was told, or why it is not sent"),
        )
    found, held = _given_up(session, notice_ids, by=by, at=at)
    for one in found:
        advance(
            session, one, NoticeState.CANCELLED, actor=by, at=at, reason=reason.strip(), details=on_behalf(by, held)
        )
    return len(found)


def _given_up(session: Session, notice_ids: Collection[int], *, by: str, at: datetime) -> tuple[list[Notice], Held]:
    who = asking(session, by, at=at)
    held = demand(who, Act.KEEP_NOTICES)
    if held is None:
        raise Misuse("the outbox is kept by a role")
    found = []
    for notice_id in sorted(set(notice_ids)):
        one = session.get(Notice, notice_id)
        if one is None or one.campaign_id in who.barred:
            raise NotFound(speak(f"查無通知 {notice_id}", f"there is no notice {notice_id} for you"))
        session.refresh(one, ["state"])
        if one.state is not NoticeState.FAILED:
            raise Conflict(
                speak(
                    f"通知 {notice_id} 已非「無法送達」，他人已先處理或系統仍在寄送",
                    f"notice {notice_id} is not given up: somebody was first, or it is still tried",
                )
            )
        found.append(one)
    return found, held
