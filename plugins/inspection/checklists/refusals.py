"""What is wrong with a form in words its sender can act on, and who is told: the unit, and the ethics office."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.checklists.fillers import writing_to
from inspection.documents.returned import FormProblem
from inspection.model import Checklist
from inspection.notices.outbox import Letter, write
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, checklists, roster
from inspection.vocabulary import Role

PHRASE = "return_"
Problems = Sequence[Mapping[str, str]]
SINGLE = frozenset(
    {
        FormProblem.ANSWER_UNCLEAR.value,
        FormProblem.TICK_UNCLEAR.value,
        FormProblem.ROW_MISSING.value,
        "unanswered",
        "reason_missing",
        "evidence_unnamed",
    }
)


def lines(problems: Problems, positions: Mapping[str, int], catalogue: Catalogue) -> list[str]:
    """A sentence per kind of problem, in the order they were found; statements by their number on the form (by code
    where the form does not have them), and what each of them asks for where that was not understood."""
    items: dict[str, list[str]] = {}
    expected: dict[str, str] = {}
    for one in problems:
        named = items.setdefault(one["problem"], [])
        if one.get("item"):
            named.append(str(positions.get(one["item"], one["item"])))
        if one.get("expected"):
            values = {"item": named[-1], "expected": one["expected"]}
            said = catalogue.wording.line(f"{PHRASE}expected", values)
            expected[one["problem"]] = expected.get(one["problem"], "") + said
    return [
        catalogue.wording.line(f"{PHRASE}{kind}", {"items": "、".join(named)}) + expected.get(kind, "")
        for kind, named in items.items()
    ]


def said(session: Session, checklist: Checklist | None, problems: Problems, catalogue: Catalogue) -> list[str]:
    """What is wrong with a form of a checklist, as `lines`."""
    return lines(problems, positions_of(session, checklist), catalogue)


def is_of_single_items(problems: Problems) -> bool:
    """Whether all that keeps a form out concerns single statements: the others were read."""
    return bool(problems) and all(one["problem"] in SINGLE and one.get("item") for one in problems)


def rest(session: Session, checklist: Checklist | None, problems: Problems, catalogue: Catalogue) -> list[str]:
    """Where others were read: that they stand on the page already."""
    lacking = {one.get("item") for one in problems}
    was_read = is_of_single_items(problems) and positions_of(session, checklist).keys() > lacking
    return [catalogue.wording.line("return_rest_laid")] if was_read else []


def positions_of(session: Session, checklist: Checklist | None) -> dict[str, int]:
    """The number of each statement on a form, by its code."""
    return {one.item_id: one.position for one in checklists.questions(session, checklist.id)} if checklist else {}


def tell(
    session: Session, key: str, checklist: Checklist | None, problems: Problems, *, catalogue: Catalogue, at: datetime,
    answered: Collection[str] = (),
) -> None:  # fmt: skip
    """Tells the unit, where the form says whose it is and it went out, and the ethics office; once per `key`.
    `answered`: people who mailed it and have an answer of their own."""
    told = [*said(session, checklist, problems, catalogue), *rest(session, checklist, problems, catalogue)]
    numbered = "\n".join(f"{number}. {line}" for number, line in enumerate(told, start=1))
    unit_name = catalogue.wording.line("return_unit_unknown")
    campaign_id = None
    if checklist is not None:
        campaign_id = checklist.campaign_id
        unit_name = roster.unit(session, checklist.unit_id).name
    if checklist is not None and checklist.issued_at is not None:
        values = {
            "campaign_name": campaigns.get(session, checklist.campaign_id).name,
            "unit_name": unit_name,
            "problem_lines": numbered,
            "due": roc.with_weekday(checklist.wanted_by),
        }
        for person in (one for one in writing_to(session, checklist, at=at) if one.id not in answered):
            own = f"checklist-refused:{key}:{person.id}"
            write(session, Letter(own, "checklist_refused", person.id, values, campaign_id), at=at)
    office = {"unit_name": unit_name, "problem_lines": numbered, "is_mailed": bool(answered)}
    tell_office(session, f"return-refused:{key}", "return_refused", office, campaign_id=campaign_id, at=at)


def tell_office(
    session: Session, key: str, kind: str, values: Mapping[str, object], *, campaign_id: str | None, at: datetime
) -> None:
    """A mail to each of the ethics office; once per `key` and person."""
    for person in roster.holders(session, Role.ETHICS_STAFF, on=clock.local_date(at)):
        write(session, Letter(f"{key}:{person.id}", kind, person.id, values, campaign_id), at=at)
