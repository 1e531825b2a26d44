"""Who wrote rows that name another and then holds that one waits for the other holder, and neither for ever."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inspection import settings
from inspection.checklists import entering
from inspection.model import (
    Campaign,
    CampaignUnit,
    Checklist,
    ChecklistQuestion,
    CrawledFile,
    CrawlRun,
    CrawlShare,
    Hit,
)
from inspection.model.lifecycle import CampaignState, ChecklistState, CrawlState
from inspection.store import campaigns, checklists, crawls
from inspection.store.session import session_scope
from inspection.vocabulary import PICTURES_BESIDE_TEXT, Severity
from portal.small_office import MORNING, settle

REPOSITORY = Path(__file__).resolve().parents[2]
CAMPAIGN, CHECKLIST, RUN = "C-turns", "CL-turns", "R-turns"
BOTH = ("U02", "U04")
Writes = Callable[[Session, str], object]
Holds = Callable[[Session], object]


def crawled(session: Session) -> int:
    """The id of the one file of the crawl."""
    return session.scalars(select(CrawledFile.id)).one()


def changed_twice(session: Session, unit_id: str) -> None:
    """PostgreSQL holds the campaign for whoever changes a row of it a second time: the foreign key is asked anew."""
    for name in ("甲", "乙"):
        session.execute(update(CampaignUnit).where(CampaignUnit.unit_id == unit_id).values(unit_name=name))


def asked(session: Session, unit_id: str) -> None:
    session.add(
        ChecklistQuestion(
            checklist_id=CHECKLIST, item_id=unit_id, position=1, category="保密", statement="已上鎖", basis="保密規定",
            selected_because="core", spec={},
        )
    )  # fmt: skip


def covered(session: Session, unit_id: str) -> None:
    session.add(
        CrawlShare(
            run_id=RUN,
            share_id=f"S-{unit_id}",
            listed=False,
            seen=0,
            scanned=0,
            unreadable={},
            folders_refused=0,
            folders_excluded=0,
            complete=False,
        )
    )


def hit(session: Session, unit_id: str) -> None:
    session.add(
        Hit(
            crawled_file_id=crawled(session), detector=unit_id, count=1, people=1, severity=Severity.HIGH, excerpts=[],
            locators=[],
        )
    )  # fmt: skip


TURNS: dict[str, tuple[Writes, Holds]] = {
    "a campaign": (changed_twice, lambda session: campaigns.lock(session, CAMPAIGN)),
    "a checklist": (asked, lambda session: entering.hold(session, CHECKLIST)),
    "returned checklists": (asked, lambda session: checklists.hold_returned(session, CAMPAIGN)),
    "a crawl": (covered, lambda session: crawls.run(session, RUN, lock=True)),
    "unread files": (hit, lambda session: crawls.still_waiting(session, [crawled(session)])),
    "pictures": (hit, lambda session: crawls.still_without_text(session, [crawled(session)])),
}


@pytest.fixture
def campaign(home: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_DATABASE_URL", postgres_url)
    settings.reset()
    with session_scope() as session:
        settle(session)
        session.add(
            Campaign(
                id=CAMPAIGN, kind="semiannual", name="定期保密檢查", state=CampaignState.INSPECTING,
                window_start=MORNING, window_end=MORNING, checklist_due_on=MORNING.date(), first_crawl=False,
                opened_by="ethics", opened_at=MORNING,
            )
        )  # fmt: skip
        session.flush()
        session.add_all(CampaignUnit(campaign_id=CAMPAIGN, unit_id=one, unit_name=one) for one in BOTH)
        session.add(
            Checklist(
                id=CHECKLIST, campaign_id=CAMPAIGN, unit_id="U02", state=ChecklistState.RETURNED,
                due_on=MORNING.date(), questions_hash="0" * 64,
            )
        )  # fmt: skip
        session.add(
            CrawlRun(
                id=RUN, campaign_id=CAMPAIGN, purpose="campaign", state=CrawlState.READING, rules_version="1",
                account="inspector", opened_at=MORNING,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            CrawledFile(
                run_id=RUN, share_id="S-U02", path_key="1" * 64, path_shown="a", path_sealed=b"a", size_bytes=1,
                modified_at=MORNING, changed_at=MORNING, file_id="1", hints=[PICTURES_BESIDE_TEXT],
            )
        )  # fmt: skip


@pytest.mark.parametrize("what", TURNS)
def test_two_who_wrote_before_their_turn_take_it_one_after_the_other(campaign: None, what: str) -> None:
    writes, holds = TURNS[what]
    together = threading.Barrier(2)
    faults: list[Exception] = []

    def write_and_take_a_turn(unit_id: str) -> None:
        try:
            with session_scope() as session:
                writes(session, unit_id)
                session.flush()
                together.wait()
                holds(session)
        except Exception as error:  # told below
            faults.append(error)

    both = [threading.Thread(target=write_and_take_a_turn, args=(one,)) for one in BOTH]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert faults == []


def test_a_row_is_held_in_one_way_only() -> None:
    """Everything else would claim the key as well."""
    found = [
        f"{path.relative_to(REPOSITORY)}:{node.lineno}"
        for folder in ("plugins", "dags")
        for path in sorted((REPOSITORY / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute | ast.keyword)
        and "with_for_update" in (getattr(node, "attr", ""), getattr(node, "arg", ""))
    ]
    assert len(found) == 2, found
    assert all(one.startswith("plugins/inspection/store/turns.py") for one in found), found
