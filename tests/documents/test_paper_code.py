"""The code in the foot of every page: binds paper to content, tells nothing else, reads back from the print."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
import segno
from PIL import Image

from documents.specimens import FRAME, SPECIMENS, submission_brief, unit_report
from inspection.documents.convert import to_pdf
from inspection.documents.package import read
from inspection.documents.paper_code import (
    digest_prefix,
    document_number,
    payload,
    qr,
    read_code,
    short_code,
)
from inspection.documents.render import render
from inspection.errors import BadSource
from inspection.settings import TEMPLATES

DIGEST = "3f" * 32
PAPERS = ["plan/inspection_plan.docx", "report/campaign_report.docx", "report/unit_report.docx"]


def modules(text: str) -> list[list[bool]]:
    """The dark modules of a code, as the library has them."""
    return [[bool(one) for one in row] for row in segno.make_qr(text, error="m", boost_error=False).matrix]


def drawn(xml: str) -> list[list[bool]]:
    """The dark modules of the shape drawn in a footer."""
    side = int(re.search(r'coordsize="(\d+),', xml)[1]) // 20  # type: ignore[index]
    grid = [[False] * side for _ in range(side)]
    for left, top, right in re.findall(r"m(\d+),(\d+)l(\d+),", xml):
        for x in range(int(left) // 20, int(right) // 20):
            grid[int(top) // 20][x] = True
    return grid


def test_it_holds_number_and_short_code_and_no_address_unless_one_is_named() -> None:
    number = document_number("C-115-H2:v1")
    bare = payload("C-115-H2:v1", DIGEST, address="")
    assert bare == f"{number}-{short_code(DIGEST)}"
    named = payload("C-115-H2:v1", DIGEST, address="https://inspection.shifan.test/")
    assert named == f"https://inspection.shifan.test/paper?code={bare}"
    for one in (bare, named):
        assert "C-115" not in one
        assert (read_code(one).number, read_code(one).identifier) == (number, short_code(DIGEST))


def test_another_document_or_one_character_of_content_is_another_code() -> None:
    codes = {
        payload(subject, digest, address="")
        for subject in ("C:v1", "C:v2", "C:all:r1", "C:U04:r1")
        for digest in (DIGEST, "4f" + DIGEST[2:])
    }
    assert len(codes) == 8
    assert DIGEST.startswith(digest_prefix(short_code(DIGEST)))


@pytest.mark.parametrize("typed", ["k7qm-2xwd", " K7QM2XWD ", "Ｋ７ＱＭ－２ＸＷＤ", "K7QM - 2XWD"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert read_code(typed).identifier == "K7QM-2XWD"


@pytest.mark.parametrize("typed", ["", "K7QM", "K7QM-2XW1", "https://elsewhere.example/?q=1", "x" * 5000])
def test_what_is_no_code_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadSource, match="K7QM-2XWD"):
        read_code(typed)


@pytest.mark.parametrize("name", PAPERS)
def test_the_shape_in_the_footer_is_the_code_and_no_part_is_added(name: str) -> None:
    parts = read(render(TEMPLATES / name, cast("Mapping[str, object]", SPECIMENS[name]())))
    footer = parts["word/footer1.xml"].decode()
    assert drawn(footer) == modules(SPECIMENS[name]()["frame"]["code"])
    assert not [part for part in parts if "media" in part or part == "word/_rels/footer1.xml.rels"]


def test_a_letter_that_does_not_come_back_bears_none() -> None:
    bare = {**submission_brief(), "frame": {**FRAME, "code": ""}}
    parts = read(render(TEMPLATES / "letter/submission_brief.docx", cast("Mapping[str, object]", bare)))
    assert "PaperCode" not in parts["word/footer1.xml"].decode()
    assert qr("") == ""


def test_it_reads_back_from_the_printed_page(tmp_path: Path) -> None:
    """Cut out of the picture of each page and measured module by module: what a scanner would see."""
    name = "report/unit_report.docx"
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(to_pdf(render(TEMPLATES / name, cast("Mapping[str, object]", SPECIMENS[name]()))))
    subprocess.run(["pdftoppm", "-r", "300", "-gray", "-png", str(pdf), str(tmp_path / "page")], check=True)
    pages = sorted(tmp_path.glob("page*.png"))
    assert len(pages) == 2
    wanted = modules(unit_report()["frame"]["code"])
    for page in pages:
        picture = Image.open(page).convert("L")
        corner = picture.crop((0, picture.height - 420, 240, picture.height)).point(lambda level: 255 * (level < 128))
        box = corner.getbbox()
        assert box is not None
        width, height = (box[2] - box[0]) / len(wanted), (box[3] - box[1]) / len(wanted)
        assert abs(width - height) < 0.3
        seen = [
            [
                corner.getpixel((int(box[0] + (x + 0.5) * width), int(box[1] + (y + 0.5) * height))) == 255
                for x in range(len(wanted))
            ]
            for y in range(len(wanted))
        ]
        assert seen == wanted
