"""Reminds of questions to units (請單位說明), tells officers of those without an answer; nothing waits for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import partial
from itertools import groupby

from inspection.escalation.apart import Matter
from inspection.escalation.day import Day
from inspection.escalation.rung import Occasion
from inspection.escalation.waiting import days_of, follow_each, rung_due
from inspection.findings.questions import recipients
from inspection.model import Suspicion
from inspection.notices.conditions.question import while_unexplained
from inspection.rules.ladder import LadderKind
from inspection.store import campaigns, findings, roster
from inspection.vocabulary import Role


def remind_of_questions(day: Day) -> tuple[int, int]:
    """Reminds of all questions of a campaign to a unit due on one day at once; new notices, and matters failed."""

    def matter(one: Suspicion) -> tuple[str, str, date]:
        return one.campaign_id, one.unit_id, one.answer_due_on or day.on

    waiting = [one for one in findings.waiting_for_answer(day.session) if one.campaign_id not in day.at_rest]
    matters = {}
    for (campaign_id, unit_id, due_on), members in groupby(sorted(waiting, key=matter), key=matter):
        of = Matter("question", f"{campaign_id}:{unit_id}", str(due_on), unit_id, campaign_id)
        matters[of] = partial(_of_questions, day, of, list(members), due_on)
    return follow_each(day, matters)


def _of_questions(day: Day, matter: Matter, asked: list[Suspicion], due_on: date) -> Occasion | None:
    due = rung_due(day, LadderKind.QUESTION, due_on)
    if due is None:
        return None
    ladder, rung, offset = due
    campaign, unit = campaigns.get(day.session, asked[0].campaign_id), day.unit(asked[0].unit_id)
    to, copies = _told_of(day, asked, rung.to), _told_of(day, asked, rung.cc)
    people = roster.by_ids(day.session, {*to, *copies})
    return Occasion(
        matter=matter,
        ladder=ladder,
        rung=rung,
        severity=None,
        named=f"{campaign.id}:{unit.id}:{due_on}",
        called=day.catalogue.wording.line("matter_question", {"unit": unit.name}),
        values={**days_of(due_on, offset, rung), "campaign_name": campaign.name, "unit_name": unit.name},
        depends=while_unexplained(unit.id),
        to=[people[one] for one in to],
        cc=[people[one] for one in copies],
        own={one: {"question_count": max(to[one], copies[one])} for one in people},
        details={"due_on": str(due_on)},
    )


def _told_of(day: Day, asked: Sequence[Suspicion], roles: Sequence[Role]) -> Counter[str]:
    """Whom some roles of a rung reach, and of how many questions each is told: for the contact's part who may answer,
    for a reserved one its named person alone."""
    told: Counter[str] = Counter()
    for one in asked:
        found = recipients(day.session, one, day.catalogue, on=day.on) if Role.CONTACT in roles else []
        others = [role for role in roles if role is not Role.CONTACT]
        if day.catalogue.triage.reserved(one.detectors):  # neither does the head hear of it by role
            others = [role for role in others if role is not Role.UNIT_HEAD]
        told.update({*found, *(person.id for person in day.holding(others, one.unit_id))})
    return told
