"""Gathers what a reader finds: passages numbered by zone, embedded files, properties, all within the limits."""

from __future__ import annotations

from inspection.extraction.passage import Embedded, Passage, ReadLimits, Unread
from inspection.extraction.unreadable import too_large
from inspection.vocabulary import ReadReason, Zone


def paragraph(number: int) -> str:
    """Locator of a paragraph, counted from 1."""
    return f"段落 {number}"


def table(number: int) -> str:
    """Name of a table, counted from 1."""
    return f"表格 {number}"


def slide(number: int) -> str:
    """Locator of a slide, counted from 1."""
    return f"投影片 {number}"


def page(number: int) -> str:
    """Locator of a page, counted from 1."""
    return f"第 {number} 頁"


def picture(number: int) -> str:
    """Locator of a picture inside a document, counted from 1."""
    return f"第 {number} 張圖片"


def line(number: int) -> str:
    """Locator of a line of plain text, counted from 1."""
    return f"第 {number} 行"


MOST_UNREAD = 200
FURTHER_PARTS = "其他部分"


class Collector:
    """What one file has yielded so far. Raises Unreadable(too_large) once a limit is passed; what was kept stays."""

    def __init__(self, limits: ReadLimits) -> None:
        self.limits = limits
        self.passages: list[Passage] = []
        self.embedded: list[Embedded] = []
        self.properties: dict[str, str] = {}
        self.unread: list[Unread] = []
        self.pictures = 0
        self._counts: dict[Zone, int] = {}
        self._chars = 0
        self._embedded_bytes = 0

    def count(self, zone: Zone) -> int:
        """How many passages of a zone stand there already: the ordinal of the next one."""
        return self._counts.get(zone, 0)

    def add(
        self,
        zone: Zone,
        text: str,
        locator: str = "",
        *,
        cells: tuple[str, ...] = (),
        struck: bool = False,
        prominence: bool = False,
        part: str = "",
        ordinal: int | None = None,
    ) -> None:
        """Keeps one passage; blank ones are left out and not counted."""
        text = text.strip()
        if not text:
            return
        number = self._counts.get(zone, 0)
        self._counts[zone] = number + 1
        if ordinal is None:
            ordinal = number
        self._chars += len(text)
        if self._chars > self.limits.text_chars:
            raise too_large("more text than the limit")
        if not locator and not part:
            locator = paragraph(ordinal + 1)
        self.passages.append(Passage(zone, text, locator or part, ordinal, cells, struck, prominence, part))

    def keep(self, passage: Passage) -> None:
        """Keeps a passage another collector has made, numbered anew among ours."""
        self.add(
            passage.zone,
            passage.text,
            passage.locator if passage.part else "",
            cells=passage.cells,
            struck=passage.struck,
            prominence=passage.prominence,
            part=passage.part,
        )

    def add_row(self, zone: Zone, cells: list[str], locator: str, *, part: str, ordinal: int | None = None) -> None:
        """Keeps one row of a table or sheet, cell by cell."""
        self.add(zone, "\t".join(cells), locator, cells=tuple(cells), part=part, ordinal=ordinal)

    def add_property(self, name: str, value: str) -> None:
        """Keeps one document property (title, keyword, sensitivity label) as passage and by name."""
        value = value.strip()
        if value:
            self.properties[name] = value
            self.add(Zone.PROPERTY, value, name)

    def miss(self, part: str, reason: ReadReason) -> None:
        """Notes a part that could not be read; beyond MOST_UNREAD they are counted together, none forgotten."""
        one = Unread(part, reason)
        if len(self.unread) < MOST_UNREAD:
            if one not in self.unread:
                self.unread.append(one)
        elif self.unread[-1].part != FURTHER_PARTS or self.unread[-1].reason is not reason:
            self.unread.append(Unread(FURTHER_PARTS, reason))

    def embed(self, name: str, data: bytes, reason: ReadReason | None = None) -> None:
        """Keeps a file found inside; raises Unreadable(too_large) where all of them together pass the total limit."""
        if len(self.embedded) >= self.limits.entries:
            raise too_large("more embedded files than the limit")
        self._embedded_bytes += len(data)
        if self._embedded_bytes > self.limits.total_bytes:
            raise too_large("embedded files together pass the limit")
        self.embedded.append(Embedded(name, data, reason))
