"""The text of one WordprocessingML part, paragraph by paragraph, with what layout says of each run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from inspection.extraction.collect import Collector, paragraph, table
from inspection.extraction.markup import attribute, attributes, plain, tokens
from inspection.vocabulary import Zone

OPENED = (
    "p|r|t|delText|tab|br|cr|noBreakHyphen|tbl|txbxContent|del|moveFrom|strike|dstrike|vanish|color|sz|jc"
    "|rPr|pPr|pStyle|rStyle|textpath|docPr|cNvPr|Fallback|AlternateContent"
    "|instrText|delInstrText|fldSimple|listItem|listEntry|default|footnoteReference|endnoteReference|commentReference"
)
CLOSED = "p|tc|tr|tbl|txbxContent|del|moveFrom|rPr|pPr|AlternateContent|Fallback"
TOKEN = re.compile(rf"<(?:(?:\w+:)?({OPENED})(|[\s/][^<>]*)|/(?:\w+:)?({CLOSED})\s*)>([^<]*)")
STYLE = re.compile(r"<(?:\w+:)?style(?=\s)")
STYLE_LOOK = re.compile(r"<(?:\w+:)?(strike|dstrike|vanish|color|sz|jc|basedOn)\b([^<>]*)>")
# codes of fields that only say where a text comes from or how a number is made
PLAIN_FIELD = re.compile(
    r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES|TOC|TC|XE|INDEX|REF|PAGEREF|NOTEREF|SEQ|HYPERLINK|DATE|TIME|STYLEREF|FORM\w+"
    r"|EQ|SECTION|LISTNUM|AUTONUM\w*|CREATEDATE|SAVEDATE|PRINTDATE|FILENAME|AUTHOR|TITLE|SHAPE|ADDIN|SYMBOL)\b",
    re.IGNORECASE,
)
CUT = re.compile(r"[0-9A-Za-z]$")
CUT_BEHIND = re.compile(r"[0-9A-Za-z]")
NOTE = re.compile(r"<(?:\w+:)?(footnote|endnote|comment)\b([^<>]*)>(.*?)</(?:\w+:)?\1\s*>", re.DOTALL)
LARGE_HALF_POINTS = 36  # 18 pt and above stand out in letters set in 12 to 16 pt
OFF = {"0", "false", "off", "none"}


@dataclass(frozen=True, slots=True)
class Look:
    """What a run or style says about its look; None where it says nothing."""

    struck: bool | None = None
    hidden: bool | None = None
    red: bool | None = None
    large: bool | None = None
    left: bool | None = None


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Styles:
    """Looks by style id."""

    looks: dict[str, Look] = field(default_factory=dict)


NO_STYLES = Styles()


def is_red(colour: str) -> bool:
    """Whether an RRGGBB colour reads as red."""
    try:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    except ValueError:
        return False
    return red >= 0xB0 and green <= 0x60 and blue <= 0x60


def _is_on(raw: str) -> bool:
    return attribute(raw, "val").lower() not in OFF


def read_styles(xml: str) -> Styles:
    """The styles that strike, hide, colour or enlarge text, with what they inherit."""
    own: dict[str, tuple[Look, str]] = {}
    for chunk in STYLE.split(xml)[1:]:
        raw = chunk[: chunk.find(">")]
        look, based_on = PLAIN, ""
        for name, given in STYLE_LOOK.findall(chunk):
            if name == "basedOn":
                based_on = attribute(given, "val")
            else:
                look = _changed(look, name, given)
        own[attribute(raw, "styleId")] = (look, based_on)
    return Styles({name: look for name in own if (look := _inherited(name, own)) != PLAIN})


def _inherited(name: str, own: dict[str, tuple[Look, str]]) -> Look:
    look, seen = PLAIN, 0
    while name in own and seen < 20:
        mine, name = own[name]
        look = _over(mine, look)
        seen += 1
    return look


def _over(below: Look, above: Look) -> Look:
    """The look of text where `above` is laid over `below`."""
    if above is PLAIN:
        return below
    return Look(
        below.struck if above.struck is None else above.struck,
        below.hidden if above.hidden is None else above.hidden,
        below.red if above.red is None else above.red,
        below.large if above.large is None else above.large,
        below.left if above.left is None else above.left,
    )


def _changed(look: Look, name: str, raw: str) -> Look:
    struck, hidden, red, large, left = look.struck, look.hidden, look.red, look.large, look.left
    if name in {"strike", "dstrike"}:
        struck = _is_on(raw) or (struck or False)
    elif name == "vanish":
        hidden = _is_on(raw)
    elif name == "color":
        red = is_red(attribute(raw, "val"))
    elif name == "sz":
        size = attribute(raw, "val")
        large = size.isdecimal() and len(size) < 6 and int(size) >= LARGE_HALF_POINTS
    elif name == "jc":
        left = attribute(raw, "val") in {"left", "start", "both", "distribute", ""}
    return Look(struck, hidden, red, large, left)


class _Paragraph:
    """One open paragraph: its runs by kind."""

    __slots__ = ("as_was", "deleted", "hidden", "look", "outstanding", "shown", "struck", "touching")

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.struck: list[str] = []
        self.hidden: list[str] = []
        self.deleted: list[str] = []
        self.as_was: list[str] = []  # shown and deleted text in its order
        self.touching = False  # whether a deletion cuts through a word or a number
        self.look = PLAIN
        self.outstanding = False


@dataclass(slots=True)
class _Table:
    """One open table: its rows' cells so far."""

    name: str
    cells: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    row: int = 0


@dataclass(slots=True)
class _Frame:
    """A stretch of text of one zone: the part itself or a text box in it."""

    zone: Zone
    tables: list[_Table] = field(default_factory=list)


class Notes:
    """Footnotes, endnotes and comments by id: each is read behind the paragraph that refers to it, so that what
    belongs together stands together; the rest at the end."""

    def __init__(self, parts: list[tuple[Zone, str]]) -> None:
        self._waiting: dict[tuple[str, str], tuple[Zone, str]] = {}
        for zone, xml in parts:
            for kind, raw, inner in NOTE.findall(xml):
                self._waiting.setdefault((kind, attribute(raw, "id")), (zone, inner))

    def read(self, kind: str, number: str, out: Collector, styles: Styles) -> None:
        """Reads one note, if it was not read before."""
        found = self._waiting.pop((kind, number), None)
        if found:
            WordText(found[0], out, styles).read(found[1])

    def read_rest(self, out: Collector, styles: Styles) -> None:
        """Reads the notes nothing refers to."""
        for kind, number in list(self._waiting):
            self.read(kind, number, out, styles)


class WordText:
    """Reads one part. Text boxes, tables and paragraphs nest; each kind has its own stack."""

    def __init__(self, zone: Zone, out: Collector, styles: Styles, notes: Notes | None = None) -> None:
        self._out = out
        self._notes = notes
        self._referred: list[tuple[str, str]] = []
        self._all_styles = styles
        self._styles = styles.looks
        self._frames = [_Frame(zone)]
        self._paragraphs: list[_Paragraph] = []
        self._looks: list[Look] = []  # of runs around a text box
        self._look = PLAIN
        self._in_properties = False
        self._in_paragraph_properties = False
        self._deleted = 0
        self._skipped = 0
        self._choices: list[int] = []  # how much had been said where the open alternatives began
        self._said = 0
        self._code: list[str] = []
        self._tables = 0
        self._open: dict[str, Callable[[str, str], None]] = {
            "p": self._open_paragraph,
            "r": self._open_run,
            "tbl": self._open_table,
            "txbxContent": self._open_box,
            "del": self._open_deleted,
            "moveFrom": self._open_deleted,
            "rPr": self._open_properties,
            "pPr": self._open_paragraph_properties,
            "textpath": self._watermark,
            "docPr": self._alternative,
            "cNvPr": self._alternative,
            "AlternateContent": self._open_alternatives,
            "listItem": self._entry,
            "listEntry": self._entry,
            "default": self._entry,
            "fldSimple": self._simple_field,
            "footnoteReference": lambda raw, _: self._referred.append(("footnote", attribute(raw, "id"))),
            "endnoteReference": lambda raw, _: self._referred.append(("endnote", attribute(raw, "id"))),
            "commentReference": lambda raw, _: self._referred.append(("comment", attribute(raw, "id"))),
            "Fallback": self._open_fallback,
        }
        self._close: dict[str, Callable[[], None]] = {
            "p": self._close_paragraph,
            "tc": self._close_cell,
            "tr": self._close_row,
            "tbl": self._close_table,
            "txbxContent": self._close_box,
            "del": self._close_deleted,
            "moveFrom": self._close_deleted,
            "rPr": self._close_properties,
            "pPr": self._close_paragraph_properties,
            "AlternateContent": self._close_alternatives,
            "Fallback": self._close_fallback,
        }

    def read(self, xml: str) -> None:
        """Reads the part's XML to its end; what stays open is closed."""
        openers, closers = self._open, self._close
        for name, raw, ended, text in tokens(TOKEN, xml):
            if self._skipped and (ended or name) not in {"Fallback", "AlternateContent"}:
                continue
            if ended:
                closers[ended]()
            elif name == "t":
                if text:
                    self._text(plain(text))
            elif name in openers:
                openers[name](raw, text)
                if raw.endswith("/") and name in closers:
                    closers[name]()
            else:
                self._other(name, raw, text)
        while self._paragraphs:
            self._close_paragraph()

    def _other(self, name: str, raw: str, text: str) -> None:
        if self._in_properties or name in {"jc", "pStyle"}:
            if not self._in_paragraph_properties:
                if name == "rStyle":
                    self._look = _over(self._styles.get(attribute(raw, "val"), PLAIN), self._look)
                else:
                    self._look = _changed(self._look, name, raw)
            elif name in {"jc", "pStyle"} and self._paragraphs:
                self._paragraph_look(name, raw)
        elif name in {"instrText", "delInstrText"}:
            self._code.append(plain(text))
        elif name == "delText":
            if self._paragraphs and text:
                self._delete(plain(text))
        elif name == "tab":
            if not self._in_paragraph_properties:
                self._text("\t")
        elif name in {"br", "cr"}:
            self._text("\n")
        elif name == "noBreakHyphen":
            self._text("-")

    def _paragraph_look(self, name: str, raw: str) -> None:
        current = self._paragraphs[-1]
        if name == "jc":
            current.look = _changed(current.look, "jc", raw)
        else:
            current.look = _over(self._styles.get(attribute(raw, "val"), PLAIN), current.look)

    def _text(self, text: str) -> None:
        self._said += bool(text.strip())
        if not self._paragraphs:
            self._paragraphs.append(_Paragraph())
        current = self._paragraphs[-1]
        look = self._look
        if self._deleted:
            self._delete(text)
            return
        if current.as_was and current.deleted and current.as_was[-1] is current.deleted[-1]:
            current.touching |= bool(CUT.search(current.as_was[-1]) and CUT_BEHIND.match(text))
        current.as_was.append(text)
        if look is PLAIN and current.look is PLAIN:
            current.shown.append(text)
        else:
            look = _over(current.look, look)
            if look.hidden:
                current.hidden.append(text)
            elif look.struck:
                current.struck.append(text)
            else:
                current.shown.append(text)
                current.outstanding |= bool((look.red or look.large) and text.strip())

    def _delete(self, text: str) -> None:
        current = self._paragraphs[-1]
        if current.as_was:
            current.touching |= bool(CUT.search(current.as_was[-1]) and CUT_BEHIND.match(text))
        current.deleted.append(text)
        current.as_was.append(text)

    def _open_paragraph(self, raw: str, text: str) -> None:
        self._paragraphs.append(_Paragraph())
        self._look = PLAIN

    def _open_run(self, raw: str, text: str) -> None:
        self._look = PLAIN

    def _close_paragraph(self) -> None:
        if not self._paragraphs:
            return
        done = self._paragraphs.pop()
        self._look = PLAIN
        if self._code:
            code, self._code = "".join(self._code), []
            self._field_code(code)
        frame = self._frames[-1]
        if frame.tables:
            name = frame.tables[-1].name
            frame.tables[-1].cell.append("".join(done.shown))
            part = name
        else:
            part = ""
            if done.shown:
                self._emit(frame.zone, done)
        if done.struck:
            self._out.add(frame.zone if not part else Zone.TABLE, "".join(done.struck), struck=True, part=part)
        if done.hidden:
            self._out.add(Zone.HIDDEN, "".join(done.hidden), part=part)
        if done.deleted:
            self._out.add(Zone.DELETED, "".join(done.as_was if done.touching else done.deleted), part=part)
        if not part:
            self._read_notes()

    def _read_notes(self) -> None:
        referred, self._referred = self._referred, []
        if self._notes is None:
            return
        for kind, number in referred:
            self._notes.read(kind, number, self._out, self._all_styles)

    def _emit(self, zone: Zone, done: _Paragraph) -> None:
        number = self._out.count(zone)
        upper_left = zone is Zone.BODY and number == 0 and done.look.left is not False
        locator = paragraph(number + 1) if zone is Zone.BODY else zone_locator(zone, number)
        self._out.add(zone, "".join(done.shown), locator, prominence=done.outstanding or upper_left)

    def _open_table(self, raw: str, text: str) -> None:
        self._tables += 1
        frame = self._frames[-1]
        name = table(self._tables)
        frame.tables.append(_Table(name if frame.zone is Zone.BODY else f"{zone_locator(frame.zone, 0)} {name}"))

    def _close_cell(self) -> None:
        tables = self._frames[-1].tables
        if tables:
            current = tables[-1]
            current.cells.append("\n".join(line for line in current.cell if line.strip()).strip())
            current.cell = []

    def _close_row(self) -> None:
        frame = self._frames[-1]
        if not frame.tables:
            return
        current = frame.tables[-1]
        if current.cell:
            self._close_cell()
        current.row += 1
        zone = Zone.TABLE if frame.zone is Zone.BODY else frame.zone
        if any(current.cells):
            self._out.add_row(zone, current.cells, f"{current.name} 第 {current.row} 列", part=current.name)
        current.cells = []
        self._read_notes()

    def _close_table(self) -> None:
        tables = self._frames[-1].tables
        if tables:
            if tables[-1].cell or tables[-1].cells:
                self._close_row()
            tables.pop()

    def _open_box(self, raw: str, text: str) -> None:
        self._frames.append(_Frame(Zone.TEXT_BOX))
        self._looks.append(self._look)
        self._look = PLAIN

    def _close_box(self) -> None:
        if len(self._frames) > 1:
            while self._frames[-1].tables:
                self._close_table()
            self._frames.pop()
            self._look = self._looks.pop()

    def _open_deleted(self, raw: str, text: str) -> None:
        # inside properties the same names mark a deleted paragraph mark or cell, not text
        if not self._in_properties:
            self._deleted += 1

    def _close_deleted(self) -> None:
        if not self._in_properties and self._deleted:
            self._deleted -= 1

    def _open_properties(self, raw: str, text: str) -> None:
        self._in_properties = True

    def _close_properties(self) -> None:
        self._in_properties = False

    def _open_paragraph_properties(self, raw: str, text: str) -> None:
        self._in_paragraph_properties = True

    def _close_paragraph_properties(self) -> None:
        self._in_paragraph_properties = False

    def _watermark(self, raw: str, text: str) -> None:
        self._said += 1
        self._out.add(Zone.WATERMARK, attribute(raw, "string"), "浮水印")

    def _alternative(self, raw: str, text: str) -> None:
        if "descr" in raw or "title" in raw:
            found = attributes(raw)
            for key in ("descr", "title"):
                if found.get(key):
                    self._out.add(Zone.ALT_TEXT, found[key], "替代文字")

    def _entry(self, raw: str, text: str) -> None:
        """What could be chosen in a list, or stands in a field until somebody fills it."""
        given = attributes(raw)
        label, value = given.get("displayText", ""), given.get("value", "") or given.get("val", "")
        self._out.add(Zone.HIDDEN, label if value in label else f"{label} {value}", "選項")

    def _simple_field(self, raw: str, text: str) -> None:
        self._field_code(attribute(raw, "instr"))

    def _field_code(self, code: str) -> None:
        if not PLAIN_FIELD.match(code):
            self._out.add(Zone.HIDDEN, code, "功能變數")

    def _open_alternatives(self, raw: str, text: str) -> None:
        self._choices.append(self._said)

    def _open_fallback(self, raw: str, text: str) -> None:
        # the same again for older readers: counted once, but read where the choice says nothing
        if self._skipped or (self._choices and self._said > self._choices[-1]):
            self._skipped += 1

    def _close_fallback(self) -> None:
        if self._skipped:
            self._skipped -= 1

    def _close_alternatives(self) -> None:
        if self._choices:
            self._choices.pop()


ZONE_NAMES: dict[Zone, str] = {
    Zone.HEADER: "頁首",
    Zone.FIRST_HEADER: "首頁頁首",
    Zone.FOOTER: "頁尾",
    Zone.TEXT_BOX: "文字方塊",
    Zone.NOTE: "註腳",
    Zone.COMMENT: "註解",
    Zone.WATERMARK: "浮水印",
}


def zone_locator(zone: Zone, number: int) -> str:
    """Where a passage stands, for people: the zone's name and its number from 1."""
    return f"{ZONE_NAMES.get(zone, '段落')} {number + 1}"
