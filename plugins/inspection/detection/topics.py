"""Weighs topics: words of secret matters count where a record stands beside them, not where they are talked about."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from inspection.detection.engine import Sighting
from inspection.detection.normalise import Manuscript
from inspection.detection.ruleset import record_expressions
from inspection.rules.detectors import Detector
from inspection.vocabulary import Zone

PLACES_PER_WORD = 60
TITLE_CHARS = 300
TITLE_LINES = 8
TALK_PENALTY = 0.3
PROSE = re.compile(
    r"不得|應於|應由|應依|依[^。\n]{0,30}規定|之規定|者,|第[0-9一二三四五六七八九十百零〇]+[條項款]|所稱"
)
LEGAL = re.compile(r"^[\s\t]*第\s?[0-9一二三四五六七八九十百零〇-]+\s?條")
PROSE_CHARS = 30
STATUTE_ARTICLES = 5
SAYING_CHARS = 40
"""A line so short says one thing: that questions are published, not what is to be done with them."""


@dataclass(frozen=True, slots=True)
class TopicHit:
    """A topic found: its best place, the rule's own word there, its score and how many places reach the threshold.

    `is_record`: a record stands there (a price with its amount, answers one by one, a word with who it is), not words
    alone.
    """

    offset: int
    word: str
    score: float
    count: int
    is_record: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What topics are weighed against: the text, its title and path, and where accepted values stand."""

    manuscript: Manuscript
    sighting: Sighting
    title: str = field(repr=False)
    path: str = field(repr=False)
    values_at: dict[str, list[int]]
    talk_words: tuple[str, ...]
    window_chars: int
    is_statute: bool
    not_yet_words: tuple[str, ...] = ()


def title_of(manuscript: Manuscript, path: str) -> str:
    """The file's name and first lines: where a document says what it is. Its folder says nothing of it."""
    first = manuscript.text_from
    return path.rpartition("/")[2] + "\n" + "\n".join(manuscript.lines[first : first + TITLE_LINES])[:TITLE_CHARS]


def is_statute(manuscript: Manuscript) -> bool:
    """Whether a text is a statute or a contract: several paragraphs begin 第…條."""
    return sum(1 for line in manuscript.lines if "第" in line and LEGAL.match(line)) >= STATUTE_ARTICLES


def find_topic(detector: Detector, around: Surroundings) -> TopicHit | None:
    """The best place of a topic that reaches the threshold, None where there is none."""
    if any(word in around.title for word in detector.title_negative):
        return None
    records = [*_records(detector, around)]
    mentions = [*_mentions(detector, around)]
    places = [*records, *mentions]
    if not places or (detector.published and _is_published(detector, around)):
        return None
    score, offset, word = max(places, key=lambda place: (place[0], -place[1]))
    is_record = bool(records) or any(_names_somebody(detector, around, at) for _, at, _ in mentions)
    return TopicHit(offset, word, score, len(places), is_record)


def _is_published(detector: Detector, around: Surroundings) -> bool:
    """Whether the title or a short line says that all this is public by now, and not that it will be."""
    text = around.manuscript.text
    for told in re.finditer(_any_of(detector.published), f"{around.title}\n{text}"):
        line = told.string[told.string.rfind("\n", 0, told.start()) + 1 : told.end() + SAYING_CHARS].partition("\n")[0]
        if len(line) <= SAYING_CHARS and not any(word in line for word in around.not_yet_words):
            return True
    return False


def _names_somebody(detector: Detector, around: Surroundings, offset: int) -> bool:
    """Whether who it is stands in the very line, or below it in a table."""
    index = around.manuscript.index_at(offset)
    line = around.manuscript.line(index)
    first = around.manuscript.starts[index]
    last = first + len(line) if "\t" not in line else offset + around.window_chars // 2
    return any(_any_between(around.values_at.get(name, []), first, last) for name in detector.with_any_detector)


@lru_cache(maxsize=16)
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def _records(detector: Detector, around: Surroundings) -> Iterator[tuple[float, int, str]]:
    for expression in record_expressions(detector):
        for start, _ in around.sighting.spans(expression, PLACES_PER_WORD):
            if not any(word in _line(around, start) for word in detector.negative):
                yield 1.0, start, detector.any[0]


def _mentions(detector: Detector, around: Surroundings) -> Iterator[tuple[float, int, str]]:
    for word in around.sighting.words(detector.any):
        for offset in islice(around.sighting.positions(word), PLACES_PER_WORD):
            score = _score(detector, around, offset)
            if score >= detector.threshold - 1e-9:
                yield score, offset, word


def _score(detector: Detector, around: Surroundings, offset: int) -> float:
    half = around.window_chars // 2
    first, last = max(0, offset - half), offset + half
    if around.manuscript.passages[around.manuscript.index_at(offset)].zone is Zone.PATH:
        last = len(around.manuscript.text)  # a file's name speaks of the whole file
    borne = any(_any_between(around.values_at.get(name, []), first, last) for name in detector.with_any_detector)
    if detector.needs_detector and not borne:
        return 0.0
    line = _line(around, offset)
    if any(word in line for word in detector.talk) and not _is_told(detector, around, offset, first, last):
        return 0.0
    window = around.manuscript.text[first : offset + half]
    words = sum(1 for word in detector.any if word in window) - 1
    support = sum(1 for word in detector.support if word in window)
    score = detector.base + detector.second_word_bonus * min(2, words) + detector.support_bonus * min(2, support)
    if borne:
        score += detector.detector_bonus
    if detector.title_bonus and any(word in around.title for word in detector.any):
        score += detector.title_bonus
    if any(word in around.path for word in detector.filename_any):
        score += detector.support_bonus
    if any(word in line for word in detector.negative):
        score -= detector.negative_penalty
    if not borne:
        if any(word in around.title for word in around.talk_words):
            score -= TALK_PENALTY
        if around.is_statute:
            score -= TALK_PENALTY
        if LEGAL.match(line) or (len(line) > PROSE_CHARS and PROSE.search(line)):
            score -= TALK_PENALTY
    return score


def _is_told(detector: Detector, around: Surroundings, offset: int, first: int, last: int) -> bool:
    """Whether a line that promises secrecy stands in a record: a value in it, or somebody named near it."""
    start = around.manuscript.starts[around.manuscript.index_at(offset)]
    end = start + len(_line(around, offset))
    return any(_any_between(around.values_at.get(name, []), start, end) for name in detector.with_any_detector) or any(
        _any_between(around.values_at.get(name, []), first, last) for name in detector.talk_needs
    )


def _line(around: Surroundings, offset: int) -> str:
    return around.manuscript.line(around.manuscript.index_at(offset))


def _any_between(offsets: list[int], first: int, last: int) -> bool:
    at = bisect_left(offsets, first)
    return at < len(offsets) and offsets[at] < last
