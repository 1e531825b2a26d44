"""The seed by which the visited units are drawn: kept sealed from the first draft on, told by its hash alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.errors import BadSource
from inspection.keyring import open_ring
from inspection.language import speak
from inspection.model import SpotSample
from inspection.planning import lots
from inspection.rules.catalogue import Catalogue
from inspection.sealed_box import SealedBox
from inspection.store import spot_sample

KEY = "spot_check"
"""Where a plan's content says that the visited units are drawn: `commitment`, `per_hundred`, `count`."""
SUBJECT = "spot_sample"
SEALED_FOR = b"spot seed"


def of_plan(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """What an approved plan says of the drawing; None where every unit is visited."""
    return content.get(KEY)


def is_visited(session: Session, campaign_id: str, content: Mapping[str, Any], unit_id: str) -> bool:
    """Whether inspectors go to a unit of an approved plan."""
    return of_plan(content) is None or unit_id in spot_sample.visited(session, campaign_id)


def keep_seed(session: Session, campaign_id: str, kind: str, *, catalogue: Catalogue, by: str, at: datetime) -> None:
    """Makes the seed of a campaign whose kind has its visited units drawn; one that is there stays, with its share, so
    that no redraft changes what was promised."""
    per_hundred = catalogue.campaign_kinds.rule(kind).spot_per_hundred
    if not per_hundred or spot_sample.get(session, campaign_id) is not None:
        return
    seed = lots.new_seed()
    sealed = SealedBox(open_ring(session).newest.key, SEALED_FOR).seal(seed.encode(), campaign_id.encode())
    commitment = lots.commitment(campaign_id, seed)
    words = {"commitment": commitment, "per_hundred": per_hundred}
    if spot_sample.keep(session, campaign_id, sealed=sealed, at=at, **words):  # type: ignore[arg-type]
        told: dict[str, object] = {"sha256": commitment}
        record(session, at=at, actor=by, subject=(SUBJECT, campaign_id), action="seed_made", details=told)


def as_planned(session: Session, campaign_id: str, units: int) -> dict[str, object] | None:
    """What the plan says of the drawing, of so many units; None where nothing is drawn."""
    row = spot_sample.get(session, campaign_id)
    if row is None:
        return None
    count = lots.how_many(units, row.per_hundred) if row.drawn is None else len(row.drawn)
    return {"commitment": row.commitment, "per_hundred": row.per_hundred, "count": count}


def promised(content: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
    """How the visited units are drawn and the seed's hash, as paper and page of a plan say it beside its section on
    method: no text of the plan can leave it out. Nothing where every unit is visited."""
    told = of_plan(content)
    if told is None:
        return []
    values = {**told, "units": len(content["units"]), "commitment": lots.printed(told["commitment"])}
    return catalogue.wording.say("plan_spot_check", values)


def opened(session: Session, row: SpotSample) -> str:
    """The seed; raises BadSource where it cannot be opened, or is not the one the hash was made of."""
    for generation in open_ring(session).newest_first:
        found = SealedBox(generation.key, SEALED_FOR).open(row.seed_sealed, row.campaign_id.encode())
        seed = (found or b"").decode()
        if lots.commitment(row.campaign_id, seed) == row.commitment:
            return seed
    raise BadSource(
        speak("封存之抽籤種子無法開啟或遭變更", "the sealed seed cannot be opened, or was changed"),
        remedy=speak("請自備份還原", "restore it from a backup"),
    )
