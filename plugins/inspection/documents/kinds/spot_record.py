"""現場檢查紀錄: what inspectors found in one unit, printed from the confirmed record; twin of the 檢查紀錄表."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs


class FoundLine(TypedDict):
    """One statement and what was found: `sampled` and `conforming` are numbers as text, `drawn` register and numbers;
    `fault` is the number of the fault it became, as far as the paper may name it."""

    number: int
    code: str
    category: str
    statement: str
    basis: str
    found: str
    sampled: str
    conforming: str
    drawn: str
    remark: str
    fault: str


class KitLine(TypedDict):
    """One kind of equipment: how many, where, last looked at."""

    name: str
    count: str
    place: str
    checked_on: str


class SpotRecordPaper(TypedDict):
    """templates/checklist/spot_record.docx: one unit's record for the files, or the copy its unit may take.

    `copy` is what the paper is beside the title (存卷聯, 單位留存聯); `besides` prints nothing where it is not for the
    reader; `keyed_in` and `confirmed` say by whom and when.
    """

    title: str
    copy: str
    unit: str
    period: str
    group: str
    leader: str
    members: str
    visited_on: str
    place: str
    present: str
    signed: str
    keyed_in: str
    confirmed: str
    sums: list[str]
    notes: list[str]
    equipment: list[KitLine]
    lines: list[FoundLine]
    merits: str
    besides: str
    statement: str
    copy_left: str


KIND = DocumentKind(
    id="spot_record",
    name="現場檢查紀錄",
    template="checklist/spot_record.docx",
    context=SpotRecordPaper,
    mark=MarkedAs.SPOT_RECORD,
    title="{title}（{unit}，{copy}）",
)
