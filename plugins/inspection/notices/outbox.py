"""Writes a notice once by its key, in the transaction of what caused it, with its text from the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateNotFound, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from sqlalchemy.orm import Session

from inspection import settings
from inspection.errors import BadSource
from inspection.language import speak
from inspection.model import Campaign, Notice, Person
from inspection.model.lifecycle import NoticeState
from inspection.notices import conditions
from inspection.notices.condition import Depends
from inspection.rules.mail_texts import mail_folders
from inspection.store import notices, roster
from inspection.store.once import insert_all_once
from inspection.store.unannounced import hidden_from, hour_of

SUBJECT_MARK = "主旨："


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice to be written. `key` makes it one notice however often it is written.

    `values` fill the template of `kind`; `still_wanted` is checked again at the moment of sending.
    """

    key: str
    kind: str
    person_id: str
    values: Mapping[str, object]
    campaign_id: str | None = None
    attachments: tuple[str, ...] = ()
    still_wanted: Depends | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class MailText:
    """Subject and body of a mail."""

    subject: str
    body: str


@cache
def _environment(folders: tuple[Path, ...]) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def compose(kind: str, values: Mapping[str, object]) -> MailText:
    """Fills the mail template of a kind; raises BadSource where it is missing, faulty or wants another value."""
    name = f"{kind}.j2"
    try:
        text = _environment(mail_folders(settings.get().rules_dir)).get_template(name).render(values)
    except TemplateNotFound:
        raise BadSource(
            speak("缺少信件範本", "mail template is missing"),
            place=f"templates/mail/{name}",
            remedy=speak("請還原", "restore it"),
        ) from None
    except UndefinedError as error:
        raise BadSource(
            str(error.message),
            place=f"templates/mail/{name}",
            remedy=speak("請參照 templates/mail/README.md", "see templates/mail/README.md"),
        ) from None
    first, _, rest = text.lstrip().partition("\n")
    if not first.startswith(SUBJECT_MARK) or "\r" in first:
        raise BadSource(
            speak(f"第一行須以 {SUBJECT_MARK} 開頭", f"the first line must begin with {SUBJECT_MARK}"),
            place=f"templates/mail/{name}",
            remedy=speak("請補主旨", "add the subject"),
        )
    return MailText(first.removeprefix(SUBJECT_MARK).strip(), rest.strip() + "\n")


def write(session: Session, letter: Letter, *, at: datetime) -> bool:
    """Puts a notice into the outbox; True where it is new, False where its key was already there."""
    return write_all(session, [letter], at=at) == 1


def write_all(session: Session, letters: Sequence[Letter], *, at: datetime) -> int:
    """Puts notices into the outbox by a number of statements that does not grow with theirs; how many were new.

    Raises BadSource for a text that cannot be filled and for a condition that is not in the register, NotFound for a
    reader who is not in the roster: then none is written.
    """
    there = notices.keys_among(session, [one.key for one in letters])
    new = list({one.key: one for one in letters if one.key not in there}.values())
    if not new:
        return 0
    readers = roster.by_ids(session, {one.person_id for one in new})
    agency = roster.agency(session)
    office = {
        "agency": agency.name,
        "agency_short": agency.short_name,
        "hotline": str(agency.details.get("hotline", "")),
        "portal_url": settings.get().portal_url,
    }
    hours = _Hours(session)
    rows = [_row(one, readers[one.person_id], office, hours, at=at) for one in new]
    return len(insert_all_once(session, Notice, rows, keys=["key"]))


def _row(
    letter: Letter, person: Person, office: Mapping[str, str], hours: _Hours, *, at: datetime
) -> dict[str, object]:
    values = {
        **office,
        "notice_number": notice_number(letter.key),
        "name": person.name,
        "title": person.title,
        **letter.values,
    }
    text = compose(letter.kind, values)
    depends = letter.still_wanted
    if depends is not None:
        conditions.of(depends.kind)
    leaves_at = letter.not_before or at
    return {
        "key": letter.key,
        "kind": letter.kind,
        "campaign_id": letter.campaign_id,
        "person_id": letter.person_id,
        "values": {key: value for key, value in letter.values.items() if key not in {"code"}},
        "subject": text.subject,
        "body": text.body,
        "attachments": list(letter.attachments),
        "depends_kind": depends.kind if depends else None,
        "depends_id": depends.id if depends else None,
        "depends_version": depends.version if depends else None,
        "state": NoticeState.PENDING,
        "written_at": at,
        "not_before": hours.kept_until(letter, at=leaves_at) or leaves_at,
        "attempts": 0,
    }


class _Hours:
    """Until when letters on an unannounced inspection are kept, asked once per campaign, person and instant."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[str, str, datetime], datetime | None] = {}

    def kept_until(self, letter: Letter, *, at: datetime) -> datetime | None:
        """The hour before which an inspected person must not hear of the inspection (officer review A10)."""
        if letter.campaign_id is None:
            return None
        key = (letter.campaign_id, letter.person_id, at)
        if key not in self._known:
            campaign = self._session.get(Campaign, letter.campaign_id)
            hidden = campaign is not None and hidden_from(self._session, campaign, letter.person_id, at=at)
            self._known[key] = hour_of(campaign) if campaign is not None and hidden else None
        return self._known[key]


def notice_number(key: str) -> str:
    """The number printed on a notice: short, speaks of nothing, can be read out on the telephone."""
    digest = sha256(key.encode()).hexdigest().upper()
    return f"{digest[:4]}-{digest[4:8]}"
