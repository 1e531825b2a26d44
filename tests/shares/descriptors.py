"""Makes Windows security descriptors, and puts them on files over SMB."""

from __future__ import annotations

import struct
from typing import Any

from smbclient._io import SMBFileTransaction, SMBRawIO
from smbprotocol.open import FilePipePrinterAccessMask, SMB2SetInfoRequest

ALLOW, DENY, INHERIT_ONLY = 0, 1, 0x8
READ, FULL = 0x120089, 0x1F01FF
EVERYONE, AUTHENTICATED, USERS = "S-1-1-0", "S-1-5-11", "S-1-5-32-545"
OWNER_RIGHTS = "S-1-3-4"  # takes from the owner what owners have by nature
DOMAIN_USERS, SOMEBODY = "S-1-5-21-1-2-3-513", "S-1-5-21-1-2-3-1105"

Rule = tuple[int, int, int, str]  # kind, flags, mask, sid


def sid_bytes(sid: str) -> bytes:
    _, revision, authority, *parts = sid.split("-")
    numbers = [int(part) for part in parts]
    head = bytes([int(revision), len(numbers)]) + int(authority).to_bytes(6, "big")
    return head + struct.pack(f"<{len(numbers)}I", *numbers)


def descriptor(rules: list[Rule] | None, *, objects: frozenset[int] = frozenset()) -> bytes:
    """Self-relative, with a DACL of these rules in order (`None`: no DACL); `objects` are written as object ACEs."""
    if rules is None:
        return struct.pack("<BBHIIII", 1, 0, 0x8000, 0, 0, 0, 0)
    entries = []
    for number, (plain_kind, flags, mask, sid) in enumerate(rules):
        kind, body = plain_kind, sid_bytes(sid)
        if number in objects:
            kind, body = plain_kind + 5, struct.pack("<I", 1) + bytes(16) + body
        entries.append(struct.pack("<BBHI", kind, flags, 8 + len(body), mask) + body)
    packed = b"".join(entries)
    head = struct.pack("<BBHIIII", 1, 0, 0x8004 | 0x1000, 0, 0, 0, 20)
    return head + struct.pack("<BBHHH", 2, 0, 8 + len(packed), len(rules), 0) + packed


def put_descriptor(path: str, content: bytes, **session: Any) -> None:
    """Sets the DACL of a file over SMB."""
    access = FilePipePrinterAccessMask.WRITE_DAC | FilePipePrinterAccessMask.READ_CONTROL
    raw = SMBRawIO(path, mode="r", share_access="rwd", desired_access=access, **session)
    request = SMB2SetInfoRequest()
    request["info_type"] = 3
    request["additional_information"] = 4
    request["file_id"] = b"\xff" * 16
    request["buffer"] = content
    with SMBFileTransaction(raw) as transaction:
        transaction += (request, raw.fd.connection.receive)  # noqa: PLW2901 - its way of adding
