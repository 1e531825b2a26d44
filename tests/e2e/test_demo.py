"""`make demo` as a newcomer runs it, and what it leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from demo.people import Visitor
from demo.result import from_database

from inspection import settings
from leaks.search import Search

REPOSITORY = Path(__file__).resolve().parents[2]
HOME = REPOSITORY / "var" / "demo"
# rows that visitors of the open agency and the work of its clock add
WORKS_ON = {"daily_count", "event", "event_seal", "notice", "portal_session", "sign_in_code", "stage_run"}
pytestmark = [pytest.mark.slow, pytest.mark.airflow, pytest.mark.timeout(3600)]


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A demo that ran to its end."""

    output: str
    seen: list[str]  # by a visitor afterwards: the portal's first page, Airflow's health
    result: dict[str, Any]
    planted: list[str]


@dataclass(frozen=True, slots=True)
class Screen:
    """What the demo prints, read by somebody who waits for a word."""

    demo: subprocess.Popen[str]
    said: list[str]

    def until(self, wanted: str) -> str:
        """The next line that holds a word."""
        assert self.demo.stdout is not None
        for line in self.demo.stdout:
            self.said.append(line)
            if wanted in line:
                return line
        raise AssertionError("".join(self.said)[-6000:])

    def of(self, _address: str) -> list[str]:
        """A visitor looks for no mail here."""
        return []

    def newest(self, address: str, *, wanted: str, after: int = 0) -> SimpleNamespace:
        """The code as it is printed."""
        line = self.until(wanted)
        assert address in line
        return SimpleNamespace(text=line.partition("：")[2])


def started_in(home: Path) -> list[int]:
    """Processes whose environment names the demo's home."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            named = f"INSPECTION_HOME={home}".encode() in (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if folder.name.isdigit() and named:
            found.append(int(folder.name))
    return found


def kill_scheduler(home: Path) -> None:
    """Kills the scheduler of the demo that lives in `home`, and nobody else's."""
    killed = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if b"scheduler" in command and f"AIRFLOW_HOME={home}/airflow".encode() in environment:
            os.kill(int(folder.name), signal.SIGKILL)
            killed += 1
    assert killed


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToldStory]:
    """Runs the demo once for all tests of this file."""
    planted = tmp_path_factory.mktemp("planted") / "secrets"
    environment = {**os.environ, "INSPECTION_DEMO_PLANTED": str(planted)}
    said: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-m", "demo", "--keep"], cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    ) as demo:  # fmt: skip
        screen = Screen(demo, said)
        portal = screen.until("/sign-in").split()[-1].removesuffix("/sign-in")
        address = screen.until("@").split()[-1]
        airflow = screen.until("Airflow ").split()[-1]
        seen = [Visitor(portal, address, screen).go("/"), httpx.get(f"{airflow}/api/v2/monitor/health").text]
        os.killpg(demo.pid, signal.SIGINT)  # as a terminal does at Ctrl-C
        said += demo.stdout
        assert demo.wait(timeout=600) == 0, "".join(said)[-6000:]
    result = json.loads((HOME / "result.json").read_text(encoding="utf-8"))
    yield ToldStory("".join(said), seen, result, planted.read_text(encoding="utf-8").splitlines())


def test_the_campaign_ran_through_airflow_from_assessment_to_escalation(story: ToldStory) -> None:
    campaign = next(run for run in story.result["airflow"] if run["dag"] == "semiannual_inspection")
    assert campaign["state"] == "success"
    states = {task["task"]: task["state"] for task in campaign["tasks"] if task["map_index"] <= 0}
    for task in (
        "planning.assess", "planning.approve_plan", "crawl.read_shard", "checklists.await_checklists",
        "triage.await_triage", "reporting.sign_campaign_report", "reporting.sign_unit_reports",
        "reporting.issue_reports",
    ):  # fmt: skip
        assert states[task] == "success", task
    assert states["plan_returned"] == states["reporting.reports_returned"] == "skipped"
    assert {run["dag"] for run in story.result["airflow"]} == {
        "semiannual_inspection", "deliver_notices", "collect_returns", "follow_up", "housekeeping",
    }  # fmt: skip


def test_the_finished_agency_stays_open_and_ends_cleanly_at_ctrl_c(story: ToldStory) -> None:
    assert "簡○廉" in story.seen[0]
    assert '"scheduler":{"status":"healthy"' in story.seen[1].replace(" ", "")
    assert "Traceback" not in story.output
    assert "結束中" in story.output
    assert started_in(HOME) == []


def test_an_overdue_fix_climbed_up_to_a_draft_before_the_ethics_head(story: ToldStory) -> None:
    rungs = {rung["rung"]: rung["channel"] for rung in story.result["rungs"]}
    for rung in ("remind_1", "due_today", "unit_head", "ethics_head"):
        assert rungs[rung] == "mail", rung
    assert rungs["chief_secretary"] == rungs["agency_head"] == "draft_letter"


def test_the_result_can_be_derived_again_from_the_database(story: ToldStory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_HOME", str(HOME))
    monkeypatch.setenv("INSPECTION_PROFILE", "demo")
    settings.reset()
    again = from_database()
    told = {name: story.result[name] for name in again}
    first = len(told["notices"])
    assert [(one["kind"], one["to"]) for one in again["notices"]][:first] == [
        (one["kind"], one["to"]) for one in told["notices"]
    ]
    for found in (told, again):
        found["rows"] = {table: count for table, count in found["rows"].items() if table not in WORKS_ON}
        del found["notices"]
    assert told == again


@pytest.mark.clause("S4-09")
def test_nothing_planted_in_the_files_is_found_anywhere_afterwards(story: ToldStory) -> None:
    assert len(story.planted) > 300
    search = Search(story.planted)
    away = [HOME / "shares", HOME / "samba"]
    found = search.below(HOME, leave_out=away)
    assert [(one.where, one.shape) for one in found[:10]] == []
    assert list(search.in_bytes(story.output.encode(), "what the demo printed")) == []


def test_the_demo_fails_where_the_scheduler_dies_midway(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    environment = {**os.environ, "INSPECTION_DEMO_HOME": str(home)}
    with subprocess.Popen(
        [sys.executable, "-m", "demo"], cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        for line in demo.stdout:
            if "啟動「定期保密檢查」" in line:
                kill_scheduler(home)
                break
        demo.stdout.read()
        assert demo.wait(timeout=1200) == 1
    assert not (home / "result.json").exists()
