"""檢查口袋卡: one A4 for the group that inspects a unit: what to know beforehand, what to draw, room to write."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs


class EarlierFault(TypedDict):
    """A fault of the last round or one not released yet, by number, category and severity; no fact, no place."""

    number: str
    category: str
    severity: str
    standing: str


class DoubtedStatement(TypedDict):
    """A statement the unit declared 符合 where the facts speak against it, or do not suffice; nothing of the facts."""

    code: str
    statement: str
    outcome: str


class PocketCard(TypedDict):
    """templates/checklist/pocket_card.docx. Lists are cut so that it stays one page; `…_rest` says how many more there
    are and where, '' where none."""

    title: str
    unit: str
    period: str
    group: str
    leader: str
    members: str
    stress: str
    faults: list[EarlierFault]
    faults_rest: str
    doubted: list[DoubtedStatement]
    doubted_rest: str
    registers: list[str]
    reminders: list[str]


KIND = DocumentKind(
    id="pocket_card",
    name="檢查口袋卡",
    template="checklist/pocket_card.docx",
    context=PocketCard,
    mark=MarkedAs.ESCALATION_BRIEF,
    title="{title}（{unit}）",
)
