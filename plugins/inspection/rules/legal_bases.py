"""Legal bases by id: title, article, number, from when to when, and when somebody last checked them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints, model_validator

from inspection.errors import BadSource, NotFound
from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.rules.places import entry_place

FILE = "legal_bases.yaml"
REVIEW_AFTER = timedelta(days=365)
"""Seed 000 art. 3 asks for timely review; a basis not checked for a year is put on the review list."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class LegalBasis(RuleModel):
    """One law, rule or letter. `{agency}` in the title stands for the agency's full name.

    `valid_to` is the last day in force, none while in force. `checked_on` none: from memory, never printed.
    `replaced_by` names the basis to cite instead of one that has ended. `guidance`: what advises and binds nobody (an
    awareness sheet, a guide); it is printed as 參照, after what binds.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{3,40}$")]
    title: Text
    article: Annotated[str, StringConstraints(max_length=60)] = ""
    number: Annotated[str, StringConstraints(max_length=100)] = ""
    valid_from: date | None = None
    valid_to: date | None = None
    checked_on: date | None = None
    replaced_by: str | None = None
    guidance: bool = False

    @model_validator(mode="after")
    def _dates_in_order(self) -> LegalBasis:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(speak("valid_to 早於 valid_from", "valid_to lies before valid_from"))
        return self

    def citation(self, agency: str, clause: str = "") -> str:
        """As printed: title and clause (or the entry's own article), with the number in brackets."""
        number = f"（{self.number}）" if self.number else ""
        return f"{self.short_citation(agency, clause)}{number}"

    def short_citation(self, agency: str, clause: str = "") -> str:
        """For a narrow column: title and clause without the number."""
        referred = "參照" if self.guidance else ""
        return f"{referred}{self.title.replace('{agency}', agency)}{clause or self.article}"


class Drift(RuleModel):
    """Wording found in older papers that must not be printed any more, and what to cite instead."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{3,40}$")]
    wording: Text
    use: str
    why: Text


class LegalBases(RuleModel):
    """All bases and the list of outdated wordings."""

    bases: tuple[LegalBasis, ...]
    drifts: tuple[Drift, ...] = ()

    def basis(self, basis_id: str) -> LegalBasis | None:
        """The basis of an id, in force or not."""
        return next((basis for basis in self.bases if basis.id == basis_id), None)

    def outdated_wordings(self, text: str) -> tuple[Drift, ...]:
        """The outdated wordings that stand in a text, for the linter of templates and drafts."""
        return tuple(drift for drift in self.drifts if drift.wording in text)

    def due_for_review(self, on: date) -> tuple[LegalBasis, ...]:
        """Bases in force that nobody has checked within a year."""
        return tuple(
            basis
            for basis in self.bases
            if (basis.valid_to is None or basis.valid_to >= on)
            and (basis.checked_on is None or basis.checked_on + REVIEW_AFTER < on)
        )


def load_legal_bases(folder: Path, overlay: Path | None = None) -> LegalBases:
    """Reads the bases, an agency's overlay laid over them; an unknown `use` or `replaced_by` names its line."""
    over = overlay / FILE if overlay else None
    bases = load_yaml(folder / FILE, LegalBases, overlay=over)
    references = [(basis.id, "replaced_by", basis.replaced_by) for basis in bases.bases if basis.replaced_by]
    for entry_id, field, named in [*references, *((drift.id, "use", drift.use) for drift in bases.drifts)]:
        if bases.basis(named) is None:
            raise BadSource(
                speak(f"查無法令依據 {named!r}", f"unknown legal basis {named!r}"),
                place=entry_place(folder / FILE, over, entry_id, field),
                remedy=speak("請用 bases 所列項目之 id", "use the id of an entry under bases"),
            )
    return bases


def valid_basis(bases: LegalBases, basis_id: str, on: date, *, file: Path, overlay: Path | None = None) -> LegalBasis:
    """The basis, fit to be printed on a day. Raises NotFound for an unknown id, BadSource naming file, line and field
    for one that has ended, has not begun or was never checked."""
    basis = bases.basis(basis_id)
    if basis is None:
        raise NotFound(speak(f"查無法令依據 {basis_id!r}", f"no legal basis {basis_id!r}"))
    if basis.valid_to is not None and basis.valid_to < on:
        remedy = (
            speak(f"請改引{basis.replaced_by}", f"cite {basis.replaced_by}")
            if basis.replaced_by
            else speak("請指明取代之法規", "name the rule that replaced it")
        )
        fault, field = (
            speak(f"{basis.title} 已於 {basis.valid_to} 失效", f"{basis.title} ended on {basis.valid_to}"),
            "valid_to",
        )
    elif basis.valid_from is not None and basis.valid_from > on:
        fault, field, remedy = (
            speak(f"{basis.title} 自 {basis.valid_from} 起生效", f"{basis.title} begins on {basis.valid_from}"),
            "valid_from",
            speak("請改引現行法規", "cite the one now in force"),
        )
    elif basis.checked_on is None:
        fault, field = (
            speak(f"{basis.title} 尚未與原始出處核對", f"{basis.title} was never checked against its source"),
            "checked_on",
        )
        remedy = speak(
            "請查閱現行條文，更正本項並填入核對日期", "read the rule in force, correct the entry and enter the day"
        )
    else:
        return basis
    raise BadSource(fault, place=entry_place(file, overlay, basis_id, field), remedy=remedy)
