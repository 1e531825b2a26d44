"""What a day's follow-up costs: statements and memory grow with what is due, not with what is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event

from campaigns.paper_office import PaperOffice, notices
from escalation.many import copies
from inspection import clock as now
from inspection.escalation import fixes
from inspection.escalation.climb import FollowUpCounts, follow_up
from inspection.rules import catalogue
from inspection.store.session import engine_for, session_scope
from inspection.vocabulary import Severity

PER_DUE_FIX = 5
DUE = 50


@contextmanager
def statements() -> Iterator[list[str]]:
    """What reaches the cursor of the domain database meanwhile."""
    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    engine = engine_for()
    event.listen(engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", see)


def run(day: str) -> tuple[FollowUpCounts, int]:
    """The follow-up of one day, and the statements it took."""
    with statements() as seen, session_scope() as session:
        counts = follow_up(session, on=date.fromisoformat(day), catalogue=catalogue.current(), at=now.now())
    return counts, len(seen)


def test_a_due_fix_costs_at_most_five_statements_be_it_a_mail_or_a_draft(office: PaperOffice) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    copies(fix_id, DUE - 1)
    mailed, cost = run("2026-11-12")
    assert (mailed.looked_at, mailed.escalated) == (DUE, DUE)
    assert cost <= DUE, "mails are written by the batch"
    drafted, cost = run("2026-11-16")
    assert drafted.drafts == DUE
    assert cost <= PER_DUE_FIX * DUE
    assert len(notices("escalation_draft_ready")) == DUE
    idle, cost = run("2026-11-16")
    assert (idle.drafts, idle.looked_at) == (0, DUE)
    assert cost <= 20, "what is open and not due costs a part of a statement"


def test_batches_do_what_one_does(office: PaperOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    ids = {fix_id, *copies(fix_id, 9)}
    monkeypatch.setattr(fixes, "BATCH", 3)
    counts, _ = run("2026-11-12")
    assert (counts.looked_at, counts.escalated, counts.failed) == (10, 10, 0)
    assert {str(one.values["fix_numbers"]) for one in notices("fix_overdue")} == ids
    again, _ = run("2026-11-12")
    assert (again.escalated, len(notices("fix_overdue"))) == (0, 20)
