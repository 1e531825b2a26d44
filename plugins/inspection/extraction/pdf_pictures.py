"""Whether a PDF page is a picture of text: nothing on it that a reader of text could take, and something to see."""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

PICTURE_SHARE = 0.02  # of the page: smaller pictures are rules, dots and logos
SCAN_SHARE = 0.5
MOST_STAMPED = 40  # characters: what a scanner or an archive prints upon a scan
MANY_PATHS = 150  # letters turned into curves are paths, several to a word
DEEPEST_FORM = 3
MOST_OBJECTS = 20_000


def is_unread_picture(loaded: Any, characters: int) -> bool:
    """Whether a loaded page shows what its text does not say: a scan without a text layer, one with a stamp upon it,
    letters drawn as curves. `characters` counts those of its text that are no blanks."""
    if characters > MOST_STAMPED:
        return False
    width, height = pdfium.FPDF_GetPageWidthF(loaded), pdfium.FPDF_GetPageHeightF(loaded)
    whole = max(float(width * height), 1.0)
    seen = _Seen()
    count = min(pdfium.FPDFPage_CountObjects(loaded), MOST_OBJECTS)
    for index in range(count):
        seen.look(pdfium.FPDFPage_GetObject(loaded, index), 0)
    if characters:
        return seen.pictures >= whole * SCAN_SHARE
    return seen.pictures >= whole * PICTURE_SHARE or seen.paths >= MANY_PATHS


class _Seen:
    """Square points of pictures, and how many paths."""

    def __init__(self) -> None:
        self.pictures = 0.0
        self.paths = 0
        self._looked = 0

    def look(self, shape: Any, depth: int) -> None:
        """Counts one object of a page, and those of a form within it."""
        self._looked += 1
        if not shape or self._looked > MOST_OBJECTS:
            return
        kind = pdfium.FPDFPageObj_GetType(shape)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self.pictures += _area(shape)
        elif kind in {pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_SHADING}:
            self.paths += 1
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST_FORM:
            inner = pdfium.FPDFFormObj_CountObjects(shape)
            has_picture = self.pictures
            for index in range(max(min(inner, MOST_OBJECTS), 0)):
                self.look(pdfium.FPDFFormObj_GetObject(shape, index), depth + 1)
            if self.pictures > has_picture:  # the form's matrix sets its size on the page
                self.pictures = has_picture + _area(shape)


def _area(shape: Any) -> float:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(shape, left, bottom, right, top):
        return 0.0
    return abs(right.value - left.value) * abs(top.value - bottom.value)
