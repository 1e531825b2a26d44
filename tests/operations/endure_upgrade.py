"""`make endurance`: Airflow and house as they were before the newest migration, one run at a gate and one in a wait;
then this version's code on the same databases, and both go on.

The version before is taken from the repository's history, as files, and run with the packages of this one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from demo.airflow_api import AirflowApi, wait_until
from demo.airflow_services import AirflowServices
from demo.office import HEAD, OPERATOR, SERVICE, start_sender
from demo.people import inspection
from demo.story import ETHICS, PATIENCE

from inspection import clock, settings
from inspection.approvals.decide import Decision
from inspection.campaigns.gates import awaited
from inspection.planning.decision import decide_plan
from inspection.store import migrate
from inspection.store.session import dispose_engines, session_scope
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute

pytestmark = [pytest.mark.slow, pytest.mark.airflow, pytest.mark.timeout(2400)]
MIGRATIONS = "sql/migrations/versions"
GATE, WAIT = ("semiannual_inspection", "planning.approve_plan"), ("ad_hoc_inspection", "planning.await_assessment")
# runs under the version before, which knows nothing of this file: only what the demo has long had is used
BEFORE = """
import json, os, sys
from pathlib import Path
from demo.office import HEAD, OPERATOR, opened_office
from demo.story import Story, begin
from demo.telling import Teller

home, told = Path(sys.argv[1]), Path(sys.argv[2])
with opened_office(home, begins="2026-11-02T09:00:00+08:00") as office:
    story = Story(office, Teller())
    begin(story)
    story.gate("planning.approve_plan")
    other = Story(office, story.tell, dag_id="ad_hoc_inspection")
    other.api.unpause(other.dag_id)
    other.run_id = other.api.trigger(other.dag_id, {"kind": "ad_hoc", "unit_ids": ["U04"], "opened_by": "P112"})
    other.reached("planning.await_assessment", "awaiting_input")
    other.campaign_id = str(other.api.xcom(other.dag_id, other.run_id, "open_campaign"))
    left = {
        "runs": {story.dag_id: story.run_id, other.dag_id: other.run_id},
        "campaigns": {story.dag_id: story.campaign_id, other.dag_id: other.campaign_id},
        "environment": {name: value for name, value in os.environ.items() if name.startswith("INSPECTION_")},
    }
    told.write_text(json.dumps(left), encoding="utf-8")
"""


def _git(*words: str) -> bytes:
    return subprocess.run(["git", "-C", settings.REPOSITORY, *words], check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def version_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's files as they were before the newest migration came."""
    newest = _git("log", "-1", "--format=%H", "--", MIGRATIONS).decode().strip()
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=BytesIO(_git("archive", f"{newest}^"))) as archive:
        archive.extractall(folder, filter="data")
    assert {path.name for path in (folder / MIGRATIONS).glob("0*.py")} < {
        path.name for path in (settings.REPOSITORY / MIGRATIONS).glob("0*.py")
    }
    return folder


def _python_of(folder: Path) -> Path:
    """An interpreter with our packages and the house of the version before: Airflow's services are told no path."""
    made = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", made], check=True)
    (packages,) = made.glob("lib/python*/site-packages")
    # a path named here is searched, and what leads from it to our own house is not followed
    searched = f"{folder / 'plugins'}\n{sysconfig.get_path('purelib')}\n"
    (packages / "before.pth").write_text(searched, encoding="utf-8")
    return made / "bin" / "python"


@pytest.fixture
def left(version_before: Path, tmp_path: Path) -> Iterator[dict[str, dict[str, str]]]:
    """What the version before has left behind, and its environment for as long as this version works on it."""
    told, folder = tmp_path / "left.json", version_before
    known = {name: value for name, value in os.environ.items() if not name.startswith(("INSPECTION_", "AIRFLOW"))}
    python_path = os.pathsep.join(str(one) for one in (folder / "tests", folder))
    done = subprocess.run(
        [_python_of(folder), "-c", BEFORE, tmp_path / "home", told],
        cwd=folder, env={**known, "PYTHONPATH": python_path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    found = json.loads(told.read_text(encoding="utf-8"))
    before = dict(os.environ)
    dispose_engines()
    os.environ.update(found["environment"])
    os.environ["INSPECTION_RULES_DIR"] = str(settings.REPOSITORY / "demo" / "rules")
    settings.reset()
    yield found
    dispose_engines()
    os.environ.clear()
    os.environ.update(before)
    settings.reset()


def test_a_gate_and_a_wait_of_the_version_before_go_on_under_this_one(left: dict[str, dict[str, str]]) -> None:
    home = Path(left["environment"]["INSPECTION_HOME"])
    url = settings.get().effective_database_url
    found, newest = migrate.current_revision(url)
    assert found != newest
    migrate.upgrade(url)
    airflow = AirflowServices(
        home / "airflow",
        dags_folder=settings.REPOSITORY / "dags",
        plugins_folder=settings.REPOSITORY / "plugins",
        users={OPERATOR: "op", HEAD: "user", SERVICE: "user"},
        port=int(left["environment"]["INSPECTION_AIRFLOW_URL"].rpartition(":")[2]),
    )
    with airflow, start_sender(home):
        api = airflow.api(OPERATOR)

        def state(place: tuple[str, str], task: str = "") -> str | None:
            return api.task_state(place[0], left["runs"][place[0]], task or place[1])

        def reached(place: tuple[str, str], task: str) -> None:
            wait_until(
                lambda: state(place, task) in {"success", "awaiting_input"} or _failed(api, place, left),
                what=f"{task} of {place[0]}", timeout=PATIENCE, alive=airflow.require_alive,
            )  # fmt: skip

        assert (state(GATE), state(WAIT)) == ("awaiting_input", "awaiting_input")
        _decide(left["campaigns"][GATE[0]])
        other = left["campaigns"][WAIT[0]]
        inspection("plan", "assess-confirm", other, "people_secret", "--factor", "1", "--as", ETHICS)
        reached(GATE, "begin_inspection")
        reached(WAIT, "planning.approve_plan")
        assert (state(GATE), state(GATE, "begin_inspection")) == ("success", "success")
        assert (state(WAIT), state(WAIT, "planning.approve_plan")) == ("success", "awaiting_input")


def _failed(api: AirflowApi, place: tuple[str, str], left: dict[str, dict[str, str]]) -> bool:
    failed = [one for one in api.task_instances(place[0], left["runs"][place[0]]) if one.state == "failed"]
    assert not failed, f"{failed[0].task_id}: {api.log(failed[0])[-1500:]}"
    return False


def _decide(campaign_id: str) -> None:
    """The head decides in the portal; nobody answers in Airflow."""
    with session_scope() as session:
        asked = awaited(session, "plan", campaign_id)
        decision = Decision(ApprovalOutcome.APPROVED, HEAD, asked.content_hash, ApprovalRoute.PORTAL, clock.today())
        decide_plan(session, asked.subject_id, decision, at=clock.now())
