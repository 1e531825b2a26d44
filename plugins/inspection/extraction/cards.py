"""Text that carries other text in a dress of its own: cards and invitations, uuencoded files, escapes of JSON."""

from __future__ import annotations

import binascii
import re

from inspection.extraction.character_sets import decode_bytes

CARD = re.compile(r"\s{0,20}BEGIN:(?:VCARD|VCALENDAR|VNOTE|VMSG|VBODY)\b", re.IGNORECASE)
QUOTED = re.compile(r"(?im)^([^:\r\n]{0,200};\s*(?:ENCODING=)?QUOTED-PRINTABLE[^:\r\n]{0,200}:)((?:.*=\r?\n)*.*)$")
FOLD = re.compile(r"\r?\n[ \t]")
SOFT_BREAK = re.compile(r"=[ \t]*\r?\n")
OCTET = re.compile(r"=?((?:=[0-9A-Fa-f]{2})+)")
BEGIN = re.compile(r"(?m)^begin(?:-base64)? [0-7]{3,4} (.{1,255}?)\r?$")
ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")


def is_card(text: str) -> bool:
    """Whether a text is a visiting card or an invitation (vCard, iCalendar and kin)."""
    return CARD.match(text) is not None


def card_text(text: str) -> str:
    """A card with its folded lines joined, quoted-printable values decoded and escaped line ends taken back."""
    text = QUOTED.sub(lambda found: found[1] + _unquoted(found[2]), text)
    return FOLD.sub("", text).replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";")


def _unquoted(value: str) -> str:
    joined = SOFT_BREAK.sub("", value)
    return OCTET.sub(lambda found: decode_bytes(binascii.unhexlify(found[1].replace("=", ""))), joined)


def unescaped(text: str) -> str:
    """A text whose letters a program wrote as `\\uXXXX`, with the letters; pairs of surrogates become one."""
    if "\\u" not in text:
        return text
    told = ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return told.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """(the text without them, [(name, bytes)]) of the uuencoded files in a text; what cannot be decoded stays text."""
    if "begin" not in text:
        return text, []
    files: list[tuple[str, bytes]] = []
    kept: list[str] = []
    position = 0
    for found in BEGIN.finditer(text):
        if found.start() < position:
            continue
        ended = re.compile(r"(?m)^(?:end|====)[ \t]*\r?$").search(text, found.end())
        if ended is None:
            break
        content = _decoded(text[found.end() : ended.start()], found[0].startswith("begin-base64"))
        if content is None:
            continue
        kept.append(text[position : found.start()])
        files.append((found[1].strip(), content))
        position = ended.end()
    return ("".join(kept) + text[position:] if files else text), files


def _decoded(body: str, is_base64: bool) -> bytes | None:
    try:
        if is_base64:
            return binascii.a2b_base64(body)
        return b"".join(_line(line) for line in body.encode("ascii").splitlines() if line.strip(b" `"))
    except (ValueError, UnicodeEncodeError):
        return None


def _line(line: bytes) -> bytes:
    """One line; mail programs cut or add blanks at its end, so what lies beyond its announced length is dropped."""
    count = (line[0] - 32) & 63
    needed = 1 + (count + 2) // 3 * 4
    return binascii.a2b_uu(line[:needed].ljust(needed, b" "))
