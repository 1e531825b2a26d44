"""Sentences of the situation assessment: facts in, a sentence out that cites the number it rests on."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from inspection.errors import BadSource
from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml

FILE = "assessment_sentences.yaml"
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Fact = int | float | str


class Factor(IntEnum):
    """The three factors of seed 000 art. 7(一)1."""

    ALERTNESS = 1
    ENVIRONMENT = 2
    IMPROVEMENT = 3


class Comparison(StrEnum):
    """How a fact is compared with a bound."""

    AT_LEAST = "at_least"
    BELOW = "below"


class Scope(StrEnum):
    """Of whom a sentence speaks."""

    AGENCY = "agency"
    UNIT = "unit"


class Subject(RuleModel):
    """Something the assessment looks at; where no sentence about it has its data, it is named as 資料不足."""

    id: Name
    factor: Factor
    name: Annotated[str, StringConstraints(min_length=2, max_length=30)]
    scope: Scope = Scope.AGENCY


class Condition(RuleModel):
    """A sentence is said only where this holds."""

    fact: Name
    is_: Annotated[Comparison, Field(alias="is")]
    bound: float


class SentenceRule(RuleModel):
    """One sentence about a subject, of the agency or of one unit.

    `numbers` are the facts it rests on: each stands in the text; `words` are names in it.
    `enough`: the fact that counts the cases, and how many are needed before anything may be said.
    `stresses`: prefixes of checklist categories the plan should stress where the sentence is said.
    `ready`: it rests on roster, dates and declarations alone; alone such sentences are no assessment until a person has
    confirmed or changed one.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{2,40}$")]
    about: Name
    factor: Factor
    scope: Scope = Scope.AGENCY
    text: Annotated[str, StringConstraints(min_length=5, max_length=300, pattern=r"。$")]
    numbers: Annotated[tuple[Name, ...], Field(min_length=1)]
    words: tuple[Name, ...] = ()
    when: tuple[Condition, ...] = ()
    enough: tuple[Name, Annotated[int, Field(ge=1)]] | None = None
    stresses: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")], ...] = ()
    ready: bool = False

    @model_validator(mode="after")
    def _cites_each_number(self) -> SentenceRule:
        named = {field for _, field, _, _ in string.Formatter().parse(self.text) if field is not None}
        if named != {*self.numbers, *self.words}:
            raise ValueError(
                speak(
                    f"文句之空格為 {'、'.join(sorted(named))}，宣告者為 {'、'.join([*self.numbers, *self.words])}",
                    f"the blanks of the text are {sorted(named)}, declared are {[*self.numbers, *self.words]}",
                )
            )
        if not set(self.numbers) <= named:
            raise ValueError(speak("每個數字都須出現在文句中", "each number must stand in the text"))
        return self


class AssessmentSentences(RuleModel):
    """All sentences by factor, and what is said where the data do not suffice.

    `secret_tags` are the roster's tags of units whose work is secret, `contractor_tags` of those with contractors.
    """

    factor_names: dict[Factor, Annotated[str, StringConstraints(min_length=1, max_length=60)]]
    insufficient: Annotated[str, StringConstraints(pattern=r"資料不足")]
    partly_insufficient: Annotated[str, StringConstraints(pattern=r"\{subjects\}.*資料不足")]
    secret_tags: Annotated[tuple[str, ...], Field(min_length=1)]
    contractor_tags: Annotated[tuple[str, ...], Field(min_length=1)]
    subjects: Annotated[tuple[Subject, ...], Field(min_length=1)]
    sentences: Annotated[tuple[SentenceRule, ...], Field(min_length=1)]

    @field_validator("factor_names")
    @classmethod
    def _each_factor_named(cls, names: dict[Factor, str]) -> dict[Factor, str]:
        if set(names) != set(Factor):
            raise ValueError(speak("三項因素都須有名稱", "each of the three factors needs a name"))
        return names

    @model_validator(mode="after")
    def _each_about_a_subject(self) -> AssessmentSentences:
        subjects = {(subject.id, subject.factor, subject.scope) for subject in self.subjects}
        for rule in self.sentences:
            if (rule.about, rule.factor, rule.scope) not in subjects:
                raise ValueError(
                    speak(
                        f"文句 {rule.id} 之 about 為 {rule.about!r}，不屬其因素及範圍",
                        f"sentence {rule.id} is about {rule.about!r}, no subject of its factor and scope",
                    )
                )
        return self


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence said, with the numbers it rests on; `is_sufficient` is false where it only says 資料不足."""

    rule_id: str
    factor: Factor
    text: str
    numbers: Mapping[str, Fact]
    stresses: tuple[str, ...]
    is_sufficient: bool = True
    is_ready: bool = False


INSUFFICIENT, PARTLY = "insufficient", "partly_insufficient"


def say(
    rules: AssessmentSentences, facts: Mapping[str, Fact], factor: Factor, scope: Scope = Scope.AGENCY
) -> tuple[Sentence, ...]:
    """The sentences of one factor that the facts allow, and one that names the subjects without data (資料不足).

    A sentence whose facts are absent is left out; raises BadSource where a condition meets a fact that is no number.
    """
    own = [rule for rule in rules.sentences if (rule.factor, rule.scope) == (factor, scope)]
    said = tuple(_said(rule, facts) for rule in own if _allowed(rule, facts))
    subjects = [subject for subject in rules.subjects if (subject.factor, subject.scope) == (factor, scope)]
    known = {rule.about for rule in own if _has_data(rule, facts)}
    lacking = [subject.name for subject in subjects if subject.id not in known]
    if not known:
        text = rules.insufficient.replace("{factor}", rules.factor_names[factor])
        return (Sentence(INSUFFICIENT, factor, text, {}, (), is_sufficient=False),)
    if not lacking:
        return said
    text = rules.partly_insufficient.replace("{subjects}", "、".join(lacking))
    return (*said, Sentence(PARTLY, factor, text, {}, (), is_sufficient=False))


def printed_numbers(sentence: Mapping[str, Fact]) -> tuple[str, ...]:
    """The numbers a sentence rests on, as they stand in its text."""
    return tuple(_printed(value) for value in sentence.values())


def _has_data(rule: SentenceRule, facts: Mapping[str, Fact]) -> bool:
    """Whether all a sentence asks for is on record, and enough of it."""
    counted = (rule.enough[0],) if rule.enough else ()
    asked = {*rule.numbers, *counted, *(condition.fact for condition in rule.when)}
    return asked <= facts.keys() and (rule.enough is None or _number(facts, rule.enough[0]) >= rule.enough[1])


def _allowed(rule: SentenceRule, facts: Mapping[str, Fact]) -> bool:
    if not _has_data(rule, facts) or not set(rule.words) <= facts.keys():
        return False
    return all(_holds(condition, _number(facts, condition.fact)) for condition in rule.when)


def _holds(condition: Condition, value: float) -> bool:
    return value >= condition.bound if condition.is_ is Comparison.AT_LEAST else value < condition.bound


def _number(facts: Mapping[str, Fact], name: str) -> float:
    value = facts[name]
    if isinstance(value, str):
        raise BadSource(speak(f"事實 {name} 須為數字", f"the fact {name} must be a number"))
    return value


def _said(rule: SentenceRule, facts: Mapping[str, Fact]) -> Sentence:
    values = {name: _printed(facts[name]) for name in (*rule.numbers, *rule.words)}
    text = rule.text.format_map(values)
    numbers = {name: facts[name] for name in rule.numbers}
    return Sentence(rule.id, rule.factor, text, numbers, rule.stresses, is_ready=rule.ready)


def _printed(value: Fact) -> str:
    # whole numbers without a point, others with one decimal, thousands apart: 1,204 and 37.5
    if isinstance(value, str):
        return value
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,.1f}"


def load_assessment_sentences(folder: Path, overlay: Path | None = None) -> AssessmentSentences:
    """Reads the sentences, an agency's overlay laid over them; faults name file, line and field."""
    return load_yaml(folder / FILE, AssessmentSentences, overlay=overlay / FILE if overlay else None)
