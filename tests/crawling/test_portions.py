"""However large the shares: each shard in one task, in its order, and never more tasks than Airflow maps over."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspection.crawling.portions import MOST_TASKS, portions

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
