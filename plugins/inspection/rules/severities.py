"""What each severity means: its printed name and its deadlines in working days."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.vocabulary import SEVERITY_RANK, Severity

FILE = "severities.yaml"
Days = Annotated[int, Field(ge=0, le=250)]


class SeverityRule(RuleModel):
    """One severity; all deadlines in working days, counted from the next day.

    `contain`: stop the leak (0 the same day, none where nothing leaks); `fix`: mend; `reply`: say how it will be
    mended; `recheck`: ethics looks after a claim, none: at the next inspection.
    """

    id: Severity
    name: Annotated[str, StringConstraints(min_length=1, max_length=10)]
    meaning: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    contain_within_working_days: Days | None = None
    fix_within_working_days: Annotated[int, Field(ge=1, le=250)]
    reply_within_working_days: Annotated[int, Field(ge=1, le=250)]
    recheck_within_working_days: Annotated[int, Field(ge=1, le=250)] | None = None


class Severities(RuleModel):
    """All four severities, and what softens one."""

    severities: tuple[SeverityRule, ...]
    self_declared_lowers_by: Annotated[int, Field(ge=0, le=3)]
    reopen_within_a_year_raises_by: Annotated[int, Field(ge=0, le=3)]

    @field_validator("severities")
    @classmethod
    def _each_once_and_stricter_first(cls, rules: tuple[SeverityRule, ...]) -> tuple[SeverityRule, ...]:
        if {rule.id for rule in rules} != set(Severity):
            raise ValueError(
                speak(f"須各列一次：{'、'.join(Severity)}", f"each of {', '.join(Severity)} must be given once")
            )
        ranked = sorted(rules, key=lambda rule: -SEVERITY_RANK[rule.id])
        days = [rule.fix_within_working_days for rule in ranked]
        if days != sorted(days):
            raise ValueError(speak("等級較重者，期限不得較長", "a graver severity may not have the longer deadline"))
        return rules

    def rule(self, severity: Severity) -> SeverityRule:
        """The rule of one severity."""
        return next(rule for rule in self.severities if rule.id is severity)

    def self_declared(self, severity: Severity) -> Severity:
        """What a unit declares itself ranks lower (officer review A2)."""
        return _by_rank(SEVERITY_RANK[severity] - self.self_declared_lowers_by)

    def reopened(self, severity: Severity) -> Severity:
        """What returns within a year ranks higher."""
        return _by_rank(SEVERITY_RANK[severity] + self.reopen_within_a_year_raises_by)


def _by_rank(rank: int) -> Severity:
    bounded = min(max(rank, 1), len(SEVERITY_RANK))
    return next(severity for severity, value in SEVERITY_RANK.items() if value == bounded)


def load_severities(folder: Path, overlay: Path | None = None) -> Severities:
    """Reads the severities, an agency's overlay laid over them; faults name file, line and field."""
    return load_yaml(folder / FILE, Severities, overlay=overlay / FILE if overlay else None)
