"""Presentations (pptx): slides, speaker notes, masters and layouts, comments, with boxes that stand at the edge."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from inspection.extraction.collect import Collector, slide
from inspection.extraction.markup import attribute, attributes, plain, tokens
from inspection.extraction.office_links import EMBEDDED, Parts
from inspection.extraction.office_parts import embed_parts, read_drawing_text, read_properties, read_rest
from inspection.extraction.word_text import is_red
from inspection.vocabulary import Zone

MASTERS = ("slidemaster", "slidelayout", "notesmaster", "handoutmaster")
DRAWN = ("chart", "diagramdata", "drawing")
HANDLED = frozenset({"slide", "notesslide", "comments", *MASTERS, *DRAWN, *EMBEDDED})
TOKEN = re.compile(
    r"<(/?)(?:\w+:)?(sp|p|r|t|br|tbl|tr|tc|rPr|srgbClr|cNvPr|ph|off|ext|chOff|chExt|xfrm|fld|grpSp|grpSpPr)(|[\s/][^<>]*)>([^<]*)"
)
SHOWN_SLIDE = re.compile(r"<(?:\w+:)?sldId\b([^<>]*)>")
HIDDEN_SLIDE = re.compile(r"<(?:\w+:)?sld\b[^<>]*\bshow=\"(?:0|false)\"")
SIZE = re.compile(r"<(?:\w+:)?sldSz\b([^<>]*)>")
DEFAULT_SIZE = (9_144_000, 6_858_000)  # 10 by 7.5 inches in EMU
LARGE_HUNDREDTHS = 3600
RUNNING_PLACEHOLDERS = {"ftr": Zone.FOOTER, "hdr": Zone.HEADER}
PROMPTS_NOT_SHOWN = {"dt", "sldNum", "sldImg"}
PLAIN_TEXT = re.compile(r"<(?:\w+:)?(?:text|t)\b[^<>]*>([^<]*)<")


def read_presentation(parts: Parts, out: Collector) -> None:
    """Reads a presentation package into `out`; raises Unreadable."""
    presentation = parts.text(parts.main)
    size = _slide_size(presentation)
    places = _places(parts, presentation)
    notes = _beside_slides(parts, places, size, out)
    for name in sorted(parts.of_kind("slide"), key=lambda one: places.get(one, len(places))):
        xml = parts.text(name)
        zone = Zone.HIDDEN if HIDDEN_SLIDE.search(xml, 0, 4_000) else Zone.SLIDE
        SlideText(zone, slide(places[name]), size, out).read(xml)
        for beside in notes.pop(places[name], ()):
            beside()
    for beside in chain.from_iterable(notes.values()):
        beside()
    for name in parts.of_kind(*MASTERS):
        SlideText(Zone.MASTER, "母片", size, out).read(parts.text(name))
    for name in parts.of_kind(*DRAWN):
        read_drawing_text(parts.text(name), Zone.SLIDE, out, "圖表")
    embed_parts(parts, out)
    read_properties(parts, out)
    read_rest(parts, out, HANDLED)


def _beside_slides(
    parts: Parts, places: dict[str, int], size: tuple[int, int], out: Collector
) -> dict[int, list[Callable[[], None]]]:
    """Per number of a slide what reads its notes and comments: they are read together with it."""
    found: dict[int, list[Callable[[], None]]] = {}
    for name in parts.of_kind("notesslide"):
        owner = _place_of_owner(parts, name, places)
        found.setdefault(owner, []).append(partial(_read_notes, parts, name, slide(owner), size, out))
    for name in parts.of_kind("comments"):
        owner = next((place for one, place in places.items() if name in _targets(parts, one)), 0)
        found.setdefault(owner, []).append(partial(_read_comments, parts, name, slide(owner), out))
    return found


def _read_notes(parts: Parts, name: str, part: str, size: tuple[int, int], out: Collector) -> None:
    SlideText(Zone.SPEAKER_NOTE, part, size, out).read(parts.text(name))


def _read_comments(parts: Parts, name: str, part: str, out: Collector) -> None:
    for text in PLAIN_TEXT.findall(parts.text(name)):
        out.add(Zone.COMMENT, plain(text), part)


def _targets(parts: Parts, name: str) -> set[str]:
    return {relation.target for relation in parts.relations(name)}


def _places(parts: Parts, presentation: str) -> dict[str, int]:
    """Number of each slide as shown, counted from 1; slides the presentation does not list come last."""
    targets = {relation.id: relation.target for relation in parts.relations(parts.main)}
    listed = [targets.get(_relation_id(raw), "") for raw in SHOWN_SLIDE.findall(presentation)]
    slides = parts.of_kind("slide")
    order = [name for name in listed if name in slides]
    order += sorted((name for name in slides if name not in order), key=_number)
    return {name: number for number, name in enumerate(dict.fromkeys(order), 1)}


def _relation_id(raw: str) -> str:
    """The relationship of a listed slide: beside it stands an id of another kind, without prefix."""
    found = re.search(r'\w+:id="([^"]*)"', raw)
    return found[1] if found else ""


def _place_of_owner(parts: Parts, name: str, places: dict[str, int]) -> int:
    owner = next((relation.target for relation in parts.relations(name) if relation.kind == "slide"), "")
    return places.get(owner) or _number(name)[0]


def _number(name: str) -> tuple[int, str]:
    digits = re.search(r"(\d{1,8})\.xml$", name.lower())
    return (int(digits[1]) if digits else 0, name)


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
