"""Parts all Office packages share: document properties, drawings, embedded files."""

from __future__ import annotations

import re

from inspection.extraction.collect import Collector
from inspection.extraction.embedded_objects import unwrap
from inspection.extraction.markup import attribute, plain
from inspection.extraction.office_links import ALTERNATIVE_TEXT, EMBEDDED, Parts
from inspection.extraction.xml_values import read_values
from inspection.vocabulary import Zone

CORE = re.compile(
    r"<(?:\w+:)?(title|subject|keywords|description|category|contentStatus)\b[^<>]*>([^<]*)</", re.IGNORECASE
)
CUSTOM = re.compile(r"<(?:\w+:)?property\b([^<>]*)>\s*<(?:\w+:)?\w+[^<>]*>([^<]*)</")
DRAWING = re.compile(r"<(/?)(?:\w+:)?(p|t|br|v|cNvPr|docPr|textpath)(|[\s/][^<>]*)>([^<]*)")


CORE_KINDS, CUSTOM_KINDS = ("core-properties", "coreproperties"), ("custom-properties",)


def read_properties(parts: Parts, out: Collector) -> None:
    """Core and custom properties; custom ones hold Microsoft's sensitivity labels (`MSIP_Label_*`)."""
    for name in parts.names:
        lower, kind = name.lower(), parts.kind(name)
        if kind in CORE_KINDS or lower.startswith("docprops/core"):
            for key, value in CORE.findall(parts.text(name)):
                out.add_property(key, plain(value))
        elif kind in CUSTOM_KINDS or lower.startswith("docprops/custom"):
            for raw, value in CUSTOM.findall(parts.text(name)):
                out.add_property(attribute(raw, "name"), plain(value))


def read_drawing_text(xml: str, zone: Zone, out: Collector, locator: str = "") -> None:
    """Text of charts, diagrams and drawings by paragraph, alternative text and word art apart."""
    runs: list[str] = []
    for closing, name, raw, text in DRAWING.findall(xml):
        if name == "t":
            if text and not closing:
                runs.append(plain(text))
        elif name == "p":
            if closing and runs:
                out.add(zone, "".join(runs), locator)
                runs = []
        elif name == "br":
            runs.append("\n")
        elif name == "v":
            # what a chart keeps of the cells it was drawn from; the cells themselves may be gone
            if text and not closing:
                out.add(Zone.HIDDEN, plain(text), locator or "圖表")
        elif name == "textpath":
            out.add(Zone.WATERMARK, attribute(raw, "string"), locator)
        else:
            out.add(Zone.ALT_TEXT, attribute(raw, "descr"), locator)
            out.add(Zone.ALT_TEXT, attribute(raw, "title"), locator)
    if runs:
        out.add(zone, "".join(runs), locator)


LOOSE_FILE = re.compile(r"/embeddings/.|\.(?:mht|mhtml|html?|xhtml|rtf|docx|xlsx|pptx|txt|csv|pdf|eml|msg)$")


def embed_parts(parts: Parts, out: Collector) -> None:
    """Keeps every embedded file as a file of its own: by its relationship, else by the usual folder or ending."""
    for name in parts.names:
        kind = parts.kind(name)
        if kind in EMBEDDED or (not kind and LOOSE_FILE.search(f"/{name.lower()}")):
            content = parts.package.read(name)
            unwrapped = (name, content) if kind == ALTERNATIVE_TEXT else unwrap(name, content, out.limits)
            if unwrapped:
                out.embed(unwrapped[0].rpartition("/")[2], unwrapped[1])


def read_rest(parts: Parts, out: Collector, handled: frozenset[str]) -> None:
    """Parts nothing shows on paper: data bound to forms, lists and queries, what programs left behind."""
    for name, text in parts.rest(handled):
        read_values(text, out, Zone.HIDDEN, name.rpartition("/")[2])
