"""Bytes as text: UTF-8, UTF-16 and Big5 as this office's files hold them, by the bytes first and by labels second.

A label is what a program claims; the bytes are what was written. Single-byte sets and UTF-16 decode anything, so they
are believed only where the bytes are neither UTF-8 nor Big5.
"""

from __future__ import annotations

import codecs
import re

BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
LOOKED_AT = 65_536
PRIVATE = "\ue000"
"""What stands for a Big5 pair that has no character here (self-made ones, Hong Kong's): one sign for two bytes, so
that no trail byte is left over as a Latin letter."""
NAMES = {
    "big5": "big5", "big5-hkscs": "big5", "big5hkscs": "big5", "big-5": "big5", "x-x-big5": "big5", "cn-big5": "big5",
    "csbig5": "big5", "cp950": "big5", "ms950": "big5", "windows-950": "big5", "x-windows-950": "big5", "950": "big5",
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8",
}  # fmt: skip
STATEFUL = ("iso-2022", "iso2022", "hz", "utf-7")  # text that is ASCII to look at
MULTIBYTE = frozenset((
    "gb18030", "shift_jis", "shift-jis", "cp932", "ms932", "windows-31j", "euc-jp", "euc_jp", "euc-kr", "euc_kr",
    "cp949", "ks_c_5601-1987",
))  # fmt: skip
PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\xa1-\xfe]|[\x80-\xff]")
RUN = re.compile(rb"(?:[\x81-\xfe][\x40-\x7e\xa1-\xfe]){2,}")
UTF8_RUN = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){3}")
WESTERN = re.compile(rb"[A-Za-z][\xc0-\xff]|[\xc0-\xff][a-z]")
HIGH = re.compile(rb"[\x80-\xff]")
BAD = re.compile("[\udc80-\udcff]")
WIDE = re.compile("[\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef]")
PAIRS_THAT_TELL = 20
STRAY_BYTES = 2  # in a line: more of them are a line of another encoding
UNSURE_PAIRS = 12  # so few may be valid UTF-8 by chance


def _private_pair(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    pair = error.object[error.start : error.start + 2]
    if len(pair) == 2 and 0x81 <= pair[0] <= 0xFE and (0x40 <= pair[1] <= 0x7E or 0xA1 <= pair[1] <= 0xFE):
        return PRIVATE, error.start + 2
    return "\ufffd", error.start + 1


codecs.register_error("inspection-big5", _private_pair)


def decode_big5(data: bytes) -> str:
    """Big5 as Windows writes it; a pair without a character becomes PRIVATE, a stray byte U+FFFD. Never raises."""
    return data.decode("cp950", "inspection-big5")


def is_big5(data: bytes) -> bool:
    """Whether the bytes read as Big5: mostly common characters, in runs or apart, some trail bytes below 0x80.

    Western letters stand alone within words; simplified Chinese has no trail byte below 0x80.
    """
    first = HIGH.search(data)
    if first is None:
        return False
    sample = data[max(first.start() - 1, 0) : first.start() + LOOKED_AT]
    found = PAIR.findall(sample)
    pairs = [one for one in found if len(one) == 2]
    stray = len(found) - len(pairs)
    common = sum(0xA1 <= one[0] <= 0xC6 for one in pairs)
    in_runs = sum(len(run) for run in RUN.findall(sample)) // 2
    if stray * 20 > len(pairs) or common * 2 <= len(pairs):
        return False
    if in_runs * 10 < len(pairs) * 6 and len(WESTERN.findall(sample)) * 2 >= len(pairs):
        return False
    low = sum(one[1] < 0x80 for one in pairs)
    return len(pairs) < PAIRS_THAT_TELL or low * 20 >= len(pairs)


def decode_bytes(data: bytes) -> str:
    """Text without a mark and without a label: UTF-8, Big5, both by line, Windows Latin as the last resort."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and "unexpected end" in error.reason:
            return data.decode("utf-8", "ignore")
    if UTF8_RUN.search(data) or _is_nearly_utf8(data):
        return _decode_by_line(data)
    return _decode_single(data)


def _is_nearly_utf8(data: bytes) -> bool:
    text = data[:LOOKED_AT].decode("utf-8", "surrogateescape")
    return len(BAD.findall(text)) * 4 <= len(WIDE.findall(text))


def _decode_single(data: bytes) -> str:
    """Big5 where it reads as such, else simplified Chinese, else Windows Latin."""
    if is_big5(data):
        return decode_big5(data)
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if text and _is_mostly_han(text):
        return text
    as_big5 = decode_big5(data)
    lost = as_big5.count("\ufffd") + as_big5.count(PRIVATE)
    wide = len(WIDE.findall(as_big5[:LOOKED_AT]))
    return as_big5 if wide and lost * 50 <= wide else data.decode("cp1252", "replace")


def _is_mostly_han(text: str) -> bool:
    wide = [character for character in text[:LOOKED_AT] if character > "\x7f"]
    return sum("\u3000" <= character <= "\u9fff" for character in wide) * 10 >= len(wide) * 9


def _decode_by_line(data: bytes) -> str:
    """Lines of UTF-8 and of Big5 in one file (logs, lists copied together), or UTF-8 with bytes that went astray."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    odd = {index: line for index, line in enumerate(lines) if not line.isascii() and BAD.search(line)}
    # bytes that are no UTF-8, in lines that have more of them than of characters
    foreign = {index for index, line in odd.items() if len(BAD.findall(line)) > len(WIDE.findall(line))}
    has_big5 = any(is_big5(_raw(odd[index])) for index in foreign)
    for index, line in odd.items():
        if index in foreign and has_big5:
            lines[index] = decode_big5(_raw(line))
        elif index in foreign and len(BAD.findall(line)) > STRAY_BYTES:
            lines[index] = _decode_single(_raw(line))
        else:
            lines[index] = BAD.sub("\ufffd", line)
    return "\n".join(lines)


def _raw(line: str) -> bytes:
    return line.encode("utf-8", "surrogateescape")


def decode_labelled(data: bytes, label: str | None) -> str:
    """Text whose character set somebody named; believed where the bytes do not say otherwise."""
    name = (label or "").strip().strip("\"'").lower()
    name = NAMES.get(name, name)
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if data.isascii():
        return _decode_named(data, name) if name.startswith(STATEFUL) or _is_wide(name, data) else _ascii(data)
    if _is_wide(name, data):
        return _decode_named(data, name)
    try:
        as_utf8 = data.decode("utf-8")
    except UnicodeDecodeError:
        as_utf8 = ""
    if name in MULTIBYTE or name == "big5":
        if not as_utf8 or (len(HIGH.findall(data)) <= UNSURE_PAIRS and not WIDE.search(as_utf8)):
            return _multibyte(data, name)
        return as_utf8
    if as_utf8:
        return as_utf8
    if name and name != "utf-8" and not is_big5(data) and not UTF8_RUN.search(data):
        return _decode_named(data, name)
    return decode_bytes(data)


def _ascii(data: bytes) -> str:
    return data.decode("ascii")


def _multibyte(data: bytes, name: str) -> str:
    if name == "big5":
        text = decode_big5(data)
        return text if text.count("\ufffd") * 50 <= len(WIDE.findall(text)) else decode_bytes(data)
    try:
        text = data.decode(name)
    except (LookupError, UnicodeDecodeError):
        return decode_bytes(data)
    return decode_big5(data) if is_big5(data) and not _is_mostly_han(text) else text


def _is_wide(name: str, data: bytes) -> bool:
    """Whether bytes said to be of two or four a character can be so: they hold zeros, or are no UTF-8 and even."""
    if not name.startswith(("utf-16", "utf16", "ucs-2", "utf-32", "unicode")) or name == "utf-8":
        return False
    if b"\0" in data[:LOOKED_AT]:
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return len(data) % 2 == 0 and not is_big5(data)
    return False


def _decode_named(data: bytes, name: str) -> str:
    if name in {"utf-16", "utf16", "ucs-2", "unicode"}:
        name = "utf-16-be" if data[0::2].count(0) > data[1::2].count(0) else "utf-16-le"
    try:
        return data.decode(name, "replace")
    except (LookupError, UnicodeError):
        return decode_bytes(data)
