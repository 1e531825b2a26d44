"""The drop folder: forms laid there are taken in and moved to `taken`, or to `refused` with the reason beside them.

What is still being copied waits until it is whole or has lain still; what cannot be read holds up nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from inspection import clock
from inspection.checklists import refusals
from inspection.checklists.file_names import looked_at
from inspection.checklists.take_in import Reader, Taken, take_in
from inspection.documents.storage import require_shared
from inspection.errors import SourceUnavailable
from inspection.language import speak
from inspection.model import Checklist
from inspection.rules import catalogue as rules
from inspection.store import roster

Scope = Callable[[], AbstractContextManager[Session]]
CHANNEL = "drop_folder"
LARGEST_BYTES = 32 << 20
LIES_STILL = timedelta(minutes=10)  # two looks of the DAG, which comes each five minutes
STAYS_CLOSED = timedelta(hours=1)
TAKEN, REFUSED = "taken", "refused"
LOOKS = ".looks.json"
LARGEST_LOOKS = 1 << 20
# what programs and file managers leave beside people's files, or a copy under way by its own name
_NOT_THEIRS = frozenset({"desktop.ini", "thumbs.db"})
_NOT_THEIRS_BEGIN = (".", "~$", "~wrd")
_NOT_THEIRS_END = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".lnk", ".url")
_ZIP, _ZIP_END, _ZIP_END_BYTES = b"PK\3\4", b"PK\5\6", 22


@dataclass(frozen=True, slots=True)
class ReturnCounts:
    """How many files were taken in and how many refused; how many wait to be whole, and how many cannot be read."""

    taken: int
    refused: int
    waiting: int = 0
    unreadable: int = 0


@dataclass(slots=True)
class _Looks:
    """What was seen of files that stayed: by name, how it looked and since when; kept in the folder itself."""

    path: Path
    known: dict[str, list[str]] = field(default_factory=dict)
    met: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> _Looks:
        path = folder / LOOKS
        try:
            if path.is_symlink() or path.stat().st_size > LARGEST_LOOKS:
                return cls(path)
            told = json.loads(path.read_text(encoding="utf-8"))
            known = {str(name): [str(looks), str(since)] for name, (looks, since) in told.items()}
            for _, since in known.values():
                datetime.fromisoformat(since)
        except (OSError, ValueError, TypeError, AttributeError):
            return cls(path)  # whoever may lay files here may spoil this one: then the waiting begins anew
        return cls(path, known)

    def lay_still(self, name: str, looks: str, *, at: datetime) -> timedelta:
        """For how long a file has looked as it does now."""
        before = self.known.get(name)
        since = before[1] if before and before[0] == looks else at.isoformat()
        self.met[name] = [looks, since]
        return at - datetime.fromisoformat(since)

    def save(self) -> None:
        try:
            if self.met:
                self.path.write_text(json.dumps(self.met, ensure_ascii=False), encoding="utf-8")
            else:
                self.path.unlink(missing_ok=True)
        except OSError:
            return  # a folder that takes no file of ours: the next look begins anew


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    name: str  # below the folder
    modified_ns: int
    size: int

    @property
    def looks(self) -> str:
        return f"{self.size}:{self.modified_ns}"


def empty_drop_folder(scope: Scope, folder: Path, *, read: Reader, at: datetime) -> ReturnCounts:
    """Takes in whatever lies in the folder and its subfolders, the earliest written first, so that of two forms the
    later written counts. Each file is its own transaction, moved only after it is on record. It arrived when it was
    last written, yet not before the look before this one: it was not there then, and a copy keeps the time it had.

    Raises SourceUnavailable where the folder cannot be reached, or is another than the office's (a machine with a home
    of its own). A second run beside this one does no harm.
    """
    with scope() as session:
        require_shared(session)
        before = roster.folder_looked_at(session)
    if not folder.is_dir():
        raise SourceUnavailable(
            speak(
                f"無法開啟收件資料夾 {folder.name}；請建立或掛載",
                f"the drop folder {folder.name} cannot be reached; create it or mount it",
            )
        )
    looks = _Looks.of(folder)
    counts = {"taken": 0, "refused": 0, "waiting": 0, "unreadable": 0}
    found: list[_Found] = []
    for path in _files(folder, counts):
        try:
            known = path.lstat()
        except FileNotFoundError:
            continue  # another run was first
        except OSError:
            counts["unreadable"] += 1
            continue
        found.append(_Found(path, str(path.relative_to(folder)), known.st_mtime_ns, known.st_size))
    is_whole = not counts["unreadable"]  # of what could not be seen nobody knows since when it lies there
    for one in sorted(found, key=lambda each: (each.modified_ns, each.name)):
        became = _handle(scope, folder, one, looks, read=read, before=before, at=at)
        if became:
            counts[became] += 1
    looks.save()
    if is_whole:
        with scope() as session:
            roster.note_folder_looked(session, at)
    return ReturnCounts(**counts)


def _handle(
    scope: Scope, folder: Path, one: _Found, looks: _Looks, *, read: Reader, before: datetime | None, at: datetime
) -> str:
    """What became of one file: a name of `ReturnCounts`, nothing where another run was first. `before`: when the folder
    was last looked through whole."""
    try:
        if one.path.is_symlink():
            raise PermissionError("a link is not followed: it may lead anywhere on this machine")
        with one.path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
            after = os.fstat(file.fileno())
    except FileNotFoundError:
        return ""
    except OSError:
        if looks.lay_still(one.name, one.looks, at=at) >= STAYS_CLOSED:
            _tell_closed(scope, one, at=at)
        return "unreadable"
    changing = (after.st_size, after.st_mtime_ns) != (one.size, one.modified_ns)
    if changing or (_unfinished(data) and looks.lay_still(one.name, one.looks, at=at) < LIES_STILL):
        return "waiting"
    modified_at = datetime.fromtimestamp(one.modified_ns / 1e9, tz=UTC)
    arrived, called = max(modified_at, before) if before else at, looked_at(one.path.name, today=clock.local_date(at))
    with scope() as session:
        outcome = take_in(
            session,
            data,
            channel=CHANNEL,
            read=read,
            at=at,
            modified_at=modified_at,
            arrived_at=arrived,
            name=called,
        )
        reasons = _reasons(session, outcome)
    looks.met.pop(one.name, None)
    _move(folder, one.path, outcome, reasons)
    return TAKEN if outcome.accepted else REFUSED


def _files(folder: Path, counts: dict[str, int], depth: int = 4) -> Iterator[Path]:
    """People's files in the folder and those below it, our own two left out."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        counts["unreadable"] += 1
        return
    for path in entries:
        lower = path.name.lower()
        if lower in _NOT_THEIRS or lower.startswith(_NOT_THEIRS_BEGIN) or lower.endswith(_NOT_THEIRS_END):
            continue
        if path.is_dir() and not path.is_symlink():
            if depth and path.name not in {TAKEN, REFUSED}:
                yield from _files(path, counts, depth - 1)
        elif path.is_symlink() or path.is_file():
            yield path


def _unfinished(data: bytes) -> bool:
    """Whether a file may still be written: empty, room laid out but not filled, or a zip whose end is not there."""
    if not data or data[:4] == bytes(4):
        return True
    if data[:4] != _ZIP:
        return _ZIP.startswith(data)
    end = data.rfind(_ZIP_END)
    while end >= 0:
        comment = int.from_bytes(data[end + 20 : end + _ZIP_END_BYTES], "little")
        if end + _ZIP_END_BYTES + comment == len(data):
            return False
        end = data.rfind(_ZIP_END, 0, end)
    return True


def _tell_closed(scope: Scope, one: _Found, *, at: datetime) -> None:
    """The office is told once of a file that nobody can read; by no name, as a mail holds none."""
    key = hashlib.sha256(f"{one.name}\n{one.looks}".encode("utf-8", "surrogatepass")).hexdigest()[:24]
    with scope() as session:
        refusals.tell_office(session, f"return-unreadable:{key}", "return_unreadable", {}, campaign_id=None, at=at)


def _reasons(session: Session, outcome: Taken) -> list[dict[str, str]]:
    """What is written beside a refused form: each problem with what to do, in the office's words."""
    checklist = session.get(Checklist, outcome.checklist_id) if outcome.checklist_id else None
    positions = refusals.positions_of(session, checklist)
    catalogue = rules.current()
    return [{**one, "remedy": refusals.lines([one], positions, catalogue)[0]} for one in outcome.problems]


def _move(folder: Path, path: Path, outcome: Taken, reasons: list[dict[str, str]]) -> None:
    target = folder / (TAKEN if outcome.accepted else REFUSED)
    try:
        target.mkdir(exist_ok=True)
        # named by content: an office's file name may say more than it should, and two may be alike
        name = outcome.sha256[:16]
        if not outcome.accepted:
            told = json.dumps(reasons, ensure_ascii=False, indent=1)
            (target / f"{name}.reason.json").write_text(told, encoding="utf-8")
        path.replace(target / f"{name}{path.suffix.lower()}")
    except OSError:
        return  # gone, or held open by somebody: the next look is answered as this one
