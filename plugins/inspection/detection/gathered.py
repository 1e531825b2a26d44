"""What the stretches of one file told so far, and the categories that come of it: how many people, how severe."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from inspection.detection.conceal import Concealer
from inspection.detection.exposure import category_severity, worst
from inspection.detection.mask import masked
from inspection.detection.meaning import MOST_CHARS, STRONG, WEAK, Meaning
from inspection.detection.normalise import Manuscript
from inspection.detection.people import People
from inspection.detection.ruleset import Rules
from inspection.detection.topics import TopicHit, is_statute
from inspection.detection.values import ValueHit
from inspection.rules.detectors import Detector
from inspection.vocabulary import Severity, Zone

AUXILIARY = "輔助"
RECORD_CHARS = 200
"""How far apart two values may stand and still be of one person's record."""
FEWEST = 20
"""Values looked for in further text once the limit is reached: topics want to know that some stand there."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A masked value and the place where it stands."""

    text: str
    locator: str


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of sensitive content in a file, with nothing in clear."""

    detector: str
    name: str
    count: int
    people: int
    severity: Severity
    excerpts: tuple[Excerpt, ...]
    ground: str
    remedies: tuple[str, ...]
    strength: int = 0
    """0 for a hit of a rule; 1 to 3 for 語意比對, a clue and no more: from 2 on the file counts as suspected."""
    told: frozenset[int] = frozenset()
    """Of 語意比對 the numbers of the model's phrases that spoke for it."""
    traits: str = ""
    """Those phrases as a lesson keeps them (`detection.traits`); empty where nobody keeps lessons."""


class FromText(Protocol):
    """What was accepted in one stretch of text."""

    @property
    def manuscript(self) -> Manuscript:
        """The text."""

    @property
    def values(self) -> dict[str, list[ValueHit]]:
        """By rule."""

    @property
    def topics(self) -> dict[str, TopicHit]:
        """By rule."""


@dataclass(slots=True, repr=False)
class _Values:
    """The values of one rule: how many, how severe the worst, the first few, and whether a record is among them."""

    severity: Severity
    count: int = 0
    first: dict[str, Excerpt] = field(default_factory=dict)
    has_record: bool = False


@dataclass(slots=True, repr=False)
class _Topic:
    best: TopicHit
    locator: str
    count: int
    is_record: bool


@dataclass(slots=True, repr=False)
class Gathered:
    """What was found in one file. It holds values in clear and lives only while the file is judged.

    `many`: the text is judged in stretches; so long a text is never doubted.
    """

    rules: Rules
    people: People
    concealer: Concealer
    many: bool = False
    title: str = ""
    values: dict[str, _Values] = field(default_factory=dict)
    topics: dict[str, _Topic] = field(default_factory=dict)
    said: tuple[Meaning, tuple[Excerpt, ...]] | None = None
    _read: int = 0
    _doubts: bool = False

    def room_for(self, detector: str) -> int:
        """How many more values of a rule are looked for."""
        limit = self.rules.book.engine.hits_per_detector
        return max(limit - self.values[detector].count, FEWEST) if detector in self.values else limit

    def take(self, hits: FromText) -> None:
        """Adds what one stretch of text told, from the first to the last."""
        for name, own in hits.values.items():
            self._take_values(self.rules.by_id[name], own, hits)
        for name, topic in hits.topics.items():
            known = self.topics.get(name)
            if known is None or topic.score > known.best.score:
                count, record = (known.count, known.is_record) if known else (0, False)
                self.topics[name] = _Topic(topic, _place(hits.manuscript, topic.offset), count, record)
            self.topics[name].count += topic.count
            self.topics[name].is_record |= topic.is_record
        if self.rules.second is None:
            return
        if not self.topics and not self._bears_values():
            self._read_by_meaning(hits.manuscript)
        elif not self.many and not self._bears_values():
            records = any(topic.is_record for topic in self.topics.values())
            self._doubts = not records and self.rules.second.doubts(hits.manuscript)

    def categories(self) -> tuple[Category, ...]:
        """All categories; none where nothing is sensitive enough to report."""
        rules = self.rules
        bears_values = self._bears_values()
        if not self.topics and not bears_values:
            return tuple(self._by_meaning())
        found = [self._value_category(one) for one in rules.values if one.id in self.values and one.group != AUXILIARY]
        found += [self._topic_category(one) for one in rules.topics if one.id in self.topics]
        if not bears_values and self._doubts:
            found = [replace(category, strength=WEAK, severity=Severity.LOW) for category in found]
        return tuple(found)

    def _take_values(self, detector: Detector, own: list[ValueHit], hits: FromText) -> None:
        without = detector.severity_without_context or detector.severity
        severity = worst([detector.severity if hit.has_context else without for hit in own])
        known = self.values.setdefault(detector.id, _Values(severity))
        known.severity = worst([known.severity, severity])
        known.count += len(own)
        for hit in own:
            if len(known.first) >= self.rules.book.engine.excerpts:
                break
            if hit.value not in known.first:
                known.first[hit.value] = Excerpt(masked(detector.mask, hit.value), _place(hits.manuscript, hit.start))
        if detector.report == "record" and not known.has_record:
            known.has_record = any(
                _near(hit, hits.values.get(name, [])) for hit in own for name in detector.record_with
            )

    def _bears_values(self) -> bool:
        return any(self._worth_reporting(self.rules.by_id[name]) for name in self.values)

    def _worth_reporting(self, detector: Detector) -> bool:
        if detector.report in {"alone", "never"}:
            return detector.report == "alone"
        people = self.people
        distinct = people.count(detector.id)
        if distinct >= detector.list_people:
            return True
        if detector.report == "record":
            return self.values[detector.id].has_record
        return distinct >= detector.list_people_with and any(
            people.count(name) >= detector.list_people_with for name in detector.list_with
        )

    def _read_by_meaning(self, manuscript: Manuscript) -> None:
        """What the second reading says of a text in which no rule found anything; statutes speak of everything."""
        second = self.rules.second
        if second is None or self._read >= MOST_CHARS or manuscript.text_from == len(manuscript.passages):
            return
        self._read += len(manuscript.text)
        said = second.read(manuscript)
        if said is None or said.topic not in self.rules.by_id or is_statute(manuscript):
            return
        if self.said is None or said.score > self.said[0].score:
            places = (Excerpt(one.shown, _place(manuscript, manuscript.starts[one.passage])) for one in said.clues)
            self.said = said, tuple(places)

    def _by_meaning(self) -> Iterator[Category]:
        if self.said is None:
            return
        said, excerpts = self.said
        plain = self._category(
            self.rules.by_id[said.topic],
            count=len(said.clues),
            people=0,
            severity=Severity.MEDIUM if said.strength == STRONG else Severity.LOW,
            excerpts=tuple(replace(one, text=self.concealer.conceal(one.text)) for one in excerpts),
        )
        yield replace(plain, strength=said.strength, told=said.told)

    def _value_category(self, detector: Detector) -> Category:
        own = self.values[detector.id]
        distinct = self.people.count(detector.id)
        return self._category(
            detector,
            count=own.count,
            people=distinct if detector.counts_people else 0,
            severity=category_severity(own.severity, distinct, self.rules.book),
            excerpts=tuple(own.first.values()),
        )

    def _topic_category(self, detector: Detector) -> Category:
        topic, rules = self.topics[detector.id], self.rules
        counted = [name for name in detector.with_any_detector if rules.by_id[name].counts_people]
        concerned = max((self.people.count(name) for name in (*counted, "NAME-AFTER-LABEL")), default=0)
        return self._category(
            detector,
            count=topic.count,
            people=concerned if detector.needs_detector else 0,
            severity=category_severity(detector.severity, concerned if counted else 0, rules.book),
            excerpts=(Excerpt(topic.best.word, topic.locator),),
        )

    def _category(
        self, detector: Detector, *, count: int, people: int, severity: Severity, excerpts: tuple[Excerpt, ...]
    ) -> Category:
        ground = self.rules.book.grounds[detector.ground]
        return Category(
            detector.id,
            detector.name,
            count,
            people,
            severity,
            tuple(replace(one, locator=self.concealer.conceal(one.locator)) for one in excerpts),
            ground.title + ground.article,
            detector.remedies,
        )


def _near(hit: ValueHit, others: list[ValueHit]) -> bool:
    starts = [other.start for other in others]
    at = bisect_left(starts, hit.start - RECORD_CHARS)
    return at < len(starts) and starts[at] <= hit.end + RECORD_CHARS


def _place(manuscript: Manuscript, offset: int) -> str:
    passage = manuscript.passages[manuscript.index_at(offset)]
    return "檔名" if passage.zone is Zone.PATH else passage.locator
