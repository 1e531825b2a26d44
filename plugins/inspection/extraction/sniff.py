"""What a file is, by its bytes; the name decides only between text, CSV and where the bytes say nothing."""

from __future__ import annotations

import re

from inspection.extraction.mail_headers import LOOKED_AT, is_mail, is_mailbox, unwrapped

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
    (b"\x1f\x9d", "compress"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"MSCF", "cab"),
    (b"\x78\x9f\x3e\x22", "tnef"),
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
OFFICIAL = re.compile(rb"<!DOCTYPE\s+\S{1,40}\s|<\?xml")
BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
LHA = re.compile(rb"(?s)..-l[hz][0-9ds]-")
PDF_VERSION = re.compile(rb"%PDF-\d\.\d")
PDF_OBJECT = re.compile(rb"\d[ \t\r\n]+\d{1,5}[ \t\r\n]+obj\b")
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
XML_NAMES = {"di", "si", "sw", "xml", "config", "xsl", "xslt", "xsd", "svg", "rdl", "resx", "xhtml", "opml", "plist"}
OFFICE_NAMES = {
    "doc": "doc", "dot": "doc", "xls": "xls", "xlt": "xls", "ppt": "ppt", "pps": "ppt", "msg": "msg",
    "docx": "docx", "docm": "docm", "dotx": "dotx", "xlsx": "xlsx", "xlsm": "xlsm", "xlsb": "xlsb", "pptx": "pptx",
    "odt": "odt", "ods": "ods", "odp": "odp", "pdf": "pdf", "zip": "zip", "7z": "7z", "rar": "rar",
}  # fmt: skip


def extension(name: str) -> str:
    """Lower-case extension of a file name, without the dot."""
    stem, dot, end = name.rpartition(".")
    return end.lower() if dot and stem and len(end) <= 8 else ""


CONTAINERS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (COMPOUND, "compound"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
)


def sniff(data: bytes, name: str) -> str:
    """`zip` and `compound` for containers looked into later; else the format; empty where the bytes say nothing.

    A text may begin with the letters of another format, or name it: only what such a file must bear besides decides.
    """
    for magic, container in CONTAINERS:
        if data.startswith(magic):
            return container
    if data[:1024].lstrip()[:5] == b"{\\rtf":
        return "rtf"
    has_zero = b"\0" in data[:4096]
    for magic, other in (*IMAGES, *OTHERS):
        binary = data[6:10] == b"\0\0\0\0" if other == "bmp" else has_zero or not magic.isascii()
        if binary and data.startswith(magic):
            return other
    if BZIP2.match(data):
        return "bzip2"
    if data[32_769:32_774] == b"CD001":
        return "iso"
    if LHA.match(data):
        return "lha"
    return "tar" if data[257:262] == b"ustar" else _sniff_text(data, name)


def is_pdf(data: bytes, end: str) -> bool:
    """Whether a PDF begins within the first kilobyte: its header at the start, or objects and a trailer behind it.

    `end` is the extension of its name: a text named so is a broken PDF.
    """
    at = data.find(b"%PDF-", 0, 1024)
    if at < 0:
        return False
    numbered = PDF_VERSION.match(data, at) is not None
    bare = data[:at].removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\0") == b""
    has_objects = PDF_OBJECT.search(data) is not None
    if bare:
        return has_objects or not numbered or end == "pdf" or not is_text(data)
    return has_objects and (b"startxref" in data or b"trailer" in data)


def is_text(data: bytes) -> bool:
    """Whether the first bytes hold no control characters but those of texts."""
    return CONTROL.search(data[:4096]) is None


def _sniff_text(data: bytes, name: str) -> str:
    end = extension(name)
    bare = unwrapped(data[:LOOKED_AT])
    if is_mail(bare, end):
        if is_mailbox(bare):
            return "mbox"
        return "mhtml" if b"multipart/related" in bare[:8192].lower() and end in {"mht", "mhtml", "doc"} else "eml"
    start = data[:4096]
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        start = start.decode("utf-16", "replace").encode("utf-8", "replace")
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    is_page = start[:1] == b"<" and HTML.search(start) is not None
    if not is_page and is_pdf(data, end):
        return "pdf"
    if b"\0" in start and b"\0" in data[:512]:
        return ""
    if OFFICIAL.match(start) or (end in XML_NAMES and start[:1] == b"<"):
        return "html" if is_page and b"<html" in start.lower() else "xml" if start[:1] == b"<" else ""
    if is_page:
        return "html"
    return "html" if end in {"html", "htm"} and HTML.search(data[:65_536]) else ""
