"""Which page of the portal a task in Airflow leads to: the one place that knows both.

The API server asks, and knows nothing of the house but the portal's address: a page follows from what Airflow itself
keeps of the run, and holds no word but ids.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from inspection import settings

OPENED_BY = "open_campaign"
"""The task of each campaign's run whose result is the campaign's id."""
PAGE_KEY = "portal_page"
"""Under which a task leaves a page that only it knows, among what it gives to others."""

# tasks of a campaign that wait for work done on another page than that of its progress; by the last part of their ids
PAGES = {
    "await_checklists": "/checklists",
    "await_triage": "/suspicions",
}
PROGRESS = "/progress/{campaign_id}"
# what we print into addresses: ids and names of doors
_PATH = re.compile(r"(?:/[A-Za-z0-9._~%:-]+)+")


def address_of(task_id: str, campaign_id: str, own_page: str = "") -> str:
    """The address a task leads to; empty where it is no campaign's or the installation has not named its portal.

    `own_page` is the path the task has left, of the matter a gate asks about.
    """
    portal = settings.get().named_portal_url.rstrip("/")
    if not portal or not campaign_id:
        return ""
    path = own_page or PAGES.get(task_id.rpartition(".")[2], PROGRESS).format(campaign_id=quote(campaign_id, safe=""))
    return f"{portal}{path}" if _PATH.fullmatch(path) else ""
