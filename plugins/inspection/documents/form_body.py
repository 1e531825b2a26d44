"""Reads the visible body of a returned checklist: the rows by their codes, and what was chosen, ticked and written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from inspection.documents.form_cells import Cell, Grid, bare_code
from inspection.vocabulary import ITEM_CODE

# a tick is a tick, in the box, beside it or in its place; what says no, or leaves the box empty, is none
_TICKS = frozenset("☑☒✓✔■V√ˇ*●")
_TICK_WORDS = frozenset({"是", "有", "已改善", "已自行改善", "打勾", "勾選"})
_NO_TICKS = frozenset({"", "☐", "□", "-", "－", "—", "否", "無", "未", "X", "×", "✗", "N/A"})
_CHOOSE = ("請選擇日期", "請選擇", "選擇一個項目。", "按一下或點選以輸入日期。", "按一下以輸入日期。")
_WRITE = ("請點選填寫", "按一下或點選以輸入文字。", "按一下這裡以輸入文字。")
# what stands in a control of ours before anything is chosen: nothing that would be printed
EMPTY_FIELD = "　　　"
_FIELDS = {"filler": "填表人", "date": "填表日期", "statement": "受檢單位意見"}
_NONE = Cell("")


@dataclass(frozen=True, slots=True)
class FormRow:
    """One answered question. `chosen` stands in the control, `beside` next to it."""

    code: str
    statement: str = ""
    chosen: str = ""
    beside: str = ""
    ticked: bool = False
    tick_unclear: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class FormBody:
    """The form as it is seen. `loose` holds controls whose row was lost, by code."""

    rows: tuple[FormRow, ...]
    loose: dict[str, FormRow]
    unit: str = ""
    filler: str = ""
    date: str = ""
    opinion: str = ""
    tracked: bool = False


def read_body(grid: Grid) -> FormBody:
    """The body of a checklist, whichever format it was laid out from."""
    rows = tuple(row for row in map(_row, grid.rows) if row is not None)
    present = {row.code for row in rows}
    loose = {code: _loose(code, grid.controls) for code in _codes(grid.controls) - present}
    labelled = _labelled(grid)
    values = {
        name: _strip(grid.controls.get(f"form.{name}", _NONE).held, _CHOOSE + _WRITE)
        or _strip(labelled.get(label, ""), _CHOOSE + _WRITE)
        for name, label in _FIELDS.items()
    }
    return FormBody(
        rows,
        loose,
        unit=labelled.get("受檢單位", ""),
        filler=values["filler"],
        date=values["date"],
        opinion=values["statement"],
        tracked=grid.tracked,
    )


def _row(cells: Sequence[Cell]) -> FormRow | None:
    if len(cells) < 5:
        return None
    code = bare_code(cells[0].words)
    if not ITEM_CODE.fullmatch(code):
        return None
    ticked, unclear = _tick(cells[3])
    return FormRow(
        code,
        next((words for words in cells[1].lines if words.strip()), ""),
        chosen=_strip(cells[2].held, _CHOOSE + _WRITE),
        beside=_strip(cells[2].beside, _CHOOSE + _WRITE),
        ticked=ticked,
        tick_unclear=unclear,
        remark=_remark(cells[4]),
    )


def _remark(cell: Cell) -> str:
    """What is written in the control and beside it, in the order it stands: LibreOffice ends a control in the middle of
    a sentence. Whether an office program says it shows a placeholder is not believed: LibreOffice leaves that on."""
    if _strip(cell.held, _WRITE):
        return _strip(cell.words, _WRITE)
    return _strip(cell.beside, _WRITE)  # the control holds its prompt alone, wherever in the cell it stands


def _tick(cell: Cell) -> tuple[bool, bool]:
    """Whether it is ticked, and whether that cannot be said: glyph and state of the box contradict each other, or
    what is written is neither a tick nor a no."""
    beside, unclear = _ticked(cell.beside_box)
    if cell.box is None:
        return beside, unclear
    glyph, odd = _ticked(cell.box.glyph)
    return cell.box.checked or glyph or beside, unclear or odd or cell.box.checked != glyph


def _ticked(words: str) -> tuple[bool, bool]:
    """Whether words are a tick, and whether they are neither a tick nor a no."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", words)).upper()
    signs = bare.replace("☐", "").replace("□", "")
    if signs in _TICK_WORDS or (signs and set(signs) <= _TICKS):
        return True, False
    return False, signs not in _NO_TICKS


def _strip(words: str, placeholders: tuple[str, ...]) -> str:
    """Without the placeholder wording at its ends, where typing before or after it leaves it."""
    words = words.strip()
    for placeholder in placeholders:
        words = words.removeprefix(placeholder).removesuffix(placeholder).strip()
    return words


def _codes(controls: Mapping[str, Cell]) -> set[str]:
    return {key.rpartition(".")[0] for key in controls if ITEM_CODE.fullmatch(key.rpartition(".")[0])}


def _loose(code: str, controls: Mapping[str, Cell]) -> FormRow:
    ticked, unclear = _tick(controls.get(f"{code}.mended", _NONE))
    return FormRow(
        code,
        chosen=_strip(controls.get(f"{code}.result", _NONE).held, _CHOOSE + _WRITE),
        ticked=ticked,
        tick_unclear=unclear,
        remark=_strip(controls.get(f"{code}.remark", _NONE).held, _WRITE),
    )


def _labelled(grid: Grid) -> dict[str, str]:
    """What stands in the cell after a label: `受檢單位` -> `工務課`."""
    found: dict[str, str] = {}
    for row in grid.rows:
        for label, value in pairwise(row):
            name = re.sub(r"\s+", "", label.words)
            if name in {"受檢單位", *_FIELDS.values()}:
                found.setdefault(name, value.words.strip())
    return found
