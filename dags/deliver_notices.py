"""
# 寄送通知（每五分鐘）

寄出待寄之通知。每則通知只寫一次、寄前再查一次是否仍需要（已完成者不寄）、每人每日有上限。
郵件伺服器暫時不通時會稍後再試；收件人被拒者列為失敗，需請單位提供新的聯絡人。
"""

from __future__ import annotations

from datetime import datetime

from airflow.sdk import dag, task
from pendulum import timezone

from inspection_door import RETRYING, WATCHED, errors_as_airflow_knows_them, in_office_folder, note_run

TAIPEI = timezone("Asia/Taipei")


@task(task_display_name="寄送", **RETRYING)
def drain_outbox() -> dict[str, int]:
    """Sends what is due; a machine without the office's folder sends what bears no document and leaves the rest."""
    from inspection import clock
    from inspection.notices.deliver import deliver_due
    from inspection.operations.home import has_office_folder
    from inspection.store.session import session_scope

    with errors_as_airflow_knows_them():
        with session_scope(read_only=True) as session:
            here = has_office_folder(session)
        if not here:
            deliver_due(session_scope, at=clock.now(), bare=True)
    with in_office_folder():
        done = deliver_due(session_scope, at=clock.now())
    counts = {"sent": done.sent, "put_off": done.put_off, "failed": done.failed, "cancelled": done.cancelled}
    return note_run("deliver_notices", None, counts)


@dag(
    dag_id="deliver_notices",
    dag_display_name="寄送通知",
    doc_md=__doc__,
    schedule="*/5 * * * *",
    start_date=datetime(2026, 11, 21, tzinfo=TAIPEI),
    catchup=False,
    default_args=WATCHED,
    max_active_runs=1,
    tags=["通知"],
)
def deliver_notices() -> None:
    """The outbox."""
    drain_outbox()


deliver_notices()
