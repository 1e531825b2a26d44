"""`inspection awareness`: sessions held, who handles secrets, and how far half a year reached."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from inspection import clock
from inspection.awareness.case_sheet import case_sheet as case_sheet_verb
from inspection.awareness.case_sheet import topics as topics_of
from inspection.awareness.coverage import Coverage, coverage, half_a_year_before, of_half
from inspection.awareness.importing import bring_in, look
from inspection.awareness.records import HandlerEntry, SessionEntry, Written, read_records, typed_in
from inspection.awareness.template import template as form
from inspection.awareness.withdraw import withdraw as withdraw_verb
from inspection.calendar import half_year
from inspection.cli.speaking import Actor, AsJson, day, door, refuse_unapplied, say, table, warn
from inspection.errors import BadSource
from inspection.language import speak
from inspection.roster.importing import Change
from inspection.rules.awareness import AwarenessRules, name_of
from inspection.store import awareness as store

app = typer.Typer(help="Awareness work (宣導): sessions held, who handles secrets, what half a year reached.",
                  no_args_is_help=True)  # fmt: skip

Half = Annotated[str, typer.Option(help="A half-year, 115H2; none: the one of today.")]


@app.command()
def add(
    kind: Annotated[str, typer.Argument(help="Kind by id or name: case, video, lecture, training, event.")],
    title: Annotated[str, typer.Argument(help="What it was about.")],
    on: Annotated[str, typer.Option(help="Day it was held, 2026-07-15 or 115/7/15.")],
    actor: Actor,
    month: Annotated[str, typer.Option(help="Month whose slot it fills, 2026-07; none: the day's.")] = "",
    tag: Annotated[list[str] | None, typer.Option(help="Content: law, practice, faults, leaks; several times.")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="Unit it reached, 全部 for all; several times.")] = None,
    attendees: Annotated[int, typer.Option(help="How many attended.")] = 0,
    person: Annotated[list[str] | None, typer.Option(help="Roster person who attended; several times.")] = None,
    quiz_takers: Annotated[int | None, typer.Option(help="How many took the quiz.")] = None,
    quiz_average: Annotated[float | None, typer.Option(help="Their average, out of 100.")] = None,
    channel: Annotated[list[str] | None, typer.Option(help="CHANNEL=DAY, web=2026-07-15; several times.")] = None,
    number: Annotated[str, typer.Option(help="The office's own number of it; none: made from day, kind, title.")] = "",
    as_json: AsJson = False,
) -> None:
    """Enter one session; the same once more changes nothing, the same number with other values corrects it."""
    given = {
        "id": number, "held_on": on, "month": month, "kind": kind, "title": title, "tags": tag, "units": unit,
        "attendees": attendees, "people": person, "quiz_takers": quiz_takers, "quiz_average": quiz_average,
        "channels": [one.replace("=", " ", 1) for one in channel or ()],
    }  # fmt: skip
    _enter(Written(sessions=(typed_in(SessionEntry, given),)), actor, as_json=as_json)


@app.command()
def handler(
    person: Annotated[str, typer.Argument(help="Roster person who handles secrets.")],
    unit: Annotated[str, typer.Option(help="For which unit.")],
    since: Annotated[str, typer.Option(help="First day.")],
    actor: Actor,
    until: Annotated[str, typer.Option(help="Last day, included; none: still.")] = "",
    duties: Annotated[str, typer.Option(help="Which secret business; no case.")] = "",
    as_json: AsJson = False,
) -> None:
    """Enter who handles secrets for a unit, or the last day of one already entered."""
    given = {"person": person, "unit": unit, "since": since, "until": until, "duties": duties}
    _enter(Written(handlers=(typed_in(HandlerEntry, given),)), actor, as_json=as_json)


def _enter(written: Written, actor: str, *, as_json: bool) -> None:
    with door(actor) as opened:
        changes = bring_in(opened.session, written, catalogue=opened.catalogue, person_id=actor, at=opened.at)
    _show(changes, as_json=as_json)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="YAML, CSV, XLSX or ODS as written by `template`.")],
    actor: Actor,
    apply: Annotated[bool, typer.Option(help="Write it; without this only the differences are shown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a file of sessions and handlers would change; --apply writes it; exit 1 while not applied."""
    written = read_records(file)
    with door(actor) as opened:
        if apply:
            changes = bring_in(opened.session, written, catalogue=opened.catalogue, person_id=actor, at=opened.at)
        else:
            changes = look(opened.session, written, catalogue=opened.catalogue)
    _show(changes, as_json=as_json)
    if changes and not apply:
        refuse_unapplied(len(changes))


def _show(changes: Sequence[Change], *, as_json: bool) -> None:
    table([one.as_row() for one in changes], as_json=as_json)


@app.command()
def template(
    file: Annotated[Path, typer.Argument(help="Where to write it: .xlsx (both lists) or .csv.")],
    handlers: Annotated[bool, typer.Option(help="As .csv: the list of who handles secrets.")] = False,
) -> None:
    """Write the form awareness work is kept in; an existing file is not overwritten."""
    if file.exists():
        raise BadSource(
            speak("檔案已存在", "is there already"), place=file, remedy=speak("請改用其他檔名", "choose another name")
        )
    with door() as opened:
        file.write_bytes(form(opened.session, file, catalogue=opened.catalogue, handlers=handlers))


@app.command("list")
def list_sessions(half: Half = "", as_json: AsJson = False) -> None:
    """The sessions of half a year."""
    with door() as opened:
        months = of_half(half or half_year.of_day(clock.today()).code)
        rules = opened.catalogue.awareness
        rows = [
            {
                "id": one.id,
                "held_on": one.held_on,
                "month": f"{one.for_month:%Y-%m}",
                "kind": name_of(rules.kinds, one.kind),
                "title": one.title,
                "tags": "、".join(name_of(rules.tags, tag) for tag in one.tags),
                "units": len(one.unit_ids),
                "attendees": one.attendees,
                "named": len(one.attendee_ids),
                "quiz_average": one.quiz_average,
            }
            for one in store.held_between(opened.session, months.start, months.end)
        ]
    table(rows, as_json=as_json)


@app.command()
def withdraw(
    session_id: str,
    reason: Annotated[str, typer.Option(help="Why it does not count.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Take a session entered by mistake out of every count; it stays on record."""
    with door(actor) as opened:
        done = withdraw_verb(opened.session, session_id, reason=reason, person_id=actor, at=opened.at)
        say({"id": done.id, "active": done.active}, as_json=as_json)


@app.command()
def topics(half: Half = "", as_json: AsJson = False) -> None:
    """What awareness work should take up: categories of our own confirmed faults, the most frequent first."""
    with door() as opened:
        months = of_half(half or half_year.of_day(clock.today()).code)
        rows = [
            {"category": one.category, "name": one.name, "faults": one.faults, "units": one.units, "cause": one.cause}
            for one in topics_of(opened.session, months, opened.catalogue)
        ]
    table(rows, as_json=as_json)


@app.command("case-sheet")
def case_sheet(
    category: Annotated[str, typer.Argument(help="Category by prefix or name, as `topics` shows it.")],
    file: Annotated[Path, typer.Argument(help="Where to write the .docx; it is kept as a document too.")],
    actor: Actor,
    half: Half = "",
    as_json: AsJson = False,
) -> None:
    """Write a case from our own confirmed faults, anonymised: no unit, no file, no count."""
    if file.exists():
        raise BadSource(
            speak("檔案已存在", "is there already"), place=file, remedy=speak("請改用其他檔名", "choose another name")
        )
    with door(actor) as opened:
        months = of_half(half or half_year.of_day(clock.today()).code)
        document, data = case_sheet_verb(
            opened.session, category, months, catalogue=opened.catalogue, person_id=actor, at=opened.at
        )
        file.write_bytes(data)
        say({"document": document.id, "title": document.title}, as_json=as_json)


@app.command("coverage")
def show_coverage(
    half: Half = "",
    before: Annotated[str, typer.Option(help="Instead: the six months an assessment for this day looks at.")] = "",
    as_json: AsJson = False,
) -> None:
    """Contents, months, units and people half a year reached; exit 1 where something required is missing."""
    if half and before:
        raise BadSource(
            speak("--half 與 --before 不得同時使用", "--half and --before are given both"),
            remedy=speak("請擇一使用", "give one of them"),
        )
    with door() as opened:
        today = clock.local_date(opened.at)
        code = half or half_year.of_day(today).code
        months = half_a_year_before(day(before, "--before")) if before else of_half(code)
        found = coverage(opened.session, months, rules=opened.catalogue.awareness, on=today)
        told = _coverage(found, opened.catalogue.awareness)
        people = {person for unit in found.units for person in unit.untrained}
    if as_json:
        say(told, as_json=True)
    else:
        units = told.pop("units")
        say(told, as_json=False)
        say({"": ""}, as_json=False)
        assert isinstance(units, list)
        table(units, as_json=False)
    if not found.is_recorded:
        warn(
            speak(
                "資料不足：尚無紀錄；請參照 `inspection awareness template`",
                "nothing is on record yet; see `inspection awareness template`",
            )
        )
    if not found.is_recorded or found.tags_missing or found.months_without or found.units_without or people:
        raise typer.Exit(1)


def _coverage(found: Coverage, rules: AwarenessRules) -> dict[str, object]:
    return {
        "months": found.months.name,
        "recorded": found.is_recorded,
        "sessions": found.sessions,
        "attendees": found.attendees,
        "tags": {name_of(rules.tags, tag): count for tag, count in found.sessions_by_tag.items()},
        "tags_missing": [name_of(rules.tags, tag) for tag in found.tags_missing],
        "months_without": [f"{month:%Y-%m}" for month in found.months_without],
        "units_without": [unit.name for unit in found.units_without],
        "handlers": found.handlers,
        "untrained": found.untrained,
        "quiz_takers": found.quiz_takers,
        "quiz_average": found.quiz_average,
        "units": [
            {
                "unit": one.unit.name,
                "sessions": one.sessions,
                "handlers": one.handlers,
                "trained": one.trained,
                "untrained": "、".join(one.untrained),
            }
            for one in found.units
        ],
    }
