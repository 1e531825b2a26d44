"""A sketch of what a text says: alike for copies and versions of one paper, and no text can be read from it.

It is made of the phrases of the second reading alone, of two characters and more: no name, address, number or login is
one of them, so that even with the key nobody can try whether a name stood in a text. Each phrase is hashed with the
agency's key, falls into one of `SLOTS`, and of each slot the smallest hash leaves one byte (one-permutation min-hash).
"""

from __future__ import annotations

import hashlib

from inspection.detection.meaning import SecondReader
from inspection.detection.normalise import Manuscript
from inspection.vocabulary import Zone

SLOTS = 64
MOST_CHARS = 50_000
"""How far into a text is sketched: enough for a paper, and a roster of millions of characters costs no more."""
FEWEST_PHRASES = 24
"""Fewer say too little of a text: such a paper is like another only where its content is the same."""
SHORTEST = 2
EMPTY = 0


def sketch(manuscript: Manuscript, second: SecondReader, key: bytes) -> str | None:
    """The sketch (128 hex digits) of a text without its path; None where too few phrases stand in it."""
    first = sum(passage.zone is Zone.PATH for passage in manuscript.passages)
    text = "\n".join(manuscript.lines[first:])[:MOST_CHARS]
    phrases = second.model.phrases
    present = [phrases[one] for one in second.phrases_of(text) if len(phrases[one]) >= SHORTEST]
    if len(present) < FEWEST_PHRASES:
        return None
    smallest: dict[int, int] = {}
    for phrase in present:
        hashed = int.from_bytes(hashlib.blake2b(phrase.encode(), key=key, digest_size=8).digest(), "big")
        slot, value = hashed % SLOTS, hashed // SLOTS
        smallest[slot] = min(value, smallest.get(slot, value))
    # the low bits of the smallest: 0 is kept for a slot without any
    return bytes(smallest[one] % 255 + 1 if one in smallest else EMPTY for one in range(SLOTS)).hex()
