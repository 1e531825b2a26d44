"""One 疑似事項 on a page of its own: question and answer, the person named for it, and the place of its file."""

from __future__ import annotations

from inspection import clock
from inspection.access.policy import Act
from inspection.errors import NotAllowed
from inspection.findings.describe import describe
from inspection.findings.places import Place, open_place, why_closed
from inspection.findings.questions import LONGEST, Explanation, explain, lapsed, name_confidant
from inspection.model import Answer, Person, Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.portal import marks, rendering
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import GoTo, Page, Reply
from inspection.rules import catalogue
from inspection.store import campaigns, checklists, findings, people, roster

CASE = "/cases/{subject_id:int}"


def case_page(visit: Visit, one: Suspicion, problem: str = "") -> Reply:
    """The case with what an officer may do about it."""
    rules, session = catalogue.current(), visit.session
    may_judge = visit.may(Act.TRIAGE, one)
    involved = {one.asked_by, one.explained_by, one.explanation_entered_by, one.confidant_id, one.decided_by} - {None}
    finding = findings.of_suspicion(session, one.id)
    ground = rules.triage.ground(one.ground or "")
    campaign = campaigns.get(session, one.campaign_id)
    return Page(
        "case.html.j2",
        {
            "case": one,
            "told": describe(session, one, rules),
            "campaign": campaign,
            "mark": marks.of_cases(campaign),
            "unit_name": rendering.unit_names(session).get(one.unit_id, one.unit_id),
            "names": people.named(session, {name for name in involved if name}),
            "lapsed": lapsed(one, on=clock.local_date(visit.at)),
            "reserved": rules.triage.reserved(one.detectors),
            "finding": finding,
            "declared": _declared(visit, one),
            "ground": ground.name if ground else "",
            "may_enter": may_judge and one.state is SuspicionState.ASKED,
            "may_name": may_judge and finding is None and bool(rules.triage.reserved(one.detectors)),
            "speakers": _speakers(visit, one),
            "everybody": [person for person in roster.people(session) if person.active] if may_judge else [],
            "longest": LONGEST,
            "problem": problem,
            "typed": visit.text("explanation"),
            "said_by": visit.text("said_by"),
            "here": "suspicions",
        },
        status=422 if problem else 200,
    )


def _declared(visit: Visit, one: Suspicion) -> Answer | None:
    """What the unit answered and put down beside it, where the case was drawn from a checklist."""
    put = checklists.put_and_answered(visit.session, [one])
    return put.get((one.checklist_id or "", one.item_id or ""), (None, None))[1]


def _speakers(visit: Visit, one: Suspicion) -> list[Person]:
    """Whose word an officer may enter: people of the unit, and the one named for the case."""
    return [
        person
        for person in roster.people(visit.session)
        if person.active and (person.id == one.confidant_id or roster.is_own_unit(visit.session, person, one.unit_id))
    ]


def enter_explanation(visit: Visit, one: Suspicion) -> Reply:
    """What the unit said on paper or by mouth, entered by the officer who took it down."""
    speakers = {person.id for person in _speakers(visit, one)}
    if visit.text("said_by") not in speakers:
        return case_page(visit, one, "said_by")
    if not visit.text("explanation") or len(visit.text("explanation")) > LONGEST:
        return case_page(visit, one, "explanation")
    said = Explanation(visit.text("explanation"), visit.text("said_by"), entered_by=visit.person_id)
    explain(visit.session, one.id, said, catalogue=catalogue.current(), at=visit.at)
    return GoTo(f"/cases/{one.id}")


def name_person(visit: Visit, one: Suspicion) -> Reply:
    """Names the one person of a reserved case."""
    chosen = visit.text("confidant")
    if chosen not in {person.id for person in roster.people(visit.session) if person.active}:
        return case_page(visit, one, "confidant")
    name_confidant(visit.session, one.id, chosen, named_by=visit.person_id, at=visit.at)
    return GoTo(f"/cases/{one.id}")


def place_page(visit: Visit, one: Suspicion, problem: str = "", place: Place | None = None) -> Reply:
    """The form that asks what for; the place itself is shown in answer to it, once, under no address of its own."""
    closed = why_closed(visit.session, one, visit.person_id, catalogue=catalogue.current(), at=visit.at)
    finding = findings.of_suspicion(visit.session, one.id)
    campaign = campaigns.get(visit.session, one.campaign_id)
    return Page(
        "place.html.j2",
        {
            "case": one,
            "closed": closed,
            "place": place,
            "campaign": campaign,
            "mark": marks.of_cases(campaign),
            "unit_name": rendering.unit_names(visit.session).get(one.unit_id, one.unit_id),
            "told": describe(visit.session, one, catalogue.current()),
            "back": _back(visit, one, finding.id if finding else ""),
            "problem": problem,
            "here": "",
        },
        status=422 if problem else 200,
    )


def _back(visit: Visit, one: Suspicion, finding_id: str) -> tuple[str, str]:
    """Where a visitor of the place came from."""
    if visit.may(Act.READ_SUSPICION, one):
        return f"/cases/{one.id}", "回到本件"
    if finding_id:
        return f"/fixes/{finding_id}", "回到改善案件"
    return "/questions", "回到請單位說明"


def show_place(visit: Visit, one: Suspicion) -> Reply:
    """Opens the seal and shows the place; the event is written in the same transaction."""
    if not visit.text("reason"):
        return place_page(visit, one, "reason")
    rules = catalogue.current()
    try:
        place = open_place(visit.session, one.id, visit.person_id, visit.text("reason"), catalogue=rules, at=visit.at)
    except NotAllowed:
        return place_page(visit, one)
    return place_page(visit, one, place=place)


DOORS = (
    Door("GET", CASE, Act.READ_SUSPICION, case_page, Suspicion),
    Door("POST", f"{CASE}/explanation", Act.TRIAGE, enter_explanation, Suspicion),
    Door("POST", f"{CASE}/confidant", Act.TRIAGE, name_person, Suspicion),
    Door("GET", f"{CASE}/place", Act.READ_PLACE, place_page, Suspicion),
    Door("POST", f"{CASE}/place", Act.READ_PLACE, show_place, Suspicion),
)
