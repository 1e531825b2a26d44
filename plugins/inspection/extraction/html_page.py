"""HTML pages: text by block, table rows cell by cell, struck and hidden text apart; scripts and styles left out."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from inspection.extraction.character_sets import decode_labelled
from inspection.extraction.collect import Collector, table
from inspection.extraction.markup import attributes, canonical, plain
from inspection.extraction.plain import decode_text
from inspection.vocabulary import Zone

CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)([^<>]*)>|<!?[^<>]*>")
SILENT = ("script", "style", "noscript", "template")
BLOCKS = frozenset(
    re.split(
        r"\s+",
        "p div br hr li ul ol dl dt dd h1 h2 h3 h4 h5 h6 pre blockquote address article section header footer nav aside"
        " form fieldset legend figure figcaption center body html head title table caption option select textarea",
    )
)
ALTERNATIVE = ("alt", "title", "aria-label")
SAYING = frozenset({"content", "placeholder", "summary", "label", "cite"})
TYPED = frozenset({"text", "search", "tel", "email", "url", "number", "date", "password", ""})
BUTTONS = frozenset({"submit", "button", "reset", "image", "checkbox", "radio"})
LONGEST_VALUE = 2_000  # of one attribute: beyond are pictures and states of programs
REMARK = re.compile(r"<!--(?!\[if|\s*\[if|<!)(.*?)-->", re.DOTALL)
STRIKES = frozenset({"s", "strike", "del"})
SPACE = re.compile(r"[ \t\r\n\xa0\u3000]+")


def decode_page(data: bytes) -> str:
    """A page by its byte order mark, its declared character set, or its bytes."""
    if data[:2] not in {b"\xff\xfe", b"\xfe\xff"} and (found := CHARSET.search(data[:4096])):
        return decode_labelled(data, found[1].decode("ascii"))
    return decode_text(data)


def without_sections(text: str, names: tuple[str, ...] = SILENT) -> str:
    """The page without scripts, styles and comments; linear whatever is left unclosed."""
    lower = text.lower()
    if len(lower) != len(text):  # a few capitals change length: compare as they are
        lower = text
    kept, position = [], 0
    opening = re.compile(rf"<(?:({'|'.join(names)})(?=[\s/>])|!--)")
    while found := opening.search(lower, position):
        kept.append(text[position : found.start()])
        end = lower.find(f"</{found[1]}" if found[1] else "-->", found.end())
        if end < 0:
            return "".join(kept)
        position = lower.find(">", end) + 1 or len(text)
    kept.append(text[position:])
    return "".join(kept)


class _Page:
    """Collects blocks and rows of one page."""

    def __init__(self, zone: Zone, out: Collector) -> None:
        self._zone = zone
        self._out = out
        self._shown: list[str] = []
        self._struck: list[str] = []
        self._strikes = 0
        self._tables: list[str] = []
        self._cells: list[str] = []
        self._in_cell = False
        self._count = 0

    def text(self, raw: str) -> None:
        (self._struck if self._strikes else self._shown).append(raw)

    def tag(self, closing: bool, name: str, raw: str) -> None:
        if name in STRIKES:
            self._strikes = max(self._strikes + (-1 if closing else 1), 0)
        elif name in {"td", "th"}:
            self._end_cell()
            self._in_cell = not closing
        elif name == "tr":
            self.end_row()
        elif name in BLOCKS:
            if name == "table":
                self._table(closing)
            elif self._in_cell:
                self._shown.append("\n")
            else:
                self.end_block()
        if "=" in raw and not closing:
            self._attributes(name, attributes(raw))

    def _attributes(self, name: str, given: dict[str, str]) -> None:
        """Values somebody typed into a form stand where they are seen; what else attributes say is kept apart."""
        given = {key.lower(): value for key, value in given.items()}
        for key in ALTERNATIVE:
            self._out.add(Zone.ALT_TEXT, given.get(key, ""), "替代文字")
        kind = given.get("type", "text").lower()
        for key, value in given.items():
            if key == "value" and name == "input" and kind in TYPED:
                self._shown.append(f" {plain(value)} ")
            elif (key == "value" and kind not in BUTTONS) or key.startswith("data-") or key in SAYING:
                self._out.add(Zone.HIDDEN, value[:LONGEST_VALUE], "屬性值")
            elif key in {"href", "src"} and "?" in value and "=" in value:
                self._out.add(Zone.HIDDEN, unquote_plus(value.partition("?")[2])[:LONGEST_VALUE], "連結參數")

    def _table(self, closing: bool) -> None:
        self.end_row()
        if closing:
            if self._tables:
                self._tables.pop()
        else:
            self._count += 1
            self._tables.append(table(self._count))

    def _end_cell(self) -> None:
        if self._in_cell:
            self._cells.append(tidy("".join(self._shown)))
            self._shown = []
            self._end_struck()
        else:
            self.end_block()

    def end_row(self) -> None:
        self._end_cell()
        self._in_cell = False
        if any(self._cells):
            part = self._tables[-1] if self._tables else table(max(self._count, 1))
            zone = Zone.TABLE if self._zone is Zone.BODY else self._zone
            self._out.add_row(zone, self._cells, part, part=part)
        self._cells = []

    def end_block(self) -> None:
        if self._shown:
            self._out.add(self._zone, tidy("".join(self._shown)))
            self._shown = []
        self._end_struck()

    def _end_struck(self) -> None:
        if self._struck:
            self._out.add(self._zone, tidy("".join(self._struck)), struck=True)
            self._struck = []


def tidy(raw: str) -> str:
    """Text with entities resolved and runs of blanks as one; line ends kept between blocks inside a cell."""
    return "\n".join(part for line in plain(raw).split("\n") if (part := SPACE.sub(" ", line).strip()))


def read_page(text: str, out: Collector, zone: Zone = Zone.BODY) -> None:
    """Reads a page's text into `out`."""
    for remark in REMARK.findall(text) if "<!--" in text else ():
        out.add(Zone.HIDDEN, tidy(TAG.sub(" ", remark)), "註記")
    text = canonical(without_sections(text))
    page = _Page(zone, out)
    position = 0
    for token in TAG.finditer(text):
        if token.start() > position:
            page.text(text[position : token.start()].replace("\n", " ").replace("\r", " "))
        position = token.end()
        if token[2]:
            page.tag(bool(token[1]), token[2].lower(), token[3])
    page.text(text[position:])
    page.end_row()
    page.end_block()
