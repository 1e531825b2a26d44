"""公務機密維護檢查表: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.rules.answers import Asked
from inspection.vocabulary import AnswerValue, MarkedAs


class AnswerWords(TypedDict):
    """The three words to choose from."""

    conforms: str
    does_not_conform: str
    not_applicable: str


class Question(TypedDict):
    """One statement of a checklist; `code` is the item's code, DOC-001.

    `control` is what the field offers (`vocabulary.Control`): the three `words`, a line, a date; `unit` stands behind.
    """

    code: str
    category: str
    statement: str
    basis: str
    control: str
    words: AnswerWords
    unit: str


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
    }


KIND = DocumentKind(
    id="checklist",
    name="公務機密維護檢查表",
    template="checklist/unit_checklist.docx",
    context=UnitChecklist,
    mark=MarkedAs.CHECKLIST,
    title="{title}（{unit}）",
)
