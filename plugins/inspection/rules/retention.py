"""How long what a filed campaign left behind is kept, by class; what no class names is never taken away."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.vocabulary import CountsFrom, RetentionClass

FILE = "retention.yaml"
YEAR = 12


class ClassRule(RuleModel):
    """One class: kept for `months` whole months from the day `counts_from` names; `name` and `basis` are printed."""

    id: RetentionClass
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]
    months: Annotated[int, Field(ge=1, le=100 * YEAR)]
    counts_from: CountsFrom
    basis: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]

    def over_on(self, start: date) -> date:
        """The first day on which the term is over: the same day so many months later, or the next month's first."""
        month = start.month - 1 + self.months
        try:
            return date(start.year + month // YEAR, month % YEAR + 1, start.day)
        except ValueError:  # no such day in that month
            return date(start.year + (month + 1) // YEAR, (month + 1) % YEAR + 1, 1)


class RetentionRules(RuleModel):
    """Every class once."""

    classes: tuple[ClassRule, ...]

    @field_validator("classes")
    @classmethod
    def _each_once(cls, given: tuple[ClassRule, ...]) -> tuple[ClassRule, ...]:
        if sorted(one.id for one in given) != sorted(RetentionClass):
            names = "、".join(RetentionClass)
            raise ValueError(speak(f"須各列一次：{names}", f"each of {names} must stand once"))
        return given


def load_retention(folder: Path, overlay: Path | None = None) -> RetentionRules:
    """Reads the classes, an agency's overlay laid over them; faults name file, line and field."""
    return load_yaml(folder / FILE, RetentionRules, overlay=overlay / FILE if overlay else None)
