"""移交清冊: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs


class HandoverRow(TypedDict):
    """One thing handed over: a number, a unit, a date, never contents."""

    number: int
    words: str
    due: str
    taker: str


class HandoverKind(TypedDict):
    """All things of one kind; `measure` 件, 份, 項."""

    name: str
    count: int
    measure: str
    lines: list[HandoverRow]


class HandoverList(TypedDict):
    """templates/handover/handover_list.docx: 移交清冊 of one handover, signed by giver, taker and witness.

    `scope` is a unit's name or 全部經管事項; the people stand with unit, title and name.
    """

    title: str
    number: str
    date: str
    effective_on: str
    scope: str
    reason: str
    giver: str
    taker: str
    witness: str
    kinds: list[HandoverKind]
    total: int
    notes: list[str]


KIND = DocumentKind(
    id="handover_list",
    name="移交清冊",
    template="handover/handover_list.docx",
    context=HandoverList,
    mark=MarkedAs.HANDOVER_LIST,
    title="{title}（{number}）",
)
