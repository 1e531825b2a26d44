"""Looks for secrets in everything left on disk, in all the shapes they could have taken."""

from __future__ import annotations

import base64
import email
import email.policy
import gzip
import hashlib
import io
import re
import unicodedata
import urllib.parse
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import hyperscan
import pypdfium2

SEPARATORS = re.compile(r"[\s\-‐-―－・,，、./．\u200b-\u200f\ufeff]+")
ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A secret found: which one (by its number), where, and in which shape."""

    number: int
    where: str
    shape: str


class Search:
    """Looks for many secrets at once. Secrets shorter than eight signs are refused: chance would find them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._shapes: list[tuple[int, str]] = []
        needles: list[bytes] = []
        for number, secret in enumerate(secrets):
            if len(unseparated(secret)) < 8:
                raise ValueError(f"secret {number} is too short to be looked for")
            for shape, needle in shapes_of(secret):
                self._shapes.append((number, shape))
                needles.append(needle)
        self._database = hyperscan.Database()
        self._database.compile(
            expressions=[b"".join(b"\\x%02x" % byte for byte in needle) for needle in needles],
            ids=list(range(len(needles))),
            elements=len(needles),
            flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(needles),
        )

    def in_bytes(self, data: bytes, where: str) -> Iterator[Found]:
        """Secrets in bytes as they are, and in their text without separators."""
        hits: set[int] = set()

        def seen(number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
            hits.add(number)

        for view in (data, _folded(data)):
            if view:
                self._database.scan(view, match_event_handler=seen)
        for hit in sorted(hits):
            yield Found(self._shapes[hit][0], where, self._shapes[hit][1])

    def below(self, *folders: Path, leave_out: Iterable[Path] = ()) -> list[Found]:
        """Secrets in every file below the folders, in their names, and in what is packed inside them."""
        away = [path.resolve() for path in leave_out]
        found: list[Found] = []
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                if any(path.resolve().is_relative_to(one) for one in away):
                    continue
                found.extend(self.in_bytes(str(path).encode(), f"name of {path}"))
                if path.is_file():
                    for where, data in unpacked(path.read_bytes(), str(path)):
                        found.extend(self.in_bytes(data, where))
        return found


def unseparated(text: str) -> str:
    """A text in compatibility form, without what people put between digits."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text))


def _folded(data: bytes) -> bytes:
    for encoding in ("utf-8", "utf-16-le"):
        if encoding == "utf-16-le" and data.count(0) < len(data) // 8:
            continue
        return unseparated(data.decode(encoding, "ignore")).encode()
    return b""


def shapes_of(secret: str) -> Iterator[tuple[str, bytes]]:
    """Every shape a secret is looked for in."""
    seen: set[bytes] = set()
    for name, text in (("plain", secret), ("unseparated", unseparated(secret))):
        raw = text.encode()
        shaped = {
            name: raw,
            f"{name} utf-16-le": text.encode("utf-16-le"),
            f"{name} utf-16-be": text.encode("utf-16-be"),
            f"{name} url": urllib.parse.quote(text, safe="").encode(),
            f"{name} full-width": "".join(_wide(sign) for sign in text).encode(),
            f"{name} hex": raw.hex().encode(),
        }
        for offset in range(3):
            shaped[f"{name} base64 +{offset}"] = _base64_core(raw, offset)
        for algorithm in ("md5", "sha1", "sha256"):
            digest = hashlib.new(algorithm, raw, usedforsecurity=False)
            shaped[f"{name} {algorithm}"] = digest.hexdigest().encode()
            shaped[f"{name} {algorithm} upper"] = digest.hexdigest().upper().encode()
            shaped[f"{name} {algorithm} raw"] = digest.digest()
        for shape, needle in shaped.items():
            if len(needle) >= 8 and needle not in seen:
                seen.add(needle)
                yield shape, needle


def _wide(sign: str) -> str:
    return chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign


def _base64_core(raw: bytes, offset: int) -> bytes:
    """What base64 makes of the bytes wherever they begin: the signs that do not depend on their neighbours."""
    coded = base64.b64encode(b"\0" * offset + raw)
    first = {0: 0, 1: 2, 2: 3}[offset]
    spare = (len(raw) + offset) % 3
    return coded[first : len(coded) - {0: 0, 1: 3, 2: 2}[spare]]


def unpacked(data: bytes, where: str, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The bytes, and what they hold: members of zips, parts of mails, text of PDFs, gzip."""
    yield where, data
    if depth >= DEEPEST:
        return
    if data[:4] == b"PK\x03\x04":
        yield from _members(data, where, depth)
    elif data[:2] == b"\x1f\x8b":
        yield from unpacked(gzip.decompress(data), f"{where}!gzip", depth + 1)
    elif data[:5] == b"%PDF-":
        document = pypdfium2.PdfDocument(data)
        for number in range(len(document)):
            text = document[number].get_textpage().get_text_bounded()
            yield f"{where}!page {number + 1}", text.encode()
    elif where.endswith((".eml", ".mail")) or b"\nContent-Transfer-Encoding:" in data[:20_000]:
        message = email.message_from_bytes(data, policy=email.policy.default)
        yield f"{where}!headers", "\n".join(f"{name}: {value}" for name, value in message.items()).encode()
        for part in message.walk():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield from unpacked(payload, f"{where}!part", depth + 1)


def _members(data: bytes, where: str, depth: int) -> Iterator[tuple[str, bytes]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        return
    for entry in archive.infolist():
        yield f"{where}!name", entry.filename.encode()
        yield from unpacked(archive.read(entry), f"{where}!{entry.filename}", depth + 1)
