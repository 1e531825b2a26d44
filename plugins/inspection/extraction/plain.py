"""Plain text and CSV in the encodings this office's files come in: UTF-8, UTF-16, Big5."""

from __future__ import annotations

import csv
import io
import re

from inspection.extraction.collect import Collector, line
from inspection.extraction.unreadable import unsupported
from inspection.vocabulary import Zone

BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
LOOKED_AT = 65_536
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
LONGEST_PARAGRAPH = 20_000
SINGLE_LINES = 2_000  # beyond, lines are kept in blocks of about BLOCK_CHARS
BLOCK_CHARS = 2_000


def decode_text(data: bytes) -> str:
    """Text by its bytes alone: a byte order mark, UTF-16 without one, UTF-8, Big5, Windows Latin as the last resort.

    Raises Unreadable(unsupported_format) where the bytes are no text in any of them.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    head = data[:LOOKED_AT]
    if wide := _wide_encoding(head):
        return data.decode(wide, "replace")
    if len(CONTROL.findall(head)) > len(head) // 100:
        raise unsupported("neither text nor a known format")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and "unexpected end" in error.reason:
            return data.decode("utf-8", "ignore")
    return _decode_single(data)


def _decode_single(data: bytes) -> str:
    """Big5 where nearly all of it decodes (private characters excepted), else Windows Latin."""
    as_big5 = data.decode("cp950", "replace")
    lost = as_big5.count("\ufffd")
    if lost * 50 <= sum(1 for character in as_big5[:LOOKED_AT] if character > "\x7f"):
        return as_big5
    for encoding in ("gb18030", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp1252" or _is_mostly_han(text):
            return text
    return as_big5 if lost < len(as_big5) // 10 else data.decode("cp1252", "replace")


def _is_mostly_han(text: str) -> bool:
    wide = [character for character in text[:LOOKED_AT] if character > "\x7f"]
    return sum("\u3000" <= character <= "\u9fff" for character in wide) * 10 >= len(wide) * 9


def _wide_encoding(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of ASCII is zero, or Han pairs with ASCII line ends between them."""
    even, odd = head[0::2], head[1::2]
    if len(odd) < 8:
        return ""
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros.count(0) * 3 > len(zeros) and others.count(0) * 20 < len(others):
            return encoding
    for encoding, pattern in (("utf-16-le", b"\r\x00\n\x00"), ("utf-16-be", b"\x00\r\x00\n")):
        if pattern in head:
            return encoding
    if b"\x00" not in head:
        return ""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = head[: len(head) & ~1].decode(encoding)
        except UnicodeDecodeError:
            continue
        if sum("\u3000" <= c <= "\u9fff" or "\x20" <= c < "\x7f" or c in "\r\n\t" for c in text) * 10 > len(text) * 9:
            return encoding
    return ""


def read_plain(text: str, out: Collector) -> None:
    """Plain text line by line; layout is unknown, so nothing stands out.

    Deep in a long file lines come in blocks: two million passages of a log would fill the memory and tell no more.
    """
    block: list[str] = []
    start = held = 0
    for number, one in enumerate(text.replace("\f", "\n").splitlines(), 1):
        if number <= SINGLE_LINES:
            for at in range(0, len(one), LONGEST_PARAGRAPH):
                out.add(Zone.BODY, one[at : at + LONGEST_PARAGRAPH], line(number))
            continue
        start = start or number
        block.append(one)
        held += len(one) + 1
        if held >= BLOCK_CHARS:
            out.add(Zone.BODY, "\n".join(block), line(start))
            block, start, held = [], 0, 0
    out.add(Zone.BODY, "\n".join(block), line(start))


def looks_like_rows(text: str) -> str:
    """The separator most of the first lines bear; empty where fewer than a third of them bear one.

    Lists made in an office begin with a title and remarks before the row of headings.
    """
    lines = [one for one in text[:LOOKED_AT].splitlines()[:20] if one.strip()]
    bearing = {
        separator: [count for one in lines if (count := one.count(separator))] for separator in ("\t", ",", ";", "|")
    }
    best = max(bearing, key=lambda separator: (len(bearing[separator]), min(bearing[separator], default=0)))
    return best if bearing[best] and len(bearing[best]) * 3 >= len(lines) else ""


def read_rows(text: str, separator: str, out: Collector) -> None:
    """CSV and tab-separated text row by row; a broken quote ends in plain lines instead."""
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        read_plain(text, out)
        return
    for number, cells in enumerate(rows, 1):
        if any(cells):
            out.add_row(Zone.SHEET, cells, line(number), part="表格", ordinal=number - 1)
