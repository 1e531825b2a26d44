"""The marking rules as data: which words at which place are a document's own mark, and what makes it defective."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.vocabulary import Level, Zone

SHIPPED = Path(__file__).with_name("marking_rules.yaml")

ConditionCode = Literal[
    "on_publication",
    "on_date",
    "attachment_removed",
    "retention_expired",
    "meeting_or_work_done",
    "period",
    "other",
]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(speak("樣式不是合法的正規表示式", f"the pattern is no regular expression: {error}")) from None
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class MarkLevel(RuleModel):
    """One level with its rank (higher wins) and, for national secrets, the longest period in years."""

    id: str
    text: Level
    rank: int = Field(ge=1)
    max_years: int | None = None
    source: str


class LabelLine(RuleModel):
    """The line 密等及解密條件或保密期限 of a letter; `beside`: other fields where its head is drawn as a table."""

    regex: Pattern
    label_only: Pattern
    not_a_mark: tuple[str, ...]
    beside: tuple[str, ...] = ()


class Standalone(RuleModel):
    """Where a paragraph that is only a level counts as a mark; `loose` words there are none, but a hint (D03).

    `decoration`: signs that may be drawn on both sides of a level; `english`: words that may stand beside it.
    """

    zones: tuple[Zone, ...]
    first_paragraphs: int = Field(ge=0)
    sheet_rows: int = Field(ge=0)
    sheet_columns: int = Field(ge=0)
    prominent_only: tuple[str, ...]
    loose: Pattern
    decoration: str = ""
    english: Pattern = "$^"


class Condition(RuleModel):
    """A wording that says when secrecy ends."""

    id: ConditionCode
    regex: Pattern


class MicrosoftLabel(RuleModel):
    """Sensitivity labels of Microsoft 365, named as such and never taken for a level."""

    property: Pattern
    not_a_mark: tuple[str, ...]


class Defect(RuleModel):
    """A defect of marking, as it is printed."""

    id: str = Field(pattern=r"^D\d\d$")
    when: str


class Example(RuleModel):
    """A text at a place that is a mark."""

    zone: Zone
    paragraph: int
    text: str
    level: Level
    condition: ConditionCode | None = None


class CounterExample(RuleModel):
    """A text at a place that is no mark, and why."""

    zone: Zone
    paragraph: int
    text: str
    why: str


class MarkingBook(RuleModel):
    """All rules of reading marks."""

    levels: tuple[MarkLevel, ...]
    label_line: LabelLine
    standalone: Standalone
    copy_number: Pattern
    declassification: tuple[Condition, ...]
    unfilled_blank: Pattern
    issue_date: Pattern
    retention_years: Pattern
    filename: Pattern
    subject: Pattern
    microsoft_label: MicrosoftLabel
    published_words: tuple[str, ...]
    defects: tuple[Defect, ...]
    examples: tuple[Example, ...]
    counter_examples: tuple[CounterExample, ...]


def load_marking(rules_dir: Path | None = None) -> MarkingBook:
    """The shipped marking rules with an agency's `marking_rules.yaml` laid over them; raises BadSource."""
    return load_yaml(SHIPPED, MarkingBook, overlay=rules_dir / "marking_rules.yaml" if rules_dir else None)
