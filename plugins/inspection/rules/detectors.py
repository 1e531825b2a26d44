"""The detector rules as data: what a sensitive text looks like, on which ground and what to do about it."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.vocabulary import Severity

SHIPPED = Path(__file__).with_name("detectors.yaml")

Remedy = Literal["移置", "限權", "遮蔽", "刪除", "標示"]
REMEDY_ORDER: tuple[Remedy, ...] = ("移置", "限權", "遮蔽", "刪除", "標示")
Boundary = Literal["ascii", "digits", "mail", "none"]
Mask = Literal["national_id", "name", "phone", "address", "secret", "leading"]
Validator = Literal[
    "national_id",
    "resident_old",
    "company_number",
    "luhn",
    "machine_readable_zone",
    "past_date",
    "account_number",
    "private_mail",
    "home_phone",
    "chinese_name",
    "password",
]
NOT_PORTABLE = re.compile(r"\(\?(?:[=!]|<[=!])|\\[bBAZzGpPkK1-9]|\(\?P")


class Cases(RuleModel):
    """Texts that must hit and must not; placeholders such as `<NID>` are filled when tests run.

    A line break parts paragraphs, a TAB parts the cells of a table row.
    """

    hit: tuple[str, ...]
    miss: tuple[str, ...]


class Ground(RuleModel):
    """The legal ground a category rests on."""

    title: str
    article: str
    text: str


class Detector(RuleModel):
    """One rule. It has `patterns` (values) or `any` (a topic), never both.

    Values: score = base + context_bonus if a context word stands nearer than any negative one (or the column bears a
    header keyword), minus negative_penalty in the other case; a hit counts from `threshold`. `boundary` says which
    characters may not touch a hit: `ascii` letters and digits, `digits`, `mail` characters, or `none`. `joined` takes
    numbers broken up by blanks, hyphens or one line break. `column_patterns` match whole cells below a header keyword.
    `loose` takes a number too where its letters are small, stand in a cell of their own or touch those of another word,
    if a context word or heading vouches for it, and where the next field of a fixed-width row touches it.
    `line_patterns` vouch for a value in the same line, as a context word does.
    `gate` is a word every hit of (record) patterns contains; it makes a costly pattern cheap to rule out.

    Topics: score = base + detector_bonus if a `with_any_detector` value stands in the window, + support_bonus for each
    support word (two at most), + second_word_bonus for each further topic word (two at most), + title_bonus where a
    topic word stands in the file's name or first lines, minus negative_penalty; a `record_patterns` hit alone
    suffices. `needs_detector`: talk without a value is never a hit. A topic word in a line with one of `talk` (a
    promise of secrecy, a slogan) counts only with a value in that very line or one of `talk_needs` in the window: an
    office's own line stands on the same poster. `published` patterns in the title or in a short line say that all is
    public; with one of the book's `not_yet_words` beside it they do not.

    `report` says when accepted hits make a file sensitive: `alone` one is enough; `record` together with a
    `record_with` value nearby; `list` from `list_people` distinct values, or `list_people_with` where as many values
    of `list_with` stand in the file; `never` only supports other rules. Values of a `list` rule in a table of an
    office or of companies (`office_words` in its headings and no `home_words`) do not count, nor in a table whose
    headings name nobody (`person_words`): polling stations, shops. Headings that name a place (`place_words`) and only
    whom to call there (`contact_words`) name nobody either, unless the place is secret (`hidden_places`, patterns) or
    whoever complained. Nor do they count among the lines by which an office says how to reach it (`contact_labels`, one
    of them of `office_labels`).
    """

    id: str = Field(pattern=r"^[A-Z][A-Z0-9-]+$")
    name: str
    group: str
    patterns: tuple[str, ...] = ()
    column_patterns: tuple[str, ...] = ()
    line_patterns: tuple[str, ...] = ()
    gate: str = ""
    boundary: Boundary = "ascii"
    validator: Validator | None = None
    joined: bool = False
    loose: bool = False
    mask: Mask = "leading"
    counts_people: bool = False
    any: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    with_any_detector: tuple[str, ...] = ()
    needs_detector: bool = False
    record_patterns: tuple[str, ...] = ()
    filename_any: tuple[str, ...] = ()
    talk: tuple[str, ...] = ()
    talk_needs: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    base: float = Field(default=0.3, ge=0, le=1)
    threshold: float = Field(default=0.6, ge=0, le=1)
    context: tuple[str, ...] = ()
    context_bonus: float = Field(default=0.3, ge=0, le=1)
    context_required: bool = False
    proximity_chars: int = Field(default=60, ge=1, le=300)
    header_keywords: tuple[str, ...] = ()
    header_negative: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    title_negative: tuple[str, ...] = ()
    negative_penalty: float = Field(default=0.4, ge=0, le=1)
    detector_bonus: float = Field(default=0.3, ge=0, le=1)
    support_bonus: float = Field(default=0.2, ge=0, le=1)
    second_word_bonus: float = Field(default=0.1, ge=0, le=1)
    title_bonus: float = Field(default=0.0, ge=0, le=1)
    severity: Severity
    severity_without_context: Severity | None = None
    report: Literal["alone", "record", "list", "never"] = "alone"
    record_with: tuple[str, ...] = ()
    list_people: int = Field(default=5, ge=1)
    list_with: tuple[str, ...] = ()
    list_people_with: int = Field(default=3, ge=1)
    ground: str
    remedies: tuple[Remedy, ...] = REMEDY_ORDER
    source: str
    traps: tuple[str, ...] = ()
    cases: Cases

    @property
    def is_topic(self) -> bool:
        """A topic speaks by words, a value detector by patterns."""
        return bool(self.any)

    @field_validator("patterns", "column_patterns", "line_patterns", "record_patterns", "published")
    @classmethod
    def _portable(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            if NOT_PORTABLE.search(pattern):
                raise ValueError(
                    speak(
                        "樣式不得使用環視、\\b、具名群組或反向參照，請改用 boundary",
                        "a pattern may not use look-around, \\b, named groups or back-references: use boundary",
                    )
                )
            try:
                re.compile(pattern, re.ASCII)
            except re.error as error:
                raise ValueError(
                    speak("樣式不是合法的正規表示式", f"the pattern is no regular expression: {error}")
                ) from None
        return patterns

    @field_validator("remedies")
    @classmethod
    def _in_order(cls, remedies: tuple[Remedy, ...]) -> tuple[Remedy, ...]:
        if list(remedies) != [remedy for remedy in REMEDY_ORDER if remedy in remedies]:
            raise ValueError(
                speak(
                    f"處理方式須依此順序排列：{'、'.join(REMEDY_ORDER)}",
                    f"remedies stand in this order: {'、'.join(REMEDY_ORDER)}",
                )
            )
        return remedies

    @model_validator(mode="after")
    def _one_kind(self) -> Detector:
        if bool(self.patterns) == bool(self.any):
            raise ValueError(
                speak(
                    "規則須擇一填 patterns（樣式）或 any（主題）",
                    "a rule has either patterns (values) or any (a topic)",
                )
            )
        if any(self.gate not in pattern for pattern in (*self.patterns, *self.record_patterns)):
            raise ValueError(
                speak(f"gate {self.gate!r} 並非每個樣式都有", f"the gate {self.gate!r} does not stand in every pattern")
            )
        return self


class EngineLimits(RuleModel):
    """Limits and thresholds that hold for all detectors."""

    hits_per_detector: int = Field(ge=1)
    excerpts: int = Field(ge=0, le=20)
    topic_window_chars: int = Field(ge=100, le=10_000)
    people_high: int = Field(ge=2)
    people_critical: int = Field(ge=2)
    categories_raise: int = Field(ge=2)


class DetectorBook(RuleModel):
    """All detector rules with what they share."""

    engine: EngineLimits
    sample_values: tuple[str, ...]
    sample_words: tuple[str, ...]
    sample_titles: tuple[str, ...] = ()
    talk_words: tuple[str, ...]
    office_words: tuple[str, ...] = ()
    home_words: tuple[str, ...] = ()
    person_words: tuple[str, ...] = ("",)
    contact_words: tuple[str, ...] = ()
    place_words: tuple[str, ...] = ()
    hidden_places: tuple[str, ...] = ()
    letterhead_ends: tuple[str, ...] = ()
    contact_labels: tuple[str, ...] = ()
    office_labels: tuple[str, ...] = ()
    not_yet_words: tuple[str, ...] = ()
    awareness_folders: tuple[str, ...]
    broad_groups_raise: bool = True
    heading_words: tuple[str, ...] = ()
    surnames: str
    compound_surnames: tuple[str, ...] = ()
    not_names: tuple[str, ...] = ()
    grounds: dict[str, Ground]
    detectors: tuple[Detector, ...]

    @model_validator(mode="after")
    def _known_names(self) -> DetectorBook:
        ids = {detector.id for detector in self.detectors}
        for detector in self.detectors:
            named = {*detector.with_any_detector, *detector.record_with, *detector.list_with, *detector.talk_needs}
            if named - ids:
                raise ValueError(
                    speak(
                        f"{detector.id} 所指偵測規則不存在：{'、'.join(sorted(named - ids))}",
                        f"{detector.id} names unknown detectors: {', '.join(sorted(named - ids))}",
                    )
                )
            if detector.ground not in self.grounds:
                raise ValueError(
                    speak(
                        f"{detector.id} 所指理由不存在：{detector.ground}",
                        f"{detector.id} names an unknown ground: {detector.ground}",
                    )
                )
        return self

    @cached_property
    def somebody(self) -> tuple[str, ...]:
        """The labels behind which somebody is named."""
        return tuple({word for one in self.detectors if one.mask == "name" for word in one.header_keywords})

    def detector(self, name: str) -> Detector:
        """The detector of this id; raises KeyError."""
        return {detector.id: detector for detector in self.detectors}[name]


def load_detectors(rules_dir: Path | None = None) -> DetectorBook:
    """The shipped detectors with an agency's `detectors.yaml` laid over them; raises BadSource."""
    return load_yaml(SHIPPED, DetectorBook, overlay=rules_dir / "detectors.yaml" if rules_dir else None)
