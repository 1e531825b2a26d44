"""Brings an official calendar or a local closure in: says what would change, and writes it when told to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.calendar.deadlines import MovedDeadline
from inspection.calendar.official_csv import DayChange, OfficialDay, OfficialYear, diff
from inspection.calendar.working_days import DaySource, DayStanding, WorkingCalendar
from inspection.campaigns.due_dates import DueOnClosedDay, due_on_closed_days, move_fixes, moved_fixes
from inspection.errors import BadSource, NotFound, Place
from inspection.language import speak
from inspection.store import calendar_days

LONGEST_NOTE = 200
LONGEST_NUMBER = 100


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a calendar changes. `replaces` is what the year rested on: official, estimated, or none (unknown).

    `on_record`: exactly this is already there, nothing is to be written. `days` is empty for an unknown year.
    """

    days: tuple[DayChange, ...]
    deadlines: tuple[MovedDeadline, ...]
    on_closed_days: tuple[DueOnClosedDay, ...]
    replaces: DaySource | None
    on_record: bool


@dataclass(frozen=True, slots=True)
class Closure:
    """A day the office is closed by local decision (typhoon, local holiday), with the announcement's number."""

    day: date
    reason: str
    document_number: str


def look(session: Session, year: OfficialYear, *, document_number: str = "") -> Outlook:
    """What importing a year would change; writes nothing.

    Raises BadSource where a note or the number is too long to be kept, or a deadline reaches into an unknown year.
    """
    _refuse_too_long(year, document_number)
    old = calendar_days.calendar(session)
    new = _with_year(old, year)
    known = calendar_days.edition(session, year.year)
    days = _changed_days(old, year, official=known is not None)
    on_record = known is not None and not days and document_number in {"", known.document_number}
    replaces = DaySource.OFFICIAL if known else DaySource.ESTIMATED if old.knows(year.year) else None
    return _outlook(session, old, new, days, replaces=replaces, on_record=on_record)


def apply(session: Session, year: OfficialYear, *, document_number: str = "", actor: str, at: datetime) -> Outlook:
    """Writes a year's days and moves the open fixes; the same file again changes nothing.

    Without a document number the file's SHA-256 stands for it, so that each day still tells where it came from.
    """
    calendar_days.lock(session)
    outlook = look(session, year, document_number=document_number)
    if outlook.on_record:
        return outlook
    number = document_number or f"sha256:{year.sha256[:16]}"
    calendar_days.keep(session, calendar_days.OFFICIAL, year.days, calendar_days.Edition(number, at))
    record(
        session,
        at=at,
        actor=actor,
        subject=("calendar", str(year.year)),
        action="imported",
        details={"count": len(outlook.days), "document_number": number, "sha256": year.sha256},
    )
    move_fixes(session, outlook.deadlines, document_number=number, actor=actor, at=at)
    return outlook


def close_day(session: Session, closure: Closure, *, actor: str, at: datetime) -> Outlook:
    """Closes a day and moves the open fixes that run over it; the same closure again changes nothing.

    Raises BadSource without reason or number, for a day that is closed anyway, or in a year without calendar.
    """
    _require_words(closure)
    calendar_days.lock(session)
    old = calendar_days.calendar(session)
    if (closure.day, closure.reason) in old.closures.items():
        return Outlook((), (), (), DaySource.LOCAL, on_record=True)
    standing = old.standing(closure.day)
    if not standing.is_working and standing.source is not DaySource.LOCAL:
        raise BadSource(
            speak(
                f"{closure.day} 本非上班日（{standing.name or '週末'}）",
                f"{closure.day} is no working day: {standing.name or 'weekend'}",
            )
        )
    new = replace(old, closures={**old.closures, closure.day: closure.reason})
    return _write_local(session, old, new, closure, working=False, actor=actor, at=at)


def reopen_day(session: Session, closure: Closure, *, actor: str, at: datetime) -> Outlook:
    """Withdraws a closure; the row stays on record, the open fixes move back. NotFound where the day was not closed."""
    _require_words(closure)
    calendar_days.lock(session)
    known = calendar_days.local_day(session, closure.day)
    if known is None:
        raise NotFound(speak(f"{closure.day} 未曾登錄為停止上班", f"{closure.day} was never closed locally"))
    if known.working:
        return Outlook((), (), (), DaySource.LOCAL, on_record=True)
    old = calendar_days.calendar(session)
    new = replace(old, closures={day: why for day, why in old.closures.items() if day != closure.day})
    return _write_local(session, old, new, closure, working=True, actor=actor, at=at)


def _write_local(
    session: Session,
    old: WorkingCalendar,
    new: WorkingCalendar,
    closure: Closure,
    *,
    working: bool,
    actor: str,
    at: datetime,
) -> Outlook:
    before = old.standing(closure.day)
    change = DayChange(closure.day, before.is_working, new.is_working(closure.day), before.name, closure.reason)
    outlook = _outlook(session, old, new, (change,), replaces=before.source, on_record=False)
    edition = calendar_days.Edition(closure.document_number, at)
    entry = OfficialDay(closure.day, working, closure.reason)
    calendar_days.keep(session, calendar_days.LOCAL, [entry], edition)
    record(
        session,
        at=at,
        actor=actor,
        subject=("calendar", str(closure.day)),
        action="reopened" if working else "closed",
        reason=closure.reason,
        details={"document_number": closure.document_number, "count": len(outlook.deadlines)},
    )
    move_fixes(session, outlook.deadlines, document_number=closure.document_number, actor=actor, at=at)
    return outlook


def _outlook(
    session: Session,
    old: WorkingCalendar,
    new: WorkingCalendar,
    days: tuple[DayChange, ...],
    *,
    replaces: DaySource | None,
    on_record: bool,
) -> Outlook:
    closed = frozenset(change.day for change in days if change.moves_deadlines)
    return Outlook(days, moved_fixes(session, old, new), due_on_closed_days(session, new, closed), replaces, on_record)


def _with_year(old: WorkingCalendar, year: OfficialYear) -> WorkingCalendar:
    standings = {one.day: DayStanding(one.day, one.is_working, DaySource.OFFICIAL, one.note) for one in year.days}
    return replace(old, official={**old.official, **standings})


def _changed_days(old: WorkingCalendar, year: OfficialYear, *, official: bool) -> tuple[DayChange, ...]:
    """Against an official edition every difference counts; against the library only open or closed, not the names."""
    if not old.knows(year.year):
        return ()
    bare = replace(old, closures={})
    standings = [bare.standing(year.days[0].day + timedelta(days=offset)) for offset in range(len(year.days))]
    before = tuple(OfficialDay(one.day, one.is_working, one.name) for one in standings)
    changes = diff(OfficialYear(year.year, before, speak("現行辦公日曆", "on record"), ""), year)
    return changes if official else tuple(change for change in changes if change.moves_deadlines)


def _refuse_too_long(year: OfficialYear, document_number: str) -> None:
    for one in year.days:
        if len(one.note) > LONGEST_NOTE:
            raise BadSource(
                speak(
                    f"{one.day} 之備註超過 {LONGEST_NOTE} 字",
                    f"the note of {one.day} is longer than {LONGEST_NOTE} characters",
                ),
                place=Place(year.source, field="備註"),
                remedy=speak("請縮短", "shorten it"),
            )
    if len(document_number) > LONGEST_NUMBER:
        raise BadSource(
            speak(f"文號超過 {LONGEST_NUMBER} 字", f"the document number is longer than {LONGEST_NUMBER} characters")
        )


def _require_words(closure: Closure) -> None:
    for words, said, longest in (
        (closure.reason, speak("原因", "reason"), LONGEST_NOTE),
        (closure.document_number, speak("文號", "document number"), LONGEST_NUMBER),
    ):
        if not words.strip():
            raise BadSource(
                speak(f"未填{said}", f"the {said} is missing"),
                remedy=speak("請敘明停止上班之原因及公告", "say why the day is closed and by which announcement"),
            )
        if len(words) > longest:
            raise BadSource(speak(f"{said}超過 {longest} 字", f"the {said} is longer than {longest} characters"))
