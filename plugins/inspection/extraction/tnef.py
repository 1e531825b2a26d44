"""Outlook's winmail.dat (TNEF, MS-OXTNEF): the message's body, and the attachments the mail would have borne."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress

from inspection.extraction.character_sets import decode_bytes
from inspection.extraction.collect import Collector
from inspection.extraction.html_page import decode_page, read_page
from inspection.extraction.outlook import unpack_rtf
from inspection.extraction.plain import decode_text, read_plain
from inspection.extraction.rtf import read_rtf
from inspection.extraction.unreadable import Unreadable, corrupt
from inspection.vocabulary import Zone

HEADER = struct.Struct("<IH")
SIGNATURE = 0x223E9F78
SUBJECT, BODY, MESSAGE_PROPERTIES = 0x8004, 0x800C, 0x9003
RENDERED, TITLE, DATA, ATTACHMENT_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
FIXED_BYTES = {0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
"""Sizes of values by type, where it is not four bytes."""
OBJECT, NARROW, WIDE, BINARY, MANY = 0x000D, 0x001E, 0x001F, 0x0102, 0x1000
PLAIN_BODY, RTF_BODY, HTML_BODY = 0x1000, 0x1009, 0x1013
LONG_NAME, SHORT_NAME, CONTENT = 0x3707, 0x3704, 0x3701
INTERFACE_BYTES = 16
MOST_VALUES = 10_000


def read_tnef(data: bytes, out: Collector) -> None:
    """Reads a winmail.dat into `out`; raises Unreadable(corrupt)."""
    if len(data) < HEADER.size or HEADER.unpack_from(data)[0] != SIGNATURE:
        raise corrupt("no TNEF stream")
    files: list[dict[str, bytes]] = []
    for number, value in _attributes(data):
        if number == SUBJECT:
            out.add(Zone.SUBJECT, _text(value), "主旨")
        elif number == BODY:
            read_plain(_text(value), out)
        elif number == MESSAGE_PROPERTIES:
            _read_body(dict(_properties(value)), out)
        elif number == RENDERED:
            files.append({})
        elif number in {TITLE, DATA, ATTACHMENT_PROPERTIES} and files:
            _note(files[-1], number, value)
    for index, file in enumerate(files, 1):
        name = decode_bytes(file.get("name", b"").rstrip(b"\0")) or f"attachment{index}"
        if file.get("data"):
            out.embed(name.replace("\\", "/").rpartition("/")[2], file["data"])


def _note(file: dict[str, bytes], number: int, value: bytes) -> None:
    if number == TITLE:
        file.setdefault("name", value)
    elif number == DATA:
        file["data"] = value
    else:
        found = dict(_properties(value))
        name = found.get(LONG_NAME) or found.get(SHORT_NAME)
        if name:
            file["name"] = name
        content = found.get(CONTENT, b"")
        if content and not file.get("data"):
            file["data"] = content


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, value) of each attribute: level, number and type, length, value, checksum."""
    at = HEADER.size
    while at + 9 <= len(data):
        number, length = struct.unpack_from("<H2xI", data, at + 1)
        if at + 9 + length > len(data):
            raise corrupt("an attribute runs past the end")
        yield number, data[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _properties(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, bytes) of each MAPI property, texts as UTF-8; ends where the list cannot be followed further."""
    with suppress(struct.error, IndexError):
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(min(count, MOST_VALUES)):
            kind, number = struct.unpack_from("<2H", data, at)
            at += 4
            if number & 0x8000:
                at = _behind_name(data, at)
            several = bool(kind & MANY)
            kind &= ~MANY
            values = 1
            if several or kind in {OBJECT, NARROW, WIDE, BINARY}:
                (values,) = struct.unpack_from("<I", data, at)
                at += 4
            for _ in range(min(values, MOST_VALUES)):
                value, at = _value(data, at, kind)
                yield number, value


def _behind_name(data: bytes, at: int) -> int:
    """A named property bears its set's id, and a number or a name."""
    (kind,) = struct.unpack_from("<I", data, at + 16)
    if kind == 0:
        return at + 24
    length = int(struct.unpack_from("<I", data, at + 20)[0])
    return at + 24 + length + -length % 4


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    if kind not in {OBJECT, NARROW, WIDE, BINARY}:
        size = FIXED_BYTES.get(kind, 4)
        return data[at : at + size], at + size
    (length,) = struct.unpack_from("<I", data, at)
    value = data[at + 4 : at + 4 + length]
    if len(value) < length:
        raise IndexError
    if kind == WIDE:
        value = value.decode("utf-16-le", "replace").rstrip("\0").encode()
    elif kind == OBJECT:
        value = value[INTERFACE_BYTES:]
    return value, at + 4 + length + -length % 4


def _read_body(properties: dict[int, bytes], out: Collector) -> None:
    if html := properties.get(HTML_BODY):
        read_page(decode_page(html), out)
    if packed := properties.get(RTF_BODY):
        with suppress(Unreadable):
            read_rtf(unpack_rtf(packed), out)
    if plain := properties.get(PLAIN_BODY):
        read_plain(_text(plain), out)


def _text(raw: bytes) -> str:
    raw = raw.rstrip(b"\0")
    return decode_text(raw) if raw else ""
