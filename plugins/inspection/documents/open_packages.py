"""The gate for OpenDocument packages from outside: what in them would act, or fetches something from elsewhere.

Pure, as `safe_opening` is, which has taken the package apart before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from inspection.documents.returned import FileFault, NotTaken
from inspection.documents.safe_opening import (
    LINK,
    PICTURE,
    REFUSED_PICTURE,
    check_picture,
    parse_xml,
    require_no_fetch,
)
from inspection.language import speak

_OPEN_CODE = re.compile(
    r"(^|/)(Basic|Scripts|Dialogs)/|^Object [^/]*$|\.(jar|class|py|js|bas|sh|exe|dll)$", re.IGNORECASE
)
_OPEN_ACTIVE = frozenset({
    "event-listener", "script", "execute-macro", "applet", "plugin", "floating-frame", "dde-connection",
    "dde-connection-decl", "dde-source", "dde-link", "object-ole",
})  # fmt: skip
_OPEN_SOURCES = frozenset({"table-source", "cell-range-source", "section-source", "database-source-sql"})
_CLICKED = frozenset({"a", "template", "bookmark-ref", "image-map", "area-rectangle", "area-circle", "area-polygon"})
_FORMULA_ATTRIBUTES = frozenset({"formula", "condition", "expression"})
_MANIFEST = "META-INF/manifest.xml"
_HREF = "{http://www.w3.org/1999/xlink}href"


def check_open(parts: Mapping[str, bytes]) -> list[str]:
    """What `safe_opening.check_parts` does, for OpenDocument."""
    remarks: list[str] = []
    # what is locked by a password is told by the manifest: the other parts are no XML then
    for name, content in sorted(parts.items(), key=lambda part: part[0] != _MANIFEST):
        if _OPEN_CODE.search(name):
            raise NotTaken(FileFault.ACTIVE, f"active content: {name}")
        if REFUSED_PICTURE.search(name):
            raise NotTaken(FileFault.PICTURE, f"picture format not accepted: {name}")
        if PICTURE.search(name):
            check_picture(name, content)
        elif name.lower().endswith((".xml", ".rdf")):
            _check_xml(name, content, remarks)
    return remarks


def _check_xml(name: str, content: bytes, remarks: list[str]) -> None:
    if not content.strip():
        return  # LibreOffice leaves an empty part for a toolbar nobody changed
    for element in parse_xml(content, name).iter():
        kind = str(element.tag).rpartition("}")[2]
        if kind == "encryption-data":
            raise NotTaken(FileFault.OLD_FORMAT, "encrypted document")
        if kind in _OPEN_ACTIVE:
            raise NotTaken(FileFault.ACTIVE, f"{kind} in {name}")
        for attribute, text in element.attrib.items():
            if str(attribute).rpartition("}")[2] in _FORMULA_ATTRIBUTES:
                require_no_fetch(str(text), name)
        target = element.get(_HREF, "")
        if not target:
            continue
        if kind in _CLICKED:
            if not LINK.match(target):
                raise NotTaken(FileFault.OUTSIDE, f"link to another place than an address or a path in {name}")
            if kind == "a":
                remarks.append(speak("含連結", "holds a link"))
        elif ":" in target or target.startswith(("/", "../../", "\\")) or kind in _OPEN_SOURCES:
            raise NotTaken(FileFault.OUTSIDE, f"{kind} from elsewhere in {name}")
