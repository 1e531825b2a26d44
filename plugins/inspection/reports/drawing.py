"""How the visited units were drawn, as the report says it: everything anybody needs to draw them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.model import Plan
from inspection.planning import lots
from inspection.planning.spot_seed import of_plan
from inspection.rules.catalogue import Catalogue
from inspection.store import spot_sample


def spot_drawing(session: Session, plan: Plan, names: Mapping[str, str], catalogue: Catalogue) -> list[str]:
    """Seed, hash, units listed, drawn and added, by their codes (`names` by unit id); none where every unit is visited,
    and that nothing was drawn where the seed was never opened."""
    told, say = of_plan(plan.content), catalogue.wording.say
    if told is None:
        return []
    row = spot_sample.get(session, plan.campaign_id)
    if row is None or row.opened_at is None:
        return say("report_spot_not_drawn", {"count": told["count"], "commitment": lots.printed(told["commitment"])})
    listed, drawn = row.listed or [], row.drawn or []
    values = {
        "date": roc.plain(clock.local_date(row.opened_at)),
        "commitment": lots.printed(row.commitment),
        "seed": lots.printed(row.seed or ""),
        "campaign": plan.campaign_id,
        "units": len(listed),
        "listed": "、".join(listed),
        "count": len(drawn),
        "drawn": _named(drawn, names),
    }
    added = [
        line
        for one in spot_sample.additions(session, plan.campaign_id)
        for line in say("report_spot_added", {"unit": _named([one.unit_id], names), "reason": one.reason})
    ]
    return say("report_spot_drawn", values) + (added or say("report_spot_none_added"))


def _named(unit_ids: Sequence[str], names: Mapping[str, str]) -> str:
    return "、".join(f"{one}{names.get(one, '')}" for one in unit_ids)
