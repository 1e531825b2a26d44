"""Checklists go out sealed and come back in all the ways people and programs return them."""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from lxml import etree

from documents.specimens import CODES, unit_checklist
from documents.word import W, body_of, parts_of, repacked
from inspection.checklists.reading import read_in_sandbox
from inspection.documents import forms
from inspection.documents.convert import convert_all
from inspection.documents.forms import issue_checklist
from inspection.documents.returned import FileFault, FormAnswer, FormProblem, Identity, NotTaken, Problem, ReturnedForm
from inspection.errors import BadSource
from inspection.rules.answers import StatementAnswer
from inspection.settings import TEMPLATES
from inspection.vocabulary import AnswerValue

KEY = b"a key of the tests, long enough."
FORM = TEMPLATES / "checklist" / "unit_checklist.docx"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
CHOICES = ("符合", "不符合", "不適用")
VALUES = (AnswerValue.CONFORMS, AnswerValue.DOES_NOT_CONFORM, AnswerValue.NOT_APPLICABLE)


@dataclass(frozen=True)
class Read:
    """A form with its answers read as plain statements."""

    identity: Identity | None
    sealed: bool
    answers: dict[str, FormAnswer]
    filler: str
    date: str
    opinion: str
    problems: tuple[Problem, ...]

    def value(self, code: str) -> AnswerValue | None:
        """What was answered to one statement."""
        value = self.answers[code].value
        return value.said if isinstance(value, StatementAnswer) else None

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Codes without a clear answer, in order."""
        return tuple(code for code, answer in self.answers.items() if answer.value is None)


def read_checklist(data: bytes, key: bytes) -> Read:
    """Reads a form, and its answers as take-in does."""
    return as_taken_in(forms.read_checklist(data, key))


def as_taken_in(form: ReturnedForm) -> Read:
    """A form with its answers."""
    answers, problems = form.answered({})
    return Read(form.identity, form.sealed, answers, form.filler, form.date, form.opinion, problems)


def issued() -> bytes:
    return issue_checklist(FORM, unit_checklist(), KEY)


def changed(data: bytes, change: Callable[[etree._Element], None]) -> bytes:
    root = body_of(data)
    change(root)
    return repacked(data, {"word/document.xml": etree.tostring(root, xml_declaration=True, encoding="UTF-8")})


def row_of(root: etree._Element, code: str) -> etree._Element:
    return next(row for row in root.iter(f"{W}tr") if "".join(t.text or "" for t in row[1].iter(f"{W}t")) == code)


def cells_of(root: etree._Element, code: str) -> list[etree._Element]:
    return row_of(root, code).findall(f"{W}tc")


def type_into(control: etree._Element, words: str, *, keep_placeholder_flag: bool = False) -> None:
    """As Word does: the placeholder goes, the words stand in a run of the control."""
    flag = control.find(f"{W}sdtPr/{W}showingPlcHdr")
    if flag is not None and not keep_placeholder_flag:
        flag.getparent().remove(flag)
    next(control.iter(f"{W}t")).text = words


def control_of(root: etree._Element, tag: str) -> etree._Element:
    return next(c for c in root.iter(f"{W}sdt") if c.find(f"{W}sdtPr/{W}tag").get(f"{W}val") == tag)


def fill(root: etree._Element) -> None:
    """Every control of the form gets a value."""
    for index, code in enumerate(CODES):
        type_into(control_of(root, f"{code}.result"), CHOICES[index % 3])
        type_into(control_of(root, f"{code}.remark"), f"說明 {index} <&>")
        if index % 2:
            box = control_of(root, f"{code}.mended")
            next(box.iter(f"{W14}checked")).set(f"{W14}val", "1")
            next(box.iter(f"{W}t")).text = "☑"
    type_into(control_of(root, "form.filler"), "陳○安")
    type_into(control_of(root, "form.date"), "2026/11/13")
    type_into(control_of(root, "form.statement"), "無意見")


def assert_filled(form: Read) -> None:
    assert (form.filler, form.date, form.opinion) == ("陳○安", "2026/11/13", "無意見")
    assert [form.value(code) for code in form.answers] == [VALUES[i % 3] for i in range(len(CODES))]
    assert [answer.mended for answer in form.answers.values()] == [bool(i % 2) for i in range(len(CODES))]
    assert [answer.remark for answer in form.answers.values()] == [f"說明 {i} <&>" for i in range(len(CODES))]
    assert (form.sealed, form.problems, form.unanswered) == (True, (), ())


def kinds(data: bytes, key: bytes = KEY) -> set[Problem]:
    return set(read_checklist(data, key).problems)


def test_an_empty_form_has_every_question_unanswered_and_no_problem() -> None:
    form = read_checklist(issued(), KEY)
    assert form.unanswered == tuple(CODES)
    assert (form.sealed, form.problems, form.filler, form.date, form.opinion) == (True, (), "", "", "")
    assert form.identity is not None
    assert (form.identity.form_number, form.identity.unit, form.identity.version) == ("C-115-H2:U04", "工務課", 1)


def test_a_filled_form_is_read_whole() -> None:
    assert_filled(read_checklist(changed(issued(), fill), KEY))


def test_a_form_saved_again_by_libreoffice_is_read_whole() -> None:
    again = convert_all([changed(issued(), fill)], "docx")[0]
    assert_filled(read_checklist(again, KEY))


def test_a_form_saved_twice_by_libreoffice_by_way_of_odt_is_read_whole() -> None:
    once = convert_all([changed(issued(), fill)], "docx")[0]
    assert_filled(read_checklist(convert_all([once], "docx")[0], KEY))


def test_tags_lost_and_placeholder_flags_left_on_do_not_matter() -> None:
    def spoil(root: etree._Element) -> None:
        fill(root)
        for properties in root.iter(f"{W}sdtPr"):
            properties.remove(properties.find(f"{W}tag"))
            properties.append(etree.Element(f"{W}showingPlcHdr"))

    assert_filled(read_checklist(changed(issued(), spoil), KEY))


def test_a_control_typed_over_is_read_from_its_cell() -> None:
    def type_over(root: etree._Element) -> None:
        fill(root)
        for code in CODES:
            for cell in (cells_of(root, code)[2], cells_of(root, code)[4]):
                control = next(cell.iter(f"{W}sdt"))
                control.getparent().replace(control, next(control.iter(f"{W}r")))

    assert_filled(read_checklist(changed(issued(), type_over), KEY))


def test_words_typed_beside_an_untouched_control_count() -> None:
    def beside(root: etree._Element) -> None:
        for column, words in ((2, "不符合"), (4, "另存放")):
            paragraph = next(cells_of(root, "DOC-002")[column].iter(f"{W}p"))
            etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t").text = words

    form = read_checklist(changed(issued(), beside), KEY)
    assert (form.value("DOC-002"), form.answers["DOC-002"].remark) == (AnswerValue.DOES_NOT_CONFORM, "另存放")


def test_a_sentence_that_goes_on_beside_its_control_is_read_as_one() -> None:
    def go_on(root: etree._Element) -> None:
        run = next(control_of(root, "DOC-001.remark").iter(f"{W}r"))
        next(run.iter(f"{W}t")).text = "共4件"
        paragraph = next(cells_of(root, "DOC-001")[4].iter(f"{W}p"))
        etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t").text = "：已改善3件"

    assert read_checklist(changed(issued(), go_on), KEY).answers["DOC-001"].remark == "共4件：已改善3件"


def test_a_remark_over_several_lines_keeps_them() -> None:
    def lines(root: etree._Element) -> None:
        run = next(control_of(root, "DOC-001.remark").iter(f"{W}r"))
        for name, words in (("t", "第一行"), ("br", None), ("t", "第二行")):
            etree.SubElement(run, f"{W}{name}").text = words
        run.remove(next(run.iter(f"{W}t")))

    assert read_checklist(changed(issued(), lines), KEY).answers["DOC-001"].remark == "第一行\n第二行"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("符合", VALUES[0]),
        (" 不 符合 ", VALUES[1]),
        ("Ｖ", VALUES[0]),
        ("x", VALUES[1]),
        ("N/A", VALUES[2]),
        ("", None),
    ],
)
def test_answers_as_people_write_them(words: str, value: AnswerValue | None) -> None:
    data = changed(issued(), lambda root: type_into(control_of(root, "DOC-001.result"), words))
    form = read_checklist(data, KEY)
    assert (form.value("DOC-001"), form.problems) == (value, ())


@pytest.mark.parametrize("words", ["大致符合", "符合不符合", "另行說明"])
def test_an_unclear_answer_is_told_and_never_guessed(words: str) -> None:
    data = changed(issued(), lambda root: type_into(control_of(root, "DOC-001.result"), words))
    form = read_checklist(data, KEY)
    assert form.value("DOC-001") is None
    assert form.problems == (Problem(FormProblem.ANSWER_UNCLEAR, "DOC-001"),)


def test_two_different_answers_in_one_cell_are_unclear() -> None:
    def both(root: etree._Element) -> None:
        type_into(control_of(root, "DOC-001.result"), "符合")
        paragraph = next(cells_of(root, "DOC-001")[2].iter(f"{W}p"))
        etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t").text = "不適用"

    assert kinds(changed(issued(), both)) == {Problem(FormProblem.ANSWER_UNCLEAR, "DOC-001")}


def test_a_tick_whose_glyph_and_state_differ_is_told() -> None:
    def tick(root: etree._Element) -> None:
        next(control_of(root, "DOC-001.mended").iter(f"{W}t")).text = "☑"

    form = read_checklist(changed(issued(), tick), KEY)
    assert form.answers["DOC-001"].mended
    assert form.problems == (Problem(FormProblem.TICK_UNCLEAR, "DOC-001"),)


def test_a_softened_question_is_found() -> None:
    def soften(root: etree._Element) -> None:
        words = next(cells_of(root, "DOC-002")[1].iter(f"{W}t"))
        words.text = (words.text or "").replace("均", "多")

    assert kinds(changed(issued(), soften)) == {Problem(FormProblem.QUESTION_CHANGED, "DOC-002")}


def test_a_deleted_row_is_found_and_its_answer_missing() -> None:
    def delete(root: etree._Element) -> None:
        row = row_of(root, "SHR-001")
        row.getparent().remove(row)

    form = read_checklist(changed(issued(), delete), KEY)
    assert form.problems == (Problem(FormProblem.ROW_MISSING, "SHR-001"),)
    assert "SHR-001" in form.unanswered


def test_a_duplicated_row_is_found_and_the_first_counts() -> None:
    def duplicate(root: etree._Element) -> None:
        row = row_of(root, "SHR-001")
        type_into(control_of(root, "SHR-001.result"), "不符合")
        twin = copy.deepcopy(row)
        row.addnext(twin)
        next(twin.findall(f"{W}tc")[2].iter(f"{W}t")).text = "符合"

    form = read_checklist(changed(issued(), duplicate), KEY)
    assert form.problems == (Problem(FormProblem.ROW_DUPLICATED, "SHR-001"),)
    assert form.value("SHR-001") is AnswerValue.DOES_NOT_CONFORM


def test_an_added_row_is_found() -> None:
    def add(root: etree._Element) -> None:
        row = row_of(root, "SHR-001")
        twin = copy.deepcopy(row)
        row.addnext(twin)
        next(twin.findall(f"{W}tc")[0].iter(f"{W}t")).text = "SHR-099"

    assert kinds(changed(issued(), add)) == {Problem(FormProblem.ROW_ADDED, "SHR-099")}


def test_a_renamed_unit_on_paper_is_found() -> None:
    def rename(root: etree._Element) -> None:
        for words in root.iter(f"{W}t"):
            if words.text == "工務課":
                words.text = "農業課"

    assert kinds(changed(issued(), rename)) == {Problem(FormProblem.UNIT_CHANGED)}


def test_tracked_changes_are_told_and_deleted_words_do_not_count() -> None:
    def track(root: etree._Element) -> None:
        paragraph = next(cells_of(root, "DOC-001")[4].iter(f"{W}p"))
        gone = etree.SubElement(etree.SubElement(paragraph, f"{W}del"), f"{W}r")
        etree.SubElement(gone, f"{W}t").text = "刪去的話"

    form = read_checklist(changed(issued(), track), KEY)
    assert form.problems == (Problem(FormProblem.TRACKED_CHANGES),)
    assert form.answers["DOC-001"].remark == ""


def test_a_unit_swapped_in_the_identity_breaks_the_seal() -> None:
    data = issued()
    swapped = {
        name: content.replace("工務課".encode(), "農業課".encode())
        for name, content in parts_of(data).items()
        if name in {"customXml/item1.xml", "docProps/custom.xml", "word/document.xml"}
    }
    form = read_checklist(repacked(data, dict(swapped)), KEY)
    assert not form.sealed
    assert Problem(FormProblem.SEAL_INVALID) in form.problems


def test_identities_that_differ_are_told() -> None:
    data = issued()
    item = parts_of(data)["customXml/item1.xml"].replace("工務課".encode(), "農業課".encode())
    found = kinds(repacked(data, {"customXml/item1.xml": item}))
    assert Problem(FormProblem.IDENTITY_DIFFERS) in found
    assert Problem(FormProblem.SEAL_INVALID) in found


def test_one_identity_is_enough() -> None:
    for lost in ("customXml/item1.xml", "docProps/custom.xml"):
        form = read_checklist(repacked(issued(), {lost: None}), KEY)
        assert (form.sealed, form.problems) == (True, ())


def test_without_identity_the_answers_are_still_read() -> None:
    data = repacked(changed(issued(), fill), {"customXml/item1.xml": None, "docProps/custom.xml": None})
    form = read_checklist(data, KEY)
    assert (form.identity, form.sealed) == (None, False)
    assert form.problems == (Problem(FormProblem.NO_IDENTITY),)
    assert form.value("DOC-001") is AnswerValue.CONFORMS


def test_a_form_of_another_installation_is_not_ours() -> None:
    form = read_checklist(issued(), b"another key")
    assert not form.sealed
    assert form.problems == (Problem(FormProblem.SEAL_INVALID),)


def test_a_problem_never_holds_what_was_written() -> None:
    data = changed(issued(), lambda root: type_into(control_of(root, "DOC-001.result"), "某人的秘密"))
    assert "秘密" not in repr(read_checklist(data, KEY).problems)


def test_more_than_twenty_five_questions_are_not_issued() -> None:
    context = unit_checklist()
    question = context["questions"][0]
    context["questions"] = [{**question, "code": f"DOC-{number:03d}"} for number in range(26)]
    with pytest.raises(BadSource, match="1 至 25 題"):
        issue_checklist(FORM, context, KEY)


def test_properties_stay_within_what_word_keeps() -> None:
    context = unit_checklist()
    question = context["questions"][0]
    context["questions"] = [{**question, "code": f"DOC-{number:03d}"} for number in range(25)]
    data = issue_checklist(FORM, context, KEY)
    values = ["".join(p.itertext()) for p in etree.fromstring(parts_of(data)["docProps/custom.xml"])]
    assert max(map(len, values)) <= 255
    form = read_checklist(repacked(data, {"customXml/item1.xml": None}), KEY)
    assert (form.sealed, len(form.answers)) == (True, 25)


def test_the_form_is_protected_and_its_controls_are_unbound() -> None:
    parts = parts_of(issued())
    protection = etree.fromstring(parts["word/settings.xml"]).find(f"{W}documentProtection")
    assert protection.get(f"{W}edit") == "forms"
    controls = list(body_of(issued()).iter(f"{W}sdtPr"))
    assert len(controls) == 3 * len(CODES) + 3
    assert not any(re.search("dataBinding", str(child.tag)) for control in controls for child in control)


def test_a_form_zipped_by_another_program_is_read_in_the_confined_worker() -> None:
    """Names without the UTF-8 flag need a codec that a worker without files cannot load any more."""
    with read_in_sandbox() as read:
        assert_filled(as_taken_in(read(changed(issued(), fill), KEY)))
        assert read(convert_all([issued()], "docx")[0], KEY).problems == ()


# --------------------------------------------------------------------------------------------- what people and Word add


@pytest.mark.parametrize("glyph", ["√", "ˇ", "Ｖ", "✔", "●", "＊", "*", "V", "打勾"])
@pytest.mark.parametrize("in_place", [True, False], ids=["in place of the box", "beside it"])
def test_a_tick_is_a_tick(glyph: str, *, in_place: bool) -> None:
    def write(root: etree._Element) -> None:
        box = control_of(root, "DOC-001.mended")
        paragraph = next(box.iterancestors(f"{W}p"))
        run = etree.SubElement(paragraph, f"{W}r")
        etree.SubElement(run, f"{W}t").text = glyph
        if in_place:
            box.getparent().replace(box, run)

    form = read_checklist(changed(issued(), write), KEY)
    assert (form.answers["DOC-001"].mended, form.problems) == (True, ())


@pytest.mark.parametrize("written", ["X", "否", "－", "無", ""])
def test_what_says_no_is_no_tick(written: str) -> None:
    data = changed(issued(), lambda root: type_into(control_of(root, "DOC-001.mended"), written))
    form = read_checklist(data, KEY)
    assert (form.answers["DOC-001"].mended, form.problems) == (False, ())


@pytest.mark.parametrize("written", ["部分", "洽詢中", "？"])
def test_what_is_neither_tick_nor_no_is_told(written: str) -> None:
    data = changed(issued(), lambda root: type_into(control_of(root, "DOC-001.mended"), written))
    assert kinds(data) == {Problem(FormProblem.TICK_UNCLEAR, "DOC-001")}


@pytest.mark.parametrize("name", ["docProps/thumbnail.emf", "docProps/thumbnail.wmf", "docProps/thumbnail.jpeg"])
def test_a_picture_of_the_first_page_is_ignored(name: str) -> None:
    assert kinds(repacked(issued(), {name: b"\1\0\0\0" + bytes(100)})) == set()


def linked(target: str) -> bytes:
    """The form with a link in it, as Word makes one of what somebody types."""
    name = "word/_rels/document.xml.rels"
    relation = (
        '<Relationship Id="rIdL" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
        f'Target="{target}" TargetMode="External"/></Relationships>'
    )
    data = issued()
    return repacked(data, {name: parts_of(data)[name].replace(b"</Relationships>", relation.encode())})


@pytest.mark.parametrize(
    "target",
    [
        "file:///\\\\fs\\公用\\佐證",
        "file:///Z:/公用/佐證.xlsx",
        "\\\\fs\\公用",
        "..\\佐證.docx",
        "Z:\\公用",
        "https://a.test",
        "mailto:a@b.test",
    ],
)
def test_an_address_or_path_that_word_made_a_link_is_taken_and_told(target: str) -> None:
    form = forms.read_checklist(linked(target), KEY)
    assert (form.problems, form.remarks) == ((), ("含連結",))


@pytest.mark.parametrize("target", ["javascript:alert(1)", "ms-word:ofe|u|https://a.test/x", "vbscript:x"])
def test_a_link_that_would_run_something_is_refused(target: str) -> None:
    with pytest.raises(NotTaken) as refused:
        read_checklist(linked(target), KEY)
    assert refused.value.fault is FileFault.OUTSIDE
