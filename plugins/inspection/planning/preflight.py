"""Whether everybody a campaign's checklists go to can be reached, open and submit, before anything is sent.

It asks what is known here, and speaks to nobody: an unannounced inspection is told to none by it. What the mail server
said of an address is read from where `operations.probing` has kept it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import Act, may
from inspection.access.who import asking
from inspection.language import speak
from inspection.model import Campaign, Checklist, Person, ProbedAddress, Unit
from inspection.model.lifecycle import ChecklistState
from inspection.notices.addresses import ADDRESS
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, people, reaching, roster
from inspection.store.unannounced import hour_of
from inspection.vocabulary import ContactTrouble, Reach, Role

PROBE_HOLDS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Checked:
    """Who answers for a unit (None: nobody), what stands in their way, and what the mail server said of the address
    they have now (None: not asked, or too long ago)."""

    unit: Unit
    person: Person | None
    troubles: tuple[ContactTrouble, ...]
    probed: ProbedAddress | None = None


def check(session: Session, campaign: Campaign, *, catalogue: Catalogue, at: datetime) -> list[Checked]:
    """Everybody a campaign's checklists go to, unit by unit, as the roster names them on its hour."""
    then = max(at, hour_of(campaign) or at)
    units = campaigns.units(session, campaign.id)
    named = {unit.id: roster.answering_for(session, unit.id, on=clock.local_date(then)) for unit in units}
    said = reaching.probed(session, {one.id for those in named.values() for one in those})
    found: list[Checked] = []
    for unit in units:
        if not named[unit.id]:
            found.append(Checked(unit, None, (ContactTrouble.NO_CONTACT,)))
        heads = roster.holders(session, Role.UNIT_HEAD, on=clock.local_date(then), unit_id=unit.id)
        for person in named[unit.id]:
            probed = _still_holds(said.get(person.id), person, at=at)
            troubles = [] if heads else [ContactTrouble.NO_HEAD]
            troubles += _of_address(session, person, probed, domains=catalogue.office.filler_domains)
            troubles += _of_rights(session, campaign, unit, person, at=then)
            found.append(Checked(unit, person, tuple(troubles), probed))
    return found


def _still_holds(said: ProbedAddress | None, person: Person, *, at: datetime) -> ProbedAddress | None:
    if said is None or said.address != person.email.strip().lower() or said.probed_at < at - PROBE_HOLDS:
        return None
    return said


def _of_address(
    session: Session, person: Person, probed: ProbedAddress | None, *, domains: Collection[str]
) -> list[ContactTrouble]:
    form = ADDRESS.fullmatch(person.email.strip().lower())
    if form is None:
        return [ContactTrouble.ADDRESS]
    found = []
    if domains and form["domain"] not in domains:
        found.append(ContactTrouble.DOMAIN)
    if people.by_address(session, person.email) is None:
        found.append(ContactTrouble.SHARED_ADDRESS)  # whom a code goes to must be one person
    if probed is not None and probed.reach is Reach.REFUSED:
        found.append(ContactTrouble.REFUSED)
    return found


def _of_rights(
    session: Session, campaign: Campaign, unit: Unit, person: Person, *, at: datetime
) -> list[ContactTrouble]:
    # the form as it will be, asked of the policy itself; it is not kept
    checklist = Checklist(
        id=f"{campaign.id}:{unit.id}", campaign_id=campaign.id, unit_id=unit.id, state=ChecklistState.ISSUED
    )
    who = asking(session, person.id, at=at)
    if not may(who, Act.READ_CHECKLIST, checklist):
        return [ContactTrouble.CANNOT_OPEN]
    return [] if may(who, Act.ANSWER_CHECKLIST, checklist) else [ContactTrouble.CANNOT_SUBMIT]


def said(trouble: ContactTrouble) -> str:
    """What stands in the way and what to do, in words."""
    match trouble:
        case ContactTrouble.NO_CONTACT:
            return speak("名冊無窗口亦無主管，請補登", "the roster names neither contact nor head; complete it")
        case ContactTrouble.NO_HEAD:
            return speak("名冊無單位主管，無人核章，請補登", "the roster names no head, so nobody seals; complete it")
        case ContactTrouble.ADDRESS:
            return speak("名冊之信箱格式不符，請更正", "the address in the roster is none; mend it")
        case ContactTrouble.DOMAIN:
            return speak(
                "信箱不屬本機關網域（filler_domains），請確認",
                "the address is of none of filler_domains; see to it",
            )
        case ContactTrouble.SHARED_ADDRESS:
            return speak(
                "信箱由二人以上共用，無法以代碼登入，請改登個人信箱",
                "several people share the address, so no code can be sent; give each an own one",
            )
        case ContactTrouble.REFUSED:
            return speak(
                "郵件伺服器拒收此信箱，請更正名冊信箱或洽資訊單位",
                "the mail server refuses the address; mend it, or ask the IT office",
            )
        case ContactTrouble.CANNOT_OPEN:
            return speak("屆時無法開啟檢查表，請核對名冊角色及生效日", "could not open the form; see roles and days")
        case ContactTrouble.CANNOT_SUBMIT:
            return speak("屆時無法送出檢查表，請核對名冊角色及生效日", "could not send the form; see roles and days")
