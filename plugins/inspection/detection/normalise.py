"""One searchable text per file: width folded, invisible characters dropped, places kept by line."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from inspection.extraction.passage import Passage
from inspection.vocabulary import Zone

INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
SOFT_BREAKS = re.compile("[\n\x0b\x0c\x85\u2028\u2029]+")
ENCLOSED_NUMBERS = re.compile("[\u2460-\u24ff\u2776-\u2793]")
SPACED_HAN = re.compile("(?<![㐀-鿿])[㐀-鿿](?:[ \r]{1,4}[㐀-鿿])+(?![㐀-鿿])")
DASHES = re.compile("[\u2010-\u2015\u2212]")
BREAKS = re.compile(r"[-\s]+")
PARTED_LETTER = re.compile(r"([A-Za-z]{1,2})\t([0-9]{8,9})")
MAX_PIECES = 5
FOLDABLE = re.compile("[^\x00-\x7f\u3001\u3002\u3008-\u3011\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff]+")
"""Everything NFKC could change; the rest, the bulk of Chinese text, is its own normal form (11 times faster so)."""


def normalised(text: str) -> str:
    """NFKC (full width to half width), without invisible characters, spaced-out Chinese words drawn together.

    Enclosed numbers (①) become blanks first: as digits they would stick to the number behind them.
    """
    if not text.isascii():
        text = ENCLOSED_NUMBERS.sub(" ", text)
        text = FOLDABLE.sub(_fold, text)
        text = DASHES.sub("-", INVISIBLE.sub("", text))
        text = SPACED_HAN.sub(lambda match: match[0].replace(" ", "").replace("\r", ""), text)
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-8", "replace").decode()
    # engines disagree whether a vertical tab is white space
    return text.replace("\x00", " ").replace("\x0b", " ")


def _fold(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def compact(text: str) -> str:
    """Without any white space, TAB apart: it parts the cells of a row."""
    return "\t".join("".join(cell.split()) for cell in text.split("\t"))


def joined(value: str) -> str | None:
    """A broken-up number drawn together, or None where the breaks are not those of one number.

    Taken are: a few pieces parted the same way (`A123-456-789`), one character each (boxes of a form), or one line
    break. `B 2 34567890` in a row of a table is three numbers, not one.
    """
    breaks = BREAKS.findall(value)
    pieces = [piece for piece in BREAKS.split(value) if piece]
    if not breaks:
        return value
    whole = "".join(pieces)
    if all(len(piece) == 1 for piece in pieces):
        return whole
    if "\t" in "".join(breaks) or len(pieces) > MAX_PIECES or any(len(gap) > 1 for gap in breaks):
        return None
    line_breaks = [gap for gap in breaks if gap in "\n\r"]
    return whole if len(line_breaks) <= 1 and len(set(breaks) - {"\n", "\r"}) <= 1 else None


def parted_letter(value: str) -> str | None:
    """A number whose letters stand in a cell of their own, drawn together; None for anything else."""
    found = PARTED_LETTER.fullmatch(value)
    return found[1] + found[2] if found else None


@dataclass(frozen=True)
class Manuscript:
    """The normalised text of a file: one line per passage, cells parted by TAB, `\\n` at both ends.

    A line break inside a passage is `\\r`, so that lines and passages stay in step.
    """

    passages: tuple[Passage, ...] = field(repr=False)
    text: str = field(repr=False)

    @classmethod
    def of(cls, passages: tuple[Passage, ...]) -> Manuscript:
        """Joins and normalises the passages."""
        return cls(passages, "\n" + normalised("\n".join(map(_flat, passages))) + "\n")

    @cached_property
    def starts(self) -> list[int]:
        """Where each passage begins in `text`."""
        starts, position = [], 1
        for line in self.text[1:-1].split("\n"):
            starts.append(position)
            position += len(line) + 1
        return starts

    def index_at(self, offset: int) -> int:
        """Which passage an offset lies in."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def line(self, index: int) -> str:
        """The normalised text of one passage."""
        start = self.starts[index]
        return self.text[start : self.text.index("\n", start)]

    @cached_property
    def text_from(self) -> int:
        """The first passage of the file itself, behind the names of folders and file."""
        found = (index for index, passage in enumerate(self.passages) if passage.zone is not Zone.PATH)
        return next(found, len(self.passages))

    @cached_property
    def lines(self) -> list[str]:
        """All passages, normalised."""
        return self.text[1:-1].split("\n")


def _flat(passage: Passage) -> str:
    if not passage.cells:
        return SOFT_BREAKS.sub("\r", passage.text) if not passage.text.isprintable() else passage.text
    return "\t".join(
        cell if cell.isprintable() else SOFT_BREAKS.sub("\r", cell.replace("\t", " ")) for cell in passage.cells
    )
