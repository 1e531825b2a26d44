"""The ladder of reminders and escalation: when which rung is reached, who is told and by which channel."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.vocabulary import Role, Severity

FILE = "ladder.yaml"
ABOVE_ETHICS = frozenset({Role.CHIEF_SECRETARY, Role.AGENCY_HEAD, Role.SUPERIOR_ETHICS})
ABOVE_UNIT_HEAD = ABOVE_ETHICS | {Role.ETHICS_HEAD, Role.ETHICS_STAFF}
Offset = Annotated[int, Field(ge=-30, le=250)]
RungId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{2,40}$")]


class Channel(StrEnum):
    """A mail goes by itself; a draft letter is laid before the ethics head, who signs it or not."""

    MAIL = "mail"
    DRAFT_LETTER = "draft_letter"


class Tone(StrEnum):
    """How a text speaks."""

    FRIENDLY = "friendly"
    PLAIN = "plain"
    FIRM = "firm"
    FORMAL = "formal"


class LadderKind(StrEnum):
    """What a ladder is about."""

    FIX = "fix"
    FIX_FIRST_CRAWL = "fix_first_crawl"
    CHECKLIST = "checklist"
    APPROVAL = "approval"
    OPINION = "opinion"
    QUESTION = "question"


class Rung(RuleModel):
    """One rung, in working days after the due date, negative before it: one `offset`, or `offsets` by severity.

    A severity absent from `offsets` has no such rung. `to` and `cc` are roles; contact and unit_head are those of the
    unit concerned. For a draft letter `to` is the addressee, `laid_before` who signs.
    """

    id: RungId
    name: Annotated[str, StringConstraints(min_length=1, max_length=30)]
    offset: Offset | None = None
    offsets: dict[Severity, Offset] = Field(default_factory=dict)
    to: Annotated[tuple[Role, ...], Field(min_length=1)]
    cc: tuple[Role, ...] = ()
    channel: Channel
    laid_before: Role | None = None
    template: RungId
    tone: Tone

    @model_validator(mode="after")
    def _no_machine_letter_above_ethics(self) -> Rung:
        # the ethics office is staff: only its head's signed paper may go above it (officer review A6)
        if ABOVE_ETHICS & {*self.to, *self.cc} and self.channel is Channel.MAIL:
            raise ValueError(
                speak(
                    "政風室以上人員一律以 draft_letter（簽稿）陳報，不得寄信",
                    "whoever stands above the ethics office is reached by a draft_letter, never by a mail",
                )
            )
        if (self.channel is Channel.DRAFT_LETTER) != (self.laid_before is not None):
            raise ValueError(
                speak(
                    "laid_before 僅用於 draft_letter，且必填",
                    "laid_before belongs to a draft_letter, and to nothing else",
                )
            )
        if (self.offset is None) == (not self.offsets):
            raise ValueError(
                speak("offset 與 offset_by_severity 須擇一填寫", "give either one offset or offsets by severity")
            )
        return self

    def at(self, severity: Severity | None) -> int | None:
        """The offset for a severity (none: a matter without one), or None where this rung is left out."""
        if self.offset is not None or severity is None:
            return self.offset
        return self.offsets.get(severity)


class Ladder(RuleModel):
    """The rungs for one kind of matter, lowest first."""

    id: LadderKind
    rungs: Annotated[tuple[Rung, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _climbs(self) -> Ladder:
        for severity in (None, *Severity):
            offsets = [at for at, _ in self.rungs_for(severity)]
            if any(later <= earlier for earlier, later in pairwise(offsets)):
                raise ValueError(
                    speak(
                        f"各階{f'（{severity}）' if severity else ''}須依時間先後排列",
                        f"the rungs{f' for {severity}' if severity else ''} must stand in order of their offsets",
                    )
                )
        if self.id is LadderKind.FIX_FIRST_CRAWL and any(ABOVE_UNIT_HEAD & {*r.to, *r.cc} for r in self.rungs):
            raise ValueError(
                speak("首次清查不得設單位主管以上之階", "in a first crawl (首次清查) no rung lies above the unit head")
            )
        return self

    def rungs_for(self, severity: Severity | None) -> tuple[tuple[int, Rung], ...]:
        """Offset and rung for a severity (none: a matter without one), lowest first."""
        return tuple((at, rung) for rung in self.rungs if (at := rung.at(severity)) is not None)

    def highest_reached(self, severity: Severity | None, offset: int) -> Rung | None:
        """The highest rung reached `offset` working days after the due date; after missed days only that one counts."""
        reached = [rung for at, rung in self.rungs_for(severity) if at <= offset]
        return reached[-1] if reached else None


class Ladders(RuleModel):
    """All ladders; working days beyond the top rung (no code follows them yet), and those to decide on a draft."""

    ladders: tuple[Ladder, ...]
    beyond_top_every_working_days: Annotated[int, Field(ge=1, le=30)]
    draft_ignored_after_working_days: Annotated[int, Field(ge=1, le=30)]

    @field_validator("ladders")
    @classmethod
    def _each_once(cls, ladders: tuple[Ladder, ...]) -> tuple[Ladder, ...]:
        if sorted(ladder.id for ladder in ladders) != sorted(LadderKind):
            raise ValueError(
                speak(f"須各有一份：{'、'.join(LadderKind)}", f"each of {', '.join(LadderKind)} must be given once")
            )
        return ladders

    def ladder(self, kind: LadderKind) -> Ladder:
        """The ladder for a kind of matter."""
        return next(ladder for ladder in self.ladders if ladder.id is kind)


def load_ladders(folder: Path, overlay: Path | None = None) -> Ladders:
    """Reads the ladders, an agency's overlay laid over them; faults name file, line and field."""
    return load_yaml(folder / FILE, Ladders, overlay=overlay / FILE if overlay else None)
