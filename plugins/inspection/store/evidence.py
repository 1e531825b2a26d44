"""What crawls have found, as later chapters read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from inspection.model import CrawledFile, CrawlRun, CrawlShare, Finding, Hit, ShareRecord, Suspicion
from inspection.store.findings import SUSPECTED
from inspection.vocabulary import SuspicionKind, Verdict

UNMARKED_DEFECT = "D01"
SUSPICIOUS = (Verdict.UNMARKED_SENSITIVE, Verdict.DEFECTIVE_MARK)


def campaign_run(session: Session, campaign_id: str) -> CrawlRun | None:
    """The newest crawl of a campaign's own."""
    query = select(CrawlRun).where(CrawlRun.campaign_id == campaign_id, CrawlRun.purpose == "campaign")
    return session.scalars(query.order_by(CrawlRun.opened_at.desc(), CrawlRun.id.desc()).limit(1)).first()


def suspicious_pages(
    session: Session, run_id: str, *, size: int = 1000
) -> Iterator[list[tuple[CrawledFile, ShareRecord, list[Hit]]]]:
    """Files of a crawl that need a look, with their share and hits, in a stable order: in pages of `size` files, each
    read by one statement."""
    place = tuple_(CrawledFile.share_id, CrawledFile.path_key)
    wanted = select(CrawledFile.id).where(CrawledFile.run_id == run_id, CrawledFile.verdict.in_(SUSPICIOUS))
    after: tuple[str, str] | None = None
    while True:
        page = wanted if after is None else wanted.where(place > after)
        page = page.order_by(CrawledFile.share_id, CrawledFile.path_key).limit(size)
        query = (
            select(CrawledFile, ShareRecord, Hit)
            .join(ShareRecord, ShareRecord.id == CrawledFile.share_id)
            .outerjoin(Hit, (Hit.crawled_file_id == CrawledFile.id) & Hit.basis.is_(None))
            .where(CrawledFile.id.in_(page))
            .order_by(CrawledFile.share_id, CrawledFile.path_key, Hit.detector)
        )
        found: dict[int, tuple[CrawledFile, ShareRecord, list[Hit]]] = {}
        for file, share, hit in session.execute(query):
            hits = found.setdefault(file.id, (file, share, []))[2]
            if hit is not None:
                hits.append(hit)
        if not found:
            return
        yield list(found.values())
        if len(found) < size:
            return
        last = next(reversed(found.values()))[0]
        after = (last.share_id, last.path_key)


def suspicious_in(session: Session, run_id: str) -> list[tuple[CrawledFile, ShareRecord, list[Hit]]]:
    """Files of any crawl that need a look, with their share and hits, in a stable order."""
    query = (
        select(CrawledFile, ShareRecord)
        .join(ShareRecord, ShareRecord.id == CrawledFile.share_id)
        .where(CrawledFile.run_id == run_id, CrawledFile.verdict.in_(SUSPICIOUS))
        .order_by(CrawledFile.share_id, CrawledFile.path_key)
    )
    return _with_hits(session, query)


def stale_sensitive(
    session: Session, run_id: str, *, before: datetime
) -> list[tuple[CrawledFile, ShareRecord, list[Hit]]]:
    """Sensitive or marked files of a crawl last written before an instant, by unit, oldest first."""
    query = (
        select(CrawledFile, ShareRecord)
        .join(ShareRecord, ShareRecord.id == CrawledFile.share_id)
        .where(
            CrawledFile.run_id == run_id,
            CrawledFile.verdict.in_((*SUSPICIOUS, Verdict.MARKED)),
            CrawledFile.modified_at < before,
        )
        .order_by(ShareRecord.unit_id, CrawledFile.modified_at, CrawledFile.share_id, CrawledFile.path_key)
    )
    return _with_hits(session, query)


def stale_confirmed(session: Session, campaign_id: str, *, before: datetime) -> dict[str, int]:
    """How many files with a confirmed finding each unit last wrote to before an instant."""
    query = (
        select(Finding.unit_id, func.count(CrawledFile.id.distinct()))
        .join(Suspicion, Suspicion.id == Finding.suspicion_id)
        .join(CrawledFile, CrawledFile.id == Suspicion.crawled_file_id)
        .where(Finding.campaign_id == campaign_id, CrawledFile.modified_at < before)
        .group_by(Finding.unit_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _with_hits(
    session: Session, query: Select[CrawledFile, ShareRecord]
) -> list[tuple[CrawledFile, ShareRecord, list[Hit]]]:
    rows = [(file, share) for file, share in session.execute(query)]
    hits = hits_of(session, [file.id for file, _ in rows])
    return [(file, share, hits.get(file.id, [])) for file, share in rows]


def hits_of(session: Session, file_ids: list[int]) -> dict[int, list[Hit]]:
    """What rules found, by file. What the second reading points at stands in `store.clues`."""
    found: dict[int, list[Hit]] = defaultdict(list)
    for start in range(0, len(file_ids), 500):
        query = select(Hit).where(Hit.crawled_file_id.in_(file_ids[start : start + 500]), Hit.basis.is_(None))
        for hit in session.scalars(query.order_by(Hit.crawled_file_id, Hit.detector)):
            found[hit.crawled_file_id].append(hit)
    return found


def file(session: Session, file_id: int) -> tuple[CrawledFile, ShareRecord, list[Hit]]:
    """One crawled file with its share and hits."""
    found = session.get_one(CrawledFile, file_id)
    return found, session.get_one(ShareRecord, found.share_id), hits_of(session, [file_id]).get(file_id, [])


def defects_of(file: CrawledFile) -> list[str]:
    """The marking defects of a file; a sensitive one without any mark has D01."""
    unmarked = [UNMARKED_DEFECT] if file.verdict == Verdict.UNMARKED_SENSITIVE else []
    return unmarked + [str(defect) for defect in (file.mark or {}).get("defects", ())]


def defects_behind(suspicion: Suspicion, file: CrawledFile) -> list[str]:
    """The marking defects a 疑似事項 rests on; of what an officer read and named themselves, that it bears no mark."""
    return [UNMARKED_DEFECT] if suspicion.kind is SuspicionKind.READ_BY_PERSON else defects_of(file)


def files(session: Session, file_ids: Sequence[int]) -> dict[int, tuple[CrawledFile, ShareRecord, list[Hit]]]:
    """Crawled files with their shares and hits, by id."""
    found: dict[int, tuple[CrawledFile, ShareRecord, list[Hit]]] = {}
    hits = hits_of(session, list(file_ids))
    for start in range(0, len(file_ids), 500):
        query = (
            select(CrawledFile, ShareRecord)
            .join(ShareRecord, ShareRecord.id == CrawledFile.share_id)
            .where(CrawledFile.id.in_(file_ids[start : start + 500]))
        )
        found |= {file.id: (file, share, hits.get(file.id, [])) for file, share in session.execute(query)}
    return found


def coverage(session: Session, run_id: str) -> list[tuple[CrawlShare, ShareRecord]]:
    """How far a crawl came, share by share."""
    query = (
        select(CrawlShare, ShareRecord)
        .join(ShareRecord, ShareRecord.id == CrawlShare.share_id)
        .where(CrawlShare.run_id == run_id)
        .order_by(CrawlShare.share_id)
    )
    return [(coverage, share) for coverage, share in session.execute(query)]


def mended_before(session: Session, campaign_id: str) -> dict[str, int]:
    """How many files each unit saw in its own look and mended before the campaign's crawl (自主改善).

    Counted only on shares the campaign's crawl covered completely: elsewhere nothing may be concluded.
    """
    run = campaign_run(session, campaign_id)
    if run is None:
        return {}
    still = {(file.share_id, file.path_key) for file, _, _ in suspicious_in(session, run.id)}
    covered = {covered.share_id for covered, _ in coverage(session, run.id) if covered.complete}
    query = select(CrawlRun).where(CrawlRun.purpose == "self_check", CrawlRun.opened_at <= run.opened_at)
    seen: dict[tuple[str, str], str] = {}
    for earlier in session.scalars(query.order_by(CrawlRun.opened_at, CrawlRun.id)):
        for file, share, _ in suspicious_in(session, earlier.id):
            seen[file.share_id, file.path_key] = share.unit_id
    counts: dict[str, int] = defaultdict(int)
    for (share_id, path_key), unit_id in seen.items():
        if share_id in covered and (share_id, path_key) not in still:
            counts[unit_id] += 1
    return dict(counts)


def decided_counts(session: Session, campaign_id: str) -> dict[str, int]:
    """How many 疑似事項 stand in each state."""
    query = select(Suspicion.state, func.count()).where(Suspicion.campaign_id == campaign_id, SUSPECTED)
    query = query.group_by(Suspicion.state)
    return {state.value: count for state, count in session.execute(query)}
