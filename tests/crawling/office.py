"""A small agency with shares, and ways to look at what a crawl wrote."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection import settings
from inspection.crawling.paths import PathVault
from inspection.model import (
    Campaign,
    CrawledFile,
    CrawlFolder,
    CrawlRun,
    CrawlShard,
    CrawlShare,
    Hit,
    Person,
    ShareRecord,
    Unit,
)
from inspection.model.lifecycle import CampaignState
from inspection.rules.crawl_limits import CrawlLimits, load_crawl_limits
from inspection.shares.local import LocalShare
from inspection.store.session import session_scope

AT = datetime.fromisoformat("2026-10-12T09:00:00+08:00")
TABLES = (CrawlRun, CrawlShare, CrawlShard, CrawledFile, Hit)


def scope() -> AbstractContextManager[Session]:
    """A transaction on the database the settings name."""
    return session_scope()


def vault() -> PathVault:
    """Keys of this test's installation."""
    return PathVault(settings.get().require_secret_key())


def settle(*share_ids: str, ethics: str = "", state: CampaignState = CampaignState.INSPECTING) -> None:
    """An agency with one unit per share (unit `U-<share>`), and the campaign C1."""
    with scope() as session:
        session.add(Person(id="P1", name="測試員", title="課員", email="p1@office.test", unit_id=None, active=True))
        session.flush()
        for share_id in share_ids:
            session.add(
                Unit(
                    id=f"U-{share_id}",
                    name=share_id,
                    kind="unit",
                    tags=[],
                    staff_count=3,
                    is_ethics=share_id == ethics,
                    active=True,
                )
            )
            session.flush()
            session.add(
                ShareRecord(
                    id=share_id,
                    unit_id=f"U-{share_id}",
                    name=share_id,
                    address=f"//fs.test/{share_id}",
                    is_common=False,
                    active=True,
                )
            )
        session.add(
            Campaign(
                id="C1",
                kind="semiannual",
                name="定期保密檢查",
                state=state,
                window_start=AT,
                window_end=AT + timedelta(days=14),
                checklist_due_on=AT.date(),
                first_crawl=False,
                opened_by="P1",
                opened_at=AT,
            )
        )


def particulars(run_id: str, *share_ids: str, rules_version: str = "r1", minutes: int = 0) -> dict[str, Any]:
    """Arguments of `begin` for a crawl of the campaign C1."""
    return {
        "run_id": run_id,
        "campaign_id": "C1",
        "purpose": "campaign",
        "share_ids": share_ids,
        "account": "svc-crawl",
        "rules_version": rules_version,
        "at": AT + timedelta(minutes=minutes),
    }


def limits(**changed: Any) -> CrawlLimits:
    """The shipped limits, changed."""
    return load_crawl_limits().model_copy(update=changed)


def files_of(session: Session, run_id: str) -> list[CrawledFile]:
    """The files of a crawl: its own rows, and those of the folders that stand in an earlier one's."""
    own = session.scalars(select(CrawledFile).where(CrawledFile.run_id == run_id))
    elsewhere = session.scalars(
        select(CrawledFile)
        .join(
            CrawlFolder,
            (CrawlFolder.source_id == CrawledFile.run_id)
            & (CrawlFolder.share_id == CrawledFile.share_id)
            & (CrawlFolder.folder_key == CrawledFile.folder_key),
        )
        .where(CrawlFolder.run_id == run_id)
    )
    return [*own, *elsewhere]


class CountingShare(LocalShare):
    """A local folder that counts how often each path is opened."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.opened: list[str] = []

    def _read(self, wanted: Any) -> Any:
        self.opened.append(wanted.path)
        return super()._read(wanted)


def dump() -> dict[str, list[dict[str, Any]]]:
    """Every row of the crawl's tables, ordered by key."""
    with scope() as session:
        dumped = {}
        for table in TABLES:
            rows = [dict(row) for row in session.execute(select(table.__table__)).mappings()]
            dumped[table.__tablename__] = sorted(rows, key=lambda row: str(list(row.values())[:2]))
        return dumped
