"""Outlook messages (msg): subject, body, sensitivity, mails inside; attachments as files of their own."""

from __future__ import annotations

import struct
from collections.abc import Callable
from contextlib import suppress

from inspection.extraction.collect import Collector
from inspection.extraction.compound import Streams
from inspection.extraction.html_page import decode_page, read_page
from inspection.extraction.plain import decode_text
from inspection.extraction.rtf import read_rtf
from inspection.extraction.unreadable import Unreadable, corrupt
from inspection.vocabulary import Zone

SUBJECT, BODY, HTML, COMPRESSED_RTF, SENDER, SHOWN_TO = "0037", "1000", "1013", "1009", "0c1a", "0e04"
LONG_NAME, SHORT_NAME, SHOWN_NAME, CONTENT = "3707", "3704", "3001", "3701"
SENSITIVITY = 0x0036
SENSITIVITIES = {1: "Personal", 2: "Private", 3: "Company-Confidential"}  # MS-OXCMSG 2.2.1.13
DEEPEST = 8
RTF_MAGIC, RTF_STORED = 0x75465A4C, 0x414C454D
PRELOADED = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def read_outlook(streams: Streams, out: Collector) -> None:
    """Reads a message and the messages attached to it into `out`; other attachments are embedded."""
    _Message(streams, "", out, 0).read()


class _Message:
    def __init__(self, streams: Streams, prefix: str, out: Collector, depth: int) -> None:
        self._streams = streams
        self._prefix = prefix
        self._out = out
        self._depth = depth

    def _text(self, number: str, prefix: str | None = None) -> str:
        start = f"{self._prefix if prefix is None else prefix}__substg1.0_{number}"
        if f"{start}001f" in self._streams:
            return self._streams.read(f"{start}001f").decode("utf-16-le", "replace").rstrip("\0")
        raw = self._streams.read(f"{start}001e").rstrip(b"\0")
        return decode_text(raw) if raw else ""

    def read(self) -> None:
        """Reads subject, body and attachments."""
        out = self._out
        inner = Zone.ATTACHMENT if self._depth else None
        out.add(inner or Zone.SUBJECT, self._text(SUBJECT), "主旨")
        for number in (SENDER, SHOWN_TO):
            out.add(Zone.PROPERTY, self._text(number), "From" if number == SENDER else "To")
        self._sensitivity()
        self._body(inner or Zone.BODY)
        attachments = sorted(
            {
                path[: path.index("/", len(self._prefix)) + 1]
                for path in self._streams.paths
                if path.startswith(f"{self._prefix}__attach_version1.0_")
            }
        )
        for prefix in attachments:
            self._attachment(prefix)

    def _body(self, zone: Zone) -> None:
        """All bodies: the plain one first, of the others what it does not say (a stub may stand for a whole letter)."""
        written = [line for line in self._text(BODY).splitlines() if line.strip()]
        said = "".join("".join(line.split()) for line in written)
        for line in written:
            self._out.add(zone, line)
        page = self._streams.read(f"{self._prefix}__substg1.0_{HTML}0102")
        html = decode_page(page) if page else self._text(HTML)
        if html:
            self._rest(said, zone, lambda other: read_page(html, other, zone))
        elif packed := self._streams.read(f"{self._prefix}__substg1.0_{COMPRESSED_RTF}0102"):
            self._rest(said, zone, lambda other: read_rtf(unpack_rtf(packed), other))

    def _rest(self, said: str, zone: Zone, read: Callable[[Collector], None]) -> None:
        """Of another body what the plain one has not said, in its own zones."""
        if not said:
            read(self._out)
            return
        other = Collector(self._out.limits)
        with suppress(Unreadable):  # the plain body is read already
            read(other)
        for one in other.passages:
            if one.struck or not all("".join(cell.split()) in said for cell in one.cells or (one.text,)):
                self._out.keep(one)

    def _sensitivity(self) -> None:
        """Fixed-size properties stand in a table of 16-byte rows behind a header (MS-OXMSG 2.4)."""
        table = self._streams.read(f"{self._prefix}__properties_version1.0")
        for at in range(32 if not self._depth else 24, len(table) - 15, 16):
            kind, number, _, value = struct.unpack_from("<2H2I", table, at)
            if number == SENSITIVITY and kind == 3 and value in SENSITIVITIES:
                self._out.add_property("Sensitivity", SENSITIVITIES[value])

    def _attachment(self, prefix: str) -> None:
        name = self._text(LONG_NAME, prefix) or self._text(SHORT_NAME, prefix) or self._text(SHOWN_NAME, prefix)
        inner = f"{prefix}__substg1.0_{CONTENT}000d/"
        if f"{inner}__properties_version1.0" in self._streams:
            if self._depth >= min(self._out.limits.nesting, DEEPEST):
                raise corrupt("messages nest deeper than the limit")
            _Message(self._streams, inner, self._out, self._depth + 1).read()
            return
        content = self._streams.read(f"{prefix}__substg1.0_{CONTENT}0102")
        if content:
            clean = name.replace("\\", "/").rpartition("/")[2]
            self._out.embed(clean or f"attachment{len(self._out.embedded) + 1}", content)


def unpack_rtf(data: bytes) -> bytes:
    """Compressed RTF (MS-OXRTFCP 3.1): a ring of 4096 bytes, flags of eight; raises Unreadable(corrupt)."""
    if len(data) < 16:
        raise corrupt("a compressed body is cut off")
    _, size, magic, _ = struct.unpack_from("<4I", data, 0)
    if magic == RTF_STORED:
        return data[16 : 16 + size]
    if magic != RTF_MAGIC:
        raise corrupt("a compressed body of no known kind")
    ring = bytearray(PRELOADED.ljust(4096, b" "))
    write, at, done = len(PRELOADED), 16, bytearray()
    while at < len(data) and len(done) < size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if flags >> bit & 1:
                if at + 1 >= len(data):
                    return bytes(done)
                pair = data[at] << 8 | data[at + 1]
                at += 2
                place, length = pair >> 4, (pair & 15) + 2
                if place == write:
                    return bytes(done)
                piece = bytes(ring[(place + step) & 4095] for step in range(length))
            else:
                piece = data[at : at + 1]
                at += 1
            for byte in piece:
                ring[write] = byte
                write = (write + 1) & 4095
            done += piece
    return bytes(done)
