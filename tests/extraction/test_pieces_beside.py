"""In workbooks, slides, OpenDocument and PDF too what belongs to a place is read where it belongs: notes behind their
row, slide or paragraph, and the table goes on behind them."""
# ruff: noqa: E501 - an XML element is easier to check on one line

from __future__ import annotations

import random
from datetime import date

import pytest

from crawling.papers import national_id
from extraction.pdfs import Pdf
from extraction.probe_packages import presentation, relations, shape, sheet_xml, slide_xml, workbook
from inspection.detection.judge import FileMeta, Judgement, judge
from inspection.detection.ruleset import load_rules
from inspection.extraction.passage import Passage
from inspection.extraction.read import read_file
from inspection.vocabulary import Zone
from quality.open_document import NS
from zips import zipped

CHANCE = random.Random(47)
RULES = load_rules()
SPACES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
DRAWN = (
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)


def judged(data: bytes, name: str) -> Judgement:
    return judge(read_file(data, name=name), FileMeta(f"社會課/{name}", date(2026, 11, 29)), RULES, b"k" * 32)


def beside(passages: tuple[Passage, ...], text: str) -> tuple[str, Zone]:
    """What stands before a text, and the text's zone."""
    at = next(index for index, one in enumerate(passages) if text in one.text)
    return passages[at - 1].text, passages[at].zone


def roster(kind: str, row: int, text: str, rows: int = 30) -> bytes:
    """A list of names and mobile numbers without their zero; at one row a comment or a box says more."""
    cells = [("姓名", "手機"), *((f"林示範{n}", f"9{CHANCE.randrange(10**8):08}") for n in range(rows))]
    lines = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{"AB"[at]}{n}" t="str"><v>{cell}</v></c>' for at, cell in enumerate(line))
        + "</row>"
        for n, line in enumerate(cells, 1)
    )  # fmt: skip
    box = (
        f"<xdr:wsDr {DRAWN}><xdr:twoCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:row>{row - 1}</xdr:row></xdr:from><xdr:sp>"
        f"<xdr:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"
    )
    parts = {
        "comments": f'<comments {SPACES}><commentList><comment ref="A{row}"><text><r><t>{text}</t></r></text></comment>'
        "</commentList></comments>",
        "threadedComment": f'<ThreadedComments><threadedComment ref="A{row}" id="1"><text>{text}</text></threadedComment>'
        "</ThreadedComments>",
        "drawing": box,
    }
    return workbook(
        {"名冊": sheet_xml(lines)},
        states={},
        extra={
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("r1", kind, "../beside1.xml")),
            "xl/beside1.xml": parts[kind],
        },
    )


@pytest.mark.parametrize("kind", ["comments", "threadedComment", "drawing"])
@pytest.mark.parametrize("row", [2, 17, 31, 400])
def test_what_hangs_on_a_cell_stands_behind_its_row_and_parts_no_table(kind: str, row: int) -> None:
    data = roster(kind, row, "就是來電檢舉人")
    before, zone = beside(read_file(data, name="a.xlsx").passages, "就是來電檢舉人")
    assert before.startswith(f"林示範{min(row, 31) - 2}\t")
    assert zone is (Zone.TEXT_BOX if kind == "drawing" else Zone.COMMENT)
    found = {one.detector: one.count for one in judged(data, "a.xlsx").categories}
    assert found["PII-MOBILE"] == 30
    assert "TOP-WHISTLE" in found or row == 400


def test_notes_and_comments_are_read_with_their_slide() -> None:
    numbers = [national_id(CHANCE) for _ in range(3)]
    parts: dict[str, str | bytes] = {}
    for n, number in enumerate(numbers, 1):
        parts[f"ppt/slides/slide{n}.xml"] = slide_xml(shape(f"第{n}案當事人身分證字號如備忘稿", placeholder="body"))
        parts[f"ppt/slides/_rels/slide{n}.xml.rels"] = relations(
            ("r1", "notesSlide", f"../notesSlides/notesSlide{n}.xml"), ("r2", "comments", f"../comments/comment{n}.xml")
        )
        parts[f"ppt/notesSlides/notesSlide{n}.xml"] = slide_xml(shape(number, placeholder="body"), root="notes")
        parts[f"ppt/notesSlides/_rels/notesSlide{n}.xml.rels"] = relations(("r1", "slide", f"../slides/slide{n}.xml"))
        parts[f"ppt/comments/comment{n}.xml"] = f"<p:cmLst><p:cm><p:text>註{n}</p:text></p:cm></p:cmLst>"
    passages = read_file(presentation(parts), name="a.pptx").passages
    told = [one.text for one in passages if one.zone in {Zone.SLIDE, Zone.SPEAKER_NOTE, Zone.COMMENT}]
    for n, number in enumerate(numbers, 1):
        at = told.index(f"第{n}案當事人身分證字號如備忘稿")
        assert sorted(told[at + 1 : at + 3]) == sorted([number, f"註{n}"])


def open_text(body: str) -> bytes:
    content = f"<office:document-content {NS}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


HOLDERS = {
    "note": "<text:note><text:note-citation>1</text:note-citation><text:note-body>{}</text:note-body></text:note>",
    "annotation": "<office:annotation><dc:date>2026-11-29</dc:date>{}</office:annotation>",
    "box": "<draw:frame><draw:text-box>{}</draw:text-box></draw:frame>",
}


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("at", ["begins", "middle", "end", "cell"])
def test_in_open_document_a_note_stands_behind_its_paragraph_or_row(holder: str, at: str) -> None:
    number = national_id(CHANCE)
    held = HOLDERS[holder].format(f"<text:p>{number}</text:p>")
    label = "身分證字號如註"
    places = {"begins": held + label, "middle": f"身分證{held}字號如註", "end": label + held, "cell": label + held}
    paragraph = f"<text:p>{places[at]}</text:p>"
    if at == "cell":
        row = (
            f"<table:table-cell>{paragraph}</table:table-cell><table:table-cell><text:p>乙</text:p></table:table-cell>"
        )
        paragraph = f"<table:table><table:table-row>{row}</table:table-row></table:table>"
    body = f"<text:p>前文</text:p>{paragraph}<text:p>後文</text:p>"
    before, zone = beside(read_file(open_text(body), name="a.odt").passages, number)
    assert before.startswith(label)
    assert zone is {"note": Zone.NOTE, "annotation": Zone.COMMENT, "box": Zone.TEXT_BOX}[holder]


@pytest.mark.parametrize("cut", range(1, 10))
def test_in_open_document_a_number_a_deletion_cuts_through_is_read_as_it_was(cut: int) -> None:
    number = national_id(CHANCE)
    changes = (
        '<text:tracked-changes><text:changed-region text:id="ct7"><text:deletion><office:change-info/>'
        f"<text:p>{number[cut:]}</text:p></text:deletion></text:changed-region>"
        '<text:changed-region text:id="ct8"><text:deletion><text:p>刪去的話</text:p></text:deletion></text:changed-region>'
        "</text:tracked-changes>"
    )
    body = (
        f'{changes}<text:p>前文</text:p><text:p>身分證字號{number[:cut]}<text:change text:change-id="ct7"/>待補</text:p>'
        '<text:p>本文<text:change text:change-id="ct8"/>後文</text:p>'
    )
    passages = read_file(open_text(body), name="a.odt").passages
    assert beside(passages, number) == (f"身分證字號{number[:cut]}待補", Zone.DELETED)
    assert beside(passages, "刪去的話") == ("本文後文", Zone.DELETED)
    assert [one.text for one in passages if "刪去的話" in one.text] == ["刪去的話"]


def test_a_deletion_nothing_refers_to_is_kept_at_the_end() -> None:
    changes = (
        '<text:tracked-changes><text:changed-region text:id="ct1"><text:deletion><text:p>舊文</text:p></text:deletion>'
        "</text:changed-region></text:tracked-changes>"
    )
    passages = read_file(open_text(f"{changes}<text:p>新文</text:p>"), name="a.odt").passages
    assert [(one.zone, one.text) for one in passages] == [(Zone.BODY, "新文"), (Zone.DELETED, "舊文")]


@pytest.mark.parametrize("line", range(8))
@pytest.mark.parametrize("kind", ["Text", "FreeText"])
def test_a_remark_on_a_pdfs_page_stands_behind_the_line_it_hangs_on(line: int, kind: str) -> None:
    number = national_id(CHANCE)
    file = Pdf()
    top = 600 - 24 * (line + 1) + 6
    remark = file.add(
        f"<</Type/Annot/Subtype/{kind}/Rect[300 {top - 6} 330 {top + 6}]/Contents({number})>>".encode("ascii")
    )
    file.text_page(*(f"Line {n} of the page" for n in range(8)), more=b"/Annots[%d 0 R]" % remark)
    before, zone = beside(read_file(file.done(), name="a.pdf").passages, number)
    assert before == f"Line {line} of the page"
    assert zone is (Zone.TEXT_BOX if kind == "FreeText" else Zone.COMMENT)
