"""Loads what reading needs only at its first use: a confined worker can open no file any more."""

from __future__ import annotations

import codecs
import email
import email.policy
import importlib

from inspection.extraction import libarchive
from inspection.extraction.database import open_database
from inspection.extraction.default_password import prepare_ciphers

MODULES = (
    "email.parser",
    "email.feedparser",
    "email.header",
    "email.base64mime",
    "email.quoprimime",
    "email.iterators",
    "email.generator",
    "quopri",
    "uu",
    "lzma",
    "bz2",
    "csv",
    "html.entities",
    "stringprep",
)
ENCODINGS = (
    "raw_unicode_escape", "unicode_escape",
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-7", "ascii",
    "raw-unicode-escape", "unicode-escape", "latin-1",
    "cp950", "big5", "big5hkscs", "gb18030", "gbk", "gb2312", "hz", "cp932", "shift_jis", "euc_jp", "iso2022_jp",
    "cp949", "euc_kr", "iso2022_kr", "cp437", "cp850", "cp866", "koi8-r", "mac_roman", "iso8859-15",
    *(f"cp{number}" for number in range(1250, 1259)), *(f"iso8859-{number}" for number in range(2, 11)),
)  # fmt: skip
A_MAIL = (
    b"From: =?big5?b?pKQ=?= <a@example.tw>\r\nSubject: =?utf-8?q?x?=\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\neA==\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    b"Subject: y\r\n\r\nz\r\n--b--\r\n"
)


def preload() -> None:
    """Imports every module, codec and library a reader may ask for, and runs one mail through the parser."""
    for name in MODULES:
        importlib.import_module(name)
    for name in ENCODINGS:
        codecs.lookup(name)
    message = email.message_from_bytes(A_MAIL, policy=email.policy.compat32)
    message.as_bytes()
    libarchive.is_at_hand()
    prepare_ciphers()
    open_database(b"").close()
