"""Shards put together for tasks: never more mapped tasks than Airflow takes, whatever the size of the shares."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

MOST_TASKS = 1000
"""Airflow refuses to map over more than `core.max_map_length` values, 1,024 unless set otherwise."""


def portions(shards: Sequence[tuple[str, str]], *, most: int = MOST_TASKS) -> list[list[str]]:
    """Shards, as (share, shard) in order, in at most `most` portions: each of neighbours on one share, so that a server
    that is off keeps no other share waiting. Up to `most` shards each is a portion of its own.

    Where there are more shares than portions, neighbours of several shares stand together.
    """
    shares = [[shard for _, shard in found] for _, found in groupby(shards, key=lambda one: one[0])]
    if len(shares) > most:
        shares = [[shard for _, shard in shards]]
    size = max(1, -(-len(shards) // most))
    while sum(-(-len(share) // size) for share in shares) > most:
        size += 1
    return [share[first : first + size] for share in shares for first in range(0, len(share), size)]
