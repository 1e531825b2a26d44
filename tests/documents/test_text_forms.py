"""A checklist as OpenDocument text goes out sealed and locked but for the answers, and blank where one writes."""

from __future__ import annotations

import zipfile
from io import BytesIO

from lxml import etree

from documents.open_text import TABLE, answered, row_of
from documents.specimens import CODES, unit_checklist
from documents.test_forms import as_taken_in
from documents.word import parts_of, repacked
from inspection.checklists.reading import read_in_sandbox
from inspection.documents.forms import issue_text, read_checklist
from inspection.documents.media_types import ODT
from inspection.documents.returned import FormFormat, FormProblem, Problem
from inspection.vocabulary import AnswerValue

KEY = b"a key of the tests, long enough."
FORM = issue_text({**unit_checklist()}, KEY)
LOCKED, CONTENT = f"{TABLE}protected", "content.xml"


def test_an_empty_form_is_ours_and_every_statement_unanswered() -> None:
    read = read_checklist(FORM, KEY)
    taken = as_taken_in(read)
    assert (taken.unanswered, read.sealed, read.problems) == (tuple(CODES), True, ())
    assert (read.filler, read.date, read.opinion, read.format) == ("", "", "", FormFormat.OPEN_TEXT)
    assert read.identity is not None
    assert (read.identity.form_number, read.identity.unit, read.identity.version) == ("C-115-H2:U04", "工務課", 1)
    assert issue_text({**unit_checklist()}, KEY) == FORM


def test_it_says_what_it_is_before_it_is_unpacked() -> None:
    first = zipfile.ZipFile(BytesIO(FORM)).infolist()[0]
    assert (first.filename, first.compress_type, FORM[38 : 38 + len(ODT)]) == ("mimetype", 0, ODT.encode())


def test_only_what_is_answered_is_open_and_nothing_is_printed_there() -> None:
    root = etree.fromstring(parts_of(FORM)[CONTENT])
    for code in CODES:
        row = row_of(root, code)
        assert [cell.get(LOCKED) for cell in row] == ["true", "true", None, None, None]
        assert ["".join(map(str, cell.itertext())).strip() for cell in list(row)[2:]] == ["", "☐", ""]
        menu = [one.attrib.values()[0] for one in row[2].iter("{*}list-item")]
        assert menu == ["符合", "不符合", "不適用"]


def test_a_number_and_a_day_have_their_own_field() -> None:
    asked = unit_checklist()
    for question, control in zip(asked["questions"][:2], ("line", "date"), strict=True):
        question.update(control=control, unit="件" if control == "line" else "")  # type: ignore[call-arg]
    form = issue_text({**asked}, KEY)
    root = etree.fromstring(parts_of(form)[CONTENT])
    line, date = (row_of(root, code) for code in CODES[:2])
    assert next(line[2].iter("{*}content-control"), None) is None
    assert "結果欄請填：數字（件），或不適用" in "".join(map(str, line[1].itertext()))
    assert [str(one) for one in next(date[2].iter("{*}content-control")).attrib.values()].count(
        "true"
    ) == 2  # a date, and its hint
    assert read_checklist(form, KEY).problems == ()


def test_it_is_read_behind_the_walls_and_a_changed_statement_is_told() -> None:
    filled = answered(FORM, {CODES[0]: ("不符合", "登記簿 <&> 第 3 冊")})
    with read_in_sandbox() as read:
        came = read(filled, KEY)
    taken = as_taken_in(came)
    assert (taken.value(CODES[0]), taken.answers[CODES[0]].remark) == (
        AnswerValue.DOES_NOT_CONFORM,
        "登記簿 <&> 第 3 冊",
    )
    other = unit_checklist()
    other["questions"][0]["statement"] += "（改）"
    parts = parts_of(issue_text({**other}, KEY))
    forged = repacked(FORM, {CONTENT: parts[CONTENT]})
    assert Problem(FormProblem.QUESTION_CHANGED, CODES[0]) in read_checklist(forged, KEY).problems
