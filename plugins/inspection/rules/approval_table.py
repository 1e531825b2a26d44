"""分層負責: which document, who decides it, who may decide instead, who is asked, who signs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator

from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.vocabulary import Role

FILE = "approval_table.yaml"


class DecisionVerb(StrEnum):
    """In whose name a decision is made, as printed."""

    APPROVED = "核定"
    AUTHORISED = "授權決行"
    DECIDED_FOR = "代為決行"


class SignatureCell(StrEnum):
    """Cells of the row to be signed, left to right (officer review A9); a paper's template says which it has."""

    DRAFTER = "drafter"
    UNIT_HEAD = "unit_head"
    COUNTERSIGN = "countersign"
    ETHICS_HEAD = "ethics_head"
    CHIEF_SECRETARY = "chief_secretary"
    AGENCY_HEAD = "agency_head"


class DocumentRule(RuleModel):
    """One kind of document. `countersigned_by`: unit tags asked in parallel for an opinion (會辦), with
    `opinion_working_days` to answer; after them the decider sees 逾期未表示意見, and nothing waits.

    `next_higher`: the next role of the table's `order` decides where the decider is the one who asks; a recorded deputy
    may always decide within its dates. `waits_working_days`: after so many the requester is reminded; nothing is
    decided by time-out.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{2,20}$")]
    name: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    decided_by: Role
    verb: DecisionVerb
    next_higher: bool = False
    countersigned_by: tuple[Annotated[str, StringConstraints(min_length=1, max_length=20)], ...] = ()
    opinion_working_days: Annotated[int, Field(ge=1, le=30)] = 3
    waits_working_days: Annotated[int, Field(ge=1, le=60)]

    @model_validator(mode="after")
    def _opinions_in_time(self) -> DocumentRule:
        if self.countersigned_by and self.opinion_working_days > self.waits_working_days:
            raise ValueError(
                speak(
                    "opinion_working_days 不得長於 waits_working_days：核定人須先看到會辦意見",
                    "opinion_working_days must not outlast waits_working_days: the decider reads the opinions",
                )
            )
        return self


class ApprovalTable(RuleModel):
    """The whole table. `order`: from low to high, for `next_higher`."""

    order: tuple[Role, ...]
    documents: Annotated[tuple[DocumentRule, ...], Field(min_length=1)]
    signature_names: dict[SignatureCell, Annotated[str, StringConstraints(min_length=1, max_length=20)]]

    @field_validator("signature_names")
    @classmethod
    def _each_cell_named(cls, names: dict[SignatureCell, str]) -> dict[SignatureCell, str]:
        if set(names) != set(SignatureCell):
            raise ValueError(
                speak(f"須逐一列出 {'、'.join(SignatureCell)}", f"must name each of {', '.join(SignatureCell)}")
            )
        return names

    @field_validator("documents")
    @classmethod
    def _deciders_ordered(cls, documents: tuple[DocumentRule, ...], info: ValidationInfo) -> tuple[DocumentRule, ...]:
        if unknown := {document.decided_by for document in documents} - set(info.data.get("order", Role)):
            raise ValueError(
                speak(
                    f"decided_by 之 {'、'.join(sorted(unknown))} 未列於 order",
                    f"decided_by {', '.join(sorted(unknown))} does not stand in order",
                )
            )
        return documents

    def document(self, document_id: str) -> DocumentRule | None:
        """The rule for a kind of document; None where the table has none."""
        return next((document for document in self.documents if document.id == document_id), None)

    def next_higher(self, role: Role) -> Role | None:
        """Who stands above a role; None above the highest."""
        above = self.order[self.order.index(role) + 1 :] if role in self.order else ()
        return above[0] if above else None


def load_approval_table(folder: Path, overlay: Path | None = None) -> ApprovalTable:
    """Reads the table, an agency's overlay laid over it; faults name file, line and field."""
    return load_yaml(folder / FILE, ApprovalTable, overlay=overlay / FILE if overlay else None)
