"""Small Word documents made and taken apart for tests."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

from lxml import etree
from tools.template_authoring.page import Page, package
from tools.template_authoring.styling import gap

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FRAME = {
    "mark": "",
    "declassification": "",
    "copy_number": "",
    "identifier": "",
    "watermark": "",
    "hotline": "",
    "code": "",
}


def template(folder: Path, body: str, name: str = "template.docx") -> Path:
    """A template of ours with this body, written to a folder."""
    path = folder / name
    path.write_bytes(package(Page(), body + gap(2)))
    return path


def parts_of(data: bytes) -> dict[str, bytes]:
    """All parts of a document."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(data: bytes, changes: dict[str, bytes | None]) -> bytes:
    """The document with parts replaced, added, or (None) taken out."""
    parts: dict[str, bytes | None] = {**parts_of(data), **changes}
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if content is not None:
                archive.writestr(name, content)
    return out.getvalue()


def body_of(data: bytes) -> etree._Element:
    """The main part, parsed."""
    return etree.fromstring(parts_of(data)["word/document.xml"])


def text_of(data: bytes) -> str:
    """All paragraphs of a document's main part."""
    return "\n".join(lines_of(body_of(data)))


def lines_of(root: etree._Element) -> list[str]:
    """The text of each paragraph; a line break is a newline, a tab a tab."""
    signs = {f"{W}br": "\n", f"{W}tab": "\t"}
    lines = []
    for paragraph in root.iter(f"{W}p"):
        pieces = []
        for node in paragraph.iter(f"{W}t", *signs):
            within = node.getparent()
            if next(node.iterancestors(f"{W}p")) is paragraph and within is not None and within.tag != f"{W}tabs":
                pieces.append(signs.get(node.tag, node.text or ""))
        lines.append("".join(pieces))
    return lines


def words_of(data: bytes) -> str:
    """Every paragraph of text of a document, its heads and feet, by part."""
    parts, found = parts_of(data), []
    for part in sorted(parts):
        if re.match(r"word/(document|header|footer)\w*\.xml", part):
            found += [f"## {part}", *filter(str.strip, lines_of(etree.fromstring(parts[part])))]
    return "\n".join(found) + "\n"
