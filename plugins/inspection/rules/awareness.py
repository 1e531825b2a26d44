"""What counts as awareness work: its kinds, contents and channels, and what half a year must have seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, StringConstraints, model_validator

from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml

FILE = "awareness.yaml"
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,19}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]


class Named(RuleModel):
    """Something by its id in rows and its name on paper."""

    id: Id
    name: Words


class Kind(Named):
    """A way of doing it. `trains`: who is named as having attended counts as trained."""

    trains: bool = False


class Required(RuleModel):
    """What half a year must have seen, and from which day of a month its empty slot is reminded of."""

    each_month: bool = True
    tags: tuple[Id, ...] = ()
    every_unit: bool = True
    remind_from_day: Annotated[int, Field(ge=1, le=28)] = 20


class Lesson(RuleModel):
    """What faults of some categories (prefixes of item ids) teach: the cause, why it leaks, and what to do."""

    id: Id
    cause: Words
    categories: Annotated[tuple[str, ...], Field(min_length=1)]
    explanation: Annotated[str, StringConstraints(min_length=5, max_length=300, pattern=r"。$")]
    practice: Annotated[tuple[str, ...], Field(min_length=1)]


Entry = TypeVar("Entry", bound=Named)


class AwarenessRules(RuleModel):
    """All of it; a word of a file may be an id or a name."""

    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]
    tags: Annotated[tuple[Named, ...], Field(min_length=1)]
    channels: Annotated[tuple[Named, ...], Field(min_length=1)]
    required: Required
    lessons: tuple[Lesson, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> AwarenessRules:
        for what, entries in (("kinds", self.kinds), ("tags", self.tags), ("channels", self.channels)):
            words = [word for entry in entries for word in {entry.id, entry.name}]
            if len(words) != len(set(words)):
                raise ValueError(speak(f"{what} 有兩項之 id 或名稱相同", f"two of the {what} share an id or a name"))
        unknown = set(self.required.tags) - {tag.id for tag in self.tags}
        if unknown:
            raise ValueError(
                speak(
                    f"required.tags 所列 {'、'.join(sorted(unknown))} 並無此標記",
                    f"required.tags names {', '.join(sorted(unknown))}, which no tag bears",
                )
            )
        return self

    def lesson(self, category: str) -> Lesson | None:
        """What faults of a category teach; None where no lesson names it."""
        return next((lesson for lesson in self.lessons if category in lesson.categories), None)

    @property
    def training_kinds(self) -> frozenset[str]:
        """Kinds that count as training."""
        return frozenset(kind.id for kind in self.kinds if kind.trains)


def called(entries: Sequence[Entry], word: str) -> Entry | None:
    """The entry of an id or name; None where there is none."""
    return next((entry for entry in entries if word in {entry.id, entry.name}), None)


def name_of(entries: Sequence[Entry], entry_id: str) -> str:
    """The printed name; the id itself where the rules no longer know it."""
    found = called(entries, entry_id)
    return found.name if found else entry_id


def load_awareness(folder: Path, overlay: Path | None = None) -> AwarenessRules:
    """Reads the file, an agency's overlay laid over it; faults name file, line and field."""
    return load_yaml(folder / FILE, AwarenessRules, overlay=overlay / FILE if overlay else None)
