"""公文 interchange files (DI, SI, SW) and other XML: the mark element as its own zone, other elements as paragraphs."""

from __future__ import annotations

import re

from inspection.extraction.collect import Collector
from inspection.extraction.flat_office import read_flat_sheet, read_flat_word
from inspection.extraction.markup import attributes, decode_xml, plain
from inspection.extraction.open_document import read_flat_open_document
from inspection.extraction.unreadable import corrupt
from inspection.vocabulary import Zone

TAG = re.compile(r"<(/?)([^\s<>/!?][^\s<>/]*)([^<>]*)>([^<]*)")
LABEL = "密等及解密條件或保密期限"
LEVEL, CONDITION = "密等", "解密條件或保密期限"
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

    Internal subsets of entity declarations (pictures and attachments in DI files) are dropped, never resolved.
    """
    text = decode_official(data)
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
    _Xml(out).read(text)
    return "xml"


def decode_official(data: bytes) -> str:
    """XML as text without its document type: DI files name a DTD and may declare attachments as entities."""
    start = data.find(b"<!DOCTYPE")
    if start >= 0:
        end, opening = data.find(b">", start), data.find(b"[", start)
        if 0 <= opening < end:
            closing = data.find(b"]", opening)
            end = data.find(b">", closing) if closing >= 0 else -1
        if end < 0:
            raise corrupt("XML that is cut off")
        data = data[:start] + data[end + 1 :]
    return decode_xml(data)


class _Xml:
    def __init__(self, out: Collector) -> None:
        self._out = out
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
        if not level and condition in {"密", "機密", "極機密", "絕對機密"}:
            level, condition = condition, ""  # one generator writes the level into the wrong element
        text = f"{LABEL}：{level}" + (f"（{condition}）" if condition else "")
        self._out.add(Zone.LABEL_ELEMENT, text, LABEL)

    def _flush(self, name: str) -> None:
        text = " ".join("".join(self._runs).split())
        self._runs = []
        if text:
            self._out.add(Zone.SUBJECT if SUBJECTS & set(self._path[-3:]) else Zone.BODY, text, name)
