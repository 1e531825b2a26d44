"""One file server that is off, or refuses us, is on record; the others are crawled and the campaign goes on."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from campaigns.paper_office import CAMPAIGN, WORKS, PaperOffice
from conftest import FixedClock, SambaWithShare
from inspection import settings
from inspection.model import CrawledFile, CrawlRun, CrawlShare, ShareRecord
from inspection.model.lifecycle import CrawlState
from inspection.reports.figures import gather
from inspection.reports.words import share_notes
from inspection.store.session import session_scope
from inspection.vocabulary import ReadReason

OFF = "//127.0.0.1:1/dead"
SOUND, DEAD, QUIET = "S-sound", "S-dead", "S-quiet"


def shares(*addresses: tuple[str, str]) -> None:
    """The roster's only active shares, all of 工務課."""
    with session_scope() as session:
        for one in session.scalars(select(ShareRecord)):
            one.active = False
        for share_id, address in addresses:
            session.add(
                ShareRecord(id=share_id, unit_id=WORKS, name=share_id, address=address, is_common=False, active=True)
            )


def crawl_by_airflow(*, approved: bool = True, after_reading: Callable[[], None] = lambda: None) -> dict[str, str]:
    """The chapter of the crawl alone, behind a branch as behind the gate; no second try. States by task.
    `after_reading` is called once what could be listed at once has been read."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.sdk import dag, task

    from campaign_chapters import crawl

    @task.branch
    def gate() -> str:
        return "begun" if approved else "returned"

    @task
    def begun() -> None: ...

    @task
    def returned() -> None: ...

    @task(trigger_rule="none_failed")
    def read_on() -> None:
        after_reading()

    @dag(dag_id="crawl_alone", schedule=None, start_date=datetime(2026, 11, 21, tzinfo=UTC))
    def crawl_alone() -> None:
        started = begun()
        gate() >> [started, returned()]
        started >> crawl(CAMPAIGN)
        read_on()

    made = crawl_alone()
    made.task_dict["crawl.read_shard"] >> made.task_dict["read_on"]
    for one in made.tasks:
        if one.is_mapped:
            one.partial_kwargs["retries"] = 0
        else:
            one.retries = 0
    bag = DagBag(dag_folder=os.devnull)
    bag.bag_dag(made)
    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(bag, "dags-folder", None)
    run = made.test(logical_date=datetime(2026, 11, 23, 1, tzinfo=UTC))
    return {f"{one.task_id}[{one.map_index}]": str(one.state) for one in run.get_task_instances()}


@pytest.fixture
def login(samba: SambaWithShare, monkeypatch: pytest.MonkeyPatch) -> SambaWithShare:
    (samba.files / "說明.txt").write_text("會議室借用須知", encoding="utf-8")
    known = {"conn_type": "samba", "login": samba.server.user, "password": samba.server.password}
    monkeypatch.setenv("AIRFLOW_CONN_INSPECTION_SMB", json.dumps(known))
    return samba


@pytest.mark.airflow
@pytest.mark.timeout(600)
def test_a_server_that_is_off_is_recorded_and_the_others_are_read(
    office: PaperOffice, login: SambaWithShare, airflow_metadata: Path
) -> None:
    served = login.server
    shares((SOUND, f"//{served.host}:{served.port}/files/{login.files.name}"), (DEAD, OFF))
    office.approved_plan()
    states = crawl_by_airflow()
    left_out = {"returned[-1]", *(f"crawl.{one}[-1]" for one in ("list_later", "gather_later", "read_later"))}
    assert {one: state for one, state in states.items() if state != "success"} == dict.fromkeys(left_out, "skipped")
    with session_scope() as session:
        covered = {one.share_id: one for one in session.scalars(select(CrawlShare))}
        assert (covered[DEAD].listed, covered[DEAD].reason) == (False, ReadReason.OFFLINE)
        assert (covered[SOUND].complete, covered[SOUND].scanned) == (True, 1)
        assert session.scalars(select(CrawlRun.state)).all() == [CrawlState.INCOMPLETE]
        told = share_notes(gather(session, CAMPAIGN, office.rules).shares, office.rules)
    assert any(DEAD in line and "未能列出" in line for line in told)


@pytest.mark.airflow
def test_nothing_of_the_crawl_runs_behind_a_plan_that_was_returned(office: PaperOffice, airflow_metadata: Path) -> None:
    office.approved_plan()
    states = crawl_by_airflow(approved=False)
    assert {state for one, state in states.items() if one.startswith("crawl.")} == {"skipped"}


@pytest.mark.airflow
@pytest.mark.timeout(600)
def test_a_server_in_its_quiet_hours_keeps_no_other_waiting(
    office: PaperOffice,
    login: SambaWithShare,
    airflow_metadata: Path,
    clock: FixedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is quiet until the others have been read: were they to wait for it, this would never end."""
    served = login.server
    shutil.copytree(settings.get().rules_dir, tmp_path / "rules")
    quiet = "servers: [{id: localhost, quiet: [{from: '08:00', until: '18:00'}]}]\n"
    (tmp_path / "rules" / "crawl_limits.yaml").write_text(quiet, encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(tmp_path / "rules"))
    settings.reset()
    where = f"{served.port}/files/{login.files.name}"
    shares((SOUND, f"//{served.host}:{where}"), (QUIET, f"//localhost:{where}"))
    office.approved_plan()
    read_by_then = []

    def evening() -> None:
        with session_scope(read_only=True) as session:
            read_by_then.extend(session.scalars(select(CrawledFile.share_id).where(CrawledFile.status.is_not(None))))
        clock.set("2026-11-02T18:30:00+08:00")

    states = crawl_by_airflow(after_reading=evening)
    assert {one: state for one, state in states.items() if state != "success"} == {"returned[-1]": "skipped"}
    assert read_by_then == [SOUND]
    with session_scope() as session:
        covered = {one.share_id: (one.complete, one.scanned) for one in session.scalars(select(CrawlShare))}
        assert covered == {SOUND: (True, 1), QUIET: (True, 1)}
        assert session.scalars(select(CrawlRun.state)).all() == [CrawlState.COMPLETE]
