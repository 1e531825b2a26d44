"""Documents that are pictures and next to no text: told, and rendered for recognition as scans are."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from extraction.probe_packages import package, paragraph, presentation, sheet_xml, word, workbook
from inspection.detection.judge import FileMeta, judge
from inspection.detection.ruleset import load_rules
from inspection.extraction.ocr_worker import WORKER, answered_page, page_request
from inspection.extraction.passage import Reading
from inspection.extraction.ranges import TAIL_BYTES, read_pieces, wanted_ranges
from inspection.extraction.read import read_file
from inspection.extraction.recognised import read_recognised
from inspection.extraction.recognised_lines import plain_lines
from inspection.sandbox.pool import Pool
from inspection.vocabulary import ReadReason, ReadStatus, Verdict, Zone

RULES = load_rules()
LONG = "本所訂於下月辦理健康檢查，請各課室於月底前將名單送交人事單位彙整，逾期不候，不克參加者請事先告知承辦人員。"


def picture(file_format: str = "JPEG", size: tuple[int, int] = (400, 300)) -> bytes:
    """Grain as a scanner gives it: does not pack."""
    made = io.BytesIO()
    grain = Image.frombytes("L", size, random.Random(5).randbytes(size[0] * size[1]))
    grain.save(made, file_format)
    return made.getvalue()


def odt(extra: dict[str, str | bytes], text: str = "") -> bytes:
    content = f"<office:document-content><office:body><text:p>{text}</text:p></office:body></office:document-content>"
    kind = "application/vnd.oasis.opendocument.text"
    return package({"mimetype": kind, "META-INF/manifest.xml": "<m/>", "content.xml": content, **extra})


SCAN = picture()
HOLDING: dict[str, Callable[[dict[str, str | bytes]], bytes]] = {
    "docx": lambda extra: word("", extra=extra),
    "pptx": presentation,
    "xlsx": lambda extra: workbook({"一": sheet_xml("")}, extra=extra),
    "odt": odt,
}
FOLDERS = {"docx": "word/media", "pptx": "ppt/media", "xlsx": "xl/media", "odt": "Pictures"}


@pytest.fixture(scope="module")
def confined() -> Iterator[Pool]:
    with Pool(WORKER, 1) as pool:
        yield pool


def unread(reading: Reading) -> list[str]:
    assert {one.reason for one in reading.unread} <= {ReadReason.NO_TEXT_LAYER}
    return [one.part for one in reading.unread]


def verdict(reading: Reading) -> Verdict:
    return judge(reading, FileMeta("a.docx", date(2026, 11, 29)), RULES, b"k" * 32).verdict


@pytest.mark.parametrize("kind", HOLDING)
def test_a_document_that_is_a_picture_is_told_and_not_clean_and_its_picture_can_be_rendered(
    confined: Pool, kind: str
) -> None:
    data = HOLDING[kind]({f"{FOLDERS[kind]}/image1.jpeg": SCAN, f"{FOLDERS[kind]}/image2.png": picture("PNG")})
    reading = read_file(data, name=f"a.{kind}")
    assert (reading.format, reading.status) == (kind, ReadStatus.SCANNED)
    assert unread(reading) == ["第 1 張圖片", "第 2 張圖片"]
    assert verdict(reading) is Verdict.UNKNOWN
    answer = confined.one(page_request(data, name=f"a.{kind}", number=1)).answer
    assert answer is not None
    page = answered_page(answer)
    assert (page.format, page.pages, page.is_picture) == (kind, 2, True)


def test_a_picture_beside_text_a_small_one_and_a_preview_make_nothing_unread() -> None:
    beside = word(paragraph(LONG), extra={"word/media/image1.jpeg": SCAN})
    small = word("", extra={"word/media/image1.png": picture("PNG", (60, 60))})
    preview = word("", extra={"docProps/thumbnail.jpeg": SCAN})
    assert [unread(read_file(data, name="a.docx")) for data in (beside, small, preview)] == [[], [], []]
    assert verdict(read_file(beside, name="a.docx")) is Verdict.CLEAN


def test_a_stamp_s_length_of_text_does_not_make_the_pictures_read() -> None:
    reading = read_file(word(paragraph("附件一"), extra={"word/media/image1.jpeg": SCAN}), name="a.docx")
    assert unread(reading) == ["第 1 張圖片"]


def test_pictures_are_told_where_only_pieces_of_a_document_are_read() -> None:
    data = word("", extra={"word/media/image1.bmp": picture("BMP", (2000, 1000))})
    large = word("", extra={"word/media/image1.png": random.Random(3).randbytes(3 << 20)})
    assert unread(read_file(data, name="a.docx")) == ["第 1 張圖片"]
    tail = large[-TAIL_BYTES:]
    ranges = wanted_ranges(tail, len(large))
    assert ranges is not None
    parts = [large[offset : offset + length] for offset, length in ranges]
    reading = read_pieces(tail, ranges, parts, size_bytes=len(large), name="a.docx")
    assert unread(reading) == ["第 1 張圖片"]


def test_pictures_in_an_archive_are_files_of_their_own() -> None:
    reading = read_file(package({"a.jpeg": SCAN, "b.jpeg": SCAN}), name="a.zip")
    assert (reading.unread, len(reading.embedded)) == ((), 2)


def test_a_picture_in_name_only_has_no_page(confined: Pool) -> None:
    data = word("", extra={"word/media/image1.png": random.Random(4).randbytes(30_000)})
    assert confined.one(page_request(data, name="a.docx", number=0)).answer is None
    assert confined.one(page_request(HOLDING["odt"]({}), name="a.odt", number=0)).answer is None


def test_pictures_beside_text_are_counted_and_make_nothing_unread() -> None:
    scans: dict[str, str | bytes] = {f"word/media/image{number}.jpeg": SCAN for number in (1, 2)}
    said = paragraph("本案請依規定辦理並於期限內回報，俾利彙整陳報。" * 3)
    own = read_file(word(said, extra=scans), name="a.docx")
    assert (own.pictures, own.unread) == (2, ())
    found = read_recognised([(), plain_lines("機密")], file_format="docx", own=own)
    assert [(one.text, one.zone, one.locator) for one in found.passages][-1] == ("機密", Zone.ALT_TEXT, "第 2 張圖片")
    assert (found.pictures, found.unread, verdict(found)) == (2, (), Verdict.CLEAN)
    cut = replace(own, status=ReadStatus.UNREADABLE, reason=ReadReason.TIMEOUT)
    late = read_recognised([()], file_format="docx", own=cut)
    assert (late.status, late.reason) == (ReadStatus.UNREADABLE, ReadReason.TIMEOUT)  # not held to be whole


def test_what_is_recognised_says_which_picture_it_stands_on_and_proves_no_absence() -> None:
    scans: dict[str, str | bytes] = {f"word/media/image{number}.jpeg": SCAN for number in (1, 2)}
    own = read_file(word(paragraph("附件"), extra=scans), name="a.docx")
    found = read_recognised([(), plain_lines("一般公文")], file_format="docx", own=own)
    assert [(one.text, one.locator) for one in found.passages][-1] == ("一般公文", "第 2 張圖片")
    assert (unread(found), verdict(found)) == (["第 1 張圖片", "第 2 張圖片"], Verdict.UNKNOWN)
