"""What a mail bears, told from its bytes alone: who it says it is from, whether a machine wrote it, what is attached.

Runs in the sandbox (`mail_worker`); knows no library but Python's own. Nothing of what people wrote leaves it: no
subject, no text; of what may be a form its file's name, which is looked at before it is kept.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from enum import StrEnum

MOST_PARTS, MOST_FORMS = 200, 10
LARGEST_FORM_BYTES = 32 << 20
LONGEST_HEADER, LONGEST_NAME = 2_000, 1_000
# one address, with the name before it or bare; whatever could be read as two is none
FROM = re.compile(
    r'\s*(?:(?:"(?:[^"\\]|\\.)*"|[^"<>,;:@()\\])*<(?P<named>[^<>\s@]+@[^<>\s@]+)>|(?P<bare>[^<>\s@,;:()"]+@[^<>\s@,;:()"]+))\s*'
)
MACHINES = frozenset({"mailer-daemon", "postmaster"})
BULK = frozenset({"bulk", "auto_reply", "list", "junk"})
BY_MACHINE_ALONE = ("List-Id", "X-Autoreply", "X-Autorespond")
ARCHIVES = frozenset({"zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "cab", "lzh", "arj", "iso"})
ARCHIVE_BEGINS = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF")
OFFICE = frozenset({"docx", "docm", "doc", "dotx", "odt", "ott", "fodt", "xlsx", "xlsm", "xlsb", "xls", "ods", "rtf"})
ZIP, COMPOUND = b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WRAPPED = frozenset({
    "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted", "multipart/encrypted",
})  # fmt: skip
BESIDE = frozenset({"image", "audio", "video", "text"})  # logos, cards, dates: nobody's form
SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})


class Bears(StrEnum):
    """What an attachment is, before anybody opens it; all but a form are told back in words, `return_<value>`."""

    FORM = "form"
    ARCHIVE = "mailed_archive"
    WINMAIL = "mailed_winmail"
    WRAPPED = "mailed_wrapped"
    MAIL = "mailed_mail"
    OTHER = "file_not_word"
    TOO_LARGE = "file_too_large"
    MANY = "mailed_many"


@dataclass(slots=True)
class Told:
    """What a mail says: the one address it is from (empty: none, or more than one), whether a machine sent it, and what
    it bears in order; `forms` are the bytes of those that are `Bears.FORM`, `names` what their sender calls them."""

    sender: str = ""
    automatic: bool = False
    bears: list[Bears] = field(default_factory=list)
    forms: list[bytes] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def told_by(data: bytes, *, whole: bool = True) -> Told:
    """Reads a mail; of one that is not `whole`, the headers alone. Whatever a stranger wrote may make it raise."""
    parser = BytesParser(policy=policy.compat32) if whole else BytesHeaderParser(policy=policy.compat32)
    message = parser.parsebytes(data)
    told = Told(_sender(message), _is_automatic(message))
    if whole and told.sender and not told.automatic:
        _look_at_parts(message, told)
    return told


def _words(message: Message, name: str) -> list[str]:
    return [" ".join(str(one)[:LONGEST_HEADER].split()) for one in message.get_all(name) or []]


def _sender(message: Message) -> str:
    given = _words(message, "From")
    found = FROM.fullmatch(given[0]) if len(given) == 1 and len(given[0]) < LONGEST_HEADER else None
    return (found["named"] or found["bare"]).lower() if found else ""


def _is_automatic(message: Message) -> bool:
    """Whether a machine wrote it: then nobody waits for an answer, and an answer might go round for ever (RFC 3834)."""
    submitted = [re.split(r"[\s;(]", one.lower())[0] for one in _words(message, "Auto-Submitted")]
    precedence = {one.lower() for one in _words(message, "Precedence")}
    no_way_back = any(one in {"<>", "< >", ""} for one in _words(message, "Return-Path"))
    return (
        any(one != "no" for one in submitted)
        or bool(precedence & BULK)
        or no_way_back
        or any(name in message for name in BY_MACHINE_ALONE)
        or _sender(message).partition("@")[0] in MACHINES
        or message.get_content_type() == "multipart/report"
    )


def _look_at_parts(message: Message, told: Told) -> None:
    for number, part in enumerate(_leaves(message)):
        if number >= MOST_PARTS:
            told.bears.append(Bears.MANY)
            return
        one, data = _what(part)
        if one is Bears.FORM and len(told.forms) >= MOST_FORMS:
            told.bears.append(Bears.MANY)
            return
        if one is not None:
            told.bears.append(one)
        if one is Bears.FORM:
            told.forms.append(data)
            told.names.append(_name(part))


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in order; a mail within the mail is one of them and is not entered."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inside = part.get_payload()
        if part.get_content_maintype() == "message" or part.get_content_type() in WRAPPED:
            yield part
        elif isinstance(inside, list):
            waiting += [one for one in reversed(inside) if isinstance(one, Message)]
        else:
            yield part


def _what(part: Message) -> tuple[Bears | None, bytes]:
    kind, suffix = part.get_content_type(), _suffix(part)
    if kind in WRAPPED or suffix in {"p7m", "pgp", "gpg"}:
        return Bears.WRAPPED, b""
    if part.get_content_maintype() == "message":
        return Bears.MAIL, b""
    if kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or suffix == "tnef":
        return Bears.WINMAIL, b""
    if kind in SIGNATURES or (part.get_content_maintype() in BESIDE and suffix not in OFFICE | ARCHIVES):
        return None, b""
    given = part.get_payload(decode=True)
    data = given if isinstance(given, bytes) else b""
    if len(data) > LARGEST_FORM_BYTES:
        return Bears.TOO_LARGE, b""
    return _by_content(data, suffix), data


def _by_content(data: bytes, suffix: str) -> Bears | None:
    if not data and not suffix:
        return None
    if data.startswith(ZIP):
        return Bears.ARCHIVE if _is_mere_archive(data) else Bears.FORM
    if data.startswith(ARCHIVE_BEGINS) or suffix in ARCHIVES:
        return Bears.ARCHIVE
    return Bears.FORM if data.startswith(COMPOUND) or suffix in OFFICE else Bears.OTHER


def _is_mere_archive(data: bytes) -> bool:
    """Whether a zip is no office file; one that is broken is left to whoever reads forms, who says so."""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    return not names & {"[Content_Types].xml", "mimetype"}


def _suffix(part: Message) -> str:
    """The ending of a file's name, if it is a plain one."""
    name = _name(part).lower()
    if name == "winmail.dat":
        return "tnef"
    ending = name.rpartition(".")[2]
    return ending if ending.isascii() and ending.isalnum() and len(ending) <= 5 else ""


def _name(part: Message) -> str:
    """What its sender calls a file, however that was encoded; empty where nobody can tell."""
    try:
        name = str(part.get_filename() or "")[-LONGEST_NAME:].strip().strip("\"'")
    except (ValueError, LookupError, TypeError, AttributeError):  # RFC 2231 in pieces that do not fit
        return ""
    if name.startswith("=?"):
        name = _decoded(name)
    return name


def _decoded(name: str) -> str:
    from email.header import decode_header, make_header

    try:
        return str(make_header(decode_header(name)))
    except (ValueError, LookupError, TypeError):
        return ""
