"""Mail as stored in files (eml, mhtml): subject, sensitivity, body; attachments as files of their own."""

from __future__ import annotations

import base64
import contextlib
import email
import email.policy
import re
from email.header import decode_header
from email.message import Message

from inspection.extraction.cards import card_text, is_card, uuencoded
from inspection.extraction.character_sets import decode_labelled
from inspection.extraction.collect import Collector
from inspection.extraction.html_page import decode_page, read_page
from inspection.extraction.mail_headers import mails_of, unwrapped
from inspection.extraction.plain import decode_text, read_plain
from inspection.extraction.unreadable import Unreadable, too_large
from inspection.vocabulary import ReadReason, Zone

# what machines write for machines: no word of a person stands there
TECHNICAL = re.compile(
    r"(?:x-|arc-|dkim-|domainkey-|received|authentication-|list-|content-|thread-index|mime-version|message-id|date$"
    r"|references|in-reply-to|return-path|user-agent|autocrypt|feedback-id|status$|lines$|priority|importance"
    r"|precedence|subject$|from$|to$|cc$|accept-language|auto-submitted|path$)",
    re.IGNORECASE,
)
MOST_HEADERS = 500
HEADERS = ("Sensitivity", "Keywords", "Comments", "X-MS-Exchange-Organization-Classification")
TEXTS = {"text/plain", "text/html", "text/calendar", "text/enriched", "text/markdown", "text/vcard", "text/x-vcard"}
PEOPLE = ("From", "To", "Cc")
DEEPEST_PARTS = 2_000


def read_mail(data: bytes, out: Collector) -> None:
    """Reads a mail into `out`. Attached mails are embedded as mails, other attachments under their own names."""
    message = email.message_from_bytes(unwrapped(data), policy=email.policy.compat32)
    out.add(Zone.SUBJECT, header_text(message, "Subject"), "主旨")
    for name in HEADERS:
        out.add_property(name, header_text(message, name))
    for name in PEOPLE:
        out.add(Zone.PROPERTY, header_text(message, name), name)
    for name in dict.fromkeys(message.keys()[:MOST_HEADERS]):
        if not TECHNICAL.match(name) and name not in HEADERS:
            out.add(Zone.PROPERTY, header_text(message, name), name[:40])
    _read_part(message, out)


def read_mailbox(data: bytes, out: Collector) -> None:
    """Embeds every mail of a mailbox as a mail of its own."""
    for number, content in enumerate(mails_of(data), 1):
        out.embed(f"{number}.eml", content)


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
    try:
        return decode_labelled(raw, charset) if charset else decode_text(raw)
    except Unreadable:
        return raw.decode("latin-1")


def _read_part(part: Message, out: Collector) -> None:
    """Walks the parts; of alternatives the richest is read first, of the others what it does not say."""
    seen = 0
    waiting: list[tuple[Message, _Said | None]] = [(part, None)]
    while waiting:
        seen += 1
        if seen > DEEPEST_PARTS:
            raise too_large("more mail parts than the limit")
        now, said = waiting.pop()
        kind = now.get_content_type()
        if kind == "message/rfc822":
            _embed_mail(now, out)
        elif now.is_multipart():
            parts = [one for one in now.get_payload() if isinstance(one, Message)]
            if kind == "multipart/alternative":
                said = said or _Said(out)
                parts.sort(key=lambda one: one.get_content_type() == "text/plain")
            for stray in (now.preamble, now.epilogue):
                _read_stray(stray, out)
            waiting.extend((one, said) for one in reversed(parts))
        else:
            _read_leaf(now, kind, out, said)


class _Said:
    """What the alternatives read so far have said: of the next one only the rest is new."""

    def __init__(self, out: Collector) -> None:
        self._out = out
        self._from = len(out.passages)

    def rest_of(self, text: str) -> str:
        """The lines of a text that stand in none of them."""
        said = "".join("".join(one.text.split()) for one in self._out.passages[self._from :])
        return "\n".join("" if "".join(line.split()) in said else line for line in text.splitlines())


def _read_stray(raw: str | None, out: Collector) -> None:
    """What stands before the first part and behind the last: shown by no program, yet there."""
    text = (raw or "").strip()
    if text and "MIME" not in text and "multi-part" not in text.lower():
        read_plain(_decode(text.encode("ascii", "surrogateescape"), None), out)


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


def _read_leaf(part: Message, kind: str, out: Collector, said: _Said | None) -> None:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        return
    name = _file_name(part)
    attached = (part.get_content_disposition() == "attachment") or bool(name)
    if not attached and kind in TEXTS:
        charset = part.get_content_charset()
        if kind == "text/html":
            read_page(_decode(content, charset) if charset else decode_page(content), out)
            return
        text, files = uuencoded(_decode(content, charset))
        if is_card(text):
            text = card_text(text)
        read_plain(said.rest_of(text) if said else text, out)
        for inner, packed in files:
            _embed(inner, packed, out)
    elif name or not kind.startswith("image/"):
        _embed(name or f"part{len(out.embedded) + 1}", content, out)


def _embed(name: str, content: bytes, out: Collector) -> None:
    large = len(content) > out.limits.part_bytes
    out.embed(name, b"" if large else content, ReadReason.TOO_LARGE if large else None)


def _file_name(part: Message) -> str:
    name = part.get_filename() or ""
    try:
        decoded = "".join(
            piece if isinstance(piece, str) else _decode(piece, charset) for piece, charset in decode_header(name)
        )
    except (ValueError, LookupError):
        decoded = name
    return decoded.replace("\\", "/").rpartition("/")[2].encode("utf-8", "replace").decode("utf-8")
