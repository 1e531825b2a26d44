"""The installation in numbers: each follows what happens, and none tells what was found or whose it is."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.event import listen

from campaigns.paper_office import CAMPAIGN, WORKS, PaperOffice
from cli.test_answers import Typing
from conftest import FixedClock
from inspection import clock as now
from inspection.audit import chain
from inspection.audit.events import record
from inspection.doctor.gauges import GAUGES, exposition
from inspection.keeping import last_backup
from inspection.model import Fix, Notice
from inspection.model.lifecycle import FixState, NoticeState
from inspection.operations.runs import FailedTask, tell_failure
from inspection.settings import REPOSITORY
from inspection.store import fix_list, history
from inspection.store.runs import note
from inspection.store.session import engine_for, session_scope
from inspection.vocabulary import Severity

LINE = re.compile(r'(inspection_[a-z_]+)(?:\{stage="([a-z_]+)"\})? (\d+)')


def told() -> dict[str, float]:
    """What is printed, by name; each line is of the form Prometheus reads."""
    with session_scope(read_only=True) as session:
        text = exposition(session, at=now.now())
    found: dict[str, float] = {}
    for line in text.splitlines():
        if not line.startswith("# "):
            read = LINE.fullmatch(line)
            assert read, line
            found[read[1] + (f":{read[2]}" if read[2] else "")] = float(read[3])
    return found


def test_numbers_follow_what_happens(office: PaperOffice, clock: FixedClock) -> None:
    empty = told()
    assert (empty["inspection_campaigns_open"], empty["inspection_fixes_open"]) == (0, 0)
    assert "inspection_last_backup_timestamp_seconds" not in empty
    office.one_fix(Severity.HIGH)
    office_now = now.now().timestamp()
    with session_scope() as session:
        chain.seal(session, at=now.now())
        note(session, stage="deliver_notices", campaign_id=None, door="cli", counts={}, at=now.now())
        record(session, at=now.now(), actor="test", subject=(last_backup.SUBJECT, "one"), action=last_backup.MADE)
        first = session.scalars(select(Notice.id).where(Notice.state == NoticeState.PENDING)).first()
        session.execute(update(Notice).where(Notice.id == first).values(state=NoticeState.FAILED))
        tell_failure(session, FailedTask("d", "名", "t", "步", "r", attempt=1, campaign=False), at=now.now())
    found = told()
    assert found["inspection_campaigns_open"] == found["inspection_fixes_open"] == 1
    assert found["inspection_fixes_overdue"] == 0
    assert found["inspection_letters_waiting"] > 0
    assert found["inspection_letters_given_up"] == 1
    assert found["inspection_tasks_failed"] == 1
    assert found["inspection_record_seals"] > 10
    assert found["inspection_record_whole"] == 1
    for name in ("last_backup_timestamp_seconds", "stage_timestamp_seconds:deliver_notices"):
        assert found[f"inspection_{name}"] == int(office_now), name
    clock.set(clock.instant + timedelta(days=90))
    later = told()
    assert later["inspection_fixes_overdue"] == 1
    assert later["inspection_work_overdue"] > 0


# of a case whose day has passed: whether it is open, and overdue
PAST_ITS_DAY = {
    FixState.OPEN: (1, 1),
    FixState.SENT_BACK: (1, 1),
    FixState.CLAIMED: (1, 0),  # the unit did its part; it is the office that is awaited
    FixState.VERIFIED: (0, 0),
    FixState.RELEASED: (0, 0),
    FixState.EXCEPTED: (0, 0),
}


def test_a_case_is_open_and_overdue_by_one_definition(office: PaperOffice, clock: FixedClock) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    clock.set(clock.instant + timedelta(days=90))
    today = now.local_date(now.now())
    for state, (is_open, is_overdue) in PAST_ITS_DAY.items():
        with session_scope() as session:
            session.get_one(Fix, fix_id).state = state
        with session_scope(read_only=True) as session:
            page = fix_list.open_of_units(session, CAMPAIGN, today=today)
            papers = history.fixes(session, today)
        found = told()
        assert found["inspection_fixes_open"] == is_open, state
        assert found["inspection_fixes_overdue"] == papers["overdue"] == is_overdue, state
        assert page.get(WORKS, fix_list.OpenOfUnit(0, 0)).late == is_overdue, state


def test_what_two_numbers_tell_is_looked_up_once(office: PaperOffice, database_url: str) -> None:
    asked: list[str] = []
    engine = engine_for(database_url)
    listen(engine, "before_cursor_execute", lambda *seen: asked.append(str(seen[2])))
    told()
    counts = [one for one in asked if "notice.attempts >=" in one]
    assert len(counts) == 1


def test_what_waits_for_a_decision_is_counted(office: PaperOffice) -> None:
    office.open()
    office.draft()
    before = told()["inspection_decisions_waiting"]
    office.submit()
    assert told()["inspection_decisions_waiting"] == before + 1
    office.decide()
    assert told()["inspection_decisions_waiting"] == before


def test_no_name_of_anything_stands_in_it(
    office: PaperOffice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office.one_fix(Severity.HIGH)
    answer = Typing(monkeypatch, capsys)("metrics")
    assert answer.status == 0
    assert answer.out.isascii()
    assert CAMPAIGN not in answer.out
    assert WORKS not in answer.out


def test_the_dashboard_asks_for_what_there_is() -> None:
    board = json.loads(Path(REPOSITORY / "docker" / "grafana-dashboard.json").read_text(encoding="utf-8"))
    every = [each["expr"] for one in board["panels"] for each in one["targets"]]
    asked = {name for expression in every for name in re.findall(r"inspection_\w+", expression)}
    assert asked == {gauge.name for gauge in GAUGES}
    assert len({one["id"] for one in board["panels"]}) == len(board["panels"])
