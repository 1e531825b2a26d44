"""Looks at a file of evidence in the sandbox: what it is, and whether it may be kept at all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from inspection.checklists.file_names import LONGEST_NAME, LONGEST_NAME_JUDGED, called, greeting
from inspection.documents.returned import FileFault
from inspection.documents.scans import LARGEST_SCAN_BYTES
from inspection.vocabulary import ReadReason

LARGEST_PROOF_BYTES = LARGEST_SCAN_BYTES
WALL_SECONDS, MEMORY_BYTES = 20.0, 640 << 20


class ProofRefusal(StrEnum):
    """Why a file of evidence is not kept; each is a sentence of the wording, `proof_<value>`."""

    EMPTY = "empty"
    KIND = "kind"
    LOCKED = "locked"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    ACTIVE = "active"
    OUTSIDE = "outside"
    PICTURE = "picture"
    MARKED = "marked"
    SENSITIVE = "sensitive"
    NAME = "name"


_OF_FAULT = {
    FileFault.NOT_WORD: ProofRefusal.KIND,
    FileFault.OLD_FORMAT: ProofRefusal.LOCKED,
    FileFault.BROKEN: ProofRefusal.BROKEN,
    FileFault.TOO_LARGE: ProofRefusal.TOO_LARGE,
    FileFault.ACTIVE: ProofRefusal.ACTIVE,
    FileFault.OUTSIDE: ProofRefusal.OUTSIDE,
    FileFault.PICTURE: ProofRefusal.PICTURE,
}
_OF_REASON = {
    ReadReason.ENCRYPTED: ProofRefusal.LOCKED,
    ReadReason.TOO_LARGE: ProofRefusal.TOO_LARGE,
    ReadReason.UNSUPPORTED_FORMAT: ProofRefusal.KIND,
}


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that was looked at, a photograph without what its camera wrote beside it: what it is and its name with
    what was found in it hidden; or why it is not kept. `is_read`: a machine has read all of its text (it reads none in
    pictures)."""

    data: bytes
    media_type: str = ""
    name_shown: str = ""
    is_read: bool = False
    refusal: ProofRefusal | None = None


def examine(name: str, data: bytes, *, today: date) -> Examined:
    """Looks at a file; `name` is what its sender calls it. What is refused is not handed back.

    Raises BadSource where the sandbox lacks its walls. How many at once is for the caller to say.
    """
    # rules and readers cost half a second: loaded where there is a file
    from inspection.detection.envelope import envelope
    from inspection.sandbox.frames import unpack
    from inspection.sandbox.pool import Pool, PoolLimits

    if not data:
        return Examined(b"", refusal=ProofRefusal.EMPTY)
    if len(data) > LARGEST_PROOF_BYTES:
        return Examined(b"", refusal=ProofRefusal.TOO_LARGE)
    known_as = called(name) or "file"
    if len(known_as) > LONGEST_NAME_JUDGED:
        return Examined(b"", refusal=ProofRefusal.NAME)
    request = envelope(known_as, (data,), today=today, size_bytes=len(data), key=os.urandom(32))
    limits = PoolLimits(wall_seconds=WALL_SECONDS, memory_bytes=MEMORY_BYTES)
    with Pool("inspection.checklists.proof_worker", 1, limits, greeting=greeting()) as pool:
        outcome = pool.one(request)
    if outcome.answer is None:
        return Examined(b"", refusal=_OF_REASON.get(outcome.reason or ReadReason.CORRUPT, ProofRefusal.BROKEN))
    told, alone = unpack(outcome.answer)
    refusal = _refusal(told)
    if refusal:
        return Examined(b"", refusal=refusal)
    own = told["rows"][0]
    is_read = all(row["status"] == "scanned" and not row["unread"] for row in told["rows"])
    kept = bytes(alone[0]) if alone else data
    return Examined(kept, str(told["kind"]), str(own["path"])[-LONGEST_NAME:], is_read)


def _refusal(told: Mapping[str, Any]) -> ProofRefusal | None:
    if told["fault"]:
        return _OF_FAULT[FileFault(told["fault"])]
    rows: Sequence[Mapping[str, Any]] = told["rows"]
    if any(row["mark"] for row in rows):
        return ProofRefusal.MARKED
    if any(row["severity"] and _hard(row) for row in rows):
        return ProofRefusal.SENSITIVE
    reasons = [ReadReason(row["reason"]) for row in rows if row["reason"]]
    shut = [one for one in reasons if one is not ReadReason.NO_TEXT_LAYER]
    return _OF_REASON.get(shut[0], ProofRefusal.BROKEN) if shut else None


def _hard(row: Mapping[str, Any]) -> bool:
    """Whether a rule found something; a likeness of meaning alone refuses nobody's evidence."""
    return any(one.get("basis") != "meaning" for one in row["categories"])
