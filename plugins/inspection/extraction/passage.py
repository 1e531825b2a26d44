"""What reading a file yields: passages of text by zone, and the files found inside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from inspection.vocabulary import ReadReason, ReadStatus, Zone


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph, cell run, slide text or property, with the place it stands in.

    `ordinal` counts paragraphs of its zone from 0 (row number for sheets). `locator` is for people:
    `段落 12`, `名冊!B7`, `第 3 頁`. `cells` holds a table or sheet row cell by cell (text is their join by TAB),
    so that detection can use column headings. `struck` is text struck through (a cancelled mark).
    `prominence` is True where layout makes it stand out (large, red, or at the upper left).
    """

    zone: Zone
    text: str
    locator: str = ""
    ordinal: int = 0
    cells: tuple[str, ...] = ()
    struck: bool = False
    prominence: bool = False


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside a file: an archive member or a mail attachment, to be judged as a file of its own."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome of reading one file. `format` is what the bytes say (`docx`, `pdf`, …), not the name."""

    status: ReadStatus
    format: str
    reason: ReadReason | None = None
    passages: tuple[Passage, ...] = ()
    embedded: tuple[Embedded, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What one file may cost. Sizes in bytes, after decompression where it applies."""

    file_bytes: int = 256 << 20
    part_bytes: int = 64 << 20
    total_bytes: int = 512 << 20
    ratio: int = 200
    entries: int = 10_000
    nesting: int = 4
    text_chars: int = 20_000_000
    wall_seconds: float = 10.0
    memory_bytes: int = 768 << 20
