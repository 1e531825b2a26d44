"""Queries on the rulings of the review on single statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inspection.model import ItemRuling
from inspection.model.lifecycle import RulingState
from inspection.store.once import insert_all_once


def of(session: Session, checklist_id: str) -> dict[str, ItemRuling]:
    """The rulings on one checklist as they stand now, by statement; one without waits."""
    query = select(ItemRuling).where(ItemRuling.checklist_id == checklist_id)
    return {one.item_id: one for one in session.scalars(query.execution_options(populate_existing=True))}


def of_all(session: Session, checklist_ids: Collection[str]) -> dict[tuple[str, str], ItemRuling]:
    """The same of several, by (checklist, statement)."""
    query = select(ItemRuling).where(ItemRuling.checklist_id.in_(checklist_ids))
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {(one.checklist_id, one.item_id): one for one in rows}


def begin(session: Session, statements: Iterable[tuple[str, str, int]]) -> None:
    """Lets statements (checklist, item, version of the return) wait for their ruling; those that have one keep it."""
    rows = [
        {
            "id": f"{checklist_id}:{item_id}",
            "checklist_id": checklist_id,
            "item_id": item_id,
            "state": RulingState.OPEN,
            "version": version,
            "reason": "",
        }
        for checklist_id, item_id, version in statements
    ]
    insert_all_once(session, ItemRuling, rows, keys=["id"])


def counts(session: Session, checklist_ids: Collection[str], state: RulingState) -> dict[str, int]:
    """How many statements of some checklists stand in a state; one without any is left out."""
    query = (
        select(ItemRuling.checklist_id, func.count())
        .where(ItemRuling.checklist_id.in_(checklist_ids), ItemRuling.state == state)
        .group_by(ItemRuling.checklist_id)
    )
    return {str(one): int(count) for one, count in session.execute(query)}
