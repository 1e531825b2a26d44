"""Which units are visited, drawn by a seed nobody chose and nobody can foretell: arithmetic anybody can repeat.

The plan that is approved prints the SHA-256 of the campaign's id and the seed (the *commitment*); the report prints the
seed. So whoever holds both papers can show that the seed was there before the approval and that the units follow from
it, with nothing but a program for SHA-256.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

SEED_BYTES = 32


def new_seed() -> str:
    """64 hex digits that nobody chose."""
    return secrets.token_hex(SEED_BYTES)


def commitment(campaign_id: str, seed: str) -> str:
    """SHA-256 (64 hex digits) of `campaign:seed`: fixes a seed without telling it."""
    return _sha256(f"{campaign_id}:{seed}")


def how_many(units: int, per_hundred: int) -> int:
    """How many of some units a share is, rounded up."""
    return -(-units * per_hundred // 100)


def drawn(campaign_id: str, seed: str, unit_ids: Iterable[str], count: int) -> tuple[str, ...]:
    """The `count` units whose SHA-256 of `seed:campaign:unit` is lowest, in that order; each unit is as likely as any
    other. The order in which they are given, and giving one twice, changes nothing."""
    return tuple(sorted(set(unit_ids), key=lambda unit: _sha256(f"{seed}:{campaign_id}:{unit}"))[:count])


def printed(digits: str) -> str:
    """Hex digits in groups of eight, as papers show them: they can be read, and break across lines."""
    return " ".join(digits[first : first + 8] for first in range(0, len(digits), 8))


def unprinted(digits: str) -> str:
    """The hex digits of what a paper shows."""
    return "".join(digits.split()).lower()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
