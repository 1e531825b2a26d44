"""How an office says how to reach it: the head of a letter, and lines of its address, telephone and clerk anywhere."""

from __future__ import annotations

from inspection.detection.normalise import Manuscript, compact
from inspection.rules.detectors import DetectorBook
from inspection.vocabulary import Zone

MOST_LINES = 25
MOST_BLOCKS = 50
LEAST_LINES = 2


def letterhead_end(manuscript: Manuscript, words: tuple[str, ...]) -> int:
    """Offset at which a letter's head ends, 0 where the text is no letter.

    `words` begin the line below the head (受文者); in an interchange file the element of the mark stands there.
    """
    head = zip(manuscript.passages[:MOST_LINES], manuscript.lines[:MOST_LINES], strict=False)
    for index, (passage, line) in enumerate(head):
        if passage.zone is Zone.LABEL_ELEMENT or compact(line).startswith(words):
            return manuscript.starts[index]
    return 0


def office_lines(manuscript: Manuscript, book: DetectorBook) -> frozenset[int]:
    """The passages that tell how to reach the office: neighbours that each begin with one of `contact_labels`, one of
    them with one of `office_labels` (傳真, 承辦人), none beside a line that names somebody (陳情人, 姓名)."""
    found: set[int] = set()
    for label in book.office_labels:
        at = -1
        for _ in range(MOST_BLOCKS):
            at = manuscript.text.find(f"\n{label}", at + 1)
            if at < 0:
                break
            index = manuscript.index_at(at + 1)
            if index not in found:
                found.update(_block(manuscript.lines, index, book))
    return frozenset(found)


def _block(lines: list[str], index: int, book: DetectorBook) -> range:
    first = last = index
    while first > 0 and lines[first - 1].startswith(book.contact_labels):
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].startswith(book.contact_labels):
        last += 1
    beside = "\n".join(lines[max(0, first - 1) : last + 2])
    if last - first + 1 < LEAST_LINES or any(word in beside for word in book.home_words + book.somebody):
        return range(0)
    return range(first, last + 1)
