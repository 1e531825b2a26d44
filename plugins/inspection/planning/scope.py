"""What a plan lets be read: which shares, by which account and method, when, and what is left out.

Composed from the roster and the crawl's own switches, so that plan, annex and crawl say one thing.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from inspection import settings
from inspection.calendar import roc
from inspection.model import Agency, Campaign, Unit
from inspection.rules.catalogue import SHIPPED, Catalogue
from inspection.rules.crawl_limits import Switch, load_crawl_limits
from inspection.store import roster

Shares = list[dict[str, object]]


def shares(session: Session, units: Sequence[Unit]) -> Shares:
    """The shares of the units inspected; `excluded` are named in the plan and not read."""
    closed = any(switch.ethics_unit for switch in _closed())
    ethics = {unit.id for unit in units if unit.is_ethics}
    return [
        {
            "id": share.id,
            "unit_id": share.unit_id,
            "name": share.name,
            "address": share.address,
            "excluded": closed and share.unit_id in ethics,
        }
        for share in roster.shares_of(session, [unit.id for unit in units])
    ]


def terms(campaign: Campaign, agency: Agency, catalogue: Catalogue) -> dict[str, str]:
    """Account, method, period, what is left out, and apart from it how long and how far verification may read."""
    line = catalogue.wording.line
    period = roc.days(campaign.window_start, campaign.window_end)
    named = "、".join(switch.name for switch in _closed())
    return {
        "account": str(agency.details.get("crawl_account", "")),
        "method": line("plan_crawl_method"),
        "period": period,
        "exclusions": line("plan_crawl_exclusions", {"named": named}) if named else line("plan_crawl_no_exclusions"),
        "scope": line("plan_crawl_scope"),
        "recheck_period": line("plan_recheck_period"),
        "recheck_scope": line("plan_recheck_scope"),
    }


def _closed() -> list[Switch]:
    limits = load_crawl_limits(SHIPPED, settings.get().rules_dir)
    return [switch for switch in limits.switches if not switch.read]
