"""Office files written as one XML: Word 2003 XML, flat packages, and XML Spreadsheet 2003 as many systems export it."""

from __future__ import annotations

import re

from inspection.extraction.collect import Collector
from inspection.extraction.markup import attribute, plain
from inspection.extraction.sheet_rows import SheetRows
from inspection.extraction.word_text import NO_STYLES, WordText
from inspection.vocabulary import Zone

RUNNING = re.compile(r"<w:(hdr|ftr)\b([^<>]*)>")
CELL = re.compile(r"<(/?)(?:\w+:)?(Worksheet|Row|Cell|Data|Comment|Header|Footer)(?=[\s/>])([^<>]*)>([^<]*)")
PROPERTY = re.compile(r"<o:(Title|Subject|Keywords|Category|Description)>([^<]*)<")
FARTHEST = 1_048_576


def read_flat_word(text: str, out: Collector) -> None:
    """Word 2003 XML or a flat package: headers and footers cut out of the body and read in their zones."""
    body, position = [], 0
    while found := RUNNING.search(text, position):
        end = text.find(f"</w:{found[1]}>", found.end())
        if end < 0:
            break
        first = attribute(found[2], "type") == "first"
        zone = Zone.FOOTER if found[1] == "ftr" else Zone.FIRST_HEADER if first else Zone.HEADER
        WordText(zone, out, NO_STYLES).read(text[found.end() : end])
        body.append(text[position : found.start()])
        position = end
    body.append(text[position:])
    WordText(Zone.BODY, out, NO_STYLES).read("".join(body))
    _properties(text, out)


def read_flat_sheet(text: str, out: Collector) -> None:
    """XML Spreadsheet 2003: rows cell by cell; `ss:Index` jumps over empty ones."""
    rows, row, column, in_comment = SheetRows("", False, out), -1, -1, False
    for closing, name, raw, after in CELL.findall(text):
        if name == "Comment":
            in_comment = not closing
        elif closing:
            continue
        elif name == "Worksheet":
            rows.close()
            title = attribute(raw, "Name")
            out.add(Zone.PROPERTY, title, "工作表名稱")
            rows, row = SheetRows(title, False, out), -1
        elif name == "Row":
            row, column = _index(raw, row), -1
        elif name == "Cell":
            column = _index(raw, column)
        elif name == "Data" and after.strip():
            if in_comment:
                out.add(Zone.COMMENT, plain(after), rows.title)
            else:
                rows.put(max(row, 0), max(column, 0), plain(after).strip())
        elif name in {"Header", "Footer"}:
            zone = Zone.HEADER if name == "Header" else Zone.FOOTER
            out.add(zone, re.sub("&[LCR]", "", attribute(raw, "Data")), rows.title)
    rows.close()
    _properties(text, out)


def _index(raw: str, last: int) -> int:
    given = attribute(raw, "Index")
    return min(int(given) - 1, FARTHEST) if given.isdecimal() and len(given) < 9 else last + 1


def _properties(text: str, out: Collector) -> None:
    for name, value in PROPERTY.findall(text):
        out.add_property(name.lower(), plain(value))
