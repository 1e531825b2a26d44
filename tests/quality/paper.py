"""An office document before it has a format: pieces of text, each in its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Place(StrEnum):
    """Where a piece of text stands."""

    BODY = "body"
    HEADER = "header"
    FIRST_HEADER = "first_header"
    FOOTER = "footer"
    WATERMARK = "watermark"
    TEXT_BOX = "text_box"
    NOTE = "note"
    COMMENT = "comment"
    SECOND_SHEET = "second_sheet"
    HIDDEN_SHEET = "hidden_sheet"
    SPEAKER_NOTE = "speaker_note"
    SUBJECT = "subject"
    FILE_NAME = "file_name"
    LABEL_ELEMENT = "label_element"


class Ink(StrEnum):
    """How a piece is written."""

    PLAIN = "plain"
    BIG_RED = "big_red"
    STRUCK = "struck"
    DELETED = "deleted"


Row = tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """Lines, or a table, in one place."""

    lines: tuple[str, ...] = ()
    place: Place = Place.BODY
    table: tuple[Row, ...] = ()
    ink: Ink = Ink.PLAIN

    def as_lines(self) -> tuple[str, ...]:
        """The piece without columns: a table's rows become `label：value` lines."""
        if not self.table:
            return self.lines
        heads = self.table[0]
        told = tuple("，".join(f"{h}：{v}" for h, v in zip(heads, row, strict=True) if v) for row in self.table[1:])
        return (*self.lines, *told)


@dataclass(frozen=True)
class Paper:
    """One document: a name for the file, a title, pieces in reading order; `level` and `condition` for DI only."""

    name: str
    title: str
    pieces: tuple[Piece, ...] = field(default=())
    level: str = ""
    condition: str = ""

    def at(self, *places: Place) -> tuple[Piece, ...]:
        """The pieces standing in any of these places."""
        return tuple(piece for piece in self.pieces if piece.place in places)
