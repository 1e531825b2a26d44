"""The newest seal of the record outside the database: in a file of the home folder, and as it is printed.

Who holds the database alone can cut off its end, or take all seals away and have them made anew. What was seen before
lies in a small file beside the documents, and on paper: a chain that has lost it is neither sealed further nor held
good.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from inspection import settings
from inspection.errors import BadSource, Conflict
from inspection.language import speak
from inspection.store import events
from inspection.store.durable import lay, put_down, sync_folder

FILE = "audit-head"
MODE = 0o644  # the programs of one office may run as several users; a digest tells nothing
FEWEST_DIGITS = 16
"""Of a digest that is given again: 64 bits, which nobody meets by chance, and a person types from paper."""
_KEPT = re.compile(r"(\d{1,18}) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Head:
    """A seal by its number, which is how many events the chain holds, and its digest (64 hex digits)."""

    count: int
    digest: str

    @property
    def printed(self) -> str:
        """The digest in eight groups, as people copy it."""
        return " ".join(self.digest[first : first + 8] for first in range(0, len(self.digest), 8))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the file of the home folder says: the newest seal seen, None where there is no file, or that the file is
    there and holds none."""

    head: Head | None = None
    is_damaged: bool = False


def newest(session: Session) -> Head | None:
    """The newest seal of the chain; None before the first."""
    last = events.last_seal(session)
    return Head(last.ordinal, last.digest) if last else None


def typed(text: str) -> str:
    """A digest as somebody copied it, or its beginning: without gaps, in small letters. Raises BadSource
    for anything else."""
    digits = re.sub(r"[\s\-]", "", text).lower()
    if digits and not re.fullmatch(rf"[0-9a-f]{{{FEWEST_DIGITS},64}}", digits):
        raise BadSource(
            speak("串鏈值不是 16 至 64 個十六進位字元", "a seal has 16 to 64 hex digits"),
            place="--expect",
            remedy=speak(
                "請照報告、信件或備份所印者輸入，至少前十六個字元", "give it as it was printed, at least its first 16"
            ),
        )
    return digits


def seen() -> Seen:
    """What this machine remembers of the chain. Taken before a snapshot of the rows is, where there is one: what is
    sealed meanwhile is no loss."""
    path = _path()
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return Seen()
    except (OSError, ValueError):
        text = ""
    found = _KEPT.fullmatch(text)
    return Seen(Head(int(found[1]), found[2])) if found else Seen(is_damaged=True)


def lost(session: Session, *, remembered: Seen | None = None, printed_holds: bool = False) -> str:
    """What is wrong where the chain no longer holds the seal this machine has seen; empty where it does.

    A file that holds no seal is a fault too, unless a printed seal is in the chain (`printed_holds`).
    """
    known = remembered or seen()
    if known.is_damaged:
        return "" if printed_holds else _no_seal()
    kept = known.head
    if kept is None or events.has_seal(session, kept.digest, ordinal=kept.count):
        return ""
    found = newest(session)
    count = found.count if found else 0
    return speak(
        f"本機曾見第 {kept.count} 個串鏈（{kept.digest[:16]}…），現鏈有 {count} 個而無此一串鏈：紀錄遭截除，或整鏈重做",
        f"this machine has seen seal {kept.count} ({kept.digest[:16]}…); the chain of {count} does not hold it: "
        "it was cut off or made anew",
    )


def require_kept(session: Session) -> None:
    """Raises Conflict where the chain lost what this machine has seen: sealed further, it would look whole again."""
    remembered = seen()
    if remembered.is_damaged:
        raise Conflict(speak(f"{_no_seal()}。完成前不再串鏈", f"{_no_seal()}; nothing more is sealed until then"))
    if found := lost(session, remembered=remembered):
        raise Conflict(
            speak(
                f"{found}。不再串鏈；請勿清除，立即通報政風室主任，以報告或信件所印之串鏈值核對。"
                f"確係經核定重建資料庫者，始移除 INSPECTION_HOME 內之 {FILE}",
                f"{found}; nothing more is sealed: clear nothing, tell the ethics head, compare with a printed seal. "
                f"Only where the database was begun anew by decision, take {FILE} out of INSPECTION_HOME",
            )
        )


def remember(session: Session, *, over_damaged: bool = False) -> None:
    """Puts down the newest seal, which must be committed. Where this machine may not write there another one does.

    A file that holds no seal stays as it is unless `over_damaged`: a printed seal was found in the chain.
    """
    found, before = newest(session), seen()
    if found is None or found == before.head or (before.is_damaged and not over_damaged):
        return
    try:
        put_down(session)
        path = _path()
        lay(path, f"{found.count} {found.digest}\n".encode("ascii"), mode=MODE)
        sync_folder(path.parent)
    except OSError:  # a home that is read only, or not made yet
        return


def _no_seal() -> str:
    return speak(
        f"INSPECTION_HOME 內之 {FILE} 損毀，未載串鏈值：請以最近之報告、信件或備份所印者執行 "
        "`inspection audit verify --expect`，相符即自動補建該檔，不符者立即通報政風室主任；"
        "尚無印出之串鏈值者，經政風室主任核定後移除該檔",
        f"{FILE} in INSPECTION_HOME is damaged and holds no seal: run `inspection audit verify --expect` with the "
        "newest printed seal; where that holds the file is made anew, where not tell the ethics head at once; where "
        "none was ever printed, take the file away by decision of the ethics head",
    )


def forget() -> None:
    """For a restore into a home of earlier days: what it lays is a chain of its own, which it verifies itself."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return settings.get().home_folder / FILE
