"""`inspection calendar`: office calendar, local closures, Spring-Festival window, and the year on one page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from inspection import clock
from inspection.access.policy import Act
from inspection.calendar import roc
from inspection.calendar.working_days import DaySource
from inspection.campaigns import calendar_import, spring_windows
from inspection.campaigns.calendar_file import read_official_calendar
from inspection.campaigns.calendar_import import Closure, Outlook
from inspection.campaigns.spring_windows import Circular, WindowChoice
from inspection.campaigns.year_calendar import year_calendar
from inspection.campaigns.year_paper import print_year, year_ical
from inspection.cli.speaking import Actor, AsJson, MaybeActor, door, say, table, warn
from inspection.errors import BadSource, Place, command_line
from inspection.language import speak
from inspection.model import SpringWindow
from inspection.model.lifecycle import SpringWindowState
from inspection.store import calendar_days

LAST_YEAR = 2200  # as far as any calendar could be made


def _our_year(year: int) -> int:
    """2027 for 2027 and for 116: papers, pages and ids count the years of the Republic."""
    first = roc.year_ad(1)
    told = year if year >= first else roc.year_ad(year)
    if not first <= told <= LAST_YEAR:
        raise BadSource(
            speak(f"沒有 {year} 年", f"there is no year {year}"),
            place=Place(command_line(), field="YEAR"),
            remedy=speak("請寫民國年（116）或西元年（2027）", "write 2027, or 116 of the Republic"),
        )
    return told


Year = Annotated[int, typer.Argument(help="2027, or 116 of the Republic (民國).", callback=_our_year)]
app = typer.Typer(help="Working days, closures, the Spring-Festival window, and all that is due in a year.",
                  no_args_is_help=True)  # fmt: skip

Number = Annotated[str, typer.Option(help="Number of the document it rests on (文號).")]
Reason = Annotated[str, typer.Option(help="Why, as it shall be printed.")]
Row = Mapping[str, object]


@app.command("import")
def import_calendar(
    file: Annotated[Path, typer.Argument(help="Office calendar of one year (辦公日曆表): CSV, XLSX or ODS.")],
    actor: Actor,
    apply: Annotated[bool, typer.Option(help="Write it; without this only the differences are shown.")] = False,
    number: Number = "",
    as_json: AsJson = False,
) -> None:
    """Show what an office calendar changes and which deadlines move; --apply writes it; exit 1 while not applied."""
    year = read_official_calendar(file)
    with door(actor, act=Act.KEEP_CALENDAR) as opened:
        if apply:
            outlook = calendar_import.apply(
                opened.session, year, document_number=number, actor=opened.actor, at=opened.at
            )
        else:
            outlook = calendar_import.look(opened.session, year, document_number=number)
    table(_rows(outlook), as_json=as_json)
    if not apply and not outlook.on_record:
        resting = {
            None: speak("現無資料", "unknown so far"),
            DaySource.ESTIMATED: speak("現為推估", "estimated so far"),
        }.get(outlook.replaces, speak("已有資料", "on record"))
        warn(
            speak(
                f"{year.year}：{resting}，{len(outlook.days)} 日不同，"
                f"{len(outlook.deadlines)} 個期限將移動；加 --apply 始寫入",
                f"{year.year}: {resting}, {len(outlook.days)} days differ, "
                f"{len(outlook.deadlines)} deadlines would move; run again with --apply to write it",
            )
        )
        raise typer.Exit(1)
    _tell_person(outlook)


@app.command()
def close(day: str, reason: Reason, number: Number, actor: Actor, as_json: AsJson = False) -> None:
    """Close a day locally (typhoon, local holiday); open fixes running over it move."""
    closure = Closure(_day(day), reason, number)
    with door(actor, act=Act.KEEP_CALENDAR) as opened:
        outlook = calendar_import.close_day(opened.session, closure, actor=opened.actor, at=opened.at)
    table(_rows(outlook), as_json=as_json)
    _tell_person(outlook)


@app.command()
def reopen(day: str, reason: Reason, number: Number, actor: Actor, as_json: AsJson = False) -> None:
    """Withdraw a local closure; it stays on record, open fixes move back."""
    closure = Closure(_day(day), reason, number)
    with door(actor, act=Act.KEEP_CALENDAR) as opened:
        outlook = calendar_import.reopen_day(opened.session, closure, actor=opened.actor, at=opened.at)
    table(_rows(outlook), as_json=as_json)
    _tell_person(outlook)


@app.command()
def show(year: Year, as_json: AsJson = False) -> None:
    """Closed weekdays and make-up workdays of a year, with what each rests on; exit 1 while it is only estimated."""
    with door() as opened:
        calendar = calendar_days.calendar(opened.session)
        edition = calendar_days.edition(opened.session, year)
    first = date(year, 1, 1)
    days = [first + timedelta(days=offset) for offset in range((date(year + 1, 1, 1) - first).days)]
    standings = [calendar.standing(day) for day in days]
    rows: list[Row] = [
        {"day": one.day, "weekday": roc.weekday(one.day), "open": one.is_working, "name": one.name,
         "source": one.source.value}
        for one in standings
        if one.is_working is (one.day.weekday() >= 5)
    ]  # fmt: skip
    table(rows, as_json=as_json)
    if edition is None:
        warn(
            speak(
                f"{year} 年為推估；辦公日曆表公布後請匯入",
                f"{year} rests on an estimate (推估); import the office calendar when it is published",
            )
        )
        raise typer.Exit(1)


@app.command()
def spring(year: Year, actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """Propose the Spring-Festival window of a year by both patterns; exit 1 until a person has confirmed one."""
    with door(actor, act=Act.KEEP_CALENDAR) as opened:
        windows = spring_windows.propose(opened.session, year, actor=opened.actor, at=opened.at)
    table([_window(one) for one in windows], as_json=as_json)
    if not any(one.state is SpringWindowState.CONFIRMED for one in windows):
        warn(
            speak(
                f"{year} 年春安工作期間僅為擬議；請依來函執行 `inspection calendar confirm-spring`",
                f"the window of {year} is only proposed; run `inspection calendar confirm-spring` with the circular",
            )
        )
        raise typer.Exit(1)


@app.command()
def announced(actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """List the Spring-Festival windows announced so far, the pattern that would have proposed each, and its source."""
    with door(actor, act=Act.KEEP_CALENDAR) as opened:
        windows = opened.catalogue.spring_windows.windows
    table(
        [
            {"year": one.year, "period": roc.window(one.start, one.end), "matches": one.matches, "source": one.source}
            for one in windows
        ],
        as_json=as_json,
    )


@app.command("confirm-spring")
def confirm_spring(
    year: Year,
    window: WindowChoice,
    dated: Annotated[str, typer.Option(help="Date of the circular, 2027-01-15.")],
    number: Annotated[str, typer.Option(help="Number of the circular (文號).")],
    actor: Actor,
    start: Annotated[str, typer.Option(help="For `announced`: 2027-01-28T22:00.")] = "",
    end: Annotated[str, typer.Option(help="For `announced`, exclusive: 2027-02-12T00:00 or 2027-02-11T24:00.")] = "",
    as_json: AsJson = False,
) -> None:
    """Confirm the window as the circular has it; only the ethics head or a deputy may."""
    circular = Circular(window, _day(dated), number, _moment(start), _moment(end))
    with door(actor, act=Act.KEEP_CALENDAR) as opened:
        found = spring_windows.confirm(opened.session, year, circular, person_id=actor, at=opened.at)
    say(_window(found), as_json=as_json)


@app.command()
def year(
    year: Year,
    ical: Annotated[Path | None, typer.Option(help="Write an iCal file (RFC 5545) here.")] = None,
    docx: Annotated[Path | None, typer.Option(help="Write the A3 page (.docx) here; it is kept as a document.")] = None,
    as_json: AsJson = False,
) -> None:
    """Everything due in a year: inspections, Spring-Festival window, deadlines, reviews."""
    with door() as opened:
        told = year_calendar(opened.session, year, catalogue=opened.catalogue, at=opened.at)
        if ical is not None:
            ical.write_bytes(year_ical(opened.session, year, catalogue=opened.catalogue, at=opened.at))
        if docx is not None:
            _, page = print_year(opened.session, year, catalogue=opened.catalogue, at=opened.at)
            docx.write_bytes(page)
    rows: list[Row] = [
        {"from": one.first, "to": one.last, "kind": one.kind.value, "what": one.words, "tentative": one.tentative}
        for one in told.entries
    ]
    table(rows, as_json=as_json)


def _rows(outlook: Outlook) -> list[Row]:
    standing = {True: "open", False: "closed"}
    rows: list[Row] = [
        {"what": "day", "id": one.day, "was": standing[one.was_working], "becomes": standing[one.is_working],
         "note": one.new_note or one.old_note}
        for one in outlook.days
    ]  # fmt: skip
    rows += [
        {"what": "fix", "id": one.deadline.key, "was": one.deadline.due_on, "becomes": one.becomes, "note": ""}
        for one in outlook.deadlines
    ]
    return rows + [
        {
            "what": one.kind,
            "id": one.id,
            "was": one.due_on,
            "becomes": "",
            "note": speak("適逢非上班日", "falls on a closed day"),
        }
        for one in outlook.on_closed_days
    ]


def _tell_person(outlook: Outlook) -> None:
    """Exit 1 where a date that does not move by itself now falls on a closed day."""
    if outlook.on_closed_days:
        warn(
            speak(
                f"{len(outlook.on_closed_days)} 個日期適逢非上班日，須由人員處理",
                f"{len(outlook.on_closed_days)} dates now fall on a closed day and wait for a person",
            )
        )
        raise typer.Exit(1)


def _window(one: SpringWindow) -> Row:
    return {
        "window": one.id,
        "state": one.state.value,
        "period": roc.window(one.start_at, one.end_at),
        "estimated": one.estimated,
        "circular": f"{one.circular_on} {one.circular_number}" if one.circular_number else "",
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return roc.parse(text)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    midnight = text.endswith("T24:00")
    try:
        moment = datetime.fromisoformat(text.replace("T24:00", "T00:00"))
    except ValueError:
        raise BadSource(
            speak(f"不是時間：{text!r}", f"no instant: {text!r}"),
            remedy=speak(
                "請寫成 2027-01-28T22:00，迄時亦可寫成 2027-02-11T24:00",
                "write 2027-01-28T22:00, an end also 2027-02-11T24:00",
            ),
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=clock.zone())
    return moment + timedelta(days=1) if midnight else moment
