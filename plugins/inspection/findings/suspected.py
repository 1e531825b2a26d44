"""What is suspected, before it becomes a row: the kinds of 疑似事項, and when two are the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from inspection.model import CrawledFile
from inspection.vocabulary import Severity, SuspicionKind


@dataclass(frozen=True, slots=True)
class Suspected:
    """One thing suspected in a campaign: of a crawled file, or of a statement a unit answered 不符合.

    `fingerprint` is what it is within its campaign, `likeness` what it stays wherever its file is moved to. `kind` is
    None for a clue by meaning, which is no 疑似事項 before a person has read the file (decision 0023).
    """

    unit_id: str
    kind: SuspicionKind | None
    fingerprint: str
    severity: Severity
    detectors: tuple[str, ...] = ()
    file: CrawledFile | None = None
    likeness: str | None = None
    checklist_id: str | None = None
    item_id: str | None = None


def digest(*parts: str) -> str:
    """SHA-256 (64 hex digits) over parts, in their order."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def likeness(kind: str, file: CrawledFile) -> str:
    """What is equal for 疑似 of one kind in equal content (64 hex digits), whatever the file is called.

    `content_key` is the keyed hash of the whole; of an Office file read in pieces it is that of the pieces with text,
    their places and the file's size (decision 0011). Where there is none, place, size and time of the last change
    stand for the content.
    """
    known = file.content_key or f"{file.share_id}/{file.path_key}/{file.size_bytes}/{file.modified_at.isoformat()}"
    return digest(kind, known)
