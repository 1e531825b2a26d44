"""Reads the visible body of a returned checklist: the rows by their codes, and what was chosen, ticked and written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

from inspection.documents.template_source import W
from inspection.vocabulary import ITEM_CODE

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = frozenset({f"{W}del", f"{W}moveFrom", _FALLBACK})
_TRACKED = (f"{W}del", f"{W}ins", f"{W}moveFrom", f"{W}moveTo")
# a tick is a tick, in the box, beside it or in its place; what says no, or leaves the box empty, is none
_TICKS = frozenset("☑☒✓✔■V√ˇ*●")
_TICK_WORDS = frozenset({"是", "有", "已改善", "已自行改善", "打勾", "勾選"})
_NO_TICKS = frozenset({"", "☐", "□", "-", "－", "—", "否", "無", "未", "X", "×", "✗", "N/A"})
_CHOOSE = ("請選擇日期", "請選擇", "選擇一個項目。", "按一下或點選以輸入日期。", "按一下以輸入日期。")
_WRITE = ("請點選填寫", "按一下或點選以輸入文字。", "按一下這裡以輸入文字。")
_FIELDS = {"filler": "填表人", "date": "填表日期", "statement": "受檢單位意見"}
_ALIASES = {"結果": "result", "已自行改善": "mended", "說明": "remark"}


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


def read_body(root: etree._Element) -> FormBody:
    """The body of a checklist, as robust against Word's and LibreOffice's ways as measured (both versions)."""
    controls = _controls(root)
    rows = tuple(row for row in map(_row, root.iter(f"{W}tr")) if row is not None)
    present = {row.code for row in rows}
    loose = {code: _loose(code, controls) for code in _codes(controls) - present}
    labelled = _labelled(root)
    values = {
        name: _written(controls.get(f"form.{name}"), _CHOOSE + _WRITE)
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
        tracked=next(root.iter(*_TRACKED), None) is not None,
    )


def words_of(element: etree._Element, skip: etree._Element | None = None) -> str:
    """Visible text: revisions taken out, line breaks and paragraphs as newlines; without what stands in `skip`."""
    pieces: list[str] = []

    def visit(node: etree._Element) -> None:
        if node is skip or node.tag in _GONE:
            return
        if node.tag == f"{W}t":
            pieces.append(node.text or "")
        elif node.tag in {f"{W}br", f"{W}cr"}:
            pieces.append("\n")
        elif node.tag == f"{W}tab":
            pieces.append("\t")
        elif node.tag == f"{W}p" and any(pieces):
            pieces.append("\n")
        for child in node:
            if child.tag not in {f"{W}sdtPr", f"{W}tabs"}:
                visit(child)

    visit(element)
    return "".join(pieces).strip("\n")


def _cells(row: etree._Element) -> list[etree._Element]:
    return [
        cell
        for cell in row.iter(f"{W}tc")
        if next(cell.iterancestors(f"{W}tr"), None) is row and not any(a.tag in _GONE for a in cell.iterancestors())
    ]


def _row(row: etree._Element) -> FormRow | None:
    cells = _cells(row)
    if len(cells) < 5:
        return None
    code = re.sub(r"\s+", "", unicodedata.normalize("NFKC", words_of(cells[0]))).upper()
    if not ITEM_CODE.fullmatch(code):
        return None
    statement = next((words for words in map(words_of, cells[1].iter(f"{W}p")) if words.strip()), "")
    control = next(cells[2].iter(f"{W}sdt"), None)
    ticked, unclear = _tick(cells[3])
    return FormRow(
        code,
        statement,
        chosen=_written(control, _CHOOSE + _WRITE),
        beside=_strip(words_of(cells[2], skip=control), _CHOOSE + _WRITE),
        ticked=ticked,
        tick_unclear=unclear,
        remark=_remark(cells[4]),
    )


def _remark(cell: etree._Element) -> str:
    """What is written in the control and beside it."""
    control = next(cell.iter(f"{W}sdt"), None)
    pieces = (_written(control, _WRITE), _strip(words_of(cell, skip=control), _WRITE))
    return "\n".join(piece for piece in pieces if piece)


def _tick(cell: etree._Element) -> tuple[bool, bool]:
    """Whether it is ticked, and whether that cannot be said: glyph and state of the box contradict each other, or
    what is written is neither a tick nor a no."""
    box = next((one for one in cell.iter(f"{W}sdt") if one.find(f".//{_W14}checkbox") is not None), None)
    beside, unclear = _ticked(words_of(cell, skip=box))
    if box is None:
        return beside, unclear
    glyph, odd = _ticked(words_of(box))
    checked = box.find(f".//{_W14}checkbox/{_W14}checked")
    state = checked is not None and checked.get(f"{_W14}val") in {"1", "true", "on"}
    return state or glyph or beside, unclear or odd or state != glyph


def _ticked(words: str) -> tuple[bool, bool]:
    """Whether words are a tick, and whether they are neither a tick nor a no."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", words)).upper()
    signs = bare.replace("☐", "").replace("□", "")
    if signs in _TICK_WORDS or (signs and set(signs) <= _TICKS):
        return True, False
    return False, signs not in _NO_TICKS


def _written(control: etree._Element | None, placeholders: tuple[str, ...]) -> str:
    """What a control holds. Whether Word says it shows a placeholder is not believed: LibreOffice leaves that on."""
    content = None if control is None else control.find(f"{W}sdtContent")
    return "" if content is None else _strip(words_of(content), placeholders)


def _strip(words: str, placeholders: tuple[str, ...]) -> str:
    """Without the placeholder wording at its ends, where typing before or after it leaves it."""
    words = words.strip()
    for placeholder in placeholders:
        words = words.removeprefix(placeholder).removesuffix(placeholder).strip()
    return words


def _key(properties: etree._Element) -> str:
    tag = properties.find(f"{W}tag")
    if tag is not None and tag.get(f"{W}val"):
        return str(tag.get(f"{W}val"))
    alias = properties.find(f"{W}alias")
    name = "" if alias is None else str(alias.get(f"{W}val", ""))
    code, _, part = name.partition(" ")
    if part in _ALIASES:
        return f"{code}.{_ALIASES[part]}"
    return next((f"form.{key}" for key, label in _FIELDS.items() if label == name), "")


def _controls(root: etree._Element) -> dict[str, etree._Element]:
    """Controls by tag or alias, wherever they stand; the first of a key."""
    found: dict[str, etree._Element] = {}
    for control in root.iter(f"{W}sdt"):
        properties = control.find(f"{W}sdtPr")
        key = "" if properties is None else _key(properties)
        if key:
            found.setdefault(key, control)
    return found


def _codes(controls: dict[str, etree._Element]) -> set[str]:
    return {key.rpartition(".")[0] for key in controls if ITEM_CODE.fullmatch(key.rpartition(".")[0])}


def _loose(code: str, controls: dict[str, etree._Element]) -> FormRow:
    tick = controls.get(f"{code}.mended")
    ticked, unclear = (False, False) if tick is None else _tick(tick)
    return FormRow(
        code,
        chosen=_written(controls.get(f"{code}.result"), _CHOOSE + _WRITE),
        ticked=ticked,
        tick_unclear=unclear,
        remark=_written(controls.get(f"{code}.remark"), _WRITE),
    )


def _labelled(root: etree._Element) -> dict[str, str]:
    """What stands in the cell after a label: `受檢單位` -> `工務課`."""
    found: dict[str, str] = {}
    for row in root.iter(f"{W}tr"):
        cells = _cells(row)
        for label, value in pairwise(cells):
            name = re.sub(r"\s+", "", words_of(label))
            if name in {"受檢單位", *_FIELDS.values()}:
                found.setdefault(name, words_of(value).strip())
    return found
