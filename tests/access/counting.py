"""How many statements a piece of work sends to the database, counted at the cursor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from inspection.store.session import engine_for


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement sent to the domain database of the test while inside."""
    seen: list[str] = []

    def listener(*given: object) -> None:
        seen.append(str(given[2]))

    engine = engine_for()
    event.listen(engine, "before_cursor_execute", listener)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", listener)
