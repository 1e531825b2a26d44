"""What a Spring-Festival plan says and asks: its texts, division of work, safety checks, forms and daily reports."""

from __future__ import annotations

import string
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml

FILE = "spring.yaml"
AGENCY_BLANKS = frozenset({"agency", "agency_short", "office"})
BLANKS = AGENCY_BLANKS | {"units", "cited"}
"""What a sentence may leave open; the system fills it when the plan is drafted."""
TITLE_BLANKS = frozenset({"agency", "year"})

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=400)]
Minutes = Annotated[int, Field(ge=0, le=10_080)]


class Part(StrEnum):
    """The parts of 執行 that carry a text of their own (seed 003 四2, 四3)."""

    SECRECY = "secrecy"
    SAFETY = "safety"
    LIAISON = "liaison"
    SITUATION = "situation"


class ContactKind(StrEnum):
    """Whom a telephone reaches."""

    ETHICS = "政風"
    DUTY = "值勤"
    POLICE = "警察"
    INVESTIGATION = "調查"
    FIRE = "消防"
    SUPERIOR = "上級"
    OTHER = "其他"


class CheckCategory(StrEnum):
    """What the safety checklist goes through (research domain F, table 5)."""

    PAPERS = "文書"
    INFORMATION = "資訊"
    MACHINE_ROOM = "機房"
    ENTRANCES = "門禁"
    CAMERAS = "監視"
    FIRE = "消防"
    SITES = "工地"
    DUTY = "值勤"


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


class Line(RuleModel):
    """One sentence with those under it. With `unit_tags` it is said only where a unit bears one of them: `{units}`
    names these units; `{cited}` names the legal bases of `cites`, valid on the day the window opens."""

    id: Id
    text: Sentence
    sub: tuple[Sentence, ...] = ()
    unit_tags: tuple[Words, ...] = ()
    cites: tuple[Words, ...] = ()

    @model_validator(mode="after")
    def _blanks_can_be_filled(self) -> Line:
        used = {name for text in (self.text, *self.sub) for name in _blanks(text)}
        if unknown := used - BLANKS:
            raise ValueError(
                speak(
                    f"未知之空格：{'、'.join(sorted(unknown))}；可用者：{'、'.join(sorted(BLANKS))}",
                    f"unknown blanks: {', '.join(sorted(unknown))}; known: {', '.join(sorted(BLANKS))}",
                )
            )
        if "units" in used and not self.unit_tags:
            raise ValueError(speak("用 {units} 須填 unit_tags", "{units} needs unit_tags"))
        if "cited" in used and not self.cites:
            raise ValueError(speak("用 {cited} 須填 cites", "{cited} needs cites"))
        return self


class Point(Line):
    """A sentence of one part of 執行."""

    part: Part


class DivisionRule(RuleModel):
    """A line of the division of work proposed where the office imports none; tags become names of units."""

    id: Id
    work: Sentence
    lead_tags: tuple[Words, ...] = ()
    lead: Annotated[str, StringConstraints(max_length=60)] = ""
    support_tags: tuple[Words, ...] = ()
    support: Annotated[str, StringConstraints(max_length=60)] = ""
    period: Words

    @model_validator(mode="after")
    def _somebody_leads(self) -> DivisionRule:
        if not self.lead_tags and not self.lead:
            raise ValueError(speak("請以文字或 tags 指明主辦", "name the lead, in words or by tags"))
        return self


class SafetyCheck(RuleModel):
    """A line of the safety checklist; with `unit_tags` it is for such units only."""

    id: Id
    category: CheckCategory
    statement: Sentence
    unit_tags: tuple[Words, ...] = ()


class OutsideForm(RuleModel):
    """A form for bodies that do not use the system: schools, 所屬. `joint` names who checks with them."""

    id: Id
    name: Words
    joint: Sentence
    statements: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    notes: tuple[Sentence, ...] = ()


class ReportRule(RuleModel):
    """When the daily report is asked for. Minutes run by the clock, on holidays too (officer review B)."""

    due_minutes_after_shift: Minutes
    remind_minutes_after_due: tuple[Minutes, ...]
    tell_ethics_minutes_after_due: Minutes
    no_secrets: Sentence

    @field_validator("remind_minutes_after_due")
    @classmethod
    def _in_order(cls, minutes: tuple[int, ...]) -> tuple[int, ...]:
        if list(minutes) != sorted(set(minutes)):
            raise ValueError(speak("須逐項遞增", "must grow from one to the next"))
        return minutes


class Announcement(RuleModel):
    """A text made ready beforehand: 防詐 notice, 澄清新聞稿. 〔…〕 is filled in by a person."""

    id: Id
    title: Sentence
    addressee: Words
    paragraphs: Annotated[tuple[Sentence, ...], Field(min_length=1)]


class SpringRules(RuleModel):
    """Everything of the Spring-Festival campaign that an agency may word or order otherwise."""

    title: Sentence
    campaign_name: Sentence
    own_plans: tuple[Words, ...]
    purpose: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    tasks: Annotated[tuple[Line, ...], Field(min_length=1)]
    points: Annotated[tuple[Point, ...], Field(min_length=1)]
    coordination: Annotated[tuple[Line, ...], Field(min_length=1)]
    communication: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    effect: Sentence
    checklists_due_before_holiday: Annotated[int, Field(ge=0, le=20)]
    required_contacts: tuple[ContactKind, ...]
    division: Annotated[tuple[DivisionRule, ...], Field(min_length=1)]
    safety_checks: Annotated[tuple[SafetyCheck, ...], Field(min_length=1)]
    outside_forms: tuple[OutsideForm, ...]
    report: ReportRule
    announcements: tuple[Announcement, ...]

    @model_validator(mode="after")
    def _plain_blanks(self) -> SpringRules:
        """Texts that no unit or basis stands behind leave only the agency's own names open."""
        texts = [*self.own_plans, *self.purpose, *self.communication, self.effect]
        texts += [text for one in self.announcements for text in (one.title, *one.paragraphs)]
        texts += [text for form in self.outside_forms for text in (form.joint, *form.statements, *form.notes)]
        for known, given in ((AGENCY_BLANKS, texts), (TITLE_BLANKS, [self.title, self.campaign_name])):
            if unknown := {name for text in given for name in _blanks(text)} - known:
                raise ValueError(
                    speak(
                        f"未知之空格：{'、'.join(sorted(unknown))}；此處可用者：{'、'.join(sorted(known))}",
                        f"unknown blanks: {', '.join(sorted(unknown))}; known here: {', '.join(sorted(known))}",
                    )
                )
        return self

    def lines(self) -> Iterable[Line]:
        """Every sentence that may name units or legal bases."""
        yield from self.tasks
        yield from self.points
        yield from self.coordination

    def outside_form(self, form_id: str) -> OutsideForm | None:
        """A form for outside bodies by id."""
        return next((form for form in self.outside_forms if form.id == form_id), None)

    def announcement(self, announcement_id: str) -> Announcement | None:
        """A text made ready beforehand, by id."""
        return next((one for one in self.announcements if one.id == announcement_id), None)


def load_spring(folder: Path, overlay: Path | None = None) -> SpringRules:
    """Reads the rules, an agency's overlay laid over them by id; faults name file, line and field."""
    return load_yaml(folder / FILE, SpringRules, overlay=overlay / FILE if overlay else None)
