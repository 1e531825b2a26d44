"""The words of the command line in the language of the installation; machines read the English names (`--json`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from inspection import settings
from inspection.rules.load import RuleModel, load_yaml

FILE = "messages.yaml"
ENGLISH = "en"
Word = Annotated[str, StringConstraints(min_length=1, max_length=30)]


class Label(RuleModel):
    """The name of a column or figure."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]
    zh: Word


class Saying(RuleModel):
    """A code as it is said under a label: the same code may mean two things under two."""

    label: str
    value: str
    zh: Word


class Messages(RuleModel):
    """All labels and sayings."""

    labels: Annotated[tuple[Label, ...], Field(min_length=1)]
    words: tuple[Saying, ...]

    def label(self, name: str) -> str:
        """What a name is called; the name itself where no word is known."""
        return next((one.zh for one in self.labels if one.id == name), name)

    def word(self, name: str, value: object) -> str:
        """What a value is called under a name; nothing is printed for no value."""
        told = "" if value is None else str(value)
        return next((one.zh for one in self.words if one.label == name and one.value == told), told)


@cache
def shipped() -> Messages:
    """The catalogue; faults name file, line and field."""
    return load_yaml(Path(__file__).parent / FILE, Messages)


def label(name: str) -> str:
    """A name in the language of the installation."""
    return name if settings.get().lang == ENGLISH else shipped().label(name)


def word(name: str, value: object) -> str:
    """A value in the language of the installation; several on one line."""
    if isinstance(value, list | tuple):
        return "、".join(word(name, one) for one in value)
    if settings.get().lang == ENGLISH:
        return "" if value is None else str(value)
    return shipped().word(name, value)
