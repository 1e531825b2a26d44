"""Reads a campaign's lists from YAML, CSV or XLSX: duty roster, key targets, division of work, contacts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationError

from inspection.calendar import roc
from inspection.errors import BadSource, BadSources, Place
from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.rules.places import trail_place
from inspection.rules.spring import ContactKind
from inspection.rules.validation_words import problem_of, remedy_of
from inspection.tables.read import Table, read_tables

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Long = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Optional = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Telephone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9+()#＃轉、,;\- ]{3,40}$")]


def _as_day(value: object) -> object:
    """2027-01-28, 116年1月28日, 116.1.28 or 116/1/28; YAML has made a date of the first already."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value.strip().replace("/", "-"))
    except ValueError:
        try:
            return roc.parse(value)
        except BadSource as fault:
            raise ValueError(
                speak(
                    f"{fault.problem}；請寫成 2027-01-28 或 116年1月28日",
                    f"{fault.problem}; write 2027-01-28",
                )
            ) from None


def _as_hour(value: object) -> object:
    """22:00, 24:00, 22時 or 2200; YAML reads an unquoted 22:00 as 1320 minutes."""
    if isinstance(value, int) and not isinstance(value, bool) and 60 <= value <= 1440:
        return f"{value // 60:02}:{value % 60:02}"
    if isinstance(value, str):
        text = value.strip().removesuffix("分").replace("時", ":").rstrip(":")
        hour, _, minute = text.partition(":")
        if not minute and len(hour) == 4:
            hour, minute = hour[:2], hour[2:]
        if hour.isdecimal() and (minute or "0").isdecimal():
            return f"{int(hour):02}:{int(minute or 0):02}"
    return value


def _is_hour(value: str) -> str:
    if value == "24:00":
        return value
    time.fromisoformat(value)
    return value


Day = Annotated[date, BeforeValidator(_as_day)]
Hour = Annotated[str, StringConstraints(pattern=r"^\d\d:\d\d$"), AfterValidator(_is_hour), BeforeValidator(_as_hour)]


class DutyEntry(RuleModel):
    """One shift. An end that is not after the begin lies on the next day; 24:00 is the next midnight.

    `person` and `deputy` are ids of the roster, or names that stand there once.
    """

    day: Day
    begins: Hour
    ends: Hour
    post: Name = "值勤室"
    person: Name
    deputy: Optional = ""
    telephone: Telephone


class TargetEntry(RuleModel):
    """One key target (重要維護目標)."""

    name: Name
    kind: Name
    place: Optional = ""
    responsible: Name
    measures: Long


class DivisionEntry(RuleModel):
    """One line of the division of work (任務分工)."""

    work: Long
    lead: Name
    support: Optional = ""
    period: Name


class ContactEntry(RuleModel):
    """One line of the list of contacts (通信聯絡); `emergency` marks the emergency list."""

    who: Name
    kind: ContactKind
    telephone: Telephone
    note: Optional = ""
    emergency: bool = False


class Lists(RuleModel):
    """What a file gives; a list it does not give (None) stays as it is."""

    duty_roster: Annotated[tuple[DutyEntry, ...], Field(min_length=1)] | None = None
    key_targets: Annotated[tuple[TargetEntry, ...], Field(min_length=1)] | None = None
    division: Annotated[tuple[DivisionEntry, ...], Field(min_length=1)] | None = None
    contacts: Annotated[tuple[ContactEntry, ...], Field(min_length=1)] | None = None


ENTRIES: dict[str, type[RuleModel]] = {
    "duty_roster": DutyEntry,
    "key_targets": TargetEntry,
    "division": DivisionEntry,
    "contacts": ContactEntry,
}
# headings of CSV and XLSX; which list a table is, its headings say
HEADINGS: dict[str, dict[str, str]] = {
    "duty_roster": {
        "日期": "day", "起": "begins", "迄": "ends", "處所": "post", "值勤人員": "person", "代理人": "deputy",
        "電話": "telephone",
    },
    "key_targets": {
        "目標": "name", "類別": "kind", "所在": "place", "負責": "responsible", "防護措施": "measures",
    },
    "division": {"工作項目": "work", "主辦": "lead", "協辦": "support", "期程": "period"},
    "contacts": {"對象": "who", "類別": "kind", "電話": "telephone", "備註": "note", "緊急": "emergency"},
}  # fmt: skip
KEY_HEADING = {"duty_roster": "值勤人員", "key_targets": "目標", "division": "工作項目", "contacts": "對象"}
YES = {"是": True, "v": True, "V": True, "✓": True, "": False, "否": False}


@dataclass(frozen=True, slots=True)
class FileOfLists:
    """The lists of a file; `place` says where in it an entry's field stands (list, number from 0, field)."""

    lists: Lists
    place: Callable[[str, int, str], Place]


def read_lists(path: Path) -> FileOfLists:
    """Reads YAML (`.yaml`, `.yml`) or tables; raises BadSource or BadSources naming file, line and field."""
    if path.suffix.lower() in {".yaml", ".yml"}:
        return FileOfLists(load_yaml(path, Lists), lambda *trail: trail_place(path, trail))
    found: dict[str, list[RuleModel]] = {}
    places: dict[tuple[str, int], tuple[Table, int]] = {}
    faults: list[BadSource] = []
    for table in read_tables(path):
        section = _section_of(table)
        entries = found.setdefault(section, [])
        for line, entry in _entries(table, section, faults):
            places[section, len(entries)] = (table, line)
            entries.append(entry)
        if not table.lines:
            faults.append(
                BadSource(
                    speak("表格沒有內容", "the table is empty"),
                    place=table.place(table.head),
                    remedy=speak("請填寫各列", "add its rows"),
                )
            )
    if faults:
        raise faults[0] if len(faults) == 1 else BadSources(faults)

    def place(section: str, index: int, field: str) -> Place:
        table, line = places[section, index]
        return table.place(line, next(heading for heading, one in HEADINGS[section].items() if one == field))

    return FileOfLists(Lists.model_validate({name: tuple(entries) for name, entries in found.items()}), place)


def _section_of(table: Table) -> str:
    """Which list a table is; raises BadSource for headings of none, or that are too many or too few."""
    section = next((section for section, key in KEY_HEADING.items() if key in table.columns), None)
    if section is None:
        kinds = "；".join("、".join(headings) for headings in HEADINGS.values())
        raise BadSource(
            speak("沒有名冊使用這些欄名", "no list has these headings"),
            place=table.place(table.head),
            remedy=speak(f"請用下列之一：{kinds}", f"use one of: {kinds}"),
        )
    headings, fields = HEADINGS[section], ENTRIES[section].model_fields
    unknown = [name for name in table.columns if name not in headings]
    missing = [name for name, field in headings.items() if name not in table.columns and fields[field].is_required()]
    if unknown or missing:
        told = [speak(f"多出欄名{'、'.join(unknown)}", f"unknown headings {'、'.join(unknown)}")] if unknown else []
        told += [speak(f"缺少欄名{'、'.join(missing)}", f"missing headings {'、'.join(missing)}")] if missing else []
        remedy = speak(f"欄名為{'、'.join(headings)}", f"the headings are {'、'.join(headings)}")
        raise BadSource(speak("；", "; ").join(told), place=table.place(table.head), remedy=remedy)
    return section


def _entries(table: Table, section: str, faults: list[BadSource]) -> Iterator[tuple[int, RuleModel]]:
    headings = HEADINGS[section]
    for line in table.lines:
        values: dict[str, Any] = {headings[heading]: cell for heading, cell in line.cells.items()}
        if not values.get("post", "x"):
            del values["post"]
        if "emergency" in values:
            values["emergency"] = YES.get(values["emergency"], values["emergency"])
        try:
            yield line.number, ENTRIES[section].model_validate(values)
        except ValidationError as error:
            for detail in error.errors():
                field = str(detail["loc"][0]) if detail["loc"] else ""
                heading = next((name for name, one in headings.items() if one == field), field)
                problem = problem_of(detail)
                remedy = remedy_of(
                    detail,
                    speak(
                        "請參照 docs/changing-the-rules.md 之春安工作一節",
                        "see docs/changing-the-rules.md, Spring-Festival work",
                    ),
                )
                faults.append(BadSource(problem, place=table.place(line.number, heading), remedy=remedy))
