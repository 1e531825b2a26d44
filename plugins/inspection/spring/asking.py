"""Asks those on duty for their report, reminds by the clock, and tells the ethics office who stays silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.errors import NotAllowed
from inspection.model import Campaign, DutyShift
from inspection.notices.conditions.duty import while_unreported
from inspection.notices.outbox import Letter, write
from inspection.planning.decision import plan_in_force
from inspection.rules.catalogue import Catalogue
from inspection.rules.spring import ReportRule
from inspection.spring.report import named
from inspection.spring.standing import ShiftState, due_at, standings
from inspection.store import roster, spring
from inspection.vocabulary import Role

# a report still missing some days after the window is told in the closing summary, not asked for again
ASKS_AFTER_WINDOW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one look did: shifts on duty or ended without report, and letters written anew."""

    waiting: int = 0
    missing: int = 0
    letters: int = 0


def ask_duty(session: Session, *, catalogue: Catalogue, at: datetime) -> Asked:
    """One look at every running window, by day and night, on holidays too; asked again it writes nothing anew.

    A campaign whose approved plan is not in force (paused, changed) is left alone.
    """
    waiting = missing = letters = 0
    for campaign in spring.running(session, since=at - ASKS_AFTER_WINDOW, at=at):
        try:
            plan_in_force(session, campaign.id)
        except NotAllowed:
            continue
        for one in standings(session, campaign.id, catalogue.spring.report, at=at):
            if one.state is ShiftState.WAITING:
                waiting += 1
                letters += _ask(session, campaign, one.shift, catalogue.spring.report, at=at)
            elif one.state is ShiftState.MISSING:
                missing += 1
                letters += _remind(session, campaign, one.shift, catalogue.spring.report, at=at)
    return Asked(waiting, missing, letters)


def _ask(session: Session, campaign: Campaign, shift: DutyShift, rule: ReportRule, *, at: datetime) -> int:
    due = _moment(due_at(shift, rule))
    values = {"campaign_name": campaign.name, "shift": named(shift), "due": due, "no_secrets": rule.no_secrets}
    return _write(session, "duty_report_asked", f"duty-asked:{shift.id}", shift, shift.person_id, values, at=at)


def _remind(session: Session, campaign: Campaign, shift: DutyShift, rule: ReportRule, *, at: datetime) -> int:
    due = due_at(shift, rule)
    steps = [step for step in rule.remind_minutes_after_due if at >= due + timedelta(minutes=step)]
    values = {"campaign_name": campaign.name, "shift": named(shift), "due": _moment(due)}
    written = 0
    if steps:  # after a pause only the highest step counts
        for person in (shift.person_id, shift.deputy_id):
            key = f"duty-reminder:{shift.id}:{steps[-1]}"
            written += _write(session, "duty_report_reminder", key, shift, person, values, at=at)
    if at >= due + timedelta(minutes=rule.tell_ethics_minutes_after_due):
        on = clock.local_date(at)
        people = roster.holders(session, Role.ETHICS_STAFF, on=on) or roster.holders(session, Role.ETHICS_HEAD, on=on)
        for person_id in (one.id for one in people):
            key = f"duty-missing:{shift.id}"
            written += _write(session, "duty_report_missing", key, shift, person_id, values, at=at)
    return written


def _write(
    session: Session,
    kind: str,
    key: str,
    shift: DutyShift,
    person_id: str | None,
    values: dict[str, str],
    *,
    at: datetime,
) -> int:
    if person_id is None:
        return 0
    letter = Letter(
        key=f"{key}:{person_id}",
        kind=kind,
        person_id=person_id,
        values=values,
        campaign_id=shift.campaign_id,
        still_wanted=while_unreported(shift.id),
    )
    return int(write(session, letter, at=at))


def _moment(instant: datetime) -> str:
    local = instant.astimezone(clock.zone())
    return f"{roc.with_weekday(local.date())}{local:%H:%M}"
