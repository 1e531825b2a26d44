"""知悉人員: entered, released and signed; the list keeps its history, and who has not signed reads nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.insiders import project_for_keeper
from inspection.audit.events import record
from inspection.documents.storage import Label, keep
from inspection.errors import BadSource, Conflict
from inspection.language import speak
from inspection.model import PersonInTheKnow
from inspection.store import projects, roster
from inspection.store.once import insert_once

LONGEST = 60
SCANS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png"}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to know: a person of the roster by id, or an outsider (外聘委員) by name and body; in which role."""

    role: str
    person_id: str = ""
    name: str = ""
    body: str = ""
    from_on: date | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """That a 切結書 was signed: when, and under which number or with which scan (PDF, JPEG or PNG)."""

    signed_on: date
    number: str = ""
    scan: bytes = b""


def add_person(session: Session, name: str, new: Newcomer, *, by: str, at: datetime) -> PersonInTheKnow:
    """Enters a person from a day on; who is already on the list stays as entered. Twice is once."""
    project = project_for_keeper(session, name, by, at=at)
    role = _words(new.role, "知悉職務")
    if new.person_id:
        person = roster.person(session, new.person_id)
        unit = roster.unit(session, person.unit_id) if person.unit_id else None
        who, shown = person.id, person.name
        body = unit.name if unit else roster.agency(session).name
    else:
        shown, body = _words(new.name, "姓名"), _words(new.body, "所屬機關或單位")
        who = "x" + hashlib.sha256(f"{shown}\n{body}".encode()).hexdigest()[:24]
    standing = projects.standing_entry(session, project.campaign_id, who)
    if standing is not None:
        return standing
    from_on = new.from_on or clock.local_date(at)
    values = {
        "campaign_id": project.campaign_id,
        "who": who,
        "person_id": new.person_id or None,
        "name": shown,
        "body": body,
        "role": role,
        "from_on": from_on,
        "added_by": by,
        "added_at": at,
    }
    if not insert_once(session, PersonInTheKnow, values, keys=["campaign_id", "who", "from_on"]):
        raise Conflict(
            speak(
                "此人當日已解除知悉；起日請填次日",
                "this person was released from the project that very day; enter the next day as the first",
            )
        )
    entered = projects.standing_entry(session, project.campaign_id, who)
    assert entered is not None
    record(session, at=at, actor=by, subject=("project", project.campaign_id), action="entered", details={"people": 1})
    return entered


def release_person(
    session: Session, name: str, entry_id: int, *, until: date, reason: str, by: str, at: datetime
) -> PersonInTheKnow:
    """Releases a person: from the next day on nothing may be read. The entry stays. Twice is once."""
    project = project_for_keeper(session, name, by, at=at)
    entry = projects.entry(session, project.campaign_id, entry_id)
    if entry.until_on == until:
        return entry
    if entry.until_on is not None:
        raise Conflict(
            speak(
                f"第 {entry_id} 項已於 {entry.until_on} 解除",
                f"entry {entry_id} was already released on {entry.until_on}",
            )
        )
    if not reason.strip():
        raise BadSource(
            speak("解除知悉之理由未填", "the reason is missing"),
            remedy=speak("請寫明理由，例：職務異動、任務完成", "say why, for example a change of duties"),
        )
    if until < entry.from_on:
        raise BadSource(
            speak("解除日早於知悉起日", "the day of release lies before the first day"),
            remedy=speak(f"請填 {entry.from_on} 以後之日期", f"give a day after {entry.from_on}"),
        )
    entry.until_on, entry.release_reason = until, reason.strip()
    session.flush()
    subject = ("project", project.campaign_id)
    record(session, at=at, actor=by, subject=subject, action="released", reason=reason, details={"people": 1})
    return entry


def sign(session: Session, name: str, entry_id: int, signature: Signature, *, by: str, at: datetime) -> PersonInTheKnow:
    """Records a signed 切結書; the same again changes nothing. Raises Conflict where another one is on record."""
    project = project_for_keeper(session, name, by, at=at)
    entry = projects.entry(session, project.campaign_id, entry_id)
    number = signature.number.strip()
    if signature.signed_on > clock.local_date(at):
        raise BadSource(
            speak("切結日在今日之後", "the day of the pledge lies in the future"),
            remedy=speak("請填實際簽署日期", "give the day it was signed"),
        )
    if not number and not signature.scan:
        raise BadSource(
            speak("切結書文號或掃描檔未提供", "neither number nor scan of the pledge was given"),
            remedy=speak("請填簽署文件之文號，或附掃描檔", "give the number of the signed paper, or the scan"),
        )
    if entry.pledge_signed_on is not None:
        if (entry.pledge_signed_on, entry.pledge_number) != (signature.signed_on, number or None):
            raise Conflict(
                speak(
                    f"第 {entry_id} 項已於 {entry.pledge_signed_on} 切結",
                    f"entry {entry_id} has signed on {entry.pledge_signed_on} already",
                )
            )
        return entry
    if signature.scan:
        label = Label(
            kind="pledge_scan",
            subject_id=f"{project.campaign_id}:{entry.id}",
            title=f"保密切結書掃描檔（代號{project.code_name}）第{entry.id}號",
            media_type=_media_type(signature.scan),
        )
        entry.pledge_scan_id = keep(session, signature.scan, label, at=at).id
    entry.pledge_signed_on, entry.pledge_number = signature.signed_on, number or None
    session.flush()
    record(
        session,
        at=at,
        actor=by,
        subject=("project", project.campaign_id),
        action="signed",
        details={"people": 1, "decided_on": str(signature.signed_on), "document_number": number},
    )
    return entry


def _media_type(scan: bytes) -> str:
    for beginning, kind in SCANS.items():
        if scan.startswith(beginning):
            return kind
    raise BadSource(
        speak("掃描檔不是 PDF、JPEG 或 PNG", "the scan is no PDF, JPEG or PNG"),
        remedy=speak("請將簽名頁掃描為 PDF", "scan the signed page into a PDF"),
    )


def _words(text: str, field: str) -> str:
    words = " ".join(text.split())
    if not words or len(words) > LONGEST:
        raise BadSource(
            speak(f"{field}未填或過長", f"{field} is missing or too long"),
            remedy=speak(f"請以{LONGEST}字以內填寫", f"write at most {LONGEST} characters"),
        )
    return words
