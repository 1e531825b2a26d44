"""
# 例行維護（每小時）

將事件紀錄串成鏈並核對；發現紀錄被更動時，本工作失敗並指出第一筆不符之處，請立即通報政風室主任。
"""

from __future__ import annotations

from datetime import datetime

from airflow.sdk import dag, task
from pendulum import timezone

from inspection_door import RETRYING, door, note_run

TAIPEI = timezone("Asia/Taipei")


@task(task_display_name="串接並核對事件紀錄", **RETRYING)
def seal_events() -> dict[str, int]:
    """Seals what is new, then walks the whole chain."""
    from campaign_chapters import run_name
    from inspection.audit import chain
    from inspection.errors import Conflict

    with door() as opened:
        sealed = chain.seal(opened.session, at=opened.at)
    with door() as opened:
        report = chain.verify(opened.session, at=opened.at)
        if report.fault:
            raise Conflict(report.fault)
    return note_run("housekeeping", None, run_name(), {"sealed": sealed, "verified": report.sealed})


@dag(
    dag_id="housekeeping",
    dag_display_name="例行維護",
    doc_md=__doc__,
    schedule="@hourly",
    start_date=datetime(2026, 11, 21, tzinfo=TAIPEI),
    catchup=False,
    max_active_runs=1,
    tags=["維護"],
)
def housekeeping() -> None:
    """One task: the chain of events."""
    seal_events()


housekeeping()
