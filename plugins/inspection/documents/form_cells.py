"""A checklist as it is laid out before the eye, whichever office format it was saved in: rows of cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from inspection.documents.returned import Problem


@dataclass(frozen=True, slots=True)
class Box:
    """A box to tick: what it says of itself, and the sign that is shown in it."""

    checked: bool
    glyph: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: all its `words`, their `lines` (paragraphs), what stands in its first control (`held`) and what beside
    that (`beside`; all of it where there is no control); a box, where there is one, and what stands beside the box."""

    words: str
    lines: tuple[str, ...] = ()
    held: str = ""
    beside: str = ""
    box: Box | None = None
    beside_box: str = ""

    @staticmethod
    def plain(words: str) -> Cell:
        """A cell without controls."""
        return Cell(words, tuple(words.split("\n")), beside=words, beside_box=words)


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of all tables in order, the controls that bear a name of ours (DOC-001.result) wherever they stand,
    whether changes are tracked, and what could only be guessed, by its place."""

    rows: tuple[tuple[Cell, ...], ...]
    controls: Mapping[str, Cell] = field(default_factory=dict)
    tracked: bool = False
    faults: tuple[Problem, ...] = ()


_FIELDS = {"填表人": "form.filler", "填表日期": "form.date", "受檢單位意見": "form.statement"}
_PARTS = {"結果": "result", "已自行改善": "mended", "說明": "remark"}


def key_of(tag: str, alias: str) -> str:
    """What a control is called by us: by its tag, or by its title where an office program lost the tag."""
    if tag:
        return tag
    code, _, part = alias.partition(" ")
    return f"{code}.{_PARTS[part]}" if part in _PARTS else _FIELDS.get(alias, "")


def bare_code(words: str) -> str:
    """What stands in a first cell, as the code of a statement would be written."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", words)).upper()
