"""PDFs page by page: what is a picture is told unread; pins, bookmarks and XFA data are read."""

from __future__ import annotations

import random
from datetime import date

import pytest

from crawling.papers import docx, national_id
from extraction.pdfs import Pdf
from inspection.detection.judge import FileMeta, judge
from inspection.detection.ruleset import load_rules
from inspection.extraction.ocr_pages import render_page
from inspection.extraction.passage import Reading, Unread
from inspection.extraction.read import read_file
from inspection.extraction.recognised import read_recognised
from inspection.extraction.recognised_lines import plain_lines
from inspection.vocabulary import ReadReason, ReadStatus, Verdict, Zone

CHANCE = random.Random(7)
PAGE = ReadReason.NO_TEXT_LAYER
LINES = ("A letter of some length that says what is enclosed", "and that whoever has it should hand it on")

RULES = load_rules()


def unread(reading: Reading) -> list[str]:
    assert {one.reason for one in reading.unread} <= {PAGE}
    return [one.part for one in reading.unread]


def verdict(reading: Reading) -> Verdict:
    return judge(reading, FileMeta("a.pdf", date(2026, 11, 29)), RULES, b"k" * 32).verdict


def test_pages_that_are_pictures_are_told_and_the_file_is_not_clean() -> None:
    made = Pdf()
    made.text_page(*LINES)
    made.scan()
    made.page(b"")
    made.scan(300, 200)
    made.scan(20, 20)
    reading = read_file(made.done(), name="a.pdf")
    assert (reading.status, unread(reading)) == (ReadStatus.SCANNED, ["第 2 頁", "第 4 頁"])
    assert verdict(reading) is Verdict.UNKNOWN


def test_a_stamp_upon_a_scan_does_not_make_it_read_and_a_picture_beside_text_does_not_make_it_unread() -> None:
    made = Pdf()
    drawn, resources = made.picture()
    made.text_page("1141129 page 1", upon=drawn, resources=resources)
    made.text_page(*LINES, upon=drawn, resources=resources)
    reading = read_file(made.done(), name="a.pdf")
    assert unread(reading) == ["第 1 頁"]
    assert "1141129" in reading.passages[0].text


def test_letters_drawn_as_curves_are_a_picture() -> None:
    made = Pdf()
    made.text_page(*LINES)
    made.page(b"".join(b"%d %d m %d %d 9 9 3 3 c f " % (x, x, x + 3, x) for x in range(400)))
    assert unread(read_file(made.done(), name="a.pdf")) == ["第 2 頁"]


def test_a_picture_within_a_form_counts_by_its_size_on_the_page() -> None:
    made = Pdf()
    made.text_page(*LINES)
    drawn, resources = made.picture(1, 1)
    form = made.stream(drawn, b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<%s>>" % resources)
    made.page(b"q 595 0 0 842 0 0 cm /F Do Q", b"/XObject<</F %d 0 R>>" % form)
    assert unread(read_file(made.done(), name="a.pdf")) == ["第 2 頁"]


def test_a_file_of_pictures_only_ends_as_before() -> None:
    made = Pdf()
    made.scan()
    made.scan()
    reading = read_file(made.done(), name="a.pdf")
    assert (reading.status, reading.reason, reading.unread) == (ReadStatus.UNREADABLE, PAGE, ())


def test_only_pages_that_are_pictures_are_rendered_for_recognition() -> None:
    made = Pdf()
    made.text_page(*LINES)
    made.scan()
    data = made.done()
    assert [render_page(data, name="a.pdf", number=number).is_picture for number in (0, 1)] == [False, True]


def test_what_is_recognised_stands_beside_what_the_file_says_and_proves_no_absence() -> None:
    number = national_id(CHANCE)
    made = Pdf()
    made.text_page(*LINES)
    made.scan()
    own = read_file(made.done(), name="a.pdf")
    found = read_recognised([(), plain_lines(f"身分證字號：{number}")], file_format="pdf", own=own)
    assert verdict(found) is Verdict.UNMARKED_SENSITIVE
    assert [one.text for one in found.passages if one.locator == "第 2 頁"] == [f"身分證字號：{number}"]
    nothing = read_recognised([(), plain_lines("例行公告")], file_format="pdf", own=own)
    assert (nothing.unread, verdict(nothing)) == ((Unread("第 2 頁", PAGE),), Verdict.UNKNOWN)


def test_files_pinned_to_a_page_are_files_inside() -> None:
    made = Pdf()
    inner = docx("附件本文")
    held = made.stream(inner, b"/Type/EmbeddedFile")
    pin = made.add(
        b"<</Type/Annot/Subtype/FileAttachment/Rect[9 9 30 30]"
        b"/FS<</Type/Filespec/F(a.docx)/UF(a.docx)/EF<</F %d 0 R>>>>>>" % held
    )
    made.text_page(*LINES, more=b"/Annots[%d 0 R]" % pin)
    reading = read_file(made.done(), name="a.pdf")
    assert [(one.name, one.data) for one in reading.embedded] == [("a.docx", inner)]


def test_titles_of_the_outline_are_read_and_a_ring_of_them_ends() -> None:
    made = Pdf()
    made.text_page(*LINES)
    first = made.add(b"")
    second = made.add(b"")
    title = b"\xfe\xff" + "王小明獎懲案".encode("utf-16-be")
    made.objects[first - 1] = b"<</Title(%s)/Next %d 0 R>>" % (title.replace(b"\\", b"\\\\"), second)
    made.objects[second - 1] = b"<</Title(Two)/Next %d 0 R>>" % first
    outline = made.add(b"<</Type/Outlines/First %d 0 R/Last %d 0 R>>" % (first, second))
    made.catalogue = b"/Outlines %d 0 R" % outline
    found = [one.text for one in read_file(made.done(), name="a.pdf").passages if one.locator == "書籤"]
    assert found[:2] == ["王小明獎懲案", "Two"]


@pytest.mark.parametrize("as_array", [True, False])
def test_data_of_an_xfa_form_is_read_with_its_labels(as_array: bool) -> None:
    number = national_id(CHANCE)
    made = Pdf()
    made.text_page("Please wait")
    packet = f"<xfa:datasets xmlns:xfa='x'><xfa:data><身分證字號>{number}</身分證字號></xfa:data></xfa:datasets>"
    held = made.stream(packet.encode())
    made.catalogue = b"/AcroForm<</Fields[]/XFA %s>>" % (
        b"[(datasets) %d 0 R]" % held if as_array else b"%d 0 R" % held
    )
    reading = read_file(made.done(), name="a.pdf")
    assert [one.text for one in reading.passages if one.zone is Zone.BODY][-1] == f"身分證字號：{number}"
