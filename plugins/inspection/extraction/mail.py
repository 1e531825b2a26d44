"""Mail as stored in files (eml, mhtml): subject, sensitivity, body; attachments as files of their own."""

from __future__ import annotations

import base64
import contextlib
import email
import email.policy
from email.header import decode_header
from email.message import Message

from inspection.extraction.collect import Collector
from inspection.extraction.html_page import decode_page, read_page
from inspection.extraction.plain import decode_text, read_plain
from inspection.extraction.unreadable import too_large
from inspection.vocabulary import ReadReason, Zone

HEADERS = ("Sensitivity", "Keywords", "Comments", "X-MS-Exchange-Organization-Classification")
PEOPLE = ("From", "To", "Cc")
DEEPEST_PARTS = 2_000


def read_mail(data: bytes, out: Collector) -> None:
    """Reads a mail into `out`. Attached mails are embedded as mails, other attachments under their own names."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    out.add(Zone.SUBJECT, header_text(message, "Subject"), "主旨")
    for name in HEADERS:
        out.add_property(name, header_text(message, name))
    for name in PEOPLE:
        out.add(Zone.PROPERTY, header_text(message, name), name)
    _read_part(message, out, nested=False)


def header_text(message: Message, name: str) -> str:
    """One header, decoded; raw eight-bit headers by their bytes."""
    raw = message.get(name)
    if raw is None:
        return ""
    pieces = []
    try:
        for part, charset in decode_header(raw):
            if isinstance(part, str):
                pieces.append(part)
            else:
                pieces.append(_decode(part, charset))
    except (ValueError, LookupError):
        return str(raw)
    return "".join(pieces).encode("utf-8", "replace").decode("utf-8")


def _decode(raw: bytes, charset: str | None) -> str:
    name = (charset or "").lower()
    if name in {"big5", "big5-hkscs"}:
        name = "cp950"
    if name and not name.startswith("unknown"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode_text(raw) if raw else ""


def _read_part(part: Message, out: Collector, *, nested: bool) -> None:
    """Walks the parts; a plain text alternative is left out where the same comes as HTML."""
    seen = 0
    waiting: list[Message] = [part]
    while waiting:
        seen += 1
        if seen > DEEPEST_PARTS:
            raise too_large("more mail parts than the limit")
        now = waiting.pop()
        kind = now.get_content_type()
        if kind == "message/rfc822":
            _embed_mail(now, out)
        elif now.is_multipart():
            parts = [one for one in now.get_payload() if isinstance(one, Message)]
            if kind == "multipart/alternative":
                parts = _best(parts)
            waiting.extend(reversed(parts))
        else:
            _read_leaf(now, kind, out)


def _best(parts: list[Message]) -> list[Message]:
    """Of alternatives the richest text; what is no text at all (an invitation) stays."""
    pages = [part for part in parts if part.get_content_type() != "text/plain"]
    return pages or parts


def _embed_mail(part: Message, out: Collector) -> None:
    inner = part.get_payload()
    message = inner[0] if isinstance(inner, list) and inner else None
    if isinstance(message, Message):
        content = message.as_bytes()
        if part.get("Content-Transfer-Encoding", "").strip().lower() == "base64":
            # against RFC 2046, yet one groupware does it: the parser took the encoded text for the mail
            with contextlib.suppress(ValueError):
                content = base64.b64decode(content)
                message = email.message_from_bytes(content, policy=email.policy.compat32)
        name = header_text(message, "Subject") or f"mail{len(out.embedded) + 1}"
        out.embed(f"{name[:80]}.eml".replace("/", "_"), content)


def _read_leaf(part: Message, kind: str, out: Collector) -> None:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        return
    name = _file_name(part)
    attached = (part.get_content_disposition() == "attachment") or bool(name)
    if not attached and kind.startswith("text/"):
        if kind == "text/html":
            charset = part.get_content_charset()
            page = _decode(content, charset) if charset else decode_page(content)
            read_page(page, out)
        else:
            read_plain(_decode(content, part.get_content_charset()), out)
    elif name or not kind.startswith("image/"):
        large = len(content) > out.limits.part_bytes
        out.embed(
            name or f"part{len(out.embedded) + 1}", b"" if large else content, ReadReason.TOO_LARGE if large else None
        )


def _file_name(part: Message) -> str:
    name = part.get_filename() or ""
    try:
        decoded = "".join(
            piece if isinstance(piece, str) else _decode(piece, charset) for piece, charset in decode_header(name)
        )
    except (ValueError, LookupError):
        decoded = name
    return decoded.replace("\\", "/").rpartition("/")[2].encode("utf-8", "replace").decode("utf-8")
