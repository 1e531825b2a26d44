"""The Spring-Festival window of a year: proposed by both patterns, confirmed by a person with its circular."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.calendar.spring import SpringPattern, proposals
from inspection.errors import BadSource, Conflict, NotAllowed, NotFound
from inspection.language import speak
from inspection.model import SpringWindow
from inspection.model.lifecycle import SpringWindowState
from inspection.store import calendar_days, roster, spring_windows
from inspection.vocabulary import Role

ANNOUNCED = "announced"


class WindowChoice(StrEnum):
    """Which window the circular names: one of the two reckoned, or another with bounds of its own (as in 2011)."""

    NPA15 = SpringPattern.NPA15.value
    CLASSIC25 = SpringPattern.CLASSIC25.value
    ANNOUNCED = ANNOUNCED


@dataclass(frozen=True, slots=True)
class Circular:
    """What the circular says: its date and number, and the window. `end` is exclusive (24時 is the next midnight).

    `start` and `end` are given for `announced` only.
    """

    choice: WindowChoice
    dated: date
    number: str
    start: datetime | None = None
    end: datetime | None = None


def propose(session: Session, year: int, *, actor: str, at: datetime) -> list[SpringWindow]:
    """Writes both proposals of a year (AD); where the calendar has changed, those still proposed are written anew.

    A confirmed window never changes here. Twice is once. Raises BadSource for a year outside the lunar table.
    """
    for proposal in proposals(year, calendar_days.calendar(session)):
        known = spring_windows.by_pattern(session, year, proposal.pattern.value)
        bounds = (proposal.start, proposal.end, proposal.is_estimated)
        if known is None:
            session.add(
                SpringWindow(
                    id=_window_id(year, proposal.pattern.value),
                    year=year,
                    pattern=proposal.pattern.value,
                    state=SpringWindowState.PROPOSED,
                    start_at=proposal.start,
                    end_at=proposal.end,
                    estimated=proposal.is_estimated,
                    proposed_by=actor,
                    proposed_at=at,
                )
            )
        elif known.state is SpringWindowState.PROPOSED and (known.start_at, known.end_at, known.estimated) != bounds:
            known.start_at, known.end_at, known.estimated = bounds
            known.proposed_by, known.proposed_at = actor, at
        else:
            continue
        session.flush()
        _note(session, _window_id(year, proposal.pattern.value), "proposed", roc.window(*bounds[:2]), actor, at)
    return spring_windows.of_year(session, year)


def confirm(session: Session, year: int, circular: Circular, *, person_id: str, at: datetime) -> SpringWindow:
    """Puts a window in force; the same circular again changes nothing, a newer one replaces the window of the old.

    Raises NotAllowed for anybody but the ethics head (or a deputy on the day), BadSource for what is missing or
    impossible, NotFound where the window was not proposed, Conflict where one circular would name two windows.
    """
    _require_ethics_head(session, person_id, at)
    _require_complete(year, circular, at)
    window = _window_named(session, year, circular, person_id, at)
    before = spring_windows.confirmed(session, year)
    if before is not None and before.circular_number == circular.number:
        named = (window.id, circular.dated, circular.start or window.start_at, circular.end or window.end_at)
        if named == (before.id, before.circular_on, before.start_at, before.end_at):
            return before
        raise Conflict(
            speak(
                f"來函 {circular.number} 已登錄，其期間或日期不同",
                f"circular {circular.number} is on record with another window or date",
            )
        )
    if before is not None and circular.dated < (before.circular_on or date.min):
        raise Conflict(
            speak(
                f"已有較新之來函：{before.circular_number}", f"a later circular is in force: {before.circular_number}"
            )
        )
    if before is not None:
        advance(session, before, SpringWindowState.SET_ASIDE, actor=person_id, at=at, reason=circular.number)
    if circular.start and circular.end:
        window.start_at, window.end_at = circular.start, circular.end
    window.confirmed_by, window.confirmed_at = person_id, at
    window.circular_on, window.circular_number = circular.dated, circular.number
    session.flush()
    advance(
        session,
        window,
        SpringWindowState.CONFIRMED,
        actor=person_id,
        at=at,
        reason=roc.window(window.start_at, window.end_at),
        details={"document_number": circular.number, "decided_on": str(circular.dated)},
    )
    return window


def _window_named(session: Session, year: int, circular: Circular, actor: str, at: datetime) -> SpringWindow:
    known = spring_windows.by_pattern(session, year, circular.choice.value)
    if known is not None:
        return known
    if circular.choice is not WindowChoice.ANNOUNCED or circular.start is None or circular.end is None:
        raise NotFound(
            speak(
                f"{year} 年尚無擬議期間；請先執行 `inspection calendar spring {year}`",
                f"no window is proposed for {year}; run `inspection calendar spring {year}` first",
            )
        )
    window = SpringWindow(
        id=_window_id(year, ANNOUNCED),
        year=year,
        pattern=ANNOUNCED,
        state=SpringWindowState.PROPOSED,
        start_at=circular.start,
        end_at=circular.end,
        estimated=False,
        proposed_by=actor,
        proposed_at=at,
    )
    session.add(window)
    session.flush()
    return window


def _require_ethics_head(session: Session, person_id: str, at: datetime) -> None:
    on = clock.local_date(at)
    if not roster.person(session, person_id).active:
        raise NotAllowed(speak("此人已不在名冊", "this person is no longer in the roster"))
    if roster.holds_role(session, person_id, Role.ETHICS_HEAD, on=on):
        return
    for head in roster.holders(session, Role.ETHICS_HEAD, on=on):
        if any(deputy.deputy_id == person_id for deputy in roster.deputies_of(session, head.id, on=on)):
            return
    raise NotAllowed(
        speak(
            "期間僅得由政風室主任，或代理期間內之代理人確認",
            "only the ethics head, or a deputy within the recorded days, may confirm the window",
        )
    )


def _require_complete(year: int, circular: Circular, at: datetime) -> None:
    number = circular.number.strip()
    if not number or len(number) > 100:
        raise BadSource(
            speak("來函文號未填或過長", "the circular's number is missing or too long"),
            remedy=speak("請填來函上之文號", "give the number printed on it (文號)"),
        )
    if circular.dated > clock.local_date(at):
        raise BadSource(
            speak(f"來函日期在未來：{circular.dated}", f"the circular is dated in the future: {circular.dated}"),
            remedy=speak("請填來函上之日期", "give the date printed on it"),
        )
    own_bounds = circular.start is not None and circular.end is not None
    if own_bounds is not (circular.choice is WindowChoice.ANNOUNCED):
        raise BadSource(
            speak("起訖時間僅能與 `announced` 併用", "bounds go with `announced` and with nothing else"),
            remedy=speak("起訖時間請一併填寫，或均不填", "give both start and end, or none"),
        )
    if circular.start and circular.end:
        if circular.end <= circular.start:
            raise BadSource(speak("期間迄日早於起日", "the window ends before it starts"))
        if roc.last_day(circular.end).year != year:
            raise BadSource(speak(f"期間之迄日不在 {year} 年", f"the window does not end in {year}"))


def _window_id(year: int, pattern: str) -> str:
    return f"spring-{roc.roc_year(date(year, 1, 1))}-{pattern}"


def _note(session: Session, window_id: str, action: str, words: str, actor: str, at: datetime) -> None:
    record(session, at=at, actor=actor, subject=("spring_window", window_id), action=action, reason=words)
