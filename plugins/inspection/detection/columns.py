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
MAX_DIGITS = 3
"""Digits in one column heading."""
MOST_MERGED = 6
TELEPHONE = re.compile(r"09[0-9]{2}(?: [0-9]{3})?|\(?0[2-8][0-9]?\)?(?: [0-9]{3,4})?")
MAX_MISSES = 3
"""So many lines in a row that are none end a table."""


def with_rows(reading: Reading, label_words: re.Pattern[str]) -> tuple[Passage, ...]:
    """The passages, lines below a line of headings cut into cells; unchanged for formats that keep their cells.

    A line of headings has two words or more, no numbers, and at least half of its words are known labels, or two of
    them where the next line has as many words. Rows may have fewer words than headings (empty cells at the end); where
    they have more, words that make one cell are put together (`0912 345 678`, `LED 燈具`).
    """
    if reading.format not in FORMATS:
        return reading.passages
    passages = list(reading.passages)
    columns = misses = table = 0
    for index, passage in enumerate(passages):
        words = _words(passage)
        following = _words(passages[index + 1]) if index + 1 < len(passages) else ()
        if _is_heading(words, following, label_words):
            columns, misses, table = len(words), 0, table + 1
        elif not 2 <= len(words := _fitted(words, columns)) <= columns:
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


def _is_heading(words: tuple[str, ...], following: tuple[str, ...], label_words: re.Pattern[str]) -> bool:
    if len(words) < 2 or not all(_may_name(word) for word in words):
        return False
    known = sum(1 for word in words if label_words.search(word))
    return known * 2 >= len(words) or (known >= 2 and len(following) == len(words))


def _fitted(words: tuple[str, ...], columns: int) -> tuple[str, ...]:
    """Not more words than columns: neighbours put together that are one telephone number, or words without digits."""
    fitted = list(words)
    for is_one in (_is_telephone, _is_wording):
        at = 0
        while columns < len(fitted) <= columns + MOST_MERGED and at + 1 < len(fitted):
            if is_one(fitted[at], fitted[at + 1]):
                fitted[at : at + 2] = [f"{fitted[at]} {fitted[at + 1]}"]
            else:
                at += 1
    return tuple(fitted)


def _is_telephone(first: str, second: str) -> bool:
    return TELEPHONE.fullmatch(first) is not None and second.isdecimal() and len(second) in {3, 4, 6}


def _is_wording(first: str, second: str) -> bool:
    return not any(c.isdigit() for c in first + second)


def _may_name(word: str) -> bool:
    """Whether a word can stand above a column: 總分 or 工作40%, no number and no sentence."""
    count = sum(c.isdigit() for c in word)
    return (
        len(word) <= MAX_HEADING and count <= MAX_DIGITS and count < len(word) and not any(c in ":,。/" for c in word)
    )
