"""The headings a plan must have, per kind of plan, and what makes each of them complete."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml

FILE = "plan_sections.yaml"


class PlanForm(StrEnum):
    """The three forms: eight contents (seed 000 art. 7), six (art. 6), the headings of seed 003."""

    INSPECTION = "inspection"
    PROJECT = "project"
    SPRING = "spring"


class Section(RuleModel):
    """One section. `needs` names what must stand in it as data; `hint` tells the drafter what belongs there.

    `within` names the section it is printed inside of, under its own heading.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]
    heading: Annotated[str, StringConstraints(max_length=30)]
    within: str = ""
    min_characters: Annotated[int, Field(ge=1, le=2000)]
    needs: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")], ...] = ()
    hint: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class FormRule(RuleModel):
    """One form of plan with its sections in printed order. An untitled section is printed as a closing paragraph.

    `decided_as` names the document of the approval table: who decides on plans of this form.
    """

    id: PlanForm
    decided_as: str
    bases: tuple[str, ...]
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    @field_validator("sections")
    @classmethod
    def _within_a_section_before(cls, sections: tuple[Section, ...]) -> tuple[Section, ...]:
        seen: set[str] = set()
        for section in sections:
            if section.within and section.within not in seen:
                raise ValueError(
                    speak(
                        f"{section.id} 之 within 為 {section.within!r}，其前並無此節",
                        f"{section.id} is within {section.within!r}, which does not stand before it",
                    )
                )
            seen.add(section.id)
        return sections


class PlanForms(RuleModel):
    """All forms; `rules/campaign_kinds.yaml` says which a kind of campaign has."""

    forms: tuple[FormRule, ...]

    @field_validator("forms")
    @classmethod
    def _each_form(cls, forms: tuple[FormRule, ...]) -> tuple[FormRule, ...]:
        if sorted(form.id for form in forms) != sorted(PlanForm):
            raise ValueError(
                speak(f"須各列一次：{'、'.join(PlanForm)}", f"each of {', '.join(PlanForm)} must stand once")
            )
        return forms

    def form(self, form_id: PlanForm) -> FormRule:
        """The rule of a form."""
        return next(form for form in self.forms if form.id is form_id)


@dataclass(frozen=True, slots=True)
class SectionContent:
    """What a drafted section holds: its text, and the names of the data it carries (`items`, `groups`, …)."""

    text: str
    holds: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing a plan lacks: the section, what is missing, and the hint for the drafter."""

    section: str
    heading: str
    lacks: str
    hint: str


def gaps(form: FormRule, drafted: Mapping[str, SectionContent]) -> tuple[Gap, ...]:
    """What a plan lacks before it may be submitted; empty when it is complete. `lacks` is `text` or a data name."""
    found: list[Gap] = []
    for section in form.sections:
        content = drafted.get(section.id, SectionContent(""))
        lacking = [need for need in section.needs if need not in content.holds]
        if len("".join(content.text.split())) < section.min_characters:
            lacking.insert(0, "text")
        found.extend(Gap(section.id, section.heading, name, section.hint) for name in lacking)
    return tuple(found)


def load_plan_forms(folder: Path, overlay: Path | None = None) -> PlanForms:
    """Reads the forms, an agency's overlay laid over them; faults name file, line and field."""
    return load_yaml(folder / FILE, PlanForms, overlay=overlay / FILE if overlay else None)
