"""Shares and shards put together for tasks: never more mapped tasks than Airflow takes, however many and large."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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


def portions_of_shares(
    share_ids: Sequence[str], server_of: Mapping[str, str], *, most: int = MOST_TASKS
) -> list[list[str]]:
    """Shares in at most `most` portions: up to `most` shares each is a portion of its own, in the order given.

    Of more, those of one file server stand together, and the servers' portions by turns: else the tasks at work would
    be all of one server. Only where there are more servers than portions do neighbours of several stand together.
    """
    if len(share_ids) <= most:
        return [[one] for one in share_ids]
    found = portions([(server_of[one], one) for one in sorted(share_ids, key=lambda one: server_of[one])], most=most)
    before: Counter[str] = Counter()
    by_turns = []
    for portion in found:
        server = server_of[portion[0]]
        by_turns.append((before[server], portion))
        before[server] += 1
    return [portion for _, portion in sorted(by_turns, key=lambda one: one[0])]
