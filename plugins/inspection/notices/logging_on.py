"""Remembers that the mail server refused our password, so that no drain and no sign-in tries it again at once.

The refusal stands in the record under a keyed hash of the address it was tried with: another password is another
address and is tried at once, the same one after an hour, by which time an account's count of wrong tries is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.actors import PART, program
from inspection.audit.events import record
from inspection.keyed_hash import keyed_hash
from inspection.language import speak
from inspection.notices.mail_server import PasswordRefused, opened, server_of
from inspection.store import events

REST = timedelta(hours=1)
SUBJECT = "mail_server"
REFUSED = "logon_refused"


def require_welcome(session: Session, smtp_url: str, *, at: datetime) -> None:
    """Raises PasswordRefused where this very address was refused within the last hour, Unusable where it is none."""
    if not server_of(smtp_url).username:
        return
    if was_refused(session, smtp_url, at=at):
        raise PasswordRefused(
            speak(
                "郵件伺服器已拒絕此帳號或密碼，一小時內不再嘗試，以免帳號遭鎖定",
                "the mail server refused this password; not tried again within the hour: tries lock accounts",
            ),
            remedy=speak("請更正 INSPECTION_SMTP_URL", "mend INSPECTION_SMTP_URL"),
        )


def was_refused(session: Session, url: str, *, at: datetime) -> bool:
    """Whether a server refused this very address, with its password, within the last hour."""
    return events.happened_since(session, SUBJECT, _name(url), REFUSED, since=at - REST)


def note_refused(session: Session, url: str, *, part: str = "outbox", at: datetime) -> None:
    """Writes down that the address was refused, to which part of the program."""
    record(session, at=at, actor=program(PART, part), subject=(SUBJECT, _name(url)), action=REFUSED)


def greet(scope: Callable[[], AbstractContextManager[Session]], smtp_url: str) -> None:
    """Logs on and takes leave, for whoever asks whether mail can leave; raises as sending does."""
    with scope() as session:
        require_welcome(session, smtp_url, at=clock.now())
    try:
        with opened(server_of(smtp_url)):
            pass
    except PasswordRefused:
        with scope() as session:
            note_refused(session, smtp_url, at=clock.now())
        raise


def _name(url: str) -> str:
    return keyed_hash(SUBJECT, url)
