"""
# 影像文字辨識（每晚）

清查時，影像檔與無文字層之掃描 PDF 記為「無文字層」，幾無文字而內嵌掃描圖之文件（docx、xlsx、pptx、ODF）記其未讀之圖片，
內容均未經查看。本工作於夜間逐檔辨識文字後查核，屬低優先工作，不影響檢查專案之進行；預設關閉，於機關規則
`crawl_limits.yaml` 之 `ocr` 開啟（`inspection doctor` 可查）。

- 辨識所得僅供發現疑似；未發現者仍記為「無文字層」，不表示檔案無虞。
- 文件本有文字、另貼有圖片者，於 `ocr` 之 `beside_text` 開啟時才辨識其圖片，排在最後。
- 一次只讀一處分享區，每檔讀畢即存；中斷、重跑均由未辨識者續行，已辨識者不重讀。
- 疑似事項已列出之專案，於辨識後補列；尚未列出者，由檢查專案一併列出。

`campaign_id`：只辨識某一檢查專案；空白為所有檢查中之專案。
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import dag, task
from airflow.timetables.trigger import CronTriggerTimetable
from pendulum import timezone

from inspection_door import READING, RETRYING, WATCHED, door, errors_as_airflow_knows_them, may_be_blank, note_run

TAIPEI = timezone("Asia/Taipei")
# behind everything else that waits for a slot
LAST: dict[str, Any] = {"priority_weight": 1, "weight_rule": "absolute", "max_active_tis_per_dag": 1}


@task(task_display_name="找出待辨識之分享區", **RETRYING)
def find_pictures(params: dict[str, Any] | None = None) -> list[dict[str, str]]:
    """Campaign and share of all that bears pictures nobody has looked at; none while recognition is off.

    What is more than Airflow maps over is found again the next night.
    """
    from inspection.crawling.campaign import pictures_waiting
    from inspection.crawling.portions import MOST_TASKS

    with door() as opened:
        waiting = pictures_waiting(opened.session, str((params or {}).get("campaign_id") or ""))
    return [{"campaign_id": campaign_id, "share_id": share_id} for campaign_id, share_id in waiting[:MOST_TASKS]]


@task(task_display_name="辨識", **READING, **LAST)
def recognise(campaign_id: str, share_id: str) -> dict[str, int]:
    """The pictures of one share, one after the other; clearing this task goes on with what is left."""
    from inspection.crawling.campaign import read_campaign_images, recogniser
    from inspection.store.session import session_scope
    from share_login import login_for

    with errors_as_airflow_knows_them():
        counts = read_campaign_images(session_scope, campaign_id, share_id, recogniser(), login_for=login_for)
    return note_run("recognise_pictures", campaign_id, counts)


@task(task_display_name="補列疑似事項", trigger_rule="all_done", **RETRYING)
def suspect_found(waiting: Any) -> dict[str, int]:
    """What was found where the 疑似事項 had been listed before: added, nothing twice."""
    from inspection.findings.suspect import suspect_late

    campaigns = sorted({one["campaign_id"] for one in waiting or ()})
    with door() as opened:
        added = [
            suspect_late(opened.session, one, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
            for one in campaigns
        ]
    return {"campaigns": len(campaigns), "added": sum(added)}


@dag(
    dag_id="recognise_pictures",
    dag_display_name="影像文字辨識",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 19 * * *", timezone=TAIPEI),
    start_date=datetime(2026, 11, 21, tzinfo=TAIPEI),
    catchup=False,
    default_args=WATCHED,
    max_active_runs=1,
    tags=["清查"],
    params={"campaign_id": may_be_blank(title="檢查專案代碼", description="空白為所有檢查中之專案")},
)
def recognise_pictures() -> None:
    """Find, recognise share by share, suspect."""
    waiting = find_pictures()
    recognise.expand_kwargs(waiting) >> suspect_found(waiting)


recognise_pictures()
