"""The files awareness work is kept in: their columns, and their rows, each fault with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Generic, TypeVar

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError, model_validator

from inspection.awareness import words
from inspection.errors import BadSource, BadSources, Place, command_line
from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.rules.places import trail_place
from inspection.rules.validation_words import problem_of, remedy_of
from inspection.tables.read import Line, Table, read_tables

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Day = Annotated[date, BeforeValidator(words.day)]
Several = Annotated[tuple[str, ...], BeforeValidator(words.several)]
Month = Annotated[date, BeforeValidator(words.month)]
SessionId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{1,39}$")]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Taken = Annotated[int, Field(ge=1, le=1_000_000)]
Mark = Annotated[float, Field(ge=0, le=100)]
# what stands over the columns of a list, by field
SESSION_COLUMNS = {
    "id": "編號", "held_on": "日期", "month": "宣導月份", "kind": "方式", "title": "主題", "tags": "內容",
    "units": "單位", "attendees": "人次", "people": "參加人員", "quiz_takers": "測驗人數", "quiz_average": "測驗平均",
    "channels": "管道及日期",
}  # fmt: skip
HANDLER_COLUMNS = {"person": "人員", "unit": "單位", "duties": "承辦業務", "since": "起日", "until": "迄日"}
SESSION_SHEET, HANDLER_SHEET = "宣導紀錄", "承辦機密業務人員名冊"


class Published(RuleModel):
    """By which channel it went out, and when."""

    channel: Text
    on: Day


class SessionEntry(RuleModel):
    """One session as written; `units` and `people` by id or name, without `id` it is known by day, kind and title."""

    id: SessionId | None = None
    held_on: Day
    month: Month | None = None
    kind: Text
    title: Text
    tags: Several = ()
    units: Several = ()
    attendees: Count
    people: Several = ()
    quiz_takers: Taken | None = None
    quiz_average: Mark | None = None
    channels: Annotated[tuple[Annotated[Published, BeforeValidator(words.with_day)], ...],
                        BeforeValidator(words.several)] = ()  # fmt: skip

    @model_validator(mode="after")
    def _agrees(self) -> SessionEntry:
        if self.quiz_average is not None and self.quiz_takers is None:
            raise ValueError(
                speak(
                    "填 quiz_average 須同時填 quiz_takers（測驗人數）",
                    "quiz_average without quiz_takers: say how many took the quiz",
                )
            )
        if len(self.people) > self.attendees:
            raise ValueError(speak("人次少於所列人員", "attendees is less than the people named"))
        return self


class HandlerEntry(RuleModel):
    """One person who handles secrets for a unit; both dates included."""

    person: Text
    unit: Text
    duties: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    since: Day
    until: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> HandlerEntry:
        if self.until is not None and self.until < self.since:
            raise ValueError(speak("until 早於 since", "until lies before since"))
        return self


class AwarenessFile(RuleModel):
    """A YAML file of both."""

    sessions: tuple[SessionEntry, ...] = ()
    handlers: tuple[HandlerEntry, ...] = ()


Entry = TypeVar("Entry", SessionEntry, HandlerEntry)


@dataclass(frozen=True, slots=True)
class Placed(Generic[Entry]):
    """An entry and where each of its fields stands."""

    entry: Entry
    place: Callable[[str], Place]


@dataclass(frozen=True, slots=True)
class Written:
    """All a file holds."""

    sessions: tuple[Placed[SessionEntry], ...] = ()
    handlers: tuple[Placed[HandlerEntry], ...] = ()


def read_records(path: Path) -> Written:
    """Reads YAML, CSV, XLSX or ODS. Raises BadSource or BadSources naming file, line and field of every fault."""
    if path.suffix.lower() in {".yaml", ".yml"}:
        told = load_yaml(path, AwarenessFile)
        return Written(
            tuple(Placed(one, _in_yaml(path, "sessions", at)) for at, one in enumerate(told.sessions)),
            tuple(Placed(one, _in_yaml(path, "handlers", at)) for at, one in enumerate(told.handlers)),
        )
    sessions: list[Placed[SessionEntry]] = []
    handlers: list[Placed[HandlerEntry]] = []
    faults: list[BadSource] = []
    known = False
    for table in read_tables(path):
        if {"方式", "主題"} <= set(table.columns):
            sessions += _rows(table, SessionEntry, SESSION_COLUMNS, faults)
        elif {"人員", "起日"} <= set(table.columns):
            handlers += _rows(table, HandlerEntry, HANDLER_COLUMNS, faults)
        else:
            continue
        known = True
    if not known:
        raise BadSource(
            speak(
                "沒有含「方式、主題」或「人員、起日」欄位之清單",
                "no list with the columns of sessions (方式、主題) or of people (人員、起日)",
            ),
            place=Place(str(path), 1),
            remedy=speak(
                "請填寫 `inspection awareness template` 所產生之表單",
                "fill in the form written by `inspection awareness template`",
            ),
        )
    if faults:
        raise faults[0] if len(faults) == 1 else BadSources(faults)
    return Written(tuple(sessions), tuple(handlers))


def typed_in(kind: type[Entry], given: Mapping[str, object]) -> Placed[Entry]:
    """An entry typed on the command line; blanks are left out. Raises BadSource or BadSources naming the fields."""
    faults: list[BadSource] = []

    def place(field: str) -> Place:
        return Place(command_line(), field=field or None)

    entry = _checked(kind, {name: value for name, value in given.items() if value not in ("", None, [])}, place, faults)
    if entry is None:
        raise faults[0] if len(faults) == 1 else BadSources(faults)
    return entry


def _in_yaml(path: Path, part: str, index: int) -> Callable[[str], Place]:
    return lambda field: trail_place(path, (part, index, field))


def _in_table(table: Table, line: Line, names: Mapping[str, str]) -> Callable[[str], Place]:
    return lambda field: table.place(line.number, names.get(field))


def _rows(
    table: Table, kind: type[Entry], names: Mapping[str, str], faults: list[BadSource]
) -> Iterator[Placed[Entry]]:
    """The rows as entries; what is wrong with one of them goes to `faults`, and the others are looked at too."""
    unknown = sorted(set(table.columns) - set(names.values()))
    faults.extend(
        BadSource(
            speak("無此欄位", "the column is unknown"),
            place=table.place(table.head, one),
            remedy=speak(f"可用欄位為{'、'.join(names.values())}", f"known are {'、'.join(names.values())}"),
        )
        for one in unknown
    )
    fields = {name: field for field, name in names.items()}
    for line in table.lines:
        place = _in_table(table, line, names)
        given = {fields[name]: cell for name, cell in line.cells.items() if cell and name in fields}
        entry = _checked(kind, given, place, faults)
        if entry is not None:
            yield entry


def _checked(
    kind: type[Entry], given: Mapping[str, object], place: Callable[[str], Place], faults: list[BadSource]
) -> Placed[Entry] | None:
    try:
        return Placed(kind.model_validate(given), place)
    except ValidationError as error:
        faults.extend(
            BadSource(
                problem_of(one),
                place=place(str(one["loc"][0]) if one["loc"] else ""),
                remedy=remedy_of(one, speak("請更正", "correct it")),
            )
            for one in error.errors()
        )
        return None
