"""Makes scanned pages of office prose in Traditional Chinese, with what is printed on each, for `bench/ocr.py`.

The prose is that of the ordinary paragraphs of `tests/quality`, by several authors. Identity numbers are made at run
time with a right check digit; nobody was given them by us.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from demo.files import Invented, Planted
from PIL import Image, ImageDraw, ImageFont

REPOSITORY = Path(__file__).resolve().parents[1]
FONTS = {
    "標楷體": ("/usr/share/fonts/truetype/cns11643/TW-Kai-98_1.ttf", 0),
    "黑體": ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 3),
    "明體": ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 3),
}
DPI = (150, 200, 300)
FLAWS = ("clean", "skewed", "noisy", "grey")
MARKS = ("密", "機密", "", "極機密", "密", "機密")
PAPER_MM = (210, 297)
MARGIN_MM = 25
POINT = 1 / 72
BODY_POINTS, TITLE_POINTS = 14, 20
LINE = 1.45  # of the size of its letters
SKEW_DEGREES = 1.0
PEOPLE = 6
PARAGRAPHS = 6
SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐"
GIVEN = "雅婷怡君志豪建宏淑芬俊傑美玲家瑋佩珊冠宇詠晴柏翰欣穎"


@dataclass(frozen=True, slots=True)
class Scan:
    """One page: its picture (grey, as many pixels as `dpi` makes of A4) and what is printed on it."""

    name: str
    dpi: int
    flaw: str
    font: str
    picture: Image.Image = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    numbers: tuple[str, ...] = field(repr=False)
    mark: str

    def as_pdf(self) -> bytes:
        """The page as the scanners of offices file it: a PDF of one JPEG, no text layer."""
        made = io.BytesIO()
        self.picture.save(made, "PDF", resolution=self.dpi, quality=60 if self.flaw == "grey" else 80)
        return made.getvalue()


def scans(pages: int, seed: int) -> Iterator[Scan]:
    """Every resolution with every flaw in turn, fonts and marks changing; equal for an equal seed but the numbers."""
    prose = [
        text
        for path in sorted((REPOSITORY / "tests" / "quality").glob("*/*/papers.yaml"))
        for text in yaml.safe_load(path.read_text(encoding="utf-8"))[-1]["filler"]
    ]
    chance, invented = random.Random(seed), Invented(random.Random(), Planted())
    for number in range(pages):
        dpi, flaw = DPI[number % len(DPI)], FLAWS[number % len(FLAWS)]
        font = tuple(FONTS)[(number + number // len(DPI)) % len(FONTS)]
        numbers = tuple(invented.national_id() for _ in range(PEOPLE))
        mark = MARKS[number % len(MARKS)]
        page = _Page(dpi, FONTS[font])
        _write(page, chance, prose, numbers, mark)
        picture = _flawed(page.picture, flaw, chance)
        yield Scan(f"page {number + 1}", dpi, flaw, font, picture, tuple(page.lines), numbers, mark)


class _Page:
    """A4 being written from top to bottom; keeps what was written."""

    def __init__(self, dpi: int, font: tuple[str, int]) -> None:
        self._dpi, self._font = dpi, font
        across, down = (round(side / 25.4 * dpi) for side in PAPER_MM)
        self.picture = Image.new("L", (across, down), 255)
        self._pen = ImageDraw.Draw(self.picture)
        self._left = round(MARGIN_MM / 25.4 * dpi)
        self._right = across - self._left
        self._y = self._left / 2
        self.lines: list[str] = []

    def write(self, text: str, points: int, place: str = "left") -> None:
        """Writes a paragraph, broken where the line is full."""
        letters = ImageFont.truetype(self._font[0], round(points * POINT * self._dpi), index=self._font[1])
        rest = text
        while rest:
            count = len(rest)
            while letters.getlength(rest[:count]) > self._right - self._left:
                count -= 1
            line, rest = rest[:count], rest[count:]
            room = self._right - self._left - letters.getlength(line)
            x = self._left + {"left": 0.0, "middle": room / 2, "right": room}[place]
            self._pen.text((x, self._y), line, fill=20, font=letters)
            self.lines.append(line)
            self._y += points * LINE * POINT * self._dpi


def _write(page: _Page, chance: random.Random, prose: list[str], numbers: tuple[str, ...], mark: str) -> None:
    if mark:
        page.write(mark, TITLE_POINTS, "right")
    page.write("本所辦理各項業務執行情形簽", TITLE_POINTS, "middle")
    page.write(f"中華民國{chance.randint(112, 115)}年{chance.randint(1, 12)}月{chance.randint(1, 28)}日", BODY_POINTS)
    for paragraph in chance.sample(prose, PARAGRAPHS):
        page.write(paragraph[:110], BODY_POINTS)
    page.write("申請人名冊", BODY_POINTS, "middle")
    page.write("編號　姓　名　身分證字號　　電　話　　　核定金額", BODY_POINTS)
    for index, number in enumerate(numbers):
        name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
        phone = f"09{chance.randrange(100):02d}-{chance.randrange(1_000_000):06d}"
        amount = f"{chance.randrange(1_000, 90_000):,}"
        page.write(f"{index + 1}　　{name}　{number}　{phone}　{amount}元", BODY_POINTS)


def _flawed(page: Image.Image, flaw: str, chance: random.Random) -> Image.Image:
    if flaw == "skewed":
        return page.rotate(SKEW_DEGREES, Image.Resampling.BICUBIC, fillcolor=255)
    if flaw == "noisy":
        grain = Image.frombytes("L", page.size, chance.randbytes(page.width * page.height))
        spots = grain.point([0 if value < 2 else 255 for value in range(256)])
        speckled = Image.composite(page, spots, spots)  # two of 256 dots are black
        return Image.blend(speckled, grain, 0.2)
    if flaw == "grey":  # a copy of a copy on recycled paper
        return page.point([110 + value * 80 // 255 for value in range(256)])
    return page
