"""Puts the hits of one file together: which categories, how many people, and whether it is worth reporting."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from inspection.detection.conceal import Concealer
from inspection.detection.exposure import category_severity, worst
from inspection.detection.letterhead import letterhead_end, office_lines
from inspection.detection.mask import masked
from inspection.detection.meaning import STRONG, WEAK
from inspection.detection.normalise import Manuscript
from inspection.detection.people import People
from inspection.detection.ruleset import Rules
from inspection.detection.tables import Tables
from inspection.detection.topics import Surroundings, TopicHit, find_topic, is_statute, title_of
from inspection.detection.values import ValueHit, find_values
from inspection.rules.detectors import Detector
from inspection.vocabulary import Severity, Zone

AUXILIARY = "輔助"
SAMPLE_VALUES = 3
RECORD_CHARS = 200
"""How far apart two values may stand and still be of one person's record."""


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


@dataclass(frozen=True, slots=True)
class Findings:
    """The categories worth reporting (empty: nothing sensitive) and the concealer that knows what was found."""

    categories: tuple[Category, ...]
    concealer: Concealer


@dataclass(frozen=True, slots=True)
class Hits:
    """Everything accepted in one file. It holds values in clear and lives only while a file is judged."""

    manuscript: Manuscript
    values: dict[str, list[ValueHit]]
    topics: dict[str, TopicHit]
    people: People
    concealer: Concealer


def find_categories(manuscript: Manuscript, path: str, rules: Rules, key: bytes, *, today: date) -> Findings:
    """All categories of a file; none where nothing in it is sensitive enough to report."""
    hits = find_hits(manuscript, path, rules, key, today=today)
    bears_values = any(_worth_reporting(rules.by_id[name], hits) for name in hits.values)
    if not hits.topics and not bears_values:
        return Findings(tuple(_by_meaning(rules, hits)), hits.concealer)
    categories = [
        _value_category(rules, rules.by_id[name], hits) for name in hits.values if rules.by_id[name].group != AUXILIARY
    ]
    categories += [_topic_category(rules, rules.by_id[name], hits) for name in hits.topics]
    if not bears_values and _doubted(rules, hits):
        categories = [replace(category, strength=WEAK, severity=Severity.LOW) for category in categories]
    return Findings(tuple(categories), hits.concealer)


def hits_of(manuscript: Manuscript, path: str, rules: Rules, key: bytes, *, today: date) -> tuple[str, ...]:
    """The ids of all rules accepted in a text, supporting ones included, whether worth reporting or not."""
    hits = find_hits(manuscript, path, rules, key, today=today)
    return (*hits.values, *hits.topics)


def find_hits(manuscript: Manuscript, path: str, rules: Rules, key: bytes, *, today: date) -> Hits:
    """Runs all detectors over a text."""
    sighting = rules.engine.open(manuscript.text)
    title = title_of(manuscript, path)
    tables = Tables(manuscript, rules.label_words, title)
    people, concealer = People(key), Concealer()
    is_sample = any(word in title for word in rules.book.sample_titles)
    head_ends = letterhead_end(manuscript, rules.book.letterhead_ends)
    office = office_lines(manuscript, rules.book)
    values: dict[str, list[ValueHit]] = {}
    for detector in rules.values:
        if not sighting.any_of(rules.triggers[detector.id]):
            continue
        found = find_values(
            detector, rules, manuscript, sighting, tables, today=today, head_ends=head_ends, office=office
        )
        if is_sample and len({hit.value for hit in found}) < SAMPLE_VALUES:
            continue
        if found:
            values[detector.id] = found
        for hit in found:
            people.add(detector.id, hit.value)
            if detector.report != "never" or detector.mask != "leading":
                concealer.learn(hit.value, hit.raw, masked(detector.mask, hit.value))
    topics: dict[str, TopicHit] = {}
    wanted = [detector for detector in rules.topics if sighting.any_of(rules.triggers[detector.id])]
    if not wanted:
        return Hits(manuscript, values, topics, people, concealer)
    around = Surroundings(
        manuscript,
        sighting,
        title,
        path,
        {name: [hit.start for hit in found] for name, found in values.items()},
        rules.book.talk_words,
        rules.book.engine.topic_window_chars,
        is_statute(manuscript),
        rules.book.not_yet_words,
    )
    topics = {detector.id: topic for detector in wanted if (topic := find_topic(detector, around))}
    return Hits(manuscript, values, topics, people, concealer)


def _doubted(rules: Rules, hits: Hits) -> bool:
    """Whether only words were hit in a text that the second reading holds for ordinary: then they are a weak clue.

    A record (a price with its amount, a key of answers, who complained) is never doubted, nor is a text the model
    cannot read.
    """
    if rules.second is None or any(topic.is_record for topic in hits.topics.values()):
        return False
    return rules.second.doubts(hits.manuscript)


def _worth_reporting(detector: Detector, hits: Hits) -> bool:
    if detector.report in {"alone", "never"}:
        return detector.report == "alone"
    people = hits.people
    distinct = people.count(detector.id)
    if distinct >= detector.list_people:
        return True
    if detector.report == "record":
        own = hits.values[detector.id]
        return any(_near(hit, hits.values.get(name, [])) for hit in own for name in detector.record_with)
    return distinct >= detector.list_people_with and any(
        people.count(name) >= detector.list_people_with for name in detector.list_with
    )


def _near(hit: ValueHit, others: list[ValueHit]) -> bool:
    starts = [other.start for other in others]
    at = bisect_left(starts, hit.start - RECORD_CHARS)
    return at < len(starts) and starts[at] <= hit.end + RECORD_CHARS


def _value_category(rules: Rules, detector: Detector, hits: Hits) -> Category:
    own = hits.values[detector.id]
    without = detector.severity_without_context or detector.severity
    severity = worst([detector.severity if hit.has_context else without for hit in own])
    distinct = hits.people.count(detector.id)
    first_of: dict[str, ValueHit] = {}
    for hit in own:
        first_of.setdefault(hit.value, hit)
    shown = list(first_of.values())[: rules.book.engine.excerpts]
    return _category(
        rules,
        detector,
        count=len(own),
        people=distinct if detector.counts_people else 0,
        severity=category_severity(severity, distinct, rules.book),
        excerpts=tuple(Excerpt(masked(detector.mask, hit.value), _locator(hits, hit.start)) for hit in shown),
    )


def _topic_category(rules: Rules, detector: Detector, hits: Hits) -> Category:
    hit = hits.topics[detector.id]
    counted = [name for name in detector.with_any_detector if rules.by_id[name].counts_people]
    concerned = max((hits.people.count(name) for name in (*counted, "NAME-AFTER-LABEL")), default=0)
    return _category(
        rules,
        detector,
        count=hit.count,
        people=concerned if detector.needs_detector else 0,
        severity=category_severity(detector.severity, concerned if counted else 0, rules.book),
        excerpts=(Excerpt(hit.word, _locator(hits, hit.offset)),),
    )


def _by_meaning(rules: Rules, hits: Hits) -> Iterator[Category]:
    """What the second reading says of a text in which no rule found anything; statutes speak of everything."""
    manuscript = hits.manuscript
    if rules.second is None or all(passage.zone is Zone.PATH for passage in manuscript.passages):
        return
    said = rules.second.read(manuscript)
    if said is None or said.topic not in rules.by_id or is_statute(manuscript):
        return
    plain = _category(
        rules,
        rules.by_id[said.topic],
        count=len(said.clues),
        people=0,
        severity=Severity.MEDIUM if said.strength == STRONG else Severity.LOW,
        excerpts=tuple(
            Excerpt(hits.concealer.conceal(clue.shown), _locator(hits, manuscript.starts[clue.passage]))
            for clue in said.clues
        ),
    )
    yield replace(plain, strength=said.strength, told=said.told)


def _category(
    rules: Rules, detector: Detector, *, count: int, people: int, severity: Severity, excerpts: tuple[Excerpt, ...]
) -> Category:
    ground = rules.book.grounds[detector.ground]
    return Category(
        detector.id,
        detector.name,
        count,
        people,
        severity,
        excerpts,
        ground.title + ground.article,
        detector.remedies,
    )


def _locator(hits: Hits, offset: int) -> str:
    passage = hits.manuscript.passages[hits.manuscript.index_at(offset)]
    return "檔名" if passage.zone is Zone.PATH else hits.concealer.conceal(passage.locator)
