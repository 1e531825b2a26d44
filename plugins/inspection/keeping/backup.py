"""`inspection backup`: the office's rows, documents and rules as one verified set, made while people work on.

The drop folder is copied first and the rows are read in one snapshot afterwards: a form taken in between stands in
both, and taking it in again changes nothing. A document's file is there before its row is.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from inspection import __version__, settings
from inspection.audit import chain, head
from inspection.audit.events import record
from inspection.errors import BadSource, Conflict, SourceUnavailable
from inspection.keeping.check import check
from inspection.keeping.keys_file import holds_keys
from inspection.keeping.last_backup import MADE, SUBJECT
from inspection.keeping.sets import DROP, NO_RULE, RULES, Manifest, Writer, chunks_of, document_file
from inspection.keyring import mark, open_ring
from inspection.language import speak
from inspection.model import Document
from inspection.store import documents, migrate, whole
from inspection.store.durable import sync_folder
from inspection.store.session import session_scope

LOCK = ".inspection-backup.lock"
PARTIAL = ".partial"
TRIES = 3


@dataclass(frozen=True, slots=True)
class Backup:
    """A set that stands: where, and what it holds."""

    folder: Path
    manifest: Manifest

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(self.manifest.tables.values())

    @property
    def files(self) -> int:
        """Documents, forms in the drop folder and rules."""
        return len(self.manifest.files) - len(self.manifest.tables)


class _NotRead(Exception):
    """The system refused to read a file that was to be copied; what it refuses to write is another matter."""

    def __init__(self, refusal: OSError) -> None:
        self.refusal = refusal
        super().__init__()


class _MovedOn(Exception):
    """A document of the snapshot was taken back while it was copied."""


def back_up(folder: Path, *, at: datetime, actor: str) -> Backup:
    """Makes one set below `folder`, whole or not at all, reads it again and puts it on record.

    Raises BadSource where the folder is not there or holds the keys; Conflict beside another backup of the same folder;
    BadSources where what was written cannot be read again as it was. A record that is in dispute, and is sealed no
    further, is no hindrance: the manifest says so.
    """
    _require_fit(folder)
    name = f"inspection-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    with _alone(folder):
        for left in folder.glob(f".inspection-*{PARTIAL}"):
            shutil.rmtree(left)
        if (folder / name).exists():
            raise Conflict(speak(f"{name} 已存在", f"{name} exists already"))
        refused = _seal(at)
        partial = folder / f".{name}{PARTIAL}"
        try:
            manifest, digest = _written(partial, name, refused, at=at)
            check(partial, manifest)
            partial.rename(folder / name)
            sync_folder(folder)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    made = Backup(folder / name, manifest)
    with session_scope() as session:
        record(
            session, at=at, actor=actor, subject=(SUBJECT, name), action=MADE,
            details={"sha256": digest, "count": made.rows, "files": made.files},
        )  # fmt: skip
    return made


def _require_fit(folder: Path) -> None:
    if not folder.is_dir():
        raise BadSource(
            speak("沒有這個資料夾", "there is no such folder"),
            place=folder,
            remedy=speak("請先建立或掛載備份資料夾", "make or mount the folder for backups first"),
        )
    if holds_keys(folder):
        raise BadSource(
            speak("此資料夾內有金鑰檔", "the keys lie in this folder"),
            place=folder,
            remedy=speak("請將金鑰檔移至他處：金鑰不得與備份同放", "move them elsewhere: keys lie apart from backups"),
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                speak("此資料夾正在進行另一次備份", "another backup into this folder is being made")
            ) from None
        yield


def _seal(at: datetime) -> str:
    """Seals what happened until now; what is said where that is refused: a record in dispute needs a backup most."""
    try:
        with session_scope() as session:
            chain.seal(session, at=at)
    except (BadSource, Conflict) as refusal:
        return str(refusal)
    return ""


def _written(partial: Path, name: str, refused: str, *, at: datetime) -> tuple[Manifest, str]:
    for _ in range(TRIES):
        try:
            return _write(partial, name, refused, at=at)
        except _MovedOn:
            shutil.rmtree(partial)
    raise SourceUnavailable(
        speak("備份期間文件一再變動，請稍後再試", "documents kept changing while they were copied; try again later")
    )


def _write(partial: Path, name: str, refused: str, *, at: datetime) -> tuple[Manifest, str]:
    found, newest = migrate.current_revision()
    if found is None or found != newest:
        raise BadSource(
            speak(f"資料庫版次 {found or '（無）'} 不是最新", f"the database is of revision {found or 'none'}"),
            remedy=speak("請先執行 `inspection db upgrade`", "run `inspection db upgrade` first"),
        )
    manifest = Manifest(name=name, made_at=at.isoformat(), version=__version__, revision=found, key_mark="")
    writer = Writer(partial, manifest)
    partial.mkdir(mode=0o700)
    chosen = settings.get()
    _add_folder(writer, chosen.drop_folder_path, DROP)
    if chosen.rules_dir is not None:
        _add_folder(writer, chosen.rules_dir, RULES)
    remembered = head.seen()  # what is sealed while files are copied is not in the snapshot
    with whole.snapshot() as connection:
        for table in whole.tables():
            writer.add_rows(table.name, whole.lines(connection, table))
        _add_documents(writer, connection)
        rows = Session(bind=connection)
        key = open_ring(rows).newest.key
        report = chain.verify(rows, at=at, remembered=remembered)
    manifest.key_mark = mark(key)
    manifest.sealed, manifest.seal, manifest.fault = report.sealed, report.head, report.fault or refused
    return manifest, writer.finish(key)


def _add_folder(writer: Writer, folder: Path, name: str) -> None:
    def go_without(path: Path, refusal: OSError) -> None:
        if isinstance(refusal, FileNotFoundError):  # taken in a moment ago: the snapshot comes later and knows it
            return
        if name != DROP:
            raise refusal
        # one file that somebody laid there closed to us must not keep the office from any backup at all
        writer.manifest.unreadable.append((PurePosixPath(name) / path.relative_to(folder)).as_posix())

    def closed(refusal: OSError) -> None:
        go_without(Path(refusal.filename or folder), refusal)

    for where, below, files in os.walk(folder, onerror=closed):
        below.sort()
        for file in sorted(files):
            path = Path(where) / file
            if name == RULES and path.suffix == NO_RULE:
                continue
            try:
                if path.is_symlink() or not path.is_file():
                    continue
            except OSError as refusal:
                go_without(path, refusal)
                continue
            try:
                writer.add(f"{name}/{path.relative_to(folder).as_posix()}", _read(path))
            except _NotRead as refused:
                go_without(path, refused.refusal)


def _read(path: Path) -> Iterator[bytes]:
    try:
        yield from chunks_of(path)
    except OSError as refusal:
        raise _NotRead(refusal) from refusal


def _add_documents(writer: Writer, connection: Connection) -> None:
    unfit = []
    for document_id, sha256 in connection.execute(select(Document.id, Document.sha256).order_by(Document.id)):
        path = settings.get().home_folder / document_file(document_id)
        try:
            fits = writer.add(document_file(document_id), chunks_of(path)) == sha256
        except (FileNotFoundError, PermissionError, IsADirectoryError):
            fits = False
        if not fits:
            unfit.append(document_id)
    if unfit:
        with session_scope(read_only=True) as now:
            if not set(unfit) <= set(documents.ids(now)):
                raise _MovedOn
    writer.manifest.unfit = unfit
