"""The load of a large agency as rows, without reading a file: two half-years, of which one is judged and one waits.

Half of the files are those of an earlier crawl, half of this one's; a fifth of each is 疑似. All of the earlier ones
were confirmed, and of their findings some are still under control; all of this half-year's wait for a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from inspection.crawling.campaign import run_id_of
from inspection.model import (
    Campaign,
    CampaignUnit,
    CrawledFile,
    CrawlRun,
    CrawlShare,
    Finding,
    Fix,
    Hit,
    Record,
    Report,
    ShareRecord,
    Suspicion,
    Unit,
)
from inspection.model.lifecycle import CampaignState, CrawlState, FindingState, FixState, ReportState, SuspicionState
from inspection.vocabulary import ReadStatus, Severity, SuspicionKind, Verdict
from portal.small_office import UNITS, settle

BEFORE, NOW = "C-before", "C-now"
AT = datetime.fromisoformat("2026-11-16T09:00:00+08:00")
CHUNK = 5000
PER_SUSPICION, PER_FIX = 5, 328
GRADES = (Severity.MEDIUM, Severity.LOW, Severity.HIGH, Severity.MEDIUM, Severity.CRITICAL)
STATES = (FixState.OPEN, FixState.OPEN, FixState.OPEN, FixState.CLAIMED, FixState.VERIFIED)


@dataclass(frozen=True, slots=True)
class Load:
    """How much: `files` over both crawls and `units`; of 984,000 files 98,400 wait, 98,400 are findings, 3,000 fixes.

    `start` is the number of the first file: what is added to a load there is begins behind it.
    """

    files: int
    units: int = 60
    start: int = 0

    @property
    def waiting(self) -> int:
        """疑似 that wait for a person, and as many findings (of whole fives of files)."""
        return self.files // 2 // PER_SUSPICION

    @property
    def fixes(self) -> int:
        """Fixes under control."""
        return max(1, self.files // PER_FIX)


def fill(session: Session, load: Load) -> list[str]:
    """Writes the load into a migrated database that is empty; the units' ids."""
    settle(session)
    units = [*UNITS, *(f"V{number:02}" for number in range(len(UNITS) + 1, load.units + 1))][: load.units]
    further = [one for one in units if one not in UNITS]
    _put(session, Unit, ({
        "id": one, "name": f"附屬機關{one}", "kind": "所", "tags": [], "staff_count": 9, "is_ethics": False,
        "active": True,
    } for one in further))  # fmt: skip
    _put(session, ShareRecord, ({
        "id": f"S-{one}", "unit_id": one, "name": f"{one}共用", "address": f"//fs.test/{one}", "is_common": False,
        "active": True,
    } for one in further))  # fmt: skip
    _campaign(session, BEFORE, CampaignState.FOLLOWING_UP, AT - timedelta(days=182), units)
    _campaign(session, NOW, CampaignState.INSPECTING, AT, units)
    _put(session, Report, ({
        "id": f"R-{one}", "campaign_id": BEFORE, "unit_id": one, "version": 1, "state": ReportState.ISSUED,
        "content": {}, "content_hash": "0" * 64, "compiled_by": "ethics", "compiled_at": AT, "issued_at": AT,
    } for one in units))  # fmt: skip
    add(session, load, units)
    return units


def _campaign(session: Session, name: str, state: CampaignState, at: datetime, units: list[str]) -> None:
    session.add(
        Campaign(
            id=name, kind="semiannual", name=f"{name}定期保密檢查", state=state, window_start=at,
            window_end=at + timedelta(days=18), checklist_due_on=at.date(), first_crawl=False, opened_by="ethics",
            opened_at=at, suspected_at=at,
        )
    )  # fmt: skip
    session.flush()
    run = run_id_of(name)
    session.add(
        CrawlRun(
            id=run, campaign_id=name, purpose="campaign", state=CrawlState.COMPLETE, rules_version="r", account="svc",
            opened_at=at, closed_at=at,
        )
    )  # fmt: skip
    session.flush()
    _put(session, CampaignUnit, ({"campaign_id": name, "unit_id": one, "unit_name": one} for one in units))
    _put(session, CrawlShare, ({
        "run_id": run, "share_id": f"S-{one}", "listed": True, "seen": 1, "scanned": 1, "unreadable": {},
        "folders_refused": 0, "folders_excluded": 0, "complete": True,
    } for one in units))  # fmt: skip


def add(session: Session, load: Load, units: list[str]) -> None:
    """Adds files, what is suspected in them, findings and fixes to the two half-years there are."""
    half = load.files // 2
    for name, at, first in ((BEFORE, AT - timedelta(days=182), load.start), (NOW, AT, load.start + half)):
        numbers = range(first, first + half)
        _put(session, CrawledFile, (_file(run_id_of(name), one, at, units) for one in numbers))
        suspected = _suspected(numbers)
        _put(session, Hit, (_hit(one) for one in suspected))
        _put(session, Suspicion, (_suspicion(name, one, at, units) for one in suspected))
    _findings(session, units, load)
    if session.get_bind().dialect.name == "postgresql":  # the ids were given by us
        for table in ("crawled_file", "hit", "suspicion"):
            session.connection().exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )


def _suspected(numbers: range) -> list[int]:
    return [one for one in numbers if one % PER_SUSPICION == 0]


def _unit(number: int, units: list[str]) -> str:
    return units[number // PER_SUSPICION % len(units)]


def _file(run: str, number: int, at: datetime, units: list[str]) -> dict[str, Any]:
    suspected = number % PER_SUSPICION == 0
    key = hashlib.sha256(f"{number}".encode()).hexdigest()
    return {
        "id": number + 1, "run_id": run, "share_id": f"S-{_unit(number, units)}", "path_key": key,
        "path_shown": f"承辦/{number // 100:05}/名冊{key[:6]}.docx", "path_sealed": b"x" * 80, "size_bytes": 20_000,
        "modified_at": at, "changed_at": at, "file_id": f"{number}", "content_key": key, "status": ReadStatus.SCANNED,
        "verdict": Verdict.UNMARKED_SENSITIVE if suspected else Verdict.CLEAN,
        "severity": _grade(number) if suspected else None, "hints": [], "unread": [], "broad_readers": [],
        "sketch": key * 2 if suspected else None,
    }  # fmt: skip


def _grade(number: int) -> Severity:
    return GRADES[number // PER_SUSPICION % len(GRADES)]


def _hit(number: int) -> dict[str, Any]:
    return {
        "id": number + 1, "crawled_file_id": number + 1, "detector": "PII-NID", "count": 12, "people": 12,
        "severity": _grade(number), "excerpts": ["許○玲 F22＊＊＊＊＊＊＊"], "locators": [],
    }  # fmt: skip


def _suspicion(campaign: str, number: int, at: datetime, units: list[str]) -> dict[str, Any]:
    print_of = hashlib.sha256(f"seen {number}".encode()).hexdigest()
    judged = {"decided_by": "ethics", "decided_reason": "已核對", "decided_at": at} if campaign == BEFORE else {}
    return {
        "id": number + 1, "campaign_id": campaign, "unit_id": _unit(number, units), "kind": SuspicionKind.UNMARKED,
        "fingerprint": print_of, "likeness": print_of, "crawled_file_id": number + 1,
        "state": SuspicionState.CONFIRMED if judged else SuspicionState.OPEN, "suggested_severity": _grade(number),
        "detectors": ["PII-NID"], "noted_at": at, **judged,
    }  # fmt: skip


def _findings(session: Session, units: list[str], load: Load) -> None:
    at = AT - timedelta(days=182)
    known = load.start // PER_SUSPICION
    suspected = _suspected(range(load.start, load.start + load.files // 2))
    _put(session, Finding, ({
        "id": f"{BEFORE}-{place:06}", "campaign_id": BEFORE, "number": place, "unit_id": _unit(one, units),
        "suspicion_id": one + 1, "state": FindingState.NOTIFIED, "severity": _grade(one), "category": "個人資料",
        "fact": "檔案含未遮蔽之身分證字號12筆，置於共用資料夾，未標示。", "basis": "個人資料保護法", "remedies": [],
        "confirmed_by": "ethics", "confirmed_at": at,
    } for place, one in enumerate(suspected, start=known + 1)))  # fmt: skip
    due = [AT.date() + timedelta(days=day) for day in range(-60, 30)]
    _put(session, Fix, ({
        "id": f"{BEFORE}-{place:06}-X", "finding_id": f"{BEFORE}-{place:06}", "campaign_id": BEFORE,
        "unit_id": _unit(one, units), "state": STATES[place % len(STATES)], "opened_on": at.date(),
        "original_due_on": due[place % len(due)], "due_on": due[place % len(due)], "due_version": 1,
    } for place, one in islice(enumerate(suspected, start=known + 1), load.fixes)))  # fmt: skip


def _put(session: Session, kind: type[Record], rows: Iterable[Mapping[str, Any]]) -> None:
    left: Iterator[Mapping[str, Any]] = iter(rows)
    while some := list(islice(left, CHUNK)):
        session.execute(insert(kind), some)
