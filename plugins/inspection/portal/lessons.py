"""判定所教 for the ethics office: dismissals to be looked at again, and what was learned, released or taken back."""

from __future__ import annotations

from inspection.access import policy
from inspection.access.policy import Act
from inspection.errors import Conflict
from inspection.findings.corrections import figures_told, lay, take_back, topics_told
from inspection.findings.lessons import look_again, may_look_again
from inspection.model import Clue
from inspection.model.lifecycle import CorrectionState
from inspection.portal import hints, marks, rendering
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import GoTo, Page, Reply
from inspection.rules import catalogue
from inspection.store import corrections, lessons, people

MOST_SHOWN = 20
LONGEST_REASON = 2000
PAGE = "/lessons"


def page(visit: Visit, _subject: None, problem: str = "") -> Reply:
    """Second looks for this visitor, the version in force, and the one that may be laid before the head."""
    rules, waiting = catalogue.current(), _to_look_again(visit)
    shown = hints.hints(visit, waiting[:MOST_SHOWN])
    grounds = {one.id: one.name for one in rules.triage.dismissal_grounds}
    versions = corrections.everything(visit.session)
    told = [(one, topics_told(one, rules), figures_told(one)) for one in versions[:MOST_SHOWN]]
    return Page(
        "lessons.html.j2",
        {
            "second_looks": shown,
            "second_count": len(waiting),
            "grounds": grounds,
            "units": rendering.unit_names(visit.session),
            "names": people.named(visit.session, {one.clue.decided_by for one in shown if one.clue.decided_by}),
            "versions": told,
            "in_force": next((one for one in told if one[0].state is CorrectionState.RELEASED), None),
            "learned": next((one for one in told if one[0].state is CorrectionState.LEARNED), None),
            "laid": next((one for one in told if one[0].state is CorrectionState.LAID), None),
            "standing": len(lessons.standing(visit.session)),
            "rules": rules.triage.lessons,
            "mark": marks.of_cases(),
            "problem": problem,
            "reason": visit.text("reason"),
            "here": "suspicions",
        },
        status=422 if problem else 200,
    )


def link(visit: Visit) -> dict[str, object]:
    """What the pages of 疑似事項 are told of this one."""
    return {"keeps_lessons": visit.may(Act.KEEP_LESSONS)}


def _to_look_again(visit: Visit) -> list[Clue]:
    drawn = lessons.to_look_again(visit.session, policy.scope(visit.who, Act.TRIAGE))
    return [one for one in drawn if may_look_again(visit.session, one, visit.person_id, at=visit.at)]


def second_look(visit: Visit, _subject: None) -> Reply:
    """Agrees with the ticked dismissals, or opens them anew; all or none."""
    own = {str(one.id): one.id for one in _to_look_again(visit)}
    ticked = visit.form.get("clue", ())
    if not ticked:
        return page(visit, None, "none")
    if any(one not in own for one in ticked):
        return page(visit, None, "moved")
    if not visit.text("reason"):
        return page(visit, None, "reason")
    try:
        with visit.session.begin_nested():
            look_again(
                visit.session,
                [own[one] for one in ticked],
                agrees=visit.text("outcome") == "agree",
                person_id=visit.person_id,
                reason=visit.text("reason")[:LONGEST_REASON],
                at=visit.at,
            )
    except Conflict:  # somebody else was faster
        visit.session.expire_all()
        return page(visit, None, "moved")
    return GoTo(PAGE)


def lay_newest(visit: Visit, _subject: None) -> Reply:
    """Lays the version shown before whoever releases it."""
    version = visit.text("version")
    if not version.isdecimal():
        return page(visit, None, "version")
    try:
        with visit.session.begin_nested():
            lay(visit.session, int(version), by=visit.person_id, catalogue=catalogue.current(), at=visit.at)
    except Conflict:  # a newer one was learned meanwhile
        visit.session.expire_all()
        return page(visit, None, "version")
    return GoTo(PAGE)


def take_all_back(visit: Visit, _subject: None) -> Reply:
    """Takes back what is in force."""
    if not visit.text("reason"):
        return page(visit, None, "back")
    take_back(visit.session, by=visit.person_id, reason=visit.text("reason")[:LONGEST_REASON], at=visit.at)
    return GoTo(PAGE)


DOORS = (
    Door("GET", PAGE, Act.KEEP_LESSONS, page),
    Door("POST", f"{PAGE}/second-look", Act.KEEP_LESSONS, second_look),
    Door("POST", f"{PAGE}/lay", Act.KEEP_LESSONS, lay_newest),
    Door("POST", f"{PAGE}/take-back", Act.KEEP_LESSONS, take_all_back),
)
