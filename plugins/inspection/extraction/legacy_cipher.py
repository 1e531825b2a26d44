"""Excel 97 to 2003 workbooks under Excel's default password: they open without asking, so they are read (MS-OFFCRYPTO).

The bodies of records are encrypted by RC4, each 1,024 bytes of the stream by a key of their own; heads of records stay.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable

from inspection.extraction.default_password import DEFAULT_PASSWORD
from inspection.extraction.unreadable import encrypted

RC4 = 1
STANDARD = (1, 1)
BLOCK_BYTES = 1024
SHORT_KEY_BITS = 40
# never encrypted: where a part begins, what says how the rest is (MS-XLS 2.2.10); of a sheet's name its place alone
OPEN_KINDS = frozenset({0x809, 0x2F, 0xE1, 0x194, 0x195, 0x196, 0x138})
SHEET_KIND, SHEET_PLACE_BYTES = 0x85, 4

BlockKey = Callable[[int], bytes]


def opened_stream(data: bytes, described: bytes, begins: int) -> bytes:
    """The stream with the bodies of all records from `begins` on in clear; raises Unreadable(encrypted).

    `described` is the body of the record that tells of the encryption.
    """
    try:
        key_of = _keys(described)
    except (struct.error, IndexError):
        raise encrypted("a workbook under a password") from None
    out = bytearray(data)
    at, end, block, stream = begins, len(data), -1, b""
    while at + 4 <= end:
        kind, length = struct.unpack_from("<2H", data, at)
        first, at = at + 4, at + 4 + length
        if kind in OPEN_KINDS:
            continue
        first += SHEET_PLACE_BYTES if kind == SHEET_KIND else 0
        while first < min(at, end):
            if first // BLOCK_BYTES != block:
                block = first // BLOCK_BYTES
                stream = keystream(key_of(block), BLOCK_BYTES)
            last = min(at, end, (block + 1) * BLOCK_BYTES)
            mask = stream[first % BLOCK_BYTES :][: last - first]
            out[first:last] = bytes(one ^ pad for one, pad in zip(data[first:last], mask, strict=True))
            first = last
    return bytes(out)


def keystream(key: bytes, count: int) -> bytes:
    """So many bytes of RC4."""
    state = list(range(256))
    other = 0
    for one in range(256):
        other = (other + state[one] + key[one % len(key)]) & 255
        state[one], state[other] = state[other], state[one]
    out = bytearray(count)
    first = other = 0
    for number in range(count):
        first = (first + 1) & 255
        other = (other + state[first]) & 255
        state[first], state[other] = state[other], state[first]
        out[number] = state[(state[first] + state[other]) & 255]
    return bytes(out)


def _keys(described: bytes) -> BlockKey:
    """The key of each block under the default password; raises Unreadable(encrypted) where that is not the one."""
    kind, *version = struct.unpack_from("<3H", described)
    if kind != RC4:
        raise encrypted("a workbook under a password")
    if tuple(version) == STANDARD:
        salt, said, wanted = described[6:22], described[22:38], described[38:54]
        return _checked(_standard_keys(salt), said, wanted, "md5")
    (header_bytes,) = struct.unpack_from("<I", described, 10)
    (key_bits,) = struct.unpack_from("<I", described, 14 + 16)
    verifier = described[14 + header_bytes :]
    salt, said, wanted = verifier[4:20], verifier[20:36], verifier[40:60]
    return _checked(_provider_keys(salt, key_bits or SHORT_KEY_BITS), said, wanted, "sha1")


def _checked(key_of: BlockKey, said: bytes, wanted: bytes, name: str) -> BlockKey:
    stream = keystream(key_of(0), len(said) + len(wanted))
    plain = bytes(one ^ pad for one, pad in zip(said + wanted, stream, strict=True))
    if len(said) != 16 or hashlib.new(name, plain[:16]).digest() != plain[16:]:
        raise encrypted("a workbook under a password")
    return key_of


def _standard_keys(salt: bytes) -> BlockKey:
    """MS-OFFCRYPTO 2.3.6.2: 40 bits of the password's hash, salted sixteen times."""
    short = hashlib.md5(DEFAULT_PASSWORD.encode("utf-16-le")).digest()[:5]  # noqa: S324 - as the format has it
    base = hashlib.md5((short + salt) * 16).digest()[:5]  # noqa: S324
    return lambda block: hashlib.md5(base + struct.pack("<I", block)).digest()  # noqa: S324


def _provider_keys(salt: bytes, key_bits: int) -> BlockKey:
    """MS-OFFCRYPTO 2.3.5.2: by a provider, 40 to 128 bits; a key of 40 is padded."""
    base = hashlib.sha1(salt + DEFAULT_PASSWORD.encode("utf-16-le")).digest()  # noqa: S324 - as the format has it
    length = key_bits // 8

    def key_of(block: int) -> bytes:
        key = hashlib.sha1(base + struct.pack("<I", block)).digest()[:length]  # noqa: S324
        return key.ljust(16, b"\0") if key_bits == SHORT_KEY_BITS else key

    return key_of
