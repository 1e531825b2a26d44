"""A checklist as it came back: what was written, row by row, and what is wrong with it; as JSON out of the sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from inspection.documents.media_types import DOCX, ODT, XLSX
from inspection.errors import BadSource
from inspection.language import legible
from inspection.rules.answers import STATEMENT, AnswerGiven, AnswerSpec


class FormProblem(StrEnum):
    """What may be wrong with a returned form; a person decides what follows."""

    NO_IDENTITY = "no_identity"
    IDENTITY_DIFFERS = "identity_differs"
    SEAL_INVALID = "seal_invalid"
    UNIT_CHANGED = "unit_changed"
    QUESTION_CHANGED = "question_changed"
    ROW_MISSING = "row_missing"
    ROW_DUPLICATED = "row_duplicated"
    ROW_ADDED = "row_added"
    ANSWER_UNCLEAR = "answer_unclear"
    TICK_UNCLEAR = "tick_unclear"
    TRACKED_CHANGES = "tracked_changes"
    CELL_COMPUTED = "cell_computed"
    CELL_MERGED = "cell_merged"
    CELL_BESIDE = "cell_beside"
    ROW_HIDDEN = "row_hidden"
    COLUMN_HIDDEN = "column_hidden"
    SHEET_HIDDEN = "sheet_hidden"


class FileFault(StrEnum):
    """Why a file is not opened as a form at all."""

    NOT_WORD = "file_not_word"
    OLD_FORMAT = "file_old_format"
    BROKEN = "file_broken"
    TOO_LARGE = "file_too_large"
    ACTIVE = "file_active"
    OUTSIDE = "file_outside"
    PICTURE = "file_picture"


class FormFormat(StrEnum):
    """What a form may be sent back as; the values are media types."""

    WORD = DOCX
    OPEN_TEXT = ODT
    WORKBOOK = XLSX


class NotTaken(BadSource):
    """A file that is not opened as a form; the message is for the log, `fault` says it in the sender's words."""

    def __init__(self, fault: FileFault, problem: str, *, remedy: str = "") -> None:
        self.fault = fault
        super().__init__(problem, remedy=remedy)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem; `code` names the question where it is about one (or the cell, row or column of a workbook),
    `expected` what it asks for where what was written was unclear. Never holds what was written."""

    kind: FormProblem
    code: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which form this is: number, unit, version, and a digest of each question as it was issued."""

    form_number: str
    unit: str
    version: int
    questions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in one row: the words in the field and beside it (none: nothing was written), tick and remark."""

    code: str
    words: tuple[str, ...] = ()
    mended: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """What was answered to one question; None where nothing was, or nothing clear."""

    code: str
    value: AnswerGiven | None
    mended: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ReturnedForm:
    """A form as it came back. `sealed` is True where we issued that identity: it proves the form, not the answers.

    `identity` is None where it is lost; then `rows` holds the rows found. `date` is as written. `opinion` is what the
    unit says of the whole (受檢單位意見). `remarks` are for a person to know, not faults. `format` is what it came as.
    """

    identity: Identity | None
    sealed: bool
    rows: dict[str, Written]
    filler: str
    date: str
    opinion: str
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()
    format: FormFormat = FormFormat.WORD

    def answered(self, specs: Mapping[str, AnswerSpec]) -> tuple[dict[str, FormAnswer], tuple[Problem, ...]]:
        """The answers by code, read as each statement asks (a statement not in `specs`: by 符合, 不符合 or 不適用), and
        every problem there is."""
        found, problems = {}, list(self.problems)
        for code, row in self.rows.items():
            try:
                value = specs.get(code, STATEMENT).read(row.words)
            except ValueError:
                value = None
                problems.append(Problem(FormProblem.ANSWER_UNCLEAR, code, specs.get(code, STATEMENT).expects))
            found[code] = FormAnswer(code, value, row.mended, row.remark)
        return found, tuple(problems)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of opening one file: the form, or why it may not be opened (`problem` for the log)."""

    form: ReturnedForm | None
    fault: FileFault | None = None
    problem: str = ""

    def as_json(self) -> bytes:
        """For the pipe out of the sandbox: plain data, never an object of the untrusted side."""
        return _READING.dump_json(self)

    @staticmethod
    def of_json(told: bytes) -> Reading:
        """Checked field by field; raises pydantic.ValidationError for anything else."""
        try:
            text = json.dumps(_legible(json.loads(told)))
        except ValueError:
            return _READING.validate_json(told)  # says what is wrong with it
        return _READING.validate_json(text)


def _legible(told: Any) -> Any:
    """Plain data with every text as people may see it."""
    match told:
        case str():
            return legible(told)
        case list():
            return [_legible(one) for one in told]
        case dict():
            return {legible(name): _legible(one) for name, one in told.items()}
    return told


_READING = TypeAdapter(Reading)
