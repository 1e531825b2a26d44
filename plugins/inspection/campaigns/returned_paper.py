"""Finds what a signed sheet belongs to by the code in its foot (officer review A3, D1)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from inspection.approvals import matters
from inspection.approvals.matters import MatterKind, Sheet
from inspection.documents.paper_code import digest_prefix, document_number, read_code, short_code
from inspection.errors import BadSource, Conflict, NotFound
from inspection.language import speak


@dataclass(frozen=True, slots=True)
class Belongs:
    """The matter a sheet belongs to: its kind, the id its requests are kept under, its campaign, and the code read."""

    kind: MatterKind
    subject_id: str
    campaign_id: str | None
    identifier: str


def find_paper(session: Session, scanned: str) -> Belongs:
    """What a code scanned or typed stands for.

    Raises BadSource for what is no code, NotFound for one of no document of ours, Conflict for a sheet whose content
    has been replaced by a later version: nothing decided on it may be entered.
    """
    code = read_code(scanned)
    prefix = digest_prefix(code.identifier)
    found: list[tuple[MatterKind, Sheet]] = [
        (kind, sheet) for kind in matters.kinds() if kind.sheets for sheet in kind.sheets(session, prefix)
    ]
    if code.number:
        found = [one for one in found if document_number(one[1].number_of) == code.number]
    if not found:
        raise NotFound(speak(f"查無編碼 {code.identifier} 之文件", f"no document bears the code {code.identifier}"))
    current = [one for one in found if not one[1].replaced]
    if not current:
        raise Conflict(
            speak(
                f"編碼 {code.identifier} 之文件已由新版取代",
                f"the document with the code {code.identifier} was replaced by a later version",
            )
        )
    kind, sheet = current[-1]
    return Belongs(kind, sheet.subject_id, sheet.campaign_id, code.identifier)


def require_code(scanned: str, content_hashes: list[str]) -> None:
    """Raises BadSource where a sheet's code is not that of the content it is entered for; none given is none asked."""
    if scanned.strip() and read_code(scanned).identifier not in {short_code(one) for one in content_hashes}:
        raise BadSource(
            speak("頁尾識別碼與本件內容不符", "the code in the foot does not belong to this content"),
            remedy=speak(
                "紙本可能是舊版，請勿登錄；請核對版次後重新陳核",
                "the paper may be an old version: do not enter it; compare the versions and submit anew",
            ),
        )
