"""The form awareness work is kept in: a workbook of two lists and a page that explains, or one list as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from sqlalchemy.orm import Session

from inspection.awareness.records import HANDLER_COLUMNS, HANDLER_SHEET, SESSION_COLUMNS, SESSION_SHEET
from inspection.errors import BadSource
from inspection.language import speak
from inspection.rules.awareness import AwarenessRules
from inspection.rules.catalogue import Catalogue
from inspection.store import roster
from inspection.tables.write import Column, Sheet, workbook

BLANK_LINES = 30
EXPLAINED = "填寫說明"
WIDTHS = {"編號": 12, "日期": 12, "宣導月份": 12, "方式": 16, "主題": 34, "內容": 24, "單位": 22, "人次": 8,
          "參加人員": 24, "測驗人數": 9, "測驗平均": 9, "管道及日期": 26, "人員": 14, "承辦業務": 34, "起日": 14,
          "迄日": 14}  # fmt: skip


def template(session: Session, path: Path, *, catalogue: Catalogue, handlers: bool = False) -> bytes:
    """The form for a file of this name: .xlsx with both lists, .csv with the sessions or (`handlers`) the people.

    Raises BadSource for another ending.
    """
    if path.suffix.lower() == ".csv":
        out = io.StringIO(newline="")
        csv.writer(out).writerow((HANDLER_COLUMNS if handlers else SESSION_COLUMNS).values())
        return out.getvalue().encode("utf-8-sig")  # the mark lets a spreadsheet program see that it is UTF-8
    if path.suffix.lower() != ".xlsx":
        raise BadSource(
            speak("不是 .xlsx 或 .csv", "is neither .xlsx nor .csv"),
            place=path,
            remedy=speak("請以此副檔名命名", "name the file so"),
        )
    rules = catalogue.awareness
    units = tuple(unit.name for unit in roster.units(session))
    menus = {"方式": tuple(kind.name for kind in rules.kinds)}
    return workbook(
        (
            Sheet(SESSION_SHEET, _columns(SESSION_COLUMNS, menus), blank=BLANK_LINES),
            Sheet(HANDLER_SHEET, _columns(HANDLER_COLUMNS, {"單位": units}), blank=BLANK_LINES),
            Sheet(EXPLAINED, (Column("欄位", 16), Column("填寫方式", 78)), rows=_explained(catalogue, rules)),
        )
    )


def _columns(names: dict[str, str], menus: dict[str, tuple[str, ...]]) -> tuple[Column, ...]:
    return tuple(Column(name, WIDTHS[name], menus.get(name, ())) for name in names.values())


def _explained(catalogue: Catalogue, rules: AwarenessRules) -> list[tuple[str, str]]:
    values = {
        "kinds": "、".join(kind.name for kind in rules.kinds),
        "training_kinds": "、".join(kind.name for kind in rules.kinds if kind.trains),
        "tags": "、".join(tag.name for tag in rules.tags),
        "channels": "、".join(channel.name for channel in rules.channels),
    }
    told = catalogue.wording.say("awareness_columns", values)
    parts = [line.partition("：") for line in told]
    return [(name, words) for name, _, words in parts]
