"""The nightly recognition as Airflow runs it: off unless switched on; what it finds is added to the 疑似事項 once."""

from __future__ import annotations

import random
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from campaigns.crawled_share import crawl_folder
from campaigns.paper_office import DEMO, WORKS, PaperOffice
from crawling.test_ocr import as_file, picture, roster
from inspection import settings
from inspection.model import CrawlShare, StageRun, Suspicion
from inspection.rules import catalogue
from inspection.settings import REPOSITORY
from inspection.store.session import session_scope
from inspection.vocabulary import AnswerValue


def run_once() -> dict[str, str]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(REPOSITORY / "dags" / "recognise_pictures.py"))
    assert bag.import_errors == {}
    run = bag.dags["recognise_pictures"].test(logical_date=datetime(2026, 11, 23, 11, tzinfo=UTC))
    return {f"{one.task_id}[{one.map_index}]": str(one.state) for one in run.get_task_instances()}


def switch_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An agency that lays its own limits over the shipped ones."""
    shutil.copytree(DEMO / "rules", folder)
    (folder / "crawl_limits.yaml").write_text("ocr: {enabled: true, pages_per_file: 2}\n", encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(folder))
    settings.reset()
    catalogue.reset()


@pytest.fixture
def crawled(office: PaperOffice, tmp_path: Path) -> PaperOffice:
    """A campaign in its triage, whose crawl found a list of people on a picture, and a blank one."""
    folder = tmp_path / "share"
    folder.mkdir()
    lines, _ = roster(random.Random(31))
    (folder / "名冊.png").write_bytes(as_file(picture(*lines), "PNG"))
    (folder / "空白.png").write_bytes(as_file(picture(), "PNG"))
    crawl_folder(office, folder)
    office.send_forms()
    item = office.items(WORKS)[0]
    office.return_form(WORKS, {item: AnswerValue.DOES_NOT_CONFORM})
    office.suspect()
    return office


def suspicions() -> list[str]:
    with session_scope() as session:
        return sorted(one.kind for one in session.scalars(select(Suspicion)))


def unread() -> dict[str, int]:
    with session_scope() as session:
        return {reason: n for one in session.scalars(select(CrawlShare)) for reason, n in one.unreadable.items()}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # crawls run on both elsewhere
@pytest.mark.airflow
def test_recognition_is_off_then_finds_what_stands_on_pictures_and_adds_it_once(
    crawled: PaperOffice, airflow_metadata: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert crawled
    before = suspicions()
    assert run_once() == {
        "find_pictures[-1]": "success", "recognise[-1]": "skipped", "suspect_found[-1]": "success",
    }  # fmt: skip
    assert (suspicions(), unread()) == (before, {"no_text_layer": 2})

    switch_on(tmp_path / "rules", monkeypatch)
    for _ in range(2):
        assert run_once() == {
            "find_pictures[-1]": "success", "recognise[0]": "success", "suspect_found[-1]": "success",
        }  # fmt: skip
        assert suspicions() == sorted([*before, "unmarked_sensitive"])
        assert unread() == {"no_text_layer": 1}
    with session_scope() as session:
        noted = session.scalars(select(StageRun).where(StageRun.stage == "recognise_pictures").order_by(StageRun.id))
        assert [one.counts["tried"] for one in noted] == [2, 0]
