"""Office packages under a password, as Office writes them (MS-OFFCRYPTO 2.3.4), in a compound file of large streams."""

from __future__ import annotations

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SECTOR = 512
LARGE = 4096
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: dict[str, bytes], *, missing: int = 0) -> bytes:
    """A compound file (MS-CFB) of streams long enough for whole sectors; of each so many bytes are missing."""
    sectors: list[bytes] = []
    chain: list[int] = []

    def put(content: bytes) -> int:
        first = len(sectors)
        pieces = [content[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(content), SECTOR)]
        for number, piece in enumerate(pieces, 1):
            sectors.append(piece)
            chain.append(END if number == len(pieces) else len(sectors))
        return first

    places = {
        name: (put(content.ljust(LARGE, b" ")), max(len(content), LARGE) + missing) for name, content in streams.items()
    }
    entries = [entry("Root Entry", 5, END, 0, child=1)]
    for number, (name, (start, size)) in enumerate(places.items(), 1):
        entries.append(entry(name, 2, start, size, right=number + 1 if number < len(places) else FREE))
    directory = put(b"".join(entries).ljust(SECTOR, b"\0"))
    count = 1
    while (len(sectors) + count) * 4 > count * SECTOR:
        count += 1
    fat_at = len(sectors)
    table = chain + [FAT] * count
    table += [FREE] * (count * SECTOR // 4 - len(table))
    sectors += [struct.pack("<128I", *table[at : at + 128]) for at in range(0, len(table), 128)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<10I", 0, count, directory, 0, LARGE, END, 0, END, 0, fat_at)
    head += struct.pack("<108I", *(fat_at + n if n < count else FREE for n in range(1, 109)))
    return head[:SECTOR] + b"".join(sectors)


def entry(name: str, kind: int, start: int, size: int, *, child: int = FREE, right: int = FREE) -> bytes:
    """One entry of the directory."""
    raw = name.encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack("<HBB3I", len(raw) + 2, kind, 1, FREE, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def ciphered(key: bytes, content: bytes, vector: bytes | None = None) -> bytes:
    """AES, of whole blocks."""
    content = content.ljust(len(content) + -len(content) % 16, b"\0")
    mode = modes.CBC(vector) if vector is not None else modes.ECB()
    return Cipher(algorithms.AES(key), mode).encryptor().update(content)


def spun(name: str, salt: bytes, password: str, rounds: int) -> bytes:
    digest = hashlib.new(name, salt + password.encode("utf-16-le")).digest()
    for number in range(rounds):
        digest = hashlib.new(name, struct.pack("<I", number) + digest).digest()
    return digest


def agile(content: bytes, password: str, *, name: str = "sha512", key_bytes: int = 32) -> bytes:
    """As Office 2010 and later lock a file."""
    salt, own, secret, said = os.urandom(16), os.urandom(16), os.urandom(key_bytes), os.urandom(16)
    base = spun(name, own, password, 1_000)

    def locked(purpose: str, value: bytes) -> str:
        key = hashlib.new(name, base + bytes.fromhex(purpose)).digest()[:key_bytes].ljust(key_bytes, b"\x36")
        return base64.b64encode(ciphered(key, value, own)).decode()

    common = f'blockSize="16" keyBits="{key_bytes * 8}" hashAlgorithm="{name.upper()}" cipherAlgorithm="AES"'
    xml = (
        f'<encryption><keyData {common} saltValue="{base64.b64encode(salt).decode()}"/><keyEncryptors><keyEncryptor>'
        f'<p:encryptedKey spinCount="1000" {common} saltValue="{base64.b64encode(own).decode()}" '
        f'encryptedVerifierHashInput="{locked("fea7d2763b4b9e79", said)}" '
        f'encryptedVerifierHashValue="{locked("d7aa0f6d3061344e", hashlib.new(name, said).digest())}" '
        f'encryptedKeyValue="{locked("146e0be7abacd0d6", secret)}"/></keyEncryptor></keyEncryptors></encryption>'
    )
    packed = struct.pack("<Q", len(content))
    for number, at in enumerate(range(0, len(content), 4096)):
        vector = hashlib.new(name, salt + struct.pack("<I", number)).digest()[:16]
        packed += ciphered(secret, content[at : at + 4096], vector)
    information = struct.pack("<2HI", 4, 4, 0x40) + xml.encode()
    return compound({"EncryptedPackage": packed, "EncryptionInfo": information})


def standard(content: bytes, password: str) -> bytes:
    """As Office 2007 locks a file."""
    salt, said = os.urandom(16), os.urandom(16)
    digest = hashlib.sha1(spun("sha1", salt, password, 50_000) + bytes(4)).digest()
    halves = (bytes(one ^ pad for one in digest.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    key = b"".join(hashlib.sha1(half).digest() for half in halves)[:16]
    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + "AES\0".encode("utf-16-le")
    verifier = struct.pack("<I", 16) + salt + ciphered(key, said) + struct.pack("<I", 20)
    verifier += ciphered(key, hashlib.sha1(said).digest())
    information = struct.pack("<2HI", 3, 2, 0x24) + struct.pack("<I", len(header)) + header + verifier
    packed = struct.pack("<Q", len(content)) + ciphered(key, content)
    return compound({"EncryptedPackage": packed, "EncryptionInfo": information})
