"""Plain text and CSV in the encodings this office's files come in: UTF-8, UTF-16, Big5."""

from __future__ import annotations

import csv
import io
import re

from inspection.extraction.character_sets import BYTE_ORDER_MARKS, LOOKED_AT, decode_bytes
from inspection.extraction.collect import Collector, line
from inspection.extraction.unreadable import unsupported
from inspection.vocabulary import Zone

CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
ZEROS = re.compile(rb"\x00+")
LONGEST_PARAGRAPH = 20_000
SINGLE_LINES = 2_000  # beyond, lines are kept in blocks of about BLOCK_CHARS
BLOCK_CHARS = 2_000


def decode_text(data: bytes) -> str:
    """Text by its bytes alone: a byte order mark, UTF-16 without one, UTF-8, Big5, Windows Latin as the last resort.

    Zeros that pad or part, and the mark DOS ends a text with, are no binary. Raises Unreadable(unsupported_format)
    where the bytes are no text in any of them.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            if encoding == "utf-8":
                data = data[len(mark) :]
                break
            return data[len(mark) :].decode(encoding, "replace")
    head = data[:LOOKED_AT]
    if wide := _wide_encoding(head):
        return data.decode(wide, "replace")
    if b"\0" in data or b"\x1a" in data:
        data = _without_padding(data)
        head = data[:LOOKED_AT]
    if len(CONTROL.findall(head)) > max(len(head) // 100, 1):
        raise unsupported("neither text nor a known format")
    return decode_bytes(data)


def _without_padding(data: bytes) -> bytes:
    """Text whose fields or lines are padded or parted by zero bytes, or that a DOS program ended with Ctrl-Z."""
    bare = data.rstrip(b"\0\x1a \r\n")
    bare = bare.replace(b"\x1a", b"\n") if len(CONTROL.findall(bare[:LOOKED_AT])) <= len(bare) // 100 + 1 else bare
    return ZEROS.sub(b" " if b"\n" in bare else b"\n", bare)


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

    Lists made in an office begin with a title and remarks before the row of headings. Bars that always come in pairs
    are one separator of two.
    """
    lines = [one for one in text[:LOOKED_AT].splitlines()[:20] if one.strip()]
    bearing = {
        separator: [count for one in lines if (count := one.count(separator))] for separator in ("\t", ",", ";", "|")
    }
    best = max(bearing, key=lambda separator: (len(bearing[separator]), min(bearing[separator], default=0)))
    if not bearing[best] or len(bearing[best]) * 3 < len(lines):
        return ""
    return best * 2 if best == "|" and all(one.count("||") * 2 == one.count("|") for one in lines) else best


def read_rows(text: str, separator: str, out: Collector) -> None:
    """CSV and tab-separated text row by row; from a row that breaks the rules on, plain lines instead."""
    single = separator[:1]  # the csv module knows separators of one character alone
    rows = csv.reader(io.StringIO(text.replace(separator, single)), delimiter=single)
    try:
        for number, cells in enumerate(rows, 1):
            if any(cells):
                out.add_row(Zone.SHEET, cells, line(number), part="表格", ordinal=number - 1)
    except csv.Error:
        read_plain("\n".join(text.splitlines()[max(rows.line_num - 1, 0) :]), out)
