"""The rules made ready for work: loaded, compiled once per process, with the version that names them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from inspection.detection.engine import Backend, Engine, Expression
from inspection.detection.meaning import SecondReader
from inspection.detection.normalise import normalised
from inspection.detection.validators import Names
from inspection.rules.detectors import Detector, DetectorBook, load_detectors
from inspection.rules.load import rules_version
from inspection.rules.marking import MarkingBook, load_marking
from inspection.rules.meaning import MeaningModel, shipped_meaning

LEVEL_WORDS = ("絕對機密", "極機密", "機密", "密", "限閱", "機敏資料")


def folded(words: tuple[str, ...]) -> tuple[str, ...]:
    """Rule words in the form texts have after normalisation."""
    return tuple(dict.fromkeys(normalised(word) for word in words))


@dataclass(frozen=True)
class Rules:
    """Detectors (`loaded` as written, `book` with its words folded), marking rules and the compiled engine.

    `second` reads by meaning; None where an engineer's own detectors alone are asked.
    """

    loaded: DetectorBook = field(repr=False)
    book: DetectorBook
    marking: MarkingBook
    engine: Engine = field(repr=False)
    version: str
    second: SecondReader | None = field(default=None, repr=False)

    @cached_property
    def names(self) -> Names:
        """What Chinese names look like."""
        own_words = {word for detector in self.book.detectors for word in detector.any}
        not_names = (*self.book.not_names, *sorted(own_words))
        return Names(frozenset(self.book.surnames), self.book.compound_surnames, not_names)

    @cached_property
    def values(self) -> tuple[Detector, ...]:
        """Detectors that find values."""
        return tuple(detector for detector in self.book.detectors if not detector.is_topic)

    @cached_property
    def topics(self) -> tuple[Detector, ...]:
        """Detectors that find topics."""
        return tuple(detector for detector in self.book.detectors if detector.is_topic)

    @cached_property
    def triggers(self) -> dict[str, frozenset[int]]:
        """Per detector the expressions of which at least one occurs where it can hit."""
        return {
            detector.id: frozenset(self.engine.index[expression] for expression in _expressions_of(detector))
            for detector in self.book.detectors
        }

    @cached_property
    def label_words(self) -> re.Pattern[str]:
        """Finds words column headings consist of."""
        words = {word for detector in self.book.detectors for word in detector.header_keywords}
        words |= {word for detector in self.book.detectors for word in detector.header_negative}
        words |= set(folded(self.book.heading_words))
        return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))

    @cached_property
    def by_id(self) -> dict[str, Detector]:
        """Detectors by id."""
        return {detector.id: detector for detector in self.book.detectors}

    @cached_property
    def path_words(self) -> re.Pattern[str]:
        """Finds words that matter in a path."""
        words = {word for detector in self.book.detectors for word in _words_of(detector)}
        words |= {*self.book.talk_words, *self.book.sample_titles, *self.book.awareness_folders, *LEVEL_WORDS}
        return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))

    @cached_property
    def samples(self) -> frozenset[str]:
        """Values known from leaflets and manuals."""
        return frozenset(self.book.sample_values)


def _words_of(detector: Detector) -> tuple[str, ...]:
    return (
        *detector.any,
        *detector.filename_any,
        *detector.context,
        *detector.negative,
        *detector.title_negative,
        *detector.header_keywords,
    )


def load_rules(rules_dir: Path | None = None, *, backend: Backend = "auto", second_reading: bool = False) -> Rules:
    """Loads and compiles the shipped rules with the agency's overlay, and the phrases if asked; raises BadSource."""
    meaning = shipped_meaning() if second_reading else None
    return compile_rules(load_detectors(rules_dir), load_marking(rules_dir), backend=backend, meaning=meaning)


def compile_rules(
    book: DetectorBook, marking: MarkingBook, *, backend: Backend = "auto", meaning: MeaningModel | None = None
) -> Rules:
    """Compiles rules already loaded."""
    loaded = book
    book = book.model_copy(update={"detectors": tuple(map(_folded, book.detectors))})
    book = book.model_copy(update={"sample_words": folded(book.sample_words), "talk_words": folded(book.talk_words)})
    engine = Engine.build(_expressions(book), backend)
    version = rules_version(loaded, marking)
    if meaning is None:
        return Rules(loaded, book, marking, engine, version)
    second = SecondReader.of(meaning, "hyperscan" if engine.backend == "hyperscan" else "re")
    return Rules(
        loaded, book, marking, engine, hashlib.sha256(f"{version} {meaning.digest}".encode()).hexdigest(), second
    )


def _folded(detector: Detector) -> Detector:
    names = ("any", "support", "context", "negative", "title_negative", "header_keywords", "header_negative")
    return detector.model_copy(update={name: folded(getattr(detector, name)) for name in names})


def _expressions(book: DetectorBook) -> Iterator[Expression]:
    for detector in book.detectors:
        yield from _expressions_of(detector)


def _expressions_of(detector: Detector) -> Iterator[Expression]:
    yield from value_expressions(detector)
    yield from (expression for expression, _ in loose_expressions(detector))
    yield from record_expressions(detector)
    for word in (*detector.any, *(detector.header_keywords if detector.column_patterns else ())):
        yield Expression(word, literal=True)


def value_expressions(detector: Detector) -> Iterator[Expression]:
    """The patterns that find a detector's values."""
    return (Expression(pattern, detector.boundary, gate=detector.gate) for pattern in detector.patterns)


def loose_expressions(detector: Detector) -> Iterator[tuple[Expression, bool]]:
    """Further forms of a `loose` detector's values, each with whether a word or a heading must vouch for it: small
    letters, letters of another word right behind, the next field of a fixed-width row right behind."""
    for pattern in detector.patterns if detector.loose else ():
        yield Expression(f"(?i){pattern}", detector.boundary), True
        yield Expression(f"(?i){pattern}", "letters_behind"), True
        yield Expression(pattern, "number_behind"), False


def record_expressions(detector: Detector) -> Iterator[Expression]:
    """The patterns of a record that alone bears a topic."""
    return (Expression(pattern, gate=detector.gate) for pattern in detector.record_patterns)
