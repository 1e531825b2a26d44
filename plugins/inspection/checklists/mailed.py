"""Forms sent by mail, where the agency switches that on: each mail is taken apart in the sandbox, what may be a form
goes down the one road of returns, and its sender has one answer, at the address of the roster.

An address proves nothing, so a mailed form counts as one that was dropped. Strangers and machines have no answer: their
mails are marked as read, counted, and the office is told once a day.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.audit.events import record
from inspection.calendar import roc
from inspection.checklists import refusals
from inspection.checklists.bringing import ACTOR, Sender
from inspection.checklists.file_names import looked_at
from inspection.checklists.mail_parts import Bears, Told
from inspection.checklists.mail_reading import Look, mails_in_sandbox
from inspection.checklists.mailbox import HEADER_BYTES, Arrived, Mailbox, opened
from inspection.checklists.take_in import Reader, Taken, take_in
from inspection.checklists.uploading import Opened, open_file
from inspection.documents.storage import require_shared
from inspection.errors import SourceUnavailable
from inspection.model import Agency, Checklist
from inspection.notices.outbox import Letter, write
from inspection.rules import catalogue as rules
from inspection.store import events, notices, people, roster, turns

Scope = Callable[..., AbstractContextManager[Session]]
CHANNEL = "mail"
BATCH = 100
ANSWERS_A_DAY = 10  # to one person: more would keep letters of ours from them (the cap of the outbox)
ANSWER = "mailed_answer"
UNANSWERED = "mailed_unanswered"
MAIL, READ = "returned_mail", "mail_read"
A_DAY, EVER = timedelta(days=1), timedelta(days=36_500)
NOTHING, BROKEN, TOO_LARGE = "mailed_nothing", "mailed_broken", "mailed_too_large"
Problems = Sequence[Mapping[str, str]]


class Became(StrEnum):
    """What became of a mail, as it is counted."""

    ANSWERED = "answered"
    IGNORED = "ignored"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail that was taken apart: the SHA-256 of its bytes, when it arrived, what it says, its forms opened, and a
    problem of the mail as a whole."""

    digest: str
    arrived: datetime | None
    told: Told
    forms: tuple[Opened, ...] = ()
    problem: str = ""


def empty_mailbox(scope: Scope, *, read: Reader, at: datetime) -> Mapping[str, int]:
    """Takes in what was mailed and not read by us before, the longest waiting first: how many forms were taken and
    refused, and how many mails were answered, ignored and left unanswered. Nothing where no mailbox is set.

    Each mail is its own transaction, marked as read only after it is on record; read twice, or by two at once, it is
    one return and one answer. Raises what `mailbox.opened` raises.
    """
    url = settings.get().imap_url
    if not url:
        return {}
    with scope() as session:
        require_shared(session)
    with opened(scope, url) as box:
        waiting = box.waiting(BATCH)
        return _read_all(scope, box, waiting, read, at) if waiting else {}


def _read_all(scope: Scope, box: Mailbox, waiting: Sequence[bytes], read: Reader, at: datetime) -> Counter[str]:
    counts: Counter[str] = Counter()
    trouble: Exception | None = None
    with mails_in_sandbox() as look:
        for uid in waiting:
            arrived = box.fetch(uid)
            if arrived is None:
                continue
            try:
                counts.update(_handle(scope, arrived, look, read, at))
            except SourceUnavailable:
                raise
            except Exception as error:  # one that nobody foresaw stays unread, and holds up none behind it
                trouble = trouble or error
            else:
                box.mark(uid)
    if trouble is not None:
        raise trouble
    return counts


def _handle(scope: Scope, arrived: Arrived, look: Look, read: Reader, at: datetime) -> Mapping[str, int]:
    digest = hashlib.sha256(arrived.data).hexdigest()
    with scope(read_only=True) as session:
        if _was_read(session, digest, at):
            return {}
    mail = _apart(digest, arrived, look)
    with scope(read_only=True) as session:
        known = bool(people.holding_address(session, mail.told.sender)) if mail.told.sender else False
    if known and not mail.told.automatic:
        # no transaction is open while the sandbox reads
        today = clock.local_date(at)
        forms = tuple(
            open_file(scope, looked_at(name, today=today), data, read)
            for name, data in zip(mail.told.names, mail.told.forms, strict=True)
        )
        mail = _Mail(mail.digest, mail.arrived, mail.told, forms, mail.problem)
    with scope() as session:
        turns.hold(session, Agency, roster.agency(session).id)  # one mail after the other, whoever reads
        return {} if _was_read(session, digest, at) else _enter(session, mail, at)


def _was_read(session: Session, digest: str, at: datetime) -> bool:
    return events.happened_since(session, MAIL, digest, READ, since=at - EVER)


def _apart(digest: str, arrived: Arrived, look: Look) -> _Mail:
    told = look(arrived.data, arrived.whole)
    problem = "" if arrived.whole else TOO_LARGE
    if told is None and arrived.whole:
        told, problem = look(arrived.data[:HEADER_BYTES], False), BROKEN
    return _Mail(digest, arrived.at, told or Told(), problem=problem)


def _enter(session: Session, mail: _Mail, at: datetime) -> Mapping[str, int]:
    senders = people.holding_address(session, mail.told.sender) if mail.told.sender else []
    became, results = Became.IGNORED, list[Taken | str]()
    if not mail.told.automatic:
        became = Became.UNANSWERED
        if senders:
            results = _take_each(session, mail, Sender(tuple(one.id for one in senders)), at)
            became = _answer(session, mail, senders[0].id, results, at)
    if became is Became.UNANSWERED:
        day = clock.local_date(at)
        values = {"day": roc.plain(day)}
        refusals.tell_office(session, f"{UNANSWERED}:{day}", UNANSWERED, values, campaign_id=None, at=at)
    taken = sum(isinstance(one, Taken) and one.accepted for one in results)
    counts = {"taken": taken, "refused": len(results) - taken, became.value: 1}
    details: dict[str, object] = {"count": taken, "problems": len(results) - taken, "outcome": became.value}
    record(session, at=at, actor=ACTOR, subject=(MAIL, mail.digest), action=READ, details=details)
    return counts


def _take_each(session: Session, mail: _Mail, by: Sender, at: datetime) -> list[Taken | str]:
    """What became of each attachment, in order: how it was taken, or the problem that kept it from being opened."""
    if mail.problem:
        return [mail.problem]
    forms = iter(mail.forms)
    arrived = None if mail.arrived is None else min(mail.arrived, at)
    results: list[Taken | str] = []
    for one in mail.told.bears:
        if one is not Bears.FORM:
            results.append(one.value)
            continue
        form = next(forms)
        taken = take_in(
            session,
            form.data,
            channel=CHANNEL,
            read=form.read,
            at=at,
            modified_at=arrived,
            arrived_at=arrived,
            by=by,
            name=form.name,
        )
        results.append(taken)
    return results or [NOTHING]


def _answer(session: Session, mail: _Mail, person_id: str, results: Sequence[Taken | str], at: datetime) -> Became:
    """Answers at the address of the roster, unless that person has had as many answers within a day as one gets."""
    if notices.count_written(session, ANSWER, person_id, since=at - A_DAY) >= ANSWERS_A_DAY:
        return Became.UNANSWERED
    arrived = min(mail.arrived or at, at)
    lines = [_said(session, number, one, arrived) for number, one in enumerate(results, start=1)]
    values = {
        "arrived": roc.moment(arrived),
        "outcome_lines": "\n".join(lines),
        "is_all_taken": all(isinstance(one, Taken) and one.accepted for one in results),
        "drop_folder": rules.current().office.drop_folder,
        "has_page": bool(settings.get().named_portal_url),
    }
    write(session, Letter(f"mailed-answer:{mail.digest}", ANSWER, person_id, values), at=at)
    return Became.ANSWERED


def _said(session: Session, number: int, one: Taken | str, arrived: datetime) -> str:
    """A line for one attachment, by its place in the mail: a name of its own may say more than a mail should."""
    catalogue = rules.current()
    if isinstance(one, Taken) and one.accepted:
        values = {"number": f"{one.checklist_id}-{one.version}", "sha256": one.sha256, "moment": roc.moment(arrived)}
        return catalogue.wording.line("mailed_taken", {"file": number, **values})
    problems: Problems = one.problems if isinstance(one, Taken) else [{"problem": one, "item": ""}]
    checklist = session.get(Checklist, one.checklist_id) if isinstance(one, Taken) and one.checklist_id else None
    why = "".join(
        [
            *refusals.said(session, checklist, problems, catalogue),
            *refusals.rest(session, checklist, problems, catalogue),
        ]
    )
    return catalogue.wording.line("mailed_refused", {"file": number, "why": why})
