"""`inspection keys rotate`: the installation goes over to a new key while people work on.

The one of before is needed no more afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inspection import keyring, settings
from inspection.audit import chain
from inspection.audit.events import record
from inspection.crawling.campaign import vault
from inspection.errors import BadSource
from inspection.keyring import open_ring
from inspection.store import events, kept_keys
from inspection.store.session import session_scope

SUBJECT = ("installation", "key")
CHANGED = "key_changed"
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Rotated:
    """The generation in use, whether it is new, how many paths were sealed anew, and how many no key opens."""

    generation: int
    new: bool
    sealed_anew: int
    unreadable: int


def rotate(*, at: datetime, actor: str) -> Rotated:
    """Takes the key that is set into use and seals under it what was sealed under earlier ones, batch by batch.

    Broken off at any place it goes on when it is run again; run once more it changes nothing. Raises BadSource where
    the database goes by a key that is not set.
    """
    generation, new = _take_into_use(at=at, actor=actor)
    sealed_anew, unreadable = _seal_paths_anew()
    return Rotated(generation, new, sealed_anew, unreadable)


def _take_into_use(*, at: datetime, actor: str) -> tuple[int, bool]:
    with session_scope() as session:
        events.lock_sealer(session)
        if not open_ring(session).is_behind:
            return open_ring(session).newest.number, False
        chain.seal(session, at=at)  # what happened until now is sealed by the key of before
        last = events.last_seal(session)
        first_seal = last.ordinal + 1 if last else 1
        key = settings.get().require_secret_key()
        number = keyring.add(session, open_ring(session), key, first_seal=first_seal, at=at)
        record(session, at=at, actor=actor, subject=SUBJECT, action=CHANGED, details={"version": number})
        return number, True


def _seal_paths_anew() -> tuple[int, int]:
    after = changed = unreadable = 0
    while True:
        with session_scope() as session:
            box = vault(session)
            found = kept_keys.sealed_paths(session, after=after, size=BATCH)
            anew = []
            for one, sealed in found:
                try:
                    now = box.sealed_anew(sealed)
                except BadSource:
                    unreadable += 1
                    continue
                if now is not None:
                    anew.append((one, sealed, now))
            kept_keys.seal_anew(session, anew)
        if not found:
            return changed, unreadable
        changed += len(anew)
        after = found[-1][0]
