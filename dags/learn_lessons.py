"""
# 語意線索之學習（每夜）

政風人員對語意線索之判定留作教材（不含任何文字）。本工作每夜由全部有效教材重新學習，得出「語意比對修正」之新版次，並以隨附之對照
文件比較前後；與前一版無異者不另立版次。

- 新版次不自行生效：由政風人員於「判定所教」頁陳請核定，經政風室主任核定後，自下一次清查起適用。
- 判定經更正（複看不同意、缺失撤銷）者，當夜即不再採為教材；生效中之版次據以學習者，當夜縮減，只會使線索恢復原強度。
- 重跑無妨；教材不足（同一類別未達規則所定件數及人數）時不產生版次。不讀取任何檔案。
"""

from __future__ import annotations

from datetime import datetime

from airflow.sdk import dag, task
from airflow.timetables.trigger import CronTriggerTimetable
from pendulum import timezone

from inspection_door import RETRYING, WATCHED, door, note_run

TAIPEI = timezone("Asia/Taipei")


@task(task_display_name="學習", **RETRYING)
def learn() -> dict[str, int]:
    """From all lessons that stand; the numbers of the version learned and the one narrowed, 0 for none."""
    from inspection.crawling.campaign import vault
    from inspection.findings.learning import learn_tonight

    with door() as opened:
        key = vault(opened.session).sketch_key
        night = learn_tonight(
            opened.session,
            catalogue=opened.catalogue,
            key=key,
            actor=opened.actor,
            at=opened.at,
        )
    counts = {"lessons": night.lessons, "learned": night.learned or 0, "narrowed": night.narrowed or 0}
    return note_run("learn_lessons", None, counts)


@dag(
    dag_id="learn_lessons",
    dag_display_name="語意線索之學習",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("30 1 * * *", timezone=TAIPEI),
    start_date=datetime(2026, 11, 21, tzinfo=TAIPEI),
    catchup=False,
    default_args=WATCHED,
    max_active_runs=1,
    tags=["清查"],
)
def learn_lessons() -> None:
    """Learn."""
    learn()


learn_lessons()
