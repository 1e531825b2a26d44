"""A local folder as the only share of a paper campaign, crawled by the campaign's own steps."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from campaigns.paper_office import CAMPAIGN, WORKS, PaperOffice
from inspection import clock
from inspection.crawling import campaign as crawl
from inspection.model import ShareRecord
from inspection.store.session import session_scope


def crawl_folder(office: PaperOffice, folder: Path, *, campaign_id: str = CAMPAIGN) -> None:
    """Approves a plan whose one share is this folder of 工務課, and crawls it to the end."""
    with session_scope() as session:
        mine, *others = sorted(session.scalars(select(ShareRecord)), key=lambda share: share.unit_id != WORKS)
        mine.address = str(folder)
        for share in others:
            share.active = False
    office.approved_plan(campaign_id)
    with session_scope() as session:
        shares = crawl.begin_campaign_crawl(session, campaign_id, catalogue=office.rules, at=clock.now())
    for share_id in shares:
        crawl.list_campaign_share(session_scope, campaign_id, share_id, login_for=lambda _: None)
    with session_scope() as session:
        shards = crawl.open_campaign_reading(session, campaign_id, at=clock.now())
    for shard_id in shards:
        crawl.read_campaign_shard(session_scope, campaign_id, shard_id, login_for=lambda _: None)
    with session_scope() as session:
        crawl.finish_campaign_crawl(session, campaign_id, at=clock.now())
