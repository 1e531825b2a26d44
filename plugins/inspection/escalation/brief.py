"""The 簽稿 on what is overdue, ready for the ethics head to sign or leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from inspection import clock
from inspection.approvals.decider import through
from inspection.calendar import roc
from inspection.documents.frame import mark_of
from inspection.documents.kinds.escalation_brief import KIND, EscalationBrief
from inspection.documents.printing import Paper, print_paper
from inspection.errors import BadSource
from inspection.escalation.day import Day
from inspection.language import speak
from inspection.model import Campaign, Document, Unit
from inspection.rules.catalogue import SHIPPED
from inspection.rules.office import FILE, LetterRule
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


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a draft is written: in the words of the rule of its letter, `through` from below, the addressee last."""

    words: str
    through: tuple[str, ...]
    letter: LetterRule


LETTERS = {
    Role.CHIEF_SECRETARY: "overdue_to_chief_secretary",
    Role.SUPERIOR_ETHICS: "overdue_to_superior_ethics",
    Role.AGENCY_HEAD: "overdue_to_head",
}
"""The letter to each role above the ethics office, lowest first; others are written to as the chief secretary is."""
RANKS = (*LETTERS,)


def addressees_of(day: Day, roles: Sequence[Role], unit_id: str) -> list[Addressee]:
    """To whom a draft for some roles is written, each once, the letter to the highest last; raises BadSource where
    the rules have no letter for a role."""
    heads = [one.title for one in day.holding((Role.AGENCY_HEAD,))]
    below = [one.title for one in day.holding((Role.CHIEF_SECRETARY,))]
    found = {}
    for role in sorted(roles, key=lambda role: RANKS.index(role) if role in RANKS else -1):
        letter = _letter(day, role)
        for person in day.holding((role,), unit_id):
            words = letter.addressed_to(title=person.title, superior_ethics=day.superior_ethics)
            found[words] = Addressee(words, tuple(through(words, heads=heads, below=below)), letter)
    return list(found.values())


def _letter(day: Day, role: Role) -> LetterRule:
    letter_id = LETTERS.get(role, LETTERS[Role.CHIEF_SECRETARY])
    letter = day.catalogue.office.letter(letter_id)
    if letter is None:
        raise BadSource(
            speak(f"查無文書「{letter_id}」", f"there is no letter {letter_id!r}"),
            place=SHIPPED / FILE,
            remedy=speak("於 letters 補回該列", "restore it under letters"),
        )
    return letter


def print_brief(day: Day, overdue: Overdue, *, to: Sequence[Addressee]) -> Document:
    """Renders and keeps the draft for one rung of one matter, addressed to all of `to` (one at least)."""
    catalogue, at = day.catalogue, day.at
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
        "addressees": list(dict.fromkeys(words for one in to for words in one.through)),
        "subject": catalogue.wording.line(
            f"brief_subject_{overdue.about}",
            {"unit": overdue.unit.name, "closing": to[-1].letter.closing},
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
    return print_paper(day.session, paper, catalogue=catalogue, at=at)
