"""A checklist saved as ODT is read as strictly as one in Word, and refused for the same reasons."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from documents.open_text import LOEXT, TEXT, changed, control_of, row_of, type_into
from documents.specimens import CODES, unit_checklist
from documents.test_forms import as_taken_in, read_checklist
from documents.word import parts_of, repacked
from inspection.checklists.reading import read_in_sandbox
from inspection.documents.convert import convert_all
from inspection.documents.forms import issue_checklist
from inspection.documents.returned import FileFault, FormFormat, FormProblem, NotTaken, Problem
from inspection.settings import TEMPLATES
from inspection.vocabulary import AnswerValue

KEY = b"a key of the tests, long enough."
FIRST, SECOND = CODES[:2]


@pytest.fixture(scope="module")
def form() -> bytes:
    """The form of the works unit as LibreOffice saves it."""
    return convert_all([issue_checklist(TEMPLATES / "checklist/unit_checklist.docx", unit_checklist(), KEY)], "odt")[0]


def kinds(data: bytes) -> set[Problem]:
    """What is wrong with it."""
    return set(read_checklist(data, KEY).problems)


def test_an_empty_form_is_ours_and_every_statement_unanswered(form: bytes) -> None:
    read = read_checklist(form, KEY)
    assert (read.unanswered, read.sealed, read.problems) == (tuple(CODES), True, ())
    assert (read.filler, read.date, read.opinion) == ("", "", "")
    assert read.identity is not None
    assert (read.identity.form_number, read.identity.unit, read.identity.version) == ("C-115-H2:U04", "工務課", 1)


def test_it_is_read_behind_the_walls_and_known_for_what_it_is(form: bytes) -> None:
    data = changed(form, lambda root: type_into(root, FIRST, 2, "不符合"))
    with read_in_sandbox() as read:
        came = read(data, KEY)
    assert came.format is FormFormat.OPEN_TEXT
    assert as_taken_in(came).value(FIRST) is AnswerValue.DOES_NOT_CONFORM


def test_words_beside_a_control_or_in_its_place_count(form: bytes) -> None:
    def write(root: etree._Element) -> None:
        control_of(root, FIRST, 4).tail = "另存放"
        control = control_of(root, SECOND, 2)
        paragraph = control.getparent()
        paragraph.remove(control)
        paragraph.text = "Ｖ"

    read = read_checklist(changed(form, write), KEY)
    assert (read.answers[FIRST].remark, read.value(SECOND), read.problems) == ("另存放", AnswerValue.CONFORMS, ())


def test_spaces_tabs_and_lines_are_kept_and_comments_are_not_read(form: bytes) -> None:
    def write(root: etree._Element) -> None:
        type_into(root, FIRST, 4, "甲")
        span = next(control_of(root, FIRST, 4).iter(f"{TEXT}span"))
        etree.SubElement(span, f"{TEXT}s", {f"{TEXT}c": "2"}).tail = "乙"
        etree.SubElement(span, f"{TEXT}line-break").tail = "丙\n  丁"
        note = etree.SubElement(span, "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}annotation")
        etree.SubElement(note, f"{TEXT}p").text = "某人的批註"

    assert read_checklist(changed(form, write), KEY).answers[FIRST].remark == "甲  乙\n丙 丁"


@pytest.mark.parametrize("words", ["大致符合", "符合不符合"])
def test_an_unclear_answer_is_told_and_never_guessed(form: bytes, words: str) -> None:
    read = read_checklist(changed(form, lambda root: type_into(root, FIRST, 2, words)), KEY)
    assert (read.value(FIRST), read.problems) == (None, (Problem(FormProblem.ANSWER_UNCLEAR, FIRST),))


def test_a_tick_whose_glyph_and_state_differ_is_told(form: bytes) -> None:
    def tick(root: etree._Element) -> None:
        control_of(root, FIRST, 3).set(f"{LOEXT}checked", "true")

    read = read_checklist(changed(form, tick), KEY)
    assert read.answers[FIRST].mended
    assert read.problems == (Problem(FormProblem.TICK_UNCLEAR, FIRST),)


def _soften(root: etree._Element) -> None:
    words = next(row_of(root, SECOND)[1].iter(f"{TEXT}p"))
    words.text = (words.text or "").replace("均", "多")


def _delete(root: etree._Element) -> None:
    row = row_of(root, SECOND)
    row.getparent().remove(row)


def _track(root: etree._Element) -> None:
    changes = etree.SubElement(next(root.iter("{*}text")), f"{TEXT}tracked-changes")
    region = etree.SubElement(etree.SubElement(changes, f"{TEXT}changed-region"), f"{TEXT}deletion")
    etree.SubElement(region, f"{TEXT}p").text = "刪去的話"


def _rename(root: etree._Element) -> None:
    next(one for one in root.iter(f"{TEXT}p") if one.text == "工務課").text = "農業課"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_soften, Problem(FormProblem.QUESTION_CHANGED, SECOND)),
        (_delete, Problem(FormProblem.ROW_MISSING, SECOND)),
        (_track, Problem(FormProblem.TRACKED_CHANGES)),
        (_rename, Problem(FormProblem.UNIT_CHANGED)),
    ],
)
def test_what_was_changed_is_found(form: bytes, change: Callable[[etree._Element], None], problem: Problem) -> None:
    assert kinds(changed(form, change)) == {problem}


def test_without_its_identity_or_under_another_key_it_is_not_ours(form: bytes) -> None:
    assert kinds(repacked(form, {"meta.xml": None})) == {Problem(FormProblem.NO_IDENTITY)}
    assert set(read_checklist(form, b"another key").problems) == {Problem(FormProblem.SEAL_INVALID)}
    swapped = parts_of(form)["meta.xml"].replace("工務課".encode(), "農業課".encode())
    assert Problem(FormProblem.SEAL_INVALID) in kinds(repacked(form, {"meta.xml": swapped}))


MANIFEST = b'<m:manifest xmlns:m="urn:m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
SOURCE = '<text:section-source xlink:href="http://192.0.2.1/a.odt"/>'
DDE = '<text:dde-connection-decl office:dde-application="cmd"/>'
LINKED = '<draw:image xlink:href="http://192.0.2.1/a.png"/>'


@pytest.mark.parametrize(
    ("part", "content", "fault"),
    [
        ("Basic/Standard/Module1.xml", b"<a/>", FileFault.ACTIVE),
        ("Scripts/python/a.py", b"", FileFault.ACTIVE),
        ("Object 1", b"", FileFault.ACTIVE),
        ("Pictures/a.svg", b"<svg/>", FileFault.PICTURE),
        ("META-INF/manifest.xml", MANIFEST, FileFault.OLD_FORMAT),
        ("styles.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", FileFault.ACTIVE),
        ("content.xml", b"<a><b></a>", FileFault.BROKEN),
        ("content.xml", None, FileFault.NOT_WORD),
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet", FileFault.NOT_WORD),
        ("content.xml", SOURCE, FileFault.OUTSIDE),
        ("content.xml", DDE, FileFault.ACTIVE),
        ("content.xml", LINKED, FileFault.OUTSIDE),
    ],
)
def test_what_would_act_or_lies_elsewhere_is_refused(
    form: bytes, part: str, content: bytes | str | None, fault: FileFault
) -> None:
    if isinstance(content, str):
        content = parts_of(form)[part].replace(b"</office:text>", f"{content}</office:text>".encode())
    with pytest.raises(NotTaken) as refused:
        read_checklist(repacked(form, {part: content}), KEY)
    assert refused.value.fault is fault
