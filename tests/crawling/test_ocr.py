"""Pictures of text: found after recognition, masked everywhere; off unless switched on, bounded, done once."""

from __future__ import annotations

import io
import logging
import random
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from pypdfium2 import PdfDocument
from sqlalchemy import select

from crawling.office import AT, CountingShare, dump, limits, particulars, scope, settle, vault
from crawling.papers import national_id
from crawling.test_sandboxed import command
from extraction.probe_packages import paragraph, word
from inspection.crawling.begin import begin
from inspection.crawling.finish import finish, open_reading
from inspection.crawling.inventory import list_share
from inspection.crawling.ocr import ImageCounts, read_images
from inspection.crawling.read import read_shard
from inspection.crawling.recognisers import Recogniser
from inspection.crawling.sandboxed import SandboxedJudges
from inspection.crawling.tesseract import Tesseract, installed
from inspection.errors import SourceUnavailable
from inspection.model import CrawledFile, Hit
from inspection.rules.crawl_limits import Ocr
from inspection.shares.share import Share
from inspection.vocabulary import OcrHint, ReadReason, ReadStatus, RecogniserName, Verdict

KAI = "/usr/share/fonts/truetype/cns11643/TW-Kai-98_1.ttf"
SECRETIVE = (
    "打電話來講隊長把回收賣掉的那位，就是每天早上在廟口掃地的，不要讓隊上知道是誰講的。",
    "他太太也在隊上，講出去他會被排擠，訪談約在外面，不要用辦公室電話打給他。",
)
SWITCHED_ON = Ocr(enabled=True, recogniser=RecogniserName.TESSERACT, pages_per_file=2, seconds_per_page=60)


def picture(*lines: str) -> Image.Image:
    """A page of 標楷體 as a scanner at 200 dpi gives it."""
    page = Image.new("L", (1654, 1200), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(KAI, 44)
    for number, line in enumerate(lines):
        pen.text((150, 120 + number * 90), line, fill=0, font=font)
    return page


def as_file(page: Image.Image, file_format: str, *more: Image.Image) -> bytes:
    made = io.BytesIO()
    page.save(made, file_format, resolution=200, **({"save_all": True, "append_images": more} if more else {}))
    return made.getvalue()


def roster(chance: random.Random) -> tuple[list[str], list[str]]:
    """Lines of a list of six people, and the numbers in it."""
    numbers = [national_id(chance) for _ in range(6)]
    return ["申請人名冊", *(f"身分證字號：{number}" for number in numbers)], numbers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "share"
    made.mkdir()
    return made


@pytest.fixture
def planted(folder: Path) -> list[str]:
    """Fills the share with scans, a page that says nothing sensitive, an empty one and a text; numbers planted."""
    chance = random.Random(20)
    lines, in_picture = roster(chance)
    (folder / "名冊.png").write_bytes(as_file(picture(*lines), "PNG"))
    lines, in_pdf = roster(chance)
    (folder / "掃描.pdf").write_bytes(as_file(picture("一般公文往返"), "PDF", picture(*lines), picture("第三頁")))
    (folder / "公告.jpg").write_bytes(as_file(picture("本中心訂於下週三辦理消防演練，請查照。"), "JPEG"))
    (folder / "空白.tif").write_bytes(as_file(picture(), "TIFF"))
    (folder / "說明.txt").write_text("一般公文往返，請查照。", encoding="utf-8")
    return in_picture + in_pdf


def crawl(folder: Path, judges: SandboxedJudges, run_id: str = "R1", minutes: int = 0, recogniser: str = "") -> None:
    def opened() -> Share:
        return CountingShare(folder)

    with scope() as session:
        begin(session, **particulars(run_id, "S1", minutes=minutes))
    list_share(scope, run_id, "S1", opened, vault=vault(), limits=limits(), mask=judges.mask, recogniser=recogniser)
    with scope() as session:
        shards = open_reading(session, run_id, at=AT)
    for shard_id in shards:
        read_shard(scope, shard_id, opened, judges, vault=vault(), limits=limits(), now=lambda: AT)
    with scope() as session:
        finish(session, run_id, AT)


def recognise(
    share: Share,
    judges: SandboxedJudges,
    run_id: str = "R1",
    ocr: Ocr = SWITCHED_ON,
    recogniser: Recogniser | None = None,
    seconds: Callable[[], float] = time.monotonic,
) -> ImageCounts:
    return read_images(
        scope,
        run_id,
        "S1",
        lambda: share,
        judges,
        recogniser or installed(ocr.seconds_per_page),
        vault=vault(),
        limits=limits(ocr=ocr),
        now=lambda: AT,
        seconds=seconds,
    )


def rows(run_id: str = "R1") -> dict[str, CrawledFile]:
    with scope() as session:
        found = session.scalars(select(CrawledFile).where(CrawledFile.run_id == run_id))
        return {vault().open(row.path_sealed)[0]: row for row in found}


def hits(file: CrawledFile) -> dict[str, Hit]:
    with scope() as session:
        return {hit.detector: hit for hit in session.scalars(select(Hit).where(Hit.crawled_file_id == file.id))}


@pytest.mark.usefixtures("home")
def test_numbers_on_pictures_of_text_are_found_after_recognition_and_masked_everywhere(
    folder: Path,
    planted: list[str],
    tmp_path: Path,
    database_url: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    settle("S1")
    with SandboxedJudges(workers=1) as judges:
        crawl(folder, judges)
        before = rows()
        assert {row.reason for path, row in before.items() if path != "說明.txt"} == {ReadReason.NO_TEXT_LAYER}
        counts = recognise(CountingShare(folder), judges)
        once = dump()
        again = CountingShare(folder)
        assert recognise(again, judges) == ImageCounts()

    assert (again.opened, dump()) == ([], once)
    assert counts == ImageCounts(tried=4, found=2)
    found = rows()
    for path in ("名冊.png", "掃描.pdf"):
        row, hit = found[path], hits(found[path])["PII-NID"]
        assert (row.status, row.reason, row.verdict) == (ReadStatus.SCANNED, None, Verdict.UNMARKED_SENSITIVE)
        assert 3 <= hit.people <= 6  # a number with a misread figure fails its check
        assert row.content_key == before[path].content_key
    assert set(hits(found["掃描.pdf"])["PII-NID"].locators) == {"第 2 頁"}
    assert (found["名冊.png"].hints, found["掃描.pdf"].hints) == (["ocr"], ["ocr_partly"])
    # what was not recognised is not held to be absent
    for path in ("公告.jpg", "空白.tif"):
        assert (found[path].reason, found[path].verdict) == (ReadReason.NO_TEXT_LAYER, Verdict.UNKNOWN)
        assert found[path].hints == ["ocr"]
    shown = repr(once) + caplog.text + "".join(capfd.readouterr())
    if database_url.startswith("sqlite"):
        shown += "".join(file.read_bytes().decode("utf-8", "replace") for file in tmp_path.glob("inspection.db*"))
    assert "**" in repr(hits(found["名冊.png"])["PII-NID"].excerpts)
    assert [number for number in planted if number in shown or number[1:] in shown] == []


@pytest.mark.usefixtures("database_url", "home")
def test_a_scan_laid_into_a_document_is_told_and_recognised_as_a_picture_is(folder: Path) -> None:
    lines, _ = roster(random.Random(22))
    scan = as_file(picture(*lines), "JPEG")
    (folder / "掃描.docx").write_bytes(word("", extra={"word/media/image1.jpeg": scan}))
    settle("S1")
    with SandboxedJudges(workers=1) as judges:
        crawl(folder, judges)
        (before,) = rows().values()
        counts = recognise(CountingShare(folder), judges)

    assert (before.verdict, [one["part"] for one in before.unread or ()]) == (Verdict.UNKNOWN, ["第 1 張圖片"])
    assert counts == ImageCounts(tried=1, found=1)
    (row,) = rows().values()
    assert (row.verdict, row.hints) == (Verdict.UNMARKED_SENSITIVE, ["ocr"])
    hit = hits(row)["PII-NID"]
    assert 3 <= hit.people <= 6
    assert set(hit.locators) == {"第 1 張圖片"}


@pytest.mark.usefixtures("database_url", "home")
def test_pictures_beside_text_are_recognised_where_the_rules_say_so_and_make_nothing_unread(folder: Path) -> None:
    lines, _ = roster(random.Random(24))
    said = "".join(map(paragraph, SECRETIVE))
    for name, shown in (("附圖.docx", picture("機密", *lines)), ("例行.docx", picture("極機密", "一般公文往返"))):
        scan = as_file(shown, "JPEG")
        (folder / name).write_bytes(word(said, extra={"word/media/image1.jpeg": scan}))
    settle("S1")
    beside = SWITCHED_ON.model_copy(update={"beside_text": True})
    with SandboxedJudges(workers=1, second_reading=True, sketch_key=b"k" * 32) as judges:
        crawl(folder, judges)
        before = {path: (row.content_key, row.sketch, sorted(hits(row))) for path, row in rows().items()}
        assert recognise(CountingShare(folder), judges) == ImageCounts()
        with SandboxedJudges(workers=1) as plain:
            assert recognise(CountingShare(folder), plain, ocr=beside).tried == 2
            assert recognise(CountingShare(folder), plain, ocr=beside) == ImageCounts()

    found = rows()
    for path, row in found.items():
        key, sketch, clues = before[path]
        assert clues  # clues by meaning, which recognition leaves as they are
        assert (row.content_key, row.sketch) == (key, sketch)
        assert set(hits(row)) - {"PII-NID"} == set(clues)
        assert (row.hints, row.unread, row.mark) == (["pictures", "ocr"], [], None)
    assert set(hits(found["附圖.docx"])["PII-NID"].locators) == {"第 1 張圖片"}
    assert found["附圖.docx"].verdict is Verdict.UNMARKED_SENSITIVE
    assert (found["例行.docx"].verdict, found["例行.docx"].status) == (Verdict.CLEAN, ReadStatus.SCANNED)


@pytest.mark.usefixtures("database_url", "home")
def test_the_next_crawl_takes_over_what_this_recogniser_read_and_reads_anew_what_another_had(folder: Path) -> None:
    settle("S1")
    lines, _ = roster(random.Random(21))
    (folder / "名冊.png").write_bytes(as_file(picture(*lines), "PNG"))
    (folder / "空白.png").write_bytes(as_file(picture(), "PNG"))
    (folder / "說明.txt").write_text("一般公文往返，請查照。", encoding="utf-8")
    older, newer = (replace(installed(60), version=f"tesseract {number}") for number in (1, 2))
    with SandboxedJudges(workers=1) as judges:
        crawl(folder, judges)
        recognise(CountingShare(folder), judges, recogniser=older)
        crawl(folder, judges, "R2", minutes=5, recogniser=older.version)
        assert recognise(CountingShare(folder), judges, "R2") == ImageCounts()
        crawl(folder, judges, "R3", minutes=10)  # recognition was switched off
        crawl(folder, judges, "R4", minutes=15, recogniser=newer.version)
        anew = rows("R4")
        assert recognise(CountingShare(folder), judges, "R4", recogniser=newer) == ImageCounts(tried=2, found=1)
    for run_id in ("R2", "R3"):
        assert rows(run_id)["名冊.png"].verdict is Verdict.UNMARKED_SENSITIVE
        assert "PII-NID" in hits(rows(run_id)["名冊.png"])
        assert {row.recognised_by for row in rows(run_id).values()} == {"tesseract 1", None}
    assert {path: row.carried_from for path, row in anew.items()} == {
        "名冊.png": None, "空白.png": None, "說明.txt": "R1",
    }  # fmt: skip
    assert anew["名冊.png"].reason is ReadReason.NO_TEXT_LAYER
    assert {row.recognised_by for row in rows("R4").values()} == {"tesseract 2", None}


@pytest.mark.usefixtures("database_url", "home", "planted")
def test_recognition_is_off_by_default_and_then_opens_and_changes_nothing(folder: Path) -> None:
    settle("S1")
    with SandboxedJudges(workers=1) as judges:
        crawl(folder, judges)
        before, share = dump(), CountingShare(folder)
        assert recognise(share, judges, ocr=limits().ocr) == ImageCounts()
    assert (dump(), share.opened) == (before, [])


def test_the_command_says_that_recognition_is_switched_off(tmp_path: Path) -> None:
    asked = command("crawl", "ocr", "C1", home=tmp_path)
    told, warned = asked.communicate(timeout=60)
    assert (asked.returncode, told) == (0, "")
    assert "文字辨識未啟用" in warned
    assert "crawl_limits.yaml" in warned


@pytest.mark.usefixtures("database_url", "home")
def test_a_picture_nothing_can_be_made_of_is_told_as_failed_and_not_tried_for_ever(folder: Path) -> None:
    settle("S1")
    (folder / "壞.png").write_bytes(as_file(picture("一般公文"), "PNG")[:600])
    with SandboxedJudges(workers=1) as judges:
        crawl(folder, judges)
        assert recognise(CountingShare(folder), judges) == ImageCounts(tried=1, failed=1)
        assert recognise(CountingShare(folder), judges) == ImageCounts()
    row = rows()["壞.png"]
    assert (row.reason, row.verdict, row.hints) == (ReadReason.NO_TEXT_LAYER, Verdict.UNKNOWN, ["ocr_failed"])


def test_a_missing_recogniser_or_language_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"未安裝 Tesseract.*apt-get install tesseract-ocr"):
        installed(5, path=str(tmp_path))
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\necho eng\n", encoding="ascii")
    program.chmod(0o755)
    with pytest.raises(SourceUnavailable, match=r"chi_tra.*apt-get install"):
        installed(5, path=str(tmp_path))


def test_recognition_ends_at_its_limits_of_time_and_memory(tmp_path: Path) -> None:
    pgm = io.BytesIO()
    picture("一般公文往返", "請查照").save(pgm, "PPM")
    real = installed(60)
    assert "公文" in (real.text_of(pgm.getvalue()) or "").replace(" ", "")
    assert Tesseract(real.program, 60, memory_bytes=48 << 20).text_of(pgm.getvalue()) is None
    stuck = tmp_path / "stuck"
    stuck.write_text("#!/bin/sh\nexec sleep 600\n", encoding="ascii")
    stuck.chmod(0o755)
    begun = time.monotonic()
    assert Tesseract(str(stuck), 1).text_of(pgm.getvalue()) is None
    assert time.monotonic() - begun < 50  # the program would sleep for 600 seconds


@pytest.mark.usefixtures("home")
def test_a_file_of_many_slow_pages_without_pictures_ends_when_its_time_is_spent(
    tmp_path: Path, database_url: str
) -> None:
    """Pages with text count against no number of pictures: nothing but the clock ends such a file."""
    scanned = PdfDocument(as_file(picture("內部通訊錄"), "PDF"))
    for _ in range(60):
        scanned.new_page(595, 842)
    folder = tmp_path / "share"
    folder.mkdir()
    scanned.save(folder / "多頁.pdf")
    settle("S1")
    looks = count(step=9)
    with SandboxedJudges(workers=1) as judges:
        crawl(folder, judges)
        recognise(CountingShare(folder), judges, seconds=lambda: float(next(looks)))
    (row,) = rows().values()
    assert OcrHint.PARTLY.value in row.hints
    assert next(looks) // 9 <= 2 + SWITCHED_ON.pages_per_file * SWITCHED_ON.seconds_per_page // 9
