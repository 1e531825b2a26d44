"""Whoever deletes a row of a growing table reads no other table whole to learn who refers to it."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint

from inspection.model import Record

# what one day is deleted, or refers to what is, and grows with crawls, findings and reminders
GROWING = {"crawl_run", "crawl_shard", "crawl_share", "crawled_file", "hit", "suspicion", "clue", "finding", "fix",
           "rung_climbed", "event_seal"}  # fmt: skip
DELETED = {"crawl_shard", "crawled_file", "hit", "suspicion", "finding", "fix", "document", "event"}


def test_each_reference_between_growing_tables_stands_first_in_an_index() -> None:
    met, missing = 0, []
    for table in Record.metadata.tables.values():
        if table.name not in GROWING:
            continue
        led = {next(iter(index.columns)).name for index in table.indexes} | {next(iter(table.primary_key)).name}
        led |= {next(iter(one.columns)).name for one in table.constraints if isinstance(one, UniqueConstraint)}
        for column in table.columns:
            if {key.column.table.name for key in column.foreign_keys} & DELETED:
                met += 1
                missing += [] if column.name in led or column.unique else [f"{table.name}.{column.name}"]
    assert met > 8
    assert missing == []
