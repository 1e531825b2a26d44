"""One-time codes to the roster address: asked for, entered once, few tries (ASVS 6.5, 6.6; workflow research 6.1).

A code is bound to the browser that asked for it (`visit`, a random cookie), or to one decision of one session:
somebody else's request neither uses up nor replaces it, and a code overheard is of no use in another browser.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inspection.access.sessions import start
from inspection.access.tokens import same, token
from inspection.access.who import asking
from inspection.audit.actors import PORTAL, program
from inspection.audit.events import record
from inspection.errors import TooManyTries
from inspection.keyed_hash import keyed_hash
from inspection.language import speak
from inspection.model import Person, PortalSession, SignInCode
from inspection.store import people, sign_in

CODE_DIGITS = 8
CODE_VALID = timedelta(minutes=10)
TRIES = 5
WINDOW = timedelta(minutes=15)
# Mails with a code within a window. Only a mail that goes out is counted: asking for addresses that are in no roster
# uses up nobody's. These counts are our own: they neither touch nor read any other lock-out (workflow research C12)
MAILS_PER_PLACE_AND_ADDRESS = 5
MAILS_PER_ADDRESS = 15
MAILS_PER_PLACE = 60
MAILS_PER_FAMILIAR_BROWSER = 5
ASKS_PER_PERSON = 15  # codes for decisions, asked by somebody signed in
WRONG_CODES_NOTED_PER_PLACE = 60
WRONG_CODES_PER_PERSON = 25
ACTOR = program(PORTAL, "sign_in")
ASKED, FROM_PLACE, REFUSED = "code_asked", "asked_from", "code_refused"


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code on its way to a person; `code_id` names its row, which holds a hash alone, `notice_key` its notice.

    In clear `code` stands in the notice's text alone, until that was sent or can be used no more.
    """

    code_id: str
    person_id: str
    code: str
    notice_key: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a code: the random cookie of the visit, the network address, and what `familiar_browser` gave."""

    visit: str
    place: str
    familiar: str = ""


def is_expected(session: Session, address: str, asker: Asker, *, at: datetime) -> bool:
    """Whether `issue` would make a code: asked without changing anything."""
    person = _with_business(session, address, at=at)
    return person is not None and _admits(session, person, asker, at=at)


def issue(session: Session, address: str, asker: Asker, *, at: datetime) -> IssuedCode | None:
    """Makes the code for whoever holds the address in the roster.

    None where nobody with business here does, and where enough mails have gone out: strangers who ask in somebody's
    name fill no mailbox. A browser in which the person has signed in before has a limit of its own that nobody else
    can use up, and a place that has not asked for the address lately is always served once.
    """
    person = _with_business(session, address, at=at)
    if person is None or not _admits(session, person, asker, at=at):
        return None
    for one in _counts(person, asker):
        record(session, at=at, actor=ACTOR, subject=("sign_in", one.bucket), action=one.action)
    return _make(session, _visit_id(asker.visit), person.id, at=at)


def familiar_browser(person_id: str) -> str:
    """A token for a browser in which a person has signed in: it names nobody and opens nothing."""
    nonce = token()
    return f"{nonce}.{keyed_hash('familiar browser', person_id, nonce)}"


def _is_familiar(given: str, person_id: str) -> bool:
    nonce, _, proof = given.partition(".")
    return bool(nonce) and same(proof, keyed_hash("familiar browser", person_id, nonce))


def _with_business(session: Session, address: str, *, at: datetime) -> Person | None:
    person = people.by_address(session, _plain_address(address))
    return person if person is not None and asking(session, person.id, at=at).has_business else None


@dataclass(frozen=True, slots=True)
class _Count:
    """Under what a mail is counted: the bucket, the action of its event, and how many a window may see (None: any)."""

    bucket: str
    action: str
    limit: int | None


def _counts(person: Person, asker: Asker) -> tuple[_Count, ...]:
    """The browser's own count first."""
    place = keyed_hash("place", asker.place)
    if _is_familiar(asker.familiar, person.id):
        own = keyed_hash("familiar browser", asker.familiar)
        return _Count(own, ASKED, MAILS_PER_FAMILIAR_BROWSER), _Count(place, FROM_PLACE, None)
    return (
        _Count(keyed_hash("place and address", asker.place, person.id), ASKED, MAILS_PER_PLACE_AND_ADDRESS),
        _Count(keyed_hash("address", person.id), ASKED, MAILS_PER_ADDRESS),
        _Count(place, FROM_PLACE, MAILS_PER_PLACE),
    )


def _admits(session: Session, person: Person, asker: Asker, *, at: datetime) -> bool:
    """Whether no count is full; who has asked for nothing yet is always served."""
    sent = [
        (sign_in.tries_since(session, one.bucket, (one.action,), since=at - WINDOW), one.limit)
        for one in _counts(person, asker)
    ]
    own, _ = sent[0]
    return own == 0 or all(limit is None or count < limit for count, limit in sent)


def enter(session: Session, visit: str, code: str, *, place: str, at: datetime) -> str | None:
    """Signs a person in: the token of a new session, or None for a wrong, used or expired code.

    The used-up try stays used up: the caller commits in either case. A code bears few tries and fits one browser;
    wrong ones of a whole place keep nobody there from entering theirs, they are only noted up to a number.
    """
    person_id = _redeem(session, _visit_id(visit), code, at=at)
    if person_id is None or not asking(session, person_id, at=at).has_business:
        bucket = keyed_hash("place", place)
        if sign_in.tries_since(session, bucket, (REFUSED,), since=at - WINDOW) < WRONG_CODES_NOTED_PER_PLACE:
            record(session, at=at, actor=ACTOR, subject=("sign_in", bucket), action=REFUSED)
        return None
    return start(session, person_id, at=at)


def ask_again(session: Session, signed: PortalSession, purpose: str, *, at: datetime) -> IssuedCode:
    """A code for one decision of a signed-in person (ASVS 7.5.3); `purpose` names the decision and the content hash."""
    bucket = keyed_hash("person", signed.person_id)
    _refuse_beyond(session, bucket, ASKED, ASKS_PER_PERSON, at=at)
    record(session, at=at, actor=ACTOR, subject=("sign_in", bucket), action=ASKED)
    return _make(session, _purpose_id(signed, purpose), signed.person_id, at=at)


def prove(session: Session, signed: PortalSession, purpose: str, code: str, *, at: datetime) -> bool:
    """Whether the code is the one sent for this very decision; notes the proof in the session."""
    bucket = keyed_hash("person", signed.person_id)
    _refuse_beyond(session, bucket, REFUSED, WRONG_CODES_PER_PERSON, at=at)
    if _redeem(session, _purpose_id(signed, purpose), code, at=at) != signed.person_id:
        record(session, at=at, actor=ACTOR, subject=("sign_in", bucket), action=REFUSED)
        return False
    signed.proven_at = at
    session.flush()
    return True


def _make(session: Session, code_id: str, person_id: str, *, at: datetime) -> IssuedCode:
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    expires_at = at + CODE_VALID
    session.merge(
        SignInCode(
            id=code_id,
            person_id=person_id,
            code_hash=keyed_hash("code", code_id, code),
            made_at=at,
            expires_at=expires_at,
            tries_left=TRIES,
            used_at=None,
        )
    )
    session.flush()
    # the key says which code without telling anything usable: a second one for the same purpose is a second notice
    notice_key = f"sign_in_code|{keyed_hash('notice', code_id, at.isoformat(), code)[:32]}"
    return IssuedCode(code_id, person_id, code, notice_key, expires_at)


def _redeem(session: Session, code_id: str, code: str, *, at: datetime) -> str | None:
    """Takes a try before comparing, so that tries at the same moment cannot exceed the number allowed."""
    given = keyed_hash("code", code_id, _digits(code))
    has_try = sign_in.take_try(session, code_id, at=at)
    row = sign_in.code(session, code_id)
    fits = same(row.code_hash if row else "0" * 64, given)
    if row is None or not has_try or not fits or not sign_in.use_once(session, code_id, at=at):
        return None
    return row.person_id


def _refuse_beyond(session: Session, bucket: str, action: str, limit: int, *, at: datetime) -> None:
    if sign_in.tries_since(session, bucket, (action,), since=at - WINDOW) >= limit:
        raise TooManyTries(
            speak(
                f"{WINDOW.seconds // 60} 分鐘內嘗試次數過多，請稍後再試",
                f"{action} too often within {WINDOW.seconds // 60} minutes",
            )
        )


def _plain_address(address: str) -> str:
    return unicodedata.normalize("NFKC", address).strip().lower()


def _digits(code: str) -> str:
    """People paste codes with spaces, or type them full-width."""
    return "".join(character for character in unicodedata.normalize("NFKC", code) if character.isdigit())


def _visit_id(visit: str) -> str:
    return keyed_hash("visit", visit)[:40]


def _purpose_id(signed: PortalSession, purpose: str) -> str:
    return keyed_hash("purpose", signed.token_hash, purpose)[:40]
