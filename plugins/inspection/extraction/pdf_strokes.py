"""Lines drawn through text: a PDF keeps a struck-out mark as text with a stroke over it."""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

MAX_THICK = 3.0  # points: thicker is a bar or a frame
LEAST_COVER = 0.7  # of the text's width
MIDDLE = (0.2, 0.8)  # of the text's height: lower is an underline, higher the edge of a table's cell
MOST_OBJECTS = 5_000
MARK_CHARS = frozenset("密限敏")
MOST_CHARS = 80
"""Only short lines that may be a mark are looked at: a long one struck out changes nothing that is judged."""


class Strokes:
    """The level strokes of a page, collected on first use."""

    def __init__(self, loaded: Any) -> None:
        self._loaded = loaded
        self._boxes: list[tuple[float, float, float]] | None = None

    def cross(self, text_page: Any, text: str, first: int) -> bool:
        """Whether a stroke crosses the whole of a line of text; `first` is the index of its first character."""
        if len(text) > MOST_CHARS or MARK_CHARS.isdisjoint(text):
            return False
        begin, end = pdfium.FS_RECTF(), pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(text_page, first, begin)
        pdfium.FPDFText_GetLooseCharBox(text_page, first + len(text) - 1, end)
        bottom, height = begin.bottom, begin.top - begin.bottom
        covered = sum(
            max(0.0, min(right, end.right) - max(left, begin.left))
            for left, right, level in self._level()
            if MIDDLE[0] * height <= level - bottom <= MIDDLE[1] * height
        )
        return bool(height > 0 and covered >= LEAST_COVER * (end.right - begin.left))

    def _level(self) -> list[tuple[float, float, float]]:
        if self._boxes is None:
            self._boxes = []
            left, bottom, right, top = (ctypes.c_float() for _ in range(4))
            for index in range(min(pdfium.FPDFPage_CountObjects(self._loaded), MOST_OBJECTS)):
                one = pdfium.FPDFPage_GetObject(self._loaded, index)
                if pdfium.FPDFPageObj_GetType(one) != pdfium.FPDF_PAGEOBJ_PATH:
                    continue
                pdfium.FPDFPageObj_GetBounds(one, left, bottom, right, top)
                if top.value - bottom.value <= MAX_THICK < right.value - left.value:
                    self._boxes.append((left.value, right.value, (top.value + bottom.value) / 2))
        return self._boxes
