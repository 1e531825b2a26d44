"""Watches over the year: calendars and windows missing, half-years uninspected, old bases, months without awareness,
and the record's seal, told by the month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit import head
from inspection.audit.actors import DAG, program
from inspection.audit.events import record
from inspection.calendar import half_year, roc
from inspection.calendar.half_year import HalfYear
from inspection.calendar.working_days import library_standing
from inspection.campaigns.spring_windows import propose
from inspection.notices.outbox import Letter, write
from inspection.rules import campaign_kinds
from inspection.rules.catalogue import Catalogue
from inspection.store import awareness, calendar_days, campaigns, events, roster, spring_windows
from inspection.vocabulary import Role

ACTOR = program(DAG, "housekeeping")
# the Directorate publishes next year's calendar by summer; from November on deadlines reach into it
LOOK_AHEAD_FROM_MONTH = 11
# New Year's Day falls on 20 February at the latest, classic25 ends 14 days after it
LAST_MONTH_OF_WINDOW = 3
WRITES_FROM = time(8, 30)


@dataclass(frozen=True, slots=True)
class Watched:
    """What one look found, and how many notices it wrote anew."""

    calendars_missing: int = 0
    windows_unconfirmed: int = 0
    half_years_missing: int = 0
    bases_due: int = 0
    months_without_awareness: int = 0
    seals_told: int = 0
    notices: int = 0


def check_calendar(session: Session, *, catalogue: Catalogue, at: datetime) -> Watched:
    """One look, on working days only: the same week's reminders and the same fault are told once."""
    on = clock.local_date(at)
    calendar = calendar_days.calendar(session)
    standing = calendar.standing(on) if calendar.knows(on.year) else library_standing(on)
    if not standing.is_working:
        return Watched()
    missing, first = _missing_calendars(session, on, at)
    waiting, second = _unconfirmed_window(session, on, at)
    halves, third = _missing_half_years(session, on, at)
    bases, fourth = _bases_due(session, catalogue, on, at)
    months, fifth = _open_month(session, catalogue, on, at)
    sixth = _seal_of_month(session, on, at)
    return Watched(missing, waiting, halves, bases, months, sixth, first + second + third + fourth + fifth + sixth)


def _missing_calendars(session: Session, on: date, at: datetime) -> tuple[int, int]:
    """Years in use whose office calendar nobody has imported: this one, and from November the next one."""
    years = [on.year, on.year + 1] if on.month >= LOOK_AHEAD_FROM_MONTH else [on.year]
    missing = [year for year in years if calendar_days.edition(session, year) is None]
    if not missing:
        return 0, 0
    names = "、".join(_year_name(year) for year in missing)
    values = {"calendar_years": names}
    return len(missing), _tell_ethics(session, "calendar_missing", f"calendar-missing:{_week(on)}", values, at)


def _unconfirmed_window(session: Session, on: date, at: datetime) -> tuple[int, int]:
    """The coming window while it is only proposed; once its days are over nobody is reminded any more."""
    if LAST_MONTH_OF_WINDOW < on.month < LOOK_AHEAD_FROM_MONTH:
        return 0, 0
    year = on.year + 1 if on.month >= LOOK_AHEAD_FROM_MONTH else on.year
    if spring_windows.confirmed(session, year) is not None:
        return 0, 0
    windows = propose(session, year, actor=ACTOR, at=at)
    if max(one.end_at for one in windows) <= at:
        return 0, 0
    values = {
        "calendar_year": _year_name(year),
        "windows": [
            {"pattern": one.pattern, "period": roc.window(one.start_at, one.end_at), "estimated": int(one.estimated)}
            for one in windows
        ],
    }
    return 1, _tell_ethics(session, "spring_window_unconfirmed", f"spring-window:{year}:{_week(on)}", values, at)


def _missing_half_years(session: Session, on: date, at: datetime) -> tuple[int, int]:
    """Half-years that ended without a regular inspection since the office began: a fault, on record and told once."""
    since = events.first_at(session)
    if since is None:
        return 0, 0
    regular = campaign_kinds.current().half_yearly
    done = {half_year.of_instant(one.window_start) for one in campaigns.inspected(session, regular.id)}
    missing = half_year.without_inspection(done, since=clock.local_date(since), on=on)
    written = 0
    for half in missing:
        _put_on_record(session, half, at)
        roles = (Role.ETHICS_STAFF, Role.ETHICS_HEAD)
        values = {"half_year": half.name}
        written += _tell_ethics(session, "half_year_missing", f"half-year-missing:{half.code}", values, at, roles)
    return len(missing), written


def _bases_due(session: Session, catalogue: Catalogue, on: date, at: datetime) -> tuple[int, int]:
    """Legal bases nobody has checked within a year (seed 000 art. 3), told once a month."""
    due = catalogue.legal_bases.due_for_review(on)
    if not due:
        return 0, 0
    agency = roster.agency(session).name
    values = {
        "bases": [
            {
                "citation": basis.short_citation(agency),
                "checked": roc.plain(basis.checked_on) if basis.checked_on else "",
            }
            for basis in due
        ]
    }
    return len(due), _tell_ethics(session, "bases_due_for_review", f"bases-due:{on:%Y-%m}", values, at)


def _open_month(session: Session, catalogue: Catalogue, on: date, at: datetime) -> tuple[int, int]:
    """This month's awareness slot while it is empty (seed 001: monthly), told once from the day the rules name."""
    required = catalogue.awareness.required
    month = on.replace(day=1)
    if not required.each_month or on.day < required.remind_from_day:
        return 0, 0
    if awareness.held_between(session, month, on + timedelta(days=1)):
        return 0, 0
    values = {"awareness_month": f"{roc.roc_year(month)}年{month.month}月"}
    return 1, _tell_ethics(session, "awareness_month_open", f"awareness:{month:%Y-%m}", values, at)


def _seal_of_month(session: Session, on: date, at: datetime) -> int:
    """The newest seal of the record, once a month, to be kept apart from the system (`audit verify --expect`)."""
    newest = head.newest(session)
    if newest is None:
        return 0
    values = {"sealed_count": f"{newest.count:,}", "record_seal": newest.printed}
    return _tell_ethics(session, "record_seal", f"record-seal:{on:%Y-%m}", values, at, (Role.ETHICS_HEAD,))


def _put_on_record(session: Session, half: HalfYear, at: datetime) -> None:
    subject = ("half_year", half.code)
    if not events.of_subject(session, *subject):
        record(session, at=at, actor=ACTOR, subject=subject, action="without_inspection", reason=half.name)


def _tell_ethics(
    session: Session,
    kind: str,
    key: str,
    values: Mapping[str, object],
    at: datetime,
    roles: tuple[Role, ...] = (Role.ETHICS_STAFF,),
) -> int:
    """One notice to each holder of the roles, to the ethics head where there is no staff; not before office hours."""
    on = clock.local_date(at)
    people = {person.id for role in roles for person in roster.holders(session, role, on=on)}
    people = people or {person.id for person in roster.holders(session, Role.ETHICS_HEAD, on=on)}
    opening = datetime.combine(on, WRITES_FROM, clock.zone())
    return sum(
        write(session, Letter(f"{key}:{person}", kind, person, values, not_before=max(at, opening)), at=at)
        for person in sorted(people)
    )


def _year_name(year: int) -> str:
    return f"{roc.roc_year(date(year, 1, 1))}年"


def _week(on: date) -> str:
    year, week, _ = on.isocalendar()
    return f"{year}-W{week:02}"
