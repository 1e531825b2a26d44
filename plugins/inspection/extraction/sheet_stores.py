"""What a workbook keeps beside its cells: pivot caches, connections, literals in formulas, lists and names."""

from __future__ import annotations

import re
from posixpath import basename

from inspection.extraction.collect import Collector
from inspection.extraction.markup import attribute, attributes, plain, tokens
from inspection.extraction.office_links import Parts
from inspection.extraction.xml_values import read_values
from inspection.vocabulary import Zone

FORMULA = re.compile(
    r"<(?:\w+:)?(?:f|formula\d?)(?:\s[^<>/]*)?>([^<]*(?:\"|&quot;|&#34;|&#x22;)[^<]*)</(?:\w+:)?(?:f|formula\d?)\s*>"
    r"(?:\s*<(?:\w+:)?v(?:\s[^<>]*)?>([^<]*)<)?"
)
LITERAL = re.compile(r'"((?:[^"]|"")*)"')
DEFINED = re.compile(r"<(?:\w+:)?definedName\b([^<>]*)>([^<]*)")
FIELD = re.compile(r"<(/?)(?:\w+:)?(cacheField|sharedItems|s|n|d|m|b|e)(?=[\s/>])([^<>]*)>")
RECORD = re.compile(r"<(/?)(?:\w+:)?(r|s|n|d|m|b|e|x)(?=[\s/>])([^<>]*)>")
PLACE_OF_RECORDS = "樞紐分析快取"
SHORTEST = 4  # of characters: shorter literals are separators and codes


def read_literals(xml: str, title: str, out: Collector) -> None:
    """Texts written into formulas, validation lists and conditions of a sheet and not shown as a cell's value."""
    if "f>" not in xml and "<f " not in xml and "formula" not in xml:
        return
    seen: set[str] = set()
    for formula, value in tokens(FORMULA, xml):
        for text in literals(plain(formula)):
            if text not in seen and text not in plain(value):
                seen.add(text)
                for one in text.split(","):
                    out.add(Zone.HIDDEN, one, f"{title}!公式", part=title)


def literals(formula: str) -> list[str]:
    """The texts in quotes of a formula that are long enough to say something."""
    return [one.replace('""', '"') for one in LITERAL.findall(formula) if len(one) >= SHORTEST]


def read_names(workbook: str, out: Collector) -> None:
    """Defined names, and what is written into them instead of a place."""
    for raw, formula in DEFINED.findall(workbook):
        name = attribute(raw, "name")
        if name.startswith("_xlnm"):
            continue
        out.add(Zone.PROPERTY, name, "定義名稱")
        value = plain(formula).strip().lstrip("=")
        written = literals(value) or ([value] if re.fullmatch(r"-?[\d.]{4,20}", value) else [])
        for text in written:
            out.add(Zone.HIDDEN, f"{name}：{text}", "定義名稱")


def read_connections(parts: Parts, out: Collector) -> None:
    """Connections to other sources: their strings hold accounts and passwords."""
    for name in parts.of_kind("connections"):
        read_values(parts.text(name), out, Zone.HIDDEN, "資料連線")


def read_pivot_caches(parts: Parts, out: Collector) -> None:
    """The source rows a pivot table keeps, though sheet or file they came from may be gone (ECMA-376 18.10)."""
    told: set[str] = set()
    for name in parts.of_kind("pivotcachedefinition"):
        fields = _fields(parts.text(name))
        place = f"{PLACE_OF_RECORDS} {len(told) + 1}"
        own = next((one.target for one in parts.relations(name) if one.kind == "pivotcacherecords"), "")
        records = own or _records_by_number(parts, name)
        told.add(records or name)
        headings = [heading for heading, _ in fields]
        if any(headings):
            out.add_row(Zone.HIDDEN, headings, place, part=place)
        used = _records(parts.text(records), fields, place, out) if records else set()
        for column, (heading, items) in enumerate(fields):
            for index, item in enumerate(items):
                if (column, index) not in used:
                    out.add_row(Zone.HIDDEN, [*[""] * column, item], f"{place} {heading}", part=place)
    for name in parts.of_kind("pivotcacherecords"):
        if name not in told:
            _records(parts.text(name), [], PLACE_OF_RECORDS, out)


def _records_by_number(parts: Parts, definition: str) -> str:
    """Records no relationship leads to: those that bear the definition's number."""
    number = re.sub(r"\D", "", basename(definition))
    records = parts.of_kind("pivotcacherecords")
    return next((one for one in records if re.sub(r"\D", "", basename(one)) == number), "")


def _fields(xml: str) -> list[tuple[str, list[str]]]:
    fields: list[tuple[str, list[str]]] = []
    shared = False
    for closing, name, raw in tokens(FIELD, xml):
        if name == "cacheField":
            if not closing:
                fields.append((attribute(raw, "name"), []))
        elif name == "sharedItems":
            shared = not closing and not raw.endswith("/")
        elif shared and fields and not closing:
            fields[-1][1].append(attributes(raw).get("v", ""))
    return fields


def _records(xml: str, fields: list[tuple[str, list[str]]], place: str, out: Collector) -> set[tuple[int, int]]:
    """Reads the records row by row; (field, item) of all shared items they use."""
    used: set[tuple[int, int]] = set()
    cells: list[str] = []
    for closing, name, raw in tokens(RECORD, xml):
        if name == "r":
            if closing and any(cells):
                out.add_row(Zone.HIDDEN, cells, place, part=place)
            cells = []
        elif not closing:
            value = attributes(raw).get("v", "")
            if name == "x":
                column = len(cells)
                items = fields[column][1] if column < len(fields) else []
                index = int(value) if value.isdecimal() and len(value) < 9 else len(items)
                used.add((column, index))
                value = items[index] if index < len(items) else ""
            cells.append(value)
    return used
