"""What a PDF keeps beside its pages: attachments, pinned files, bookmarks, the data of XFA forms."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium

from inspection.extraction.collect import Collector
from inspection.extraction.markup import decode_xml
from inspection.extraction.unreadable import Unreadable
from inspection.extraction.xml_values import read_values
from inspection.vocabulary import ReadReason, Zone

MOST_BOOKMARKS = 20_000
DATA, FORM = {"datasets", "data", "xdp:xdp", ""}, "template"
LABELLED = "XFA 表單"


def wide(raw: bytes) -> str:
    """Text as pdfium hands it out: UTF-16 ended by a zero."""
    return raw.decode("utf-16-le", "replace").partition("\0")[0]


def read_attachments(document: Any, out: Collector) -> None:
    """Files of the document's own list; raises Unreadable(too_large) for more of them than the limits allow."""
    for index in range(min(pdfium.FPDFDoc_GetAttachmentCount(document), out.limits.entries)):
        take_attachment(pdfium.FPDFDoc_GetAttachment(document, index), out)


def take_attachment(attachment: Any, out: Collector) -> None:
    """Embeds one attached file; one beyond the limits is told with its reason."""
    if not attachment:
        return
    name = (ctypes.c_ushort * 512)()
    pdfium.FPDFAttachment_GetName(attachment, name, 1024)
    shown = wide(bytes(name)) or f"attachment{len(out.embedded) + 1}"
    size = ctypes.c_ulong()
    if not pdfium.FPDFAttachment_GetFile(attachment, None, 0, size) or not size.value:
        return
    if size.value > out.limits.part_bytes:
        out.embed(shown, b"", ReadReason.TOO_LARGE)
        return
    content = ctypes.create_string_buffer(size.value)
    if pdfium.FPDFAttachment_GetFile(attachment, content, size.value, size):
        out.embed(shown, content.raw[: size.value])


def read_bookmarks(document: Any, out: Collector) -> None:
    """Titles of the outline, depth first; rings of bookmarks end at the bound."""
    waiting = [pdfium.FPDFBookmark_GetFirstChild(document, None)]
    seen = 0
    while waiting and seen < MOST_BOOKMARKS:
        bookmark = waiting.pop()
        if not bookmark:
            continue
        seen += 1
        out.add(Zone.PROPERTY, _sized(pdfium.FPDFBookmark_GetTitle, bookmark), "書籤")
        waiting.append(pdfium.FPDFBookmark_GetNextSibling(document, bookmark))
        waiting.append(pdfium.FPDFBookmark_GetFirstChild(document, bookmark))


def _sized(get: Callable[..., int], thing: Any) -> str:
    size = get(thing, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    get(thing, buffer, size)
    return wide(buffer.raw)


def read_form_data(document: Any, out: Collector) -> None:
    """What was filled into an XFA form (its `datasets`), and what the form itself says."""
    for index in range(min(max(pdfium.FPDF_GetXFAPacketCount(document), 0), 100)):
        name = _packet_name(document, index)
        if name in DATA or name == FORM:
            size = ctypes.c_ulong()
            pdfium.FPDF_GetXFAPacketContent(document, index, None, 0, size)
            if not size.value or size.value > out.limits.part_bytes:
                continue
            content = ctypes.create_string_buffer(size.value)
            if pdfium.FPDF_GetXFAPacketContent(document, index, content, size.value, size):
                _read_packet(content.raw[: size.value], out, with_attributes=name != FORM)


def _packet_name(document: Any, index: int) -> str:
    size = pdfium.FPDF_GetXFAPacketName(document, index, None, 0)
    if size <= 1:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDF_GetXFAPacketName(document, index, buffer, size)
    return buffer.value.decode("utf-8", "replace").lower()


def _read_packet(data: bytes, out: Collector, *, with_attributes: bool) -> None:
    try:
        text = decode_xml(data)
    except Unreadable as stop:
        out.miss(LABELLED, stop.reason)
        return
    read_values(text, out, Zone.BODY, LABELLED, with_attributes=with_attributes)
