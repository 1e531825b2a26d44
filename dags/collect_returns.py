"""
# 收回檢查表（每五分鐘）

收取收件資料夾（含子資料夾）內之檢查表。檔案在隔離程序內開啟；讀得懂的併入該單位檢查表，讀不懂或被改動的移到
`refused`，旁邊附上原因並通知單位與政風室，原檔不會遺失。還在複製的檔案（waiting）留待下次；無法讀取的檔案
（unreadable）不影響其他檔案，持續一小時者通知政風室。
"""

from __future__ import annotations

from datetime import datetime

from airflow.sdk import dag, task
from pendulum import timezone

from inspection_door import RETRYING, WATCHED, in_office_folder, note_run

TAIPEI = timezone("Asia/Taipei")


@task(task_display_name="收取收件資料夾", **RETRYING)
def empty_drop_folder() -> dict[str, int]:
    """Takes in what lies there."""
    from inspection import clock, settings
    from inspection.checklists.drop_folder import empty_drop_folder as verb
    from inspection.checklists.reading import read_in_sandbox
    from inspection.store.session import session_scope

    with in_office_folder(), read_in_sandbox() as read:
        done = verb(session_scope, settings.get().drop_folder_path, read=read, at=clock.now())
    return note_run("collect_returns", None, {
        "taken": done.taken, "refused": done.refused, "waiting": done.waiting, "unreadable": done.unreadable,
    })  # fmt: skip


@dag(
    dag_id="collect_returns",
    dag_display_name="收回檢查表",
    doc_md=__doc__,
    schedule="*/5 * * * *",
    start_date=datetime(2026, 11, 21, tzinfo=TAIPEI),
    catchup=False,
    default_args=WATCHED,
    max_active_runs=1,
    tags=["檢查表"],
)
def collect_returns() -> None:
    """One task: the drop folder."""
    empty_drop_folder()


collect_returns()
