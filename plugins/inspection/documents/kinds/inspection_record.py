"""檢查紀錄表: what inspectors look at in one unit on the spot, printed blank to be filled by hand and signed."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs


class RecordLine(TypedDict):
    """One statement. `blank` is what is ticked or written for the answer, `hint` what to write beside, `evidence`
    what is to be shown."""

    number: int
    code: str
    category: str
    statement: str
    basis: str
    blank: list[str]
    hint: str
    evidence: str


class InspectionRecord(TypedDict):
    """templates/checklist/inspection_record.docx: one unit's sheet for its group of inspectors.

    `equipment` are the kinds counted.
    """

    title: str
    unit: str
    period: str
    group: str
    leader: str
    members: str
    instructions: list[str]
    equipment: list[str]
    lines: list[RecordLine]


KIND = DocumentKind(
    id="inspection_record",
    name="檢查紀錄表",
    template="checklist/inspection_record.docx",
    context=InspectionRecord,
    mark=MarkedAs.CHECKLIST,
    title="{title}（{unit}）",
)
