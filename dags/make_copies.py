"""
# 製作 ODT 及 PDF（每十分鐘）

每份計畫及報告除 Word 檔外，另存 ODT 與 PDF 各一份，供下載及簽稿使用；每份只製作一次。
轉檔由本流程執行，入口網站不在使用者等候時轉檔。
"""

from __future__ import annotations

from datetime import datetime

from airflow.sdk import dag, task
from pendulum import timezone

from inspection_door import RETRYING, WATCHED, in_office_folder, note_run

TAIPEI = timezone("Asia/Taipei")


@task(task_display_name="轉檔", **RETRYING)
def convert_documents() -> dict[str, int]:
    """Makes the copies that are missing."""
    from inspection import clock
    from inspection.documents.copies import make_copies as make
    from inspection.store.session import session_scope

    with in_office_folder():
        made = make(session_scope, at=clock.now())
    return note_run("make_copies", None, {"made": made})


@dag(
    dag_id="make_copies",
    dag_display_name="製作 ODT 及 PDF",
    doc_md=__doc__,
    schedule="*/10 * * * *",
    start_date=datetime(2026, 11, 21, tzinfo=TAIPEI),
    catchup=False,
    default_args=WATCHED,
    max_active_runs=1,
    tags=["文件"],
)
def make_copies() -> None:
    """One task: LibreOffice over what has no copy yet."""
    convert_documents()


make_copies()
