"""SQLite databases: every table row by row under its column names; files kept in cells handed out."""

from __future__ import annotations

import sqlite3

from inspection.extraction.character_sets import decode_bytes
from inspection.extraction.collect import Collector
from inspection.extraction.sniff import IMAGES, sniff
from inspection.extraction.unreadable import corrupt, too_large
from inspection.vocabulary import Zone

HEADER_BYTES = 100
WRITE_AHEAD = 2
MOST_TABLES = 2_000
PICTURES = {kind for _, kind in IMAGES}


def open_database(data: bytes) -> sqlite3.Connection:
    """The database in memory, as its bytes stand: nothing can be written, no schema is trusted."""
    head = bytearray(data[:HEADER_BYTES])
    if len(head) == HEADER_BYTES and WRITE_AHEAD in head[18:20]:
        head[18:20] = b"\1\1"  # a log beside the file does not exist in memory
    connection = sqlite3.connect(":memory:", isolation_level=None)
    if data:
        connection.deserialize(bytes(head) + data[HEADER_BYTES:])
    connection.text_factory = decode_bytes
    for statement in ("PRAGMA trusted_schema=OFF", "PRAGMA query_only=ON", "PRAGMA temp_store=MEMORY"):
        connection.execute(statement)
    return connection


def read_database(data: bytes, out: Collector) -> None:
    """Reads a database into `out`; raises Unreadable: corrupt, too_large."""
    try:
        connection = open_database(data)
        names = [
            str(name)
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY rootpage"
            )
        ]
        if len(names) > MOST_TABLES:
            raise too_large("more tables than the limit")
        for name in names:
            _read_table(connection, name, out)
        connection.close()
    except (sqlite3.Error, OverflowError, ValueError):
        raise corrupt("the database cannot be followed") from None


def _read_table(connection: sqlite3.Connection, name: str, out: Collector) -> None:
    quoted = '"{}"'.format(name.replace('"', '""'))
    rows = connection.execute(f"SELECT * FROM {quoted}")  # noqa: S608 — a name takes no parameter, and is quoted
    place = f"資料表 {name}"
    out.add_row(Zone.SHEET, [str(column[0]) for column in rows.description], place, part=place, ordinal=0)
    for number, row in enumerate(rows, 1):
        cells = [_cell(value, f"{name}-{number}", out) for value in row]
        if any(cells):
            out.add_row(Zone.SHEET, cells, f"{place} 第 {number} 列", part=place, ordinal=number)


def _cell(value: object, name: str, out: Collector) -> str:
    """A value as text; a file kept as bytes is handed out, other bytes are text where they can be."""
    if value is None:
        return ""
    if not isinstance(value, bytes):
        return str(value)
    kind = sniff(value, name)
    if kind in PICTURES:
        return ""
    if kind and len(value) <= out.limits.part_bytes:
        out.embed(name, value)
        return ""
    text = decode_bytes(value[:65_536])
    return text if text.isprintable() else ""
