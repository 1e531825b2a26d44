"""What a share looks like: one sensitive file among 200. How many false hits of the strongest grade, and what is found.

Each author's papers are judged by a model learned from all the others. Half of the harmless ones are traps, full of the
trade's words; a share holds far fewer, so the figures for all harmless papers are on the hard side, and those for the
ordinary ones stand beside them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tools.meaning.papers import Labelled

from inspection.detection.judge import FileMeta, Judgement, judge
from inspection.detection.meaning import STRONG
from inspection.detection.ruleset import Rules
from inspection.extraction.read import read_file

HARMLESS_PER_SENSITIVE = 199
OF = 10_000
MOST_FALSE_STRONG = 20
"""Of 10,000 harmless files, what an office can look at."""
SUSPECTED_FROM = 2
LEAST_SURE = 1.96  # standard errors of a share: 95 %


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of one paper: whether a rule hit, and the grade of the second reading (0: silent)."""

    sensitive: bool
    trap: bool
    by_rule: bool
    grade: int

    @classmethod
    def of(cls, paper: Labelled, judgement: Judgement) -> Told:
        """Of a judged paper."""
        return cls(paper.sensitive, paper.trap, *_said(judgement))


def _said(judgement: Judgement) -> tuple[bool, int]:
    by_rule = any(category.strength == 0 for category in judgement.categories)
    return by_rule, 0 if by_rule else max((category.strength for category in judgement.categories), default=0)


def report(told: Sequence[Told]) -> list[str]:
    """The figures as Markdown."""
    harmless = [one for one in told if not one.sensitive]
    groups = (
        ("ordinary harmless", [one for one in harmless if not one.trap]),
        ("traps", [one for one in harmless if one.trap]),
        ("all harmless", harmless),
        ("sensitive", [one for one in told if one.sensitive]),
    )
    lines = [
        f"| papers | number | by meaning, grade 強, per {OF:,} | by meaning, suspected | by a rule |",
        "|---|---|---|---|---|",
    ]
    for name, own in groups:
        strong, suspected = share(own, STRONG), share(own, SUSPECTED_FROM)
        rule = sum(one.by_rule for one in own) / max(1, len(own))
        reach = margin(strong, len(own)) * OF
        lines.append(f"| {name} | {len(own)} | {strong * OF:.0f} (±{reach:.0f}) | {suspected:.4f} | {rule:.3f} |")
    return [*lines, "", *_mixed(harmless, groups[3][1])]


def _mixed(harmless: Sequence[Told], sensitive: Sequence[Told]) -> Iterator[str]:
    yield "| one in 200, what counts | recall | false per sensitive file | precision |"
    yield "|---|---|---|---|"
    for name, least in (("a rule's hit", STRONG + 1), ("or grade 強", STRONG), ("or any suspicion", SUSPECTED_FROM)):
        recall = found(sensitive, least)
        false = found(harmless, least) * HARMLESS_PER_SENSITIVE
        yield f"| {name} | {recall:.3f} | {false:.2f} | {recall / max(1e-9, recall + false):.3f} |"


def share(told: Sequence[Told], least: int) -> float:
    """Of some papers those the second reading alone calls suspicious, at least in a grade."""
    return sum(one.grade >= least for one in told) / max(1, len(told))


def found(told: Sequence[Told], least: int) -> float:
    """Of some papers those a rule hits or the second reading calls suspicious, at least in a grade."""
    return sum(one.by_rule or one.grade >= least for one in told) / max(1, len(told))


def margin(part: float, number: int) -> float:
    """How far a share may be off by chance."""
    return LEAST_SURE * math.sqrt(part * (1 - part) / max(1, number))


def report_files(folder: Path, rules: Rules, today: date) -> list[str]:
    """What is said of real files of a folder all of which are public: as many as were read, by the shipped model."""
    read = list(_files(folder, rules, today))
    strong, suspected = (sum(grade >= least for _, grade in read) for least in (STRONG, SUSPECTED_FROM))
    by_rule = sum(rule for rule, _ in read)
    return [
        f"{folder.name}: {len(read)} files; by meaning {suspected} suspected, {strong} of them 強; {by_rule} by a rule",
    ]


def _files(folder: Path, rules: Rules, today: date) -> Iterable[tuple[bool, int]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = str(path.relative_to(folder))
            judged = judge(read_file(path.read_bytes(), name=name), FileMeta(name, today), rules, b"0" * 32)
            yield _said(judged)
