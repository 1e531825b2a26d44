"""Whatever became of a file on its way, reading it ends with an answer or with the exact reason, soon."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from documents.mutating import mutated
from documents.specimens import unit_checklist
from documents.test_proof_files import open_document, pdf, picture, sheet, word
from inspection.documents import package
from inspection.documents.convert import convert_all
from inspection.documents.forms import issue_checklist, issue_workbook, read_checklist
from inspection.documents.proof_files import SUFFIX, media_type
from inspection.documents.returned import FileFault, FormFormat, NotTaken, ReturnedForm
from inspection.settings import TEMPLATES

KEY = b"key of the tests"
SECONDS = 2.0


def outcome(read: Callable[[], object]) -> object:
    """What reading ended with: its answer, or the reason; nothing else is let through."""
    begun = time.process_time()
    try:
        return read()
    except NotTaken as error:
        return error.fault
    finally:
        assert time.process_time() - begun < SECONDS


def test_two_hundred_damaged_forms_end_with_an_answer_or_a_reason() -> None:
    word = issue_checklist(TEMPLATES / "checklist/unit_checklist.docx", unit_checklist(), KEY)
    # packed anew: LibreOffice writes the hour into its package, and the same seed would damage it otherwise each time
    open_text = package.write(package.pack(*part) for part in package.read(convert_all([word], "odt")[0]).items())
    forms = ((word, 90), (open_text, 45), (issue_workbook({**unit_checklist()}, KEY), 65))
    ends = [
        outcome(lambda data=data: read_checklist(data, KEY))
        for form, count in forms
        for data in (form, *mutated(form, count, seed=25))  # the whole one first: each format has one that is read
    ]
    assert {type(one) for one in ends} == {ReturnedForm, FileFault}
    assert len({one for one in ends if isinstance(one, FileFault)}) >= 3
    assert {one.format for one in ends if isinstance(one, ReturnedForm)} == set(FormFormat)


def test_a_name_that_its_part_spells_otherwise_is_a_broken_file() -> None:
    form = issue_checklist(TEMPLATES / "checklist/unit_checklist.docx", unit_checklist(), KEY)
    name = form.index(b"[Content_Types].xml")
    assert outcome(lambda: read_checklist(form[:name] + b"\xe2[" + form[name + 2 :], KEY)) is FileFault.BROKEN


@pytest.mark.parametrize(
    "whole", [word(), sheet(), open_document(), pdf(packed=b"5 0 <</Type/Font>>"), picture("PNG"), picture("JPEG")]
)
def test_damaged_files_of_evidence_end_with_a_kind_or_a_reason(whole: bytes) -> None:
    ends = [outcome(lambda data=data: media_type(data)) for data in mutated(whole, 40, seed=12)]
    assert {one for one in ends if not isinstance(one, FileFault)} <= set(SUFFIX)
