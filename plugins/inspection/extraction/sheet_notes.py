"""What lies over the cells of a sheet, by the row it belongs to: comments, and text boxes by their anchor."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inspection.extraction.collect import Collector
from inspection.extraction.markup import attribute, plain
from inspection.extraction.office_links import Parts
from inspection.extraction.office_parts import read_drawing_text
from inspection.extraction.passage import Passage
from inspection.vocabulary import Zone

COMMENTS = ("comments", "threadedcomments")
COMMENT = re.compile(r"<(/?)(?:\w+:)?(comment|threadedComment|t|text)(|[\s/][^<>]*)>([^<]*)")
ANCHOR = re.compile(
    r"<(?:\w+:)?(?:twoCellAnchor|oneCellAnchor)\b.*?</(?:\w+:)?(?:twoCellAnchor|oneCellAnchor)\s*>", re.DOTALL
)
ANCHOR_ROW = re.compile(r"<(?:\w+:)?row\s*>\s*(\d{1,7})\s*<")
REFERENCE_ROW = re.compile(r"(\d{1,7})$")
LAST = 1 << 30

ByRow = dict[int, list[Passage]]


def beside_cells(parts: Parts, sheet: str, out: Collector) -> tuple[ByRow, set[str]]:
    """Comments and boxes of a sheet by row, counted from 0, and the parts they were taken from."""
    found: ByRow = {}
    taken: set[str] = set()
    for name in (relation.target for relation in parts.relations(sheet)):
        kind = parts.kind(name)
        if kind in COMMENTS:
            for row, text, locator in comments_of(parts.text(name)):
                found.setdefault(row, []).append(Passage(Zone.COMMENT, text, locator))
        elif kind == "drawing":
            xml = parts.text(name)
            for anchor in ANCHOR.findall(xml):
                place = ANCHOR_ROW.search(anchor)
                found.setdefault(int(place[1]) if place else LAST, []).extend(_drawn(anchor, out))
            found.setdefault(LAST, []).extend(_drawn(ANCHOR.sub("", xml), out))
        else:
            continue
        taken.add(name)
    return found, taken


def comments_of(xml: str) -> Iterator[tuple[int, str, str]]:
    """Row of the cell, text and place of each comment."""
    runs: list[str] = []
    place = ""
    for closing, name, raw, text in COMMENT.findall(xml):
        if name in {"comment", "threadedComment"}:
            if runs:
                yield _row(place), "".join(runs), place
            runs = []
            place = place if closing else f"註解 {attribute(raw, 'ref')}"
        elif text and not closing:
            runs.append(plain(text))
    if runs:
        yield _row(place), "".join(runs), place


def _row(place: str) -> int:
    found = REFERENCE_ROW.search(place)
    return int(found[1]) - 1 if found else LAST


def _drawn(xml: str, out: Collector) -> list[Passage]:
    own = Collector(out.limits)
    read_drawing_text(xml, Zone.TEXT_BOX, own, "文字方塊")
    return own.passages
