"""
# 春安工作（每一確認之期間一次）

本流程不自行排程：春安工作期間經政風室主任依函確認後，由 `housekeeping` 啟動一次，執行代碼即期間代碼
（例 `spring-116-npa15`）；僅係推算之期間只提醒，不啟動。

| 階段 | 系統做什麼 | 誰要做什麼 |
|---|---|---|
| 一、研判與計畫 | 研判、擬訂執行計畫、陳核 | 政風人員先匯入名冊（`inspection spring import`）；首長核定 |
| 二、分享區清查 | 核定後以唯讀帳號清查 | 無 |
| 三、檢查表 | 發送春安檢查項目、收回並核對 | 各單位窗口填報；政風人員審查 |
| 四、五 | 疑似事項判定、報告與簽核，同定期檢查 | 同定期檢查 |
| 工作期間 | `housekeeping` 每小時請值勤人員回報、提醒逾時者；期滿彙整 | 值勤人員每日回報；政風人員代登電話回報 |

未核定前不發送、不清查、不請值勤人員回報。輪值表未涵蓋每一日、維護目標或必要聯絡對象有缺者，計畫不能陳核：
`planning.await_contents` 等候政風人員匯入（開立時已函告承辦人一次，所缺載於其紀錄），補齊後自動重新擬訂並陳核。

期間經新函文變更者：核定前由 `open_campaign` 重新執行即隨同調整；核定後須修正計畫或取消專案。
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import Param, dag, task, task_group
from pendulum import timezone

from campaign_chapters import (
    begin_inspection,
    checklists,
    crawl,
    plan_returned,
    planning,
    reporting,
    triage,
)
from inspection_door import CAMPAIGNS, RETRYING, WATCHED, door, door_of, note_run
from parked_wait import parked_wait

TAIPEI = timezone("Asia/Taipei")


@task(task_display_name="開立春安專案", **RETRYING)
def open_campaign(params: dict[str, Any] | None = None) -> str:
    """Opens the campaign of the confirmed window the run was started for."""
    from inspection.campaigns.spring_open import open_spring

    with door() as opened:
        window_id = str((params or {}).get("window_id") or "").strip()
        campaign_id = open_spring(opened.session, window_id, catalogue=opened.catalogue, at=opened.at).id
    note_run("open_campaign", campaign_id, {})
    return campaign_id


@parked_wait(task_display_name="等候工作期間結束", awaits="window_end")
def await_window_end(campaign_id: Any) -> None:
    """Open until the window is over; the daily reports are asked for by `housekeeping` meanwhile."""


@task(task_display_name="彙整每日狀況回報", **RETRYING)
def close_window(campaign_id: str) -> dict[str, int]:
    """Freezes how many shifts were reported, late, missing, and with a situation; prints the table of reports."""
    from inspection.spring.close import close_window as verb
    from inspection.spring.papers import print_daily_reports

    with door_of(campaign_id) as opened:
        told = verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
        print_daily_reports(opened.session, campaign_id, catalogue=opened.catalogue, at=opened.at)
        counts = {name: int(told[name]) for name in ("shifts", "reported", "late", "missing", "situations")}
    return note_run("close_window", campaign_id, counts)


@task_group(group_id="window", group_display_name="工作期間：每日狀況回報")
def window(campaign_id: str) -> None:
    """Wait for its end, sum up."""
    await_window_end(campaign_id) >> close_window(campaign_id)


@dag(
    dag_id="spring_festival_security",
    dag_display_name="春安工作",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2026, 11, 21, tzinfo=TAIPEI),
    catchup=False,
    default_args=WATCHED,
    max_active_runs=2,
    tags=[CAMPAIGNS],
    params={
        "window_id": Param(
            type="string",
            minLength=1,
            title="春安工作期間代碼",
            description="例 spring-116-npa15；由 housekeeping 帶入",
        )
    },
)
def spring_festival_security() -> None:
    """The table of contents of the Spring-Festival work: the inspection, and the window beside it."""
    campaign_id: Any = open_campaign()
    started = begin_inspection(campaign_id)
    planned = planning(campaign_id)
    planned >> [started, plan_returned(campaign_id)]
    started >> [crawl(campaign_id), checklists(campaign_id)] >> triage(campaign_id) >> reporting(campaign_id)
    started >> window(campaign_id)


spring_festival_security()
