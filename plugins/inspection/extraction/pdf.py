"""PDF by pdfium: text by position (header, footer, slanted watermark), annotations, properties, attachments."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from inspection.extraction.collect import Collector, page
from inspection.extraction.pdf_font import MachineWithoutFonts
from inspection.extraction.pdf_lines import Line, paragraphs, rows_known
from inspection.extraction.pdf_pictures import is_unread_picture
from inspection.extraction.pdf_stores import read_attachments, read_bookmarks, read_form_data, take_attachment, wide
from inspection.extraction.pdf_strokes import Strokes
from inspection.extraction.unreadable import corrupt, encrypted, no_text_layer, too_large
from inspection.extraction.word_text import is_red
from inspection.vocabulary import ReadReason, Zone

TOP_SHARE, BOTTOM_SHARE = 0.15, 0.10
LARGE_POINTS = 18.0
TURNED_RADIANS = 0.1
LEAST_MARGIN = 0.7  # of the page: text that never goes this far right was not broken by a margin
MOST_PAGES = 5_000
PROPERTY_KEYS = ("Title", "Subject", "Keywords")
HAIR_SPACE = re.compile(r"(?<=[一-鿿]) (?=[0-9])|(?<=[0-9]) (?=[一-鿿])")
HAIR_EM = 0.4  # of the font's size: LibreOffice and Word set a quarter between Han characters and digits
PASSWORD_ERRORS = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)


FONTS = MachineWithoutFonts()


def start_pdf() -> None:
    """Loads pdfium; a confined worker calls it before it gives up its rights."""
    pdfium.FPDF_InitLibrary()
    FONTS.install()


start_pdf()


def read_pdf(data: bytes, out: Collector) -> None:
    """Reads a PDF into `out`; raises Unreadable: encrypted, corrupt, or no_text_layer where all is pictures."""
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        if pdfium.FPDF_GetLastError() in PASSWORD_ERRORS:
            raise encrypted()
        raise corrupt("pdfium cannot open the document")
    try:
        _properties(document, out)
        pages = pdfium.FPDF_GetPageCount(document)
        if pages > MOST_PAGES:
            raise too_large("more pages than the limit")
        unreadable = [index for index in range(pages) if not _read_page(document, index, out)]
        read_bookmarks(document, out)
        read_form_data(document, out)
        read_attachments(document, out)
    finally:
        pdfium.FPDF_CloseDocument(document)
    if pages and len(unreadable) == pages:
        raise corrupt("no page can be loaded")
    for index in unreadable:
        out.miss(page(index + 1), ReadReason.CORRUPT)
    if not pages and not out.embedded:
        raise corrupt("a document without pages")
    if not any(passage.zone is not Zone.PROPERTY for passage in out.passages) and not out.embedded:
        out.unread.clear()  # said of the whole file
        raise no_text_layer("no text on any page")


def _properties(document: Any, out: Collector) -> None:
    for key in PROPERTY_KEYS:
        size = pdfium.FPDF_GetMetaText(document, key.encode(), None, 0)
        if size > 2:
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDF_GetMetaText(document, key.encode(), buffer, size)
            out.add_property(key.lower(), wide(buffer.raw))


def _read_page(document: Any, index: int, out: Collector) -> bool:
    """Reads one page; False where pdfium cannot load it."""
    loaded = pdfium.FPDF_LoadPage(document, index)
    if not loaded:
        return False
    try:
        characters = 0
        remarks = _annotations(loaded, page(index + 1), out)
        text_page = pdfium.FPDFText_LoadPage(loaded)
        if text_page:
            try:
                characters = _page_text(loaded, text_page, page(index + 1), out, remarks)
            finally:
                pdfium.FPDFText_ClosePage(text_page)
        if is_unread_picture(loaded, characters):
            out.miss(page(index + 1), ReadReason.NO_TEXT_LAYER)
        for one in remarks:
            one.keep(out)
    finally:
        pdfium.FPDF_ClosePage(loaded)
    return True


class _Lens:
    """Turns positions on a page into positions as shown: crop box and rotation undone."""

    def __init__(self, loaded: Any) -> None:
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(loaded, box)
        self._box = box
        self._quarter = pdfium.FPDFPage_GetRotation(loaded)
        across, up = box.right - box.left, box.top - box.bottom
        self.width, self.height = (up, across) if self._quarter % 2 else (across, up)

    def shown(self, x: float, y: float) -> tuple[float, float]:
        """(from the left, from the top) in points."""
        across, up = x - self._box.left, y - self._box.bottom
        if self._quarter == 1:
            return up, across
        if self._quarter == 2:
            return self.width - across, up
        if self._quarter == 3:
            return self.width - up, self.height - across
        return across, self.height - up


def own_text(text_page: Any) -> str:
    """The text of a page as pdfium finds it."""
    count = pdfium.FPDFText_CountChars(text_page)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(text_page, 0, count, buffer)
    return bytes(buffer)[: max(written - 1, 0) * 2].decode("utf-16-le", "replace")


@dataclass(frozen=True, slots=True)
class _Remark:
    """What somebody wrote on a page, and how far from its top."""

    zone: Zone
    text: str
    part: str
    top: float

    def keep(self, out: Collector) -> None:
        out.add(self.zone, self.text, self.part, part=self.part)


def _page_text(loaded: Any, text_page: Any, part: str, out: Collector, remarks: list[_Remark]) -> int:
    """Keeps the text of a page, each remark behind the line it stands at (those are taken out of `remarks`); how many
    characters the text has, blanks left out."""
    text = own_text(text_page)
    if not text:
        return 0
    lens = _Lens(loaded)
    zones: dict[Zone, list[Line]] = {}
    for one in rows_known(_lines(text_page, text, lens, Strokes(loaded))):
        zones.setdefault(_zone_of(one, lens), []).append(one)
    margin = max(lens.width * LEAST_MARGIN, *(one.right for lines in zones.values() for one in lines), 0.0)
    for zone, lines in zones.items():
        kept = 0.0
        for first, joined in paragraphs(lines, margin):
            for remark in [each for each in remarks if kept < each.top < first.top] if kept else ():
                remarks.remove(remark)
                remark.keep(out)
            kept = first.top
            _keep(out, zone, joined, part, first, lens)
    return len("".join(text.split()))


def _keep(out: Collector, zone: Zone, text: str, part: str, one: Line, lens: _Lens) -> None:
    upper_left = one.left <= lens.width / 3 and one.top <= lens.height * TOP_SHARE
    out.add(zone, text, part, struck=one.struck, prominence=one.stands_out or upper_left, part=part)


def _zone_of(one: Line, lens: _Lens) -> Zone:
    if one.turned:
        return Zone.WATERMARK
    if one.bottom <= lens.height * TOP_SHARE:
        return Zone.HEADER
    if one.top >= lens.height * (1 - BOTTOM_SHARE):
        return Zone.FOOTER
    return Zone.BODY


def _lines(text_page: Any, text: str, lens: _Lens, strokes: Strokes) -> Iterator[Line]:
    """Lines with their edges. pdfium's text and its character indexes run in step but for rare surrogates."""
    left, right, bottom, top = ctypes.c_double(), ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
    red, green, blue, alpha = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint()
    start = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            first = start + len(raw) - len(raw.lstrip())
            last = first + len(stripped) - 1
            pdfium.FPDFText_GetCharBox(text_page, first, left, right, bottom, top)
            x0, y0 = lens.shown(left.value, top.value)
            x1, y1 = lens.shown(right.value, bottom.value)
            pdfium.FPDFText_GetCharBox(text_page, last, left, right, bottom, top)
            x2, _ = lens.shown(right.value, bottom.value)
            angle = pdfium.FPDFText_GetCharAngle(text_page, first)
            large = pdfium.FPDFText_GetFontSize(text_page, first) >= LARGE_POINTS
            coloured = pdfium.FPDFText_GetFillColor(text_page, first, red, green, blue, alpha)
            reddish = bool(coloured) and is_red(f"{red.value & 255:02x}{green.value & 255:02x}{blue.value & 255:02x}")
            struck = strokes.cross(text_page, stripped, first)
            if " " in stripped:
                stripped = _tightened(text_page, stripped, first)
            yield Line(
                stripped.replace("\x02", "").replace("\ufffe", ""),
                min(x0, x1),
                min(y0, y1),
                max(x1, x2),
                max(y0, y1),
                _is_turned(angle),
                large or reddish,
                struck,
            )
        start += len(raw) + 1


def _tightened(text_page: Any, text: str, first: int) -> str:
    """A line without the blanks pdfium sees where a layout sets a hair of space between Han characters and digits."""
    before, behind = pdfium.FS_RECTF(), pdfium.FS_RECTF()
    out, kept = "", 0
    for match in HAIR_SPACE.finditer(text):
        at = first + match.start()
        pdfium.FPDFText_GetLooseCharBox(text_page, at - 1, before)
        pdfium.FPDFText_GetLooseCharBox(text_page, at + 1, behind)
        if behind.left - before.right < HAIR_EM * abs(before.top - before.bottom):
            out, kept = out + text[kept : match.start()], match.end()
    return out + text[kept:]


def _is_turned(angle: float) -> bool:
    """Slanted, that is not along an edge of the page."""
    rest = angle % (math.pi / 2)
    return TURNED_RADIANS < rest < math.pi / 2 - TURNED_RADIANS


def _annotations(loaded: Any, part: str, out: Collector) -> list[_Remark]:
    """Remarks on a page, from its top; attached files are kept at once."""
    lens = _Lens(loaded)
    found: list[_Remark] = []
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(loaded), 2_000)):
        annotation = pdfium.FPDFPage_GetAnnot(loaded, index)
        if not annotation:
            continue
        try:
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            if kind == pdfium.FPDF_ANNOT_LINK:
                continue
            if kind == pdfium.FPDF_ANNOT_FILEATTACHMENT:
                take_attachment(pdfium.FPDFAnnot_GetFileAttachment(annotation), out)
            is_field = kind == pdfium.FPDF_ANNOT_WIDGET
            zone = Zone.BODY if is_field else Zone.TEXT_BOX if kind == pdfium.FPDF_ANNOT_FREETEXT else Zone.COMMENT
            zone = Zone.WATERMARK if kind in {pdfium.FPDF_ANNOT_WATERMARK, pdfium.FPDF_ANNOT_STAMP} else zone
            text = _annotation_text(annotation, b"V" if is_field else b"Contents")
            if text:
                found.append(_Remark(zone, text, part, _middle(annotation, lens)))
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    return sorted(found, key=lambda one: one.top)


def _middle(annotation: Any, lens: _Lens) -> float:
    """How far from the top of the page the middle of an annotation stands, in points."""
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, box):
        return 0.0
    return lens.shown((box.left + box.right) / 2, (box.top + box.bottom) / 2)[1]


def _annotation_text(annotation: Any, key: bytes) -> str:
    size = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if size <= 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    pdfium.FPDFAnnot_GetStringValue(annotation, key, buffer, size)
    return wide(bytes(buffer)).replace("\r", "\n")
