"""OpenDocument files (odt, ods, odp): content, headers and footers, notes, annotations, tracked deletions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from inspection.extraction.archive import Package
from inspection.extraction.collect import Collector, slide, table
from inspection.extraction.markup import attribute, attributes, decode_xml, plain
from inspection.extraction.sheet_stores import literals
from inspection.extraction.slides import at_edge, whole
from inspection.extraction.unreadable import corrupt, encrypted
from inspection.extraction.word_text import is_red, zone_locator
from inspection.vocabulary import Zone

TOKEN = re.compile(r"<(/?)([\w.-]+:[\w.-]+)([^<>]*)>([^<]*)")
META = re.compile(r"<(?:dc|meta):(title|subject|keyword|description)\b[^<>]*>([^<]*)</")
USER_DEFINED = re.compile(r"<meta:user-defined\b([^<>]*)>([^<]*)</")
WATERMARK_NAME = re.compile("watermark|浮水印", re.IGNORECASE)
REPEATED = 256  # a repeated value is kept this often at most
PADDED = 64  # and an empty cell this often
ZONES = {
    "style:header": Zone.HEADER,
    "style:header-left": Zone.HEADER,
    "style:header-first": Zone.FIRST_HEADER,
    "style:footer": Zone.FOOTER,
    "style:footer-left": Zone.FOOTER,
    "style:footer-first": Zone.FOOTER,
    "text:note": Zone.NOTE,
    "office:annotation": Zone.COMMENT,
    "text:deletion": Zone.DELETED,
    "draw:text-box": Zone.TEXT_BOX,
    "presentation:notes": Zone.SPEAKER_NOTE,
}
# what controls, fields and conditions hold in attributes
HELD = re.compile(
    r"<(?!table:table-cell|table:covered-table-cell)[\w.-]+:[\w.-]+(?=[^<>]*(?:form:|string-value=|:condition=|:formula=))"
    r"([^<>]*)>"
)
CELL_FORMULA = re.compile(r"<table:table-cell\b[^<>]*\btable:formula=\"([^\"]*)\"[^<>]*/>")
HELD_NAMES = {"current-value", "value", "label", "title", "string-value", "condition", "formula", "help-message"}
RUBY = re.compile(r"<text:ruby-text\b[^<>]*>([^<]*)<")
SWITCHED_OFF = 'style:display="false"'
META_PREFIXES = ("dc:", "meta:")
NOT_SHOWN = {"text:ruby-text", "text:note-citation", "text:page-number", "text:page-count", "office:binary-data"}
DRAWN = {Zone.SLIDE, Zone.MASTER}  # large type is the rule there
GAPS = {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}
PARAGRAPHS = {"text:p", "text:h"}
ASIDE = frozenset({Zone.NOTE, Zone.COMMENT, Zone.TEXT_BOX})
TOUCHING = re.compile("[0-9A-Za-z]{2}")
SHAPES = {"draw:custom-shape", "draw:frame", "draw:rect", "draw:ellipse", "draw:path", "draw:polygon"}
LARGE_POINTS = 18.0
LENGTH = re.compile(r"(-?\d{1,5}(?:\.\d{1,6})?)(mm|cm|in|pt|px)?")
MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "px": 25.4 / 96}
PAGE_HEIGHT = re.compile(r'fo:page-height="([^"]{1,24})"')
SLIDE_HEIGHT = 190.5  # millimetres, where the file does not say


def millimetres(raw: str) -> float | None:
    """A length as OpenDocument writes it (1.27cm), None where it is none."""
    found = LENGTH.fullmatch(raw)
    return float(found[1]) * MILLIMETRES[found[2] or "px"] if found else None


def _slide_height(styles: str) -> float:
    found = PAGE_HEIGHT.search(styles)
    return (millimetres(found[1]) if found else None) or SLIDE_HEIGHT


def read_open_document(package: Package, out: Collector) -> None:
    """Reads an OpenDocument package into `out`; raises Unreadable: corrupt, or encrypted by its own manifest."""
    if "encryption-data" in package.read("META-INF/manifest.xml").decode("utf-8", "replace"):
        raise encrypted("the manifest lists encrypted parts")
    if "content.xml" not in package.members:
        raise corrupt("an OpenDocument package without content")
    styles = decode_xml(package.read("styles.xml"))
    content = decode_xml(package.read("content.xml"))
    looks = read_looks(styles) | read_looks(content)
    kind = package.read("mimetype").decode("ascii", "replace").rpartition(".")[2]
    body = Zone.SLIDE if "presentation" in kind else Zone.BODY
    if styles:
        _read_masters(styles, body, looks, out)
    OpenText(body, out, looks, height=_slide_height(styles)).read(content)
    _read_held(content, out)
    for name in package.names:
        if re.fullmatch(r"Object [^/]*/content\.xml", name):
            OpenText(Zone.TEXT_BOX, out, looks).read(decode_xml(package.read(name)))
        elif re.fullmatch(r"Object [^/.]*", name) and package.members[name].size_bytes:
            out.embed(name, package.read(name))
    _properties(decode_xml(package.read("meta.xml")), out)


def read_flat_open_document(xml: str, out: Collector) -> str:
    """An OpenDocument file written as one XML (fodt, fods, fodp); returns its format."""
    found = re.search(r'office:mimetype="[\w./-]*\.(text|spreadsheet|presentation|graphics)', xml[:4000])
    kind = found[1] if found else "text"
    body = Zone.SLIDE if kind == "presentation" else Zone.BODY
    looks = read_looks(xml)
    masters, content = xml.find("<office:master-styles"), xml.find("<office:body")
    if content < 0:
        raise corrupt("an OpenDocument file without a body")
    if 0 <= masters < content:
        _read_masters(xml[masters:content], body, looks, out)
    OpenText(body, out, looks, height=_slide_height(xml[:content])).read(xml[content:])
    _read_held(xml[content:], out)
    _properties(xml[:content], out)
    return FLAT_FORMATS[kind]


FLAT_FORMATS = {"text": "fodt", "spreadsheet": "fods", "presentation": "fodp", "graphics": "fodg"}


def _read_held(xml: str, out: Collector) -> None:
    """Values of form controls and fields, conditions of lists, formulas without a result, ruby texts."""
    for raw in HELD.findall(xml):
        given = attributes(raw)
        for name, value in given.items():
            if name in {"condition", "formula"}:
                for text in literals(value):
                    out.add(Zone.HIDDEN, text, "公式")
            elif name in HELD_NAMES and ("form:" in raw or name == "string-value"):
                out.add(Zone.HIDDEN, value, "欄位值")
    for formula in CELL_FORMULA.findall(xml):
        for text in literals(plain(formula)):
            out.add(Zone.HIDDEN, text, "公式")
    for text in RUBY.findall(xml):
        out.add(Zone.HIDDEN, plain(text), "注音標示")


def _read_masters(styles: str, body: Zone, looks: dict[str, Look], out: Collector) -> None:
    zone = Zone.MASTER if body is Zone.SLIDE else Zone.HEADER
    OpenText(zone, out, looks).read(styles[max(styles.find("<office:master-styles"), 0) :])


def _properties(meta: str, out: Collector) -> None:
    for key, value in META.findall(meta):
        out.add_property("keywords" if key == "keyword" else key, plain(value))
    for raw, value in USER_DEFINED.findall(meta):
        out.add_property(attribute(raw, "name"), plain(value))


@dataclass(slots=True)
class Look:
    """What one automatic or named style does to text."""

    struck: bool = False
    hidden: bool = False
    stands_out: bool = False


def read_looks(xml: str) -> dict[str, Look]:
    """Styles that strike, hide, enlarge or redden, by name."""
    looks: dict[str, Look] = {}
    for whole_style in xml.split("<style:style ")[1:]:
        chunk = whole_style.partition("</style:style>")[0]
        name = attribute(chunk[: chunk.find(">")], "name")
        through = re.search(r'text-line-through-(?:style|type)="(\w+)"', chunk)
        size = re.search(r'fo:font-size="(\d{1,3}(?:\.\d{1,4})?)pt"', chunk)
        colour = re.search(r'fo:color="#(\w{6})"', chunk)
        look = Look(
            struck=bool(through and through[1] != "none"),
            hidden='text:display="none"' in chunk,
            stands_out=bool((size and float(size[1]) >= LARGE_POINTS) or (colour and is_red(colour[1]))),
        )
        if look.struck or look.hidden or look.stands_out:
            looks[name] = look
    return looks


NO_LOOK = Look()


@dataclass(slots=True)
class _Paragraph:
    shown: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    stands_out: bool = False
    cuts: list[tuple[int, str]] = field(default_factory=list)
    """Where something was deleted, in characters shown before it, and the deletion's name."""


@dataclass(slots=True)
class _Table:
    name: str
    cells: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    repeat: int = 1
    value: str = ""
    date: str = ""
    row: int = 0
    look: Look = field(default_factory=Look)
    zone: Zone | None = None


class OpenText:
    """Reads one XML part of an OpenDocument package; zones, tables and paragraphs nest."""

    def __init__(self, zone: Zone, out: Collector, looks: dict[str, Look], *, height: float = SLIDE_HEIGHT) -> None:
        self._out = out
        self._looks = looks
        self._height = height
        self._base = zone
        self._zones: list[tuple[str, Zone | None]] = []  # None: a prompt of the master, shown nowhere
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[_Table] = []
        self._shapes: list[bool] = []
        self._count = 0
        self._slide = 0
        self._is_sheet = False
        self._first_page = False
        self._aside: list[tuple[Zone, str, str]] = []
        self._region = ""
        self._deleted: dict[str, list[str]] = {}

    def read(self, xml: str) -> None:
        """Reads the part to its end."""
        self._is_sheet = "<office:spreadsheet" in xml
        for token in TOKEN.finditer(xml):
            closing, name, raw, text = token.groups()
            if closing:
                self._close(name)
            else:
                self._open(name, raw)
                if raw.endswith("/"):
                    self._close(name)
            if text and self._paragraphs and (closing or name not in NOT_SHOWN) and not name.startswith(META_PREFIXES):
                self._text(plain(text))
            elif text and name in {"svg:title", "svg:desc"} and not closing:
                self._out.add(Zone.ALT_TEXT, plain(text), "替代文字")
        self._keep_aside()
        for texts in self._deleted.values():
            for text in texts:
                self._out.add(Zone.DELETED, text)

    @property
    def _zone(self) -> Zone | None:
        return self._zones[-1][1] if self._zones else self._base

    def _text(self, text: str) -> None:
        now = self._paragraphs[-1]
        look = next((look for look in reversed(now.looks) if look is not NO_LOOK), NO_LOOK)
        if any(one.hidden for one in now.looks):
            now.hidden.append(text)
        elif any(one.struck for one in now.looks):
            now.struck.append(text)
        else:
            now.shown.append(text)
            now.stands_out |= look.stands_out and self._base not in DRAWN and bool(text.strip())

    def _open(self, name: str, raw: str) -> None:
        if name in PARAGRAPHS:
            look = self._looks.get(attribute(raw, "style-name"), NO_LOOK)
            cell = self._tables[-1].look if self._is_sheet and self._tables else NO_LOOK
            self._paragraphs.append(_Paragraph(looks=[cell, look]))
        elif name == "text:span":
            if self._paragraphs:
                self._paragraphs[-1].looks.append(self._looks.get(attribute(raw, "style-name"), NO_LOOK))
        elif name in GAPS:
            self._gap(GAPS[name] * min(whole(attribute(raw, "c")) or 1, 80))
        elif name in {"text:changed-region", "text:change"}:
            self._open_change(name, raw)
        elif name in ZONES:
            zone: Zone | None = Zone.HIDDEN if SWITCHED_OFF in raw else ZONES[name]
            if zone is Zone.HEADER and self._first_page:
                zone = Zone.FIRST_HEADER
            if self._zone is None:
                zone = None
            elif zone is Zone.TEXT_BOX and (self._base in {Zone.SLIDE, Zone.MASTER} or self._zone is Zone.SPEAKER_NOTE):
                zone = self._zone
            self._zones.append((name, zone))
        elif name.startswith("table:"):
            self._open_table(name, raw)
        else:
            self._open_shape(name, raw)

    def _open_change(self, name: str, raw: str) -> None:
        """A deletion in the list of changes, or the place it was taken from."""
        if name == "text:changed-region":
            self._region = attribute(raw, "id")
        elif self._paragraphs:
            now = self._paragraphs[-1]
            now.cuts.append((sum(map(len, now.shown)), attribute(raw, "change-id")))

    def _open_shape(self, name: str, raw: str) -> None:
        if name in SHAPES:
            if self._base is Zone.MASTER and "presentation:class=" in raw and not raw.endswith("/"):
                self._zones.append((name, None))
            elif WATERMARK_NAME.search(attribute(raw, "name")) or (name != "draw:frame" and "rotate (" in raw):
                self._zones.append((name, Zone.WATERMARK))
            elif self._base is Zone.SLIDE:
                if self._zone is Zone.SLIDE and "presentation:class=" not in raw and self._at_edge(raw):
                    self._zones.append((name, Zone.TEXT_BOX))
            elif name != "draw:frame" and self._base is not Zone.MASTER:
                self._zones.append((name, Zone.TEXT_BOX))
        elif name == "draw:page":
            self._slide += 1
        elif name == "style:master-page":
            # a master page that hands over to another is the one of the first page
            self._first_page = "next-style-name" in raw
        elif name in {"text:hidden-text", "text:hidden-paragraph"}:
            self._out.add(Zone.HIDDEN, attribute(raw, "string-value"))

    def _at_edge(self, raw: str) -> bool:
        top = millimetres(attribute(raw, "y"))
        return top is not None and at_edge(top, self._height)

    def _gap(self, text: str) -> None:
        if self._paragraphs:
            self._text(text)

    def _open_table(self, name: str, raw: str) -> None:
        if name == "table:table":
            self._count += 1
            if self._is_sheet and not self._tables:
                self._out.add(Zone.PROPERTY, attribute(raw, "name"), "工作表名稱")
            self._tables.append(_Table(attribute(raw, "name") or table(self._count), zone=self._zone))
        elif self._tables:
            now = self._tables[-1]
            if name == "table:table-row":
                now.row += 1
                now.repeat = 1
            elif name in {"table:table-cell", "table:covered-table-cell"}:
                now.cell = []
                given = attributes(raw)
                now.repeat = whole(given.get("number-columns-repeated", "")) or 1
                now.date = given.get("date-value", "").partition("T")[0]
                now.value = given.get("value", "")
                now.look = self._looks.get(given.get("style-name", ""), NO_LOOK)

    def _close(self, name: str) -> None:
        if name in PARAGRAPHS:
            self._close_paragraph()
        elif name == "text:span":
            if self._paragraphs and len(self._paragraphs[-1].looks) > 2:
                self._paragraphs[-1].looks.pop()
        elif name.startswith("table:"):
            self._close_table(name)
        elif self._zones and self._zones[-1][0] == name:
            self._zones.pop()

    def _close_paragraph(self) -> None:
        if not self._paragraphs:
            return
        done = self._paragraphs.pop()
        zone = self._zone
        if zone is None:
            return
        part = self._part()
        shown = "".join(done.shown).strip()
        in_cell = bool(self._tables) and zone is self._tables[-1].zone
        if zone is Zone.DELETED and self._region:
            self._deleted.setdefault(self._region, []).append(shown)
            return
        if zone in ASIDE and (self._paragraphs or (self._tables and not in_cell)):
            self._aside.append((zone, shown, part))
            return
        self._cut("".join(done.shown), done.cuts)
        if in_cell:
            if shown:
                self._tables[-1].cell.append(shown)
        elif shown:
            number = self._out.count(zone)
            locator = part or zone_locator(zone, number)
            first = zone is Zone.BODY and number == 0
            self._out.add(zone, shown, locator, prominence=done.stands_out or first, part=part)
        self._out.add(zone, "".join(done.struck), part, struck=True, part=part)
        self._out.add(Zone.HIDDEN, "".join(done.hidden), part, part=part)
        if not self._paragraphs and not in_cell:
            self._keep_aside()

    def _cut(self, shown: str, cuts: list[tuple[int, str]]) -> None:
        """Deletions of a paragraph, to be kept behind it: with what they touched where they cut through a number."""
        for at, name in cuts:
            for text in self._deleted.pop(name, ()):
                before, behind = shown[:at], shown[at:]
                touches = TOUCHING.search(f"{before[-1:]}{text[:1]}") or TOUCHING.search(f"{text[-1:]}{behind[:1]}")
                self._aside.append((Zone.DELETED, f"{before}{text}{behind}" if touches else text, ""))

    def _keep_aside(self) -> None:
        """Notes, remarks, boxes and deletions stand behind the paragraph or row they belong to."""
        aside, self._aside = self._aside, []
        for zone, text, part in aside:
            self._out.add(zone, text, part or zone_locator(zone, self._out.count(zone)))

    def _part(self) -> str:
        if self._base is Zone.SLIDE and self._slide:
            return slide(self._slide)
        return self._tables[-1].name if self._tables else ""

    def _close_table(self, name: str) -> None:
        if not self._tables:
            return
        now = self._tables[-1]
        if name in {"table:table-cell", "table:covered-table-cell"}:
            text = now.date or "\n".join(now.cell) or (now.value if self._is_sheet else "")
            if now.look.struck:
                text = ""  # kept apart already
            now.cells.extend([text] * min(now.repeat, REPEATED if text else PADDED))
            now.cell = []
        elif name == "table:table-row":
            while self._is_sheet and now.cells and not now.cells[-1]:
                now.cells.pop()
            if now.cells:
                self._out.add_row(
                    self._row_zone(), now.cells, f"{now.name}!{now.row}", part=now.name, ordinal=now.row - 1
                )
            now.cells = []
            if len(self._tables) == 1:
                self._keep_aside()
        elif name == "table:table":
            self._tables.pop()

    def _row_zone(self) -> Zone:
        if self._is_sheet:
            return Zone.SHEET
        zone = self._zone or Zone.TABLE
        on_slide = self._base is Zone.SLIDE and zone is Zone.TEXT_BOX  # a table stands in a frame of its own there
        return Zone.TABLE if on_slide or zone in {Zone.BODY, Zone.SLIDE} else zone
