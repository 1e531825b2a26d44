"""公務機密維護檢查表: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.rules.answers import Asked
from inspection.vocabulary import AnswerValue, Control, MarkedAs

# the columns of the form, and who signs below it, in each of its formats
COLUMNS = ("代碼", "檢查項目", "結果", "已自行改善", "檢查情形／佐證說明")
SIGNED_BY = ("填表人", "單位主管", "檢查人員", "會同人員")


class AnswerWords(TypedDict):
    """The three words to choose from."""

    conforms: str
    does_not_conform: str
    not_applicable: str


class Question(TypedDict):
    """One statement of a checklist; `code` is the item's code, DOC-001.

    `control` is what the field offers (`vocabulary.Control`): the three `words`, a line, a date; `unit` stands behind.
    `evidence` says what to hold ready, `hint` what the remark must tell; empty where nothing is asked.
    """

    code: str
    category: str
    statement: str
    basis: str
    control: str
    words: AnswerWords
    unit: str
    evidence: str
    hint: str


class UnitChecklist(TypedDict):
    """templates/checklist/unit_checklist.docx: the form one unit fills in; at most 25 questions."""

    title: str
    unit: str
    form_number: str
    version: int
    period: str
    due: str
    instructions: list[str]
    questions: list[Question]


def question(code: str, category: str, statement: str, basis: str, asked: Asked) -> Question:
    """One statement as the form prints it."""
    words = asked.answer.words
    return {
        "code": code,
        "category": category,
        "statement": statement,
        "basis": basis,
        "control": asked.answer.control.value,
        "words": {
            "conforms": words[AnswerValue.CONFORMS],
            "does_not_conform": words[AnswerValue.DOES_NOT_CONFORM],
            "not_applicable": words[AnswerValue.NOT_APPLICABLE],
        },
        "unit": asked.answer.unit,
        "evidence": f"{'必備' if asked.evidence_required else ''}佐證：{asked.evidence}" if asked.evidence else "",
        "hint": f"說明欄請填：{asked.remark_hint}" if asked.remark_hint else "",
    }


def asks(one: Question) -> str:
    """What is to be written where there is nothing to choose from."""
    kind = "日期" if one["control"] == Control.DATE else f"數字（{one['unit']}）" if one["unit"] else "文字"
    return f"{kind}，或{one['words']['not_applicable']}"


def beside(one: Question) -> list[str]:
    """The small lines below a statement where its field cannot say for itself what it wants (XLSX, ODT)."""
    wanted = f"結果欄請填：{asks(one)}" if one["control"] != Control.CHOICE else ""
    return [line for line in (f"{one['category']}｜{one['basis']}", one["evidence"], one["hint"], wanted) if line]


KIND = DocumentKind(
    id="checklist",
    name="公務機密維護檢查表",
    template="checklist/unit_checklist.docx",
    context=UnitChecklist,
    mark=MarkedAs.CHECKLIST,
    title="{title}（{unit}）",
)
