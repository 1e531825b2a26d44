"""A checklist as a workbook goes out locked and sealed, and is read without a guess: what nobody typed is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from documents.specimens import CODES, unit_checklist
from documents.test_forms import as_taken_in, read_checklist
from documents.test_validator import faults
from documents.word import parts_of, repacked
from documents.workbook import SHEET, S, cell_of, changed, place, put, row_of, stored, typed
from inspection.checklists.reading import read_in_sandbox
from inspection.documents.forms import issue_workbook
from inspection.documents.returned import FileFault, FormFormat, FormProblem, NotTaken, Problem
from inspection.rules.answers import DateSpec, NumberSpec
from inspection.vocabulary import AnswerValue

KEY = b"a key of the tests, long enough."
FIRST, SECOND, THIRD = CODES[:3]


@pytest.fixture(scope="module")
def form() -> bytes:
    """The form of the works unit."""
    return issue_workbook({**unit_checklist()}, KEY)


def problems(data: bytes) -> set[Problem]:
    """What is wrong with it."""
    return set(read_checklist(data, KEY).problems)


def test_an_empty_form_is_ours_and_every_statement_unanswered(form: bytes, tmp_path: Path) -> None:
    read = read_checklist(form, KEY)
    assert (read.unanswered, read.sealed, read.problems) == (tuple(CODES), True, ())
    assert (read.filler, read.date, read.opinion) == ("", "", "")
    assert read.identity is not None
    assert (read.identity.form_number, read.identity.unit, read.identity.version) == ("C-115-H2:U04", "工務課", 1)
    assert issue_workbook({**unit_checklist()}, KEY) == form
    assert faults(form, tmp_path, "form.xlsx") == []


def test_only_what_is_answered_is_open_and_answers_have_their_menu(form: bytes) -> None:
    root = etree.fromstring(parts_of(form)[SHEET])
    looks = next(etree.fromstring(parts_of(form)["xl/styles.xml"]).iter(f"{S}cellXfs"))
    is_open = {str(at) for at, one in enumerate(looks) if one.find(f"{S}protection[@locked='0']") is not None}
    assert root.find(f"{S}sheetProtection").get("sheet") == "1"
    for code in CODES:
        assert [cell.get("s") in is_open for cell in row_of(root, code)] == [False, False, True, True, True]
    menus = {one.findtext(f"{S}formula1"): str(one.get("sqref")).split() for one in root.iter(f"{S}dataValidation")}
    assert menus == {
        '"符合,不符合,不適用"': [place(form, code, "C") for code in CODES],
        '"是,否"': [place(form, code, "D") for code in CODES],
    }


def test_it_is_read_behind_the_walls_and_known_for_what_it_is(form: bytes) -> None:
    with read_in_sandbox() as read:
        came = read(changed(form, typed(FIRST, "C", "不符合"), typed(FIRST, "D", "是")), KEY)
    assert came.format is FormFormat.WORKBOOK
    taken = as_taken_in(came)
    assert (taken.value(FIRST), taken.answers[FIRST].mended, taken.problems) == (AnswerValue.DOES_NOT_CONFORM, True, ())


def test_numbers_days_and_escapes_are_read_as_they_are_seen(form: bytes) -> None:
    book = changed(form, stored(FIRST, "C", "46339", look="12"), stored(SECOND, "C", "1234.50", look="13"),
                   typed(THIRD, "E", "甲_x000D_\n乙_x005F_x0041_"))  # fmt: skip
    looks = parts_of(book)["xl/styles.xml"].replace(b"</cellXfs>", b'<xf numFmtId="14"/><xf numFmtId="0"/></cellXfs>')
    with read_in_sandbox() as read:
        came = read(repacked(book, {"xl/styles.xml": looks}), KEY)
    answers, told = came.answered({FIRST: DateSpec(), SECOND: NumberSpec(unit="件")})
    said = [DateSpec().say(answers[FIRST].value), NumberSpec(unit="件").say(answers[SECOND].value)]  # type: ignore[arg-type]
    assert (said, answers[THIRD].remark, told) == (["115年11月13日", "1,234.5件"], "甲\n乙_x0041_", ())


def test_rows_in_another_order_are_read_by_their_codes(form: bytes) -> None:
    def move(root: etree._Element) -> None:
        one, two = row_of(root, FIRST), row_of(root, SECOND)
        for a, b in zip(one, two, strict=True):
            a_place, b_place = str(a.get("r")), str(b.get("r"))
            a.set("r", b_place)
            b.set("r", a_place)
        number, other = str(one.get("r")), str(two.get("r"))
        one.set("r", other)
        two.set("r", number)

    read = read_checklist(changed(form, typed(FIRST, "C", "符合"), typed(SECOND, "C", "不適用"), move), KEY)
    assert (read.value(FIRST), read.value(SECOND), read.problems) == (
        AnswerValue.CONFORMS,
        AnswerValue.NOT_APPLICABLE,
        (),
    )


def _hide(root: etree._Element) -> None:
    row_of(root, SECOND).set("hidden", "1")


def _flatten(root: etree._Element) -> None:
    row_of(root, SECOND).set("ht", "0.75")


def _hide_column(root: etree._Element) -> None:
    root.findall(f"{S}cols/{S}col")[4].set("hidden", "true")


def _delete(root: etree._Element) -> None:
    row = row_of(root, SECOND)
    row.getparent().remove(row)


def _append(code: str) -> Callable[[etree._Element], None]:
    def change(root: etree._Element) -> None:
        put(etree.SubElement(etree.SubElement(root.find(f"{S}sheetData"), f"{S}row"), f"{S}c"), code)

    return change


def _soften(root: etree._Element) -> None:
    put(cell_of(root, SECOND, "B"), "機密文書之會商，多由承辦人親自持送。")


def _rename(root: etree._Element) -> None:
    put(cell_of(root, "受檢單位", "B"), "農業課")


def _beside(root: etree._Element) -> None:
    row = row_of(root, SECOND)
    put(etree.SubElement(row, f"{S}c", r=f"H{row.get('r')}"), "補充")


def _merge(root: etree._Element) -> None:
    one, two = (row_of(root, code).get("r") for code in (FIRST, SECOND))
    etree.SubElement(root.find(f"{S}mergeCells"), f"{S}mergeCell", ref=f"E{one}:E{two}")


def at(column: str, code: str = SECOND, end: str = "") -> Callable[[bytes], str]:
    """The place a problem names."""
    return lambda form: place(form, code, column) + end


@pytest.mark.parametrize(
    ("change", "kind", "where"),
    [
        (stored(SECOND, "C", "符合", kind="str", formula='IF(A1="","符合")'), FormProblem.CELL_COMPUTED, at("C")),
        (stored(SECOND, "E", "#REF!", kind="e"), FormProblem.CELL_COMPUTED, at("E")),
        (stored(SECOND, "C", "0.5", look="99"), FormProblem.CELL_COMPUTED, at("C")),
        (_hide, FormProblem.ROW_HIDDEN, at("")),
        (_flatten, FormProblem.ROW_HIDDEN, at("")),
        (_hide_column, FormProblem.COLUMN_HIDDEN, lambda _: "E"),
        (_merge, FormProblem.CELL_MERGED, lambda form: f"{place(form, FIRST, 'E')}:{place(form, SECOND, 'E')}"),
        (_beside, FormProblem.CELL_BESIDE, at("H")),
        (_delete, FormProblem.ROW_MISSING, lambda _: SECOND),
        (_append(SECOND), FormProblem.ROW_DUPLICATED, lambda _: SECOND),
        (_append("XYZ-001"), FormProblem.ROW_ADDED, lambda _: "XYZ-001"),
        (_soften, FormProblem.QUESTION_CHANGED, lambda _: SECOND),
        (_rename, FormProblem.UNIT_CHANGED, lambda _: ""),
        (typed(SECOND, "C", "大致符合"), FormProblem.ANSWER_UNCLEAR, lambda _: SECOND),
        (typed(SECOND, "D", "大概"), FormProblem.TICK_UNCLEAR, lambda _: SECOND),
    ],
)  # fmt: skip
def test_what_would_have_to_be_guessed_is_told_by_its_place(
    form: bytes, change: Callable[[etree._Element], None], kind: FormProblem, where: Callable[[bytes], str]
) -> None:
    styled = repacked(form, {"xl/styles.xml": parts_of(form)["xl/styles.xml"].replace(
        b"</cellXfs>", b'<xf numFmtId="9"/>' * 90 + b"</cellXfs>")})  # fmt: skip
    assert problems(changed(styled, change)) == {Problem(kind, where(form))}


def _second_sheet(form: bytes, state: str) -> bytes:
    parts = parts_of(form)
    book = parts["xl/workbook.xml"].replace(
        b"</sheets>", f'<sheet name="x" sheetId="2" state="{state}" r:id="rId9"/></sheets>'.encode()
    )
    rels = parts["xl/_rels/workbook.xml.rels"]
    kind = rels.partition(b'Type="')[2].partition(b'"')[0].decode()
    rels = rels.replace(
        b"</Relationships>", f'<Relationship Id="rId9" Type="{kind}" Target="/xl/two.xml"/></Relationships>'.encode()
    )
    sheet = f'<worksheet xmlns="{S[1:-1]}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    return repacked(form, {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": rels, "xl/two.xml": sheet.encode()})


def test_a_sheet_of_ones_own_is_left_aside_and_a_hidden_one_told(form: bytes) -> None:
    assert problems(_second_sheet(form, "visible")) == set()
    assert problems(_second_sheet(form, "veryHidden")) == {Problem(FormProblem.SHEET_HIDDEN)}


def test_a_workbook_many_worked_on_at_once_is_told(form: bytes) -> None:
    logged = repacked(form, {"xl/revisions/revisionHeaders.xml": b"<headers/>"})
    assert problems(logged) == {Problem(FormProblem.TRACKED_CHANGES)}


def test_without_its_identity_or_under_another_key_it_is_not_ours(form: bytes) -> None:
    assert problems(repacked(form, {"docProps/custom.xml": None})) == {Problem(FormProblem.NO_IDENTITY)}
    assert set(read_checklist(form, b"another key").problems) == {Problem(FormProblem.SEAL_INVALID)}


def _types(form: bytes, old: str, new: str) -> dict[str, bytes | None]:
    return {"[Content_Types].xml": parts_of(form)["[Content_Types].xml"].replace(old.encode(), new.encode())}


def _related(form: bytes, kind: str, more: str = "") -> dict[str, bytes | None]:
    name = "xl/_rels/workbook.xml.rels"
    added = f'<Relationship Id="rId8" Type="urn:x/{kind}" Target="x.xml"{more}/></Relationships>'
    return {name: parts_of(form)[name].replace(b"</Relationships>", added.encode())}


MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
OURS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda form: _types(form, OURS, MACROS), FileFault.ACTIVE),
        (lambda form: _types(form, SHEET_TYPE, "application/vnd.ms-excel.macrosheet+xml"), FileFault.ACTIVE),
        (lambda form: _types(form, OURS, OURS.replace("sheet.main", "template.main")), FileFault.NOT_WORD),
        (lambda _: {"xl/vbaProject.bin": b"x"}, FileFault.ACTIVE),
        (lambda _: {"xl/embeddings/oleObject1.bin": b"x"}, FileFault.ACTIVE),
        (lambda form: _related(form, "xlMacrosheet"), FileFault.ACTIVE),
        (lambda form: _related(form, "externalLink"), FileFault.OUTSIDE),
        (lambda form: _related(form, "worksheet", ' TargetMode="External"'), FileFault.OUTSIDE),
        (lambda form: _related(form, "connections"), FileFault.OUTSIDE),
        (lambda _: {SHEET: None}, FileFault.BROKEN),
        (lambda _: {"xl/_rels/workbook.xml.rels": None}, FileFault.BROKEN),
        (lambda _: {"xl/styles.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}, FileFault.ACTIVE),
    ],
)
def test_what_would_act_or_lies_elsewhere_is_refused(
    form: bytes, change: Callable[[bytes], dict[str, bytes | None]], fault: FileFault
) -> None:
    assert refused(repacked(form, change(form))) is fault


def refused(data: bytes) -> FileFault:
    """Why it is not opened."""
    with pytest.raises(NotTaken) as told:
        read_checklist(data, KEY)
    return told.value.fault


def _twice(root: etree._Element) -> None:
    row = row_of(root, SECOND)
    etree.SubElement(row, f"{S}c", r=str(row[2].get("r")))


def _elsewhere(root: etree._Element) -> None:
    row_of(root, SECOND)[2].set("r", "C999")


def _row_twice(root: etree._Element) -> None:
    etree.SubElement(root.find(f"{S}sheetData"), f"{S}row", r=str(row_of(root, SECOND).get("r")))


def _wide(root: etree._Element) -> None:
    for number in range(5):
        row = etree.SubElement(root.find(f"{S}sheetData"), f"{S}row", r=str(100 + number))
        for _ in range(15_000):
            etree.SubElement(row, f"{S}c")


def _long(root: etree._Element) -> None:
    for _ in range(25_000):
        etree.SubElement(root.find(f"{S}sheetData"), f"{S}row")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_twice, FileFault.BROKEN),
        (_elsewhere, FileFault.BROKEN),
        (_row_twice, FileFault.BROKEN),
        (stored(SECOND, "C", "7", kind="s"), FileFault.BROKEN),
        (stored(SECOND, "C", "0", formula="cmd|'/c calc'!A0"), FileFault.OUTSIDE),
        (stored(SECOND, "C", "0", formula='WEBSERVICE("http://192.0.2.1/")'), FileFault.OUTSIDE),
        (_wide, FileFault.TOO_LARGE),
        (_long, FileFault.TOO_LARGE),
    ],
)
def test_a_sheet_that_is_not_sound_is_refused(
    form: bytes, change: Callable[[etree._Element], None], fault: FileFault
) -> None:
    assert refused(changed(form, change)) is fault
