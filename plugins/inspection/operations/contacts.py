"""Whether each contact of a campaign can be reached, open and submit, and how their invitation stands.

Before dispatch it asks what is known here, silently: nothing is sent, and no mail server is spoken to, so that it tells
nobody of an unannounced inspection. That a mailbox takes mail is not provable so, and is not claimed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import Act, may
from inspection.access.who import asking
from inspection.checklists.fillers import ADDRESS
from inspection.errors import Conflict, NotFound
from inspection.language import speak
from inspection.model import Campaign, Checklist, Notice, Person, Unit
from inspection.model.lifecycle import ChecklistState, NoticeState
from inspection.notices.outbox import notice_number
from inspection.operations.bounces import BOUNCED
from inspection.operations.letters import ADDRESS as IN_WORDS
from inspection.operations.letters import send_again, was_sent_again
from inspection.store import campaigns, events, notices, people, roster
from inspection.store.unannounced import hour_of


class Trouble(StrEnum):
    """Why somebody would not be reached, or could not answer."""

    NO_CONTACT = "no_contact"
    ADDRESS = "address"
    DOMAIN = "domain"
    SHARED_ADDRESS = "shared_address"
    CANNOT_OPEN = "cannot_open"
    CANNOT_SUBMIT = "cannot_submit"


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
    """Who answers for a unit (None: nobody), what stands in their way, and their invitation. `cause` names no address;
    `may_resend`: given up or come back, and not sent again to this address before."""

    unit: Unit
    person: Person | None
    troubles: tuple[Trouble, ...]
    stand: Stand = Stand.NONE
    notice_id: int = 0
    number: str = ""
    cause: str = ""
    may_resend: bool = False


def contacts(session: Session, campaign: Campaign, *, domains: Collection[str], at: datetime) -> list[Contact]:
    """Everybody a campaign's checklists go to, unit by unit, as the roster names them on its hour."""
    then = max(at, hour_of(campaign) or at)
    found: list[Contact] = []
    for unit in campaigns.units(session, campaign.id):
        answering = roster.answering_for(session, unit.id, on=clock.local_date(then))
        if not answering:
            found.append(Contact(unit, None, (Trouble.NO_CONTACT,)))
        found += [_contact(session, campaign, unit, one, domains=domains, at=then) for one in answering]
    return found


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


def _contact(
    session: Session, campaign: Campaign, unit: Unit, person: Person, *, domains: Collection[str], at: datetime
) -> Contact:
    troubles = tuple(_troubles(session, campaign, unit, person, domains=domains, at=at))
    key = f"checklist-issued:{campaign.id}:{unit.id}:{person.id}"
    notice = notices.by_key(session, key)
    if notice is None:
        return Contact(unit, person, troubles)
    stand = STANDS[notice.state]
    if stand is Stand.FAILED and _came_back(session, notice):
        stand = Stand.BOUNCED
    lost = notice.state is NoticeState.FAILED
    return Contact(
        unit,
        person,
        troubles,
        stand,
        notice.id,
        notice_number(notice.key),
        IN_WORDS.sub(speak("（信箱）", "(address)"), notice.last_error or "") if lost or not notice.sent_at else "",
        may_resend=lost and not was_sent_again(session, notice),
    )


def _came_back(session: Session, notice: Notice) -> bool:
    told = [one.action for one in events.of_subject(session, "notice", str(notice.id))]
    return bool(told) and told[-1] == BOUNCED


def _troubles(
    session: Session, campaign: Campaign, unit: Unit, person: Person, *, domains: Collection[str], at: datetime
) -> list[Trouble]:
    found = []
    form = ADDRESS.fullmatch(person.email.strip().lower())
    if form is None:
        found.append(Trouble.ADDRESS)
    elif domains and form["domain"] not in domains:
        found.append(Trouble.DOMAIN)
    if form is not None and people.by_address(session, person.email) is None:
        found.append(Trouble.SHARED_ADDRESS)  # whom a code goes to must be one person
    # the form as it will be, asked of the policy itself; it is not kept
    checklist = Checklist(
        id=f"{campaign.id}:{unit.id}", campaign_id=campaign.id, unit_id=unit.id, state=ChecklistState.ISSUED
    )
    who = asking(session, person.id, at=at)
    if not may(who, Act.READ_CHECKLIST, checklist):
        found.append(Trouble.CANNOT_OPEN)
    elif not may(who, Act.ANSWER_CHECKLIST, checklist):
        found.append(Trouble.CANNOT_SUBMIT)
    return found


def said(trouble: Trouble) -> str:
    """What stands in the way and what to do, in words."""
    match trouble:
        case Trouble.NO_CONTACT:
            return speak("名冊無窗口亦無主管，請補登", "the roster names neither contact nor head; complete it")
        case Trouble.ADDRESS:
            return speak("名冊之信箱格式不符，請更正", "the address in the roster is none; mend it")
        case Trouble.DOMAIN:
            return speak(
                "信箱不屬本機關網域（filler_domains），請確認",
                "the address is of none of filler_domains; see to it",
            )
        case Trouble.SHARED_ADDRESS:
            return speak(
                "信箱由二人以上共用，無法以代碼登入，請改登個人信箱",
                "several people share the address, so no code can be sent; give each an own one",
            )
        case Trouble.CANNOT_OPEN:
            return speak("屆時無法開啟檢查表，請核對名冊角色及生效日", "could not open the form; see roles and days")
        case Trouble.CANNOT_SUBMIT:
            return speak("屆時無法送出檢查表，請核對名冊角色及生效日", "could not send the form; see roles and days")
