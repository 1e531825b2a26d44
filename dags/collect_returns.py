"""
# 收回檢查表（每五分鐘）

收取收件資料夾（含子資料夾）及收件信箱（有設定者）內之檢查表。檔案及郵件在隔離程序內開啟；讀得懂的併入該單位檢查表，讀不懂或被改動的移到
`refused`，旁邊附上原因並通知單位與政風室，原檔不會遺失。還在複製的檔案（waiting）留待下次；無法讀取的檔案
（unreadable）不影響其他檔案，持續一小時者通知政風室。寄至收件信箱者，另以郵件告知寄件人結果；自動回復之信略過
（ignored），名冊以外之信箱不予回復（unanswered）。
"""

from __future__ import annotations

from datetime import datetime

from airflow.sdk import dag, task
from pendulum import timezone

from inspection_door import RETRYING, WATCHED, in_office_folder, note_run

TAIPEI = timezone("Asia/Taipei")


@task(task_display_name="收取送回之檢查表", **RETRYING)
def empty_drop_folder() -> dict[str, int]:
    """Takes in what lies in the drop folder, and in the mailbox where one is set."""
    from inspection import clock
    from inspection.checklists.gathering import gather
    from inspection.checklists.reading import read_in_sandbox
    from inspection.store.session import session_scope

    with in_office_folder(), read_in_sandbox() as read:
        counts = gather(session_scope, read=read, at=clock.now())
    return note_run("collect_returns", None, counts)


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
    """One task for every way that has nobody before a screen."""
    empty_drop_folder()


collect_returns()
