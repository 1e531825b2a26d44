"""What every workbook of ours is written with: names of its parts' languages, bounds, font and how wide a text is."""

from __future__ import annotations

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
LONGEST_MENU = 255  # characters of a menu written into the cell itself (ECMA-376 18.3.1.32)
FONT = "標楷體"


def width_of(text: str) -> int:
    """How many characters wide a text is: a Chinese one is two."""
    return sum(1 + (character > "\u2e7f") for character in text)
