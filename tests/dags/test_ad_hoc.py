"""The order of an unannounced inspection: the crawl does not wait for the hour, whatever reaches a unit does."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspection.rules import campaign_kinds


@pytest.mark.airflow
def test_only_the_checklists_wait_for_the_hour(airflow_metadata: Path) -> None:
    from ad_hoc_inspection import ad_hoc_inspection

    dag = ad_hoc_inspection()

    def before(task_id: str) -> set[str]:
        return set(dag.get_task(task_id).get_flat_relative_ids(upstream=True))

    assert "await_hour" in before("checklists.prepare_checklists")
    assert "await_hour" not in before("crawl.begin_crawl")
    assert "planning.approve_plan" in before("await_hour") & before("crawl.begin_crawl")
    assert {"crawl.finish_crawl", "checklists.await_checklists"} <= before("triage.suspect")
    assert dag.schedule is None


@pytest.mark.airflow
@pytest.mark.clause("S0-08")
def test_the_form_offers_each_kind_that_is_opened_as_needed(airflow_metadata: Path) -> None:
    from ad_hoc_inspection import ad_hoc_inspection

    offered = ad_hoc_inspection().params.get_param("kind").schema["enum"]
    assert offered[0] == "ad_hoc"
    assert offered == [one.id for one in campaign_kinds.current().as_needed]
