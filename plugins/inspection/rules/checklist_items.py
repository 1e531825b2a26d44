"""The catalogue of inspection items: statements, how each is answered, and to whom each is put."""

from __future__ import annotations

import re
from collections.abc import Set
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from inspection.language import speak
from inspection.rules.answers import Asked, plain
from inspection.rules.cross_checks import CrossChecks
from inspection.rules.load import RuleModel, load_yaml
from inspection.vocabulary import ITEM_CODE, Severity

FILE = "checklist_items.yaml"
MOST_ITEMS_PER_UNIT = 25
"""At most so many items per unit and round (officer review A16)."""

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
ItemId = Annotated[str, StringConstraints(pattern=f"^{ITEM_CODE.pattern}$")]


class Rotation(StrEnum):
    """Core items are asked each round; the others take turns, all within a year."""

    CORE = "core"
    ROTATING = "rotating"


class Respondent(StrEnum):
    """Who answers: the unit on its form, or the inspector on the spot."""

    UNIT = "unit"
    INSPECTOR = "inspector"


class Category(RuleModel):
    """A group of items; `id` is the prefix of their ids."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    name: Word


class UnitTag(RuleModel):
    """A tag a unit may bear; items bearing it go to such units only."""

    id: Word
    meaning: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class CitedBasis(RuleModel):
    """A legal basis by its id in `legal_bases.yaml`, and the clause of it."""

    basis: Word
    clause: Annotated[str, StringConstraints(max_length=60)] = ""


class ChecklistItem(Asked):
    """One statement. `bases` are printed; `sources` say where the idea comes from and are not, nor is `why`: what was
    judged of severity, evidence, deadline or whom it is put to where the sources leave it open.

    `kinds` are ids of `campaign_kinds.yaml` that put statements. `unit_tags` empty: put to every unit.
    `fix_within_working_days` shortens the severity's days where a clause orders that (at once, before a holiday):
    `deadline_set_by` cites it. `remark_hint`: what to write beside the
    answer (numbers sampled). `answer`: how it is answered; left out, by 符合, 不符合 or 不適用. `cross_checks`: what a
    crawl or a register would contradict it by, answered 符合; any of them does. `stands_beside`, of what inspectors
    look at: the statements of units it is laid beside when those are reviewed.
    """

    id: ItemId
    statement: Annotated[str, StringConstraints(min_length=8, max_length=200, pattern=r"。$")]
    kinds: Annotated[tuple[str, ...], Field(min_length=1)]
    severity: Severity
    respondent: Respondent
    rotation: Rotation
    unit_tags: tuple[Word, ...] = ()
    bases: tuple[CitedBasis, ...] = ()
    sources: tuple[Word, ...] = ()
    why: Annotated[str, StringConstraints(max_length=100)] = ""
    cross_checks: CrossChecks = ()
    stands_beside: tuple[ItemId, ...] = ()
    fix_within_working_days: Annotated[int, Field(ge=1, le=60)] | None = None
    deadline_set_by: tuple[CitedBasis, ...] = ()
    retired: bool = False

    @model_validator(mode="after")
    def _is_a_statement(self) -> ChecklistItem:
        if any(sign in self.statement for sign in ("？", "?", "是否", "＿")):
            raise ValueError(
                speak(
                    "須為可直接作答之敘述，不得為問句或填空",
                    "must be a statement that can be answered as it stands, not a question or a blank",
                )
            )
        if self.cross_checks and self.respondent is not Respondent.UNIT:
            raise ValueError(
                speak(
                    "僅受檢單位作答之敘述得列 cross_checks",
                    "only a statement a unit answers can be cross-checked",
                )
            )
        if self.stands_beside and self.respondent is not Respondent.INSPECTOR:
            raise ValueError(
                speak(
                    "僅檢查人員現場檢視之敘述得列 stands_beside",
                    "only a statement inspectors look at stands beside others",
                )
            )
        if (self.fix_within_working_days is None) == bool(self.deadline_set_by):
            raise ValueError(
                speak(
                    "fix_within_working_days 須同時以 deadline_set_by 指明所依條款",
                    "fix_within_working_days and the clause that sets it, deadline_set_by, go together",
                )
            )
        if self.evidence_required and not self.evidence:
            raise ValueError(
                speak("evidence_required 須同時指明佐證資料", "evidence_required without naming the evidence")
            )
        if self.evidence_blocks and not self.evidence_required:
            raise ValueError(
                speak("evidence_blocks 須與 evidence_required 同用", "evidence_blocks without evidence_required")
            )
        return self

    @property
    def is_put_to_units(self) -> bool:
        """Whether some unit may find it on its form."""
        return not self.retired and self.respondent is Respondent.UNIT

    @property
    def prefix(self) -> str:
        """The category's id."""
        return self.id[:3]


class ChecklistItems(RuleModel):
    """The whole catalogue. Ids are never used again: an item out of use is `retired`. `no_evidence`: words that name no
    register and no paper, written alone where evidence is demanded."""

    no_evidence: tuple[Word, ...]
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    unit_tags: tuple[UnitTag, ...]
    items: Annotated[tuple[ChecklistItem, ...], Field(min_length=1)]

    @field_validator("no_evidence")
    @classmethod
    def _each_once_in_letters(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        bare = [bare_words(word) for word in words]
        if min(map(len, bare), default=2) < 2 or len(set(bare)) != len(bare):
            raise ValueError(
                speak(
                    "須為不重複之文字；標點、空白及單一字元本即不計，無須列入",
                    "must be words, each once: signs, blanks and single characters never count",
                )
            )
        return words

    def names_nothing(self, remark: str, statement: str, asked: Asked) -> bool:
        """Whether what stands beside an answer names no register and no paper: nothing or one character, a word of
        `no_evidence`, the hint left unfilled, or but words of the statement that are not the name of the evidence."""
        bare = bare_words(remark)
        if len(bare) < 2 or bare in _bare(self.no_evidence):
            return True
        named = {bare_words(one) for one in re.split("[、／及或]", asked.evidence)} | {bare_words(asked.evidence)}
        return bare == bare_words(asked.remark_hint) or (bare not in named and bare in bare_words(statement))

    def item(self, item_id: str) -> ChecklistItem | None:
        """The item of an id, also a retired one; None where there is none."""
        return next((item for item in self.items if item.id == item_id), None)

    @property
    def stands_beside(self) -> dict[str, tuple[str, ...]]:
        """By statement inspectors look at, the statements of units it is laid beside."""
        return {item.id: item.stands_beside for item in self.items if item.stands_beside}

    def category_name(self, item: ChecklistItem) -> str:
        """The printed name of an item's category."""
        return next(category.name for category in self.categories if category.id == item.prefix)

    def applicable(self, kind: str, tags: Set[str], respondent: Respondent) -> tuple[ChecklistItem, ...]:
        """Items in use for a kind of campaign, a unit's tags and a respondent, in catalogue order (more than 25)."""
        return tuple(
            item
            for item in self.items
            if not item.retired
            and kind in item.kinds
            and item.respondent is respondent
            and (not item.unit_tags or tags & set(item.unit_tags))
        )

    def year_shortfall(self, kind: str, tags: Set[str], *, rounds: int = 2) -> int:
        """How many items of a unit find no place in a year's rounds of 25; 0 where all are asked within the year."""
        items = self.applicable(kind, tags, Respondent.UNIT)
        core = sum(item.rotation is Rotation.CORE for item in items)
        room = rounds * max(0, MOST_ITEMS_PER_UNIT - core)
        return max(0, len(items) - core - room) + max(0, core - MOST_ITEMS_PER_UNIT)


def bare_words(text: str) -> str:
    """Letters and figures alone, in one form: 「 Ｎ／Ａ。」 is NA."""
    return "".join(sign for sign in plain(text).upper() if sign.isalnum())


@lru_cache(maxsize=4)
def _bare(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(bare_words(word) for word in words)


def load_checklist_items(folder: Path, overlay: Path | None = None) -> ChecklistItems:
    """Reads the catalogue from `folder`, an agency's `overlay` folder laid over it; faults name file, line, field."""
    return load_yaml(folder / FILE, ChecklistItems, overlay=overlay / FILE if overlay else None)
