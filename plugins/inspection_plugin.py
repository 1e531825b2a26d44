"""The only file of ours that Airflow loads as a plugin; light, because every process loads it."""

from __future__ import annotations

import json
from typing import Any

from airflow.plugins_manager import AirflowPlugin
from airflow.sdk import BaseOperatorLink


class PortalLink(BaseOperatorLink):
    """From a task of a campaign to the portal's page of what it is about (`inspection.campaigns.task_pages`).

    The API server makes it when a task is looked at, of what Airflow keeps of the run: so it is there from the first
    moment on, and no task has to leave an address.
    """

    @property
    def name(self) -> str:
        """What stands on the button."""
        return "入口網站"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Empty, and no button, where there is no campaign or no address of the portal."""
        from inspection.campaigns.task_pages import OPENED_BY, PAGE_KEY, address_of

        campaign_id = _left(ti_key, OPENED_BY, "return_value", -1)
        own_page = _left(ti_key, ti_key.task_id, PAGE_KEY, ti_key.map_index)
        return address_of(ti_key.task_id, campaign_id, own_page)


def _left(ti_key: Any, task_id: str, key: str, map_index: int) -> str:
    """A text that a task of the same run has left for others; empty where it left none."""
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    asked = XComModel.get_many(
        key=key, run_id=ti_key.run_id, dag_ids=ti_key.dag_id, task_ids=task_id, map_indexes=map_index
    )
    with create_session() as session:
        found = session.execute(asked.with_only_columns(XComModel.value)).first()
    if found is None:
        return ""
    try:
        told = json.loads(found.value)
    except (TypeError, ValueError):
        told = found.value
    return told if isinstance(told, str) else ""


class InspectionPlugin(AirflowPlugin):
    """Names the product in Airflow, and leads from its tasks to the portal."""

    name = "inspection"
    global_operator_extra_links = [PortalLink()]  # noqa: RUF012 - how Airflow names it
