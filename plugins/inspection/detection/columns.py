"""Finds rows in lines: where a format keeps no cells (PDF, plain text), words below a line of headings are cells."""

from __future__ import annotations

import re
from dataclasses import replace

from inspection.detection.normalise import normalised
from inspection.extraction.passage import Passage, Reading

FORMATS = {"pdf", "txt"}
MAX_CHARS = 200
MAX_HEADING = 12
"""Characters of one column heading."""
MAX_MISSES = 3
"""So many lines in a row that are none end a table."""


def with_rows(reading: Reading, label_words: re.Pattern[str]) -> tuple[Passage, ...]:
    """The passages, lines below a line of headings cut into cells; unchanged for formats that keep their cells.

    A line of headings has two words or more, no digits, and at least half of its words are known labels. Rows may have
    fewer words than headings (empty cells at the end), never more.
    """
    if reading.format not in FORMATS:
        return reading.passages
    passages = list(reading.passages)
    columns = misses = table = 0
    for index, passage in enumerate(passages):
        words = _words(passage)
        if _is_heading(words, label_words):
            columns, misses, table = len(words), 0, table + 1
        elif not 2 <= len(words) <= columns:
            misses += 1
            columns = columns if misses < MAX_MISSES else 0
            continue
        passages[index] = replace(passage, cells=words, part=f"{passage.part}#{table}")
        misses = 0
    return tuple(passages)


def _words(passage: Passage) -> tuple[str, ...]:
    text = passage.text
    if passage.cells or len(text) > MAX_CHARS or "\n" in text or not (" " in text or "\u3000" in text):
        return ()
    return tuple(normalised(text).split())


def _is_heading(words: tuple[str, ...], label_words: re.Pattern[str]) -> bool:
    if len(words) < 2 or any(
        len(word) > MAX_HEADING or any(c.isdigit() or c in ":,。" for c in word) for word in words
    ):
        return False
    return sum(1 for word in words if label_words.search(word)) * 2 >= len(words)
