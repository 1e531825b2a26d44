"""What the archive adds to a decision: 檔號, 保存年限 and the scan of the signed paper (officer review A3, A19)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.roles import on_behalf
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.documents.scans import SUFFIX, scan_type
from inspection.documents.storage import Label, keep
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.language import speak
from inspection.model import Approval
from inspection.vocabulary import Role

ETHICS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})
KIND = "decision_scan"
PERMANENT = "永久"
LONGEST_RETENTION_YEARS = 100
# 年度號/分類號/案次號, and what agencies add to it: letters, digits, Chinese, and signs that join them
_FILE_NUMBER = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff/\-.()（）－]{0,59}")
_YEARS = re.compile(r"([1-9][0-9]{0,2})\s*年?")


@dataclass(frozen=True, slots=True)
class Filing:
    """What is added; an empty text or None leaves what stands. `scan` holds the bytes of the file as it came."""

    file_number: str = ""
    retention: str = ""
    scan: bytes | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to add."""
        return not (self.file_number.strip() or self.retention.strip() or self.scan)


def checked(filing: Filing) -> Filing:
    """The same with texts in their one written form; raises BadSource naming what is wrong. Touches no data."""
    number = filing.file_number.strip()
    if number and not _FILE_NUMBER.fullmatch(number):
        raise BadSource(
            speak("檔號格式有誤", "the file number is not well formed"),
            remedy=speak(
                "例如 115/0205/1/3；不得含空白，至多 60 字",
                "for example 115/0205/1/3; no blanks, at most 60 characters",
            ),
        )
    if filing.scan is not None:
        scan_type(filing.scan)
    return Filing(number, _retention(filing.retention), filing.scan)


def _retention(text: str) -> str:
    words = text.strip()
    if not words or words == PERMANENT:
        return words
    found = _YEARS.fullmatch(words)
    if found is None or int(found[1]) > LONGEST_RETENTION_YEARS:
        raise BadSource(
            speak("保存年限格式有誤", "the retention is not well formed"),
            remedy=speak(
                "請填年數，例如 10 或 10年，或填「永久」", "give years, for example 10, or the word for ever (永久)"
            ),
        )
    return f"{int(found[1])}年"


def file_decision(session: Session, approval: Approval, filing: Filing, *, person_id: str, at: datetime) -> Approval:
    """Adds archive particulars to a decision taken; the same again changes nothing, later ones replace earlier ones.

    Raises Conflict before the decision, NotAllowed outside the ethics office, BadSource for what is wrong.
    """
    held = asking(session, person_id, at=at).holding(ETHICS)
    if held is None:
        raise NotAllowed(speak("核定案歸檔僅得由政風室辦理", "only the ethics office files decisions"))
    if approval.decided_by is None:
        raise Conflict(speak("尚無核定結果可供歸檔", "there is no decision to be filed yet"))
    wanted = checked(filing)
    before = (approval.file_number, approval.retention, approval.scan_document_id)
    approval.file_number = wanted.file_number or approval.file_number
    approval.retention = wanted.retention or approval.retention
    if wanted.scan is not None:
        media_type = scan_type(wanted.scan)
        label = Label(KIND, approval.id, f"核定文件掃描檔.{SUFFIX[media_type]}", media_type=media_type)
        approval.scan_document_id = keep(session, wanted.scan, label, at=at).id
    session.flush()
    if before != (approval.file_number, approval.retention, approval.scan_document_id):
        record(
            session,
            at=at,
            actor=person_id,
            subject=("approval", approval.id),
            action="filed",
            details={
                "file_number": approval.file_number,
                "retention": approval.retention,
                "document_id": approval.scan_document_id,
                **on_behalf(person_id, held),
            },
        )
    return approval
