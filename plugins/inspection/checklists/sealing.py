"""The unit head's seal on the page (核章): asked for by whoever filled the form, given on what will be sent.

Nobody seals what they asked for themselves. Where a unit has nobody but its head to fill the form, the head sends it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access import policy
from inspection.access.policy import Act
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.checklists import draft as drafting
from inspection.checklists.entering import hold_as, kept_out
from inspection.checklists.submit import Ready, ready, refusal, submit
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.language import speak
from inspection.model import Checklist, Event, Person
from inspection.model.lifecycle import ChecklistState
from inspection.notices.conditions.checklist import while_out
from inspection.notices.outbox import Letter, write
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, checklists, drafts, events, roster
from inspection.vocabulary import Role, UnitSeal

ASKED, REFUSED = "seal_asked", "seal_refused"


def wanted(catalogue: Catalogue) -> bool:
    """Whether forms are sealed on the page."""
    return catalogue.office.unit_seal is UnitSeal.PAGE


def asked_by(session: Session, checklist: Checklist) -> str:
    """Who asked for the seal that waits to be given; '' where nobody did."""
    return drafts.seal_asked(session, [checklist.id]).get(checklist.id, "")


def given_back(session: Session, checklist: Checklist) -> Event | None:
    """The head's refusal to seal what stands in the draft, where nothing was asked or sent since."""
    told = [
        one
        for one in events.of_subject(session, "checklist", checklist.id)
        if one.action in {ASKED, REFUSED} or ("sha256" in one.details and one.details.get("channel"))
    ]
    return told[-1] if told and told[-1].action == REFUSED else None


def may_seal(session: Session, checklist: Checklist, person_id: str, *, at: datetime) -> bool:
    """Whether somebody may seal what waits: the head of the unit or who acts for them, never whoever asked for it."""
    by = asked_by(session, checklist)
    return bool(by) and by != person_id and bool(_holds_seal(session, checklist, person_id, at=at))


def sends_alone(session: Session, checklist: Checklist, person_id: str, *, at: datetime) -> bool:
    """Whether the head sends the form without anybody asking: the unit has no contact but them. Who only acts for the
    head does not: then somebody is in office who can seal what they filled (decision 0047)."""
    held = policy.may(asking(session, person_id, at=at), Act.SEAL_CHECKLIST, checklist).held
    if held is None or held.on_behalf_of is not None:
        return False
    contacts = roster.holders(session, Role.CONTACT, on=clock.local_date(at), unit_id=checklist.unit_id)
    return all(one.id == person_id for one in contacts)


def _holds_seal(session: Session, checklist: Checklist, person_id: str, *, at: datetime) -> bool:
    return bool(policy.may(asking(session, person_id, at=at), Act.SEAL_CHECKLIST, checklist))


def ask(session: Session, checklist_id: str, *, seen: str, person_id: str, at: datetime) -> None:
    """Asks the unit head to seal what was shown (`seen`: its SHA-256), and tells them. Again is once.

    Raises Conflict where something stands against it, where it was changed since, or where there is no head to ask.
    """
    checklist, sent = _held(session, checklist_id, person_id, at)
    if asked_by(session, checklist):
        return
    if sent.digest != seen or sent.problems:
        raise _moved()
    heads = _heads(session, checklist, but=person_id, at=at)
    if not heads:
        raise Conflict(
            speak(
                "名冊內沒有其他可核章之單位主管，請洽政風室",
                "the roster names no other head of the unit who could seal it; ask the ethics office",
            )
        )
    drafting.now_filling(session, checklist, person_id, at=at)
    version = sent.draft.version or int(drafts.begin(session, checklist.id, {}, at=at))
    if not drafts.ask_seal(session, checklist.id, version, by=person_id, at=at):
        raise _moved()
    details: dict[str, object] = {"content_hash": sent.digest, "version": sent.draft.after + 1}
    if checklist.state is ChecklistState.FILLING:
        advance(session, checklist, ChecklistState.AWAITING_SEAL, actor=person_id, at=at, details=details)
    record(session, at=at, actor=person_id, subject=("checklist", checklist.id), action=ASKED, details=details)
    for head in heads:
        key = f"checklist-to-seal:{checklist.id}:{sent.draft.after + 1}:{version}:{head.id}"
        _write(session, key, "checklist_to_seal", head, checklist, at)


def seal(session: Session, checklist_id: str, *, seen: str, person_id: str, at: datetime) -> int:
    """Seals and sends what was shown to the head (`seen`: its SHA-256); the version it became. Again is once.

    Raises NotAllowed for whoever asked for the seal, Conflict where it was changed since or is not asked for any more.
    """
    checklist = hold_as(session, checklist_id, Act.SEAL_CHECKLIST, person_id, refusal=_not_head(), at=at)
    known = checklists.returned_file(session, seen)
    if known is not None and known.checklist_id == checklist_id and known.version:
        return known.version
    by = asked_by(session, checklist)
    if by == person_id:
        raise NotAllowed(speak("送請核章者不得自行核章", "who asked for the seal does not give it"))
    if not by and not sends_alone(session, checklist, person_id, at=at):
        raise _moved()
    return submit(session, checklist_id, seen=seen, person_id=person_id, at=at, sealed=True)


def give_back(session: Session, checklist_id: str, *, reason: str, person_id: str, at: datetime) -> None:
    """The head does not seal it and says why; whoever asked is told. Raises Conflict where nothing waits."""
    checklist = hold_as(session, checklist_id, Act.SEAL_CHECKLIST, person_id, refusal=_not_head(), at=at)
    if not reason.strip():
        raise BadSource(speak("退回理由未填", "the reason is missing"))
    by = asked_by(session, checklist)
    if not by or not drafts.take_back_seal(session, checklist.id):
        raise _moved()
    details: dict[str, object] = {"entered_by": by}
    if checklist.state is ChecklistState.AWAITING_SEAL:
        advance(session, checklist, ChecklistState.FILLING, actor=person_id, at=at, reason=reason, details=details)
    subject = ("checklist", checklist.id)
    record(session, at=at, actor=person_id, subject=subject, action=REFUSED, reason=reason, details=details)
    row = drafts.get(session, checklist.id)
    key = f"checklist-not-sealed:{checklist.id}:{row.version if row else 0}:{by}"
    _write(session, key, "checklist_not_sealed", roster.person(session, by), checklist, at)


def _held(session: Session, checklist_id: str, person_id: str, at: datetime) -> tuple[Checklist, Ready]:
    checklist = hold_as(session, checklist_id, Act.ANSWER_CHECKLIST, person_id, refusal=refusal(), at=at)
    if kept_out(checklist, campaigns.get(session, checklist.campaign_id)):
        raise Conflict(speak("本檢查表現不收件，無法送出", "no return is taken for this checklist now"))
    return checklist, ready(session, checklist, at=at)


def _heads(session: Session, checklist: Checklist, *, but: str, at: datetime) -> list[Person]:
    heads = roster.holders(session, Role.UNIT_HEAD, on=clock.local_date(at), unit_id=checklist.unit_id)
    deputies = [
        roster.person(session, row.deputy_id)
        for head in heads
        for row in roster.deputies_of(session, head.id, on=clock.local_date(at))
    ]
    return list({one.id: one for one in (*heads, *deputies) if one.id != but}.values())


def _write(session: Session, key: str, kind: str, person: Person, checklist: Checklist, at: datetime) -> None:
    values = {
        "campaign_name": campaigns.get(session, checklist.campaign_id).name,
        "unit_name": roster.unit(session, checklist.unit_id).name,
        "due": roc.with_weekday(checklist.wanted_by),
    }
    wanted_while = None if checklist.state is ChecklistState.RETURNED else while_out(checklist.id)
    letter = Letter(key, kind, person.id, values, checklist.campaign_id, still_wanted=wanted_while)
    write(session, letter, at=at)


def _moved() -> Conflict:
    return Conflict(speak("內容已更動，請檢視後再送出", "the content was changed; look at it and send again"))


def _not_head() -> str:
    return speak("核章限該單位主管或其職務代理人", "only the head of the unit, or who acts for them, seals")
