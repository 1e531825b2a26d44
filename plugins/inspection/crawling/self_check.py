"""自己先掃: a unit looks at its own shares before the inspection; what it mends then is never a fault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inspection import clock
from inspection.crawling.begin import begin
from inspection.crawling.campaign import LoginFor, limits, opener, vault
from inspection.crawling.finish import finish, open_reading
from inspection.crawling.inventory import Scope, list_share
from inspection.crawling.read import read_shard
from inspection.crawling.sandboxed import SandboxedJudges
from inspection.crawling.turns import turn_at
from inspection.errors import NotFound
from inspection.language import speak
from inspection.rules.catalogue import Catalogue
from inspection.store import crawls, evidence, roster

PURPOSE = "self_check"


@dataclass(frozen=True, slots=True)
class SelfCheckedFile:
    """One file the unit should look at: its masked path, what kind of content, and the remedies in their order."""

    path_shown: str
    verdict: str
    severity: str
    detectors: tuple[str, ...]
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """The outcome of a unit's own look."""

    run_id: str
    seen: int
    complete: bool
    files: tuple[SelfCheckedFile, ...]


def self_check(
    scope: Scope,
    unit_id: str,
    *,
    account: str,
    login_for: LoginFor,
    catalogue: Catalogue,
    at: datetime,
    workers: int = 2,
) -> SelfCheck:
    """Crawls a unit's own shares outside any campaign; one run a day, run again it goes on where it ended.

    Raises NotFound for a unit without shares, SourceUnavailable where a server stays away or others read it.
    """
    run_id = f"self:{unit_id}:{clock.local_date(at):%Y%m%d}"
    with scope() as session:
        roster.unit(session, unit_id)
        share_ids = [share.id for share in roster.shares_of(session, [unit_id])]
        if not share_ids:
            raise NotFound(speak(f"名冊內單位 {unit_id} 沒有分享區", f"unit {unit_id} has no shares in the roster"))
        begin(
            session,
            run_id=run_id,
            campaign_id=None,
            purpose=PURPOSE,
            share_ids=share_ids,
            account=account,
            rules_version=catalogue.reading_version,
            at=at,
        )
    with SandboxedJudges(workers=workers) as judges:
        for share_id in share_ids:
            address, open_it = opener(scope, share_id, login_for)
            with turn_at(scope, address.host, f"{run_id}:list:{share_id}") as turn:
                kept = turn.keep(open_it)
                list_share(
                    scope, run_id, share_id, kept, vault=vault(), limits=limits(), mask=judges.mask, host=address.host
                )
        with scope() as session:
            shards = open_reading(session, run_id, at=clock.now())
        for shard_id in shards:
            with scope() as session:
                share_id = crawls.shard(session, shard_id).share_id
            address, open_it = opener(scope, share_id, login_for)
            with turn_at(scope, address.host, shard_id) as turn:
                kept = turn.keep(open_it)
                read_shard(scope, shard_id, kept, judges, vault=vault(), limits=limits(), host=address.host)
    with scope() as session:
        finish(session, run_id, clock.now())
        shares = crawls.shares_of(session, run_id)
        told = tuple(
            SelfCheckedFile(
                file.path_shown,
                file.verdict.value if file.verdict else "",
                file.severity.value if file.severity else "",
                tuple(hit.detector for hit in hits),
                _remedies(catalogue, [hit.detector for hit in hits]),
            )
            for file, _, hits in evidence.suspicious_in(session, run_id)
        )
        return SelfCheck(run_id, sum(share.seen for share in shares), all(share.complete for share in shares), told)


def _remedies(catalogue: Catalogue, detectors: list[str]) -> tuple[str, ...]:
    remedies: list[str] = []
    for name in detectors:
        remedies.extend(one for one in catalogue.detectors.detector(name).remedies if one not in remedies)
    return tuple(remedies)
