"""Letters the mail system gave back (退信): read from a delivery status notification, noted on the letter itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import Message
from email.parser import BytesParser

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.errors import BadSource
from inspection.language import speak
from inspection.model import Notice
from inspection.model.lifecycle import NoticeState
from inspection.store import notices

BOUNCED = "bounced"
LARGEST_BYTES = 2 << 20
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bounce:
    """That one letter did not reach one recipient: the Message-ID it left with, the address, the status (RFC 3463)."""

    message_id: str
    recipient: str
    status: str


def read_bounces(data: bytes) -> list[Bounce]:
    """What a delivery status notification (RFC 3464, as a file) says came back; delays and successes are nothing.

    Raises BadSource where it is too large, is no such notification, or does not name the letter it is about.
    """
    if len(data) > LARGEST_BYTES:
        raise _unreadable()
    try:
        return _bounces(BytesParser(policy=policy.compat32).parsebytes(data))
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError):  # whatever a stranger sent
        raise _unreadable() from None


def _bounces(message: Message) -> list[Bounce]:
    reports: list[Message] = []
    message_id = ""
    for part in message.walk():
        kind, payload = part.get_content_type(), part.get_payload()
        inside = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
        if kind == "message/delivery-status":
            reports += inside
        elif kind == "message/rfc822" and inside:
            message_id = message_id or str(inside[0].get("Message-ID") or "").strip()
        elif kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            head = BytesParser(policy=policy.compat32).parsebytes(text if isinstance(text, bytes) else b"")
            message_id = message_id or str(head.get("Message-ID") or "").strip()
    if not reports or not message_id:
        raise _unreadable()
    found = []
    for one in reports:
        status = STATUS.search(str(one.get("Status") or ""))
        if str(one.get("Action") or "").strip().lower() == "failed" and status:
            recipient = str(one.get("Final-Recipient") or "").partition(";")[2].strip().lower()
            found.append(Bounce(message_id, recipient, status[0]))
    return found


def record_bounce(session: Session, bounce: Bounce, *, actor: str, at: datetime) -> Notice | None:
    """Notes that a letter came back: it stands as one that reached nobody, and a person decides. The letter, or None
    where none of ours that was sent to that address bears the Message-ID. Again is once."""
    notice = notices.by_message_id(session, bounce.message_id)
    if notice is None or notice.state is not NoticeState.SENT:
        return None
    if bounce.recipient and bounce.recipient != (notice.sent_to or "").lower():
        return None  # of an address the letter went to before
    said = reason_of(bounce.status)
    advance(session, notice, NoticeState.FAILED, actor=actor, at=at, reason=said)
    notice.last_error = said
    record(session, at=at, actor=actor, subject=("notice", str(notice.id)), action=BOUNCED, reason=bounce.status)
    session.flush()
    return notice


def reason_of(status: str) -> str:
    """Why a letter came back and what to do, in words (RFC 3463)."""
    subject = status.partition(".")[2].partition(".")[0]
    match subject:
        case "1":
            why = speak("收件信箱不存在或位址有誤，請更正名冊", "there is no such address; mend the roster")
        case "2":
            why = speak(
                "收件信箱已滿或停用，請洽收件人，或改以紙本",
                "it is full or closed; ask its reader, or use paper",
            )
        case "4":
            why = speak("無法連上收件端郵件伺服器，請洽資訊單位", "the server there was not reached; ask the IT office")
        case "7":
            why = speak("收件端郵件系統拒收，請洽資訊單位", "the mail system there refuses it; ask the IT office")
        case _:
            why = speak("收件端未能收下，請洽收件人或資訊單位", "it was not taken; ask the reader or the IT office")
    return speak(f"退信（{status}）：{why}", f"came back ({status}): {why}")


def _unreadable() -> BadSource:
    return BadSource(
        speak("此檔不是可讀取之退信通知", "this is no delivery status notification"),
        remedy=speak(
            "請將整封退信另存為 .eml 檔（須含原信標頭）", "save the whole mail as .eml, with the headers of the letter"
        ),
    )
