"""
# 專案機密維護

人事甄選、重要會議、工程招標或其他易滋洩密事項，事前擬訂機密維護計畫，執行完畢提檢討改進意見。

| 階段 | 系統做什麼 | 誰要做什麼 |
|---|---|---|
| 一、研判與計畫 | 依各階段可能洩密點研判、擬訂計畫、陳核 | 承辦人填案名、分工表及知悉人員；首長核定 |
| 切結 | 核定後製發保密切結書並通知知悉人員；未簽者由每日追蹤提醒 | 知悉人員簽署；承辦人登錄 |
| 二、分享區清查 | 計畫載明之分享區以唯讀帳號清查，列出本案資料之疑似事項 | 政風人員判定 |
| 等候期滿 | 等到實施期間末日過後；末日經核可調整者，隨新日期等候 | 調整者以 `inspection project move-end` 登錄 |
| 檢討 | 自動開立檢討改進意見，彙整執行情形 | 承辦人以 `inspection project close` 填意見並陳核；首長核定 |
| 陳報 | 備妥上一級機關之函稿，**不自動寄送** | 承辦人於公文系統發文後以 `inspection project reported` 登錄 |

表單、清單、信件及本頁一律只用**代號**；案名只以 `inspection project open` 或 `rewrite` 的檔案填入，僅載於計畫。
計畫與進度只有已切結之知悉人員、核定人、承辦之政風人員及政風室主任看得到。

**退回時**：計畫退回者依批示修正後，清除（Clear）`planning.draft_plan` 及其下游；檢討退回者修正後重新陳核，再清除
`sign_review`。
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import dag, task
from pendulum import timezone

from approval_gate import ApprovalGate
from campaign_chapters import (
    CAMPAIGN,
    await_triage,
    begin_inspection,
    crawl,
    list_what_is_missing,
    plan_returned,
    planning,
    suspect,
)
from inspection_door import (
    CAMPAIGNS,
    RETRYING,
    WATCHED,
    door,
    door_of,
    may_be_blank,
    note_run,
    officer_asked,
    unit_asked,
)
from parked_wait import parked_wait

TAIPEI = timezone("Asia/Taipei")
PROJECT_KINDS = {"tender": "工程招標", "recruitment": "人事甄選", "meeting": "重要會議", "other": "其他"}


@task(task_display_name="開立專案", **RETRYING)
def open_campaign(params: dict[str, Any] | None = None) -> str:
    """Finds the project of this code name, or opens it; the real name is told on the command line only."""
    from inspection.projects.asking import project_asked_for

    with door() as opened:
        project = project_asked_for(opened.session, params or {}, catalogue=opened.catalogue, at=opened.at)
        campaign_id = project.campaign_id
    note_run("open_campaign", campaign_id, {})
    return campaign_id


@task(task_display_name="製發保密切結書", **RETRYING)
def send_pledges(campaign_id: str) -> dict[str, int]:
    """One for each person in the know; refused unless the approved plan is the current one."""
    from inspection.projects.pledges import send_pledges as verb

    with door_of(campaign_id) as opened:
        unsigned = verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
    return note_run("send_pledges", campaign_id, {"unsigned": unsigned})


@task.short_circuit(task_display_name="計畫是否載明分享區", **RETRYING)
def names_shares(campaign_id: str) -> bool:
    """Whether the approved plan names any share to crawl."""
    from inspection.planning.decision import plan_in_force

    with door(campaign_id=campaign_id) as opened:
        return bool(plan_in_force(opened.session, campaign_id).content["shares"])


@task(task_display_name="移請改善", **RETRYING)
def hand_over(campaign_id: str) -> dict[str, int]:
    """What a person confirmed is mended like any other fault."""
    from inspection.projects.hits import hand_over as verb

    with door_of(campaign_id) as opened:
        fixes = verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
    return note_run("hand_over", campaign_id, {"fixes": fixes})


@parked_wait(task_display_name="等候期滿", awaits="project_end")
def await_end(campaign_id: Any) -> None:
    """Open until the last day is over, as it stands at each look."""


@task(task_display_name="開立檢討改進意見", **RETRYING)
def open_review(campaign_id: str) -> dict[str, int]:
    """What was planned and what happened, gathered; the opinion is a person's."""
    from inspection.projects.closing import open_review as verb

    with door_of(campaign_id) as opened:
        review = verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
        counts = {"version": review.version}
    return note_run("open_review", campaign_id, counts)


@parked_wait(task_display_name="等候意見陳核", awaits="review")
def await_review(campaign_id: Any) -> None:
    """Open until the review is laid before the head; one withdrawn because the end moved opens anew after it."""


@task(task_display_name="備妥陳報函稿", **RETRYING)
def draft_submission(campaign_id: str) -> dict[str, int]:
    """The letter to the superior, laid ready and never sent."""
    from inspection.projects.closing import draft_submission as verb

    with door_of(campaign_id) as opened:
        verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
    return note_run("draft_submission", campaign_id, {"drafts": 1})


@task(task_display_name="檢討退回")
def review_returned(campaign_id: str) -> str:
    """Mend the opinion, submit it anew (`inspection project close --submit`), then clear `sign_review`."""
    return campaign_id


@dag(
    dag_id="project_safeguard",
    dag_display_name="專案機密維護",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2026, 11, 21, tzinfo=TAIPEI),
    catchup=False,
    default_args=WATCHED,
    max_active_runs=16,
    tags=[CAMPAIGNS],
    params={
        "project": may_be_blank(title="代號", description="已開立之代號或編號；新開立者為擬用之中性代號"),
        "kind": may_be_blank(
            enum=[None, *PROJECT_KINDS],
            values_display=PROJECT_KINDS,
            title="種類（新開立）",
        ),
        "unit_id": unit_asked(title="主辦單位代碼（新開立）", description="例 U04"),
        "first_day": may_be_blank(format="date", title="起日（新開立）", description="例 2026-11-02；空白為當日"),
        "last_day": may_be_blank(format="date", title="訖日（新開立）", description="例 2026-12-31；可依核可調整"),
        "opened_by": officer_asked(title="承辦人代碼", description="空白為名冊中之政風承辦人員"),
    },
)
def project_safeguard() -> None:
    """The table of contents of a project: plan, pledges, crawl, the end, the review, the letter to the superior."""
    campaign_id: Any = open_campaign()
    started = begin_inspection(campaign_id)
    planned = planning(campaign_id)
    planned >> [started, plan_returned(campaign_id)]
    pledged = send_pledges(campaign_id)
    started >> pledged
    suspected = suspect(campaign_id)
    started >> names_shares(campaign_id) >> crawl(campaign_id) >> suspected
    suspected >> await_triage(campaign_id) >> hand_over(campaign_id)
    ended = await_end(campaign_id)  # of the crawl nothing is awaited: a share out of reach must not keep a project open
    pledged >> ended
    gate = ApprovalGate(
        task_id="sign_review",
        task_display_name="核定檢討改進意見",
        subject="專案檢討改進意見請核定",
        decides="closing_review",
        campaign_id=CAMPAIGN,
        approved="draft_submission",
        returned="review_returned",
    )
    ended >> open_review(campaign_id) >> await_review(campaign_id) >> gate
    drafted = draft_submission(campaign_id)
    gate >> [drafted, review_returned(campaign_id)]
    drafted >> list_what_is_missing(campaign_id)


project_safeguard()
