"""
# 不定期保密檢查（不預先通知）

由政風人員視需要開立；異地或居家辦公之檢查、會同資訊單位之資訊稽核，以及機關自行增列之種類亦由此開立。

| 階段 | 系統做什麼 | 誰要做什麼 |
|---|---|---|
| 一、研判與計畫 | 研判、擬訂計畫並載明揭露時間、陳核 | 首長核定 |
| 二、分享區清查 | 核定後即以唯讀帳號清查 | 無 |
| 揭露時間 | 在此之前，受檢單位看不到計畫、名單、進度，也收不到任何信件 | 無 |
| 三、檢查表 | 揭露後發送、收回並核對 | 各單位窗口填報；政風人員審查 |
| 四、五 | 疑似事項判定、報告與簽核，同定期檢查 | 同定期檢查 |

`reveal_at` 空白時，不預先通知之種類以檢查首日零時為揭露時間，其餘種類不保密（`inspection campaign kinds` 列出各種類）。
揭露時間載明於計畫，隨計畫核定；需變更者以 `inspection campaign amend` 修正計畫並重新核定。

**退回時**：依批示修正後，清除（Clear）`planning.draft_plan` 及其下游。修正後如擬者，改由政風室主任確認。
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import Param, dag, task
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
from inspection.rules import campaign_kinds
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
from parked_wait import parked_wait

TAIPEI = timezone("Asia/Taipei")
KINDS = campaign_kinds.current().as_needed
CRAWLLESS = "、".join(one.title for one in KINDS if not one.has_crawl)


@task(task_display_name="開立檢查專案", **RETRYING)
def open_campaign(params: dict[str, Any] | None = None) -> str:
    """Opens the campaign the form asks for."""
    from inspection.campaigns.asking import campaign_asked_for
    from inspection.campaigns.open import open_campaign as verb

    given = params or {}
    with door() as opened:
        kind = str(given.get("kind") or KINDS[0].id)
        wanted = campaign_asked_for(opened.session, kind, given, at=opened.at)
        campaign_id = verb(opened.session, wanted, catalogue=opened.catalogue, at=opened.at).id
    note_run("open_campaign", campaign_id, {})
    return campaign_id


@parked_wait(task_display_name="等候揭露時間", awaits="hour")
def await_hour(campaign_id: Any) -> None:
    """Open until the hour from which the inspected units may know."""


@dag(
    dag_id="ad_hoc_inspection",
    dag_display_name="不定期保密檢查",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2026, 11, 21, tzinfo=TAIPEI),
    catchup=False,
    default_args=WATCHED,
    max_active_runs=4,
    tags=[CAMPAIGNS],
    params={
        "kind": Param(
            KINDS[0].id,
            type="string",
            enum=[one.id for one in KINDS],
            values_display={one.id: one.title for one in KINDS},
            title="種類",
        ),
        "first_day": may_be_blank(format="date", title="檢查首日", description="例 2026-11-02；空白為執行當日起"),
        "last_day": may_be_blank(
            format="date", title="檢查末日", description="例 2026-11-20；空白為首日起十五個工作日"
        ),
        "reveal_at": may_be_blank(format="date-time", title="揭露時間", description="空白為檢查首日零時"),
        "unit_ids": units_asked(title="受檢單位", description="空白為全部單位"),
        "first_crawl": Param(
            "auto",
            type="string",
            enum=list(FIRST_CRAWL),
            values_display=FIRST_CRAWL,
            title="是否為首次清查",
            description=CRAWLLESS and f"不清查分享區之種類（{CRAWLLESS}）不適用",
        ),
        "opened_by": officer_asked(title="承辦人代碼", description="空白為名冊中之政風承辦人員"),
    },
)
def ad_hoc_inspection() -> None:
    """The table of contents of an unannounced inspection: the crawl at once, the units not before the hour."""
    campaign_id: Any = open_campaign()
    started = begin_inspection(campaign_id)
    planned = planning(campaign_id)
    planned >> [started, plan_returned(campaign_id)]
    answered = checklists(campaign_id)
    crawled = crawl(campaign_id)
    started >> crawled
    started >> await_hour(campaign_id) >> answered
    [crawled, answered] >> triage(campaign_id) >> reporting(campaign_id)


ad_hoc_inspection()
