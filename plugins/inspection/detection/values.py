"""Finds values: patterns, check digits and context together, in running text and below column headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from inspection.detection.context import is_office_table, weigh
from inspection.detection.engine import Sighting
from inspection.detection.normalise import Manuscript, joined, parted_letter
from inspection.detection.ruleset import Rules, loose_expressions, value_expressions
from inspection.detection.tables import Tables
from inspection.detection.validators import validator
from inspection.rules.detectors import Detector

OWN = frozenset({"list", "never"})
"""Reported in lists only, or never by itself: what an office may have of its own."""


@dataclass(frozen=True, slots=True)
class ValueHit:
    """One accepted value. It holds what was found and never leaves this room: neither repr nor rows show it."""

    start: int
    end: int
    value: str = field(repr=False)
    raw: str = field(repr=False)
    has_context: bool


def find_values(
    detector: Detector,
    rules: Rules,
    manuscript: Manuscript,
    sighting: Sighting,
    tables: Tables,
    *,
    today: date,
    head_ends: int = 0,
    office: frozenset[int] = frozenset(),
    limit: int | None = None,
) -> list[ValueHit]:
    """All accepted hits of one detector, from left to right.

    Above `head_ends` stands the head of a letter, and the lines of `office` tell how to reach the office: what is only
    listed there (address, telephone) is the office's own.
    """
    canonical = validator(detector.validator, today=today, names=rules.names)
    limit = rules.book.engine.hits_per_detector if limit is None else limit
    hits: dict[int, ValueHit] = {}
    strict = ((expression, False) for expression in value_expressions(detector))
    for expression, needs_word in (*strict, *loose_expressions(detector)):
        for first, end in sighting.spans(expression, limit):
            raw = manuscript.text[first:end].lstrip()
            start = end - len(raw)
            whole = joined(raw) if detector.joined else raw
            is_parted = whole is None and detector.loose
            if is_parted:
                whole = parted_letter(raw)
            value = canonical(whole.upper() if detector.loose else whole) if whole is not None else None
            if value is None or value in rules.samples or start in hits:
                continue
            if detector.report in OWN and (start < head_ends or (office and manuscript.index_at(start) in office)):
                continue
            weight = weigh(detector, rules.book, manuscript, tables, (start, end))
            if weight is not None and (weight.has_context or not (needs_word or is_parted)):
                hits[start] = ValueHit(start, end, value, raw, weight.has_context)
    if detector.column_patterns and sighting.words(detector.header_keywords):
        for hit in _below_headings(detector, rules, manuscript, tables, today, limit):
            hits.setdefault(hit.start, hit)
    return _without_overlaps(hits)


def _without_overlaps(hits: dict[int, ValueHit]) -> list[ValueHit]:
    kept: list[ValueHit] = []
    for start in sorted(hits):
        if not kept or start >= kept[-1].end:
            kept.append(hits[start])
    return kept


def _below_headings(
    detector: Detector, rules: Rules, manuscript: Manuscript, tables: Tables, today: date, limit: int
) -> Iterator[ValueHit]:
    canonical = validator(detector.validator, today=today, names=rules.names)
    whole_cell = _whole_cell(detector.column_patterns)
    found = 0
    for run in tables.runs():
        if detector.report == "list" and is_office_table(tables, run, rules.book):
            continue
        columns = [
            column
            for column, heading in enumerate(run.headings)
            if any(word in heading for word in detector.header_keywords)
            and not any(word in heading for word in (*detector.header_negative, *detector.negative))
        ]
        for index in range(run.data_from, run.end) if columns else ():
            cells = tables.cells(index)
            for column in columns:
                raw = cells[column].strip() if column < len(cells) else ""
                if not raw or whole_cell.fullmatch(raw) is None:
                    continue
                if found >= limit:
                    return
                value = canonical(raw.upper() if detector.loose else raw)
                if value is None or value in rules.samples:
                    continue
                found += 1
                start = manuscript.starts[index] + sum(len(cell) + 1 for cell in cells[:column])
                start += len(cells[column]) - len(cells[column].lstrip())
                yield ValueHit(start, start + len(raw), value, raw, True)


@lru_cache(maxsize=64)
def _whole_cell(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.ASCII)
