"""Where the file behind a case lies: shown on one page, with a reason, to whom officer review A12 allows; an event.

What bears a national-secret mark is on no page and no paper: the ethics head tells it by mouth.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import ETHICS, Act, demand, may
from inspection.access.roles import on_behalf
from inspection.access.who import Held, asking
from inspection.audit.events import record
from inspection.crawling.campaign import vault
from inspection.crawling.shown import by_mouth_only, file_code
from inspection.errors import BadSource, NotAllowed, NotFound
from inspection.language import speak
from inspection.model import Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.rules.catalogue import Catalogue
from inspection.store import evidence, findings, roster

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Place:
    """A file's place in clear: for one page only, never for a list, a mail, an address or a log."""

    code: str
    share: str
    address: str
    path: str


def why_closed(session: Session, one: Suspicion, person_id: str, *, catalogue: Catalogue, at: datetime) -> str:
    """Why this person does not get to see the place, in the office's words; empty where they do.

    Raises NotAllowed or NotFound for somebody with no part in the matter.
    """
    held = demand(asking(session, person_id, at=at), Act.READ_PLACE, one)
    if one.crawled_file_id is None:
        return "本件出自檢查表之填答，沒有檔案位置。"
    file, _, _ = evidence.file(session, one.crawled_file_id)
    if not file.path_shown:
        return "檔案位置之保存期限已滿，業依規定清除；僅存檔案代碼、雜湊值及日期。"
    if by_mouth_only(file, catalogue):
        return "本件檔案標有國家機密等級，位置不於系統及紙本顯示，請洽政風室主任當面說明。"
    if one.confidant_id == person_id or _is_officer(session, one, person_id, held):
        return ""
    why = catalogue.triage.reserved(one.detectors)
    if why:
        return f"本件涉及{why}，位置只及於政風人員及本件指定之一人；請洽政風室。"
    if may(asking(session, person_id, at=at), Act.TRIAGE, one) or is_told(session, one):
        return ""
    # before it was told, a unit is to know nothing of it, not even that there is something
    raise NotFound(speak("查無此事項，或非您所得知悉", "there is no such matter for you"))


def _is_officer(session: Session, one: Suspicion, person_id: str, held: Held | None) -> bool:
    """An ethics officer, in a matter of another unit: in the own unit's they are people like any other."""
    if held is None or held.role not in ETHICS or held.unit_id:
        return False
    return not roster.is_own_unit(session, roster.person(session, person_id), one.unit_id)


def is_told(session: Session, one: Suspicion) -> bool:
    """Whether the unit knows of the case: it was asked to explain, or told of the fault."""
    if one.state in {SuspicionState.ASKED, SuspicionState.EXPLAINED}:
        return True
    finding = findings.of_suspicion(session, one.id)
    return finding is not None and findings.fix_of(session, finding.id) is not None


def open_place(
    session: Session, suspicion_id: int, person_id: str, reason: str, *, catalogue: Catalogue, at: datetime
) -> Place:
    """The place of the file behind a case; that it was looked at, by whom and what for, is kept as an event."""
    one = findings.suspicion(session, suspicion_id)
    closed = why_closed(session, one, person_id, catalogue=catalogue, at=at)
    if closed:
        raise NotAllowed(closed)
    if not reason.strip():
        raise BadSource(
            speak("開啟事由未填", "the reason is missing"),
            remedy=speak(
                "請寫明為何需要檔案位置，例如：依改善案件移置檔案",
                "say why the place of the file is needed, for example to move it for a case",
            ),
        )
    file, share, _ = evidence.file(session, one.crawled_file_id or 0)
    path, _raw = vault(session).open(file.path_sealed)
    held = demand(asking(session, person_id, at=at), Act.READ_PLACE, one)
    record(
        session,
        at=at,
        actor=person_id,
        subject=("suspicion", str(one.id)),
        action="place_opened",
        reason=reason.strip()[:LONGEST_REASON],
        details={"unit_id": one.unit_id, **on_behalf(person_id, held)},
    )
    return Place(file_code(file.id), share.name, share.address, path)
