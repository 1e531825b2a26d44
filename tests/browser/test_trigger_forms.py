"""Each form an operator sends in Airflow, sent once from its own page: as it stands, or filled from its lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from demo.airflow_api import wait_until
from demo.airflow_services import ADMIN, AirflowServices
from playwright.sync_api import Browser, Locator, Page

from inspection.settings import REPOSITORY

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.airflow, pytest.mark.timeout(600)]
PATIENCE = timedelta(seconds=120)
LISTS = '{"units": {"U02": "U02　民政課", "U04": "U04　工務課"}, "officers": {"P111": "P111　政風室課員"}}'
LEFT = {  # what each sends where nobody has touched it; a Spring campaign needs its window, nothing else is demanded
    "semiannual_inspection": {
        "first_day": None, "last_day": None, "unit_ids": None, "first_crawl": "auto", "opened_by": None
    },
    "ad_hoc_inspection": {
        "kind": "ad_hoc", "first_day": None, "last_day": None, "reveal_at": None, "unit_ids": None,
        "first_crawl": "auto", "opened_by": None,
    },
    "project_safeguard": {
        "project": None, "kind": None, "unit_id": None, "first_day": None, "last_day": None, "opened_by": None
    },
    "spring_festival_security": {"window_id": "spring-116-npa15"},
    "follow_up": {"on": None},
    "recognise_pictures": {"campaign_id": None},
}  # fmt: skip


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AirflowServices]:
    """Airflow with our DAGs and nobody to run them: what a form was sent with stays to be read."""
    folder = tmp_path_factory.mktemp("forms")
    (folder / "home").mkdir()
    (folder / "home" / "form_lists.json").write_text(LISTS, encoding="utf-8")
    env = {"INSPECTION_HOME": str(folder / "home"), "INSPECTION_PROFILE": "test"}
    with AirflowServices(
        folder / "airflow", dags_folder=REPOSITORY / "dags", plugins_folder=REPOSITORY / "plugins",
        env=env, without=("scheduler", "triggerer"),
    ) as services:  # fmt: skip
        api = services.api()
        wait_until(lambda: set(LEFT) <= api.dag_ids(), what="the DAGs", timeout=PATIENCE, alive=services.require_alive)
        yield services


@pytest.fixture(scope="module")
def page(airflow: AirflowServices, chromium: Browser) -> Iterator[Page]:
    """An operator's window, signed in."""
    with chromium.new_context(viewport={"width": 1280, "height": 1300}, locale="zh-TW") as context:
        opened = context.new_page()
        opened.set_default_timeout(60_000)
        opened.goto(f"{airflow.url}/auth/login")
        opened.locator("input[name=username]").fill(ADMIN)
        opened.locator("input[name=password]").fill(airflow.passwords[ADMIN])
        opened.keyboard.press("Enter")
        opened.wait_for_url(lambda url: "login" not in url)
        yield opened


def form(page: Page, airflow: AirflowServices, dag_id: str) -> Locator:
    """The opened form of a DAG."""
    page.goto(f"{airflow.url}/dags/{dag_id}")
    page.get_by_test_id("trigger-dag-button").click()
    opened = page.get_by_role("dialog")
    opened.get_by_text("Run Parameters").wait_for()
    return opened


def sent(page: Page, opened: Locator, airflow: AirflowServices, dag_id: str) -> dict[str, Any]:
    """Sends a form; what its run was started with."""
    api = airflow.api()
    before = set(api.run_ids(dag_id))
    opened.get_by_role("button", name="觸發", exact=True).click()
    opened.wait_for(state="hidden")
    (run,) = set(api.run_ids(dag_id)) - before
    return dict(api.run_conf(dag_id, run))


@pytest.mark.parametrize("dag_id", LEFT)
def test_a_form_is_sent_as_it_stands(page: Page, airflow: AirflowServices, dag_id: str) -> None:
    opened = form(page, airflow, dag_id)
    if dag_id == "spring_festival_security":
        opened.locator("input[name=element_window_id]").fill("spring-116-npa15")
    assert sent(page, opened, airflow, dag_id) == LEFT[dag_id]


def test_days_units_and_officer_are_chosen_and_not_typed(page: Page, airflow: AirflowServices) -> None:
    opened = form(page, airflow, "semiannual_inspection")
    opened.locator("input[name=element_last_day]").fill("2026-12-18")
    assert opened.locator("input[name=element_last_day]").get_attribute("type") == "date"
    opened.get_by_role("combobox").first.press_sequentially("工務")
    page.get_by_role("option", name="U04　工務課").wait_for()
    page.keyboard.press("Enter")
    officers = opened.locator("#list_opened_by option, datalist option")
    assert officers.evaluate_all("found => found.map(one => one.value)") == ["P111"]
    asked = sent(page, opened, airflow, "semiannual_inspection")
    assert asked == {**LEFT["semiannual_inspection"], "last_day": "2026-12-18", "unit_ids": ["U04"]}
