"""Office files under Excel's default password: they open without asking, so they are read like others (MS-OFFCRYPTO).

Excel encrypts so whatever somebody protects against changes; the password is the same everywhere and known.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from inspection.extraction.compound import Streams
from inspection.extraction.markup import attributes, decode_xml
from inspection.extraction.unreadable import Unreadable, encrypted
from inspection.vocabulary import ReadReason

DEFAULT_PASSWORD = "VelvetSweatshop"
INFORMATION, PACKAGE = "encryptioninfo", "encryptedpackage"
STANDARD_ROUNDS = 50_000
MOST_ROUNDS = 1_000_000
AGILE = (4, 4)
SEGMENT_BYTES = 4096
SHA1_BYTES = 20
VERIFIER_INPUT, VERIFIER_VALUE, KEY_VALUE = (
    bytes.fromhex(one) for one in ("fea7d2763b4b9e79", "d7aa0f6d3061344e", "146e0be7abacd0d6")
)
ELEMENT = re.compile(r"<(?:\w+:)?(keyData|encryptedKey)\b([^<>]*)>")
HASHES = {"sha1": "sha1", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512"}


def prepare_ciphers() -> None:
    """Uses the cipher once, while libraries can still be loaded."""
    _cipher(bytes(16), bytes(16)).update(bytes(16))


def opened(streams: Streams) -> bytes:
    """The package within; raises Unreadable(encrypted) where another password is needed."""
    try:
        information, package = streams.read(INFORMATION), streams.read(PACKAGE)
    except Unreadable as stop:
        if stop.reason is not ReadReason.CORRUPT:
            raise
        raise encrypted("an encrypted package, and not whole") from None
    if len(information) < 8 or len(package) < 8:
        raise encrypted("an encrypted package")
    version = struct.unpack_from("<2H", information)
    (size,) = struct.unpack_from("<Q", package)
    try:
        content = _agile(information[8:], package[8:]) if version == AGILE else _standard(information[8:], package[8:])
    except Unreadable:
        raise
    except (struct.error, ValueError, KeyError, IndexError):
        raise encrypted("an encrypted package") from None
    return content[:size]


def _cipher(key: bytes, vector: bytes | None = None) -> CipherContext:
    mode = modes.CBC(vector) if vector is not None else modes.ECB()  # noqa: S305 - as the format has it
    return Cipher(algorithms.AES(key), mode).decryptor()


def _whole_blocks(data: bytes) -> bytes:
    return data[: len(data) & ~15]


def _spun(name: str, salt: bytes, rounds: int) -> bytes:
    """The password hashed, and hashed again with a counter (MS-OFFCRYPTO 2.3.4.7, 2.3.4.11)."""
    if rounds > MOST_ROUNDS:
        raise encrypted("more rounds than the limit")
    make = getattr(hashlib, name)
    digest: bytes = make(salt + DEFAULT_PASSWORD.encode("utf-16-le")).digest()
    for number in range(rounds):
        digest = make(struct.pack("<I", number) + digest).digest()
    return digest


def _standard(information: bytes, package: bytes) -> bytes:
    (header_bytes,) = struct.unpack_from("<I", information)
    (key_bits,) = struct.unpack_from("<I", information, 4 + 16)
    verifier = information[4 + header_bytes :]
    salt, verified, wanted = verifier[4:20], verifier[20:36], verifier[40:72]
    digest = hashlib.sha1(_spun("sha1", salt, STANDARD_ROUNDS) + bytes(4)).digest()  # noqa: S324 - as the format has it
    halves = (bytes(one ^ pad for one in digest.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    key = b"".join(hashlib.sha1(half).digest() for half in halves)[: key_bits // 8]  # noqa: S324
    said = _cipher(key).update(verified)
    if hashlib.sha1(said).digest() != _cipher(key).update(wanted)[:SHA1_BYTES]:  # noqa: S324
        raise encrypted("an encrypted package")
    return _cipher(key).update(_whole_blocks(package))


@dataclass(frozen=True, slots=True)
class _Given:
    """One element of an agile description."""

    salt: bytes
    block_bytes: int
    key_bytes: int
    hash: str
    raw: dict[str, str]

    @classmethod
    def of(cls, raw: str) -> _Given:
        given = attributes(raw)
        return cls(
            base64.b64decode(given["saltValue"]),
            int(given["blockSize"]),
            int(given["keyBits"]) // 8,
            HASHES[given["hashAlgorithm"].lower().replace("-", "")],
            given,
        )

    def bytes_of(self, name: str) -> bytes:
        return base64.b64decode(self.raw[name])

    def fitted(self, digest: bytes, length: int) -> bytes:
        return digest[:length].ljust(length, b"\x36")


def _agile(information: bytes, package: bytes) -> bytes:
    found: dict[str, str] = dict(ELEMENT.findall(decode_xml(information)))
    data, key = _Given.of(found["keyData"]), _Given.of(found["encryptedKey"])
    spun = _spun(key.hash, key.salt, int(key.raw["spinCount"]))

    def taken(name: str, purpose: bytes) -> bytes:
        own = key.fitted(hashlib.new(key.hash, spun + purpose).digest(), key.key_bytes)
        vector = key.fitted(key.salt, key.block_bytes)
        return _cipher(own, vector).update(_whole_blocks(key.bytes_of(name)))

    said = taken("encryptedVerifierHashInput", VERIFIER_INPUT)
    wanted = taken("encryptedVerifierHashValue", VERIFIER_VALUE)
    digest = hashlib.new(key.hash, said[: len(key.salt)]).digest()
    if digest != wanted[: len(digest)]:
        raise encrypted("an encrypted package")
    secret = taken("encryptedKeyValue", KEY_VALUE)[: data.key_bytes]
    out = []
    for number, at in enumerate(range(0, len(package), SEGMENT_BYTES)):
        vector = data.fitted(hashlib.new(data.hash, data.salt + struct.pack("<I", number)).digest(), data.block_bytes)
        out.append(_cipher(secret, vector).update(_whole_blocks(package[at : at + SEGMENT_BYTES])))
    return b"".join(out)
