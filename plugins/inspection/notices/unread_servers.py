"""The file servers a campaign could not read, as its operators are told of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy.orm import Session

from inspection.model.lifecycle import CampaignState
from inspection.shares.address import parse_address
from inspection.store import unread_shares
from inspection.store.unread_shares import CoveredShare
from inspection.vocabulary import ReadReason

GOING = frozenset(
    {CampaignState.APPROVED, CampaignState.INSPECTING, CampaignState.REPORTING, CampaignState.FOLLOWING_UP}
)
LOCAL = "localhost"  # folders of the worker's own machine bear no server
LONGEST = 80  # of a name in a notice's key


@dataclass(frozen=True, slots=True)
class CampaignServer:
    """A file server, in lower case, as a campaign's crawl knows it; `shares` are those the plan has read there."""

    campaign_id: str
    host: str
    shares: tuple[CoveredShare, ...]

    @property
    def away(self) -> list[CoveredShare]:
        """The shares that are on record as not read."""
        return [one for one in self.shares if one.is_away]

    @property
    def is_read(self) -> bool:
        """Whether all its shares are read to their end."""
        return all(one.is_read for one in self.shares)

    @property
    def refuses(self) -> bool:
        """Whether some share is refused to us, which no waiting mends."""
        return any(one.reason is ReadReason.ACCESS_DENIED for one in self.away)


def servers_of(session: Session, campaign_id: str | None = None) -> list[CampaignServer]:
    """The file servers of every campaign under way, or of one, in order of campaign and host."""
    found: dict[tuple[str, str], list[CoveredShare]] = defaultdict(list)
    for one in unread_shares.covered(session, states=GOING, campaign_id=campaign_id):
        host = (parse_address(one.address).host or LOCAL).lower()[:LONGEST]
        found[one.campaign_id, host].append(one)
    return [CampaignServer(campaign, host, tuple(shares)) for (campaign, host), shares in sorted(found.items())]
