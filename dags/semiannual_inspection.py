"""
# 定期保密檢查（每半年一次）

從狀況研判到改善列管的完整檢查。每次執行就是一個檢查專案。

| 階段 | 系統做什麼 | 誰要做什麼 |
|---|---|---|
| 一、研判與計畫 | 彙整前次資料、擬訂八項內容之計畫、陳核 | 首長核定（本頁「必要動作」、入口網站或紙本登錄皆可） |
| 二、分享區清查 | 以唯讀帳號列出並判讀檔案 | 無 |
| 三、檢查表 | 發送 Word 檢查表、收回並核對 | 各單位窗口填報；政風人員審查 |
| 四、疑似事項判定 | 列出疑似事項 | 政風人員逐項或分批判定，須寫理由 |
| 五、報告與簽核 | 彙整報告、陳核、發送、開立列管 | 首長及政風室主任核定 |

未核定前不發送、不清查。核定後內容如有更動，原核定失效，後續作業會停止並說明原因。

**退回時**：依批示修正資料後，清除（Clear）`planning.draft_plan` 及其下游，系統即產生下一版並重新陳核。

**某一批次讀取失敗時**：清除該 `crawl.read_shard` 即可，已讀過的檔案不會重讀。

改善之提醒與逾期陳報由 `follow_up` 每個工作日執行。
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import Param, dag, task
from airflow.timetables.trigger import CronTriggerTimetable
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
from inspection_door import (
    CAMPAIGNS,
    FIRST_CRAWL,
    RETRYING,
    WATCHED,
    door,
    may_be_blank,
    note_run,
    officer_asked,
    units_asked,
)

TAIPEI = timezone("Asia/Taipei")


@task(task_display_name="開立檢查專案", **RETRYING)
def open_campaign(params: dict[str, Any] | None = None) -> str:
    """Opens the campaign for the window given, or for the half-year's slot."""
    from inspection.campaigns.asking import campaign_asked_for
    from inspection.campaigns.open import open_campaign as verb
    from inspection.rules import campaign_kinds

    kind = campaign_kinds.current().half_yearly.id
    with door() as opened:
        wanted = campaign_asked_for(opened.session, kind, params or {}, at=opened.at)
        campaign = verb(opened.session, wanted, catalogue=opened.catalogue, at=opened.at)
        campaign_id = campaign.id
    note_run("open_campaign", campaign_id, {})
    return campaign_id


@dag(
    dag_id="semiannual_inspection",
    dag_display_name="定期保密檢查",
    doc_md=__doc__,
    # 09:00 on the second of May and November: two months are left for correction before the half-year closes
    schedule=CronTriggerTimetable("0 9 2 5,11 *", timezone=TAIPEI),
    # go-live: an earlier start would run the last slot past on first unpause
    start_date=datetime(2026, 11, 21, tzinfo=TAIPEI),
    catchup=False,
    default_args=WATCHED,
    max_active_runs=1,
    tags=[CAMPAIGNS],
    params={
        "first_day": may_be_blank(format="date", title="檢查首日", description="例 2026-11-02；空白為執行當日起"),
        "last_day": may_be_blank(
            format="date", title="檢查末日", description="例 2026-11-20；空白為首日起十五個工作日"
        ),
        "unit_ids": units_asked(title="受檢單位", description="空白為全部單位"),
        "first_crawl": Param(
            "auto",
            type="string",
            enum=list(FIRST_CRAWL),
            values_display=FIRST_CRAWL,
            title="是否為首次清查",
            description="首次清查：既有存量列為改善專案，逾期只通知至單位主管",
        ),
        "opened_by": officer_asked(title="承辦人代碼", description="空白為名冊中之政風承辦人員"),
    },
)
def semiannual_inspection() -> None:
    """The table of contents of a regular inspection."""
    campaign_id: Any = open_campaign()
    started = begin_inspection(campaign_id)
    planned = planning(campaign_id)
    planned >> [started, plan_returned(campaign_id)]
    started >> [crawl(campaign_id), checklists(campaign_id)] >> triage(campaign_id) >> reporting(campaign_id)


semiannual_inspection()
