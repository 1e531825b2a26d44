"""Puts the hits of one file together: which categories, how many people, and whether it is worth reporting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from inspection.detection.conceal import Concealer
from inspection.detection.gathered import Category, Excerpt, Gathered
from inspection.detection.letterhead import letterhead_end, office_lines
from inspection.detection.mask import masked
from inspection.detection.normalise import Manuscript
from inspection.detection.people import People
from inspection.detection.ruleset import Rules
from inspection.detection.slices import Slice, Sliced
from inspection.detection.tables import Tables
from inspection.detection.topics import Surroundings, TopicHit, find_topic, is_statute, title_of
from inspection.detection.values import ValueHit, find_values

__all__ = ["Category", "Excerpt", "Findings", "find_categories", "find_hits", "hits_of"]

SAMPLE_VALUES = 3


@dataclass(frozen=True, slots=True)
class Findings:
    """The categories worth reporting (empty: nothing sensitive), the concealer that knows what was found, and how many
    passages were looked at."""

    categories: tuple[Category, ...]
    concealer: Concealer
    passages: int


@dataclass(frozen=True, slots=True)
class Hits:
    """Everything accepted in one stretch of text. It holds values in clear and lives only while a file is judged."""

    manuscript: Manuscript
    values: dict[str, list[ValueHit]]
    topics: dict[str, TopicHit]
    people: People
    concealer: Concealer
    tables: Tables


def find_categories(
    sliced: Sliced, path: str, rules: Rules, key: bytes, *, today: date, spent: Callable[[], bool] = lambda: False
) -> Findings:
    """All categories of a file; none where nothing in it is sensitive enough to report.

    Slice by slice until `spent` says that the time is over: what was found by then is kept.
    """
    gathered = Gathered(rules, People(key), Concealer(), many=len(sliced.ends) > 1)
    tables: Tables | None = None
    judged = 0
    for number, end in enumerate(sliced.ends):
        if number and spent():
            break
        stretch = sliced.slice(number, tables)
        hits = find_hits(stretch, path, rules, today=today, gathered=gathered)
        gathered.take(hits)
        tables, judged = hits.tables, end
    return Findings(gathered.categories(), gathered.concealer, judged)


def hits_of(manuscript: Manuscript, path: str, rules: Rules, key: bytes, *, today: date) -> tuple[str, ...]:
    """The ids of all rules accepted in a text, supporting ones included, whether worth reporting or not."""
    gathered = Gathered(rules, People(key), Concealer())
    hits = find_hits(Slice(manuscript), path, rules, today=today, gathered=gathered)
    return (*hits.values, *hits.topics)


def find_hits(stretch: Slice, path: str, rules: Rules, *, today: date, gathered: Gathered) -> Hits:
    """Runs all detectors over a stretch of text, what is known of the file from earlier ones given."""
    manuscript, people, concealer = stretch.manuscript, gathered.people, gathered.concealer
    sighting = rules.engine.open(manuscript.text)
    gathered.title = title = gathered.title or title_of(manuscript, path)
    tables = Tables(manuscript, rules.label_words, title)
    is_sample = any(word in title for word in rules.book.sample_titles)
    head_ends = letterhead_end(manuscript, rules.book.letterhead_ends)
    office = office_lines(manuscript, rules.book)
    values: dict[str, list[ValueHit]] = {}
    for detector in rules.values:
        if not sighting.any_of(rules.triggers[detector.id]):
            continue
        limit = gathered.room_for(detector.id)
        found = find_values(
            detector, rules, manuscript, sighting, tables, today=today, head_ends=head_ends, office=office, limit=limit
        )
        found = [hit for hit in found if hit.start >= stretch.begins] if stretch.begins else found
        if is_sample and detector.id not in gathered.values and len({hit.value for hit in found}) < SAMPLE_VALUES:
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
        return Hits(manuscript, values, topics, people, concealer, tables)
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
    return Hits(manuscript, values, topics, people, concealer, tables)
