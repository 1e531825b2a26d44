"""How far the crawls of campaigns under way came on each share, as far as a file server is to blame."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from inspection.model import Campaign, CrawlRun, CrawlShard, CrawlShare, ShareRecord
from inspection.model.lifecycle import CampaignState, CrawlState, ShardState
from inspection.vocabulary import ReadReason


@dataclass(frozen=True, slots=True)
class CoveredShare:
    """A share a campaign's crawl covers. `reason`: why it is not listed. `left`: listed, and some of it is unread.
    `ended`: the crawl does not go on by itself."""

    campaign_id: str
    share_id: str
    address: str
    listed: bool
    reason: ReadReason | None
    left: bool
    ended: bool

    @property
    def is_read(self) -> bool:
        """Whether nothing of it waits for its server."""
        return self.listed and not self.left

    @property
    def is_away(self) -> bool:
        """Whether its server is on record as not to be read."""
        return (self.left and self.ended) if self.listed else self.reason is not None


def covered(
    session: Session, *, states: Collection[CampaignState], campaign_id: str | None = None
) -> list[CoveredShare]:
    """The shares of the crawls of campaigns in these states, or of one of them, without those the plan leaves out."""
    left = exists().where(
        CrawlShard.run_id == CrawlShare.run_id,
        CrawlShard.share_id == CrawlShare.share_id,
        CrawlShard.state != ShardState.DONE,
    )
    query = (
        select(
            Campaign.id, ShareRecord.id, ShareRecord.address, CrawlShare.listed, CrawlShare.reason, left, CrawlRun.state
        )
        .join(CrawlRun, CrawlRun.id == CrawlShare.run_id)
        .join(Campaign, Campaign.id == CrawlRun.campaign_id)
        .join(ShareRecord, ShareRecord.id == CrawlShare.share_id)
        .where(CrawlRun.purpose == "campaign", Campaign.state.in_(states))
        .order_by(Campaign.id, ShareRecord.id)
    )
    if campaign_id is not None:
        query = query.where(Campaign.id == campaign_id)
    found = [
        CoveredShare(campaign, share, address, listed, reason, is_left, state is CrawlState.INCOMPLETE)
        for campaign, share, address, listed, reason, is_left, state in session.execute(query)
    ]
    return [one for one in found if one.listed or one.reason is not ReadReason.EXCLUDED]
