"""Values of any XML: what its elements hold and what its attributes say, element by element."""

from __future__ import annotations

import re

from inspection.extraction.collect import Collector
from inspection.extraction.markup import ATTRIBUTE, plain
from inspection.vocabulary import Zone

ELEMENT = re.compile(r"<(/?)([^\s<>/!?]+)([^<>]*)>([^<]*)")
# what programs write for programs: places, looks, identities
TECHNICAL = re.compile(
    r"(?:xmlns|xml|xsi|mc)(?::.*)?|id|rid|guid|uuid|uri|rsid\w*|style|class|type|version|encoding|width|height|d|points"
    r"|transform|viewbox|x\d?|y\d?|cx|cy|r|rx|ry|fill|stroke|colou?r|font\w*|size|schemalocation|namespace|publickeytoken"
    r"|culture|checksum|hash|integrity|timestamp|count|index|idx|sqref|ref|lang|format\w*|pattern|src|href|target",
    re.IGNORECASE,
)
NAMES = ("key", "name", "id", "field", "property")
VALUES = ("value", "val")


def attribute_text(raw: str) -> str:
    """What the attributes of one tag say, as `name="value"`; names and values of settings as `name=value`.

    Blank where they only say how something looks or where it lies.
    """
    if "=" not in raw:
        return ""
    given = [(name, plain(double or single).strip()) for name, double, single in ATTRIBUTE.findall(raw)]
    kept = [(name, value) for name, value in given if value and not TECHNICAL.fullmatch(name.rpartition(":")[2])]
    if not kept:
        return ""
    by_name = {name.rpartition(":")[2].lower(): value for name, value in given}
    label = next((name for name in NAMES if by_name.get(name)), "")
    value = next((name for name in VALUES if by_name.get(name)), "")
    line = []
    if label and value and is_label(by_name[label]):
        line.append(f"{by_name[label]}={by_name[value]}")
        kept = [(name, said) for name, said in kept if name.rpartition(":")[2].lower() not in {label, value}]
    line += [f'{name.rpartition(":")[2]}="{said}"' for name, said in kept]
    return " ".join(line)


def is_label(told: str) -> bool:
    """Whether a name says what the value beside it is."""
    return len(told) <= 60 and not told.isdecimal()


def read_values(text: str, out: Collector, zone: Zone, locator: str, *, with_attributes: bool = True) -> None:
    """Reads an XML text into `out`: one passage for each element's text and each tag's attributes.

    A Chinese name of an element is a word of people and stands before its text: `身分證字號：…`.
    """
    for closing, name, raw, after in ELEMENT.findall(text):
        if not closing and with_attributes:
            out.add(zone, attribute_text(raw), locator)
        if after.strip():
            said = plain(after).strip()
            label = name.rpartition(":")[2] if not closing and not name.isascii() else ""
            out.add(zone, f"{label}：{said}" if label else said, locator)
