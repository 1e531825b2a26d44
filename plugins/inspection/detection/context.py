"""Weighs a found value by the words around it: label before it, heading above it, words that speak against it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inspection.detection.normalise import Manuscript
from inspection.detection.tables import CellPlace, Run, Tables
from inspection.rules.detectors import Detector, DetectorBook

AFTER_CHARS = 15
"""How far behind a value a word may stand to be about it."""
SAMPLE_CHARS = 30
LINE_CHARS = 300
COMPOUND_CHARS = 6
"""A denying word so close before the vouching one qualifies it: 公庫帳號, 公務車車號."""


@dataclass(frozen=True, slots=True)
class Weight:
    """How sure a hit is, and whether a context word vouches for it."""

    score: float
    has_context: bool


def weigh(
    detector: Detector, book: DetectorBook, manuscript: Manuscript, tables: Tables, span: tuple[int, int]
) -> Weight | None:
    """The weight of a value at `span`, None where it stays below the rule's threshold or is called a sample."""
    index = manuscript.index_at(span[0])
    start = manuscript.starts[index]
    place = tables.place(index, span[0] - start)
    before = manuscript.text[max(start, span[0] - SAMPLE_CHARS) : span[0]]
    behind = manuscript.text[span[1] : span[1] + AFTER_CHARS].partition("\n")[0]
    if place is not None:  # other cells speak of themselves: a street called 示例路 makes no number a sample
        before, behind = f"{place.heading}\t{place.left}\t{place.before}", behind.partition("\t")[0]
    if any(word in before or word in behind for word in book.sample_words):
        return None
    vouched, denied = (
        _by_cell(detector, book, tables, place)
        if place is not None
        else _by_distance(detector, manuscript, start, span)
    )
    if place is not None and not vouched and not denied and not place.heading:
        vouched, denied = _by_distance(detector, manuscript, start, span)
    if detector.context_required and (not vouched or denied):
        return None
    score = detector.base
    if denied:
        score -= detector.negative_penalty
    elif vouched:
        score += detector.context_bonus
    return Weight(score, vouched) if score >= detector.threshold - 1e-9 else None


def is_office_table(tables: Tables, run: Run, book: DetectorBook) -> bool:
    """Whether a table lists an office's or companies' own phones and addresses, or places open to all: no secret."""
    known = tables.office.get(run.first)
    if known is None:
        known = tables.office[run.first] = _is_of_office("\t".join(run.headings), tables.about(run), book)
    return known


def _is_of_office(headings: str, about: str, book: DetectorBook) -> bool:
    if any(word in headings for word in book.home_words):
        return False
    if any(re.search(one, f"{about}\n{headings}") for one in book.hidden_places):
        return False
    others = headings
    for word in book.contact_words if any(word in headings for word in book.place_words) else ():
        others = others.replace(word, "")
    named = not headings or any(word in others for word in book.person_words)
    return not named or any(word in others for word in book.office_words)


def _by_cell(detector: Detector, book: DetectorBook, tables: Tables, place: CellPlace) -> tuple[bool, bool]:
    if detector.report == "list" and is_office_table(tables, place.run, book):
        return False, True
    denied = any(word in place.heading for word in (*detector.header_negative, *detector.negative))
    denied = denied or any(word in text for word in detector.negative for text in (place.left, place.before))
    vouched = any(word in text for word in (*detector.header_keywords, *detector.context) for text in place.labels)
    return vouched and not denied, denied


def _by_distance(
    detector: Detector, manuscript: Manuscript, line_start: int, span: tuple[int, int]
) -> tuple[bool, bool]:
    """The nearer word decides; where 帳號 ends 使用者帳號 both end at the same place and the denial wins."""
    start, end = span
    text = manuscript.text
    before = text[max(0, start - detector.proximity_chars) : start]
    own_before = text[max(line_start, start - detector.proximity_chars) : start]
    after = text[end : end + AFTER_CHARS].partition("\n")[0]
    for_it = _distance((*detector.context, *detector.header_keywords), before, after)
    if for_it is None and detector.line_patterns:
        line = text[line_start : line_start + LINE_CHARS].partition("\n")[0]
        for_it = LINE_CHARS if any(re.search(one, line, re.ASCII) for one in detector.line_patterns) else None
    against = _distance(detector.negative, own_before, after)
    if against is not None and (for_it is None or against <= for_it + COMPOUND_CHARS):
        return False, True
    return for_it is not None, False


def _distance(words: tuple[str, ...], before: str, after: str) -> int | None:
    """Characters between the nearest word and the value; words behind it count from their beginning."""
    best: int | None = None
    for word in words:
        at = before.rfind(word)
        if at >= 0:
            gap = len(before) - at - len(word)
            best = gap if best is None else min(best, gap)
        at = after.find(word)
        if at >= 0:
            best = at if best is None else min(best, at)
    return best
