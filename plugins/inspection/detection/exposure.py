"""Raises or lowers severity by how many people are concerned and by who may read the file."""

from __future__ import annotations

from inspection.rules.detectors import DetectorBook
from inspection.vocabulary import SEVERITY_RANK, Severity

BY_RANK = {rank: severity for severity, rank in SEVERITY_RANK.items()}


def shifted(severity: Severity, steps: int) -> Severity:
    """The severity some steps up or down, kept within the scale."""
    return BY_RANK[min(max(SEVERITY_RANK[severity] + steps, min(BY_RANK)), max(BY_RANK))]


def worst(severities: list[Severity]) -> Severity:
    """The highest of them."""
    return max(severities, key=SEVERITY_RANK.__getitem__)


def category_severity(severity: Severity, people: int, book: DetectorBook) -> Severity:
    """A category's severity by the number of people: one step from `people_high`, critical from `people_critical`."""
    if people >= book.engine.people_critical:
        return Severity.CRITICAL
    return shifted(severity, 1) if people >= book.engine.people_high else severity


def file_severity(
    severities: list[Severity], *, path: str, broad_readers: tuple[str, ...] | None, book: DetectorBook
) -> Severity:
    """The worst category, one step up if many may read the file or several kinds come together, one down in folders
    of awareness material and templates."""
    steps = int(bool(broad_readers) and book.broad_groups_raise) + int(len(severities) >= book.engine.categories_raise)
    folders = path.rpartition("/")[0]
    if any(word in folders for word in book.awareness_folders):
        steps -= 1
    return shifted(worst(severities), min(steps, 1))
