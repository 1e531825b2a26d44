"""Presentations (pptx): slides, speaker notes, masters and layouts, comments, with boxes that stand at the edge."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from inspection.extraction.archive import Package
from inspection.extraction.collect import Collector, slide
from inspection.extraction.markup import attribute, attributes, decode_xml, plain, tokens
from inspection.extraction.office_parts import embed_parts, read_drawing_text, read_properties
from inspection.extraction.unreadable import corrupt
from inspection.extraction.word_text import is_red
from inspection.vocabulary import Zone

WANTED = re.compile(
    r"ppt/presentation\.xml$|ppt/(?:slides|notesSlides|slideMasters|slideLayouts|notesMasters|handoutMasters|comments)"
    r"/[^/]*\.xml$|ppt/charts/chart|ppt/diagrams/data|ppt/embeddings/|docProps/",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"ppt/(slides/slide|notesSlides/notesSlide|slideMasters/|slideLayouts/|comments/)", re.IGNORECASE)
TOKEN = re.compile(
    r"<(/?)(?:\w+:)?(sp|p|r|t|br|tbl|tr|tc|rPr|srgbClr|cNvPr|ph|off|ext|chOff|chExt|xfrm|fld|grpSp|grpSpPr)(|[\s/][^<>]*)>([^<]*)"
)
SIZE = re.compile(r"<p:sldSz\b([^<>]*)>")
DEFAULT_SIZE = (9_144_000, 6_858_000)  # 10 by 7.5 inches in EMU
LARGE_HUNDREDTHS = 3600
RUNNING_PLACEHOLDERS = {"ftr": Zone.FOOTER, "hdr": Zone.HEADER}
PROMPTS_NOT_SHOWN = {"dt", "sldNum", "sldImg"}
PLAIN_TEXT = re.compile(r"<(?:\w+:)?(?:text|t)\b[^<>]*>([^<]*)<")


def read_presentation(package: Package, out: Collector) -> None:
    """Reads a presentation package into `out`; raises Unreadable, corrupt where there is no presentation part."""
    names = {name.lower(): name for name in package.names}
    if "ppt/presentation.xml" not in names:
        raise corrupt("a presentation package without a presentation")
    size = _slide_size(decode_xml(package.read(names["ppt/presentation.xml"])))
    for lower in sorted(names, key=_number):
        if not lower.endswith(".xml"):
            continue
        folder = lower.split("/")[1] if lower.startswith("ppt/") and lower.count("/") == 2 else ""
        if folder == "slides":
            xml = decode_xml(package.read(names[lower]))
            hidden = 'show="0"' in xml[:2000]
            SlideText(Zone.HIDDEN if hidden else Zone.SLIDE, slide(_number(lower)[0]), size, out).read(xml)
        elif folder == "notesslides":
            SlideText(Zone.SPEAKER_NOTE, slide(_number(lower)[0]), size, out).read(
                decode_xml(package.read(names[lower]))
            )
        elif folder in {"slidemasters", "slidelayouts", "notesmasters", "handoutmasters"}:
            SlideText(Zone.MASTER, "母片", size, out).read(decode_xml(package.read(names[lower])))
        elif folder == "comments":
            for text in PLAIN_TEXT.findall(decode_xml(package.read(names[lower]))):
                out.add(Zone.COMMENT, plain(text), slide(_number(lower)[0]))
        elif lower.startswith(("ppt/charts/chart", "ppt/diagrams/data")):
            read_drawing_text(decode_xml(package.read(names[lower])), Zone.SLIDE, out, "圖表")
    embed_parts(package, "ppt/embeddings/", out)
    read_properties(package, out)


def _number(lower: str) -> tuple[int, str]:
    digits = re.search(r"(\d{1,8})\.xml$", lower)
    return (int(digits[1]) if digits else 0, lower)


def _slide_size(xml: str) -> tuple[int, int]:
    found = SIZE.search(xml)
    if not found:
        return DEFAULT_SIZE
    return whole(attribute(found[1], "cx")) or DEFAULT_SIZE[0], whole(attribute(found[1], "cy")) or DEFAULT_SIZE[1]


def at_edge(top: float, height: float) -> bool:
    """Whether a box begins in the upper 15 % or lower 10 % of a slide: where marks stand and diagrams do not."""
    return top <= height * 0.15 or top >= height * 0.9


def whole(raw: str) -> int:
    """A whole number of an attribute, 0 where it is none."""
    return int(raw) if raw.lstrip("-").isdecimal() and len(raw) < 16 else 0


@dataclass(slots=True)
class _Group:
    """A group of shapes: its own place and size on the page, and those of the plane its shapes are placed on."""

    place: tuple[int, int] = (0, 0)
    size: tuple[int, int] = (0, 0)
    inner_place: tuple[int, int] = (0, 0)
    inner_size: tuple[int, int] = (0, 0)

    def outside(self, point: tuple[int, int]) -> tuple[int, int]:
        """A place on the group's plane as a place on what the group stands on."""
        return (self._along(point, 0), self._along(point, 1))

    def _along(self, point: tuple[int, int], axis: int) -> int:
        apart = point[axis] - self.inner_place[axis]
        if self.inner_size[axis] > 0:
            apart = apart * self.size[axis] // self.inner_size[axis]
        return self.place[axis] + apart


@dataclass(slots=True)
class _Shape:
    """The shape being read: what kind of placeholder, where it stands, whether it is turned."""

    placeholder: str | None = None
    place: tuple[int, int] | None = None
    turned: bool = False


@dataclass(slots=True)
class _Run:
    struck: bool = False
    stands_out: bool = False


@dataclass(slots=True)
class _State:
    shape: _Shape = field(default_factory=_Shape)
    run: _Run = field(default_factory=_Run)
    shown: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    stands_out: bool = False
    groups: list[_Group] = field(default_factory=list)
    in_group_head: bool = False
    tables: int = 0
    table: str = ""
    cell: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)


class SlideText:
    """Reads one slide, notes page, master or layout."""

    def __init__(self, zone: Zone, part: str, size: tuple[int, int], out: Collector) -> None:
        self._zone = zone
        self._part = part
        self._width, self._height = size
        self._out = out
        self._now = _State()

    def read(self, xml: str) -> None:
        """Reads the part's XML to its end."""
        now = self._now
        for closing, name, raw, text in tokens(TOKEN, xml):
            if name == "t":
                if text and not closing:
                    (now.struck if now.run.struck else now.shown).append(plain(text))
                    now.stands_out |= now.run.stands_out
            elif closing:
                self._close(name)
            else:
                self._open(name, raw)
                if raw.endswith("/") and name == "p":
                    self._close(name)
        self._close("p")

    def _open(self, name: str, raw: str) -> None:
        now = self._now
        if name == "r" or name == "fld":
            now.run = _Run()
        elif name == "rPr":
            now.run.struck = attribute(raw, "strike") in {"sngStrike", "dblStrike"}
            now.run.stands_out |= whole(attribute(raw, "sz")) >= LARGE_HUNDREDTHS
        elif name == "srgbClr":
            now.run.stands_out |= is_red(attribute(raw, "val"))
        elif name == "br":
            now.shown.append("\n")
        elif name == "tbl":
            now.tables += 1
            now.table = f"{self._part} 表格 {now.tables}"
        else:
            self._open_shape(name, raw)

    def _open_shape(self, name: str, raw: str) -> None:
        now = self._now
        if name == "sp":
            now.shape = _Shape()
        elif name == "grpSp":
            now.groups.append(_Group())
            now.shape = _Shape()
        elif name == "grpSpPr":
            now.in_group_head = bool(now.groups) and not raw.endswith("/")
        elif name == "ph":
            now.shape.placeholder = attribute(raw, "type") or "body"
        elif name == "xfrm":
            turn = whole(attribute(raw, "rot")) % 5_400_000
            now.shape.turned = bool(turn)
        elif name in {"off", "ext", "chOff", "chExt"}:
            self._placed(name, attributes(raw))
        elif name == "cNvPr" and ("descr" in raw or "title" in raw):
            given = attributes(raw)
            self._out.add(Zone.ALT_TEXT, given.get("descr", ""), self._part)
            self._out.add(Zone.ALT_TEXT, given.get("title", ""), self._part)

    def _placed(self, name: str, given: dict[str, str]) -> None:
        now = self._now
        point = (whole(given.get("x", "")), whole(given.get("y", "")))
        extent = (whole(given.get("cx", "")), whole(given.get("cy", "")))
        if now.in_group_head:
            group = now.groups[-1]
            if name == "off":
                group.place = point
            elif name == "ext":
                group.size = extent
            elif name == "chOff":
                group.inner_place = point
            else:
                group.inner_size = extent
        elif name == "off" and now.shape.place is None:
            for group in reversed(now.groups):
                point = group.outside(point)
            now.shape.place = point

    def _close(self, name: str) -> None:
        now = self._now
        if name == "p":
            self._end_paragraph()
        elif name == "tc":
            now.cells.append("\n".join(now.cell))
            now.cell = []
        elif name == "tr":
            if any(now.cells):
                self._out.add_row(Zone.TABLE, now.cells, now.table, part=now.table)
            now.cells = []
        elif name == "tbl":
            now.table = ""
        elif name == "grpSpPr":
            now.in_group_head = False
        elif name == "grpSp" and now.groups:
            now.groups.pop()

    def _end_paragraph(self) -> None:
        now = self._now
        shown, struck = "".join(now.shown).strip(), "".join(now.struck).strip()
        now.shown, now.struck = [], []
        stands_out, now.stands_out = now.stands_out, False
        now.run = _Run()
        if now.table:
            if shown:
                now.cell.append(shown)
            if struck:
                self._out.add(Zone.TABLE, struck, struck=True, part=now.table)
            return
        if not shown and not struck:
            return
        zone = self._zone_of(now.shape)
        if zone is None:
            return
        upper_left = self._is_upper_left(now.shape)
        self._out.add(zone, shown, self._part, prominence=stands_out or upper_left, part=self._part)
        self._out.add(zone, struck, self._part, struck=True, part=self._part)

    def _zone_of(self, shape: _Shape) -> Zone | None:
        """The zone of a shape's text; None for prompts and numbers nobody wrote."""
        if shape.placeholder in PROMPTS_NOT_SHOWN:
            return None
        running = RUNNING_PLACEHOLDERS.get(shape.placeholder or "")
        if self._zone is Zone.MASTER:
            return running or (None if shape.placeholder else Zone.MASTER)
        if self._zone is not Zone.SLIDE:
            return self._zone
        if running:
            return running
        if shape.placeholder is None and shape.turned:
            return Zone.WATERMARK
        if shape.placeholder is None and shape.place and at_edge(shape.place[1], self._height):
            return Zone.TEXT_BOX
        return Zone.SLIDE

    def _is_upper_left(self, shape: _Shape) -> bool:
        place = shape.place
        return place is not None and place[0] <= self._width / 3 and place[1] <= self._height * 0.15
