"""How parent and worker talk: length-prefixed frames, and messages of a JSON head with blobs. Never pickle."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Sequence
from typing import Any

from inspection.errors import Misuse

LENGTH = struct.Struct(">Q")
LARGEST_FRAME = 1 << 30  # bytes


def frame(payload: bytes) -> bytes:
    """A payload with its length before it."""
    return LENGTH.pack(len(payload)) + payload


def read_exactly(descriptor: int, count: int) -> bytes:
    """The next bytes of a pipe; fewer only where the other side closed it."""
    if not count:
        return b""
    first = os.read(descriptor, count)
    if len(first) == count or not first:
        return first
    held = bytearray(first)
    while len(held) < count:
        piece = os.read(descriptor, min(count - len(held), 1 << 20))
        if not piece:
            break
        held += piece
    return bytes(held)


def read_frame(descriptor: int) -> bytes | None:
    """The next frame of a pipe, None where the other side closed it or lies about its length."""
    head = read_exactly(descriptor, LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    if length > LARGEST_FRAME:
        return None
    payload = read_exactly(descriptor, length)
    return payload if len(payload) == length else None


def write_all(descriptor: int, data: bytes) -> None:
    """Writes everything to a blocking pipe."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def pack(head: dict[str, Any], blobs: Sequence[bytes] = ()) -> bytes:
    """One message: the head as JSON, then the blobs."""
    raw = json.dumps({"head": head, "blobs": [len(blob) for blob in blobs]}, ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )
    return b"".join((LENGTH.pack(len(raw)), raw, *blobs))


def unpack(message: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Head and blobs of a message; raises ValueError where it is not one."""
    if len(message) < LENGTH.size:
        raise Misuse("a message is cut off")
    (length,) = LENGTH.unpack_from(message)
    at = LENGTH.size + length
    if at > len(message):
        raise Misuse("a message is cut off")
    outer = json.loads(message[LENGTH.size : at].decode("utf-8", "surrogatepass"))
    if (
        not isinstance(outer, dict)
        or not isinstance(outer.get("head"), dict)
        or not isinstance(outer.get("blobs"), list)
    ):
        raise Misuse("a message without head")
    blobs = []
    for size in outer["blobs"]:
        if not isinstance(size, int) or size < 0 or at + size > len(message):
            raise Misuse("a message whose blobs do not fit")
        blobs.append(message[at : at + size])
        at += size
    return outer["head"], blobs
