"""Word documents (docx, docm, dotx): every zone a mark can stand in, joined runs, struck and hidden text apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inspection.extraction.collect import Collector
from inspection.extraction.markup import attribute, attributes
from inspection.extraction.office_links import EMBEDDED, Parts
from inspection.extraction.office_parts import embed_parts, read_drawing_text, read_properties, read_rest
from inspection.extraction.word_text import NO_STYLES, OFF, Notes, Styles, WordText, read_styles
from inspection.vocabulary import Zone

SECTION = re.compile(r"<(?:\w+:)?(headerReference|footerReference|titlePg)\b([^<>]*)>|</(?:\w+:)?sectPr\s*>")
EVEN_AND_ODD = re.compile(r"<(?:\w+:)?evenAndOddHeaders\b([^<>]*)>")
VARIABLE = re.compile(r"<(?:\w+:)?docVar\b([^<>]*)>")
BESIDE: dict[str, Zone] = {"footnotes": Zone.NOTE, "endnotes": Zone.NOTE, "comments": Zone.COMMENT}
DRAWN = frozenset({"chart", "diagramdata", "drawing"})
HANDLED = frozenset({"header", "footer", "settings", "glossarydocument", *BESIDE, *DRAWN, *EMBEDDED})


def read_word(parts: Parts, out: Collector) -> None:
    """Reads all parts of a Word package into `out`; raises Unreadable."""
    styles = _styles(parts)
    body = parts.text(parts.main)
    settings = parts.text(parts.related(parts.main, "settings"))
    shown = _shown_parts(parts, body, settings)
    for name in parts.of_kind("header"):
        WordText(shown.get(name, Zone.HIDDEN), out, styles).read(parts.text(name))
    notes = Notes([(zone, parts.text(name)) for kind, zone in BESIDE.items() for name in parts.of_kind(kind)])
    WordText(Zone.BODY, out, styles, notes).read(body)
    for name in parts.of_kind("footer"):
        zone = Zone.FOOTER if name in shown else Zone.HIDDEN
        WordText(zone, out, styles).read(parts.text(name))
    notes.read_rest(out, styles)
    for name in parts.of_kind("glossarydocument"):
        WordText(Zone.HIDDEN, out, styles).read(parts.text(name))
    for name in parts.of_kind(*DRAWN):
        read_drawing_text(parts.text(name), Zone.TEXT_BOX, out)
    for raw in VARIABLE.findall(settings):
        given = attributes(raw)
        out.add(Zone.HIDDEN, f"{given.get('name', '')}：{given.get('val', '')}", "文件變數")
    embed_parts(parts, out)
    read_properties(parts, out)
    read_rest(parts, out, HANDLED)


def _styles(parts: Parts) -> Styles:
    name = parts.related(parts.main, "styles")
    return read_styles(parts.text(name)) if name else NO_STYLES


def _shown_parts(parts: Parts, body: str, settings: str) -> dict[str, Zone]:
    """Zone of each header and footer that stands on paper: those of first pages and even pages only where the
    document's settings switch them on, none that no section refers to (ECMA-376 17.10.1, 17.10.6)."""
    targets = {relation.id: relation.target for relation in parts.relations(parts.main)}
    even = EVEN_AND_ODD.search(settings)
    has_even = even is not None and attribute(even[1], "val").lower() not in OFF
    shown: dict[str, Zone] = {}
    for has_first, references in _sections(body):
        for (_, kind), relation in references.items():
            target = targets.get(relation, "")
            if not target or (kind == "first" and not has_first) or (kind == "even" and not has_even):
                continue
            zone = Zone.FIRST_HEADER if kind == "first" else Zone.HEADER
            if shown.get(target) is not Zone.HEADER:
                shown[target] = zone
    return shown


def _sections(body: str) -> Iterator[tuple[bool, dict[tuple[str, str], str]]]:
    """For each section whether its first page has headers of its own, and its references: what a section does not
    name it has from the one before."""
    references: dict[tuple[str, str], str] = {}
    has_first, seen = False, False
    for found in SECTION.finditer(body):
        name, raw = found[1], found[2]
        if name is None:
            yield has_first, references
            has_first, seen = False, False
        elif name == "titlePg":
            has_first, seen = attribute(raw, "val").lower() not in OFF, True
        else:
            given = attributes(raw)
            references[name, given.get("type", "default")] = given.get("id", "")
            seen = True
    if seen:
        yield has_first, references
