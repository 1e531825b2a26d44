"""Whoever deletes a row of a growing table reads no other table whole to learn who refers to it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint, event

from inspection.model import Record
from inspection.store import findings
from inspection.store.session import session_scope

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


def test_decisions_on_some_contents_are_found_by_their_content(sqlite_url: str, home: object) -> None:
    wanted = [f"{one:064x}" for one in range(500)]
    sent: list[tuple[str, Any]] = []

    def note(*told: Any) -> None:
        sent.append((told[2], told[3]))

    with session_scope(sqlite_url) as session:
        event.listen(session.get_bind(), "before_cursor_execute", note)
        findings.decided_of(session, wanted, campaign_id="C")
        statement, given = sent[-1]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        told = [str(row[3]) for row in plan]
    assert any("ix_suspicion_likeness" in one for one in told), told
