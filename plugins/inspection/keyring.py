"""The installation's keys by generation: which made what, and those of before, unwrapped by the one in use.

What is looked up by a keyed hash (paths, contents, lessons) keeps the first key for good: it could be made anew only by
reading every file again, and until then each dismissal and the baseline would be lost. What is sealed goes over to the
newest (`keeping.rotation`). The record's seals keep the key they were made by, each part of the chain its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from inspection import settings
from inspection.errors import BadSource
from inspection.keyed_hash import keyed_hash_by
from inspection.language import speak
from inspection.model import KeptKey
from inspection.sealed_box import SealedBox
from inspection.store import events, kept_keys

KEPT_KEY = b"kept key"


@dataclass(frozen=True, slots=True)
class Generation:
    """One key: since which seal of the record it is in use, and until when it was; `until` is None for the newest."""

    number: int
    key: bytes
    first_seal: int
    until: datetime | None

    def __repr__(self) -> str:
        return f"Generation({self.number})"


@dataclass(frozen=True, slots=True)
class Keyring:
    """All generations, oldest first; never empty. `kept` says whether the database knows them."""

    generations: tuple[Generation, ...]
    kept: bool

    @property
    def first(self) -> bytes:
        """The key of all keyed hashes that are looked up."""
        return self.generations[0].key

    @property
    def newest(self) -> Generation:
        """What new things are sealed under."""
        return self.generations[-1]

    @property
    def newest_first(self) -> tuple[Generation, ...]:
        """In the order in which they are tried."""
        return self.generations[::-1]

    @property
    def is_behind(self) -> bool:
        """Whether another key is set than the database goes by: it waits for `inspection keys rotate`."""
        return self.newest.key != settings.get().require_secret_key()

    def of_seal(self, ordinal: int) -> bytes:
        """The key a seal of the record was made by."""
        return next(one.key for one in self.newest_first if one.first_seal <= ordinal or one.number == 0)


def mark(key: bytes) -> str:
    """Equal for equal keys; tells nothing of the key."""
    return keyed_hash_by(key, "backup key")[:16]


def open_ring(session: Session) -> Keyring:
    """The keys as the database knows them. Raises BadSource where the key it goes by is not the one set, nor one of
    those of before that are set beside it, or where the database does not say and none of them made its seals."""
    rows = kept_keys.every(session)
    chosen = settings.get()
    given = [chosen.require_secret_key(), *chosen.keys_of_before]
    if not rows:
        return Keyring((Generation(0, _maker(session, given), 1, None),), kept=False)
    key = next((one for one in given if mark(one) == rows[-1].mark), None)
    if key is None:
        raise BadSource(
            speak(
                "資料庫所用之金鑰與 INSPECTION_SECRET_KEY 不同",
                "the database goes by another key than INSPECTION_SECRET_KEY",
            ),
            remedy=speak(
                "剛換過金鑰者，請重新啟動本程序；否則請將原金鑰列於新金鑰之次行，再執行 `inspection keys rotate`",
                "start this process anew where the key was changed just now; else put the key of before on the line "
                "below the new one and run `inspection keys rotate`",
            ),
        )
    found = [
        Generation(row.number, _unwrapped(row, key), row.first_seal, following.made_at)
        for row, following in pairwise(rows)
    ]
    return Keyring((*found, Generation(rows[-1].number, key, rows[-1].first_seal, None)), kept=True)


def keep_first(session: Session, ring: Keyring, *, at: datetime) -> None:
    """Puts down which key the database goes by, once; only the one sealer of the record does. Raises BadSource where
    the record was begun by another key: what said so was taken away."""
    if ring.kept:
        return
    if events.last_seal(session) is not None and not events.is_made_by(session, 1, ring.newest.key):
        raise BadSource(
            speak(
                "第 1 個串鏈並非以現用金鑰製成，而資料表 kept_key 是空的：該表遭清空，或第 1 筆事件遭變更",
                "seal 1 is not made by the key in use and the table kept_key is empty: it was emptied, or event 1 "
                "was changed",
            ),
            remedy=speak(
                "不再串鏈，以免永久以錯誤之金鑰登載：請通報政風室主任，並自備份還原",
                "nothing more is sealed, lest the wrong key be put down for good: tell the ethics head, restore it "
                "from a backup",
            ),
        )
    session.add(KeptKey(number=0, mark=mark(ring.newest.key), wrapped=None, first_seal=1, made_at=at))
    session.flush()


def _maker(session: Session, given: Sequence[bytes]) -> bytes:
    """Of the keys that are set the one that made what is there, where the database does not say: as its seals tell.
    Where nothing is sealed yet, the oldest."""
    last = events.last_seal(session)
    if last is None:
        return given[-1]
    for ordinal in dict.fromkeys((last.ordinal, 1)):  # the newest event may have been changed
        for key in given:
            if events.is_made_by(session, ordinal, key):
                return key
    raise BadSource(
        speak(
            "資料庫既有之串鏈並非以所設 INSPECTION_SECRET_KEY 之任一金鑰製成",
            "the seals of the database are made by none of the keys in INSPECTION_SECRET_KEY",
        ),
        remedy=speak(
            "請將升級前所用之金鑰列於新金鑰之次行，再執行 `inspection keys rotate`；金鑰確為原金鑰者，紀錄遭變更，"
            "請通報政風室主任並自備份還原",
            "put the key of before the upgrade on the line below the new one and run `inspection keys rotate`; where "
            "the key is the one of before, the record was changed: tell the ethics head, restore it from a backup",
        ),
    )


def add(session: Session, ring: Keyring, key: bytes, *, first_seal: int, at: datetime) -> int:
    """Makes `key` the newest generation and wraps all before it under it; returns its number."""
    keys = {one.number: one.key for one in ring.generations}
    rows = kept_keys.every(session)
    for row in rows:
        row.wrapped = _wrapped(keys[row.number], row.number, key)
    number = rows[-1].number + 1
    session.add(KeptKey(number=number, mark=mark(key), wrapped=None, first_seal=first_seal, made_at=at))
    session.flush()
    return number


def _wrapped(kept: bytes, number: int, key: bytes) -> bytes:
    return SealedBox(key, KEPT_KEY).seal(kept, str(number).encode())


def _unwrapped(row: KeptKey, key: bytes) -> bytes:
    kept = SealedBox(key, KEPT_KEY).open(row.wrapped or b"", str(row.number).encode())
    if kept is None:
        raise BadSource(
            speak(
                f"資料庫所存第 {row.number} 把舊金鑰無法開啟，可能遭變更",
                f"key {row.number} of before, as the database keeps it, cannot be opened: it may have been changed",
            ),
            remedy=speak("請自備份還原", "restore it from a backup"),
        )
    return kept
