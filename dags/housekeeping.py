"""
# 例行維護（每小時）

- **事件紀錄**：串成鏈並核對；發現紀錄被更動時，本工作失敗並指出第一筆不符之處，請立即通報政風室主任。
  逾四萬八千筆者，每小時核對最新一萬筆及全鏈之二十四分之一，全鏈每日核對一次。
  每月首個工作日將筆數與串鏈值寄政風室主任一次。
- **年度曆**（工作日）：辦公日曆表尚未匯入（次年者自 11 月 1 日起）、春安工作期間僅係推算，每週提醒政風人員一次；
  半年度結束而無定期檢查者，留存紀錄並通知一次；法令依據逾一年未核對者，每月提醒一次。
- **春安工作**：期間經確認者啟動 `spring_festival_security` 一次（執行代碼即期間代碼）；期間內每小時請值勤人員回報狀況、
  提醒逾時者（夜間、假日照辦）。
- **系統運作**：定時工作逾時未執行、通知無法送達、各主機均未掛載機關共用資料夾者，每日通知維運人員一次；
  進行中之檢查未能讀取之檔案伺服器，每台通知一次，其後讀取完畢時再通知一次；逾 90 日之定時工作紀錄、
  過期之登入紀錄、寄信計數予以清除。
- **保存期限**：已登錄歸檔之檢查專案，清查明細、命中摘錄等工作資料於期限屆滿後分批清除並留存件數紀錄；
  未歸檔、保全中、仍有列管案件或尚為清查比對基準者不清除（`inspection retention show` 列出）。
- **移交**：生效日已到之移交清冊，將權限、待核定案件、檢查分組及文件副本移給接辦之人；已移交者不重複。
"""

from __future__ import annotations

from datetime import datetime

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import dag, task
from pendulum import timezone

from inspection_door import RETRYING, WATCHED, door, errors_as_airflow_knows_them, note_run

TAIPEI = timezone("Asia/Taipei")


@task(task_display_name="串接並核對事件紀錄", **RETRYING)
def seal_events() -> dict[str, int]:
    """Seals what is new, then walks the chain; of a long one the newest rows and this hour's part."""
    from inspection.audit import chain, head
    from inspection.errors import Conflict

    with door() as opened:
        sealed = chain.seal(opened.session, at=opened.at)
    with door() as opened:
        report = chain.verify_part(opened.session, at=opened.at)
        if report.fault:
            raise Conflict(report.fault)
        head.remember(opened.session)
    return note_run("housekeeping", None, {"sealed": sealed, "verified": report.sealed})


@task(task_display_name="檢視年度曆與應辦事項", **RETRYING)
def check_calendar() -> dict[str, int]:
    """Calendars, the Spring-Festival window, half-years without inspection, legal bases to be reviewed."""
    from dataclasses import asdict

    from inspection.campaigns.calendar_watch import check_calendar as verb

    with door() as opened:
        watched = verb(opened.session, catalogue=opened.catalogue, at=opened.at)
    return note_run("check_calendar", None, asdict(watched))


@task(task_display_name="找出待啟動之春安期間", **RETRYING)
def spring_windows() -> list[dict[str, object]]:
    """One run for each confirmed window without a campaign; the run's id is the window's."""
    from inspection.campaigns.spring_open import to_be_opened

    with door() as opened:
        waiting = to_be_opened(opened.session, at=opened.at)
    return [{"trigger_run_id": one, "conf": {"window_id": one}} for one in waiting]


@task(task_display_name="請值勤人員回報狀況", **RETRYING)
def ask_duty() -> dict[str, int]:
    """By day and night, on holidays too; asked again it writes nothing anew."""
    from dataclasses import asdict

    from inspection.spring.asking import ask_duty as verb

    with door() as opened:
        asked = verb(opened.session, catalogue=opened.catalogue, at=opened.at)
    return note_run("ask_duty", None, asdict(asked))


@task(task_display_name="檢視系統運作", **RETRYING)
def watch_operations() -> dict[str, int]:
    """Tells the operators of work of the clock that was not done or is left by every machine, of letters nobody got and
    of file servers a campaign could not read; takes away old rows that nothing rests on."""
    from inspection.operations.home import watch_folder
    from inspection.operations.runs import watch
    from inspection.operations.servers import watch_servers
    from inspection.operations.tidying import tidy

    with door() as opened:
        counts = watch(opened.session, at=opened.at)
        counts |= watch_folder(opened.session, at=opened.at)
        counts |= watch_servers(opened.session, at=opened.at)
        counts |= tidy(opened.session, at=opened.at)
    return note_run("watch_operations", None, counts)


@task(task_display_name="移交到期生效", **RETRYING)
def carry_out_handovers() -> dict[str, int]:
    """Moves what is to be handed over today to those who take it."""
    from inspection import clock
    from inspection.handovers.carry_out import carry_out_due as verb

    with door() as opened:
        rules, actor = opened.catalogue, opened.actor
        done = verb(opened.session, on=clock.local_date(opened.at), catalogue=rules, actor=actor, at=opened.at)
    return note_run("carry_out_handovers", None, {"carried_out": done})


@task(task_display_name="清除保存期滿之資料", **RETRYING)
def apply_retention() -> dict[str, int]:
    """Takes away working rows of filed campaigns whose term is over; broken off it goes on."""
    from inspection.campaigns.retention import apply
    from inspection.store.session import session_scope

    with door() as opened:
        rules, at, actor = opened.catalogue, opened.at, opened.actor
    with errors_as_airflow_knows_them():
        taken = apply(session_scope, catalogue=rules, at=at, actor=actor)
    return note_run("apply_retention", None, {kind.value: count for kind, count in taken.items()})


@dag(
    dag_id="housekeeping",
    dag_display_name="例行維護",
    doc_md=__doc__,
    schedule="@hourly",
    start_date=datetime(2026, 11, 21, tzinfo=TAIPEI),
    catchup=False,
    default_args=WATCHED,
    max_active_runs=1,
    tags=["維護"],
)
def housekeeping() -> None:
    """The chain of events, the year, handovers, and the Spring-Festival work; none waits for another."""
    seal_events()
    check_calendar()
    carry_out_handovers()
    ask_duty()
    watch_operations()
    apply_retention()
    TriggerDagRunOperator.partial(
        task_id="start_spring",
        task_display_name="啟動春安工作",
        trigger_dag_id="spring_festival_security",
        logical_date=None,
        skip_when_already_exists=True,
        openlineage_inject_parent_info=False,
    ).expand_kwargs(spring_windows())


housekeeping()
