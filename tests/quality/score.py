"""Compares the rows of a scan with the labels: precision, recall, F1, and every miss with its template and place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from quality.corpus import Label

# told beside other hits, never demanded and never held against: companies' numbers and values of severity info
BESIDE = frozenset({"ORG-UBN", "PII-TEL", "PII-EMAIL", "NAME-AFTER-LABEL", "MONEY", "TOP-DRAFT"})


@dataclass
class Tally:
    """Right, missed and false answers to one question."""

    right: int = 0
    missed: int = 0
    false: int = 0

    @property
    def precision(self) -> float:
        """Share of the answers that are right; 1 where none was given."""
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        """Share of what is there that was found; 1 where nothing is."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        whole = 2 * self.right + self.missed + self.false
        return 2 * self.right / whole if whole else 1.0

    def add(self, expected: bool, found: bool) -> None:
        """Counts one answer."""
        self.right += expected and found
        self.missed += expected and not found
        self.false += found and not expected


@dataclass(frozen=True)
class Miss:
    """One wrong answer: where it stands, what was expected, what was said. No value of the file."""

    question: str
    label: Label
    expected: str
    found: str

    def __str__(self) -> str:
        at = self.label
        where = f"{at.template} [{at.kind}, {at.place}, mark: {at.mark}]"
        return f"{self.question}: {where} expected {self.expected}, found {self.found}"


@dataclass
class Score:
    """All figures of one measurement."""

    files: int = 0
    unmarked: Tally = field(default_factory=Tally)
    marks: Tally = field(default_factory=Tally)
    verdicts_right: int = 0
    defects_right: int = 0
    marked_files: int = 0
    categories: dict[str, Tally] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)

    @property
    def false_marks(self) -> int:
        """Marks read where there is none, or of another level."""
        return self.marks.false


def _of_categories(score: Score, label: Label, row: dict[str, Any]) -> None:
    found = {hit["detector"] for hit in row["categories"]}
    missing = set(label.need) - found
    wrong = found - set(label.may) - BESIDE
    if label.sensitive:
        wrong -= _topics(found)
    for name in (found & set(label.need)) | missing | wrong:
        score.categories.setdefault(name, Tally()).add(name in label.need, name in found)
    for name in sorted(missing):
        score.misses.append(Miss(f"missed category {name}", label, name, "-"))
    for name in sorted(wrong):
        score.misses.append(Miss(f"false category {name}", label, "-", name))


def _topics(found: set[str]) -> set[str]:
    """Topics overlap by nature (a mediation record tells an injury): one more in a sensitive file is no fault."""
    return {name for name in found if name.startswith("TOP-")}


def _of_marks(score: Score, label: Label, row: dict[str, Any]) -> None:
    mark = row["mark"]
    level = mark["level"] if mark else None
    if label.level or level:
        score.marks.right += label.level == level
        score.marks.missed += label.level is not None and level != label.level
        score.marks.false += level is not None and level != label.level
    if label.level != level:
        where = mark["zone"] if mark else "-"
        score.misses.append(Miss("mark", label, str(label.level), f"{level} in {where}"))
    elif label.level:
        score.marked_files += 1
        found = set(mark["defects"])
        right = found == set(label.defects) or (label.defects == ("BLANK",) and bool(found))
        score.defects_right += right
        if not right:
            score.misses.append(
                Miss("defects", label, "+".join(label.defects) or "none", "+".join(mark["defects"]) or "none")
            )


def judged(labels: list[Label], rows: dict[str, dict[str, Any]]) -> Score:
    """Figures of one scan; `rows` by path. A file without a row counts as a wrong answer to every question."""
    score = Score(files=len(labels))
    nothing: dict[str, Any] = {"verdict": "no row", "mark": None, "categories": [], "status": "no row", "reason": None}
    for label in labels:
        row = rows.get(label.path, nothing)
        expected, found = label.verdict == "unmarked_sensitive", row["verdict"] == "unmarked_sensitive"
        score.unmarked.add(expected, found)
        score.verdicts_right += row["verdict"] == label.verdict
        if row["verdict"] != label.verdict:
            said = row["verdict"] if not row["reason"] else f"{row['verdict']} ({row['reason']})"
            score.misses.append(Miss("verdict", label, label.verdict, said))
        _of_marks(score, label, row)
        _of_categories(score, label, row)
    return score


def classes_of(misses: list[Miss]) -> list[tuple[str, int]]:
    """Misses by question, template and what was said, the most frequent first."""
    return Counter(
        f"{m.question}: `{m.label.template}`, expected {m.expected}, found {m.found}" for m in misses
    ).most_common()
