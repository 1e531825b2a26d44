"""Word documents (docx, docm, dotx): every zone a mark can stand in, joined runs, struck and hidden text apart."""

from __future__ import annotations

import re

from inspection.extraction.archive import Package
from inspection.extraction.collect import Collector
from inspection.extraction.markup import attribute, attributes, decode_xml
from inspection.extraction.office_parts import embed_parts, read_drawing_text, read_properties
from inspection.extraction.unreadable import corrupt
from inspection.extraction.word_text import NO_STYLES, Styles, WordText, read_styles
from inspection.vocabulary import Zone

BODY = re.compile(r"word/document\d*\.xml$", re.IGNORECASE)
WANTED = re.compile(
    r"word/(?:document|header|footer|footnotes|endnotes|comments|styles)\d*\.xml$"
    r"|word/_rels/document\d*\.xml\.rels$|word/(?:embeddings/|charts/chart|diagrams/data)"
    r"|word/[^/]*\.(?:mht|mhtml|htm|html|rtf|docx|txt)$|docProps/",
    re.IGNORECASE,
)
REFERENCE = re.compile(r"<w:headerReference\b([^<>]*)>")
RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^<>]*)>")
PARTS: tuple[tuple[str, Zone], ...] = (
    ("footer", Zone.FOOTER),
    ("footnotes", Zone.NOTE),
    ("endnotes", Zone.NOTE),
    ("comments", Zone.COMMENT),
)
ALTERNATIVE_BODY = re.compile(r"word/[^/]*\.(?:mht|mhtml|htm|html|rtf|docx|txt)$", re.IGNORECASE)


def read_word(package: Package, out: Collector) -> None:
    """Reads all parts of a Word package into `out`; raises Unreadable, corrupt where there is no body."""
    names = package.names
    bodies = [name for name in names if BODY.match(name)]
    if not bodies:
        raise corrupt("a Word package without a document")
    styles = _styles(package)
    body = decode_xml(package.read(bodies[0]))
    first = _first_headers(package, bodies[0], body)
    for name in names:
        lower = name.lower()
        if lower.startswith("word/header") and lower.endswith(".xml"):
            zone = Zone.FIRST_HEADER if lower in first else Zone.HEADER
            _read_part(package, name, zone, out, styles)
    WordText(Zone.BODY, out, styles).read(body)
    for name in names:
        lower = name.lower()
        for start, zone in PARTS:
            if lower.startswith(f"word/{start}") and lower.endswith(".xml"):
                _read_part(package, name, zone, out, styles)
        if lower.startswith(("word/charts/chart", "word/diagrams/data")) and lower.endswith(".xml"):
            read_drawing_text(decode_xml(package.read(name)), Zone.TEXT_BOX, out)
        elif ALTERNATIVE_BODY.match(name):
            out.embed(name.rpartition("/")[2], package.read(name))
    embed_parts(package, "word/embeddings/", out)
    read_properties(package, out)


def _read_part(package: Package, name: str, zone: Zone, out: Collector, styles: Styles) -> None:
    WordText(zone, out, styles).read(decode_xml(package.read(name)))


def _styles(package: Package) -> Styles:
    data = package.read("word/styles.xml")
    return read_styles(decode_xml(data)) if data else NO_STYLES


def _first_headers(package: Package, body_name: str, body: str) -> set[str]:
    """Lower-case part names of headers that show on a section's first page only."""
    ids = set()
    for raw in REFERENCE.findall(body):
        found = attributes(raw)
        if found.get("type") == "first":
            ids.add(found.get("id", ""))
    if not ids:
        return set()
    folder, _, file = body_name.rpartition("/")
    relations = decode_xml(package.read(f"{folder}/_rels/{file}.rels"))
    return {
        f"word/{attribute(raw, 'Target').rpartition('/')[2]}".lower()
        for raw in RELATION.findall(relations)
        if attribute(raw, "Id") in ids
    }
