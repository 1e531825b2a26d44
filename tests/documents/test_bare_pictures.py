"""A photograph is kept without what the camera told of place and time; the picture itself, and its way up, stay."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping

import pytest
from PIL import Image, ImageOps, PngImagePlugin

from documents.mutating import mutated
from inspection.documents.bare_pictures import bare
from inspection.documents.media_types import DOCX, JPEG, PNG
from inspection.documents.returned import FileFault, NotTaken

PLACE = "24.9576,121.2254"


def scene() -> Image.Image:
    """Something to photograph, wider than high."""
    chance = random.Random(7)
    image = Image.new("RGB", (96, 64))
    image.putdata([(chance.randrange(256), x % 256, 90) for x in range(96 * 64)])
    return image


def photograph(way_up: int = 1, **how: object) -> bytes:
    """As a telephone writes one: where, when, by what, and words beside."""
    told = scene().getexif()
    told[0x0110], told[0x0132], told[0x010E] = "TELEPHONE-X", "2026:11:13 10:00:00", PLACE
    if way_up != 1:
        told[0x0112] = way_up
    told.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    scene().save(out, "JPEG", exif=told, comment=PLACE.encode(), **how)
    return out.getvalue()


def drawn(words: Mapping[str, str]) -> bytes:
    """A picture of a screen, with words beside."""
    told = PngImagePlugin.PngInfo()
    for name, text in words.items():
        told.add_text(name, text)
        told.add_itxt(name, text)
    out = io.BytesIO()
    scene().save(out, "PNG", pnginfo=told, exif=scene().getexif())
    return out.getvalue()


def shown(data: bytes) -> bytes:
    """What is seen of it."""
    return ImageOps.exif_transpose(Image.open(io.BytesIO(data))).tobytes()


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"dpi": (200, 200)}])
@pytest.mark.parametrize("way_up", [1, 6, 8])
def test_place_time_and_device_go_and_the_picture_stays(way_up: int, how: dict[str, object]) -> None:
    taken = photograph(way_up, **how) + b"trailer of a telephone " + PLACE.encode()
    kept = bare(taken, JPEG)
    assert shown(kept) == shown(taken)
    assert dict(Image.open(io.BytesIO(kept)).getexif()) == ({0x0112: way_up} if way_up != 1 else {})
    for words in (PLACE.encode(), b"TELEPHONE-X", b"2026:11:13", b"trailer"):
        assert words in taken or words == b"trailer"
        assert words not in kept
    assert bare(kept, JPEG) == kept


def test_what_is_written_beside_a_png_goes() -> None:
    taken = drawn({"Comment": PLACE, "Author": "某人"}) + PLACE.encode()
    kept = bare(taken, PNG)
    assert shown(kept) == shown(taken)
    assert PLACE.encode() in taken
    assert PLACE.encode() not in kept
    assert Image.open(io.BytesIO(kept)).info.keys() <= {"dpi"}
    assert bare(kept, PNG) == kept


def test_what_is_no_picture_is_left_alone() -> None:
    assert bare(b"PK\3\4", DOCX) == b"PK\3\4"


@pytest.mark.parametrize(("whole", "kind"), [(photograph(6), JPEG), (drawn({"a": "b"}), PNG)])
def test_damaged_pictures_end_with_a_picture_or_a_reason(whole: bytes, kind: str) -> None:
    ends = set()
    for data in mutated(whole, 60, seed=12):
        try:
            ends.add(type(bare(data, kind)))
        except NotTaken as error:
            ends.add(error.fault)
    assert ends <= {bytes, FileFault.BROKEN}
    assert len(ends) == 2
