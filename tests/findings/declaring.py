"""A unit that answered 符合 to statements of its own, as rows: no plan, no form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from findings.crawled import Seen, crawl_in
from inspection import clock
from inspection.crawling.campaign import run_id_of
from inspection.model import Answer, AwarenessSession, Checklist, ChecklistQuestion, CrawlShare, SecretHandler
from inspection.model.lifecycle import ChecklistState
from inspection.rules import catalogue
from inspection.vocabulary import Verdict

CONFORMS = {"kind": "statement", "said": "conforms"}
ITEMS = ("SHR-001", "SHR-005", "SHR-006", "COP-005", "MRK-007", "PER-003", "FUP-001")
SEEN, READ = 100, 80


def declare(session: Session, campaign_id: str, unit_id: str, items: Sequence[str] = ITEMS) -> None:
    """The unit's checklist came back, 符合 everywhere."""
    at, known = clock.now(), catalogue.current().checklist_items
    checklist_id = f"{campaign_id}:{unit_id}"
    session.add(
        Checklist(
            id=checklist_id, campaign_id=campaign_id, unit_id=unit_id, state=ChecklistState.ACCEPTED,
            due_on=clock.local_date(at), questions_hash="0" * 64, issued_at=at, returned_at=at, accepted_at=at,
            days_late=0,
        )
    )  # fmt: skip
    session.flush()
    for position, item_id in enumerate(items, 1):
        item = known.item(item_id)
        session.add(
            ChecklistQuestion(
                checklist_id=checklist_id, item_id=item_id, position=position, category="類", basis="",
                statement=item.statement if item else item_id, selected_because="core", spec={},
            )
        )  # fmt: skip
        session.add(
            Answer(checklist_id=checklist_id, version=1, item_id=item_id, value=CONFORMS, mended=False, remark="")
        )
    session.flush()


def contradict(session: Session, campaign_id: str, share_id: str) -> None:
    """A crawl that read just enough of the share, with files that speak against each of the statements."""
    everybody = ("S-1-1-0",)
    days = -60 * 24
    files = (
        Seen("底價單.docx", "底價單", detectors=("TOP-PROC-PRICE",), share=share_id),
        Seen("名冊.xlsx", "名冊", broad_readers=everybody, share=share_id),
        Seen("會議.docx", "會議", detectors=("TOP-SECRET-MTG",), broad_readers=everybody, share=share_id),
        # a day more and they were no longer old enough: the crawl's files are 30 days old of themselves
        Seen("舊/甲.docx", "甲", detectors=(), verdict=Verdict.MARKED, minutes=days * 1065 - 720, share=share_id),
        Seen("掃描/乙.docx", "乙", detectors=(), verdict=Verdict.MARKED, minutes=days * 60 - 720, share=share_id),
        Seen("丙.docx", "丙", detectors=(), verdict=Verdict.DEFECTIVE_MARK, defects=("D04",), share=share_id),
        Seen("丁.docx", "丁", detectors=(), verdict=Verdict.MARKED, hints=("D06",), share=share_id),
    )
    crawl_in(session, campaign_id, files)
    session.add(
        CrawlShare(
            run_id=run_id_of(campaign_id), share_id=share_id, listed=True, reason=None, seen=SEEN, scanned=READ,
            unreadable={"locked": SEEN - READ}, folders_refused=0, folders_excluded=0, complete=False,
        )
    )  # fmt: skip
    session.flush()


def handle(session: Session, unit_id: str, person_id: str, *, trained_in: date) -> None:
    """Somebody of the unit handles secrets, and was trained in a month."""
    kind = min(catalogue.current().awareness.training_kinds)
    session.add(SecretHandler(person_id=person_id, unit_id=unit_id, duties="密件", since=date(2025, 1, 1), until=None))
    session.add(
        AwarenessSession(
            id="S-1", kind=kind, title="講習", held_on=trained_in + timedelta(days=3), for_month=trained_in, tags=[],
            unit_ids=[unit_id], attendees=1, attendee_ids=[person_id], quiz_takers=None, quiz_average=None,
            channels=[], active=True, entered_by=person_id, entered_at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
