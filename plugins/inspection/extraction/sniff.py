"""What a file is, by its bytes; the name decides only between text, CSV and where the bytes say nothing."""

from __future__ import annotations

import re

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
IMAGES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
)
OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\xffWPC", "wordperfect"),
    (b"\xcb\x0a\x01", "wordperfect"),
    (b"MZ", "exe"),
    (b"\x7fELF", "elf"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"SQLite format 3", "sqlite"),
    (b"!BDN", "pst"),
    (b"\0\1\0\0Standard", "access"),
    (b"AC10", "dwg"),
    (b"ID3", "mp3"),
    (b"OggS", "ogg"),
    (b"RIFF", "riff"),
    (b"\0\0\0\x18ftyp", "mp4"),
    (b"\0\0\0\x20ftyp", "mp4"),
    (b"\x1aE\xdf\xa3", "matroska"),
)
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|div|p|title|script|style)[\s>/]", re.IGNORECASE)
MAIL_HEADER = re.compile(
    rb"(?:received|return-path|delivered-to|from|to|cc|subject|date|message-id|mime-version|content-type|x-[\w-]+"
    rb"|dkim-signature|sender|reply-to|status|arc-[\w-]+|authentication-results):[ \t]",
    re.IGNORECASE,
)
OFFICIAL = re.compile(rb"<!DOCTYPE\s+\S{1,40}\s|<\?xml")
OFFICE_NAMES = {
    "doc": "doc", "dot": "doc", "xls": "xls", "xlt": "xls", "ppt": "ppt", "pps": "ppt", "msg": "msg",
    "docx": "docx", "docm": "docm", "dotx": "dotx", "xlsx": "xlsx", "xlsm": "xlsm", "xlsb": "xlsb", "pptx": "pptx",
    "odt": "odt", "ods": "ods", "odp": "odp", "pdf": "pdf", "zip": "zip", "7z": "7z", "rar": "rar",
}  # fmt: skip


def extension(name: str) -> str:
    """Lower-case extension of a file name, without the dot."""
    stem, dot, end = name.rpartition(".")
    return end.lower() if dot and stem and len(end) <= 8 else ""


def sniff(data: bytes, name: str) -> str:
    """`zip` and `compound` for containers looked into later; else the format; empty where the bytes say nothing."""
    head = data[:8]
    if head[:4] in {b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"}:
        return "zip"
    if head == COMPOUND:
        return "compound"
    if head[:6] == b"7z\xbc\xaf\x27\x1c":
        return "7z"
    if head[:4] == b"Rar!":
        return "rar"
    start = data[:1024]
    if b"%PDF-" in start:
        return "pdf"
    if start.lstrip()[:5] == b"{\\rtf":
        return "rtf"
    for magic, image in IMAGES:
        if head.startswith(magic) and (image != "bmp" or data[6:10] == b"\0\0\0\0"):
            return image
    for magic, other in OTHERS:
        # a text may begin with the same letters
        if data.startswith(magic) and (not magic.isascii() or b"\0" in data[:4096]):
            return other
    return _sniff_text(data, name)


def _sniff_text(data: bytes, name: str) -> str:
    start = data[:4096]
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        start = start.decode("utf-16", "replace").encode("utf-8", "replace")
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"\0" in start and b"\0" in data[:512]:
        return ""
    if _is_mail(start):
        return (
            "mhtml" if b"multipart/related" in start.lower() and extension(name) in {"mht", "mhtml", "doc"} else "eml"
        )
    if OFFICIAL.match(start) or extension(name) in {"di", "si", "sw", "xml"}:
        return "html" if HTML.search(start) and b"<html" in start.lower() else "xml" if start[:1] == b"<" else ""
    if start[:1] == b"<" and HTML.search(start):
        return "html"
    return "html" if extension(name) in {"html", "htm"} and HTML.search(data[:65_536]) else ""


def _is_mail(start: bytes) -> bool:
    """Whether the first lines are mail headers: two known ones before any blank line."""
    if not MAIL_HEADER.match(start.partition(b"\n")[2] if start.startswith(b"From ") else start):
        return False
    known = 0
    for line in start.split(b"\n")[:40]:
        if not line.strip():
            break
        known += bool(MAIL_HEADER.match(line))
    return known >= 2
