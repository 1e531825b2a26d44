"""The seed by which the visited units are drawn: kept sealed from the first draft on, told by its hash alone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.errors import BadSource
from inspection.keyring import NONCE_BYTES, open_ring
from inspection.language import speak
from inspection.model import SpotSample
from inspection.planning import lots
from inspection.rules.catalogue import Catalogue
from inspection.store import spot_sample

KEY = "spot_check"
"""Where a plan's content says that the visited units are drawn: `commitment`, `per_hundred`, `count`."""
SUBJECT = "spot_sample"


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
    nonce = secrets.token_bytes(NONCE_BYTES)
    box = _box(open_ring(session).newest.key)
    sealed = nonce + box.encrypt(nonce, seed.encode(), campaign_id.encode())
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
    nonce, sealed = row.seed_sealed[:NONCE_BYTES], row.seed_sealed[NONCE_BYTES:]
    for generation in open_ring(session).newest_first:
        try:
            seed = _box(generation.key).decrypt(nonce, sealed, row.campaign_id.encode()).decode()
        except (InvalidTag, ValueError):
            continue
        if lots.commitment(row.campaign_id, seed) == row.commitment:
            return seed
    raise BadSource(
        speak("封存之抽籤種子無法開啟或遭變更", "the sealed seed cannot be opened, or was changed"),
        remedy=speak("請自備份還原", "restore it from a backup"),
    )


def _box(key: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"inspection spot seed").derive(key))
