"""Pages of scanned PDFs, images and the pictures of office files as grey pixels, for a recogniser to read."""

from __future__ import annotations

import ctypes
import io
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2.raw as pdfium
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
)

from inspection.extraction.archive import Package, Whole
from inspection.extraction.package_pictures import large_pictures
from inspection.extraction.passage import ReadLimits
from inspection.extraction.pdf import PASSWORD_ERRORS, own_text, start_pdf
from inspection.extraction.pdf_pictures import is_unread_picture
from inspection.extraction.sniff import extension, sniff
from inspection.extraction.unreadable import corrupt, encrypted, too_large, unsupported

RESOLUTION_DPI = 300  # what Tesseract's models were trained for
MOST_PIXELS = 18_000_000  # an A3 page at that resolution; larger ones are rendered coarser
MOST_PIXELS_OPENED = 80_000_000  # of an image before it is made smaller: four bytes each stay below a worker's memory
LEAST_LONG_SIDE = 2_000  # smaller pictures (of a screen) are enlarged: their letters are too small to be recognised
MOST_ENLARGED = 3
DECODERS = {
    "bmp": BmpImagePlugin,
    "gif": GifImagePlugin,
    "jpeg": JpegImagePlugin,
    "mpo": MpoImagePlugin,
    "png": PngImagePlugin,
    "tiff": TiffImagePlugin,
}


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page: format of its file, how many pages that has, and its grey pixels, row by row, a byte each.

    A page whose text needs no recognition has one pixel.
    """

    format: str
    pages: int
    width: int
    height: int
    grey: bytes

    @property
    def is_picture(self) -> bool:
        """Whether there is something to recognise."""
        return self.width > 1 and self.height > 1

    def as_pgm(self) -> bytes:
        """The page as binary PGM (Netpbm P5), the simplest picture a recogniser takes."""
        return b"P5\n%d %d\n255\n" % (self.width, self.height) + self.grey


def render_page(data: bytes, *, name: str, number: int) -> PageImage:
    """Renders page `number` (from 0) of a PDF or image, or that picture of an office file. Raises Unreadable; broken
    input may raise anything else."""
    kind = sniff(data, name)
    if kind == "pdf":
        return _pdf_page(data, number)
    if kind in DECODERS:
        return _image_page(data, kind, number)
    if kind == "zip":
        return _picture_within(Package(Whole(data), ReadLimits()), extension(name), number)
    raise unsupported("neither a PDF nor an image, nor a package of them")


def _picture_within(package: Package, file_format: str, number: int) -> PageImage:
    pictures = large_pictures(package)
    if number >= len(pictures):
        raise corrupt("a picture beyond the last")
    data = package.read(pictures[number])
    kind = sniff(data, "")
    if kind not in DECODERS:
        raise unsupported("a picture in name only")
    return replace(_image_page(data, kind, 0), format=file_format or "zip", pages=len(pictures))


def _pdf_page(data: bytes, number: int) -> PageImage:
    start_pdf()
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        raise encrypted() if pdfium.FPDF_GetLastError() in PASSWORD_ERRORS else corrupt("pdfium cannot open it")
    try:
        pages = pdfium.FPDF_GetPageCount(document)
        loaded = pdfium.FPDF_LoadPage(document, number)
        if not loaded:
            raise corrupt("the page cannot be loaded")
        try:
            width, height, grey = _grey_page(loaded) if _is_picture(loaded) else (1, 1, b"\xff")
        finally:
            pdfium.FPDF_ClosePage(loaded)
    finally:
        pdfium.FPDF_CloseDocument(document)
    return PageImage("pdf", pages, width, height, grey)


def _is_picture(loaded: Any) -> bool:
    text_page = pdfium.FPDFText_LoadPage(loaded)
    if not text_page:
        return True
    try:
        characters = len("".join(own_text(text_page).split()))
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    return characters == 0 or is_unread_picture(loaded, characters)


def _grey_page(loaded: Any) -> tuple[int, int, bytes]:
    across, down = pdfium.FPDF_GetPageWidthF(loaded), pdfium.FPDF_GetPageHeightF(loaded)
    if not (across > 0 and down > 0):
        raise corrupt("a page without size")
    scale = min(RESOLUTION_DPI / 72, (MOST_PIXELS / (across * down)) ** 0.5)
    width, height = max(int(across * scale), 1), max(int(down * scale), 1)
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, None, 0)
    if not bitmap:
        raise too_large("no memory for the page")
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, loaded, 0, 0, width, height, 0, pdfium.FPDF_ANNOT | pdfium.FPDF_GRAYSCALE)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        raw = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    rows = (raw[start : start + width] for start in range(0, stride * height, stride))
    return width, height, raw if stride == width else b"".join(rows)


def _image_page(data: bytes, kind: str, number: int) -> PageImage:
    with Image.open(io.BytesIO(data), formats=_names_of(kind)) as image:
        # frames of anything else are animation or previews of the first
        pages = getattr(image, "n_frames", 1) if kind == "tiff" else 1
        if number >= pages:
            raise corrupt("a page beyond the last")
        image.seek(number)
        if image.width * image.height > MOST_PIXELS_OPENED:
            raise too_large("more pixels than the limit")
        upright = ImageOps.exif_transpose(_on_white(image))
        fitting = upright.resize(_fitting(upright.width, upright.height))
        return PageImage(kind, pages, fitting.width, fitting.height, fitting.tobytes())


def _names_of(kind: str) -> tuple[str, ...]:
    return ("JPEG", "MPO") if kind == "jpeg" else (kind.upper(),)


def _on_white(image: Image.Image) -> Image.Image:
    """Grey, with what is transparent as the white of paper."""
    if image.mode.startswith("I;16"):  # a conversion would cut all above 255
        return image.point(lambda value: value / 256).convert("L")
    if not image.has_transparency_data:
        return image.convert("L")
    coloured = image.convert("RGBA")
    paper = Image.new("RGBA", coloured.size, "white")
    paper.alpha_composite(coloured)
    return paper.convert("L")


def _fitting(width: int, height: int) -> tuple[int, int]:
    enlarged = min(max(LEAST_LONG_SIDE / max(width, height), 1), MOST_ENLARGED)
    scale = min(enlarged, (MOST_PIXELS / (width * height)) ** 0.5)
    return max(int(width * scale), 1), max(int(height * scale), 1)
