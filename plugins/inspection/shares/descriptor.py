"""Windows security descriptors: which wide groups may read a file (MS-DTYP 2.4.6, MS-FSA access check)."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from inspection.errors import Misuse

EVERYONE = "Everyone"
AUTHENTICATED = "Authenticated Users"
DOMAIN_USERS = "Domain Users"
_WIDE = {
    "S-1-1-0": EVERYONE,
    "S-1-5-11": AUTHENTICATED,
    "S-1-5-32-545": "Users",
    "S-1-5-7": "Anonymous",
    "S-1-5-32-546": "Guests",
    "S-1-5-2": "Network",
    "S-1-5-15": "This Organization",
}
_WIDE_OF_DOMAIN = {513: DOMAIN_USERS, 514: "Domain Guests", 515: "Domain Computers"}
# A denial to the wider group also stops members of the narrower one. Who is denied to all that have logged on is
# closed to everyone who matters.
_CONTAINED_IN = {
    EVERYONE: {AUTHENTICATED},
    DOMAIN_USERS: {EVERYONE, AUTHENTICATED, "Users", "Network", "This Organization"},
    AUTHENTICATED: {EVERYONE, "Network"},
}
# FILE_READ_DATA, GENERIC_READ, GENERIC_ALL, MAXIMUM_ALLOWED
_READING = 0x1 | 0x80000000 | 0x10000000 | 0x02000000
_DACL_PRESENT, _INHERIT_ONLY = 0x4, 0x8
_ALLOW, _DENY = 0, 1
# ACE types: plain, callback (conditional, taken as if its condition held), object, callback object
_KIND = {0: _ALLOW, 1: _DENY, 9: _ALLOW, 10: _DENY, 5: _ALLOW, 6: _DENY, 11: _ALLOW, 12: _DENY}
_OBJECT_TYPES = {5, 6, 11, 12}
_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class AccessRule:
    """One entry of a DACL that counts for the object itself."""

    denies: bool
    mask: int
    sid: str


def broad_readers(descriptor: bytes) -> tuple[str, ...]:
    """Wide groups that may read, sorted. No DACL at all means everyone. Raises ValueError for broken bytes.

    Only the file's own descriptor is judged: rights on the share and on folders above are not in it.
    """
    try:
        rules = list(_rules(descriptor))
        has_list = _has_list(descriptor)
    except (struct.error, IndexError):
        raise Misuse("broken security descriptor") from None
    if not has_list:
        return (EVERYONE,)
    allowed: set[str] = set()
    denied: set[str] = set()
    for rule in rules:  # in order: what comes first decides
        name = _wide_name(rule.sid)
        if not name or not rule.mask & _READING:
            continue
        if rule.denies:
            denied.add(name)
        elif name not in denied and not _CONTAINED_IN.get(name, {EVERYONE}) & denied:
            allowed.add(name)
    return tuple(sorted(allowed))


class DescriptorCache:
    """Remembers judgements by hash: on a real share thousands of files bear the same descriptor."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[str, ...] | None] = {}

    def broad_readers(self, descriptor: bytes | None) -> tuple[str, ...] | None:
        """As `broad_readers`; None where there is no descriptor or it is broken."""
        if not descriptor:
            return None
        key = hashlib.blake2b(descriptor, digest_size=16).digest()
        if key not in self._known:
            if len(self._known) >= _KEPT:
                self._known.clear()
            try:
                self._known[key] = broad_readers(descriptor)
            except ValueError:
                self._known[key] = None
        return self._known[key]


def _has_list(descriptor: bytes) -> bool:
    control, list_at = struct.unpack_from("<H12xI", descriptor, 2)
    return bool(control & _DACL_PRESENT and list_at)


def _rules(descriptor: bytes) -> Iterator[AccessRule]:
    (list_at,) = struct.unpack_from("<I", descriptor, 16)
    if not _has_list(descriptor):
        return
    (count,) = struct.unpack_from("<H", descriptor, list_at + 4)
    position = list_at + 8
    for _ in range(count):
        kind, flags, size, mask = struct.unpack_from("<BBHI", descriptor, position)
        if size < 8:
            raise Misuse("broken security descriptor")
        if kind in _KIND and not flags & _INHERIT_ONLY:
            sid_at = position + 8
            if kind in _OBJECT_TYPES:
                (present,) = struct.unpack_from("<I", descriptor, position + 8)
                sid_at += 4 + 16 * (present & 1) + 16 * (present >> 1 & 1)
            yield AccessRule(_KIND[kind] == _DENY, mask, _sid(descriptor, sid_at))
        position += size


def _sid(descriptor: bytes, position: int) -> str:
    revision, count = descriptor[position], descriptor[position + 1]
    authority = int.from_bytes(descriptor[position + 2 : position + 8], "big")
    parts = struct.unpack_from(f"<{count}I", descriptor, position + 8)
    return "-".join(str(part) for part in ("S", revision, authority, *parts))


def _wide_name(sid: str) -> str | None:
    if sid in _WIDE:
        return _WIDE[sid]
    if sid.startswith("S-1-5-21-"):
        return _WIDE_OF_DOMAIN.get(int(sid.rsplit("-", 1)[1]))
    return None
