"""What a clue leaves for lessons: which of the model's own phrases told, as keyed bits, and nothing else of the text.

Only phrases of two Chinese characters and more that are shown to the officer anyway (`meaning.TELLING`) are hashed,
with the agency's key, into `BUCKETS`: several phrases share one, a name, address or number is none of them, and how
often or where a phrase stood is not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

BUCKETS = 1024
HEX_DIGITS = BUCKETS // 4


def bucket(phrase: str, key: bytes) -> int:
    """Which bit stands for a phrase; another key scatters phrases otherwise, and so does another use of this key."""
    hashed = hashlib.blake2b(phrase.encode(), key=key, digest_size=8, person=b"lesson").digest()
    return int.from_bytes(hashed, "big") % BUCKETS


def traits(phrases: Iterable[str], key: bytes) -> str:
    """The bits of some phrases as hex digits."""
    bits = 0
    for phrase in phrases:
        bits |= 1 << bucket(phrase, key)
    return f"{bits:0{HEX_DIGITS}x}"


def buckets_of(traits: str) -> frozenset[int]:
    """Which bits are set."""
    bits = int(traits, 16)
    return frozenset(number for number in range(BUCKETS) if bits >> number & 1)
