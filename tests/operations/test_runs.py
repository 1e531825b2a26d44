"""What failed and what was not done in time is told to the operators once, and known until it ended well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.paper_office import STAFF, PaperOffice, notices
from conftest import FixedClock
from inspection import clock as now
from inspection.doctor import CHECKS
from inspection.model import Notice, RoleGrant
from inspection.model.lifecycle import NoticeState
from inspection.notices.outbox import Letter, write
from inspection.operations.runs import PERIODIC, FailedTask, overdue, tell_failure, unmended, watch
from inspection.store.runs import airflow_door, note
from inspection.store.session import session_scope
from inspection.vocabulary import Role

MAIL = FailedTask("deliver_notices", "寄送通知", "drain_outbox", "寄送", "scheduled__1", attempt=6, campaign=False)
SHARD = FailedTask(
    "semiannual_inspection", "定期保密檢查", "crawl.read_shard", "讀取批次", "manual__1", 6, campaign=True
)


def tell(failed: FailedTask) -> int:
    with session_scope() as session:
        return tell_failure(session, failed, at=now.now())


def ran(stage: str, door: str = "cli", campaign_id: str | None = None) -> None:
    with session_scope() as session:
        note(session, stage=stage, campaign_id=campaign_id, door=door, counts={}, at=now.now())


def late() -> list[str]:
    with session_scope() as session:
        return [one.dag_id for one in overdue(session, at=now.now())]


def not_mended() -> list[str]:
    with session_scope() as session:
        return [str(one.values["task_id"]) for one in unmended(session, at=now.now())]


def test_a_failure_is_told_once_to_the_operators(office: PaperOffice, clock: FixedClock) -> None:
    assert [tell(MAIL), tell(replace(MAIL, run_id="scheduled__2"))] == [1, 0], "of the clock's work once a day"
    assert [tell(SHARD), tell(SHARD), tell(replace(SHARD, attempt=12))] == [1, 0, 1], "cleared, it failed anew"
    clock.set(clock.instant + timedelta(days=1))
    assert tell(MAIL) == 1
    told = notices("run_failed")
    assert {one.person_id for one in told} == {STAFF}, "who keeps the installation running in the demo's roster"
    assert "「寄送通知」之「寄送」失敗" in told[0].subject
    assert "scheduled__1" in told[0].body


def test_without_an_operator_the_ethics_office_is_told(office: PaperOffice) -> None:
    with session_scope() as session:
        session.query(RoleGrant).filter_by(role=Role.OPERATOR).delete()
    assert tell(MAIL) >= 1


def test_a_failure_stands_until_its_task_ended_well(office: PaperOffice, clock: FixedClock) -> None:
    tell(MAIL)
    tell(SHARD)
    clock.set(clock.instant + timedelta(minutes=5))
    ran("deliver_notices", airflow_door("deliver_notices", "scheduled__9", "another_task"))
    ran("read_shard", airflow_door("semiannual_inspection", "manual__2", "crawl.read_shard"), "C-paper")
    assert sorted(not_mended()) == ["crawl.read_shard", "drain_outbox"], "another task, another campaign"
    found = CHECKS["runs"]()
    assert not found.ok and "deliver_notices drain_outbox" in found.found and "清除" in found.remedy
    ran("deliver_notices", airflow_door("deliver_notices", "scheduled__9", "drain_outbox"))
    assert not_mended() == ["crawl.read_shard"]
    ran("read_shard", airflow_door("semiannual_inspection", "manual__1", "crawl.read_shard"), "C-paper")
    assert not_mended() == []
    assert CHECKS["runs"]().ok


def test_work_that_rests_is_named_and_told_once_a_day(office: PaperOffice, clock: FixedClock) -> None:
    assert late() == [], "an installation that never worked is told by doctor alone"
    assert "從未執行" in CHECKS["schedules"]().found
    for one in PERIODIC:
        ran(one.stage)
    assert late() == []
    assert CHECKS["schedules"]().ok
    clock.set(clock.instant + timedelta(hours=1, minutes=1))
    assert late() == ["deliver_notices", "collect_returns"]
    ran("deliver_notices")
    with session_scope() as session:
        assert watch(session, at=now.now()) == {"overdue": 1, "undelivered": 0, "told": 1}
    with session_scope() as session:
        assert watch(session, at=now.now())["told"] == 0
    assert "collect_returns" in notices("work_overdue")[0].body
    assert CHECKS["schedules"]().found == "逾時未執行：collect_returns"


@pytest.mark.parametrize(("instant", "is_late"), [("2026-11-09T08:00", False), ("2026-11-09T21:00", True)])
def test_a_weekend_is_no_delay_of_the_ladder(
    office: PaperOffice, clock: FixedClock, instant: str, is_late: bool
) -> None:
    clock.set("2026-11-06T08:30:00+08:00")  # a Friday
    for one in PERIODIC:
        ran(one.stage)
    clock.set(f"{instant}:00+08:00")
    assert ("follow_up" in late()) is is_late


def test_letters_given_up_are_told_once_a_day(office: PaperOffice) -> None:
    values = {"campaign_name": "檢查", "report_name": "結果", "copy_number": 1}
    with session_scope() as session:
        write(session, Letter("k1", "report_delivered", STAFF, values), at=now.now())
    with session_scope() as session:
        session.query(Notice).filter_by(key="k1").update({"state": NoticeState.FAILED})
    with session_scope() as session:
        assert watch(session, at=now.now()) == {"overdue": 0, "undelivered": 1, "told": 1}
        assert watch(session, at=now.now())["told"] == 0
    assert "1封無法送達" in notices("letters_undelivered")[0].body
