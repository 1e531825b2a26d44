"""What a kind of document is: its template, what it is filled with, its mark, and how it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypedDict

from inspection.errors import Misuse
from inspection.vocabulary import MarkedAs

Tone = Literal["good", "fair", "poor", "none"]


class Frame(TypedDict):
    """What stands around every page. An empty text prints nothing; without a mark there is no red box.

    `mark` 密, `declassification` 「解密條件：…」, `copy_number` 「第 3 號（共 5 份）」, `identifier` the short code
    XXXX-XXXX that binds paper to content, `watermark` 機敏資料, `hotline` 「廉政專線：…」,
    `code` what the QR code in the foot holds (`paper_code.payload`).
    """

    mark: str
    declassification: str
    copy_number: str
    identifier: str
    watermark: str
    hotline: str
    code: str


class Signers(TypedDict):
    """What those who sign are called here (`signature_names` of approval_table.yaml)."""

    drafter: str
    unit_head: str
    countersign: str
    ethics_head: str
    chief_secretary: str
    agency_head: str


class Head(TypedDict):
    """What every template is given besides its context: the frame, who issues the paper, what signers are called."""

    frame: Frame
    agency: str
    office: str
    signers: Signers


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document that we print.

    `id` is what kept documents are called by; `name` the office's word for it; `template` lies below `templates/`;
    `context` is the TypedDict that fills the template besides `Head`.
    `mark` names the entry of `proposed_marks` (office.yaml); None for a letter that bears the mark of what it encloses.
    `title` is how a kept paper is called: `{fields}` of its context, of `Head`, or of what `printing.Paper.named` adds.
    With `comes_back_signed` each page bears a QR code, as the signed paper is scanned and filed again.
    With `in_open_formats` ODT and PDF are made beside it (docs/decisions/0009).
    `other_marks`: what a paper of the kind is proposed as in cases its room knows, printed as `marked_as` says.
    `may_be_omitted` names fields a template need not print; any other that is missing is a fault.
    """

    id: str
    name: str
    template: str
    context: type
    mark: MarkedAs | None
    title: str = "{title}"
    comes_back_signed: bool = False
    in_open_formats: bool = False
    other_marks: frozenset[MarkedAs] = frozenset()
    may_be_omitted: frozenset[str] = frozenset()

    def marked_as(self, mark: MarkedAs) -> DocumentKind:
        """The kind with another of its marks; raises ValueError for one it does not have."""
        if mark not in self.other_marks:
            raise Misuse(f"a {self.id} is never marked as {mark}")
        return replace(self, mark=mark)
