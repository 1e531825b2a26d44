"""PDFs that name a Chinese font without embedding it are read whole, in a worker that can open no font as well."""

from __future__ import annotations

import pytest

from inspection.extraction.codec import Request, decode_reading, encode_request
from inspection.extraction.passage import Passage, ReadLimits
from inspection.extraction.pdf_font import box_font
from inspection.extraction.read import read_file
from inspection.sandbox.pool import Pool
from inspection.vocabulary import Zone

SERIF = "/Type /Font /Subtype /Type0 /BaseFont /MSung-Light /Encoding /UniCNS-UCS2-H /DescendantFonts [5 0 R]"
DESCENDANT = (
    "/Type /Font /Subtype /CIDFontType0 /BaseFont /MSung-Light /DW 1000 "
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (CNS1) /Supplement 0 >>"
)


def one_page(*texts: tuple[int, str]) -> bytes:
    """An A4 page with texts at heights (points from below), each text an object of its own, font not embedded."""
    drawn = "\n".join(f"BT /F1 16 Tf 50 {height} Td <{text.encode('utf-16-be').hex()}> Tj ET" for height, text in texts)
    page = "/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R /Resources << /Font << /F1 4 0 R >> >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< {page} >>",
        f"<< {SERIF} >>",
        f"<< {DESCENDANT} >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
    ]
    body = "".join(f"{number} 0 obj\n{content}\nendobj\n" for number, content in enumerate(objects, start=1))
    return f"%PDF-1.4\n{body}trailer << /Root 1 0 R /Size 7 >>\n%%EOF\n".encode()


PAGE = one_page((800, "密"), (400, "會議紀錄"), (380, "討"))


def shown(passages: tuple[Passage, ...]) -> list[tuple[Zone, str]]:
    return [(one.zone, one.text) for one in passages]


def test_a_lone_character_in_a_font_that_is_not_embedded_is_no_lost_mark() -> None:
    expected = [(Zone.HEADER, "密"), (Zone.BODY, "會議紀錄"), (Zone.BODY, "討")]
    assert shown(read_file(PAGE, name="紀錄.pdf").passages) == expected
    with Pool("inspection.extraction.worker", 1) as confined:
        answer = confined.one(encode_request(Request("紀錄.pdf", (PAGE,), ReadLimits(), len(PAGE)))).answer
    assert answer is not None
    assert shown(decode_reading(answer).passages) == expected


@pytest.mark.parametrize("character", ["密", "A", "\U00020000"])
def test_the_font_offered_has_a_full_box_for_every_character(character: str) -> None:
    from io import BytesIO

    from PIL import ImageFont

    left, top, right, bottom = ImageFont.truetype(BytesIO(box_font()), 100).getbbox(character)
    assert (right - left, bottom - top) == (100, 100)
