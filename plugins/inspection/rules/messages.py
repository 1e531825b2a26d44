"""The words of the command line in the language of the installation; machines read the English names (`--json`)."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from inspection.language import speaks_english
from inspection.rules.load import RuleModel, load_yaml

FILE = "messages.yaml"
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
    return name if speaks_english() else shipped().label(name)


def word(name: str, value: object) -> str:
    """A value in the language of the installation; several on one line."""
    if isinstance(value, list | tuple):
        return "、".join(word(name, one) for one in value)
    if speaks_english():
        return "" if value is None else str(value)
    return shipped().word(name, value)


def state_word(kind: str, state: StrEnum) -> str:
    """What a state of a kind of record (its table) is called; the same state may mean two things of two kinds."""
    if speaks_english():
        return state.value
    own = shipped().word(f"{kind}_state", state.value)
    return own if own != state.value else shipped().word("state", state.value)


def role_word(role: StrEnum) -> str:
    """What a role is called in a message."""
    return word("office_role", role.value)
