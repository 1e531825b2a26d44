"""Where the head of an official letter ends: the office's own address and telephone stand above the addressee."""

from __future__ import annotations

from inspection.detection.normalise import Manuscript, compact
from inspection.vocabulary import Zone

MOST_LINES = 25


def letterhead_end(manuscript: Manuscript, words: tuple[str, ...]) -> int:
    """Offset at which a letter's head ends, 0 where the text is no letter.

    `words` begin the line below the head (受文者); in an interchange file the element of the mark stands there.
    """
    head = zip(manuscript.passages[:MOST_LINES], manuscript.lines[:MOST_LINES], strict=False)
    for index, (passage, line) in enumerate(head):
        if passage.zone is Zone.LABEL_ELEMENT or compact(line).startswith(words):
            return manuscript.starts[index]
    return 0
