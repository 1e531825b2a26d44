"""現場檢查紀錄 as a paper, printed from the rows of a confirmed record: whole for the files, and a copy for its unit.

The unit's copy holds nothing an officer has not judged: of what was not in order only what was confirmed and told.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.calendar import roc
from inspection.checklists.seen import said_of
from inspection.documents.kinds.spot_record import KIND, FoundLine, KitLine, SpotRecordPaper
from inspection.documents.printing import Paper, print_paper
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Checklist, Document, Person, SpotAnswer, SpotEquipment, SpotRecord
from inspection.model.lifecycle import SpotState
from inspection.planning.annexes import group_of
from inspection.planning.decision import plan_in_force
from inspection.rules.answers import stance
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, people, spot
from inspection.vocabulary import AnswerValue, Equipment

FOR_FILES, FOR_UNIT = "files", "unit"
TAKEN = {FOR_FILES: "paper_taken", FOR_UNIT: "copy_taken"}


def take_paper(
    session: Session, checklist: Checklist, *, whose: str, person_id: str, catalogue: Catalogue, at: datetime
) -> Document:
    """The paper of a confirmed record, for the files or for the unit (`whose`); that it was taken is noted.

    Raises NotFound where no record of the unit is confirmed.
    """
    document = print_record(session, checklist, whose=whose, catalogue=catalogue, at=at)
    details: dict[str, object] = {"document_id": document.id}
    record(session, at=at, actor=person_id, subject=("spot_record", checklist.id), action=TAKEN[whose], details=details)
    return document


def print_record(session: Session, checklist: Checklist, *, whose: str, catalogue: Catalogue, at: datetime) -> Document:
    """As `take_paper`, without the note. The same facts give the same document."""
    row = spot.get(session, checklist.id)
    if row is None or row.state is not SpotState.CONFIRMED:
        raise NotFound(speak("本單位尚無複核完成之現場檢查紀錄", "no record of this unit was confirmed yet"))
    context = _context(session, checklist, row, whose=whose, catalogue=catalogue)
    bound_to = (row.content_hash or "") if whose == FOR_FILES else ""
    paper = Paper(KIND, checklist.id, context, bound_to)
    return print_paper(session, paper, catalogue=catalogue, at=at)


def _context(
    session: Session, checklist: Checklist, row: SpotRecord, *, whose: str, catalogue: Catalogue
) -> SpotRecordPaper:
    content, line = plan_in_force(session, checklist.campaign_id).content, catalogue.wording.line
    led = group_of(content, checklist.unit_id)
    unit: str = next(one["name"] for one in content["units"] if one["id"] == checklist.unit_id)
    names = people.named(session, {one for one in (row.sent_by, row.confirmed_by) if one})
    is_whole, answers = whose == FOR_FILES, spot.answers(session, [checklist.id])
    told = {} if is_whole else spot.told_faults(session, checklist.id)  # the files' paper is the record and stays it
    return {
        "title": line("spot_title", {"campaign": campaigns.get(session, checklist.campaign_id).name}),
        "copy": line(f"spot_for_{whose}"),
        "unit": unit,
        "period": content["period"],
        "group": led["number"],
        "leader": led["leader"],
        "members": led["members"],
        "visited_on": roc.plain(row.visited_on) if row.visited_on else "",
        "place": row.place or "",
        "present": row.present or "",
        "signed": line(f"signed_{row.signed}") if row.signed else "",
        "keyed_in": _by(names, row.sent_by, row.sent_at),
        "confirmed": _by(names, row.confirmed_by, row.confirmed_at),
        "sums": _sums(answers, catalogue) if is_whole else [],
        "notes": catalogue.wording.say(f"spot_notes_{whose}"),
        "equipment": _equipment(spot.equipment(session, checklist.id), catalogue),
        "lines": [_line(one, told.get(one.item_id, ""), catalogue, is_whole=is_whole) for one in answers],
        "merits": row.merits or line("spot_nothing"),
        "besides": (row.besides or line("spot_nothing")) if is_whole else "",
        "statement": row.unit_statement or line("spot_nothing"),
        "copy_left": line("spot_copy_left" if row.copy_left else "spot_copy_not_left"),
    }


def _by(names: dict[str, Person], person_id: str | None, at: datetime | None) -> str:
    return f"{names[person_id].name}，{roc.moment(at)}" if person_id and at else ""


def _sums(answers: list[SpotAnswer], catalogue: Catalogue) -> list[str]:
    looked_at = [one for one in answers if one.value is not None]
    values = {
        "looked_at": len(looked_at),
        "left": len(answers) - len(looked_at),
        "wrong": sum(stance(one.value) is AnswerValue.DOES_NOT_CONFORM for one in looked_at),
        "sampled": sum(one.sampled or 0 for one in looked_at),
        "conforming": sum(one.conforming or 0 for one in looked_at),
    }
    return catalogue.wording.say("spot_sums", values)


def _line(one: SpotAnswer, fault: str, catalogue: Catalogue, *, is_whole: bool) -> FoundLine:
    """One statement; on the unit's copy nothing of what was not in order, unless it was told as the fault `fault`."""
    found: FoundLine = {
        "number": one.position,
        "code": one.item_id,
        "category": one.category,
        "statement": one.statement,
        "basis": one.basis,
        "found": said_of(one, catalogue) or catalogue.wording.line("spot_not_looked_at"),
        "sampled": _count(one.sampled),
        "conforming": _count(one.conforming),
        "drawn": "　".join(part for part in (one.register, one.drawn) if part),
        "remark": one.remark,
        "fault": fault,
    }
    if is_whole or fault or not _is_wrong(one):
        return found
    return {**found, "found": "—", "sampled": "", "conforming": "", "drawn": "", "remark": ""}


def _is_wrong(one: SpotAnswer) -> bool:
    return stance(one.value) is AnswerValue.DOES_NOT_CONFORM or (one.conforming or 0) < (one.sampled or 0)


def _count(number: int | None) -> str:
    return "" if number is None else str(number)


def _equipment(rows: list[SpotEquipment], catalogue: Catalogue) -> list[KitLine]:
    """All six kinds: one the inspectors did not look at says so."""
    line, found = catalogue.wording.line, {one.kind: one for one in rows}
    lines: list[KitLine] = []
    for kind in Equipment:
        one = found.get(kind)
        day = roc.plain(one.checked_on) if one and one.checked_on else ""
        count = str(one.count) if one else line("spot_not_looked_at")
        lines.append(
            {"name": line(f"equipment_{kind}"), "count": count, "place": one.place if one else "", "checked_on": day}
        )
    return lines
