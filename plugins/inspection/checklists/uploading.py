"""A filled form laid on the page of its checklist: read in the sandbox before any transaction, then taken in by the one
road of returns, by the hand of whoever laid it. They are told on the page, at once, what keeps it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import Act
from inspection.checklists.bringing import Hand
from inspection.checklists.entering import hold_as
from inspection.checklists.file_names import looked_at
from inspection.checklists.issue import form_key
from inspection.checklists.reading import read_in_sandbox
from inspection.checklists.submit import refusal
from inspection.checklists.take_in import Reader, Taken, take_in
from inspection.documents.returned import NotTaken, ReturnedForm
from inspection.keyring import open_ring

CHANNEL = "upload"
Scope = Callable[..., AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was opened in the sandbox: what it says by each key that was tried, or why it is no form; and what
    it is called, as that was looked at."""

    data: bytes
    name: str = ""
    forms: Mapping[bytes, ReturnedForm] = field(default_factory=dict)
    fault: NotTaken | None = None

    def read(self, _data: bytes, key: bytes) -> ReturnedForm:
        """What `take_in` asks of a reader; nothing is opened again."""
        if self.fault is not None:
            raise self.fault
        return self.forms[key]


def open_upload(scope: Scope, name: str, data: bytes) -> Opened:
    """Opens a file in a sandbox of its own, as `open_file`."""
    with read_in_sandbox() as read:
        return open_file(scope, looked_at(name, today=clock.today()), data, read)


def open_file(scope: Scope, name: str, data: bytes, read: Reader) -> Opened:
    """Opens a file under the keys forms were sealed with, the newest first, until one fits. No transaction is open
    while the sandbox reads. `name`: what it is called, as that was looked at."""
    with scope(read_only=True) as session:
        keys = [form_key(one.key) for one in open_ring(session).newest_first]
    forms: dict[bytes, ReturnedForm] = {}
    for key in keys:
        try:
            forms[key] = read(data, key)
        except NotTaken as fault:
            return Opened(data, name, fault=fault)
        if forms[key].sealed:
            break
    return Opened(data, name, forms)


def take_upload(session: Session, checklist_id: str, opened: Opened, *, person_id: str, at: datetime) -> Taken:
    """Takes the file in as the return of this checklist and of no other. Raises NotFound, NotAllowed."""
    hold_as(session, checklist_id, Act.ANSWER_CHECKLIST, person_id, refusal=refusal(), at=at)
    hand, name = Hand(person_id, checklist_id), opened.name
    return take_in(session, opened.data, channel=CHANNEL, read=opened.read, at=at, modified_at=at, by=hand, name=name)
