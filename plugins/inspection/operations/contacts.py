"""How the invitation of each contact of a campaign stands, beside what was found before it left; and one more try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from inspection.errors import Conflict, NotFound
from inspection.language import speak
from inspection.model import Campaign, Notice
from inspection.model.lifecycle import NoticeState
from inspection.notices.outbox import notice_number
from inspection.operations.bounces import BOUNCED
from inspection.operations.letters import ADDRESS as IN_WORDS
from inspection.operations.letters import send_again, was_sent_again
from inspection.planning.preflight import Checked, check
from inspection.rules.catalogue import Catalogue
from inspection.store import events, notices


class Stand(StrEnum):
    """How an invitation stands; nobody here knows whether one handed over was read."""

    NONE = "none"
    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    FAILED = "failed"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


STANDS = {
    NoticeState.PENDING: Stand.WAITING,
    NoticeState.SENDING: Stand.WAITING,
    NoticeState.SENT: Stand.HANDED_OVER,
    NoticeState.FAILED: Stand.FAILED,
    NoticeState.CANCELLED: Stand.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers for a unit, as `checked`, and their invitation. `cause` names no address; `may_resend`: given up or
    come back, and not sent again to this address before."""

    checked: Checked
    stand: Stand = Stand.NONE
    notice_id: int = 0
    number: str = ""
    cause: str = ""
    may_resend: bool = False


def contacts(session: Session, campaign: Campaign, *, catalogue: Catalogue, at: datetime) -> list[Contact]:
    """Everybody a campaign's checklists go to, unit by unit, as the roster names them on its hour."""
    return [_contact(session, campaign, one) for one in check(session, campaign, catalogue=catalogue, at=at)]


def resend(session: Session, campaign_id: str, notice_id: int, *, by: str, at: datetime) -> None:
    """Sends an invitation once more. Raises NotFound for a letter of another campaign, Conflict where it was sent again
    to this address before: then another address is needed, or paper; and what `send_again` raises."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.campaign_id != campaign_id:
        raise NotFound(speak("查無此通知", "there is no such letter"))
    if was_sent_again(session, notice):
        raise Conflict(
            speak(
                "此信箱已再寄過一次，請更正名冊信箱或改以紙本送達",
                "it was sent again to this address before: mend the address, or use paper",
            )
        )
    send_again(session, [notice_id], by=by, at=at)


def _contact(session: Session, campaign: Campaign, checked: Checked) -> Contact:
    person = checked.person
    key = f"checklist-issued:{campaign.id}:{checked.unit.id}:{person.id}" if person else ""
    notice = notices.by_key(session, key) if person else None
    if notice is None:
        return Contact(checked)
    stand = STANDS[notice.state]
    if stand is Stand.FAILED and _came_back(session, notice):
        stand = Stand.BOUNCED
    lost = notice.state is NoticeState.FAILED
    return Contact(
        checked,
        stand,
        notice.id,
        notice_number(notice.key),
        IN_WORDS.sub(speak("（信箱）", "(address)"), notice.last_error or "") if lost or not notice.sent_at else "",
        may_resend=lost and not was_sent_again(session, notice),
    )


def _came_back(session: Session, notice: Notice) -> bool:
    told = [one.action for one in events.of_subject(session, "notice", str(notice.id))]
    return bool(told) and told[-1] == BOUNCED
