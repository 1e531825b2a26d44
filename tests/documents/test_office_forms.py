"""A checklist of 25 statements, filled in LibreOffice by a script that types and clicks, comes back whole."""

from __future__ import annotations

import pytest

from documents.filled_in_office import Given, Wanted, fill_in_office
from documents.specimens import CODES, unit_checklist
from inspection.documents.forms import issue_checklist, issue_text, issue_workbook, read_checklist
from inspection.documents.returned import FormFormat, ReturnedForm
from inspection.rules.answers import StatementAnswer
from inspection.settings import TEMPLATES

KEY = b"a key of the tests, long enough."
WORDS = {"conforms": "符合", "does_not_conform": "不符合", "not_applicable": "不適用"}
SAID = [list(WORDS)[number % 3] for number in range(len(CODES))]
ROWS = {
    code: Given(WORDS[SAID[number]], mended=number % 4 == 1, remark=f"第 {number} 冊  登記簿 <&> 𠮷\n另頁")
    for number, code in enumerate(CODES)
}
WHOLE = {"填表人": "陳○安", "填表日期": "2026/11/13", "受檢單位意見": "無意見"}


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ReturnedForm]:
    """By what was sent out and what was sent back."""
    word = issue_checklist(TEMPLATES / "checklist/unit_checklist.docx", unit_checklist(), KEY)
    context = {**unit_checklist()}
    sent = {"docx": word, "odt": issue_text(context, KEY), "xlsx": issue_workbook(context, KEY)}
    ways = [("docx", "docx"), ("docx", "odt"), ("odt", "odt"), ("odt", "docx"), ("xlsx", "xlsx")]
    wanted = [Wanted(sent[out], out, back, ROWS, WHOLE) for out, back in ways]
    came = fill_in_office(tmp_path_factory.mktemp("office"), wanted)
    return {f"{out} to {back}": read_checklist(data, KEY) for (out, back), data in zip(ways, came, strict=True)}


@pytest.mark.parametrize(
    ("way", "kind"),
    [
        ("docx to docx", FormFormat.WORD),
        ("docx to odt", FormFormat.OPEN_TEXT),
        ("odt to odt", FormFormat.OPEN_TEXT),
        ("odt to docx", FormFormat.WORD),
        ("xlsx to xlsx", FormFormat.WORKBOOK),
    ],
)
def test_every_word_comes_back_whichever_format_it_is_saved_in(
    returned: dict[str, ReturnedForm], way: str, kind: FormFormat
) -> None:
    form = returned[way]
    answers, problems = form.answered({})
    assert (form.sealed, problems, form.format) == (True, (), kind)
    assert (form.filler, form.date, form.opinion) == tuple(WHOLE.values())
    assert list(answers) == CODES
    assert [one.value.said.value for one in answers.values() if isinstance(one.value, StatementAnswer)] == SAID
    assert [one.mended for one in answers.values()] == [one.mended for one in ROWS.values()]
    assert [one.remark for one in answers.values()] == [one.remark for one in ROWS.values()]
