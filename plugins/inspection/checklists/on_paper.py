"""A unit's signed paper (紙本登錄): keyed in by the ethics office apart from whatever the unit types itself, held
against the paper by a second person, and then a return by the one road.

Nothing of it counts, and nobody of the unit sees any of it, before the second person has confirmed it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import Act
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.checklists import draft as drafting
from inspection.checklists.draft import LONGEST_TYPED, YES, Change, Clash, Draft, sorted_out
from inspection.checklists.entering import Came, Problems, enter, hold_as
from inspection.checklists.fillers import writing_to
from inspection.checklists.proof_reading import Examined
from inspection.checklists.proofs import by_item
from inspection.checklists.submit import JSON, Ready, judged
from inspection.documents.scans import SUFFIX
from inspection.documents.storage import Label, discard, keep
from inspection.errors import BadSource, Conflict, NotFound
from inspection.language import speak
from inspection.model import Checklist, ChecklistQuestion, Document, PaperReturn, SignedPaper
from inspection.model.lifecycle import ChecklistState, PaperState
from inspection.notices.outbox import Letter, write
from inspection.rules.answers import DateAnswer, DateSpec
from inspection.store import campaigns, checklists, on_paper, proofs, roster

CHANNEL, KIND = "paper", "signed_checklist_page"
RECEIVED, DATED, SEALED = "received_on", "dated", "sealed"
BEGUN, SCANNED, OPENED = "draft_begun", "scan_laid", "scan_opened"


@dataclass(frozen=True, slots=True)
class Keyed:
    """What would be sent of a paper now, the day it was received, and its row; `moved`: it is not what was sent to be
    confirmed, the unit has returned its form meanwhile."""

    found: Ready
    received_on: date | None
    row: PaperReturn | None

    @property
    def moved(self) -> bool:
        """Whether what was sent is not what stands here now."""
        return self.row is not None and self.row.content_hash not in {None, self.found.digest}


def of(session: Session, checklist: Checklist, put: Sequence[ChecklistQuestion]) -> Draft:
    """What is keyed in so far. A paper speaks for itself: nothing of the unit's drafts or earlier returns stands in it,
    but for a form sent back, where what is not asked again stands as it was sent."""
    row = on_paper.get(session, checklist.id)
    after = checklists.newest_version(session, checklist.id)
    is_back = checklist.state is ChecklistState.SENT_BACK
    sent = drafting.returned(session, checklist, put, after if is_back else 0) | dict.fromkeys(_HEAD, "")
    known, content = fields(put), row.content if row else {}
    kept = {name: one for name, one in content.items() if name in known and one["text"] != sent[name]}
    return Draft(
        checklist.id,
        version=row.version if row else 0,
        after=after,
        saved_at=row.saved_at if row and kept else None,
        texts={**sent, **{name: one["text"] for name, one in kept.items()}},
        by={name: one["by"] for name, one in kept.items()},
        sent=sent,
    )


_HEAD = (RECEIVED, DATED, SEALED)


def fields(put: Sequence[ChecklistQuestion]) -> dict[str, Collection[str]]:
    """The fields of a paper: those of the form, the day received, the date written on it, and that it is sealed."""
    return {**drafting.fields(put), RECEIVED: (), DATED: (), SEALED: (YES,)}


def ready(session: Session, checklist: Checklist) -> Keyed:
    """What would be sent as it stands, held against the same rules as every return. Writes nothing."""
    row = on_paper.get(session, checklist.id)
    draft = of(session, checklist, checklists.questions(session, checklist.id))
    scan = session.get(Document, row.scan_id) if row and row.scan_id else None
    received_on, problems = _received(checklist, draft.texts[RECEIVED], row)
    if not draft.texts[SEALED]:
        problems.append({"problem": "paper_unsigned", "item": ""})
    besides = {"received_on": str(received_on or ""), "scan": scan.sha256 if scan else ""}
    # what the unit laid beside its own draft is the unit's to send
    laid = by_item(proofs.of_version(session, checklist.id, draft.after))
    found = judged(session, checklist, draft, dated=draft.texts[DATED].strip(), laid=laid, besides=besides)
    is_touched = any(name not in _HEAD for name in draft.by)
    if checklist.state is ChecklistState.SENT_BACK and not is_touched:
        problems.append({"problem": "unchanged_page", "item": ""})
    return Keyed(replace(found, problems=problems + found.problems), received_on, row)


def _received(checklist: Checklist, text: str, row: PaperReturn | None) -> tuple[date | None, Problems]:
    """The day a paper was received, not before the form was sent out and not after it was last typed at."""
    try:
        given = DateSpec().read((text.strip(),) if text.strip() else ())
    except ValueError:
        given = None
    if not isinstance(given, DateAnswer):
        return None, [{"problem": "paper_day", "item": ""}]
    last = clock.local_date(row.saved_at) if row else given.day
    first = clock.local_date(checklist.issued_at) if checklist.issued_at else last
    outside = not first <= given.day <= last
    return given.day, [{"problem": "paper_day_outside", "item": ""}] if outside else []


def save(
    session: Session, checklist_id: str, changes: Sequence[Change], *, person_id: str, at: datetime
) -> tuple[Draft, tuple[Clash, ...]]:
    """Keeps what was typed; the paper as it stands then, and what was not kept because another changed it too.

    Raises NotAllowed, Conflict where it was sent already or no return is taken, BadSource beyond all bounds.
    """
    checklist = _hold(session, checklist_id, person_id, at=at)
    drafting.require_open(session, checklist)
    put = checklists.questions(session, checklist_id)
    if any(len(one.text) > LONGEST_TYPED for one in changes):
        raise BadSource(speak("所填文字過長，未儲存", "a text that is too long; it was not kept"))
    draft = of(session, checklist, put)
    taken, clashes = sorted_out(draft, changes)
    if taken:
        kept = {name: {"text": draft.texts[name], "by": by} for name, by in draft.by.items()}
        kept |= {one.name: {"text": one.text, "by": person_id} for one in taken}
        _put(session, checklist_id, kept, person_id, at=at)
    return of(session, checklist, put), clashes


def lay_scan(session: Session, checklist_id: str, examined: Examined, *, person_id: str, at: datetime) -> bool:
    """Keeps the scanned signed page, looked at already, in place of the one before; False where it is no scan."""
    checklist = _hold(session, checklist_id, person_id, at=at)
    drafting.require_open(session, checklist)
    if examined.media_type not in SUFFIX:
        return False
    row = on_paper.get(session, checklist_id)
    row = _put(session, checklist_id, row.content if row else {}, person_id, at=at)
    before = session.get(Document, row.scan_id) if row.scan_id else None
    after = checklists.newest_version(session, checklist_id)
    label = Label(KIND, f"{checklist_id}:{after + 1}", "紙本檢查表簽章頁", examined.media_type)
    document = keep(session, examined.data, label, at=at)
    row.scan_id = document.id
    session.flush()
    if before is not None and before.id != document.id:
        discard(session, before)
    details: dict[str, object] = {"sha256": document.sha256, "document_id": document.id}
    record(session, at=at, actor=person_id, subject=_subject(checklist_id), action=SCANNED, details=details)
    return True


def send(session: Session, checklist_id: str, *, seen: str, person_id: str, at: datetime) -> None:
    """Sends what was shown (`seen`: its SHA-256) to a second person. The same again changes nothing.

    Raises NotAllowed, Conflict where something stands against it or it was changed since.
    """
    checklist = _hold(session, checklist_id, person_id, at=at)
    drafting.require_open(session, checklist)
    keyed = ready(session, checklist)
    row = keyed.row
    if row is not None and row.state is PaperState.SENT and row.content_hash == seen:
        return
    if row is None or row.state is not PaperState.DRAFT or keyed.found.digest != seen or keyed.found.problems:
        raise _moved()
    advance(session, row, PaperState.SENT, actor=person_id, at=at, details={"sha256": seen})
    row.content_hash, row.sent_by, row.sent_at = seen, person_id, at
    session.flush()


def give_back(session: Session, checklist_id: str, *, reason: str, person_id: str, at: datetime) -> None:
    """Hands a paper back to whoever keys it in, with the reason. Raises NotAllowed, Conflict where none waits."""
    if not reason.strip():
        raise BadSource(speak("退回理由未填", "the reason is missing"))
    _hold(session, checklist_id, person_id, at=at)
    row = _waiting(session, checklist_id)
    advance(session, row, PaperState.DRAFT, actor=person_id, at=at, reason=reason)
    row.content_hash = row.sent_by = row.sent_at = None
    session.flush()


def confirm(session: Session, checklist_id: str, *, seen: str, person_id: str, at: datetime) -> int:
    """A second person has held what was shown against the paper: it is entered as the unit's next return, and the unit
    is told; its version. The same again is once.

    Raises NotAllowed, Conflict for whoever typed any of it, and where it is not what was shown: the unit may have
    returned its form meanwhile, which then stands, and the paper is kept to be looked at again.
    """
    checklist = _hold(session, checklist_id, person_id, at=at)
    known = checklists.returned_file(session, seen)
    if known is not None and known.checklist_id == checklist_id and known.version:
        return known.version
    drafting.require_open(session, checklist)
    row, keyed = _waiting(session, checklist_id), ready(session, checklist)
    if person_id in typed_by(row):
        raise Conflict(speak("登錄者不得自行複核，請由其他政風人員複核", "whoever keyed it in does not confirm it"))
    if row.content_hash != seen or keyed.moved or keyed.found.problems or keyed.received_on is None:
        raise _moved()
    keyed_by, scan_id = str(row.sent_by), row.scan_id
    details: dict[str, object] = {"sha256": seen, "entered_by": keyed_by, "version": keyed.found.draft.after + 1}
    advance(session, row, PaperState.ENTERED, actor=person_id, at=at, details=details)
    came = Came(
        keyed.found.data, seen, CHANNEL, person_id, None, JSON, received_on=keyed.received_on, with_drafted=False
    )
    version = enter(session, came, (keyed.found.form, keyed.found.answers), checklist, at).version or 0
    paper = SignedPaper(checklist_id=checklist_id, version=version, received_on=keyed.received_on, keyed_by=keyed_by)
    paper.confirmed_by, paper.scan_id = person_id, scan_id
    session.add(paper)
    _empty(row)
    session.flush()
    _tell_unit(session, checklist, paper, at=at)
    return version


def typed_by(row: PaperReturn) -> set[str]:
    """Who keyed any of it in, and who sent it."""
    return {str(one["by"]) for one in row.content.values()} | ({row.sent_by} if row.sent_by else set())


def scan_of(session: Session, checklist: Checklist, version: int, *, person_id: str, at: datetime) -> Document:
    """The scanned page of a return, of version 0 that of the paper being keyed in; who takes it is noted. Raises
    NotFound."""
    held = on_paper.signed(session, checklist.id, version) if version else on_paper.get(session, checklist.id)
    document = session.get(Document, held.scan_id) if held and held.scan_id else None
    if document is None:
        raise NotFound(speak("沒有掃描檔", "there is no scan"))
    details: dict[str, object] = {"document_id": document.id, "version": version}
    record(session, at=at, actor=person_id, subject=("checklist", checklist.id), action=OPENED, details=details)
    return document


def forget(session: Session, campaign_id: str, *, actor: str, at: datetime) -> None:
    """Empties what was keyed in of a campaign and never confirmed: nobody waits for it any more."""
    for row in on_paper.not_entered(session, campaign_id):
        if row.state is PaperState.SENT:
            advance(session, row, PaperState.DRAFT, actor=actor, at=at)
        document = session.get(Document, row.scan_id) if row.scan_id else None
        _empty(row)
        session.flush()
        if document is not None:
            discard(session, document)


def _empty(row: PaperReturn) -> None:
    row.version += 1
    row.content, row.scan_id, row.content_hash, row.sent_by, row.sent_at = {}, None, None, None, None


def _put(
    session: Session, checklist_id: str, content: Mapping[str, object], person_id: str, *, at: datetime
) -> PaperReturn:
    """Writes what is keyed in; a paper after one that was entered begins anew."""
    row = on_paper.get(session, checklist_id)
    if row is not None and row.state is PaperState.ENTERED:
        advance(session, row, PaperState.DRAFT, actor=person_id, at=at)
    if not on_paper.put(session, checklist_id, row.version if row else 0, content, at=at):
        raise Conflict(speak("紙本登錄已送請複核，不得再改", "it was sent to be confirmed; it is changed no more"))
    if row is None:
        record(session, at=at, actor=person_id, subject=_subject(checklist_id), action=BEGUN)
    found = on_paper.get(session, checklist_id)
    assert found is not None
    return found


def _hold(session: Session, checklist_id: str, person_id: str, *, at: datetime) -> Checklist:
    refusal = speak("紙本登錄限政風人員，且不得為本單位之檢查表", "only the ethics office keys in paper, never its own")
    checklist = hold_as(session, checklist_id, Act.KEY_PAPER_RETURN, person_id, refusal=refusal, at=at)
    campaigns.lock(session, checklist.campaign_id)  # a conclusion at the same moment is before or after, never beside
    return checklist


def _waiting(session: Session, checklist_id: str) -> PaperReturn:
    row = on_paper.get(session, checklist_id)
    if row is None or row.state is not PaperState.SENT:
        raise Conflict(speak("本紙本登錄現不待複核", "this paper waits for nobody"))
    return row


def _subject(checklist_id: str) -> tuple[str, str]:
    return ("paper_return", checklist_id)


def _moved() -> Conflict:
    return Conflict(speak("內容已更動，請檢視後再辦理", "the content was changed; look at it again"))


def _tell_unit(session: Session, checklist: Checklist, paper: SignedPaper, *, at: datetime) -> None:
    values = {
        "campaign_name": campaigns.get(session, checklist.campaign_id).name,
        "unit_name": roster.unit(session, checklist.unit_id).name,
        "received": roc.with_weekday(paper.received_on),
    }
    for person in writing_to(session, checklist, at=at):
        key = f"checklist-on-paper:{checklist.id}:{paper.version}:{person.id}"
        write(session, Letter(key, "checklist_on_paper", person.id, values, checklist.campaign_id), at=at)
