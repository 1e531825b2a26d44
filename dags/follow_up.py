"""
# 改善追蹤：提醒與逾期陳報（每個工作日）

對每一件尚待單位改善之缺失、尚未送回之檢查表及等候中之核定，依 `rules/ladder.yaml` 之階梯提醒、通知主管，或備妥簽稿請
政風室主任決定。

- 政風室以上（主任秘書、首長、上級）**不由系統直接發信**，只備妥簽稿。
- 同一期限、同一階只做一次；重跑、補跑或同日執行多次都不會重複通知。
- 某一事項無法提醒時（`failed`），其餘照常辦理，並通知政風室一次（專案者通知承辦人）。
- 某一階應通知之對象無人擔任時（`passed`），記錄移由下一階辦理，並通知政風室一次；名冊補正後於次一工作日續辦。
- 錯過數日時，只做目前應到的最高一階。
- 專案知悉人員逾期未簽保密切結書者，依 `rules/project_kinds.yaml` 之日數提醒本人，並告知承辦人尚缺人數。

`on`：以哪一天計算；空白為當日。
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import dag, task
from airflow.timetables.trigger import CronTriggerTimetable
from pendulum import timezone

from inspection_door import RETRYING, WATCHED, door, in_office_folder, may_be_blank, note_run

TAIPEI = timezone("Asia/Taipei")


@task(task_display_name="提醒與陳報", **RETRYING)
def climb_ladder(params: dict[str, Any] | None = None) -> dict[str, int]:
    """Climbs the highest rung due for every fix that waits for its unit."""
    from inspection.escalation.climb import follow_up as verb
    from inspection.escalation.day import day_to_follow

    with in_office_folder(), door() as opened:  # a brief for the ethics head may be printed
        day = day_to_follow(opened.session, str((params or {}).get("on") or ""), at=opened.at)
        if day is None:
            return {"looked_at": 0}
        done = verb(opened.session, on=day, catalogue=opened.catalogue, at=opened.at)
        counts = {
            "looked_at": done.looked_at,
            "reminded": done.reminded,
            "escalated": done.escalated,
            "drafts": done.drafts,
            "waiting": done.waiting,
            "passed": done.passed,
            "failed": done.failed,
        }
    return note_run("follow_up", None, counts)


@task(task_display_name="專案切結提醒", **RETRYING)
def remind_of_pledges(params: dict[str, Any] | None = None) -> dict[str, int]:
    """Reminds the people in the know of a project who have not signed; each step speaks once."""
    from inspection.escalation.day import day_to_follow
    from inspection.projects.pledges import remind_of_pledges as verb

    with door() as opened:
        day = day_to_follow(opened.session, str((params or {}).get("on") or ""), at=opened.at)
        if day is None:
            return {"reminded": 0}
        done = verb(opened.session, on=day, catalogue=opened.catalogue, at=opened.at)
        counts = {"reminded": done.reminded, "failed": done.failed}
    return note_run("remind_of_pledges", None, counts)


@dag(
    dag_id="follow_up",
    dag_display_name="改善追蹤：提醒與逾期陳報",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("30 8 * * *", timezone=TAIPEI),
    start_date=datetime(2026, 11, 21, tzinfo=TAIPEI),
    catchup=False,
    default_args=WATCHED,
    max_active_runs=1,
    tags=["追蹤"],
    params={"on": may_be_blank(format="date", title="計算日", description="空白為當日（非工作日不執行）")},
)
def follow_up() -> None:
    """The ladder, and who has not signed for a project."""
    climb_ladder()
    remind_of_pledges()


follow_up()
