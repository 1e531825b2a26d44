"""Crawls as rows, without reading anything: what a campaign's crawl would have written of files of a given content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from inspection import clock
from inspection.crawling.campaign import run_id_of
from inspection.model import Clue, CrawledFile, CrawlRun, Hit, Suspicion
from inspection.model.lifecycle import CrawlState
from inspection.store.session import engine_for, session_scope
from inspection.vocabulary import HitBasis, ReadStatus, Severity, Verdict

SHARE = "U04"  # of 工務課: the demo roster names a share after its unit


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as a crawl saw it; `content` None: no hash of it is known. Equal texts are equal contents.

    `broad_readers` None: the server did not say who may read it.
    `clue`: topic and strength of what the second reading said where no rule found anything.
    """

    path: str
    content: str | None
    share: str = SHARE
    detectors: tuple[str, ...] = ("PII-NID",)
    verdict: Verdict = Verdict.UNMARKED_SENSITIVE
    defects: tuple[str, ...] = ()
    broad_readers: tuple[str, ...] | None = ()
    hints: tuple[str, ...] = ()
    size: int = 1
    minutes: int = 0
    clue: tuple[str, int] | None = None
    traits: str | None = None


def crawl(campaign_id: str, files: Sequence[Seen], *, purpose: str = "campaign") -> None:
    """Writes a finished crawl of a campaign."""
    with session_scope() as session:
        crawl_in(session, campaign_id, files, purpose=purpose)


def crawl_in(session: Session, campaign_id: str, files: Sequence[Seen], *, purpose: str = "campaign") -> None:
    """The same in a transaction that is open."""
    at = clock.now()
    run_id = run_id_of(campaign_id)
    session.add(
        CrawlRun(
            id=run_id, campaign_id=campaign_id, purpose=purpose, state=CrawlState.COMPLETE, rules_version="r",
            account="svc", opened_at=at, closed_at=at,
        )
    )  # fmt: skip
    session.flush()
    session.execute(insert(CrawledFile), [_row(run_id, one, at) for one in files])
    ids = dict(session.execute(select(CrawledFile.path_key, CrawledFile.id).where(CrawledFile.run_id == run_id)).all())
    hits = [_hit(ids[_key(f"{one.share}/{one.path}")], detector) for one in files for detector in one.detectors] + [
        _hit(ids[_key(f"{one.share}/{one.path}")], one.clue[0], HitBasis.MEANING, one.clue[1], one.traits)
        for one in files
        if one.clue is not None
    ]
    if hits:
        session.execute(insert(Hit), hits)


def hinted(path: str, content: str | None, topic: str = "TOP-WHISTLE", strength: int = 3, **other: Any) -> Seen:
    """A file in which only the second reading saw something."""
    return Seen(path, content, detectors=(), verdict=Verdict.CLEAN, clue=(topic, strength), **other)


def _hit(
    file_id: int, detector: str, basis: HitBasis | None = None, strength: int | None = None, traits: str | None = None
) -> dict[str, Any]:
    return {
        "crawled_file_id": file_id, "detector": detector, "count": 1, "people": 0 if basis else 1,
        "severity": Severity.HIGH, "excerpts": ["○○○不要○○○"] if basis else [], "locators": [], "basis": basis,
        "strength": strength, "traits": traits,
    }  # fmt: skip


def _row(run_id: str, one: Seen, at: datetime) -> dict[str, Any]:
    written = at - timedelta(days=30) + timedelta(minutes=one.minutes)
    return {
        "run_id": run_id, "share_id": one.share, "path_key": _key(f"{one.share}/{one.path}"), "path_shown": one.path,
        "path_sealed": b"", "size_bytes": one.size, "modified_at": written, "changed_at": written, "file_id": "",
        "content_key": None if one.content is None else _key(one.content), "status": ReadStatus.SCANNED,
        "verdict": one.verdict, "severity": Severity.HIGH if one.detectors else None,
        "mark": {"level": "密", "defects": list(one.defects)} if one.defects else None,
        "hints": list(one.hints), "unread": [],
        "broad_readers": None if one.broad_readers is None else list(one.broad_readers),
    }  # fmt: skip


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def drawn(campaign_id: str) -> dict[str, Suspicion]:
    """The 疑似事項 about files of a campaign, by path."""
    with session_scope() as session:
        query = (
            select(CrawledFile.path_shown, Suspicion)
            .join(Suspicion, Suspicion.crawled_file_id == CrawledFile.id)
            .where(Suspicion.campaign_id == campaign_id)
        )
        return dict(session.execute(query).all())


def clues_of(campaign_id: str) -> dict[str, Clue]:
    """The clues of a campaign, by path."""
    with session_scope() as session:
        query = (
            select(CrawledFile.path_shown, Clue)
            .join(Clue, Clue.crawled_file_id == CrawledFile.id)
            .where(Clue.campaign_id == campaign_id)
        )
        return dict(session.execute(query).all())


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile, as its cursor gets them."""
    sent: list[str] = []

    def note(*told: Any) -> None:
        sent.append(told[2])

    event.listen(engine_for(), "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine_for(), "before_cursor_execute", note)
