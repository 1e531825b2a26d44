"""One semiannual inspection from assessment to an overdue fix that climbed the ladder, told through Airflow.

Every step looks at Airflow's own states and at what people see; a step that does not happen fails the demo.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from demo.airflow_api import AirflowApi, RequiredAction, wait_until
from demo.office import HEAD, OPERATOR, Office, start_sender
from demo.people import StoryFailed, Visitor, attached_form, drop, fill_form, inspection
from demo.result import rung_names
from demo.telling import Teller

CAMPAIGN_DAG = "semiannual_inspection"
DAGS = (CAMPAIGN_DAG, "follow_up", "deliver_notices", "collect_returns", "housekeeping")
PATIENCE = timedelta(minutes=20)
# an answer within seconds of parking can be lost by Airflow 3.3.2 (docs/decisions): wait it out
SETTLED_AFTER = timedelta(seconds=6)
ETHICS, SECOND_ETHICS, ETHICS_HEAD = "P112", "P113", "P111"
OUTSIDER = "P02"  # inspects the ethics office itself


@dataclass(slots=True)
class Story:
    """The office, the teller, and what has happened so far."""

    office: Office
    tell: Teller
    run_id: str = ""
    campaign_id: str = ""
    runs: list[tuple[str, str]] = field(default_factory=list)
    dag_id: str = CAMPAIGN_DAG
    _api: AirflowApi | None = None

    @property
    def api(self) -> AirflowApi:
        """Airflow as the operator sees it."""
        if self._api is None:
            self._api = self.office.airflow.api(OPERATOR)
        return self._api

    def wait(self, happened: Callable[[], bool], what: str) -> None:
        """Waits until something happened while all services live."""
        wait_until(happened, what=what, timeout=PATIENCE, alive=self.office.airflow.require_alive)

    def state(self, task_id: str) -> str | None:
        """State of a task of the campaign, from Airflow's API."""
        return self.api.task_state(self.dag_id, self.run_id, task_id)

    def reached(self, task_id: str, *states: str) -> None:
        """Waits for a task of the campaign; a failed task fails the story."""

        def there() -> bool:
            state = self.state(task_id)
            failed = [one for one in self.api.task_instances(self.dag_id, self.run_id) if one.state == "failed"]
            if failed:
                raise StoryFailed(f"task {failed[0].task_id} failed: {self.api.log(failed[0])[-1500:]}")
            return state in (states or ("success",))

        self.wait(there, f"{task_id} to be {' or '.join(states or ('success',))}")

    def run_dag(self, dag_id: str, conf: dict[str, object] | None = None) -> None:
        """Triggers a small DAG and waits for its success."""
        run_id = self.api.trigger(dag_id, conf or {})
        self.runs.append((dag_id, run_id))
        self.wait(lambda: self.api.run_state(dag_id, run_id) in {"success", "failed"}, f"{dag_id} to end")
        if self.api.run_state(dag_id, run_id) != "success":
            tasks = self.api.task_instances(dag_id, run_id)
            raise StoryFailed(f"{dag_id} failed: {self.api.log(tasks[0])[-1500:]}")

    def gate(self, task_id: str) -> RequiredAction:
        """The required action of a gate once it is parked and settled.

        What Airflow says of when it asked is the first park of all (docs/decisions/0003): how long this try has been
        parked is watched here.
        """
        parked: tuple[int, datetime] | None = None
        while True:
            self.reached(task_id, "awaiting_input")
            found = [one for one in self.api.required_actions(self.dag_id, self.run_id) if one.task.task_id == task_id]
            if not found:
                parked = None
            elif parked is None or parked[0] != found[0].task.try_number:
                parked = found[0].task.try_number, datetime.now(UTC)
            elif datetime.now(UTC) - parked[1] > SETTLED_AFTER:
                return found[0]
            time.sleep(0.5)

    @contextmanager
    def at_portal(self, person_id: str) -> Iterator[Visitor]:
        """A person signed in at the portal with a code from the mailbox."""
        visitor = Visitor(self.office.portal_url, self.office.email_of(person_id), self.office.mail)
        try:
            yield visitor
        finally:
            visitor.close()


def begin(story: Story) -> None:
    """The operator starts the campaign; Airflow assesses, drafts and submits."""
    for dag_id in DAGS:
        story.api.unpause(dag_id)
    conf = {
        "first_day": "2026-11-02",
        "last_day": "2026-11-20",
        "unit_ids": [],
        "first_crawl": "no",
        "opened_by": ETHICS,
    }
    story.run_id = story.api.trigger(CAMPAIGN_DAG, conf)
    story.runs.append((CAMPAIGN_DAG, story.run_id))
    story.tell.step("操作人員在 Airflow 啟動「定期保密檢查」")
    story.reached("planning.assess")
    story.campaign_id = str(story.api.xcom(CAMPAIGN_DAG, story.run_id, "open_campaign"))
    confirm_assessment(story.campaign_id)
    story.reached("planning.submit_plan")
    story.tell.step(f"狀況研判、擬訂計畫並陳核（{story.campaign_id}）")


def confirm_assessment(campaign_id: str) -> None:
    """The officer reads what the first assessment says of roster and 分享區清冊, and confirms it."""
    for rule, factor in (("people_secret", "1"), ("declared_open", "2"), ("first_record", "3")):
        inspection("plan", "assess-confirm", campaign_id, rule, "--factor", factor, "--as", ETHICS)


def approve_plan(story: Story) -> None:
    """The head reads the plan in the portal and approves it in Airflow's required action."""
    gate = story.gate("planning.approve_plan")
    story.run_dag("deliver_notices")
    story.office.mail.newest(story.office.email_of(HEAD), wanted="請核閱")
    with story.at_portal(HEAD) as head:
        head.go(f"/plans/{story.campaign_id}:v1")
    story.office.airflow.api(HEAD).answer(
        gate, "核定", {"remark": "", "decided_on": "2026-11-02", "document_number": "示市政字第1150000123號"}
    )
    story.reached("begin_inspection")
    story.tell.step("市長收到通知，於 Airflow 必要動作核定計畫")


def return_checklists(story: Story) -> None:
    """The forms go out by mail; contacts fill them in Word and lay them into the drop folder."""
    story.reached("checklists.issue_checklists")
    story.run_dag("deliver_notices")
    office = story.office
    office.set_clock("2026-11-09T15:20:00+08:00")
    contacts = {
        person.unit: person for person in office.roster.people if any(g.role == "contact" for g in person.grants)
    }
    for unit in office.roster.units:
        mail = office.mail.newest(contacts[unit.id].email, wanted="檢查表")
        answers = {"DOC-001": "不符合"} if unit.id == "U05" else {}
        drop(office.home / "drop", f"{unit.name}回復.docx", fill_form(attached_form(mail), answers))
    (office.home / "drop" / "損毀檔.docx").write_bytes(b"PK\x03\x04 broken")
    story.run_dag("collect_returns")
    # what is not whole waits, as it may still be copied; after lying still it is refused
    office.set_clock("2026-11-09T15:40:00+08:00")
    story.run_dag("collect_returns")
    taken = len(list((office.home / "drop" / "taken").iterdir()))
    refused = len(list((office.home / "drop" / "refused").glob("*.docx")))
    own = [one for one in office.roster.units if one.is_ethics]
    if (taken, refused) != (len(office.roster.units), 1):
        raise StoryFailed(f"{taken} forms were taken and {refused} refused")
    for person, read in ((SECOND_ETHICS, [one for one in office.roster.units if not one.is_ethics]), (OUTSIDER, own)):
        with story.at_portal(person) as reader:
            for unit in read:
                reader.go(f"/checklists/{story.campaign_id}:{unit.id}")
        # what others have to review is left and told: exit 1
        inspection("checklists", "accept", "--campaign", story.campaign_id, "--as", person, allowed=(0, 1))
    story.tell.step(
        f"{taken} 個單位以 Word 送回檢查表，1 份損毀檔退回並附原因；政風人員逐份閱覽後審查完成，"
        "政風室自己的由主任秘書審查"
    )


def triage(story: Story) -> None:
    """The ethics office decides on every 疑似事項, always with a reason."""
    story.reached("crawl.finish_crawl")
    story.reached("triage.suspect")
    story.office.set_clock("2026-11-13T10:00:00+08:00")
    rows = [json.loads(line) for line in inspection("hits", "list", story.campaign_id, "--json").splitlines()]
    if not rows:
        raise StoryFailed("the crawl suspects nothing")
    chosen: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        outcome, reason = _judged(row)
        decider = ETHICS if row["unit"] != "U11" else OUTSIDER
        chosen.setdefault((outcome, reason, decider), []).append(str(row["id"]))
    for (outcome, reason, decider), ids in chosen.items():
        person = SECOND_ETHICS if decider == ETHICS else decider
        ground = ("--ground", "explained") if outcome == "dismissed" else ()
        inspection("hits", "decide", outcome, *ids, "--reason", reason, *ground, "--as", person)
    story.reached("triage.await_triage")
    story.tell.step(f"政風人員判定 {len(rows)} 件疑似事項")


def _judged(row: dict[str, str]) -> tuple[str, str]:
    if row["kind"] == "declared_otherwise":
        return "dismissed", "經單位說明可採"
    if row["unit"] == "U06":
        return "self_improved", "單位說明期間已自行註銷原標示"
    return "confirmed", "經開啟檔案核對屬實"


def sign_reports(story: Story) -> None:
    """The head signs the report in the portal, the ethics head the units' results; Airflow is told."""
    for task_id in ("reporting.sign_campaign_report", "reporting.sign_unit_reports"):
        story.gate(task_id)
    campaign = story.campaign_id
    story.office.set_clock("2026-11-20T11:00:00+08:00")
    with story.at_portal(HEAD) as head:
        head.decide(f"/campaigns/{campaign}/campaign_report", outcome="approved")
    with story.at_portal(ETHICS_HEAD) as ethics_head:
        ethics_head.decide(f"/campaigns/{campaign}/unit_report", outcome="approved")
    story.reached("reporting.issue_reports")
    story.wait(
        lambda: story.api.run_state(CAMPAIGN_DAG, story.run_id) in {"success", "failed"}, "the campaign's run to end"
    )
    story.run_dag("deliver_notices")
    story.tell.step("市長、政風室主任於入口網站核定報告；報告送達、缺失列管")


def mend_and_climb(story: Story) -> None:
    """One unit mends in time and is verified; another does not, and its case climbs the ladder."""
    office = story.office
    fixes = [json.loads(line) for line in inspection("fixes", "list", "--json").splitlines()]
    mended = next(fix for fix in fixes if fix["unit"] == "U08")
    contact = next(p.id for p in office.roster.people if p.unit == "U08" and any(g.role == "contact" for g in p.grants))
    office.set_clock("2026-11-23T10:00:00+08:00")
    with story.at_portal(contact) as visitor:
        visitor.go(f"/fixes/{mended['fix']}")
        visitor.send({"claim": "已移至受控資料夾並限縮權限，原檔清除。"}, button="claim")
    inspection("fixes", "verify", mended["fix"], "--note", "至現場查核，原位置已無該檔", "--as", SECOND_ETHICS)
    inspection("fixes", "release", mended["fix"], "--as", ETHICS_HEAD)
    story.tell.step(f"資訊室於期限內改善（{mended['fix']}），複查後解除列管")
    # a fault of the gravest kind is due three working days after the report: 25 November
    for day in ("2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30", "2026-12-02"):
        office.set_clock(f"{day}T08:40:00+08:00")
        story.run_dag("follow_up", {"on": day})
        story.run_dag("deliver_notices")
    late = [json.loads(line) for line in inspection("fixes", "list", "--json").splitlines()]
    climbed = [fix for fix in late if fix["rung"]]
    if not climbed:
        raise StoryFailed("no overdue fix climbed a rung")
    highest = rung_names()[climbed[0]["rung"]]
    story.tell.step(f"{len(climbed)} 件逾期未改善，最嚴重者已至「{highest}」；簽稿備妥，由政風室主任決定")
    story.run_dag("housekeeping")


def come_to_rest(story: Story) -> None:
    """Ends the work of the clock and the sender: what is counted after that stays so."""
    for dag_id in DAGS:
        story.api.unpause(dag_id, paused=True)

    def idle() -> bool:
        runs = ((dag, run) for dag in DAGS for run, state in story.api.run_ids(dag).items() if state == "running")
        tasks = (one.state for dag, run in runs for one in story.api.task_instances(dag, run))
        return {"queued", "running"}.isdisjoint(tasks)

    story.wait(idle, "the work of the clock to end")
    story.office.sender.stop()


@contextmanager
def at_work_again(story: Story) -> Iterator[None]:
    """What rests goes on, as in an office."""
    for dag_id in DAGS:
        story.api.unpause(dag_id)
    with start_sender(story.office.home):
        yield


CHAPTERS: tuple[Callable[[Story], None], ...] = (
    begin,
    approve_plan,
    return_checklists,
    triage,
    sign_reports,
    mend_and_climb,
)
