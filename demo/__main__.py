"""`make demo`: a whole semiannual campaign of the demo agency through Airflow, on SQLite, Samba and a mail server."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from demo import result
from demo.airflow_api import AirflowRefused
from demo.kept import ctrl_c_ends, stay_open
from demo.office import opened_office
from demo.people import StoryFailed
from demo.story import CHAPTERS, Story, at_work_again, come_to_rest
from demo.telling import Teller
from inspection import settings
from inspection.store.session import dispose_engines
from servers.process import ServerFailed

HOME = Path(os.environ.get("INSPECTION_DEMO_HOME", settings.REPOSITORY / "var" / "demo"))
BEGINS = "2026-11-02T09:00:00+08:00"
# where a test wants the planted secrets for its search; they are written nowhere otherwise
PLANTED = "INSPECTION_DEMO_PLANTED"


def main(*, keep: bool = False) -> int:
    """Tells the story, and stays open for visitors where asked to; exit 0 when all of it happened, 1 with the reason
    when not, 130 where somebody stopped it midway."""
    planted_file = os.environ.get(PLANTED, "")
    tell = Teller()
    try:
        with opened_office(HOME, begins=BEGINS) as office:
            if planted_file:
                Path(planted_file).write_text("\n".join(office.planted.secrets), encoding="utf-8")
            tell.step("Samba、郵件伺服器、Airflow、入口網站皆已啟動")
            story = Story(office, tell)
            for chapter in CHAPTERS:
                chapter(story)
            come_to_rest(story)
            _tell_end(story, tell)
            if keep:
                with at_work_again(story), ctrl_c_ends() as end:
                    stay_open(office, tell, end)
    except (StoryFailed, ServerFailed, AirflowRefused, TimeoutError) as failure:
        print(f"\nthe demo failed after {tell.elapsed_seconds:.0f} s: {failure}", file=sys.stderr)
        print(f"logs: {HOME}/airflow/logs, {HOME}/logs", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nstopped after {tell.elapsed_seconds:.0f} s", file=sys.stderr)
        return 130
    finally:
        dispose_engines()
    return 0


def _tell_end(story: Story, tell: Teller) -> None:
    found = result.derive(story.api, story.runs, story.campaign_id)
    result.write(HOME / "result.json", found)
    documents = result.lay_out_documents(HOME / "papers")
    mails = result.mails(story.office.mail.server)
    rows = found["rows"]
    names = result.rung_names()
    tell.table(
        "一次完整的定期保密檢查",
        [
            ("檢查專案", found["campaign"]),
            ("Airflow 執行", f"{len(found['airflow'])} 次，全部成功"),
            ("清查檔案", f"{found['files']} 個"),
            ("疑似事項 / 缺失", f"{rows['suspicion']} / {rows['finding']}"),
            ("文件", f"{documents} 份，在 {HOME}/papers"),
            ("郵件", f"{mails} 封，在 {HOME}/mail"),
            ("逾期階梯", "、".join(dict.fromkeys(names[one["rung"]] for one in found["rungs"]))),
            ("可核對之結果", f"{HOME}/result.json"),
            ("耗時", f"{tell.elapsed_seconds:.0f} 秒"),
        ],
    )


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--keep"]):
        sys.exit("usage: python -m demo [--keep]")
    sys.exit(main(keep="--keep" in sys.argv[1:]))
