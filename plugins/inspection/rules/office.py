"""The agency's own wording: verbs of letters, names of campaigns, menu of marks."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints, ValidationInfo, field_validator, model_validator

from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.vocabulary import (
    AddressProbe,
    Adoption,
    AnswerValue,
    ApprovalOutcome,
    FormCopy,
    Level,
    MarkedAs,
    Stance,
    UnitSeal,
)

FILE = "office.yaml"
# what is given out to named readers copy by copy
NUMBERED = frozenset({MarkedAs.UNIT_REPORT, MarkedAs.CAMPAIGN_REPORT})
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
MailDomain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=200)]


OVERDUE = "overdue_"
ADDRESSEE_BLANKS = frozenset({"title", "superior_ethics"})


class SubmissionVerb(StrEnum):
    """What a superior is asked to do with what we send (seed 000 says 核備, the national rule 備查)."""

    FOR_APPROVAL = "核備"
    FOR_REFERENCE = "備查"


class Register(StrEnum):
    """Form of a letter."""

    LETTER = "函"
    SLIP = "便簽"
    NOTE = "書函"
    BRIEF = "簽"


class LetterRule(RuleModel):
    """One kind of letter: its form, how the subject ends, and what a superior is asked to do with what it encloses.

    `name` is what pages call it; a letter by which a kind of campaign sends its result up has one.
    One on what is overdue (`overdue_…`) names its addressee: `{title}` is the title of the one it goes to,
    `{superior_ethics}` the superior's ethics body by its name. To whom others go is decided where they are written.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]
    register_form: Register
    closing: Words
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    verb: SubmissionVerb | None = None
    addressee: Words | None = None

    @model_validator(mode="after")
    def _addressee_can_be_filled(self) -> LetterRule:
        if (self.addressee is not None) != self.id.startswith(OVERDUE):
            raise ValueError(
                speak(
                    f"addressee 僅用於 {OVERDUE}… 各函",
                    f"addressee belongs to the letters {OVERDUE}…, and to no others",
                )
            )
        unknown = set(re.findall(r"[{]([^}]*)[}]?", self.addressee or "")) - ADDRESSEE_BLANKS
        if unknown:
            raise ValueError(
                speak(
                    f"addressee 可用之空格為 {'、'.join(sorted(ADDRESSEE_BLANKS))}，不得有 "
                    f"{'、'.join(sorted(unknown))}",
                    f"addressee may hold {', '.join(sorted(ADDRESSEE_BLANKS))}; not {', '.join(sorted(unknown))}",
                )
            )
        return self

    def addressed_to(self, *, title: str, superior_ethics: str) -> str:
        """The addressee with its blanks filled; '' for a letter that names none."""
        return (self.addressee or "").format(title=title, superior_ethics=superior_ethics)


class Declassification(RuleModel):
    """One wording of the 解密條件 menu; `{date}` is the declassification date where the code asks for one."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]
    wording: Words

    @property
    def needs_date(self) -> bool:
        """Whether the wording holds a date."""
        return "{date}" in self.wording


class ProposedMark(RuleModel):
    """The level and condition the system proposes for one of our own documents; a person decides (核定)."""

    id: MarkedAs
    level: Level | None
    declassification: str | None = None
    watermark: bool = False
    numbered_copies: bool = False


class Office(RuleModel):
    """All wording an agency may change. `unit_seal`: whether a checklist answered on the page goes to the unit head,
    who seals it there, before it is sent. `filler_domains`: the agency's own mail domains, under which a unit may name
    somebody of no roster to fill its checklist; without any only people of the roster are named. `returns_folder`:
    where the units find the drop folder, as they reach it; empty: they are told elsewhere.
    `checklist_copies`: what a checklist is sent as beside its Word form, to be filled instead. `address_probe`: for
    which inspections the mail server is asked about the contacts' addresses before anything is sent."""

    letters: tuple[LetterRule, ...]
    declassifications: tuple[Declassification, ...]
    proposed_marks: tuple[ProposedMark, ...]
    answer_names: dict[AnswerValue, Words]
    outcome_names: dict[ApprovalOutcome, Words]
    stance_names: dict[Stance, Words]
    adoption_names: dict[Adoption, Words]
    no_basis: Words
    unit_seal: UnitSeal = UnitSeal.BESIDE
    filler_domains: tuple[MailDomain, ...] = ()
    checklist_copies: tuple[FormCopy, ...] = ()
    address_probe: AddressProbe = AddressProbe.ANNOUNCED
    returns_folder: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f]*$")] = ""

    @property
    def drop_folder(self) -> str:
        """The drop folder as mails and forms name it, with where it is."""
        where = self.returns_folder.strip()
        return f"收件資料夾（{where}）" if where else "收件資料夾（位置由政風室另行告知）"

    @field_validator("stance_names")
    @classmethod
    def _each_stance_named(cls, names: dict[Stance, str]) -> dict[Stance, str]:
        if set(names) != set(Stance):
            raise ValueError(speak(f"須逐一列出 {'、'.join(Stance)}", f"must name each of {', '.join(Stance)}"))
        return names

    @field_validator("answer_names")
    @classmethod
    def _each_answer_named(cls, names: dict[AnswerValue, str]) -> dict[AnswerValue, str]:
        if set(names) != set(AnswerValue) or len(set(names.values())) != len(AnswerValue):
            raise ValueError(
                speak(
                    f"須為 {'、'.join(AnswerValue)} 各訂一個用語，且不得相同",
                    f"must name each of {', '.join(AnswerValue)} with words of its own",
                )
            )
        return names

    @field_validator("outcome_names")
    @classmethod
    def _each_outcome_named(cls, names: dict[ApprovalOutcome, str]) -> dict[ApprovalOutcome, str]:
        if set(names) != set(ApprovalOutcome):
            raise ValueError(
                speak(f"須逐一列出 {'、'.join(ApprovalOutcome)}", f"must name each of {', '.join(ApprovalOutcome)}")
            )
        return names

    @field_validator("adoption_names")
    @classmethod
    def _each_adoption_named(cls, names: dict[Adoption, str]) -> dict[Adoption, str]:
        if set(names) != set(Adoption):
            raise ValueError(speak(f"須逐一列出 {'、'.join(Adoption)}", f"must name each of {', '.join(Adoption)}"))
        return names

    @field_validator("proposed_marks")
    @classmethod
    def _condition_of_the_menu(cls, marks: tuple[ProposedMark, ...], info: ValidationInfo) -> tuple[ProposedMark, ...]:
        known = {entry.id for entry in info.data.get("declassifications", ()) if not entry.needs_date}
        for mark in marks:
            if mark.level is not None and mark.declassification not in known:
                raise ValueError(
                    speak(
                        f"{mark.id.value}：訂有等級者，須自選單擇一不含日期之解密條件",
                        f"{mark.id.value}: a level needs a declassification of the menu that holds no date",
                    )
                )
            if mark.numbered_copies and mark.id not in NUMBERED:
                raise ValueError(
                    speak(
                        f"{mark.id.value}：僅 {'、'.join(sorted(NUMBERED))} 之份數得編號",
                        f"{mark.id.value}: only copies of {', '.join(sorted(NUMBERED))} are numbered",
                    )
                )
        return marks

    @field_validator("proposed_marks")
    @classmethod
    def _each_class_once(cls, marks: tuple[ProposedMark, ...]) -> tuple[ProposedMark, ...]:
        if sorted(mark.id for mark in marks) != sorted(MarkedAs):
            raise ValueError(
                speak(f"須各列一次：{'、'.join(MarkedAs)}", f"must hold each of {', '.join(MarkedAs)} once")
            )
        return marks

    def letter(self, letter_id: str) -> LetterRule | None:
        """The rule of a kind of letter."""
        return next((letter for letter in self.letters if letter.id == letter_id), None)

    def proposed_mark(self, marked_as: MarkedAs) -> ProposedMark:
        """The mark proposed for a class of our own papers."""
        return next(mark for mark in self.proposed_marks if mark.id is marked_as)

    def declassification(self, entry_id: str) -> Declassification | None:
        """A wording of the menu."""
        return next((entry for entry in self.declassifications if entry.id == entry_id), None)


def load_office(folder: Path, overlay: Path | None = None) -> Office:
    """Reads the wording, an agency's overlay laid over it; faults name file, line and field."""
    return load_yaml(folder / FILE, Office, overlay=overlay / FILE if overlay else None)
