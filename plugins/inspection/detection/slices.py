"""Cuts a long text into slices that are judged one after the other: what was found is kept when the time is spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from inspection.detection.normalise import Manuscript
from inspection.detection.tables import Run, Tables
from inspection.extraction.passage import Passage
from inspection.vocabulary import Zone

SLICE_CHARS = 400_000
"""A third of a second of judging at most: so much can be lost when the time ends."""
CONTEXT_LINES = 3
"""Of the slice before, so that a value below its label is not parted from it."""
BULK = frozenset({Zone.BODY, Zone.TABLE, Zone.SHEET})
FROM_TOP = 2_000
FROM_TOP_OF_PART = 40
FROM_END = 20


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of a text with what is needed to understand it.

    Before `begins` (an offset) stands what was judged with the slice before.
    """

    manuscript: Manuscript
    begins: int = 0


@dataclass(frozen=True)
class Sliced:
    """A file's passages, behind the names of its folders and itself (`named`), in slices."""

    named: tuple[Passage, ...] = field(repr=False)
    passages: tuple[Passage, ...] = field(repr=False)
    ends: tuple[int, ...]

    @classmethod
    def of(cls, named: tuple[Passage, ...], passages: tuple[Passage, ...], chars: int = SLICE_CHARS) -> Sliced:
        """Slices of about so many characters; nearly every file is one."""
        ends, held = [], 0
        for number, passage in enumerate(passages, 1):
            held += len(passage.text)
            if held >= chars:
                ends.append(number)
                held = 0
        if not ends or ends[-1] != len(passages):
            ends.append(len(passages))
        return cls(named, passages, tuple(ends))

    def slice(self, number: int, before: Tables | None = None) -> Slice:
        """The n-th slice from 0; `before` are the tables of the slice before it, whose headings may still hold."""
        if number == 0:
            return Slice(Manuscript.of(self.named + self.passages[: self.ends[0]]))
        first, end = self.ends[number - 1], self.ends[number]
        lead = self.named + self._lead(first, before)
        manuscript = Manuscript.of(lead + self.passages[first:end])
        return Slice(manuscript, manuscript.starts[len(lead)])

    def _lead(self, first: int, before: Tables | None) -> tuple[Passage, ...]:
        context = self.passages[max(0, first - CONTEXT_LINES) : first]
        if before is None or not self.passages[first].cells:
            return context
        headings = _headings_at_end(before)
        return headings + tuple(one for one in context if one not in headings)

    def marking(self) -> Manuscript:
        """Where a mark may stand: the whole of a text of one slice, else its top and end, the top of each part, and all
        that is no bulk (headers, properties, notes)."""
        if len(self.ends) == 1:
            return self.slice(0).manuscript
        seen: dict[str, int] = {}
        kept: list[Passage] = []
        last = len(self.passages) - FROM_END
        for number, passage in enumerate(self.passages):
            seen[passage.part] = of_part = seen.get(passage.part, 0) + 1
            if (
                number < FROM_TOP
                or number >= last
                or passage.zone not in BULK
                or (passage.part and of_part <= FROM_TOP_OF_PART)
            ):
                kept.append(passage)
        return Manuscript.of(self.named + tuple(kept))


def _headings_at_end(tables: Tables) -> tuple[Passage, ...]:
    """The rows of the last table down to its headings, where it goes on to the end of the text."""
    runs: Sequence[Run] = tables.runs()
    if not runs or runs[-1].end != len(tables.manuscript.passages) or not runs[-1].headings:
        return ()
    return tables.manuscript.passages[runs[-1].first : runs[-1].data_from]
