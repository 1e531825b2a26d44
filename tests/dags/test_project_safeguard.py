"""The order of a project: nothing before the approval, the end waits for no crawl, the letter for the head's answer."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.airflow
def test_a_project_runs_from_its_plan_to_the_letter_and_shows_codes_and_dates_only(airflow_metadata: Path) -> None:
    from project_safeguard import project_safeguard

    dag = project_safeguard()

    def before(task_id: str) -> set[str]:
        return set(dag.get_task(task_id).get_flat_relative_ids(upstream=True))

    approved = "planning.approve_plan"
    for task_id in ("send_pledges", "crawl.begin_crawl", "await_end"):
        assert approved in before(task_id)
    assert "names_shares" in before("crawl.begin_crawl")
    assert "names_shares" not in before("await_end")
    assert {"send_pledges", "await_end", "open_review", "await_review"} <= before("sign_review")
    assert "sign_review" in before("draft_submission") & before("review_returned")
    assert "await_triage" in before("hand_over")
    assert dag.schedule is None
    assert set(dag.params) == {"project", "kind", "unit_id", "first_day", "last_day", "opened_by"}
