"""Pages rendered for recognition: every format, every page, in the confined worker; nothing larger than the limit."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from inspection.extraction import ocr_pages
from inspection.extraction.ocr_worker import WORKER, answered_page, page_request
from inspection.extraction.recognised import read_recognised
from inspection.extraction.recognised_lines import plain_lines
from inspection.sandbox.frames import pack
from inspection.sandbox.pool import Pool
from inspection.vocabulary import ReadReason


def half_black(mode: str = "RGB", size: tuple[int, int] = (2000, 1000)) -> Image.Image:
    """White above, black below."""
    page = Image.new("L", size, 255)
    page.paste(0, (0, size[1] // 2, size[0], size[1]))
    return page.convert(mode)


def saved(page: Image.Image, file_format: str, **how: object) -> bytes:
    made = io.BytesIO()
    page.save(made, file_format, **how)
    return made.getvalue()


def transparent() -> bytes:
    page = Image.new("RGBA", (2000, 1000), (0, 0, 0, 0))
    page.paste((0, 0, 0, 255), (0, 500, 2000, 1000))
    return saved(page, "PNG")


FILES = {
    "png": saved(half_black(), "PNG"),
    "png with palette": saved(half_black("P"), "PNG"),
    "png of bits": saved(half_black("1"), "PNG"),
    "png of sixteen bits": saved(half_black("L").convert("I").point(lambda value: value * 257).convert("I;16"), "PNG"),
    "png on nothing": transparent(),
    "jpeg": saved(half_black(), "JPEG"),
    "jpeg for print": saved(half_black("CMYK"), "JPEG"),
    "gif": saved(half_black("P"), "GIF"),
    "bmp": saved(half_black(), "BMP"),
    "tiff by fax": saved(half_black("1"), "TIFF", compression="group4"),
    "tiff packed": saved(half_black(), "TIFF", compression="tiff_lzw"),
    "pdf": saved(half_black(), "PDF", resolution=300),
}


@pytest.fixture(scope="module")
def confined() -> Iterator[Pool]:
    with Pool(WORKER, 1) as pool:
        yield pool


@pytest.mark.parametrize("kind", FILES)
def test_every_format_gives_grey_pixels_as_a_person_sees_them(confined: Pool, kind: str) -> None:
    answer = confined.one(page_request(FILES[kind], name="a", number=0)).answer
    assert answer is not None
    page = answered_page(answer)
    assert (page.format, page.pages) == (kind.split(maxsplit=1)[0], 1)
    assert (page.width, page.height) == pytest.approx((2000, 1000), abs=2)
    above, below = page.grey[page.width * 100 + 1000], page.grey[page.width * 900 + 1000]
    assert (above > 250, below < 60) == (True, True)
    assert page.as_pgm().startswith(b"P5\n%d %d\n255\n" % (page.width, page.height))


@pytest.mark.parametrize("file_format", ["PDF", "TIFF"])
def test_each_page_of_several_is_rendered_and_none_beyond_the_last(confined: Pool, file_format: str) -> None:
    data = saved(Image.new("L", (2000, 1000), 255), file_format, save_all=True, append_images=[half_black("L")])
    pages = [confined.one(page_request(data, name="a", number=number)).answer for number in range(3)]
    first, second = (answered_page(answer) for answer in pages[:2] if answer)
    assert (first.pages, set(first.grey[:: first.width])) == (2, {255})
    assert len(set(second.grey[:: second.width])) > 1
    assert pages[2] is None


def test_small_pictures_are_enlarged_and_large_pages_made_to_fit() -> None:
    small = ocr_pages.render_page(saved(half_black(size=(800, 400)), "PNG"), name="a", number=0)
    assert (small.width, small.height) == (2000, 1000)
    for data in (saved(half_black("1", (9000, 6000)), "PNG"), saved(half_black("1", (9000, 6000)), "PDF")):
        large = ocr_pages.render_page(data, name="a", number=0)
        assert large.width * large.height <= ocr_pages.MOST_PIXELS
        assert large.width / large.height == pytest.approx(1.5, abs=0.01)


def test_a_picture_of_more_pixels_than_the_limit_ends_unread_and_the_worker_goes_on(confined: Pool) -> None:
    bomb = saved(Image.new("1", (30_000, 30_000)), "PNG")
    assert len(bomb) < 1 << 20
    outcome = confined.one(page_request(bomb, name="a", number=0))
    assert (outcome.answer, outcome.reason) == (None, ReadReason.CORRUPT)
    assert confined.one(page_request(FILES["png"], name="a", number=0)).answer is not None


@pytest.mark.parametrize(
    ("head", "blobs"),
    [
        ({"format": "png", "pages": 1, "width": 2, "height": 2}, [b"123"]),
        ({"format": "png", "pages": 1, "width": -2, "height": -2}, [b"1234"]),
        ({"format": "png", "pages": "1", "width": 2, "height": 2}, [b"1234"]),
        ({"format": "png", "pages": 1, "width": 2, "height": 2}, []),
    ],
)
def test_an_answer_that_is_no_page_is_refused(head: dict[str, object], blobs: list[bytes]) -> None:
    with pytest.raises(ValueError, match="page"):
        answered_page(pack(head, blobs))


def test_recognised_text_is_read_by_page_without_blanks_between_han_characters() -> None:
    pages = [plain_lines("申 請 人 名 冊\n\nName  of Person\n"), plain_lines("第 二 頁")]
    reading = read_recognised(pages, file_format="pdf")
    assert [(one.text, one.locator) for one in reading.passages] == [
        ("申請人名冊", "第 1 頁"),
        ("Name  of Person", "第 1 頁"),
        ("第二頁", "第 2 頁"),
    ]
    assert reading.reason is None
    assert read_recognised([(), plain_lines("\n")], file_format="png").reason is ReadReason.NO_TEXT_LAYER
