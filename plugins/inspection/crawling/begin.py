"""Opens a crawl of some shares, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.language import speak
from inspection.model import Campaign, CrawlRun, CrawlShare
from inspection.model.lifecycle import CampaignState, CrawlState
from inspection.rules.messages import state_word
from inspection.store import corrections, crawls, roster
from inspection.store.once import insert_once

PURPOSES = frozenset({"campaign", "self_check", "verification"})
# nothing is crawled before the plan is approved, nor while a campaign rests or after it has ended
CRAWLED_IN = frozenset(
    {CampaignState.APPROVED, CampaignState.INSPECTING, CampaignState.REPORTING, CampaignState.FOLLOWING_UP}
)


def begin(
    session: Session,
    *,
    run_id: str,
    campaign_id: str | None,
    purpose: str,
    share_ids: Sequence[str],
    account: str,
    rules_version: str,
    at: datetime,
) -> CrawlRun:
    """Opens a crawl; the same call again finds the crawl already there.

    `purpose` is campaign, self_check (a unit looks at its own shares, 自主改善) or verification (of claimed fixes).
    Raises NotAllowed where the campaign has no approved plan, NotFound for an unknown share, Conflict where a crawl
    of this id was opened with other particulars, BadSource for no share at all.
    """
    if purpose not in PURPOSES:
        raise BadSource(
            speak(
                f"清查目的須為 {'、'.join(sorted(PURPOSES))} 之一，現為 {purpose!r}",
                f"a crawl's purpose is one of {', '.join(sorted(PURPOSES))}, not {purpose!r}",
            )
        )
    if not share_ids:
        raise BadSource(
            speak("未指定分享區", "no share is named"),
            remedy=speak(
                "請指定計畫所列分享區，或先登錄於名冊", "name the shares the plan covers, or enter them in the roster"
            ),
        )
    if purpose != "self_check":
        _refuse_without_plan(session, campaign_id)
    values = {
        "id": run_id,
        "campaign_id": campaign_id,
        "purpose": purpose,
        "state": CrawlState.LISTING,
        "rules_version": rules_version,
        "account": account,
        "opened_at": at,
        "closed_at": None,
        "correction_version": corrections.version_in_force(session),
    }
    for share_id in share_ids:
        roster.share(session, share_id)
    if insert_once(session, CrawlRun, values, keys=["id"]):
        session.add_all(_nothing_yet(run_id, share_id) for share_id in sorted(set(share_ids)))
        record(
            session,
            at=at,
            actor=account,
            subject=(CrawlRun.__tablename__, run_id),
            action="begun",
            states=(None, CrawlState.LISTING.value),
            details={"campaign_id": campaign_id, "rules_version": rules_version, "count": len(set(share_ids))},
        )
        session.flush()
    found = crawls.run(session, run_id)
    covered = {share.share_id for share in crawls.shares_of(session, run_id)}
    if (found.campaign_id, found.purpose, covered) != (campaign_id, purpose, set(share_ids)):
        raise Conflict(
            speak(
                f"清查作業 {run_id} 已為其他檢查專案、目的或分享區開立",
                f"crawl {run_id} was opened for another campaign, purpose or set of shares",
            )
        )
    return found


def _refuse_without_plan(session: Session, campaign_id: str | None) -> None:
    campaign = session.get(Campaign, campaign_id) if campaign_id else None
    if campaign is None:
        raise NotAllowed(
            speak(
                "清查須有已核定計畫之檢查專案；單位自行檢視請用 self_check",
                "a crawl needs a campaign with an approved plan; a unit's own look is a self_check",
            )
        )
    if campaign.state not in CRAWLED_IN:
        raise NotAllowed(
            speak(
                f"檢查專案 {campaign.id} 現為「{state_word('campaign', campaign.state)}」，不得清查其分享區",
                f"campaign {campaign.id} is {campaign.state.value}; its shares may not be crawled",
            )
        )


def _nothing_yet(run_id: str, share_id: str) -> CrawlShare:
    return CrawlShare(
        run_id=run_id,
        share_id=share_id,
        listed=False,
        reason=None,
        seen=0,
        scanned=0,
        unreadable={},
        folders_refused=0,
        folders_excluded=0,
        complete=False,
    )
