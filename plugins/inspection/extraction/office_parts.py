"""Parts all Office packages share: document properties, drawings, embedded files."""

from __future__ import annotations

import re

from inspection.extraction.archive import Package
from inspection.extraction.collect import Collector
from inspection.extraction.embedded_objects import unwrap
from inspection.extraction.markup import attribute, decode_xml, plain
from inspection.vocabulary import Zone

CORE = re.compile(
    r"<(?:\w+:)?(title|subject|keywords|description|category|contentStatus)\b[^<>]*>([^<]*)</", re.IGNORECASE
)
CUSTOM = re.compile(r"<(?:\w+:)?property\b([^<>]*)>\s*<(?:\w+:)?\w+[^<>]*>([^<]*)</")
DRAWING = re.compile(r"<(/?)(?:\w+:)?(p|t|br|cNvPr|docPr|textpath)(|[\s/][^<>]*)>([^<]*)")


def read_properties(package: Package, out: Collector) -> None:
    """Core and custom properties; custom ones hold Microsoft's sensitivity labels (`MSIP_Label_*`)."""
    for name in package.names:
        lower = name.lower()
        if lower.startswith("docprops/core") and lower.endswith(".xml"):
            for key, value in CORE.findall(decode_xml(package.read(name))):
                out.add_property(key, plain(value))
        elif lower.startswith("docprops/custom") and lower.endswith(".xml"):
            for raw, value in CUSTOM.findall(decode_xml(package.read(name))):
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
        elif name == "textpath":
            out.add(Zone.WATERMARK, attribute(raw, "string"), locator)
        else:
            out.add(Zone.ALT_TEXT, attribute(raw, "descr"), locator)
            out.add(Zone.ALT_TEXT, attribute(raw, "title"), locator)
    if runs:
        out.add(zone, "".join(runs), locator)


def embed_parts(package: Package, folder: str, out: Collector) -> None:
    """Keeps every embedded file below `folder` as a file of its own."""
    for name in package.names:
        if name.lower().startswith(folder) and not name.endswith("/"):
            unwrapped = unwrap(name.rpartition("/")[2], package.read(name), out.limits)
            if unwrapped:
                out.embed(*unwrapped)
