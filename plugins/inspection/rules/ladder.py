"""The ladder of reminders and escalation: when which rung is reached, who is told and by which channel."""

from __future__ import annotations

from collections.abc import Sequence
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
STATIONS = (Role.CONTACT, Role.UNIT_HEAD, Role.ETHICS_HEAD, Role.CHIEF_SECRETARY, Role.AGENCY_HEAD)
"""The stations a matter passes on its way upward, lowest first, each named by who sits there."""
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
    CORRECTION = "correction"
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
            raise ValueError(speak("offset 與 offsets 須擇一填寫", "give either one offset or offsets by severity"))
        return self

    @property
    def station(self) -> int:
        """The place among `STATIONS` of the highest it is addressed to: the superior stands at the end, and who belongs
        neither to the unit nor above the ethics office stands with that office."""
        ethics = STATIONS.index(Role.ETHICS_HEAD)
        known = {role: place for place, role in enumerate(STATIONS)} | {Role.SUPERIOR_ETHICS: len(STATIONS) - 1}
        return max(known.get(role, ethics) for role in self.to)

    def at(self, severity: Severity | None) -> int | None:
        """The offset for a severity (none: a matter without one), or None where this rung is left out."""
        if self.offset is not None or severity is None:
            return self.offset
        return self.offsets.get(severity)


def _tie(one: str, other: str, at: int, named: Sequence[str]) -> str:
    """That two rungs are due on one day, and what to do."""
    severities = [name for name in named if name != "offset"]
    some = severities if len(severities) < len(Severity) else []
    day = f"逾期第{at}個工作日" if at > 0 else f"期限前{-at}個工作日" if at < 0 else "期限當日"
    where, whose = (f"等級 {'、'.join(some)} ", f" for {', '.join(some)}") if some else ("", "")
    return speak(
        f"「{one}」與「{other}」{where}同在{day}：一日只辦一階；請將其中一階改為他日，或於其 offsets 刪去該等級",
        f"{one!r} and {other!r} are both due at {at}{whose}: one rung a day; "
        "give one another day, or leave that severity out of its offsets",
    )


class Ladder(RuleModel):
    """The rungs for one kind of matter; how high each stands follows from its days, not from its place in the file."""

    id: LadderKind
    rungs: Annotated[tuple[Rung, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _climbs(self) -> Ladder:
        same: dict[tuple[str, str, int], list[str]] = {}
        for severity in (None, *Severity):
            for (at, one), (later, other) in pairwise(self.rungs_for(severity)):
                if at == later:
                    same.setdefault((one.id, other.id, at), []).append(severity.value if severity else "offset")
        if same:
            raise ValueError("；".join(_tie(*rungs, named) for rungs, named in same.items()))
        if self.id is LadderKind.FIX_FIRST_CRAWL and any(ABOVE_UNIT_HEAD & {*r.to, *r.cc} for r in self.rungs):
            raise ValueError(
                speak("首次清查不得設單位主管以上之階", "in a first crawl (首次清查) no rung lies above the unit head")
            )
        return self

    def rungs_for(self, severity: Severity | None) -> tuple[tuple[int, Rung], ...]:
        """Offset and rung for a severity (none: a matter without one), lowest first, however they are written."""
        found = [(at, rung) for rung in self.rungs if (at := rung.at(severity)) is not None]
        return tuple(sorted(found, key=lambda one: one[0]))

    def station(self, severity: Severity | None, top: str | None, offset: int) -> int:
        """The place among `STATIONS` that a matter has reached when its highest rung is `top` (None: none yet): the
        highest station up to there, for a reminder that comes after a draft leads nobody down. A rung the rules no
        longer hold counts as the one that is due by `offset`, working days past the due date."""
        if top is None:
            return 0
        rungs = [rung for _, rung in self.rungs_for(severity)]
        ids = [rung.id for rung in rungs]
        if top not in ids:
            reached = self.highest_reached(severity, offset)
            top = reached.id if reached else None
        climbed = rungs[: ids.index(top) + 1] if top else []
        return max((rung.station for rung in climbed), default=0)

    def highest_reached(self, severity: Severity | None, offset: int) -> Rung | None:
        """The highest rung reached `offset` working days after the due date; after missed days only that one counts."""
        reached = [rung for at, rung in self.rungs_for(severity) if at <= offset]
        return reached[-1] if reached else None


class Ladders(RuleModel):
    """All ladders; working days beyond the top rung (no code follows them yet), those to decide on a draft, and those a
    unit has to correct a form that was sent back."""

    ladders: tuple[Ladder, ...]
    beyond_top_every_working_days: Annotated[int, Field(ge=1, le=30)]
    draft_ignored_after_working_days: Annotated[int, Field(ge=1, le=30)]
    correction_working_days: Annotated[int, Field(ge=1, le=30)]

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
