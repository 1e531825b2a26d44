"""Kinds of projects: the stages in which they leak, what is done against it, and what is public after which day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.vocabulary import ProjectKind

FILE = "project_kinds.yaml"
Days = Annotated[int, Field(ge=1, le=60)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]


class Stage(RuleModel):
    """One line of the 分工表: 階段｜可能洩密點｜防範措施｜主辦｜協辦｜期程. `{unit}` reads as the owning unit."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    stage: Short
    leak_point: Words
    precaution: Words
    lead: Short
    support: Annotated[str, StringConstraints(max_length=40, strip_whitespace=True)] = ""
    period: Short


class Stages(RuleModel):
    """The stages of one project, as an office writes them into a file of its own."""

    stages: Annotated[tuple[Stage, ...], Field(min_length=1, max_length=30)]

    @field_validator("stages")
    @classmethod
    def _each_once(cls, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        if len({stage.id for stage in stages}) != len(stages):
            raise ValueError(speak("id 不得重複", "each id may stand once"))
        return stages


class KindRule(Stages):
    """One kind of project.

    `public_day` names the day after which what `public_after` lists is no secret any more; `watched` are the
    detectors that count on the shares its plan names.
    """

    id: ProjectKind
    name: Short
    public_day: Short
    watched: Annotated[tuple[str, ...], Field(min_length=1)]
    public_after: tuple[str, ...]

    @model_validator(mode="after")
    def _public_is_watched(self) -> KindRule:
        if unknown := sorted(set(self.public_after) - set(self.watched)):
            raise ValueError(
                speak(
                    f"public_after 所列 {'、'.join(unknown)} 不在 watched 內",
                    f"public_after names {', '.join(unknown)}, which watched does not",
                )
            )
        return self


class ProjectKinds(RuleModel):
    """All kinds, and how long the signing of a 切結書 and the closing review may take, in working days."""

    pledge_due_working_days: Days
    pledge_reminders_after_working_days: Annotated[tuple[Days, ...], Field(min_length=1)]
    review_due_working_days: Days
    kinds: tuple[KindRule, ...]

    @field_validator("pledge_reminders_after_working_days")
    @classmethod
    def _rising(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if list(days) != sorted(set(days)):
            raise ValueError(speak("日數須遞增", "the days must rise"))
        return days

    @field_validator("kinds")
    @classmethod
    def _each_kind(cls, kinds: tuple[KindRule, ...]) -> tuple[KindRule, ...]:
        if sorted(kind.id for kind in kinds) != sorted(ProjectKind):
            raise ValueError(
                speak(f"須各列一次：{'、'.join(ProjectKind)}", f"each of {', '.join(ProjectKind)} must stand once")
            )
        return kinds

    def rule(self, kind: ProjectKind) -> KindRule:
        """The rule of a kind."""
        return next(one for one in self.kinds if one.id is kind)


def load_project_kinds(folder: Path, overlay: Path | None = None) -> ProjectKinds:
    """Reads the kinds, an agency's overlay laid over them; faults name file, line and field."""
    return load_yaml(folder / FILE, ProjectKinds, overlay=overlay / FILE if overlay else None)


def read_stages(file: Path) -> Stages:
    """Reads the stages of one project from a file; faults name file, line and field."""
    return load_yaml(file, Stages)
