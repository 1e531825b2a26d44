"""OpenDocument texts taken apart for tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from documents.word import parts_of, repacked

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"


def changed(data: bytes, change: Callable[[etree._Element], None]) -> bytes:
    """The document with its content changed."""
    root = etree.fromstring(parts_of(data)["content.xml"])
    change(root)
    return repacked(data, {"content.xml": etree.tostring(root, xml_declaration=True, encoding="UTF-8")})


def row_of(root: etree._Element, code: str) -> etree._Element:
    """The row of a statement."""
    return next(row for row in root.iter(f"{TABLE}table-row") if "".join(row[0].itertext()).strip() == code)


def control_of(root: etree._Element, code: str, column: int) -> etree._Element:
    """The control in a cell of that row."""
    return next(row_of(root, code)[column].iter(f"{LOEXT}content-control"))


def type_into(root: etree._Element, code: str, column: int, words: str) -> None:
    """Words in a control, in place of what stood there."""
    control = control_of(root, code, column)
    for child in list(control):
        if child.tag == f"{LOEXT}list-item":
            child.tail = None
        else:
            control.remove(child)
    control.text = None
    etree.SubElement(control, f"{TEXT}span").text = words


def answered(form: bytes, given: Mapping[str, tuple[str, str]]) -> bytes:
    """Our own form with a result and a remark written to statements, without LibreOffice."""

    def fill(root: etree._Element) -> None:
        for code, (result, remark) in given.items():
            type_into(root, code, 2, result)
            next(row_of(root, code)[4].iter(f"{TEXT}p")).text = remark

    return changed(form, fill)
