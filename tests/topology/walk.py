"""People of the small agency walk one campaign through the installation, by the doors the manuals name."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx
import yaml
from demo.airflow_api import AirflowApi
from demo.people import attached_form, drop, fill_form
from demo.story import Story
from demo.telling import Teller
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inspection.model import Approval
from inspection.rules.roster import Roster, parse_roster
from topology.agency import (
    CHIEF_SECRETARY,
    ETHICS,
    ETHICS_HEAD,
    ETHICS_UNIT,
    HEAD,
    ON_DEAD,
    SECOND_ETHICS,
    UNITS,
    Mailboxes,
    declared_shares,
    lay_out_shares,
    office_calendar,
    roster,
)
from topology.installation import OFFICE_USER, Installation

SEMIANNUAL = "semiannual_inspection"
TAIPEI = ZoneInfo("Asia/Taipei")
ADMIN, OPERATOR = "admin", "operator"
ROLES = {OPERATOR: "Op", HEAD: "User", ETHICS_HEAD: "User"}
PASSWORDS = {name: f"pw-{name}-{os.urandom(6).hex()}" for name in (ADMIN, *ROLES)}


@dataclass
class Office:
    """The installation as the demo's storytellers know an office."""

    installation: Installation
    roster: Roster
    mail: Mailboxes
    dead: bool
    apis: dict[str, AirflowApi] = field(default_factory=dict)

    @property
    def portal_url(self) -> str:
        """Where people go."""
        return self.installation.portal_url

    @property
    def airflow(self) -> SimpleNamespace:
        """What a story asks of Airflow."""
        return SimpleNamespace(api=self.api, require_alive=self.require_alive)

    def api(self, user: str) -> AirflowApi:
        """Airflow's API as one of the FAB accounts."""
        if user not in self.apis:
            self.apis[user] = AirflowApi(self.installation.airflow_url, user, PASSWORDS[user])
        return self.apis[user]

    def require_alive(self) -> None:
        """Every lasting service runs."""
        for name in self.installation.lasting:
            container = self.installation.machine.containers[name]
            if not container.running:
                raise AssertionError(f"{name} ended with {container.exit_status}:\n{container.tail()}")

    def email_of(self, person_id: str) -> str:
        """A person's address."""
        return next(one.email or "" for one in self.roster.people if one.id == person_id)

    def inspection(self, *arguments: str, allowed: Sequence[int] = (0,)) -> str:
        """Types a command, as the manual's `insp`."""
        return self.installation.by_hand("inspection", *arguments, allowed=allowed)

    @property
    def drop_folder(self) -> Path:
        """Where contacts lay their forms."""
        return self.installation.machine.volume("inspection-drop")


def first_steps(installation: Installation, *, dead: bool = True, seed: int = 1) -> Office:
    """What the installation page asks for once all is up: logins, roster, calendars, accounts of shares, unpausing."""
    box = installation.machine.volume("demo-mail") / "box"
    given = installation.project / "in"
    (given / "roster.yaml").write_text(yaml.safe_dump(roster(dead=dead), allow_unicode=True), encoding="utf-8")
    (given / "shares.csv").write_text(declared_shares(today()), encoding="utf-8")
    office = Office(installation, parse_roster(given / "roster.yaml"), Mailboxes(box), dead)
    lay_out_shares(installation.machine.volume("demo-share"), today=today(), seed=seed)
    _logins(installation)
    office.inspection("roster", "import", "/in/roster.yaml", "--apply")
    for year in (today().year, today().year + 1):
        (given / f"{year}.csv").write_text(office_calendar(year), encoding="utf-8")
        office.inspection("calendar", "import", f"/in/{year}.csv", "--as", ETHICS, "--apply")
    office.inspection("plan", "declare", "/in/shares.csv", "--apply", "--as", ETHICS)
    secret = (installation.project / "docker/secrets/demo_smb_password").read_text(encoding="ascii")
    account = ["--conn-type", "samba", "--conn-login", "inspector", "--conn-password", secret]
    installation.within("worker", "airflow", "connections", "add", "inspection_smb", *account)
    unpause = ["airflow", "dags", "unpause", "--yes", "--treat-dag-id-as-regex", ".*"]
    installation.within("worker", *unpause)
    return office


def _logins(installation: Installation) -> None:
    """The administrator on the command line, the others by the administrator; FAB users bear roster ids."""
    names = ["--firstname", "管理", "--lastname", "員", "--email", "admin@shifan.test"]
    create = ["airflow", "users", "create", "--role", "Admin", "--username", ADMIN, "--password", PASSWORDS[ADMIN]]
    installation.within("api-server", *create, *names)
    with httpx.Client(base_url=installation.airflow_url, timeout=60) as client:
        token = client.post("/auth/token", json={"username": ADMIN, "password": PASSWORDS[ADMIN]}).json()
        for name, role in ROLES.items():
            body = {
                "username": name, "password": PASSWORDS[name], "roles": [{"name": role}], "first_name": name,
                "last_name": name, "email": f"{name.lower()}@shifan.test",
            }  # fmt: skip
            headers = {"Authorization": f"Bearer {token['access_token']}"}
            made = client.post("/auth/fab/v1/users", json=body, headers=headers)
            made.raise_for_status()


def campaign_story(office: Office) -> Story:
    """A story told by the operator's account."""
    return Story(office, Teller())  # type: ignore[arg-type]


def begin(story: Story, office: Office) -> None:
    """The operator starts the campaign with an empty form; the ethics office confirms what the assessment says."""
    story.run_id = story.api.trigger(SEMIANNUAL, {})
    story.reached("planning.assess")
    story.campaign_id = str(story.api.xcom(SEMIANNUAL, story.run_id, "open_campaign"))
    for rule, factor in (("people_secret", "1"), ("first_record", "3")):
        office.inspection("plan", "assess-confirm", story.campaign_id, rule, "--factor", factor, "--as", ETHICS)
    story.gate("planning.approve_plan")
    story.tell.step("計畫陳核")


def approve_in_airflow(story: Story, office: Office, chromium: Browser) -> None:
    """The head reads the plan in the portal, and answers on Airflow's own page: a date and a number are filled, the
    rest of the form is left empty."""
    story.run_dag("deliver_notices")
    office.mail.newest(office.email_of(HEAD), wanted="請核閱")
    with story.at_portal(HEAD) as head:
        head.go(f"/plans/{story.campaign_id}:v1")
    answer_in_airflow(story, office, chromium, "planning.approve_plan", HEAD)
    story.reached("begin_inspection")
    story.tell.step("於 Airflow 頁面核定計畫")


@contextmanager
def at_airflow(office: Office, chromium: Browser, where: str, login: str) -> Iterator[Page]:
    """A window on a page of Airflow's own, signed in."""
    zone = {"locale": "zh-TW", "timezone_id": "Asia/Taipei"}
    with chromium.new_context(viewport={"width": 1280, "height": 1300}, **zone) as window:
        page = window.new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{office.installation.airflow_url}{where}")
        page.fill("[name=username]", login)
        page.fill("[name=password]", PASSWORDS[login])
        page.click("[type=submit]")
        yield page


def answer_in_airflow(story: Story, office: Office, chromium: Browser, task_id: str, login: str) -> None:
    """A date and a number are filled, the rest of the form is left empty; returns once Airflow has the answer."""
    where = f"/dags/{story.dag_id}/runs/{quote(story.run_id, safe='')}/tasks/{task_id}/required_actions"
    with at_airflow(office, chromium, where, login) as page:
        page.fill("[name=element_decided_on]", today().isoformat())
        page.fill("[name=element_document_number]", "示市政字第1號")
        with page.expect_response(lambda one: "hitlDetails" in one.url and one.request.method == "PATCH") as answered:
            page.click("[data-testid='hitl-option-核定']")
        assert answered.value.ok, answered.value.text()


def return_checklists(story: Story, office: Office) -> None:
    """The contacts fill the forms they got by mail and lay them into the drop folder; the ethics office accepts."""
    story.reached("checklists.issue_checklists")
    story.run_dag("deliver_notices")
    for unit in UNITS:
        lay_form(office, unit, wanted="檢查表", answers={"DOC-001": "不符合"} if unit == ON_DEAD else {})
    story.run_dag("collect_returns")
    accept_forms(story, office, UNITS)


def lay_form(office: Office, unit_id: str, *, wanted: str, answers: Mapping[str, str]) -> None:
    """A contact fills the form of the newest mail whose subject holds `wanted`, and lays it into the drop folder."""
    told = (one for one in office.roster.people if one.unit == unit_id)
    contact = next(one for one in told if any(grant.role == "contact" for grant in one.grants))
    mail = office.mail.newest(contact.email or "", wanted=wanted)
    name = f"{unit_id}{wanted}回復.docx"
    drop(office.drop_folder, name, fill_form(attached_form(mail), answers))
    os.chown(office.drop_folder / name, OFFICE_USER, OFFICE_USER)


def accept_forms(story: Story, office: Office, units: Sequence[str]) -> None:
    """The ethics office reads what came back in the portal, and accepts it; its own form the 主任秘書."""
    own = [unit for unit in units if unit == ETHICS_UNIT]
    for person, read in ((SECOND_ETHICS, [unit for unit in units if unit not in own]), (CHIEF_SECRETARY, own)):
        if not read:
            continue
        with story.at_portal(person) as reader:
            for unit in read:
                reader.go(f"/checklists/{story.campaign_id}:{unit}")
        command = ("checklists", "accept", "--campaign", story.campaign_id, "--as", person)
        office.inspection(*command, allowed=(0, 1))  # 1: what others review is left
    story.tell.step("檢查表送回並審查完成")


def triage(story: Story, office: Office) -> None:
    """The ethics office decides on each 疑似事項, of its own unit the 主任秘書."""
    story.reached("triage.suspect")
    assert decide_all(story, office), "the crawl suspects nothing"
    story.reached("triage.await_triage")


def decide_all(story: Story, office: Office, *, officer: str = SECOND_ETHICS) -> int:
    """An officer decides on all 疑似事項 of a campaign; returns how many there were."""
    said = office.inspection("hits", "list", story.campaign_id, "--json", "--as", officer)
    rows = [json.loads(one) for one in said.splitlines()]
    # what a unit declared otherwise is no 疑似 yet: the unit was asked, and its word is taken here
    judged = {
        True: ("dismissed", "經單位說明可採", "--ground", "explained"),
        False: ("confirmed", "經開啟檔案核對屬實"),
    }
    for own, (asked, (outcome, reason, *ground)) in product((False, True), judged.items()):
        person = CHIEF_SECRETARY if own else officer
        ids = [
            str(one["id"])
            for one in rows
            if (one["unit"] == ETHICS_UNIT, one["kind"] == "declared_otherwise") == (own, asked)
        ]
        if ids:
            office.inspection("hits", "decide", outcome, *ids, "--reason", reason, *ground, "--as", person)
    story.tell.step(f"判定 {len(rows)} 件疑似事項")
    return len(rows)


def sign(story: Story, office: Office) -> None:
    """The head signs the report in the portal; the unit results were signed on paper, which an officer enters."""
    for task_id in ("reporting.sign_campaign_report", "reporting.sign_unit_reports"):
        story.gate(task_id)
    with story.at_portal(HEAD) as head:
        head.decide(f"/campaigns/{story.campaign_id}/campaign_report", outcome="approved")
    enter_paper(office, ETHICS_HEAD, "report", "enter-decision", story.campaign_id, "unit_report", "approved")
    story.reached("reporting.issue_reports")
    story.wait(lambda: story.api.run_state(SEMIANNUAL, story.run_id) == "success", "the campaign's run to end")
    story.run_dag("deliver_notices")
    story.tell.step("報告核定、發送")


GATES = {
    "plan": "planning.approve_plan", "campaign_report": "reporting.sign_campaign_report",
    "unit_report": "reporting.sign_unit_reports",
}  # fmt: skip


def seconds_to_go_on(story: Story, session: Session) -> dict[str, float]:
    """From each decision, whichever door it came by, until its gate in Airflow had ended, as both databases tell."""
    ended = {one.task_id: one.ended_at for one in story.api.task_instances(story.dag_id, story.run_id)}
    query = select(Approval.subject_kind, func.max(Approval.decided_at)).group_by(Approval.subject_kind)
    found = {}
    for kind, decided_at in session.execute(query):
        gone_on = ended[GATES[kind]]
        assert gone_on is not None, f"the gate of {kind} has not ended"
        found[kind] = round((gone_on - decided_at).total_seconds(), 1)
    return found


def enter_paper(office: Office, decider: str, *decision: str) -> None:
    """An officer enters a decision that was signed on paper."""
    paper = ["--decider", decider, "--number", "示市政字第2號", "--decided-on", today().isoformat(), "--as", ETHICS]
    office.inspection(*decision, *paper)


def whole(story: Story, office: Office, chromium: Browser) -> None:
    """All chapters in order."""
    begin(story, office)
    approve_in_airflow(story, office, chromium)
    return_checklists(story, office)
    triage(story, office)
    sign(story, office)


def today() -> date:
    """The office's day."""
    return datetime.now(TAIPEI).date()
