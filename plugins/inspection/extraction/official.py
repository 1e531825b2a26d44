"""公文 interchange files (DI, SI, SW) and other XML: the mark element as its own zone, other elements as paragraphs."""

from __future__ import annotations

import re

from inspection.extraction.collect import Collector
from inspection.extraction.document_type import without_document_type
from inspection.extraction.flat_office import read_flat_sheet, read_flat_word
from inspection.extraction.markup import attributes, decode_declared, plain
from inspection.extraction.open_document import read_flat_open_document
from inspection.extraction.unreadable import corrupt
from inspection.extraction.xml_values import attribute_text
from inspection.vocabulary import Zone

TAG = re.compile(r"<(/?)([^\s<>/!?][^\s<>/]*)([^<>]*)>([^<]*)")
LABEL = "密等及解密條件或保密期限"
LEVEL, CONDITION = "密等", "解密條件或保密期限"
LEVEL_FIRST = re.compile(
    r"\s*(?:(?:密等|機密等級)\s*[:：]\s*)?(絕對機密|極機密|機密|密)(?=[\s\u3000(（,，、;；:：/／]|$)"
)
ROOTS = (
    "函",
    "書函",
    "令",
    "公告",
    "簽",
    "簽稿",
    "開會通知單",
    "交換表單",
    "公文",
    "便簽",
    "報告",
    "呈",
    "咨",
    "會勘通知單",
)
SUBJECTS = {"主旨"}
FLAT_OPEN_DOCUMENT = re.compile(r"<office:document\s")
WORD_ML, SHEET_ML, FLAT_PACKAGE = "office/word/2003/wordml", "office:spreadsheet", "office/2006/xmlPackage"


def read_xml(data: bytes, out: Collector) -> str:
    """Reads an XML file into `out`; returns the format found: `di`, `wordml`, `spreadsheetml`, `fodt` and
    its kin, or `xml`.

    What the document type declares (DI files name a DTD and may declare attachments as entities) is read by
    `document_type`: texts within it are judged, references to them replaced within bounds.
    """
    text = without_document_type(decode_declared(data), out)
    if "</" not in text and "/>" not in text:
        raise corrupt("XML that is cut off")
    is_official = f"<{LABEL}" in text or any(re.search(rf"<{root}[\s>]", text[:4000]) for root in ROOTS)
    head = text[:4000]
    if is_official:
        _Xml(out).read(text)
        return "di"
    if FLAT_OPEN_DOCUMENT.search(head):
        return read_flat_open_document(text, out)
    if WORD_ML in head or FLAT_PACKAGE in head:
        read_flat_word(text, out)
        return "wordml"
    if SHEET_ML in head:
        read_flat_sheet(text, out)
        return "spreadsheetml"
    _Xml(out, with_attributes=True).read(text)
    return "xml"


class _Xml:
    def __init__(self, out: Collector, *, with_attributes: bool = False) -> None:
        self._out = out
        self._with_attributes = with_attributes
        self._path: list[str] = []
        self._runs: list[str] = []
        self._label: list[str] = []
        self._level = ""
        self._condition = ""

    def read(self, text: str) -> None:
        """Reads all elements; text is cut into paragraphs where an element ends."""
        for closing, name, raw, after in TAG.findall(text):
            if closing:
                self._end(name)
            else:
                self._begin(name, raw)
                if raw.endswith("/"):
                    self._end(name)
            if after.strip():
                self._text(plain(after))
        if self._path:
            self._flush(self._path[-1])

    def _begin(self, name: str, raw: str) -> None:
        inline = name in {"w:r", "w:t", "r", "t", "span", "b", "i", "u", "Font", "B", "I"}
        if not inline and self._path:
            self._flush(self._path[-1])
        if self._with_attributes:
            self._out.add(Zone.BODY, attribute_text(raw), name)
        self._path.append(name)
        if len(self._path) > 5_000:
            raise corrupt("elements nest too deep")
        if name == LABEL:
            self._level = self._condition = ""
            self._label = []
        elif name in {LEVEL, CONDITION} or LABEL in self._path:
            given = attributes(raw)
            code = given.get("代碼", "")
            if name == LEVEL:
                self._level = code
            elif name == CONDITION:
                self._condition = code

    def _text(self, text: str) -> None:
        if LABEL in self._path[-3:]:
            if self._path[-1] == LEVEL:
                self._level = text.strip() or self._level
            elif self._path[-1] == CONDITION:
                self._condition = text.strip() or self._condition
            else:
                self._label.append(text.strip())
            return
        self._runs.append(text)

    def _end(self, name: str) -> None:
        if name == LABEL:
            self._mark()
        elif name not in {"w:r", "w:t", "r", "t", "span", "b", "i", "u", "Font", "B", "I"}:
            self._flush(name)
        if name in self._path[-50:]:
            while self._path and self._path.pop() != name:
                pass

    def _mark(self) -> None:
        """One passage as the label line would read: level, then the condition in brackets."""
        level = self._level or "".join(self._label)
        condition = self._condition
        if not level and (found := LEVEL_FIRST.match(condition)):
            # some generators write the level into the element of the condition
            level, condition = found[1], condition[found.end() :].strip(" \u3000()（）,，、;；:：/／")
        text = f"{LABEL}：{level}" + (f"（{condition}）" if condition else "")
        self._out.add(Zone.LABEL_ELEMENT, text, LABEL)

    def _flush(self, name: str) -> None:
        text = " ".join("".join(self._runs).split())
        self._runs = []
        if text:
            self._out.add(Zone.SUBJECT if SUBJECTS & set(self._path[-3:]) else Zone.BODY, text, name)
