"""What a waiting campaign costs: the installation's processor time with many parked, less that with none, per campaign.

    uv run python tests/bench/bench_waiting.py [--waiting 50] [--minutes 10]

Airflow as the compose file runs it (FAB logins, Celery on Redis and PostgreSQL, one worker), the sender, both databases
on one server. Each campaign waits for two things at once, as the Spring work does. At the end scheduler, triggerer and
sender are killed and started anew, one half is settled, and how long its runs take to end is told. Exit status 1 where
a campaign costs more than the aim.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
REPOSITORY = TESTS.parent
sys.path[:0] = [str(TESTS), str(REPOSITORY / "plugins"), str(REPOSITORY)]

import yaml  # noqa: E402
from bench_ticks import Ticks, megabytes  # noqa: E402
from demo.airflow_api import AirflowApi  # noqa: E402
from demo.airflow_services import AirflowServices  # noqa: E402

from inspection import settings  # noqa: E402
from inspection.model import Campaign, Checklist, Person, Unit  # noqa: E402
from inspection.model.lifecycle import CampaignState, ChecklistState  # noqa: E402
from inspection.store import migrate  # noqa: E402
from inspection.store.session import session_scope  # noqa: E402
from servers.postgres import PostgresServer  # noqa: E402
from servers.process import ServerProcess  # noqa: E402
from servers.redis import RedisServer  # noqa: E402

AIM_SECONDS_A_DAY = 120.0
DAY = 86400.0
COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))
TUNED = ("AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL", "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME")
SENDER = "inspection-sender"
DAG_ID = "project_safeguard"  # one of those the account may answer for
DAG_FILE = """
import sys
sys.path.insert(0, {dags!r})
from airflow.sdk import dag, task
from parked_wait import parked_wait

@task
def open_campaign(params=None):
    return params["campaign"]

@parked_wait(task_display_name="檢查表", awaits="checklists")
def await_checklists(campaign_id):
    "Checklists."

@parked_wait(task_display_name="工作期間", awaits="window_end")
def await_window_end(campaign_id):
    "The window."

@dag(dag_id={dag_id!r}, schedule=None, max_active_runs=1000, max_active_tasks=1000, params={{"campaign": ""}})
def waiting():
    campaign_id = open_campaign()
    await_checklists(campaign_id)
    await_window_end(campaign_id)

waiting()
"""


def settle_agency(campaigns: int) -> None:
    """One unit, one officer, and campaigns that wait for its checklist and for the end of a long window."""
    now = datetime.now(UTC)
    with session_scope() as session:
        session.add(Unit(id="U1", name="單位", kind="unit", tags=[], staff_count=1, is_ethics=False, active=True))
        session.flush()
        session.add(Person(id="P1", unit_id="U1", name="某人", title="科員", email="p@example.test", active=True))
        session.flush()
        for number in range(campaigns):
            name = f"C{number:03}"
            session.add(
                Campaign(
                    id=name, kind="semiannual", name=name, state=CampaignState.INSPECTING, window_start=now,
                    window_end=now + timedelta(days=300), checklist_due_on=now.date(), first_crawl=False,
                    opened_by="P1", opened_at=now,
                )
            )  # fmt: skip
            session.flush()
            session.add(
                Checklist(
                    id=f"{name}:U1", campaign_id=name, unit_id="U1", state=ChecklistState.ISSUED, due_on=now.date(),
                    questions_hash="0" * 64,
                )
            )  # fmt: skip


def settle_waits(campaigns: int) -> None:
    """So many campaigns have what they wait for."""
    names = [f"C{number:03}" for number in range(campaigns)]
    with session_scope() as session:
        for campaign in session.query(Campaign).where(Campaign.id.in_(names)):
            campaign.window_end = datetime.now(UTC)
        for checklist in session.query(Checklist).where(Checklist.campaign_id.in_(names)):
            checklist.state = ChecklistState.ACCEPTED


@dataclass
class Installation:
    """What runs, and an administrator's view of it."""

    airflow: AirflowServices
    api: AirflowApi
    postgres: PostgresServer
    redis: RedisServer
    log: Path
    sender: ServerProcess = field(init=False)

    def __post_init__(self) -> None:
        self.start_sender()

    def start_sender(self) -> None:
        """Starts it (again)."""
        command = [sys.executable, "-m", "inspection.cli", "sender"]
        self.sender = ServerProcess(command, log=self.log, env=dict(os.environ), cwd=REPOSITORY)

    def parts(self) -> dict[str, int]:
        """The process id of each part."""
        parts = {name: process.pid for name, process in self.airflow.processes.items()}
        others = {"sender": self.sender, "postgres": self.postgres.process, "redis": self.redis.process}
        return parts | {name: process.pid for name, process in others.items()}

    def stop(self) -> None:
        """Ends the sender of now."""
        self.sender.stop()

    def kill(self) -> None:
        """Kills scheduler, triggerer and sender at once, and starts them anew."""
        for process in (self.airflow.processes["scheduler"], self.airflow.processes["triggerer"], self.sender):
            process.kill()
        for name in ("scheduler", "triggerer"):
            self.airflow.start_component(name)
        self.start_sender()


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """Airflow and the sender as compose runs them."""
    dags = folder / "dags"
    dags.mkdir()
    (dags / "waiting.py").write_text(DAG_FILE.format(dags=str(REPOSITORY / "dags"), dag_id=DAG_ID), encoding="utf-8")
    with ExitStack() as stack:
        postgres = stack.enter_context(PostgresServer())
        redis = stack.enter_context(RedisServer())
        os.environ |= {
            "INSPECTION_HOME": str(folder / "home"), "INSPECTION_PROFILE": "test",
            "INSPECTION_SECRET_KEY": secrets.token_hex(32),
            "INSPECTION_DATABASE_URL": postgres.create_database("domain"),
            "INSPECTION_AIRFLOW_USER": SENDER, "INSPECTION_AIRFLOW_PASSWORD": secrets.token_urlsafe(20),
        }  # fmt: skip
        (folder / "home").mkdir()
        settings.reset()
        migrate.upgrade()
        airflow = AirflowServices(
            folder / "airflow",
            dags_folder=dags,
            plugins_folder=REPOSITORY / "plugins",
            database_url=postgres.create_database("airflow").replace("+psycopg", "+psycopg2"),
            executor="CeleryExecutor",
            broker_url=redis.url,
            env={
                "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
                "AIRFLOW__FAB__CONFIG_FILE": str(REPOSITORY / "docker" / "webserver_config.py"),
                **{name: COMPOSE["x-airflow-alone"][name] for name in TUNED},
                "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "600",
            },
        )
        os.environ["INSPECTION_AIRFLOW_URL"] = airflow.url
        settings.reset()
        stack.enter_context(airflow)
        password = secrets.token_urlsafe(20)
        airflow.run(
            "users", "create", "--username", "admin", "--password", password, "--role", "Admin",
            "--firstname", "A", "--lastname", "B", "--email", "admin@example.test",
        )  # fmt: skip
        account = [sys.executable, str(REPOSITORY / "docker" / "airflow_account.py")]
        with_rooms = {**airflow.environment, "PYTHONPATH": str(REPOSITORY / "plugins")}
        subprocess.run(account, env=with_rooms, check=True, capture_output=True)
        api = AirflowApi(airflow.url, "admin", password)
        running = Installation(airflow, api, postgres, redis, folder / "sender.log")
        stack.callback(running.stop)
        yield running


def states(api: AirflowApi, runs: list[str]) -> list[str | None]:
    """The state of each wait of the runs."""
    return [one.state for run in runs for one in api.task_instances(DAG_ID, run) if one.task_id.startswith("await")]


def until(runs: list[str], api: AirflowApi, wanted: str) -> float:
    """Seconds until each wait of the runs has a state; a failed one ends the bench."""
    began = time.monotonic()
    while set(found := states(api, runs)) != {wanted} or len(found) < 2 * len(runs):
        if "failed" in found or time.monotonic() - began > 1800:
            raise SystemExit(f"waits ended as {sorted(set(map(str, found)))}")
        time.sleep(2)
    return time.monotonic() - began


def window(parts: Mapping[str, int], minutes: float) -> dict[str, float]:
    """Processor seconds each part takes in so many minutes."""
    before = {name: Ticks.of(pid) for name, pid in parts.items()}
    time.sleep(60 * minutes)
    return {name: Ticks.of(pid).seconds - before[name].seconds for name, pid in parts.items()}


def main() -> int:
    """Prints the parts with none and with many waiting, the difference a day, and how long a release takes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--waiting", type=int, default=50)
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--quiet", type=float, default=60.0, help="seconds left to come to rest before each window")
    chosen = options.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="inspection-bench-") as folder,
        installation(Path(folder)) as running,
    ):
        airflow, api, parts = running.airflow, running.api, running.parts()
        settle_agency(chosen.waiting)
        while DAG_ID not in api.dag_ids():
            airflow.require_alive()
            time.sleep(1)
        api.unpause(DAG_ID)
        # what is started once (imports of a first task) is no cost of waiting
        until([api.trigger(DAG_ID, {"campaign": "C000"})], api, "awaiting_input")
        time.sleep(chosen.quiet)
        none = window(parts, chosen.minutes)
        print(f"  idle memory (PSS): {', '.join(f'{n} {megabytes(p):.0f}' for n, p in parts.items())} MB", flush=True)
        runs = [api.trigger(DAG_ID, {"campaign": f"C{number:03}"}) for number in range(chosen.waiting)]
        until(runs, api, "awaiting_input")
        time.sleep(chosen.quiet)
        many = window(parts, chosen.minutes)
        for name in parts:
            print(f"  {name:<14} none {none[name]:7.2f} s   {chosen.waiting} waiting {many[name]:7.2f} s", flush=True)
        more = sum(many.values()) - sum(none.values())
        a_day = more / chosen.waiting * DAY / (60 * chosen.minutes)
        own = (many["sender"] - none["sender"]) / chosen.waiting * DAY / (60 * chosen.minutes)
        idle = sum(none.values()) / (60 * chosen.minutes)
        print(f"  idle: {100 * idle:.0f} % of one core in {chosen.minutes:g} minutes, load {os.getloadavg()[1]:.1f}")
        running.kill()
        half = max(1, chosen.waiting // 2)
        settle_waits(half)
        took = until(runs[:half], api, "success")
        still = set(states(api, runs[half:]))
        print(f"  {half} settled after a kill: their {2 * half} waits passed in {took:.0f} s; the others {still}")
        aim = f"aim: {AIM_SECONDS_A_DAY:.0f}"
        print(f"  a waiting campaign: {a_day:.1f} CPU s a day, of which the sender {own:.1f} ({aim})")
    return 1 if a_day > AIM_SECONDS_A_DAY else 0


if __name__ == "__main__":
    sys.exit(main())
