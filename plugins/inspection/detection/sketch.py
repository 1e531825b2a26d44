"""A sketch of what a text says: alike for copies and versions of one paper, and no text can be read from it.

It is made of phrases of the second reading, and only of those that are Chinese throughout and hold no surname: a number
or login is part of none, and where a name stands, neither comma and surname (「，謝」) nor a word before it and surname
(「小葉」) make one. So with the key *and* all the rest of a paper nobody guesses which name stood in it
(`tests/leaks/test_family_index_leak.py`). Each phrase is hashed with the agency's key and falls into one of `SLOTS`; of
each slot the smallest hash leaves one byte (one-permutation min-hash).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Set as AbstractSet

from inspection.detection.meaning import SecondReader
from inspection.detection.normalise import Manuscript
from inspection.vocabulary import Zone

SLOTS = 64
MOST_CHARS = 50_000
"""How far into a text is sketched: enough for a paper, and a roster of millions of characters costs no more."""
FEWEST_PHRASES = 12
"""Fewer say too little of a text: such a paper is like another only where its content is the same."""
WORDS = re.compile("[㐀-鿿]{2,}")
EMPTY = 0


def sketch(manuscript: Manuscript, second: SecondReader, surnames: AbstractSet[str], key: bytes) -> str | None:
    """The sketch (128 hex digits) of a text without its path; None where too few phrases stand in it.

    `surnames`: the characters no phrase of a sketch may hold (those of the detectors' rules).
    """
    first = sum(passage.zone is Zone.PATH for passage in manuscript.passages)
    text = "\n".join(manuscript.lines[first:])[:MOST_CHARS]
    found = (second.model.phrases[one] for one in second.phrases_of(text))
    present = [phrase for phrase in found if WORDS.fullmatch(phrase) and surnames.isdisjoint(phrase)]
    if len(present) < FEWEST_PHRASES:
        return None
    smallest: dict[int, int] = {}
    for phrase in present:
        hashed = int.from_bytes(hashlib.blake2b(phrase.encode(), key=key, digest_size=8).digest(), "big")
        slot, value = hashed % SLOTS, hashed // SLOTS
        smallest[slot] = min(value, smallest.get(slot, value))
    # the low bits of the smallest: 0 is kept for a slot without any
    return bytes(smallest[one] % 255 + 1 if one in smallest else EMPTY for one in range(SLOTS)).hex()
