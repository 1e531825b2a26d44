"""Kinds of inspection campaigns: what runs in one, who hears of it when, and how it ends.

A room never asks which kind a campaign is; it asks the kind's rule for what it must know. So a further kind is an entry
of the file, without code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from inspection import settings
from inspection.errors import BadSource
from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.rules.plan_sections import PlanForm

FILE = "campaign_kinds.yaml"
KindId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class OpenedBy(StrEnum):
    """The door that opens a campaign: first and last day, a confirmed Spring-Festival window, or a project."""

    DAYS = "days"
    SPRING_WINDOW = "spring_window"
    PROJECT = "project"


class Chapter(StrEnum):
    """What runs between plan and report: crawl of the shares, checklists of the units, duty with daily reports."""

    CRAWL = "crawl"
    CHECKLISTS = "checklists"
    DUTY = "duty"


class Told(StrEnum):
    """Who hears of a campaign when: the inspected beforehand, the inspected not before its hour (officer review A10),
    or nobody but those in the know (seed 000 art. 6)."""

    BEFOREHAND = "beforehand"
    AT_ITS_HOUR = "at_its_hour"
    INSIDERS = "insiders"


class EndsWith(StrEnum):
    """The paper decided on at the end: reports on campaign and units, or the closing review of a project."""

    REPORTS = "reports"
    CLOSING_REVIEW = "closing_review"


RUNS: Mapping[OpenedBy, tuple[tuple[Chapter, ...], ...]] = {
    OpenedBy.DAYS: ((Chapter.CRAWL, Chapter.CHECKLISTS), (Chapter.CHECKLISTS,)),
    OpenedBy.SPRING_WINDOW: (tuple(Chapter),),
    OpenedBy.PROJECT: ((Chapter.CRAWL,),),
}
"""What may run, by the door: reports are made of what units declare; spring and project plans tell of a crawl."""


class CampaignKind(RuleModel):
    """One kind; every field must be given.

    `name` stands in the name of each campaign, `title` in lists and forms, `code` in the campaign's id.
    `every_half_year` marks the inspection that must be held in every half-year (seed 000 art. 7(一)). `joint_with` is
    the tag of the units that carry the inspection out together with the ethics office (會同), empty for none.
    `items_of` names the kind whose statements are put to the units. `sent_up` names the letters by which the result
    goes to those above: without their numbers there is no 檢查結案 (officer review A18).
    `spot_per_hundred` of the units, rounded up, are visited on the spot, drawn by a seed whose hash stands in the plan;
    0: every unit is visited, and nothing is drawn.
    """

    id: KindId
    name: Words
    title: Words
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}$")]
    opened_by: OpenedBy
    every_half_year: bool
    plan: PlanForm
    joint_with: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)]
    runs: Annotated[tuple[Chapter, ...], Field(min_length=1)]
    items_of: str
    told: Told
    in_year_calendar: bool
    ends_with: EndsWith
    sent_up: tuple[str, ...]
    spot_per_hundred: Annotated[int, Field(ge=0, le=99)]

    @property
    def is_project(self) -> bool:
        """Whether its campaigns stand on a project: few may know of it, and its own stages and folders are judged."""
        return self.opened_by is OpenedBy.PROJECT

    @property
    def has_checklists(self) -> bool:
        """Whether units answer statements."""
        return Chapter.CHECKLISTS in self.runs

    @property
    def has_crawl(self) -> bool:
        """Whether shares are read."""
        return Chapter.CRAWL in self.runs

    @model_validator(mode="after")
    def _fits_together(self) -> CampaignKind:
        """Refuses what no code could carry out: what belongs to a project or a window stands with those alone."""
        pairs = (
            ("told: insiders", self.told is Told.INSIDERS, OpenedBy.PROJECT),
            ("ends_with: closing_review", self.ends_with is EndsWith.CLOSING_REVIEW, OpenedBy.PROJECT),
            ("plan: project", self.plan is PlanForm.PROJECT, OpenedBy.PROJECT),
            ("plan: spring", self.plan is PlanForm.SPRING, OpenedBy.SPRING_WINDOW),
            ("runs: duty", Chapter.DUTY in self.runs, OpenedBy.SPRING_WINDOW),
        )
        for said, holds, door in pairs:
            if holds is not (self.opened_by is door):
                raise ValueError(
                    speak(
                        f"`{said}` 與 `opened_by: {door.value}` 須同時使用",
                        f"`{said}` and `opened_by: {door.value}` go together",
                    )
                )
        if set(self.runs) not in map(set, RUNS[self.opened_by]):
            given, *possible = (f"[{', '.join(one)}]" for one in (self.runs, *RUNS[self.opened_by]))
            raise ValueError(
                speak(
                    f"runs 為 {given} 者，系統無從辦理：`opened_by: {self.opened_by.value}` 之種類，runs 可為 "
                    f"{'，或 '.join(possible)}（報告以檢查表為據；無 crawl 者，計畫及報告載明不清查分享區）",
                    f"no code carries out runs {given}: with `opened_by: {self.opened_by.value}` it may be "
                    f"{' or '.join(possible)} (reports are made of checklists; without crawl, they say so)",
                )
            )
        if self.spot_per_hundred and self.plan is not PlanForm.INSPECTION:
            raise ValueError(
                speak(
                    "spot_per_hundred 僅適用於 `plan: inspection` 之種類：抽籤種子之雜湊值載於該計畫",
                    "spot_per_hundred goes with `plan: inspection`: that plan prints the hash of the seed",
                )
            )
        if self.is_project and len(self.sent_up) != 1:
            raise ValueError(
                speak(
                    "專案之檢討意見以一函陳報，須於 sent_up 指明",
                    "the review of a project goes up by one letter: name it in sent_up",
                )
            )
        if self.in_year_calendar and self.told is not Told.BEFOREHAND:
            raise ValueError(
                speak(
                    "張貼之年度行事曆不得列出不事先通知之檢查",
                    "what hangs on a wall may not tell of an inspection that is not told beforehand",
                )
            )
        if self.every_half_year and (self.opened_by is not OpenedBy.DAYS or not self.in_year_calendar):
            raise ValueError(
                speak(
                    "半年一次之定期檢查須以 days 開立，並列入年度行事曆",
                    "the inspection of every half-year is opened by days and stands in the year calendar",
                )
            )
        return self


class CampaignKinds(RuleModel):
    """All kinds."""

    kinds: Annotated[tuple[CampaignKind, ...], Field(min_length=1)]

    @field_validator("kinds")
    @classmethod
    def _codes_differ(cls, kinds: tuple[CampaignKind, ...]) -> tuple[CampaignKind, ...]:
        codes = [kind.code for kind in kinds]
        doubled = sorted({code for code in codes if codes.count(code) > 1})
        if doubled:
            raise ValueError(
                speak(
                    f"code 不得重複，重複者為：{'、'.join(doubled)}",
                    f"each code may stand once; given twice: {', '.join(doubled)}",
                )
            )
        return kinds

    @field_validator("kinds")
    @classmethod
    def _one_of_each_duty(cls, kinds: tuple[CampaignKind, ...]) -> tuple[CampaignKind, ...]:
        """The half-yearly inspection is a duty, and window and project each open one kind."""
        once = (
            ("every_half_year: true", [kind for kind in kinds if kind.every_half_year]),
            ("opened_by: spring_window", [kind for kind in kinds if kind.opened_by is OpenedBy.SPRING_WINDOW]),
            ("opened_by: project", [kind for kind in kinds if kind.opened_by is OpenedBy.PROJECT]),
        )
        for said, found in once:
            if len(found) != 1:
                raise ValueError(
                    speak(
                        f"須恰有一種檢查為 `{said}`，現有 {len(found)} 種",
                        f"exactly one kind has `{said}`, not {len(found)}",
                    )
                )
        return kinds

    def rule(self, kind: str) -> CampaignKind:
        """The rule of a kind; raises BadSource for an id the file does not hold."""
        found = next((one for one in self.kinds if one.id == kind), None)
        if found is None:
            known = "、".join(one.id for one in self.kinds)
            raise BadSource(
                speak(f"沒有「{kind[:40]}」這一種檢查", f"there is no kind of campaign {kind[:40]!r}"),
                place=FILE,
                remedy=speak(
                    f"可用代碼：{known}；或於 {FILE} 增列該種類", f"known are {known}; or add the kind in {FILE}"
                ),
            )
        return found

    def ids(self, which: Callable[[CampaignKind], bool]) -> tuple[str, ...]:
        """Ids of the kinds for which something holds, in the file's order."""
        return tuple(one.id for one in self.kinds if which(one))

    @property
    def half_yearly(self) -> CampaignKind:
        """The inspection held in every half-year."""
        return next(one for one in self.kinds if one.every_half_year)

    def opened_by(self, door: OpenedBy) -> CampaignKind:
        """The kind a window or a project opens."""
        return next(one for one in self.kinds if one.opened_by is door)

    @property
    def as_needed(self) -> tuple[CampaignKind, ...]:
        """Kinds opened for some days whenever the office sees need, in the file's order."""
        return tuple(one for one in self.kinds if one.opened_by is OpenedBy.DAYS and not one.every_half_year)


def load_campaign_kinds(folder: Path, overlay: Path | None = None) -> CampaignKinds:
    """Reads the kinds, an agency's overlay laid over them; faults name file, line and field."""
    return load_yaml(folder / FILE, CampaignKinds, overlay=overlay / FILE if overlay else None)


def current() -> CampaignKinds:
    """The kinds this process works by, under INSPECTION_RULES_DIR; read on first use, without the other rules."""
    return _kinds_of(settings.get().rules_dir)


def reset() -> None:
    """Forgets what was read."""
    _kinds_of.cache_clear()


@cache
def _kinds_of(overlay: Path | None) -> CampaignKinds:
    return load_campaign_kinds(Path(__file__).parent, overlay)
