"""Sentences of plans, reports and findings, with blanks the system fills: the office changes them, not the code."""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from inspection.errors import BadSource
from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml

FILE = "wording.yaml"
PhraseId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,59}$")]


class Phrase(RuleModel):
    """One passage: its sentences, and the blanks every caller fills. Blanks are written {name}."""

    id: PhraseId
    lines: Annotated[tuple[str, ...], Field(min_length=1)]
    blanks: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _blanks_declared(self) -> Phrase:
        used = {name for line in self.lines for _, name, _, _ in string.Formatter().parse(line) if name is not None}
        if not used <= set(self.blanks):
            raise ValueError(
                speak(
                    f"未宣告之空格：{'、'.join(sorted(used - set(self.blanks)))}",
                    f"blanks not declared: {', '.join(sorted(used - set(self.blanks)))}",
                )
            )
        return self


class Wording(RuleModel):
    """All passages."""

    phrases: Annotated[tuple[Phrase, ...], Field(min_length=1)]

    def say(self, phrase_id: str, values: Mapping[str, object] | None = None) -> list[str]:
        """The sentences of a passage, filled; raises BadSource naming passage and blank."""
        phrase = next((phrase for phrase in self.phrases if phrase.id == phrase_id), None)
        if phrase is None:
            raise BadSource(
                speak(f"查無文句 {phrase_id!r}", f"no passage {phrase_id!r}"),
                place=FILE,
                remedy=speak("請於 phrases 還原", "restore it under phrases"),
            )
        given = values or {}
        missing = set(phrase.blanks) - set(given)
        if missing:
            raise BadSource(
                speak(
                    f"文句 {phrase_id} 尚缺 {'、'.join(sorted(missing))}",
                    f"passage {phrase_id} asks for {', '.join(sorted(missing))}",
                ),
                place=FILE,
            )
        return [line.format_map({name: str(given[name]) for name in phrase.blanks}) for line in phrase.lines]

    def line(self, phrase_id: str, values: Mapping[str, object] | None = None) -> str:
        """The sentences of a passage as one text."""
        return "".join(self.say(phrase_id, values))


def load_wording(folder: Path, overlay: Path | None = None) -> Wording:
    """Reads the passages, an agency's overlay laid over them; faults name file, line and field."""
    return load_yaml(folder / FILE, Wording, overlay=overlay / FILE if overlay else None)
