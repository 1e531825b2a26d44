"""The 簽稿 on what is overdue, ready for the ethics head to sign or leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from inspection import clock
from inspection.approvals.decider import laid_through
from inspection.calendar import roc
from inspection.documents.frame import mark_of
from inspection.documents.kinds.escalation_brief import KIND, EscalationBrief
from inspection.documents.printing import Paper, print_paper
from inspection.errors import BadSource
from inspection.model import Campaign, Document, Unit
from inspection.rules.catalogue import SHIPPED, Catalogue
from inspection.rules.office import FILE, LetterRule
from inspection.store import roster
from inspection.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is overdue, in words: a finding not mended (`about` fix), or a checklist not returned (`about` checklist).

    `fact` holds nothing in clear; `state` is how the matter stands, `told_before` who was told when, '' for nobody.
    """

    subject_id: str
    campaign: Campaign
    unit: Unit
    fact: str
    severity: str
    due_on: date
    days_late: int
    told_before: str
    state: str
    about: Literal["fix", "checklist"] = "fix"


def print_brief(
    session: Session, overdue: Overdue, *, to: Sequence[str], catalogue: Catalogue, at: datetime
) -> Document:
    """Renders and keeps the draft for one rung of one matter; `to` are the titles of all it is addressed to."""
    today = clock.local_date(at)
    say = catalogue.wording.say
    values = {
        "campaign": overdue.campaign.name,
        "unit": overdue.unit.name,
        "matter": overdue.subject_id,
        "state": overdue.state,
        "due": roc.plain(overdue.due_on),
        "days": overdue.days_late,
        "earlier": overdue.told_before,
    }
    context: EscalationBrief = {
        "date": roc.plain(clock.local_date(at)),
        "speed": "速件",
        "classification": mark_of(catalogue.office, KIND).words,
        "attachments": "",
        "addressees": list(dict.fromkeys(one for title in to for one in laid_through(session, title, on=today))),
        "subject": catalogue.wording.line(
            f"brief_subject_{overdue.about}",
            {"unit": overdue.unit.name, "closing": _letter(session, to, catalogue, at=at).closing},
        ),
        "explanations": [
            *say(f"brief_explanations_{overdue.about}", values),
            *(say("brief_told", values) if overdue.told_before else say("brief_not_told")),
        ],
        "fixes": [
            {
                "number": overdue.subject_id if overdue.about == "fix" else "—",  # a form has no 列管編號
                "unit": overdue.unit.name,
                "fact": overdue.fact,
                "severity": overdue.severity,
                "due": roc.dotted(overdue.due_on),
                "days_late": overdue.days_late,
                "state": overdue.state,
            }
        ],
        "proposals": say(f"brief_proposals_{overdue.about}", {"unit": overdue.unit.name}),
        "consulted": "",
    }
    paper = Paper(KIND, overdue.subject_id, context, created=at)
    return print_paper(session, paper, catalogue=catalogue, at=at)


def _letter(session: Session, to: Sequence[str], catalogue: Catalogue, *, at: datetime) -> LetterRule:
    """How the agency writes upward on what is overdue: to the head, or to the chief secretary and others below."""
    heads = {one.title for one in roster.holders(session, Role.AGENCY_HEAD, on=clock.local_date(at))}
    letter_id = "overdue_to_head" if heads & {*to} else "overdue_to_chief_secretary"
    letter = catalogue.office.letter(letter_id)
    if letter is None:
        raise BadSource(f"查無文書「{letter_id}」", place=SHIPPED / FILE, remedy="於 letters 補回該列")
    return letter
