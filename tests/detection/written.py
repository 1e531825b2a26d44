"""Writes readings by hand: paragraphs, rows of cells and other zones, as extraction would yield them."""

from __future__ import annotations

from datetime import date

from inspection.detection.judge import FileMeta
from inspection.extraction.passage import Passage, Reading
from inspection.vocabulary import ReadStatus, Zone

TODAY = date(2026, 11, 20)
KEY = b"k" * 32


def reading(text: str, *others: Passage, properties: dict[str, str] | None = None) -> Reading:
    """One paragraph per line; a line with TABs is a row of one table."""
    passages: list[Passage] = []
    counts: dict[Zone, int] = {}
    for line in text.split("\n"):
        zone = Zone.TABLE if "\t" in line else Zone.BODY
        ordinal = counts.get(zone, 0)
        counts[zone] = ordinal + 1
        cells = tuple(line.split("\t")) if "\t" in line else ()
        passages.append(Passage(zone, line, f"段落 {ordinal + 1}", ordinal, cells, part="表格 1" if cells else ""))
    return Reading(ReadStatus.SCANNED, "docx", passages=(*others, *passages), properties=properties or {})


def placed(zone: Zone, paragraph: int, text: str) -> Reading:
    """A text at the n-th paragraph (from 0) of a zone, plain paragraphs around it."""
    before = [Passage(Zone.BODY, f"第{n}段的文字", ordinal=n) for n in range(paragraph if zone is Zone.BODY else 0)]
    passages = (
        *before,
        Passage(zone, text, ordinal=paragraph),
        Passage(Zone.BODY, "其後的文字", ordinal=paragraph + 1),
    )
    return Reading(ReadStatus.SCANNED, "docx", passages=passages)


def meta(path: str = "工務課/文件.docx", **known: object) -> FileMeta:
    """What is known of a file at the fixed date of the tests."""
    return FileMeta(path, TODAY, **known)  # type: ignore[arg-type]
