"""Reminds of questions to units (請單位說明), tells officers of those without an answer; nothing waits for one."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from itertools import groupby

from sqlalchemy.orm import Session

from inspection.calendar import roc
from inspection.calendar.working_days import WorkingCalendar
from inspection.escalation.apart import Matter
from inspection.escalation.waiting import follow_each
from inspection.findings.questions import recipients
from inspection.model import Suspicion
from inspection.notices.conditions.question import while_unexplained
from inspection.notices.outbox import Letter, write
from inspection.rules.catalogue import Catalogue
from inspection.rules.ladder import LadderKind
from inspection.store import calendar_days, campaigns, findings, roster
from inspection.vocabulary import Role


def remind_of_questions(session: Session, *, on: date, catalogue: Catalogue, at: datetime) -> tuple[int, int]:
    """Reminds of all questions of a campaign to a unit due on one day at once; new notices, and matters failed."""
    rest = campaigns.at_rest(session)
    calendar = calendar_days.calendar(session)

    def matter(one: Suspicion) -> tuple[str, str, date]:
        return one.campaign_id, one.unit_id, one.answer_due_on or on

    waiting = [one for one in findings.waiting_for_answer(session) if one.campaign_id not in rest]
    matters = {}
    for (campaign_id, unit_id, due_on), members in groupby(sorted(waiting, key=matter), key=matter):
        of = Matter("question", f"{campaign_id}:{unit_id}", str(due_on), unit_id, campaign_id)
        matters[of] = partial(_remind, session, list(members), due_on, calendar, on=on, catalogue=catalogue, at=at)
    return follow_each(session, matters, on=on, at=at)


def _remind(
    session: Session,
    asked: list[Suspicion],
    due_on: date,
    calendar: WorkingCalendar,
    *,
    on: date,
    catalogue: Catalogue,
    at: datetime,
) -> int:
    offset = calendar.working_days_between(due_on, on)
    rung = catalogue.ladders.ladder(LadderKind.QUESTION).highest_reached(None, offset)
    if rung is None:
        return 0
    campaign, unit = campaigns.get(session, asked[0].campaign_id), roster.unit(session, asked[0].unit_id)
    told: dict[str, int] = {}
    for one in asked:
        for person_id in _told(session, one, (*rung.to, *rung.cc), catalogue, on=on):
            told[person_id] = told.get(person_id, 0) + 1
    new = 0
    for person_id, count in told.items():
        values = {
            "campaign_name": campaign.name,
            "unit_name": unit.name,
            "question_count": count,
            "due": roc.with_weekday(due_on),
            "days_left": max(0, -offset),
            "days_late": max(0, offset),
            "tone": rung.tone.value,
        }
        key = f"{rung.template}:{campaign.id}:{unit.id}:{due_on}:{rung.id}:{person_id}"
        wanted = while_unexplained(unit.id)
        new += write(session, Letter(key, rung.template, person_id, values, campaign.id, still_wanted=wanted), at=at)
    return new


def _told(session: Session, one: Suspicion, roles: tuple[Role, ...], catalogue: Catalogue, *, on: date) -> list[str]:
    """Whom a rung tells of one question: for the contact's part who may answer it, a reserved one's named person."""
    found = recipients(session, one, catalogue, on=on) if Role.CONTACT in roles else []
    others = [role for role in roles if role is not Role.CONTACT]
    if catalogue.triage.reserved(one.detectors):  # neither does the head hear of it by role
        others = [role for role in others if role is not Role.UNIT_HEAD]
    return [*found, *(person.id for person in roster.holding_any(session, others, unit_id=one.unit_id, on=on))]
