"""How 疑似事項 are judged: days a unit has to explain, what only a named person may see, grounds of dismissal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.rules.meaning import NEVER_TAUGHT

FILE = "triage.yaml"
OTHER = "other"


class DismissalGround(RuleModel):
    """A ground on which a 疑似事項 is dismissed; reports count by it (officer review A3).

    `of_place`: it is the place that makes it harmless, not what is in it, so that it does not hold elsewhere.
    `teaches`: it says of the content that it is harmless, so that a clue dismissed on it is a lesson.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]
    of_place: bool = False
    teaches: bool = False


class NamedPersonOnly(RuleModel):
    """A detector (`id`) whose files only the ethics officer and the person named per case see, and why."""

    id: str
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]


class NeverTaught(RuleModel):
    """A detector (`id`) no lesson is ever taken from, and why."""

    id: str
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]


class LessonRules(RuleModel):
    """What decisions on clues teach (officer review A4). `never_from`: detectors nothing is learned from; an agency may
    add some, and take none of `NEVER_TAUGHT` away. `looked_again_per_hundred`: of dismissed clues so many, drawn by
    chance, are looked at again by somebody else (A3). A phrase counts that `fewest_lessons` dismissed papers bear, of
    `fewest_people` who decided; of a hundred shipped sensitive papers of a topic `most_lost_per_hundred` may lose a
    grade, or the topic is left out. Of clues lowered `shown_anyway_per_hundred` keep their grade (A4)."""

    never_from: tuple[NeverTaught, ...]
    looked_again_per_hundred: Annotated[int, Field(ge=10, le=100)]
    fewest_lessons: Annotated[int, Field(ge=3, le=1000)]
    fewest_people: Annotated[int, Field(ge=1, le=20)]
    most_lost_per_hundred: Annotated[int, Field(ge=0, le=5)]
    shown_anyway_per_hundred: Annotated[int, Field(ge=10, le=100)]

    @field_validator("never_from")
    @classmethod
    def _what_must_stay(cls, given: tuple[NeverTaught, ...]) -> tuple[NeverTaught, ...]:
        if gone := NEVER_TAUGHT - {one.id for one in given}:
            raise ValueError(
                speak(
                    f"須列有 {'、'.join(sorted(gone))}：不得用為學習",
                    f"must have entries for {', '.join(sorted(gone))}: nothing may be learned from them",
                )
            )
        return given


class CrossCheckRules(RuleModel):
    """Statements that facts speak against. `answer_within_working_days`: what a unit has to explain one, counted from
    the day after the question. `least_coverage_per_hundred`: of a hundred files of a unit so many must have been read
    before 不符 is said of it; below it stands 無法判定, and nothing is asked. `all_yes_rounds`: who answered nothing
    but 符合 in so many rounds running is pointed out to the ethics office, as the form says, and never scored (A16)."""

    answer_within_working_days: Annotated[int, Field(ge=1, le=60)]
    least_coverage_per_hundred: Annotated[int, Field(ge=1, le=100)]
    all_yes_rounds: Annotated[int, Field(ge=2, le=20)]


class TriageRules(RuleModel):
    """`answer_within_working_days`: counted from the day after the question. `named_person_only`: detectors whose files
    no contact or unit head sees by role, but the ethics officer and one person named per case (officer review A12)."""

    answer_within_working_days: Annotated[int, Field(ge=1, le=60)]
    named_person_only: tuple[NamedPersonOnly, ...]
    cross_check: CrossCheckRules
    dismissal_grounds: Annotated[tuple[DismissalGround, ...], Field(min_length=1)]
    lessons: LessonRules

    @field_validator("dismissal_grounds")
    @classmethod
    def _one_for_the_rest(cls, grounds: tuple[DismissalGround, ...]) -> tuple[DismissalGround, ...]:
        if OTHER not in {one.id for one in grounds}:
            raise ValueError(
                speak(
                    f"須有 {OTHER!r} 一項，供其他各項均不符時使用",
                    f"must have an entry {OTHER!r} for what fits no other ground",
                )
            )
        return grounds

    def reserved(self, detectors: Iterable[str]) -> str:
        """Why files of these detectors are for a named person only, in the rule's words; empty where they are not."""
        hit = set(detectors)
        return "、".join(dict.fromkeys(one.why for one in self.named_person_only if one.id in hit))

    def ground(self, ground_id: str) -> DismissalGround | None:
        """A ground by id."""
        return next((one for one in self.dismissal_grounds if one.id == ground_id), None)

    def name_of(self, ground_id: str) -> str:
        """A ground as printed; one that is no longer among them counts as another reason."""
        return (self.ground(ground_id) or next(one for one in self.dismissal_grounds if one.id == OTHER)).name


def load_triage(folder: Path, overlay: Path | None = None) -> TriageRules:
    """Reads the rules, an agency's overlay laid over them; faults name file, line and field."""
    return load_yaml(folder / FILE, TriageRules, overlay=overlay / FILE if overlay else None)
