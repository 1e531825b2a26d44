"""分享區清冊: one page on which the unit in charge of computing declares who may read each share (officer review A17).

The first assessment rests on it: rights may not be read from a share before the plan is approved. A file is shown
first, then taken over whole or not at all; the same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from inspection.access.roles import on_behalf
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.calendar import roc
from inspection.errors import BadSource, BadSources, NotAllowed
from inspection.language import speak
from inspection.model import ShareDeclaration, ShareRecord
from inspection.rules.wording import Wording
from inspection.store import declarations, roster
from inspection.tables.read import Line, Table, read_tables
from inspection.tables.write import Column, Sheet, workbook
from inspection.vocabulary import DeclaredReaders, Role

UNIT, SHARE, READERS, SECRETS, DAY, WHO = "單位", "分享區", "讀取範圍", "存放機敏資料", "申報日期", "申報人"
COLUMNS = (UNIT, SHARE, READERS, SECRETS, DAY, WHO)
SHEET = "分享區清冊"
Meaning = TypeVar("Meaning")
KEEPERS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})


@dataclass(frozen=True, slots=True)
class Declared:
    """One line of the list, understood."""

    share_id: str
    share: str
    unit: str
    readers: DeclaredReaders
    holds_secrets: bool
    declared_on: date
    declared_by: str


def form(session: Session, wording: Wording) -> bytes:
    """The list to be filled in (.xlsx): a line for each share of the roster, with what was declared last."""
    names = {unit.id: unit.name for unit in roster.units(session)}
    rows = []
    for share, before in declarations.of_units(session, names):
        said = ("", "", "", "")
        if before is not None:
            said = (
                wording.line(f"declared_{before.readers.value}"),
                wording.line("declared_yes" if before.holds_secrets else "declared_no"),
                roc.plain(before.declared_on),
                before.declared_by,
            )
        rows.append((names[share.unit_id], share.name, *said))
    menus = {
        READERS: tuple(wording.line(f"declared_{one.value}") for one in DeclaredReaders),
        SECRETS: (wording.line("declared_yes"), wording.line("declared_no")),
    }
    columns = tuple(Column(name, 18, menus.get(name, ())) for name in COLUMNS)
    return workbook((Sheet(SHEET, columns, rows=rows),))


def read_list(session: Session, path: Path, wording: Wording) -> list[Declared]:
    """The lines of a file (.xlsx, .ods, .csv); raises BadSources naming each cell that is not understood."""
    table = next((one for one in read_tables(path) if set(COLUMNS) <= set(one.columns)), None)
    if table is None:
        raise BadSource(
            speak(f"查無分享區清冊之欄位：{'、'.join(COLUMNS)}", f"no list with the columns {'、'.join(COLUMNS)}"),
            place=path,
            remedy=speak(
                "以 inspection plan declare-form 產生之表格填寫",
                "fill in the table written by inspection plan declare-form",
            ),
        )
    names = {unit.id: unit.name for unit in roster.units(session)}
    known = {(names[one.unit_id], one.name): one for one, _ in declarations.of_units(session, names)}
    faults: list[BadSource] = []
    found = [one for line in table.lines if (one := _line(table, line, known, wording, faults)) is not None]
    twice = {one.share_id for one in found if sum(other.share_id == one.share_id for other in found) > 1}
    for one in found:
        if one.share_id in twice:
            faults.append(
                BadSource(
                    speak(f"分享區「{one.share}」重複列載", f"the share {one.share!r} is listed twice"),
                    place=path,
                    remedy=speak("每一分享區保留一列", "keep one row for each share"),
                )
            )
            twice.discard(one.share_id)
    if faults:
        raise BadSources(faults)
    return found


def _line(
    table: Table, line: Line, known: dict[tuple[str, str], ShareRecord], wording: Wording, faults: list[BadSource]
) -> Declared | None:
    before = len(faults)
    unit, share = line.cells[UNIT], line.cells[SHARE]
    record_of = known.get((unit, share))
    if record_of is None:
        there = "、".join(name for owner, name in known if owner == unit) or "該單位於名冊無分享區"
        problem = speak(f"名冊查無「{unit}」之分享區「{share}」", f"the roster has no share {share!r} of {unit!r}")
        faults.append(
            BadSource(
                problem,
                place=table.place(line.number, SHARE),
                remedy=speak(f"名冊所載：{there}", f"the roster says: {there}"),
            )
        )
    everybody = {wording.line(f"declared_{one.value}"): one for one in DeclaredReaders}
    readers = _word(table, line, READERS, everybody, faults)
    choices = {wording.line("declared_yes"): True, wording.line("declared_no"): False}
    secrets = _word(table, line, SECRETS, choices, faults)
    day = None
    try:
        day = roc.parse(line.cells[DAY])
    except BadSource:
        problem = speak(f"申報日期「{line.cells[DAY]}」無法辨識", f"no day: {line.cells[DAY]!r}")
        faults.append(
            BadSource(
                problem,
                place=table.place(line.number, DAY),
                remedy=speak("請寫115年11月2日或115.11.02", "write 115.11.02"),
            )
        )
    if not line.cells[WHO]:
        faults.append(
            BadSource(
                speak("未填申報人", "who declared it is missing"),
                place=table.place(line.number, WHO),
                remedy=speak("請填資訊單位申報人姓名", "give the name of the declarer of the IT office"),
            )
        )
    if len(faults) > before or record_of is None or readers is None or secrets is None or day is None:
        return None
    return Declared(record_of.id, share, unit, readers, secrets, day, line.cells[WHO])


def _word(table: Table, line: Line, column: str, known: dict[str, Meaning], faults: list[BadSource]) -> Meaning | None:
    found = known.get(line.cells[column])
    if found is None:
        problem = speak(f"{column}「{line.cells[column]}」無法辨識", f"{column}: {line.cells[column]!r} is unknown")
        faults.append(
            BadSource(
                problem,
                place=table.place(line.number, column),
                remedy=speak(f"請填{'或'.join(known)}", f"write one of {', '.join(known)}"),
            )
        )
    return found


def changed(session: Session, given: Sequence[Declared]) -> list[Declared]:
    """The lines that say something new."""
    return [one for one in given if not _same(session.get(ShareDeclaration, one.share_id), one)]


def _same(row: ShareDeclaration | None, one: Declared) -> bool:
    return row is not None and (row.readers, row.holds_secrets, row.declared_on, row.declared_by) == (
        one.readers,
        one.holds_secrets,
        one.declared_on,
        one.declared_by,
    )


def declare(session: Session, given: Sequence[Declared], *, person_id: str, at: datetime) -> list[Declared]:
    """Takes a list over; returns what was new. Raises NotAllowed outside the ethics office. Twice is once."""
    held = asking(session, person_id, at=at).holding(KEEPERS)
    if held is None:
        raise NotAllowed(
            speak(
                "分享區清冊由政風室登錄；請交政風室承辦人匯入",
                "only the ethics office enters the list of shares; hand it to the officer in charge",
            )
        )
    fresh = changed(session, given)
    for one in fresh:
        row = session.get(ShareDeclaration, one.share_id)
        if row is None:
            row = ShareDeclaration(share_id=one.share_id)
            session.add(row)
        row.readers, row.holds_secrets = one.readers, one.holds_secrets
        row.declared_on, row.declared_by, row.entered_by = one.declared_on, one.declared_by, person_id
        record(
            session,
            at=at,
            actor=person_id,
            subject=("share", one.share_id),
            action="declared",
            details=on_behalf(person_id, held),
        )
    session.flush()
    return fresh
