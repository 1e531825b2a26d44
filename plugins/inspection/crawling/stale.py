"""久未異動之敏感檔案: what a unit has long not touched and should clear away, for the ethics office alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.crawling.campaign import limits, run_id_of
from inspection.crawling.shown import place_shown
from inspection.rules.catalogue import Catalogue
from inspection.store import crawls, evidence


@dataclass(frozen=True, slots=True)
class StaleFile:
    """A sensitive or marked file that was long not written to; of its place what lists may show."""

    unit_id: str
    share_id: str
    path_shown: str
    written_on: date
    verdict: str
    level: str
    detectors: tuple[str, ...]


def stale_before(opened_at: datetime, unwritten_days: int = 0) -> datetime:
    """The instant before which a file must have been last written to count, seen from a crawl; 0 days: as ruled."""
    return opened_at - timedelta(days=unwritten_days or limits().stale.unwritten_days)


def stale_files(
    session: Session, campaign_id: str, catalogue: Catalogue, *, unwritten_days: int = 0
) -> list[StaleFile]:
    """The sensitive files of a campaign's crawl that nobody wrote to for so many days, oldest first by unit.

    Counted from the crawl's day. By the time of the last writing: that of the last reading is kept by few servers.
    Raises NotFound where the campaign has no crawl.
    """
    run = crawls.run(session, run_id_of(campaign_id))
    found = evidence.stale_sensitive(session, run.id, before=stale_before(run.opened_at, unwritten_days))
    return [
        StaleFile(
            share.unit_id,
            share.id,
            place_shown(file, catalogue),
            clock.local_date(file.modified_at),
            file.verdict.value if file.verdict else "",
            str((file.mark or {}).get("level") or ""),
            tuple(hit.detector for hit in hits),
        )
        for file, share, hits in found
    ]
