"""Rows held until the transaction ends, so that one goes on after the other (SQLite: the write transaction holds all).

The key of a held row is left free (FOR NO KEY UPDATE). PostgreSQL holds a row's key shared for whoever wrote a row
that names it; a hold that claimed the key as well (FOR UPDATE) would wait for every such writer, and two who both wrote
first would wait for each other until the database ends one of them. Nobody here changes a key; no other module holds.
"""

from __future__ import annotations

from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import Select
from sqlalchemy.orm import Session

from inspection.model import Record

Columns = TypeVarTuple("Columns")
Kind = TypeVar("Kind", bound=Record)


def holding(query: Select[*Columns]) -> Select[*Columns]:
    """The same query, whose rows stay held until the transaction ends, as they stand when the turn comes."""
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)


def hold(session: Session, kind: type[Kind], key: Any) -> Kind | None:
    """A row by its key as it stands when the turn comes, held until the transaction ends; None for an unknown one."""
    return session.get(kind, key, populate_existing=True, with_for_update={"key_share": True})
