"""Another 填報人: a unit's contact or head names a colleague for one checklist; a grant, not a link passed on.

Whoever is named signs in as everybody does, by typed address and code, and sees that checklist alone. What they typed
stays when the grant is taken back.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access import sessions
from inspection.access.policy import Act, may
from inspection.access.roles import on_behalf
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.calendar import roc
from inspection.checklists.entering import hold_as, kept_out
from inspection.errors import BadSource, Conflict, NotFound
from inspection.keyed_hash import keyed_hash
from inspection.language import legible, speak
from inspection.model import Checklist, ChecklistFiller, Person
from inspection.notices.addresses import ADDRESS, LONGEST_ADDRESS
from inspection.notices.conditions.filler import while_named
from inspection.notices.outbox import Letter, write
from inspection.store import campaigns, fillers, people, roster
from inspection.vocabulary import Role

NAMED, REVOKED = "filler_named", "filler_revoked"
MOST = 5
LONGEST_NAME = 60


class Ground(StrEnum):
    """Why somebody cannot be named."""

    INCOMPLETE = "incomplete"
    ADDRESS = "address"
    DOMAIN = "domain"
    NOT_IN_ROSTER = "not_in_roster"
    OTHER_NAME = "other_name"
    FILLS_ALREADY = "fills_already"
    REVIEWS = "reviews"
    MANY = "many"


class Unfit(BadSource):
    """Somebody who cannot be named; `ground` says why."""

    def __init__(self, ground: Ground, domains: Collection[str] = ()) -> None:
        self.ground = ground
        super().__init__(_said(ground, domains))


def _said(ground: Ground, domains: Collection[str]) -> str:
    own = "、".join(f"@{one}" for one in domains)
    match ground:
        case Ground.INCOMPLETE:
            return speak(
                f"請填姓名、職稱及公務信箱（各{LONGEST_NAME}字以內）", "give name, title and address of the person"
            )
        case Ground.ADDRESS:
            return speak("公務信箱格式不符，例如 name@agency.gov.tw", "this is no mail address")
        case Ground.DOMAIN:
            return speak(f"填報人限用本機關公務信箱（{own}）", f"only addresses of the agency's own domains: {own}")
        case Ground.NOT_IN_ROSTER:
            return speak(
                "此信箱未登錄於名冊；填報人限名冊內人員，請核對信箱或洽政風室",
                "nobody in the roster has this address, and only people of the roster are named",
            )
        case Ground.OTHER_NAME:
            return speak("姓名與名冊登錄之該信箱使用人不符，請核對", "the roster has this address under another name")
        case Ground.FILLS_ALREADY:
            return speak("此人本得填報本檢查表，無須指定", "this person may fill the checklist anyway")
        case Ground.REVIEWS:
            return speak("此人負責審查本檢查表，不得為填報人", "this person reviews the checklist")
        case Ground.MANY:
            return speak(
                f"一份檢查表至多指定{MOST}位填報人，請先撤銷不需要者", f"a checklist has at most {MOST}; revoke one"
            )


@dataclass(frozen=True, slots=True)
class Colleague:
    """Whom the unit names, as typed."""

    name: str
    title: str
    address: str


def name(
    session: Session, checklist_id: str, given: Colleague, *, domains: Collection[str], person_id: str, at: datetime
) -> ChecklistFiller:
    """Lets a colleague fill a checklist, and tells them, the unit and the ethics office. Again is once.

    Raises NotAllowed for others than contact and head, Conflict where no form is taken, Unfit for whom it cannot be.
    """
    checklist = hold_as(session, checklist_id, Act.NAME_FILLER, person_id, refusal=_not_of_unit(), at=at)
    held = may(asking(session, person_id, at=at), Act.NAME_FILLER, checklist).held
    campaign = campaigns.get(session, checklist.campaign_id)
    if kept_out(checklist, campaign):
        raise Conflict(speak("本檢查表現不收件，不必指定填報人", "no return is taken for this checklist now"))
    person = _person(session, checklist, given, domains=domains, at=at)
    standing = fillers.grant(session, checklist.id, person.id)
    if standing is not None:
        return standing
    if len(fillers.named(session, checklist.id)) >= MOST:
        raise Unfit(Ground.MANY)
    row = ChecklistFiller(
        checklist_id=checklist.id, person_id=person.id, named_by=person_id, named_at=at, revoked_by=None,
        revoked_at=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    details: dict[str, object] = {**on_behalf(person_id, held), "people": [person.id]}
    record(session, at=at, actor=person_id, subject=("checklist", checklist.id), action=NAMED, details=details)
    _tell_filler(session, "checklist_filler_named", row, checklist, at)
    _tell_others(session, "checklist_filler_told", row, checklist, person_id, at)
    return row


def revoke(session: Session, checklist_id: str, filler_id: int, *, person_id: str, at: datetime) -> None:
    """Takes a grant back: from this moment that person sees nothing of the checklist, and their sessions are over.
    What they typed stays. Twice is once. Raises NotAllowed, NotFound for a grant of another checklist."""
    checklist = hold_as(session, checklist_id, Act.KEEP_FILLERS, person_id, refusal=_not_of_unit(), at=at)
    held = may(asking(session, person_id, at=at), Act.KEEP_FILLERS, checklist).held
    row = session.get(ChecklistFiller, filler_id, populate_existing=True)
    if row is None or row.checklist_id != checklist.id:
        raise NotFound(speak("查無此填報人", "nobody of this checklist was named so"))
    if not fillers.revoke(session, filler_id, by=person_id, at=at):
        return
    session.refresh(row)
    person = roster.person(session, row.person_id)
    if not person.of_roster and not fillers.is_named(session, person.id):
        person.active = False
    sessions.finish_all(session, person.id, by=person_id, at=at)
    details: dict[str, object] = {**on_behalf(person_id, held), "people": [person.id]}
    record(session, at=at, actor=person_id, subject=("checklist", checklist.id), action=REVOKED, details=details)
    _tell_filler(session, "checklist_filler_revoked", row, checklist, at)
    _tell_others(session, "checklist_filler_told", row, checklist, person_id, at)


def writing_to(session: Session, checklist: Checklist, *, at: datetime) -> list[Person]:
    """Who is written to about a form: who answers for the unit, and whom they named."""
    found = roster.answering_for(session, checklist.unit_id, on=clock.local_date(at))
    found += [person for _, person in fillers.named(session, checklist.id)]
    return list({one.id: one for one in found}.values())


def _person(
    session: Session, checklist: Checklist, given: Colleague, *, domains: Collection[str], at: datetime
) -> Person:
    """The person of the roster with this address, or one made for it."""
    called, title = _plain(given.name), _plain(given.title)
    address = _plain(given.address).lower()
    if not (called and title and address) or max(len(called), len(title)) > LONGEST_NAME:
        raise Unfit(Ground.INCOMPLETE)
    form = ADDRESS.fullmatch(address)
    if form is None or len(address) > LONGEST_ADDRESS:
        raise Unfit(Ground.ADDRESS)
    known = people.holding_address(session, address)
    if any(one.of_roster for one in known):
        return _of_roster(session, checklist, known, called, at)
    if not domains:
        raise Unfit(Ground.NOT_IN_ROSTER)
    if form["domain"] not in domains:
        raise Unfit(Ground.DOMAIN, domains)
    return _typed_in(session, checklist, called, title, address)


def _of_roster(session: Session, checklist: Checklist, known: list[Person], called: str, at: datetime) -> Person:
    own = [one for one in known if _plain(one.name) == called]
    if len(known) > 1 or not own:
        raise Unfit(Ground.OTHER_NAME)
    who = asking(session, own[0].id, at=at)
    if may(who, Act.ANSWER_CHECKLIST, checklist).held is not None:
        raise Unfit(Ground.FILLS_ALREADY)
    if may(who, Act.REVIEW_CHECKLIST, checklist) or may(who, Act.TAKE_POCKET_CARD, checklist):
        raise Unfit(Ground.REVIEWS)
    return own[0]


def _typed_in(session: Session, checklist: Checklist, called: str, title: str, address: str) -> Person:
    person = fillers.named_before(session, address)
    if person is None:
        person = Person(
            id=f"F{keyed_hash('filler', address)[:15]}", name=called, title=title, email=address,
            unit_id=checklist.unit_id, active=True, login=None, of_roster=False,
        )  # fmt: skip
        session.add(person)
    elif person.active and _plain(person.name) != called:
        raise Unfit(Ground.OTHER_NAME)
    person.name, person.title, person.active = called, title, True
    session.flush()
    return person


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", legible(text)).split())


def _tell_filler(session: Session, kind: str, row: ChecklistFiller, checklist: Checklist, at: datetime) -> None:
    values = _values(session, row, checklist)
    wanted = while_named(row.id) if row.revoked_at is None else None
    key = f"{kind}:{row.id}:{row.person_id}"
    write(session, Letter(key, kind, row.person_id, values, checklist.campaign_id, still_wanted=wanted), at=at)


def _tell_others(
    session: Session, kind: str, row: ChecklistFiller, checklist: Checklist, by: str, at: datetime
) -> None:
    on = clock.local_date(at)
    told = [by, row.named_by]
    told += [one.id for one in roster.holders(session, Role.UNIT_HEAD, on=on, unit_id=checklist.unit_id)]
    told += [one.id for one in roster.holders(session, Role.ETHICS_STAFF, on=on)]
    actor = roster.person(session, by)
    filler = roster.person(session, row.person_id)
    values = {
        **_values(session, row, checklist),
        "filler_name": f"{filler.title}{filler.name}",
        "actor_name": f"{actor.title}{actor.name}",
        "is_revoked": row.revoked_at is not None,
    }
    stage = "named" if row.revoked_at is None else "revoked"
    for one in dict.fromkeys(told):
        write(session, Letter(f"{kind}:{stage}:{row.id}:{one}", kind, one, values, checklist.campaign_id), at=at)


def _values(session: Session, row: ChecklistFiller, checklist: Checklist) -> dict[str, object]:
    namer = roster.person(session, row.named_by)
    return {
        "campaign_name": campaigns.get(session, checklist.campaign_id).name,
        "unit_name": roster.unit(session, checklist.unit_id).name,
        "due": roc.with_weekday(checklist.wanted_by),
        "namer_name": f"{namer.title}{namer.name}",
    }


def _not_of_unit() -> str:
    return speak(
        "填報人由該單位之窗口或主管指定；撤銷亦得由政風室為之",
        "contact and head of the unit name who else fills its checklist; the ethics office may revoke it too",
    )
