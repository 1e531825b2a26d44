"""The crawl of a campaign, step by step, as its tasks and commands call it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import settings
from inspection.crawling.begin import begin
from inspection.crawling.finish import finish, open_reading, recount
from inspection.crawling.inventory import Scope, list_share
from inspection.crawling.ocr import read_images
from inspection.crawling.paths import PathVault
from inspection.crawling.portions import MOST_TASKS, portions, portions_of_shares
from inspection.crawling.read import read_shard
from inspection.crawling.recognisers import Recogniser, installed
from inspection.crawling.sandboxed import SandboxedJudges
from inspection.crawling.turns import turn_at
from inspection.errors import AccessRefused, LogonRefused, ServerLater, ServerQuiet, SourceUnavailable
from inspection.keyring import open_ring
from inspection.language import speak
from inspection.model.lifecycle import ShardState
from inspection.planning.decision import plan_in_force
from inspection.rules.catalogue import SHIPPED, Catalogue
from inspection.rules.crawl_limits import CrawlLimits, load_crawl_limits
from inspection.shares.address import ShareAddress, parse_address
from inspection.shares.open import open_share
from inspection.shares.share import Login, Share
from inspection.store import campaigns, crawls, roster
from inspection.store.kinds import kind_of
from inspection.store.session import session_scope
from inspection.vocabulary import ReadReason, ReadStatus

logger = logging.getLogger(__name__)

LoginFor = Callable[[ShareAddress], Login | None]
# of one login that no server has taken: most directories lock an account after three or more wrong passwords
REFUSALS_BEFORE_STOP = 2


def run_id_of(campaign_id: str) -> str:
    """The id of a campaign's own crawl."""
    return f"{campaign_id}:crawl"


def _crawls(session: Session, campaign_id: str) -> bool:
    """Whether shares are read in this kind of campaign; where none are, its crawl is neither opened nor closed."""
    return kind_of(campaigns.get(session, campaign_id)).has_crawl


def limits() -> CrawlLimits:
    """The crawl's limits and switches, an agency's laid over the shipped ones."""
    return load_crawl_limits(SHIPPED, settings.get().rules_dir)


def vault(session: Session | None = None) -> PathVault:
    """Keys and seals of this installation, as its database knows them."""
    if session is None:
        with session_scope(read_only=True) as own:
            return vault(own)
    ring = open_ring(session)
    return PathVault(ring.first, [one.key for one in ring.newest_first])


def begin_campaign_crawl(session: Session, campaign_id: str, *, catalogue: Catalogue, at: datetime) -> list[str]:
    """Opens the crawl of the shares the approved plan names; returns their ids. Refused without that approval."""
    plan = plan_in_force(session, campaign_id)
    if not _crawls(session, campaign_id):
        return []
    share_ids = [str(share["id"]) for share in plan.content["shares"]]
    begin(
        session,
        run_id=run_id_of(campaign_id),
        campaign_id=campaign_id,
        purpose="campaign",
        share_ids=share_ids,
        account=str(plan.content["crawl"]["account"]),
        rules_version=catalogue.reading_twice_version,
        at=at,
    )
    return share_ids


def prove_logons(scope: Scope, share_ids: Sequence[str], *, login_for: LoginFor) -> list[str]:
    """Logs on once at every server of these shares; returns the shares of servers that refused us, sorted.

    Raises LogonRefused where nobody took a login: after two refusals, so that a wrong password locks no account.
    A server that does not answer, or a share that is closed, is left to the listing.
    """
    with scope() as session:
        shares = {one: parse_address(roster.share(session, one).address) for one in share_ids}
    taken: set[Login | None] = set()
    refused: dict[ShareAddress, tuple[Login | None, LogonRefused]] = {}
    for address in {address.host: address for address in reversed(shares.values())}.values():
        login = login_for(address)
        try:
            open_share(address, login, patience_seconds=0).close()
        except LogonRefused as error:
            refused[address] = (login, error)
            tries = sum(one == login for one, _ in refused.values())
            if login not in taken and tries >= REFUSALS_BEFORE_STOP:
                raise
        except SourceUnavailable:
            continue
        else:
            taken.add(login)
    if refused and not taken:
        raise next(iter(refused.values()))[1]
    hosts = {address.host for address in refused}
    return sorted(one for one, address in shares.items() if address.host in hosts)


def set_aside(session: Session, campaign_id: str, share_ids: Collection[str]) -> None:
    """Records that these shares refused us: they are not listed now; a later listing of theirs goes on."""
    for share_id in share_ids:
        covered = crawls.share_of(session, run_id_of(campaign_id), share_id)
        covered.reason = None if covered.listed else ReadReason.ACCESS_DENIED


def shares_to_list(scope: Scope, campaign_id: str, share_ids: Sequence[str], *, login_for: LoginFor) -> list[str]:
    """The shares to be listed, in order: without those of servers that refuse us, which are put on record.

    Raises as `prove_logons` does.
    """
    refused = prove_logons(scope, share_ids, login_for=login_for)
    with scope() as session:
        set_aside(session, campaign_id, refused)
    return [one for one in share_ids if one not in refused]


def opener(scope: Scope, share_id: str, login_for: LoginFor) -> tuple[ShareAddress, Callable[[], Share]]:
    """A share's address, and what opens it."""
    with scope() as session:
        address = parse_address(roster.share(session, share_id).address)
    return address, lambda: open_share(address, login_for(address), with_readers=True)


def list_campaign_share(
    scope: Scope,
    campaign_id: str,
    share_id: str,
    *,
    login_for: LoginFor,
    last_try: bool = False,
    leaves_quiet: bool = False,
) -> list[str]:
    """Lists one share; returns the ids of its shards (none where it refused us: the reason is on record).

    Raises SourceUnavailable where its server does not answer; with `last_try` that is on record too, and none returned,
    so that one server that is off stops no campaign. ServerLater in its quiet hours, or while others read it; with
    `leaves_quiet` a share in its quiet hours is left for later (`shares_for_later`) and none returned.
    """
    run_id = run_id_of(campaign_id)
    with scope() as session:
        plan_in_force(session, campaign_id)
        if not _crawls(session, campaign_id):
            return []
        if crawls.share_of(session, run_id, share_id).listed:  # without waiting for a turn at its server
            return [one.id for one in crawls.shards_of(session, run_id, share_id)]
    address, open_it = opener(scope, share_id, login_for)
    try:
        with turn_at(scope, address.host, f"{run_id}:list:{share_id}") as turn, SandboxedJudges(workers=1) as workers:
            listed = list_share(
                scope,
                run_id,
                share_id,
                turn.keep(open_it),
                vault=vault(),
                limits=limits(),
                mask=workers.mask,
                host=address.host,
                recogniser=_recognises_now(),
            )
    except ServerQuiet as quiet:
        if not leaves_quiet:
            raise
        logger.info(str(quiet))
        _leave_for_later(scope, campaign_id, share_id)
        return []
    except ServerLater:
        raise
    except SourceUnavailable:
        if not last_try or not _on_record(scope, campaign_id, share_id):
            raise
        logger.warning(speak("分享區 %s 未能列出，其餘照常", "share %s was not listed; the others go on"), share_id)
        return []
    return list(listed.shard_ids)


def list_campaign_portion(
    scope: Scope,
    campaign_id: str,
    share_ids: Sequence[str],
    *,
    login_for: LoginFor,
    last_try: bool = False,
    leaves_quiet: bool = False,
) -> list[str]:
    """Lists some shares, one after another, each as `list_campaign_share`; returns their ids.

    One that stays away stops none: what it said is raised once all others were tried. A server that is not to be read
    now is asked for none of its other shares in this round; ServerLater, with the earliest instant, is raised before
    that, for it costs no try. Called again it lists only what is left.
    """
    later: dict[str, ServerLater] = {}
    away: list[SourceUnavailable] = []
    for share_id in share_ids:
        with scope() as session:
            host = _server(session, share_id)
        if host and host in later:
            continue
        try:
            list_campaign_share(
                scope, campaign_id, share_id, login_for=login_for, last_try=last_try, leaves_quiet=leaves_quiet
            )
        except ServerLater as error:
            later[host] = error
        except SourceUnavailable as error:
            away.append(error)
    if later:
        raise min(later.values(), key=lambda one: one.until)
    if away:
        raise away[0]
    return list(share_ids)


def _server(session: Session, share_id: str) -> str:
    """The file server of a share, in small letters; blank for a folder of this machine."""
    return parse_address(roster.share(session, share_id).address).host.lower()


def portions_to_list(session: Session, share_ids: Sequence[str]) -> list[list[str]]:
    """Shares to be listed in portions, a task each: never more than Airflow maps over."""
    servers = {one: _server(session, one) for one in share_ids} if len(share_ids) > MOST_TASKS else {}
    return portions_of_shares(share_ids, servers)


def _leave_for_later(scope: Scope, campaign_id: str, share_id: str) -> None:
    """What an earlier try has on record of a share that is now only quiet says nothing any more."""
    with scope() as session:
        crawls.share_of(session, run_id_of(campaign_id), share_id).reason = None


def shares_for_later(session: Session, campaign_id: str) -> list[str]:
    """The shares that were left because their servers were quiet: neither listed nor on record as away."""
    if not _crawls(session, campaign_id):
        return []
    found = crawls.shares_of(session, run_id_of(campaign_id))
    return [one.share_id for one in found if not one.listed and one.reason is None]


def _on_record(scope: Scope, campaign_id: str, share_id: str) -> bool:
    """Whether the crawl's coverage says why this share was not listed."""
    with scope() as session:
        return crawls.share_of(session, run_id_of(campaign_id), share_id).reason is not None


def open_campaign_reading(session: Session, campaign_id: str, *, at: datetime) -> list[str]:
    """All shards still to be read."""
    plan_in_force(session, campaign_id)
    if not _crawls(session, campaign_id):
        return []
    return open_reading(session, run_id_of(campaign_id), at=at)


def portions_to_read(
    session: Session, campaign_id: str, *, at: datetime, later: Collection[str] = (), only_later: bool = False
) -> list[list[str]]:
    """The same in portions, a task each: never more than Airflow maps over. Those of the shares left for `later` are
    gathered apart (`only_later`)."""
    left = open_campaign_reading(session, campaign_id, at=at)
    share_of = crawls.shares_of_shards(session, left)
    return portions([(share_of[shard], shard) for shard in left if (share_of[shard] in later) is only_later])


def read_campaign_portion(
    scope: Scope, campaign_id: str, shard_ids: Sequence[str], *, login_for: LoginFor, last_try: bool = False
) -> dict[str, int]:
    """Reads what is left of some shards, one after another; counts and errors as `read_campaign_shard`.

    Each shard is a turn of its own at its server: between two of them others go first who came before.
    """
    total = Counter[str]()
    for shard_id in shard_ids:
        total.update(read_campaign_shard(scope, campaign_id, shard_id, login_for=login_for, last_try=last_try))
    return dict(total)


def read_campaign_shard(
    scope: Scope, campaign_id: str, shard_id: str, *, login_for: LoginFor, workers: int = 1, last_try: bool = False
) -> dict[str, int]:
    """Reads what is left of one shard; returns counts only.

    Raises SourceUnavailable where the share stays away; with `last_try`, and at once where it no longer takes our
    login, what is left stays `waiting` and the crawl incomplete. ServerLater in the server's quiet hours, or while
    others read it.
    """
    with scope() as session:
        plan_in_force(session, campaign_id)
        shard = crawls.shard(session, shard_id)
        if shard.state is ShardState.DONE:
            return _counted(session, shard_id)
    address, open_it = opener(scope, shard.share_id, login_for)
    try:
        with turn_at(scope, address.host, shard_id) as turn:
            own, kept = vault(), turn.keep(open_it)
            with SandboxedJudges(
                workers=workers, second_reading=True, doubting=False, sketch_key=own.sketch_key
            ) as crew:
                read_shard(scope, shard_id, kept, crew, vault=own, limits=limits(), host=address.host)
    except ServerLater:
        raise
    except SourceUnavailable as error:
        if not last_try and not isinstance(error, AccessRefused):
            raise
        logger.warning(
            speak("分享區 %s 未讀畢，其餘照常：%s", "share %s was not read to its end; the others go on: %s"),
            shard.share_id,
            error,
        )
    with scope() as session:
        return _counted(session, shard_id)


def _counted(session: Session, shard_id: str) -> dict[str, int]:
    counts = crawls.shard_counts(session, shard_id)
    return {
        "scanned": counts.get(ReadStatus.SCANNED, 0),
        "unreadable": counts.get(ReadStatus.UNREADABLE, 0),
        "skipped": counts.get(ReadStatus.SKIPPED, 0),
        "waiting": counts.get(None, 0),
    }


def pictures_waiting(session: Session, campaign_id: str = "") -> list[tuple[str, str]]:
    """(campaign, share) of crawls with files without text, of one campaign or of all under inspection.

    Empty while recognition is switched off.
    """
    ocr = limits().ocr
    return crawls.shares_with_pictures(session, campaign_id, beside_text=ocr.beside_text) if ocr.enabled else []


def recogniser() -> Recogniser:
    """The recogniser the rules choose; raises SourceUnavailable where it is not installed."""
    return installed(limits().ocr)


def _recognises_now() -> str:
    """The version of the recogniser that will read the pictures of a crawl; blank where none will."""
    if not limits().ocr.enabled:
        return ""
    try:
        return recogniser().version
    except SourceUnavailable:  # told by the task that recognises; what was recognised before is better than nothing
        return ""


def read_campaign_images(
    scope: Scope, campaign_id: str, share_id: str, recogniser: Recogniser, *, login_for: LoginFor
) -> dict[str, int]:
    """Recognises the pictures of text on one share of a campaign's crawl; returns counts only.

    It may take a night: where others wait for the server it gives way, and goes on later (ServerLater).
    """
    run_id = run_id_of(campaign_id)
    with scope() as session:
        plan_in_force(session, campaign_id)
    address, open_it = opener(scope, share_id, login_for)
    with (
        turn_at(scope, address.host, f"{run_id}:ocr:{share_id}", yields=True) as turn,
        SandboxedJudges(workers=1) as judges,
    ):
        counts = read_images(
            scope,
            run_id,
            share_id,
            turn.keep(open_it),
            judges,
            recogniser,
            vault=vault(),
            limits=limits(),
            host=address.host or "",
        )
    if counts.tried:
        with scope() as session:
            recount(session, run_id)
    return asdict(counts)


def finish_campaign_crawl(session: Session, campaign_id: str, *, at: datetime) -> dict[str, int]:
    """Closes the crawl; returns counts only. `shares` are those the plan has read; `left_out` those it does not."""
    if not _crawls(session, campaign_id):
        return dict.fromkeys(("shares", "left_out", "complete", "seen", "scanned"), 0)
    run = finish(session, run_id_of(campaign_id), at)
    every = crawls.shares_of(session, run.id)
    shares = [share for share in every if not share.left_out]
    return {
        "shares": len(shares),
        "left_out": len(every) - len(shares),
        "complete": sum(share.complete for share in shares),
        "seen": sum(share.seen for share in shares),
        "scanned": sum(share.scanned for share in shares),
    }
