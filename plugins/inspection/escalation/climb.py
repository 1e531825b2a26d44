"""Climbs the ladder for one day: reminds, notifies, and lays drafts before the ethics head.

After missed days only the highest rung due counts. A fix, deadline and rung are climbed once, whatever runs again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.calendar import roc
from inspection.calendar.working_days import WorkingCalendar
from inspection.escalation.apart import Matter, apart
from inspection.escalation.brief import Overdue, print_brief
from inspection.escalation.questions import remind_of_questions
from inspection.escalation.waiting import (
    ACTOR,
    addressed,
    remind_of_checklists,
    remind_of_decisions,
    remind_of_opinions,
)
from inspection.model import Campaign, Finding, Fix, Person, RungClimbed, Unit
from inspection.notices.conditions.fix import while_unmended
from inspection.notices.outbox import Letter, write
from inspection.rules.catalogue import Catalogue
from inspection.rules.ladder import Channel, LadderKind, Rung
from inspection.store import calendar_days, campaigns, findings, roster
from inspection.store.findings import AWAITS_UNIT
from inspection.store.once import insert_once
from inspection.vocabulary import Role

NOBODY = "無"
"""What a mail prints where nobody was told before."""


@dataclass(frozen=True, slots=True)
class FollowUpCounts:
    """What one day's follow-up did."""

    looked_at: int
    reminded: int
    escalated: int
    drafts: int
    waiting: int  # notices on checklists not returned, opinions and decisions that wait
    failed: int  # matters that could not be followed up; each was told to the ethics office


@dataclass(frozen=True, slots=True)
class _Case:
    """One open fix with what is known of it."""

    fix: Fix
    finding: Finding
    campaign: Campaign
    unit: Unit
    offset: int  # working days past the due date; negative before it


def follow_up(session: Session, *, on: date, catalogue: Catalogue, at: datetime) -> FollowUpCounts:
    """Follows up every fix that waits for its unit, every checklist out and every decision, as of the day `on`."""
    calendar = calendar_days.calendar(session)
    rest = campaigns.at_rest(session)
    unfinished = findings.unfinished_fixes(session)
    open_fixes = [fix for fix in unfinished if fix.state in AWAITS_UNIT and fix.campaign_id not in rest]
    calendar.is_working(on)  # a year without a calendar is the day's fault, not that of a matter
    tally: Counter[str] = Counter()
    for fix in open_fixes:
        matter = Matter("fix", fix.id, str(fix.due_version), fix.unit_id, fix.campaign_id)
        step = partial(_follow, session, fix, calendar, on=on, at=at, catalogue=catalogue)
        tally[apart(session, matter, step, actor=ACTOR, on=on, at=at) or "failed"] += 1
    waiting = [
        remind(session, on=on, catalogue=catalogue, at=at)
        for remind in (remind_of_checklists, remind_of_decisions, remind_of_opinions, remind_of_questions)
    ]
    return FollowUpCounts(
        len(open_fixes),
        tally["reminded"],
        tally["escalated"],
        tally["drafts"],
        sum(new for new, _ in waiting),
        tally["failed"] + sum(failed for _, failed in waiting),
    )


def _follow(
    session: Session, fix: Fix, calendar: WorkingCalendar, *, on: date, at: datetime, catalogue: Catalogue
) -> str:
    """What was done about one fix: reminded, escalated, drafts, or nothing."""
    case = _case(session, fix, calendar, on)
    rung = _rung_due(case, catalogue)
    if rung is None or not _climb(session, case, rung, on=on, at=at, catalogue=catalogue):
        return "nothing"
    if rung.channel is Channel.DRAFT_LETTER:
        return "drafts"
    return "escalated" if case.offset > 0 else "reminded"


def _case(session: Session, fix: Fix, calendar: WorkingCalendar, on: date) -> _Case:
    return _Case(
        fix,
        findings.finding(session, fix.finding_id),
        session.get_one(Campaign, fix.campaign_id),
        roster.unit(session, fix.unit_id),
        calendar.working_days_between(fix.due_on, on),
    )


def _rung_due(case: _Case, catalogue: Catalogue) -> Rung | None:
    kind = LadderKind.FIX_FIRST_CRAWL if case.campaign.first_crawl else LadderKind.FIX
    return catalogue.ladders.ladder(kind).highest_reached(case.finding.severity, case.offset)


def _climb(session: Session, case: _Case, rung: Rung, *, on: date, at: datetime, catalogue: Catalogue) -> bool:
    """Climbs one rung with all it sends; False where it was climbed before."""
    earlier = [one for one in findings.rungs(session, case.fix.id) if one.due_version == case.fix.due_version]
    if any(one.on > on for one in earlier):
        return False  # a missed day run late: what came after it has been told already
    fresh = insert_once(
        session,
        RungClimbed,
        {
            "fix_id": case.fix.id,
            "due_version": case.fix.due_version,
            "rung": rung.id,
            "on": on,
            "days_overdue": max(0, case.offset),
            "channel": rung.channel.value,
        },
        keys=["fix_id", "due_version", "rung"],
    )
    if not fresh:
        return False
    if case.offset > 0:
        case.fix.top_rung = rung.id
    # a draft laid before the ethics head is nothing anybody was told
    sent = [one for one in earlier if one.channel == Channel.MAIL]
    told = "、".join(f"{roc.month_day(one.on)}{_rung_name(one.rung, catalogue)}" for one in sent) or NOBODY
    if rung.channel is Channel.DRAFT_LETTER:
        _lay_draft(session, case, rung, told, on=on, at=at, catalogue=catalogue)
    else:
        for person in roster.holding_any(session, (*rung.to, *rung.cc), unit_id=case.unit.id, on=on):
            _write_mail(session, case, rung, person, told, at=at)
    record(
        session,
        at=at,
        actor=ACTOR,
        subject=("fix", case.fix.id),
        action="rung",
        details={"rung": rung.id, "days_overdue": max(0, case.offset), "channel": rung.channel.value},
    )
    session.flush()
    return True


def _write_mail(session: Session, case: _Case, rung: Rung, person: Person, told: str, *, at: datetime) -> None:
    values: dict[str, object] = {
        "campaign_name": case.campaign.name,
        "unit_name": case.unit.name,
        "fix_numbers": case.fix.id,
        "due": roc.with_weekday(case.fix.due_on),
        "days_left": max(0, -case.offset),
        "days_late": max(0, case.offset),
        "tone": rung.tone.value,
        "told_before": told,
    }
    letter = Letter(
        key=f"{rung.template}:{case.fix.id}:{case.fix.due_version}:{rung.id}:{person.id}",
        kind=rung.template,
        person_id=person.id,
        values=values,
        campaign_id=case.campaign.id,
        still_wanted=while_unmended(case.fix.id, case.fix.due_version),
    )
    write(session, letter, at=at)


def _lay_draft(
    session: Session, case: _Case, rung: Rung, told: str, *, on: date, at: datetime, catalogue: Catalogue
) -> None:
    """A ready 簽稿 before the ethics head: the machine writes to nobody above the ethics office (officer review A6)."""
    addressees = roster.holding_any(session, rung.to, unit_id=case.unit.id, on=on)
    titles = addressed(addressees, rung)
    overdue = Overdue(
        subject_id=case.fix.id,
        campaign=case.campaign,
        unit=case.unit,
        fact=case.finding.fact,
        severity=catalogue.severities.rule(case.finding.severity).name,
        due_on=case.fix.due_on,
        days_late=case.offset,
        told_before="" if told == NOBODY else told,
        state=catalogue.wording.line(f"fix_state_{case.fix.state.value}"),
    )
    document = print_brief(session, overdue, to=titles, catalogue=catalogue, at=at)
    climbed = session.get_one(RungClimbed, (case.fix.id, case.fix.due_version, rung.id))
    climbed.document_id = document.id
    calendar = calendar_days.calendar(session)
    sign_by = calendar.add_working_days(on, catalogue.ladders.draft_ignored_after_working_days)
    signer = rung.laid_before or Role.ETHICS_HEAD
    for person in roster.holding_any(session, (signer,), unit_id=case.unit.id, on=on):
        letter = Letter(
            key=f"draft-ready:{case.fix.id}:{case.fix.due_version}:{rung.id}:{person.id}",
            kind=rung.template,
            person_id=person.id,
            values={
                "campaign_name": case.campaign.name,
                "unit_name": case.unit.name,
                "fix_numbers": case.fix.id,
                "due": roc.with_weekday(case.fix.due_on),
                "days_late": case.offset,
                "addressee": "、".join(titles),
                "sign_by": roc.with_weekday(sign_by),
            },
            campaign_id=case.campaign.id,
            still_wanted=while_unmended(case.fix.id, case.fix.due_version),
        )
        write(session, letter, at=at)


def _rung_name(rung_id: str, catalogue: Catalogue) -> str:
    for ladder in catalogue.ladders.ladders:
        for rung in ladder.rungs:
            if rung.id == rung_id:
                return rung.name
    return rung_id
