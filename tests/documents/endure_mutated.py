"""`make endurance`: two thousand damaged forms behind the walls, each within its memory, none without an answer."""

from __future__ import annotations

from collections import Counter

import pytest

from documents.mutating import mutated
from documents.specimens import unit_checklist
from inspection.checklists.reading import read_in_sandbox
from inspection.documents.convert import convert_all
from inspection.documents.forms import issue_checklist, issue_workbook
from inspection.documents.returned import FileFault, NotTaken
from inspection.settings import TEMPLATES

KEY = b"key of the tests"
COUNT, SEED = 700, 2026


@pytest.mark.parametrize("suffix", ["docx", "odt", "xlsx"])
def test_damaged_forms_are_read_or_refused_behind_the_walls(suffix: str) -> None:
    word = issue_checklist(TEMPLATES / "checklist/unit_checklist.docx", unit_checklist(), KEY)
    whole = {"docx": word, "odt": convert_all([word], "odt")[0], "xlsx": issue_workbook({**unit_checklist()}, KEY)}
    form = whole[suffix]
    ends: Counter[str] = Counter()
    with read_in_sandbox() as read:
        for data in mutated(form, COUNT, SEED):
            try:
                read(data, KEY)
                ends["read"] += 1
            except NotTaken as error:
                ends[error.fault] += 1
                # the words of a worker that was ended: it took more time or memory than a form may
                assert "(timeout)" not in str(error), "a form may cost that much"
                assert "(memory)" not in str(error), "a form may cost that much"
    assert sum(ends.values()) == COUNT
    assert ends["read"] and len(ends.keys() & set(FileFault)) >= 3, ends
