"""Rich Text: destinations as zones, Big5 and Unicode escapes, struck and hidden runs, table cells, embedded objects."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from inspection.extraction.character_sets import decode_labelled
from inspection.extraction.collect import Collector, paragraph, table
from inspection.extraction.unreadable import corrupt, too_large
from inspection.extraction.word_text import zone_locator
from inspection.vocabulary import Zone

TOKEN = re.compile(
    rb"([{}])|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
DEEPEST = 1_000
ZONES: dict[bytes, Zone | None] = {
    b"header": Zone.HEADER,
    b"headerl": Zone.HEADER,
    b"headerr": Zone.HEADER,
    b"headerf": Zone.FIRST_HEADER,
    b"footer": Zone.FOOTER,
    b"footerl": Zone.FOOTER,
    b"footerr": Zone.FOOTER,
    b"footerf": Zone.FOOTER,
    b"footnote": Zone.NOTE,
    b"annotation": Zone.COMMENT,
    b"shptxt": Zone.TEXT_BOX,
    b"dptxbxtext": Zone.TEXT_BOX,
}
SILENT = frozenset((
    b"fonttbl", b"colortbl", b"stylesheet", b"listtable", b"listoverridetable", b"revtbl", b"rsidtbl", b"generator",
    b"pict", b"objdata", b"themedata", b"colorschememapping", b"latentstyles", b"datastore", b"xmlnstbl", b"fldinst",
    b"atnid", b"atnauthor", b"atndate", b"atnref", b"datafield", b"filetbl", b"listtext", b"pntext", b"bkmkstart",
    b"bkmkend", b"creatim", b"revtim", b"printim", b"mmathPr", b"nonshppict", b"panose", b"falt", b"sn",
    b"author", b"operator", b"company", b"manager", b"wgrffmtfilter", b"ud", b"passwordhash", b"objclass", b"template",
))  # fmt: skip
PROPERTIES = {b"title": "title", b"subject": "subject", b"keywords": "keywords", b"doccomm": "description"}
SHOWN_SYMBOLS = {b"~": " ", b"_": "-", b"-": "", b"{": "{", b"}": "}", b"\\": "\\"}
WORDS = {
    b"tab": "\t", b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘", b"rquote": "’",
    b"ldblquote": "“", b"rdblquote": "”", b"emspace": " ", b"enspace": " ", b"nestcell": "\t",
}  # fmt: skip
CHARSETS = {136: "cp950", 134: "gb18030", 128: "cp932", 129: "cp949", 204: "cp1251", 238: "cp1250", 161: "cp1253"}
LARGE_HALF_POINTS = 36
USER_PROPERTY = "\0"


@dataclass(slots=True)
class _State:
    """What a group inherits and a closing brace restores."""

    zone: Zone = Zone.BODY
    silent: bool = False
    property_name: str = ""
    struck: bool = False
    hidden: bool = False
    deleted: bool = False
    large: bool = False
    in_table: bool = False
    font: int = -1
    skip_after_unicode: int = 1
    in_font_table: bool = False
    shape_property: str = ""
    text_of_property: bool = False


@dataclass(slots=True)
class _Story:
    """One zone's paragraph under way."""

    shown: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    stands_out: bool = False


def read_rtf(data: bytes, out: Collector) -> None:
    """Reads an RTF file into `out`; raises Unreadable: corrupt where it ends inside its first group at once."""
    _Rtf(out).read(data)


class _Rtf:
    def __init__(self, out: Collector) -> None:
        self._out = out
        self._now = _State()
        self._stack: list[_State] = []
        self._stories: dict[Zone, _Story] = {}
        self._bytes = bytearray()
        self._encoding = "cp1252"
        self._fonts: dict[int, str] = {}
        self._to_skip = 0
        self._starred = False
        self._property: list[str] = []
        self._tables = 0
        self._was_row = False
        self._surrogate = 0
        self._user_property = ""

    def read(self, data: bytes) -> None:
        """Reads to the end; a file that never closes a group is cut off."""
        closed = False
        for token in TOKEN.finditer(data):
            brace, word, number, hexa, symbol, text = token.groups()
            if text is not None:
                self._raw(text)
            elif hexa is not None:
                self._hex(int(hexa, 16))
            elif word is not None:
                self._flush()
                self._word(word, int(number) if number else None)
                if word == b"bin" and number and int(number) > 0:
                    self._flush()
                    self._now.silent = True
            elif brace is not None:
                self._flush()
                if brace == b"{":
                    self._push()
                else:
                    self._pop()
                    closed = closed or not self._stack
            elif symbol is not None:
                self._symbol(symbol)
        self._flush()
        for zone in list(self._stories):
            self._end_paragraph(zone)
            self._end_row(zone)
        if self._stack and not closed:
            raise corrupt("the text is cut off: groups stay open")

    def _push(self) -> None:
        if len(self._stack) > DEEPEST:
            raise too_large("groups nest deeper than the limit")
        self._stack.append(replace(self._now))
        self._starred = False

    def _pop(self) -> None:
        if not self._stack:
            return
        ended = self._now
        self._now = self._stack.pop()
        if ended.zone is not self._now.zone:
            self._end_paragraph(ended.zone)
            self._end_row(ended.zone)
        if ended.property_name and not self._now.property_name:
            text = "".join(self._property)
            self._property = []
            if ended.property_name == USER_PROPERTY:
                self._user_property = text.strip()
            else:
                self._out.add_property(ended.property_name, text)
        if ended.text_of_property and not self._now.text_of_property:
            self._shape_text()

    def _shape_text(self) -> None:
        text, name = "".join(self._property).strip(), self._now.shape_property
        self._property = []
        if name == "gtextUNICODE":
            self._out.add(Zone.WATERMARK, text, "浮水印")
        elif name == "wzDescription":
            self._out.add(Zone.ALT_TEXT, text, "替代文字")

    def _raw(self, text: bytes) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(text))
            self._to_skip -= skipped
            text = text[skipped:]
        if self._now.in_font_table or (self._now.silent and not self._now.property_name):
            if self._now.silent and self._now.shape_property == "?":
                self._property.append(text.decode("latin-1"))
            return
        self._bytes += text

    def _hex(self, value: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif not self._now.silent:
            self._bytes.append(value)

    def _flush(self) -> None:
        if self._bytes:
            raw = bytes(self._bytes)
            self._bytes.clear()
            self._text(decode_labelled(raw, self._fonts.get(self._now.font, self._encoding)))

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._starred = True
            return
        self._flush()
        if symbol in SHOWN_SYMBOLS:
            self._text(SHOWN_SYMBOLS[symbol])
        elif symbol in {b"\r", b"\n"}:
            self._end_paragraph(self._now.zone)

    def _text(self, text: str) -> None:
        now = self._now
        if now.property_name or now.text_of_property:
            self._property.append(text)
            return
        if now.silent:
            return
        story = self._stories.setdefault(now.zone, _Story())
        if now.deleted:
            story.deleted.append(text)
        elif now.hidden:
            story.hidden.append(text)
        elif now.struck:
            story.struck.append(text)
        else:
            story.shown.append(text)
            story.stands_out |= now.large and bool(text.strip())

    def _word(self, word: bytes, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if word == b"u":
            self._unicode(number or 0)
            return
        self._surrogate = 0
        if word in WORDS:
            self._text(WORDS[word])
        elif word in ZONES:
            self._now.zone = ZONES[word] or self._now.zone
            self._now.silent = False
            self._now.in_table = False
        elif word in PROPERTIES:
            self._now.property_name = PROPERTIES[word]
            self._now.silent = False
        elif word == b"propname":
            self._now.property_name = USER_PROPERTY
        elif word == b"staticval":
            self._now.property_name = self._user_property or "?"
        elif self._look(word, number):
            return
        elif word in SILENT:
            self._destination(word)
        elif starred and word not in {
            b"shpinst",
            b"shp",
            b"sp",
            b"sv",
            b"fldrslt",
            b"userprops",
            b"shprslt",
            b"do",
            b"bkmkstart",
        }:
            self._now.silent = True

    def _destination(self, word: bytes) -> None:
        self._now.silent = True
        if word == b"fonttbl":
            self._now.in_font_table = True
        elif word == b"sn":
            self._property = []
            self._now.shape_property = "?"

    def _unicode(self, number: int) -> None:
        code = number & 0xFFFF
        self._to_skip = self._now.skip_after_unicode
        if 0xD800 <= code < 0xDC00:
            self._surrogate = code
        elif 0xDC00 <= code < 0xE000:
            if self._surrogate:
                self._text(chr(0x10000 + ((self._surrogate - 0xD800) << 10) + code - 0xDC00))
            self._surrogate = 0
        else:
            self._text(chr(code))

    def _look(self, word: bytes, number: int | None) -> bool:
        """Words that change how or where text stands; False for any other."""
        now = self._now
        on = number != 0
        if word in {b"strike", b"striked"}:
            now.struck = on
        elif word == b"v":
            now.hidden = on
        elif word == b"deleted":
            now.deleted = on
        elif word == b"plain":
            now.struck = now.hidden = now.deleted = now.large = False
        elif word == b"fs":
            now.large = (number or 0) >= LARGE_HALF_POINTS
        elif word == b"uc":
            now.skip_after_unicode = min(max(number or 0, 0), 8)
        elif word in {b"ansicpg", b"f", b"fcharset"}:
            self._font(word, number or 0)
        elif word == b"sv":
            self._shape_value()
        else:
            return self._layout(word)
        return True

    def _shape_value(self) -> None:
        """`{\\sp{\\sn name}{\\sv value}}`: the value of a shape's property; only texts are kept."""
        name = "".join(self._property).strip()
        self._property = []
        wanted = name in {"gtextUNICODE", "wzDescription"}
        if self._stack:
            self._stack[-1].shape_property = name
        self._now.shape_property = name
        self._now.text_of_property = wanted
        self._now.silent = not wanted

    def _font(self, word: bytes, number: int) -> None:
        if word == b"ansicpg":
            try:
                b"".decode(f"cp{number}")
                self._encoding = f"cp{number}"
            except LookupError:
                pass
        elif word == b"f":
            self._now.font = number
        elif self._now.in_font_table and number in CHARSETS:
            self._fonts[self._now.font] = CHARSETS[number]

    def _layout(self, word: bytes) -> bool:
        now = self._now
        if word in {b"par", b"line", b"sect", b"page"}:
            if now.in_table and word in {b"par", b"line"}:
                self._text("\n")
            else:
                self._end_paragraph(now.zone)
        elif word == b"pard":
            now.in_table = False
        elif word == b"intbl":
            now.in_table = True
        elif word == b"cell":
            self._end_cell(now.zone)
        elif word == b"row":
            self._end_row(now.zone)
        else:
            return False
        return True

    def _end_cell(self, zone: Zone) -> None:
        story = self._stories.setdefault(zone, _Story())
        story.cells.append("".join(story.shown).strip())
        story.shown = []
        self._end_apart(zone, story)

    def _end_row(self, zone: Zone) -> None:
        story = self._stories.setdefault(zone, _Story())
        if any(story.cells):
            if not self._was_row:
                self._tables += 1
            self._was_row = True
            part = table(self._tables)
            self._out.add_row(Zone.TABLE if zone is Zone.BODY else zone, story.cells, part, part=part)
        story.cells = []

    def _end_paragraph(self, zone: Zone) -> None:
        story = self._stories.get(zone)
        if story is None:
            return
        text = "".join(story.shown).strip()
        if text:
            self._was_row = False
            number = self._out.count(zone)
            locator = paragraph(number + 1) if zone is Zone.BODY else zone_locator(zone, number)
            first = zone is Zone.BODY and number == 0
            self._out.add(zone, text, locator, prominence=story.stands_out or first)
        story.shown, story.stands_out = [], False
        self._end_apart(zone, story)

    def _end_apart(self, zone: Zone, story: _Story) -> None:
        if story.struck:
            self._out.add(zone, "".join(story.struck), struck=True)
        if story.hidden:
            self._out.add(Zone.HIDDEN, "".join(story.hidden))
        if story.deleted:
            self._out.add(Zone.DELETED, "".join(story.deleted))
        story.struck, story.hidden, story.deleted = [], [], []
