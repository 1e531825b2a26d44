"""會辦 on a page: what each unit said, the form of a unit asked, the ethics office's forms (paper, 採納情形)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from inspection import clock
from inspection.access.policy import Act, Subject
from inspection.approvals.matters import Matter
from inspection.approvals.opinion_words import opinion_lines
from inspection.approvals.opinions import AdoptionNote, Given
from inspection.calendar import roc
from inspection.campaigns import consultation
from inspection.errors import BadSource, NotAllowed, NotFound
from inspection.language import speak
from inspection.model import Approval, Opinion, Person
from inspection.model.lifecycle import ApprovalState, OpinionState
from inspection.portal.deciding import Deciding, latest
from inspection.portal.guard import Visit
from inspection.portal.responses import GoTo, Reply
from inspection.rules import catalogue
from inspection.store import opinions, people, roster
from inspection.vocabulary import Adoption, Role, Stance


@dataclass(frozen=True, slots=True)
class ToEnter:
    """An opinion that may still come on paper, and who can have given it."""

    opinion: Opinion
    givers: list[Person]


def form_values(visit: Visit, matter: Matter, subject: Subject) -> dict[str, Any]:
    """What the part on 會辦 prints; nothing where no unit is ever asked."""
    approval, opine = latest(visit.session, matter), matter.kind.opines
    nothing = {"opinions": [], "own_opinions": [], "to_enter": [], "may_handle": False, "office": None}
    if approval is None or opine is None:
        return nothing
    rules, on = catalogue.current(), clock.local_date(visit.at)
    waits = approval.state is ApprovalState.PENDING
    found = opinions.of_approval(visit.session, approval) if waits else []
    may_handle = waits and visit.may(Act.HANDLE_OPINION, subject)
    asked = [one for one in found if one.state is OpinionState.ASKED]
    return {
        "opinions": opinion_lines(visit.session, approval, catalogue=rules, on=on),
        "own_opinions": asked_of(visit, asked) if visit.may(opine, subject) else [],
        "to_enter": [ToEnter(one, givers(visit, one.unit_id)) for one in asked] if may_handle else [],
        "may_handle": may_handle,
        "office": rules.office,
    }  # fmt: skip


def asked_of(visit: Visit, asked: list[Opinion]) -> list[Opinion]:
    """Those of units whose head the visitor is, or acts for."""
    units = {one.unit_id for one in visit.who.held if one.role is Role.UNIT_HEAD}
    return [one for one in asked if one.unit_id in units]


def givers(visit: Visit, unit_id: str) -> list[Person]:
    """Who can have given the opinion of a unit: its heads, and whoever acts for them in these days."""
    on = clock.local_date(visit.at)
    heads = roster.holders(visit.session, Role.UNIT_HEAD, on=on, unit_id=unit_id)
    deputies = {row.deputy_id for head in heads for row in roster.deputies_of(visit.session, head.id, on=on)}
    named = people.named(visit.session, deputies - {head.id for head in heads})
    return [*heads, *(named[one] for one in sorted(named))]


def opine(deciding: Deciding, visit: Visit, subject: Subject) -> Reply:
    """A unit asked says what it thinks."""
    matter = deciding.matter(visit, subject)
    unit_id, stance, problem = _read(visit)
    if stance is None or problem:
        return deciding.page(visit, subject, f"opinion|{unit_id}|{problem}")
    given = Given(stance, visit.text("text"), visit.person_id, visit.text("seen_hash"), clock.local_date(visit.at))
    _give(visit, matter, unit_id, given)
    return GoTo(matter.path)


def enter(deciding: Deciding, visit: Visit, subject: Subject) -> Reply:
    """The ethics office enters what a unit wrote on paper."""
    matter = deciding.matter(visit, subject)
    unit_id, stance, problem = _read(visit)
    given_on: date | None = None
    try:
        given_on = roc.parse(visit.text("given_on"))
    except BadSource:
        problem = problem or "given_on"
    if stance is None or given_on is None or problem or given_on > clock.local_date(visit.at):
        return deciding.page(visit, subject, f"opinion|{unit_id}|{problem or 'given_on'}")
    given = Given(
        stance, visit.text("text"), visit.text("given_by"), visit.text("seen_hash"), given_on, visit.person_id
    )
    try:
        _give(visit, matter, unit_id, given)
    except NotAllowed:
        return deciding.page(visit, subject, f"opinion|{unit_id}|given_by")
    return GoTo(matter.path)


def adopt(deciding: Deciding, visit: Visit, subject: Subject) -> Reply:
    """The ethics office puts down 採納情形."""
    matter = deciding.matter(visit, subject)
    unit_id = visit.text("unit")
    try:
        adoption = Adoption(visit.text("adoption"))
    except ValueError:
        return deciding.page(visit, subject, f"opinion|{unit_id}|adoption")
    if adoption is not Adoption.ADOPTED and not visit.text("reason"):
        return deciding.page(visit, subject, f"opinion|{unit_id}|reason")
    answered = AdoptionNote(adoption, visit.text("reason"), visit.person_id)
    consultation.answer_on(visit.session, _asked(visit, matter), unit_id, answered, at=visit.at)
    return GoTo(matter.path)


def _read(visit: Visit) -> tuple[str, Stance | None, str]:
    """Unit, stance and the name of the first thing that is missing."""
    unit_id = visit.text("unit")
    try:
        stance = Stance(visit.text("stance"))
    except ValueError:
        return unit_id, None, "stance"
    return unit_id, stance, "text" if stance is Stance.REMARKS and not visit.text("text") else ""


def _give(visit: Visit, matter: Matter, unit_id: str, given: Given) -> None:
    asked = _asked(visit, matter)
    consultation.give_on(visit.session, asked, unit_id, given, catalogue=catalogue.current(), at=visit.at)


def _asked(visit: Visit, matter: Matter) -> Approval:
    approval = latest(visit.session, matter)
    if approval is None:
        raise NotFound(speak("沒有陳核事項", "nothing was asked"))
    return approval
