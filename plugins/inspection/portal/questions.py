"""請單位說明 before the unit: what it is asked, answered on one page; nothing of it stands in the mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspection import clock
from inspection.access.policy import Act
from inspection.errors import Conflict
from inspection.findings.describe import describe_all
from inspection.findings.questions import LONGEST, Explanation, explain, lapsed, questions_for
from inspection.model import Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.portal import marks, rendering
from inspection.portal.guard import Door, Visit
from inspection.portal.home import working_days_left
from inspection.portal.responses import GoTo, Page, Reply
from inspection.rules import catalogue
from inspection.store import campaigns

FIELD = "explanation-"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the fact it is about; `days` working days left, `typed` what stood in the form."""

    suspicion: Suspicion
    campaign_name: str
    unit_name: str
    fact: str
    days: int
    lapsed: bool
    typed: str


def _mine(visit: Visit) -> list[Suspicion]:
    return questions_for(visit.session, visit.person_id, catalogue=catalogue.current(), at=visit.at)


def page(visit: Visit, _subject: None, problem: str = "", late: Sequence[str] = ()) -> Reply:
    """All questions to the visitor's units, with a field for each that waits. `late`: what was typed to others."""
    shown = _shown(visit, _mine(visit))
    waiting = [one for one in shown if one.suspicion.state is SuspicionState.ASKED]
    return Page(
        "questions.html.j2",
        {
            "mark": marks.of_cases(),
            "waiting": waiting,
            "answered": [one for one in shown if one.suspicion.state is SuspicionState.EXPLAINED],
            "units": list(dict.fromkeys(one.unit_name for one in shown)),
            "longest": LONGEST,
            "problem": problem,
            "late": late,
            "here": "questions",
        },
        status=422 if problem else 409 if late else 200,
    )


def answer(visit: Visit, _subject: None) -> Reply:
    """Takes what was filled in, each by itself; fields left empty wait on. What somebody else answered or decided first
    is shown again as typed."""
    mine = {f"{FIELD}{one.id}": one for one in _mine(visit)}
    filled = {name: visit.text(name) for name in visit.form if name.startswith(FIELD) and visit.text(name)}
    if not filled:
        return page(visit, None, "none")
    if any(len(text) > LONGEST for text in filled.values()):
        return page(visit, None, "long")
    late = [text for name, text in filled.items() if name not in mine or not _explained(visit, mine[name].id, text)]
    return page(visit, None, late=late) if late else GoTo("/questions")


def _explained(visit: Visit, suspicion_id: int, text: str) -> bool:
    """Takes one explanation; False where another was first."""
    said = Explanation(text, visit.person_id)
    try:
        with visit.session.begin_nested():
            explain(visit.session, suspicion_id, said, catalogue=catalogue.current(), at=visit.at)
    except Conflict:
        visit.session.expire_all()
        return False
    return True


def _shown(visit: Visit, asked: Sequence[Suspicion]) -> list[Asked]:
    names, today = rendering.unit_names(visit.session), clock.local_date(visit.at)
    told = describe_all(visit.session, asked, catalogue.current())
    return [
        Asked(
            one,
            campaigns.get(visit.session, one.campaign_id).name,
            names.get(one.unit_id, one.unit_id),
            told[one.id].fact,
            working_days_left(visit, one.answer_due_on or today),
            lapsed(one, on=today),
            visit.text(f"{FIELD}{one.id}"),
        )
        for one in asked
    ]


DOORS = (
    Door("GET", "/questions", Act.ANSWER_QUESTION, page),
    Door("POST", "/questions", Act.ANSWER_QUESTION, answer, keeps_typed=True),
)
