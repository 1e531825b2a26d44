"""Requests and readings as bytes between parent and worker: explicit fields, checked on the way in, never pickle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from inspection.errors import Misuse
from inspection.extraction.passage import Embedded, Passage, Reading, ReadLimits, Unread
from inspection.sandbox.frames import pack, unpack
from inspection.vocabulary import ReadReason, ReadStatus, Zone


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read: whole (`pieces` holds one), or its tail and ranges (`ranges` not None, the tail comes last)."""

    name: str
    pieces: tuple[bytes, ...]
    limits: ReadLimits
    size_bytes: int
    ranges: tuple[tuple[int, int], ...] | None = None


def encode_request(request: Request) -> bytes:
    """A request for a worker."""
    head = {
        "name": request.name,
        "limits": asdict(request.limits),
        "size_bytes": request.size_bytes,
        "ranges": None if request.ranges is None else [list(one) for one in request.ranges],
    }
    return pack(head, request.pieces)


def decode_request(message: bytes) -> Request:
    """The request as the worker gets it; raises ValueError, KeyError or TypeError for anything else."""
    head, blobs = unpack(message)
    ranges = head["ranges"]
    return Request(
        head["name"],
        tuple(blobs),
        ReadLimits(**head["limits"]),
        head["size_bytes"],
        None if ranges is None else tuple((int(offset), int(length)) for offset, length in ranges),
    )


def encode_reading(reading: Reading) -> bytes:
    """A reading for the parent."""
    head = {
        "status": reading.status.value,
        "format": reading.format,
        "reason": reading.reason.value if reading.reason else None,
        "passages": [_passage_row(passage) for passage in reading.passages],
        "embedded": [[one.name, one.reason.value if one.reason else None] for one in reading.embedded],
        "properties": reading.properties,
        "unread": [[one.part, one.reason.value] for one in reading.unread],
        "pictures": reading.pictures,
    }
    return pack(head, [one.data for one in reading.embedded])


def _passage_row(passage: Passage) -> list[Any]:
    return [
        passage.zone.value,
        passage.text,
        passage.locator,
        passage.ordinal,
        list(passage.cells),
        passage.struck,
        passage.prominence,
        passage.part,
    ]


def decode_reading(message: bytes) -> Reading:
    """A reading that came from a worker. Every field is checked: raises ValueError where it is not what it must be."""
    head, blobs = unpack(message)
    try:
        embedded = _embedded(head["embedded"], blobs)
        return Reading(
            ReadStatus(head["status"]),
            _text(head["format"]),
            ReadReason(head["reason"]) if head["reason"] is not None else None,
            tuple(_passage(row) for row in head["passages"]),
            embedded,
            {_text(name): _text(value) for name, value in head["properties"].items()},
            tuple(Unread(_text(part), ReadReason(reason)) for part, reason in head["unread"]),
            int(head["pictures"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise Misuse(f"not a reading: {type(error).__name__}") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Misuse("a text is missing")
    return value


def _passage(row: list[Any]) -> Passage:
    zone, text, locator, ordinal, cells, struck, prominence, part = row
    if not isinstance(ordinal, int) or not isinstance(cells, list):
        raise Misuse("a passage without its fields")
    cell_texts = tuple(_text(cell) for cell in cells)
    return Passage(
        Zone(zone), _text(text), _text(locator), ordinal, cell_texts, struck is True, prominence is True, _text(part)
    )


def _embedded(rows: list[Any], blobs: Sequence[bytes]) -> tuple[Embedded, ...]:
    if len(rows) != len(blobs):
        raise Misuse("embedded files without their bytes")
    return tuple(
        Embedded(_text(name), blob, ReadReason(reason) if reason is not None else None)
        for (name, reason), blob in zip(rows, blobs, strict=True)
    )
