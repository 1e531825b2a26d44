"""The run of a cancelled campaign ends: its steps, waits and gates are skipped, and no operator is alarmed."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from campaigns.paper_office import CAMPAIGN, ETHICS_HEAD, PaperOffice
from conftest import FixedClock
from inspection import clock as now
from inspection.campaigns.cancel import cancel
from inspection.campaigns.gates import park, releasable
from inspection.model import AirflowGate, Notice
from inspection.store.parked import ParkedGate
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome

RUN = "called_off"
GATE = ParkedGate(RUN, "manual", "approve")


def run_all_chapters() -> tuple[str, dict[str, str]]:
    """Every chapter beside the others, each from its own first step. The state of the run, and of each task."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.sdk import dag, task

    from approval_gate import ApprovalGate
    from campaign_chapters import await_checklists, checklists, crawl, list_what_is_missing, reporting, triage

    @dag(dag_id=RUN, schedule=None, start_date=datetime(2026, 11, 21, tzinfo=UTC))
    def called_off() -> None:
        @task
        def signed() -> None: ...

        @task
        def returned() -> None: ...

        gate = ApprovalGate(
            task_id="approve", subject="請核定", decides="plan", campaign_id=CAMPAIGN,
            approved="signed", returned="returned",
        )  # fmt: skip
        gate >> [signed(), returned()]
        for chapter in (crawl, checklists, triage, reporting, list_what_is_missing, await_checklists):
            chapter(CAMPAIGN)

    made = called_off()
    for one in made.tasks:
        if not one.is_mapped:
            one.retries = 0
    bag = DagBag(dag_folder=os.devnull)
    bag.bag_dag(made)
    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(bag, "dags-folder", None)
    run = made.test(logical_date=datetime(2026, 11, 23, 1, tzinfo=UTC))
    return str(run.state), {one.task_id: str(one.state) for one in run.get_task_instances()}


@pytest.mark.airflow
@pytest.mark.timeout(600)
def test_nothing_of_a_cancelled_campaign_is_done_or_asked_or_reported_as_failed(
    office: PaperOffice, clock: FixedClock, airflow_metadata: Path
) -> None:
    office.open()
    office.draft()
    office.submit()
    with session_scope() as session:
        park(session, GATE, "plan", CAMPAIGN)
        cancel(session, CAMPAIGN, person_id=ETHICS_HEAD, reason="業務整併", document_number="", at=now.now())
    with session_scope() as session:
        assert releasable(session) == [(GATE, ApprovalOutcome.RETURNED)]
        letters = session.scalar(select(func.count()).select_from(Notice))
    ended, states = run_all_chapters()
    assert ended == "success"
    assert {"approve", "signed", "crawl.begin_crawl", "triage.suspect", "await_checklists"} <= set(states)
    assert set(states.values()) == {"skipped"}
    with session_scope() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == letters
        assert session.scalars(select(AirflowGate.run_id)).all() == [GATE.run_id]
