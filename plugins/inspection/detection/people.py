"""Counts distinct people without keeping who they are: keyed hashes, thrown away with the file."""

from __future__ import annotations

import hashlib
import hmac


class People:
    """Distinct values per detector under the key of one crawl."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._seen: dict[str, set[bytes]] = {}

    def add(self, detector: str, value: str) -> None:
        """Notes that a canonical value stands in the file."""
        digest = hmac.digest(self._key, f"{detector}\0{value}".encode(), hashlib.sha256)
        self._seen.setdefault(detector, set()).add(digest[:16])

    def count(self, detector: str) -> int:
        """How many distinct values a detector has seen."""
        return len(self._seen.get(detector, ()))
