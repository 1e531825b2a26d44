"""The five kinds of campaign beside the semiannual one, walked through one installation at once, each as it is opened.

No clock is turned and no row touched: a project's end is moved to yesterday by a decision (提前決標), and the window
of the Spring-Festival work is the one a circular announced, which is over within minutes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import yaml
from demo.story import Story
from demo.telling import Teller
from playwright.sync_api import Browser

from topology import walk
from topology.agency import CHIEF_SECRETARY, ETHICS, ETHICS_HEAD, HEAD, UNITS
from topology.walk import TAIPEI, Office

PLAN, REPORT, UNIT_REPORT, REVIEW = "plan", "campaign_report", "unit_report", "closing_review"
AIRFLOW, PORTAL, PAPER = "airflow", "portal", "paper"
GATES = {
    PLAN: "planning.approve_plan", REPORT: "reporting.sign_campaign_report", UNIT_REPORT: "reporting.sign_unit_reports",
    REVIEW: "sign_review",
}  # fmt: skip
DECIDERS = {PLAN: HEAD, REPORT: HEAD, UNIT_REPORT: ETHICS_HEAD, REVIEW: HEAD}
AD_HOC, REMOTE, AUDIT, SPRING, PROJECT = "ad_hoc", "remote_work", "it_audit", "spring_festival", "project"
# which door answers which gate: each kind by different ones, and each matter of an inspection once by every door
DOORS: Mapping[str, Mapping[str, str]] = {
    AD_HOC: {PLAN: PORTAL, REPORT: AIRFLOW, UNIT_REPORT: PAPER},
    REMOTE: {PLAN: PAPER, REPORT: PORTAL, UNIT_REPORT: AIRFLOW},
    AUDIT: {PLAN: AIRFLOW, REPORT: PAPER, UNIT_REPORT: PORTAL},
    SPRING: {PLAN: PAPER, REPORT: AIRFLOW, UNIT_REPORT: PORTAL},
    PROJECT: {PLAN: AIRFLOW, REVIEW: PORTAL},
}
AS_NEEDED, SPRING_DAG, PROJECT_DAG = "ad_hoc_inspection", "spring_festival_security", "project_safeguard"
DAG_OF = {AD_HOC: AS_NEEDED, REMOTE: AS_NEEDED, AUDIT: AS_NEEDED, SPRING: SPRING_DAG, PROJECT: PROJECT_DAG}
UNITS_OF = {AD_HOC: UNITS, REMOTE: ("U09",), AUDIT: ("U04", "U09"), SPRING: UNITS}
CODE_NAME, OWNER, OWNING_UNIT = "松風", "P042", "U04"
HIDDEN_FOR, WINDOW_FOR = timedelta(minutes=3), timedelta(minutes=8)


@dataclass
class Kinds:
    """The stories of all five, by kind, and what their doors need."""

    office: Office
    chromium: Browser
    stories: dict[str, Story] = field(default_factory=dict)
    reveal_at: datetime | None = None

    @property
    def inspections(self) -> list[tuple[str, Story]]:
        """Those that end with reports."""
        return [(kind, one) for kind, one in self.stories.items() if kind != PROJECT]

    def walk(self) -> None:
        """All chapters in order, each of all kinds: the machine goes on with one while people are at another."""
        self.open_all()
        self.prepare_plans()
        for kind, story in self.stories.items():
            self.decide(kind, PLAN)
            story.reached("begin_inspection")
        self.project_under_way()
        self.answer_checklists()
        self.judge()
        self.sign_review()
        for kind, _ in self.inspections:
            for matter in (REPORT, UNIT_REPORT):
                self.decide(kind, matter)
        for kind, story in self.stories.items():
            story.wait(self._ended(story), f"the run of {kind} to end")
        self._run("deliver_notices")

    @staticmethod
    def _ended(story: Story) -> Callable[[], bool]:
        def ended() -> bool:
            state = story.api.run_state(story.dag_id, story.run_id)
            assert state != "failed", list(story.api.task_instances(story.dag_id, story.run_id))
            return state == "success"

        return ended

    def _run(self, dag_id: str) -> None:
        next(iter(self.stories.values())).run_dag(dag_id)

    def _story(self, kind: str, run_id: str = "") -> Story:
        made = Story(self.office, Teller(), dag_id=DAG_OF[kind], run_id=run_id)  # type: ignore[arg-type]
        self.stories[kind] = made
        return made

    # opening: the trigger form in a browser, the command line before it, the form's own API, a circular, a code name

    def open_all(self) -> None:
        """Each as an agency opens it; returns when all have their campaign."""
        self._open_unannounced()
        self._open_remote()
        self.reveal_at = datetime.now(TAIPEI).replace(second=0, microsecond=0) + HIDDEN_FOR
        audit = {"kind": AUDIT, "unit_ids": list(UNITS_OF[AUDIT]), "reveal_at": self.reveal_at.isoformat()}
        story = self._story(AUDIT)
        story.run_id = story.api.trigger(AS_NEEDED, audit)
        self._open_spring()
        self._open_project()
        for kind, one in self.stories.items():
            one.reached("open_campaign")
            one.campaign_id = str(one.api.xcom(one.dag_id, one.run_id, "open_campaign"))
            one.tell.step(f"{kind}: {one.campaign_id}")

    def _open_unannounced(self) -> None:
        """The operator sends Airflow's own form as it stands."""
        story = self._story(AD_HOC)
        before = set(story.api.run_ids(AS_NEEDED))
        with walk.at_airflow(self.office, self.chromium, f"/dags/{AS_NEEDED}", walk.OPERATOR) as page:
            page.get_by_test_id("trigger-dag-button").click()
            form = page.get_by_role("dialog")
            form.get_by_text("Run Parameters").wait_for()
            form.get_by_role("button", name="觸發", exact=True).click()
            form.wait_for(state="hidden")
        (story.run_id,) = set(story.api.run_ids(AS_NEEDED)) - before

    def _open_remote(self) -> None:
        """An officer opens it on the command line; the run finds it by its days and units."""
        story = self._story(REMOTE)
        first = walk.today()
        days = ["--first-day", first.isoformat(), "--last-day", (first + timedelta(days=25)).isoformat()]
        unit = UNITS_OF[REMOTE][0]
        said = self.office.inspection("campaign", "open", REMOTE, *days, "--unit", unit, "--as", ETHICS, "--json")
        opened = json.loads(said)["campaign"]
        asked = {"kind": REMOTE, "first_day": days[1], "last_day": days[3], "unit_ids": [unit], "opened_by": ETHICS}
        story.run_id = story.api.trigger(AS_NEEDED, asked)
        story.reached("open_campaign")
        assert story.api.xcom(AS_NEEDED, story.run_id, "open_campaign") == opened

    def _open_spring(self) -> None:
        """The ethics head confirms the window a circular announced; the upkeep of the hour starts its run."""
        now = datetime.now(TAIPEI)
        start, end = now.replace(hour=0, minute=0), now + WINDOW_FOR
        bounds = ["--start", f"{start:%Y-%m-%dT%H:%M}", "--end", f"{end:%Y-%m-%dT%H:%M}"]
        circular = ["--dated", start.date().isoformat(), "--number", "廉政字第1號", "--as", ETHICS_HEAD]
        confirmed = self.office.inspection(
            "calendar", "confirm-spring", str(end.year), "announced", *circular, *bounds, "--json"
        )
        run_id = json.loads(confirmed)["window"]
        story = self._story(SPRING, run_id)
        story.run_dag("housekeeping")
        assert run_id in story.api.run_ids(SPRING_DAG)

    def _open_project(self) -> None:
        """A code name and its days on the command line, the real name in a file; the run is started by code name."""
        (self.office.installation.project / "in" / "name").write_text("示範路拓寬工程採購案\n", encoding="utf-8")
        first, last = walk.today() - timedelta(days=14), walk.today() + timedelta(days=14)
        days = ["--first-day", first.isoformat(), "--last-day", last.isoformat()]
        named = ["--code-name", CODE_NAME, "--name-file", "/in/name", "--share", OWNING_UNIT]
        self.office.inspection("project", "open", "tender", "--unit", OWNING_UNIT, *days, *named, "--as", ETHICS)
        self.office.inspection("project", "add", CODE_NAME, "--role", "承辦人", "--person", OWNER, "--as", ETHICS)
        story = self._story(PROJECT)
        story.run_id = story.api.trigger(PROJECT_DAG, {"project": CODE_NAME})

    # what each plan waits for

    def prepare_plans(self) -> None:
        """The assessments are confirmed, the lists of the Spring-Festival work imported."""
        for _, story in self.inspections:
            story.reached("planning.assess")
            said = self.office.inspection("plan", "assess", story.campaign_id, "--as", ETHICS, "--json")
            rule = json.loads(said)["said"][0]
            sentence = [str(rule["rule"]), "--factor", str(rule["factor"]), "--unit", str(rule.get("unit") or "")]
            self.office.inspection("plan", "assess-confirm", story.campaign_id, *sentence, "--as", ETHICS)
        lists = self.office.installation.project / "in" / "lists.yaml"
        lists.write_text(yaml.safe_dump(spring_lists(), allow_unicode=True), encoding="utf-8")
        given = ["--campaign", self.stories[SPRING].campaign_id, "--as", ETHICS, "--apply"]
        self.office.inspection("spring", "import", "/in/lists.yaml", *given)

    def decide(self, kind: str, matter: str) -> None:
        """A gate is answered by the door this kind answers it by, once Airflow asks."""
        story, door, task_id = self.stories[kind], DOORS[kind][matter], GATES[matter]
        story.gate(task_id)
        decider = DECIDERS[matter]
        if door == AIRFLOW:
            walk.answer_in_airflow(story, self.office, self.chromium, task_id, decider)
        elif door == PORTAL:
            with story.at_portal(decider) as visitor:
                visitor.decide(self._page_of(story, matter), outcome="approved")
        elif matter == PLAN:
            walk.enter_paper(self.office, decider, "plan", "enter-decision", story.campaign_id, "approved")
        else:
            walk.enter_paper(self.office, decider, "report", "enter-decision", story.campaign_id, matter, "approved")
        story.tell.step(f"{kind}: {matter} 由 {door} 核定")

    @staticmethod
    def _page_of(story: Story, matter: str) -> str:
        room, name = ("projects", matter) if matter == REVIEW else ("campaigns", matter)
        return f"/plans/{story.campaign_id}:v1" if matter == PLAN else f"/{room}/{story.campaign_id}/{name}"

    # what people do while it runs

    def project_under_way(self) -> None:
        """The one in the know signs; then the tender is awarded early, and its end moved by that decision."""
        story = self.stories[PROJECT]
        story.reached("send_pledges")
        people = self.office.inspection("project", "people", CODE_NAME, "--as", ETHICS, "--json")
        entry = str(json.loads(people.splitlines()[0])["entry"])
        signed = ["--on", walk.today().isoformat(), "--number", "示市政字第3號", "--as", ETHICS]
        self.office.inspection("project", "sign", CODE_NAME, entry, *signed)
        yesterday = (walk.today() - timedelta(days=1)).isoformat()
        decision = ["--reason", "提前決標", "--number", "示市政字第4號", "--decided-on", walk.today().isoformat()]
        self.office.inspection("project", "move-end", CODE_NAME, "--to", yesterday, *decision, "--as", ETHICS)

    def answer_checklists(self) -> None:
        """Every unit fills the forms of every inspection that asks it; of the hidden one not before its hour."""
        names = {kind: self._name_of(story) for kind, story in self.inspections}
        for _, story in self.inspections:
            story.reached("checklists.issue_checklists")
        assert self.reveal_at is not None and datetime.now(TAIPEI) >= self.reveal_at, "units were told before the hour"
        self._run("deliver_notices")
        for kind, name in names.items():
            for unit in UNITS_OF[kind]:
                walk.lay_form(self.office, unit, wanted=f"{name}檢查表", answers={})
        self._run("collect_returns")
        for kind, story in self.inspections:
            walk.accept_forms(story, self.office, UNITS_OF[kind])

    def _name_of(self, story: Story) -> str:
        return str(
            json.loads(self.office.inspection("campaign", "show", story.campaign_id, "--as", ETHICS, "--json"))["name"]
        )

    def judge(self) -> None:
        """The ethics office decides on all that is suspected, of a project its officer."""
        for _, story in self.inspections:
            story.reached("triage.suspect")
            walk.decide_all(story, self.office)
            story.reached("triage.await_triage")
        story = self.stories[PROJECT]
        story.reached("suspect")
        walk.decide_all(story, self.office, officer=ETHICS)
        story.reached("hand_over")

    def sign_review(self) -> None:
        """The officer writes what is to be better next time and lays it before the head."""
        story = self.stories[PROJECT]
        story.reached("open_review")
        opinion = "知悉人員均依計畫切結，底價持有人員列冊管制，執行尚無缺失。\n建議下次提前一週會同資訊室清查分享區。\n"
        (self.office.installation.project / "in" / "opinion").write_text(opinion, encoding="utf-8")
        written = ["--opinion", "/in/opinion", "--submit", "--as", ETHICS]
        self.office.inspection("project", "close", CODE_NAME, *written)
        self.decide(PROJECT, REVIEW)


def spring_lists() -> dict[str, list[dict[str, object]]]:
    """Duty of one day, targets, division of work and contacts, as an office hands them in."""
    return {
        "duty_roster": [
            {
                "day": walk.today().isoformat(), "begins": "00:00", "ends": "24:00", "person": OWNER,
                "deputy": CHIEF_SECRETARY, "telephone": "(00)0000-0110",
            }
        ],
        "key_targets": [
            {"name": "電腦機房", "kind": "設施", "place": "三樓", "responsible": "資訊室", "measures": "雙人進出。"},
        ],
        "division": [
            {"work": "專案策劃、協調及彙整", "lead": "政風室", "support": "各單位", "period": "專案期間"},
        ],
        "contacts": [
            {"who": "政風室", "kind": "政風", "telephone": "(00)0000-0315", "note": "內線315"},
            {"who": "值勤室", "kind": "值勤", "telephone": "(00)0000-0110", "note": "24小時", "emergency": True},
            {"who": "轄區警察分局", "kind": "警察", "telephone": "(00)0000-0119", "emergency": True},
            {"who": "調查處站", "kind": "調查", "telephone": "(00)0000-0120"},
            {"who": "消防分隊", "kind": "消防", "telephone": "(00)0000-0118", "emergency": True},
        ],
    }  # fmt: skip
