"""A task of a campaign leads from Airflow's page to the portal's page of what it is about."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaigns.paper_office import CAMPAIGN, PaperOffice
from inspection import settings
from inspection.approvals import matters
from inspection.campaigns.task_pages import PAGES, PROGRESS, address_of
from inspection.portal.app import DOORS

PORTAL = "https://inspection.office.test"
DAGS = Path(__file__).resolve().parents[2] / "dags"
LINK = "入口網站"


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation that has named its portal's address."""
    monkeypatch.setenv("INSPECTION_PORTAL_URL", f"{PORTAL}/")
    settings.reset()
    yield
    settings.reset()


def test_each_page_a_task_leads_to_is_one_of_the_portal() -> None:
    opened = [re.sub(r"\{\w+\}", "[^/]+", door.path) for door in DOORS if door.method == "GET"]
    decided = [kind.page("a-subject:1") for kind in matters.kinds()]
    for path in (*PAGES.values(), PROGRESS.format(campaign_id="115-2-semiannual"), *decided):
        assert any(re.fullmatch(one, path) for one in opened), path


def test_each_task_named_stands_in_a_dag() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in DAGS.glob("*.py"))
    assert [name for name in PAGES if f"def {name}(" not in texts] == []


@pytest.mark.parametrize(
    ("task", "campaign", "own_page", "leads_to"),
    [
        ("crawl.list_share", "115-2", "", f"{PORTAL}/progress/115-2"),
        ("triage.await_triage", "115-2", "", f"{PORTAL}/suspicions"),
        ("planning.approve_plan", "115-2", "/plans/115-2:plan", f"{PORTAL}/plans/115-2:plan"),
        ("crawl.list_share", "a/../b?c", "", f"{PORTAL}/progress/a%2F..%2Fb%3Fc"),
        ("deliver", "", "", ""),
        ("planning.approve_plan", "115-2", "//elsewhere.test", ""),
        ("planning.approve_plan", "115-2", "@elsewhere.test/", ""),
        ("planning.approve_plan", "115-2", "/plans/機敏名稱.docx", ""),
    ],
)
def test_an_address_is_made_of_ids_and_leads_nowhere_else(
    portal: None, task: str, campaign: str, own_page: str, leads_to: str
) -> None:
    assert address_of(task, campaign, own_page) == leads_to


def ran() -> Any:
    """A run that opens a campaign, passes a gate that was decided and maps over two values."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.sdk import dag, task

    from approval_gate import ApprovalGate

    @dag(dag_id="linked", schedule=None, start_date=datetime(2026, 11, 21, tzinfo=UTC))
    def linked() -> None:
        @task
        def open_campaign() -> str:
            return CAMPAIGN

        @task
        def signed() -> list[str]:
            return ["a", "b"]

        @task
        def returned() -> None: ...

        @task
        def read(one: str) -> None: ...

        gate = ApprovalGate(
            task_id="approve_plan", subject="請核定", decides="plan", campaign_id=CAMPAIGN,
            approved="signed", returned="returned",
        )  # fmt: skip
        given = signed()
        open_campaign() >> gate >> [given, returned()]
        read.expand(one=given)

    made = linked()
    bag = DagBag(dag_folder=os.devnull)
    bag.bag_dag(made)
    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(bag, "dags-folder", None)
    return made.test(logical_date=datetime(2026, 11, 23, 1, tzinfo=UTC))


@pytest.mark.airflow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is read of the house is the same in both
def test_airflow_s_api_is_given_the_page_of_each_task(
    office: PaperOffice, portal: None, airflow_metadata: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the serialised DAG, as the API server knows it."""
    from airflow.models.serialized_dag import SerializedDagModel

    office.approved_plan()
    run = ran()
    assert str(run.state) == "success"
    known = SerializedDagModel.get("linked").dag

    def links() -> dict[str, str]:
        return {
            f"{one.task_id}[{one.map_index}]": known.get_task(one.task_id).get_extra_links(one, LINK)
            for one in run.get_task_instances()
        }

    progress = f"{PORTAL}/progress/{CAMPAIGN}"
    ended = dict.fromkeys(("open_campaign[-1]", "signed[-1]", "returned[-1]", "read[0]", "read[1]"), progress)
    assert links() == {**ended, "approve_plan[-1]": f"{PORTAL}/plans/{CAMPAIGN}:v1"}
    assert LINK in known.get_task("read").extra_links
    monkeypatch.delenv("INSPECTION_PORTAL_URL")
    settings.reset()
    assert set(links().values()) == {""}
