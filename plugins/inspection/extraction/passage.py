"""What reading a file yields: passages of text by zone, and the files found inside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from inspection.vocabulary import ReadReason, ReadStatus, Zone


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph, cell run, slide text or property, with the place it stands in.

    `ordinal` counts the non-empty paragraphs of its zone from 0 (row number for sheets). `locator` is for people:
    `段落 12`, `名冊!B7`, `第 3 頁`; for a property it is the property's name. `cells` holds a table or sheet row cell
    by cell (text is their join by TAB), so that detection can use column headings; a row may stand in any zone
    (a table in a header, a hidden sheet). `part` groups what belongs together: one table, sheet, slide or page;
    rows of one table share it. `struck` is text struck through (a cancelled mark).
    `prominence` is True where layout makes it stand out (large, red, or at the upper left).
    """

    zone: Zone
    text: str
    locator: str = ""
    ordinal: int = 0
    cells: tuple[str, ...] = ()
    struck: bool = False
    prominence: bool = False
    part: str = ""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside a file: an archive member or a mail attachment, to be judged as a file of its own.

    `reason` says why its bytes could not be taken out (encrypted, too large …); `data` is empty then.
    """

    name: str
    data: bytes
    reason: ReadReason | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a file nobody could read: a page without text, a damaged part. `part` is for people: `第 3 頁`."""

    part: str
    reason: ReadReason


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome of reading one file. `format` is what the bytes say (`docx`, `pdf`, …), not the name.

    A reading that ended early (`too_large`) keeps the passages read up to there. `unread` names the parts that were
    passed over while the rest was read: such a file is never held to be clean. `pictures` counts the large pictures of
    a document beside its text: they make nothing unread, and only recognition looks at them.
    """

    status: ReadStatus
    format: str
    reason: ReadReason | None = None
    passages: tuple[Passage, ...] = ()
    embedded: tuple[Embedded, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    pictures: int = 0


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
