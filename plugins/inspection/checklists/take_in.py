"""Takes returned forms in: read strictly, each file once by its content, refused ones kept with the reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.checklists import half_read, refusals
from inspection.checklists.bringing import ACTOR, NOBODY, Bringer
from inspection.checklists.entering import Came, enter, hold, keep_data, kept_out, problems_of, without_evidence
from inspection.checklists.issue import form_key
from inspection.documents.returned import FormAnswer, NotTaken, Problem, ReturnedForm
from inspection.keyring import open_ring
from inspection.model import Campaign, Checklist, ChecklistReturn, ReturnedFile
from inspection.model.lifecycle import ChecklistState
from inspection.rules.answers import Asked
from inspection.store import campaigns, checklists, proofs, roster

Reader = Callable[[bytes, bytes], ReturnedForm]
TIED, MISLAID = "tied", "upload_mislaid"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one returned file: its checklist and version, or the problems that kept it out."""

    sha256: str
    accepted: bool
    checklist_id: str | None
    version: int | None
    problems: tuple[dict[str, str], ...]


def take_in(
    session: Session,
    data: bytes,
    *,
    channel: str,
    read: Reader,
    at: datetime,
    modified_at: datetime | None = None,
    arrived_at: datetime | None = None,
    by: Bringer = NOBODY,
    name: str = "",
) -> Taken:
    """Takes one file in; the same file again is answered as the first time, but for one sent back for correction: then
    it is told that nothing was corrected. What was refused is looked at again, as what stood against it may be gone.

    `read` opens the untrusted file (in the sandbox) and raises NotTaken where it cannot be read. `modified_at` says
    when the file was last written, by its own clock: of two forms the later written counts; `arrived_at` when it came
    where nobody looked at once: what was on time then is on time (None: now); `name` is what it is called as that was
    looked at. Nothing is lost: the file is kept either way, and answers are written whole or not at all. A refusal is
    told as who brought the form orders.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = checklists.returned_file(session, digest)
    if known is not None and known.accepted and by.admits(session, known.checklist_id, at=at):
        return _again(session, known, by, at)
    # a form saved under a clock that runs ahead is not later than whatever comes after it
    written = None if modified_at is None else min(modified_at, at)
    arrived = min(arrived_at or at, at)
    file = Came(data, digest, channel, by.actor, written, name_shown=name, arrived_at=arrived)
    try:
        form = _read(session, data, read)
    except NotTaken as error:
        return _refuse(session, file, None, [{"problem": error.fault.value, "item": ""}], by, at)
    if form.identity and not by.admits(session, form.identity.form_number, at=at):
        return _elsewhere(session, file, by, at)
    file = replace(file, media_type=form.format.value)
    checklist = hold(session, form.identity.form_number) if form.identity else None
    known = checklists.returned_file(session, digest)
    if known is not None and known.accepted:  # somebody else took the same file in while this one was read
        return _again(session, known, by, at)
    put = checklists.questions(session, checklist.id) if checklist else []
    asked = {one.item_id: Asked.of(one.spec) for one in put}
    answers, unclear = form.answered({item: one.answer for item, one in asked.items()})
    campaign = campaigns.get(session, checklist.campaign_id) if checklist else None
    problems = _problems(form, answers, unclear, checklist, campaign)
    if checklist is not None and not problems:
        proven = {one.item_id for one in proofs.standing(session, checklist.id)}
        problems, _ = without_evidence(put, answers, proven)
    before = _newest(session, checklist)
    if checklist is not None and not problems and _is_earlier(file, before, checklist):
        problems = [{"problem": "earlier", "item": ""}]
    if checklist is not None and refusals.is_of_single_items(problems):
        half_read.lay(session, checklist, put, (form, answers), actor=file.actor, at=at)
    if problems or checklist is None:
        return _refuse(session, file, checklist, problems, by, at)
    return _accept(session, file, (form, answers), checklist, before, at)


def _read(session: Session, data: bytes, read: Reader) -> ReturnedForm:
    """The form, under the key it was sealed with: one of before is good for what was issued while it was in use."""
    newest, *before = open_ring(session).newest_first
    form = first = read(data, form_key(newest.key))
    for generation in before:
        if form.sealed or form.identity is None:
            return form
        form = read(data, form_key(generation.key))
        if form.sealed and form.identity is not None:
            sealed = session.get(Checklist, form.identity.form_number)
            issued_at = sealed.issued_at if sealed else None
            if issued_at is not None and generation.until is not None and issued_at <= generation.until:
                return form
            return first
    return first


def _again(session: Session, known: ReturnedFile, by: Bringer, at: datetime) -> Taken:
    """A form taken in before: nothing new, unless its checklist was sent back since."""
    checklist = checklists.get(session, known.checklist_id or "")
    if checklist.state != ChecklistState.SENT_BACK:
        return _as_taken(known)
    problems = [{"problem": "unchanged", "item": ""}]
    version = checklists.newest_version(session, checklist.id)
    by.tell(session, f"{known.id[:24]}:{version}", checklist, problems, at=at)
    return Taken(known.id, False, checklist.id, known.version, tuple(problems))


def _newest(session: Session, checklist: Checklist | None) -> ChecklistReturn | None:
    if checklist is None:
        return None
    return checklists.returned(session, checklist.id, checklists.newest_version(session, checklist.id))


def _is_earlier(file: Came, before: ChecklistReturn | None, checklist: Checklist) -> bool:
    """Whether a form was written before the one that counts now; after 退回補正 none does, whatever the clocks say."""
    if before is None or before.modified_at is None or checklist.state is ChecklistState.SENT_BACK:
        return False
    return file.modified_at is not None and file.modified_at < min(before.modified_at, before.received_at)


def _as_taken(known: ReturnedFile) -> Taken:
    return Taken(known.id, known.accepted, known.checklist_id, known.version, tuple(known.problems))


def _problems(
    form: ReturnedForm,
    answers: Mapping[str, FormAnswer],
    told: Sequence[Problem],
    checklist: Checklist | None,
    campaign: Campaign | None,
) -> list[dict[str, str]]:
    shut = kept_out(checklist, campaign) if checklist is not None and campaign is not None else ""
    if shut:
        return [{"problem": shut, "item": ""}]
    found = problems_of(form, answers, told)
    if form.identity is not None and (checklist is None or not form.sealed):
        found.append({"problem": "not_issued_by_us", "item": ""})
    return found


def _elsewhere(session: Session, file: Came, by: Bringer, at: datetime) -> Taken:
    """A form that may not come in so: nothing of it is kept here, and nothing changes there."""
    subject = by.matter(file.digest)
    record(session, at=at, actor=file.actor, subject=subject, action=MISLAID, details={"sha256": file.digest})
    return Taken(file.digest, False, None, None, ({"problem": by.elsewhere, "item": ""},))


def _refuse(
    session: Session,
    file: Came,
    checklist: Checklist | None,
    problems: list[dict[str, str]],
    by: Bringer,
    at: datetime,
) -> Taken:
    keep_data(session, file, f"refused:{file.digest[:24]}", "退件", at)
    row = checklists.returned_file(session, file.digest)
    if row is not None and row.problems == problems:
        return _as_taken(row)
    if row is None:
        row = ReturnedFile(id=file.digest, channel=file.channel, version=None, accepted=False)
        session.add(row)
    row.checklist_id = checklist.id if checklist else None
    row.problems, row.name_shown = problems, file.name_shown
    row.received_at = at
    session.flush()
    record(
        session,
        at=at,
        actor=file.actor,
        subject=("returned_file", file.digest),
        action="refused",
        details={"channel": file.channel, "problems": len(problems), "sha256": file.digest},
    )
    key = hashlib.sha256(repr([file.digest, problems]).encode()).hexdigest()[:24]
    by.tell(session, key, checklist, problems, at=at)
    return _as_taken(row)


def _accept(
    session: Session,
    file: Came,
    given: tuple[ReturnedForm, Mapping[str, FormAnswer]],
    checklist: Checklist,
    before: ChecklistReturn | None,
    at: datetime,
) -> Taken:
    row = enter(session, file, given, checklist, at)
    if before is not None and file.modified_at is not None and before.modified_at == file.modified_at:
        _ask_which(session, checklist, row.version or 0, at)
    return _as_taken(row)


def _ask_which(session: Session, checklist: Checklist, version: int, at: datetime) -> None:
    """Two forms written at the same instant: both are kept, and the office asks the unit which one counts."""
    details: dict[str, object] = {"version": version}
    record(session, at=at, actor=ACTOR, subject=("checklist", checklist.id), action=TIED, details=details)
    unit_name = roster.unit(session, checklist.unit_id).name
    key = f"return-tied:{checklist.id}:{version}"
    refusals.tell_office(
        session, key, "return_tied", {"unit_name": unit_name}, campaign_id=checklist.campaign_id, at=at
    )
