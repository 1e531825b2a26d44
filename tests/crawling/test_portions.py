"""However large the shares: each shard in one task, in its order, and never more tasks than Airflow maps over."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspection.crawling.portions import MOST_TASKS, portions, portions_of_shares

AIRFLOW_MAPS = 1024  # core.max_map_length where nobody has set it


def shards_of(*counts: int) -> list[tuple[str, str]]:
    """(share, shard) of shares with so many shards each."""
    return [(f"S{share}", f"S{share}-{number}") for share, count in enumerate(counts) for number in range(count)]


@given(
    st.lists(st.integers(1, 60), max_size=40),
    st.integers(1, 100),
)
def test_every_shard_stands_in_one_portion_in_its_order(counts: list[int], most: int) -> None:
    shards = shards_of(*counts)
    found = portions(shards, most=most)
    assert [one for portion in found for one in portion] == [shard for _, shard in shards]
    assert all(found)
    assert len(found) <= most
    if len(shards) <= most:
        assert all(len(portion) == 1 for portion in found)
    if len(counts) <= most:
        assert all(len({one.partition("-")[0] for one in portion}) == 1 for portion in found)


def test_a_crawl_of_terabytes_has_no_more_tasks_than_airflow_takes() -> None:
    assert len(portions(shards_of(1222))) == 611  # measured at 3.8 TB: more than may be mapped
    assert MOST_TASKS < AIRFLOW_MAPS
    assert len(portions(shards_of(*[30] * 200))) <= MOST_TASKS


@given(st.lists(st.integers(0, 12), min_size=1, max_size=120), st.integers(1, 100))
def test_every_share_stands_in_one_portion_of_its_server_and_servers_take_turns(servers: list[int], most: int) -> None:
    server_of = {f"S{number}": f"fs{server}" for number, server in enumerate(servers)}
    found = portions_of_shares(list(server_of), server_of, most=most)
    assert sorted(one for portion in found for one in portion) == sorted(server_of)
    assert all(found)
    assert len(found) <= most
    if len(server_of) <= most:
        assert found == [[one] for one in server_of]
    elif len(set(server_of.values())) <= most:
        of = [{server_of[one] for one in portion} for portion in found]
        assert all(len(one) == 1 for one in of)
        first = [next(iter(one)) for one in of[: len(set(server_of.values()))]]
        assert sorted(first) == sorted(set(server_of.values())), "each server has begun before one comes again"


def test_more_shares_than_airflow_maps_over_are_listed_some_in_a_task() -> None:
    server_of = {f"S{number:04}": "fs1" if number < 25 else "fs2" for number in range(1025)}
    found = portions_of_shares(list(server_of), server_of)
    assert len(found) <= MOST_TASKS < AIRFLOW_MAPS
    assert max(map(len, found)) == 2
