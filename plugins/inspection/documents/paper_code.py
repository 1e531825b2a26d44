"""What binds a sheet of paper to its content: the short code, an opaque document number, and the QR code of both."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import segno
from markupsafe import Markup

from inspection.errors import BadSource
from inspection.language import speak

PAGE = "/paper"
_CODE = re.compile(r"(?:([A-Z2-7]{8})-)?([A-Z2-7]{4})-?([A-Z2-7]{4})")
_UNITS, _LAP = 20, 2  # drawing units per module; a row laps over the next, so that no hairline shows between them
_BESIDE = 8  # points between the code, which stands in the margin, and the text
_BELOW = 9  # points by which it reaches below the top of the line it hangs on


@dataclass(frozen=True, slots=True)
class PaperCode:
    """What was scanned or typed: the short code, and the document number where it came from a QR code."""

    identifier: str
    number: str = ""


def short_code(digest: str) -> str:
    """The first 40 bits of a hex digest as XXXX-XXXX, without letters that look like digits (RFC 4648 base32)."""
    letters = base64.b32encode(bytes.fromhex(digest)[:5]).decode()
    return f"{letters[:4]}-{letters[4:]}"


def digest_prefix(identifier: str) -> str:
    """The ten hex digits a short code stands for; the reverse of `short_code`."""
    return base64.b32decode(identifier.replace("-", "")).hex()


def document_number(subject_id: str) -> str:
    """Eight letters and digits that name a document to this installation and say nothing to anybody else."""
    digest = hashlib.sha256(f"paper\n{subject_id}".encode()).digest()
    return base64.b32encode(digest[:5]).decode()


def payload(subject_id: str, content_hash: str, *, address: str) -> str:
    """What the QR code holds: number and short code; before them the entry page, where an office has named its portal.

    `address` is empty where it has not. Never any content.
    """
    code = f"{document_number(subject_id)}-{short_code(content_hash)}"
    return f"{address.rstrip('/')}{PAGE}?code={code}" if address else code


def read_code(text: str) -> PaperCode:
    """Reads what a scanner or a person typed: a whole address, number and short code, or the short code alone.

    Raises BadSource for anything else.
    """
    words = unicodedata.normalize("NFKC", text).strip()
    if "://" in words:
        words = urlsplit(words).query.rpartition("code=")[2].partition("&")[0]
    found = _CODE.fullmatch(words.replace(" ", "").upper())
    if found is None:
        raise BadSource(
            speak("頁尾識別碼格式有誤", "the code in the foot is not well formed"),
            remedy=speak(
                "請掃描頁尾 QR 碼，或鍵入識別碼，例如 K7QM-2XWD",
                "scan the code in the foot, or type it, for example K7QM-2XWD",
            ),
        )
    return PaperCode(f"{found[2]}-{found[3]}", found[1] or "")


def qr(text: Any, width_cm: float = 1.3) -> Markup:
    """`{{ qr(frame.code, 1.3) }}`: the code in the left margin beside this line; nothing where there is no text.

    A shape of lines and no picture: no part of its own, sharp at every size, and drawn without network. It takes no
    room in the text, so a page with it breaks like one without.
    """
    if not isinstance(text, str):
        raise BadSource(
            speak(f"qr() 須為文字，現為 {type(text).__name__}", f"qr() needs a text, not {type(text).__name__}")
        )
    if not text:
        return Markup("")
    path, side = _path(text)
    points = round(width_cm / 2.54 * 72, 2)
    shape = (
        '<w:r><w:pict><v:shape id="PaperCode" alt="頁尾識別碼之 QR 碼" style="position:absolute;'
        f"margin-left:{-points - _BESIDE:.2f}pt;margin-top:{_BELOW - points:.2f}pt;width:{points}pt;height:{points}pt;"
        'z-index:2;mso-position-horizontal-relative:margin;mso-position-vertical-relative:text" '
        f'coordsize="{side},{side}" path="{path}" fillcolor="#1f2a44" stroked="f"><w10:wrap anchorx="margin"/>'
        "</v:shape></w:pict></w:r>"
    )
    return Markup(f'</w:t></w:r>{shape}<w:r><w:t xml:space="preserve">')  # noqa: S704 - numbers and constants


@lru_cache(maxsize=256)
def _path(text: str) -> tuple[str, int]:
    """A VML path of the dark modules, one rectangle per run in a row, and the side of the drawing."""
    rows = segno.make_qr(text, error="m", boost_error=False).matrix
    pieces = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                left, right, top, bottom = x * _UNITS, end * _UNITS, y * _UNITS, (y + 1) * _UNITS + _LAP
                pieces.append(f"m{left},{top}l{right},{top},{right},{bottom},{left},{bottom}x")
            x = end + 1
    return "".join(pieces) + "e", len(rows) * _UNITS
