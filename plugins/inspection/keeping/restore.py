"""`inspection restore`: a backup set laid into an empty installation, and looked through afterwards."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inspection import clock, settings
from inspection.audit import chain, head
from inspection.audit.events import record
from inspection.documents import storage
from inspection.errors import BadSource, Conflict
from inspection.keeping.check import check
from inspection.keeping.last_backup import RESTORED, SUBJECT
from inspection.keeping.sets import (
    DOCUMENTS,
    DROP,
    NO_RULE,
    RULES,
    Manifest,
    chunks_of,
    closed_folder,
    lines_of,
    read_manifest,
    sha256_of,
    written,
)
from inspection.language import speak
from inspection.roster import form_lists
from inspection.store import migrate, whole
from inspection.store.session import engine_for, session_scope

MOST_SHOWN = 5
PARTIAL = ".restoring"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was laid: rows and files; `fault` of the record's chain, `missing` documents - both as in the set."""

    manifest: Manifest
    rows: int
    files: int
    fault: str
    missing: list[str]


def look(folder: Path) -> Manifest:
    """Whether a set could be restored here; writes nothing.

    Raises BadSource for a set that is not whole, of another key or revision, or a target that is not empty.
    """
    manifest = read_manifest(folder)
    _require_revision(folder, manifest)
    check(folder, manifest)
    _require_empty(manifest)
    return manifest


def restore(folder: Path, *, at: datetime, actor: str) -> Restored:
    """Lays a set into an empty database and home folder, as the owner of the tables. Files come first and rows in one
    transaction: begun again after a fault it goes on.

    Raises what `look` raises, Conflict where what was laid does not fit the manifest.
    """
    manifest = look(folder)
    migrate.upgrade()
    owner = settings.get().effective_migration_url
    files = 0
    for name in manifest.files:
        files += _lay_file(folder, name)
    with whole.laying(owner) as connection:
        for table in whole.tables():
            laid = whole.lay(connection, table, lines_of(folder, table.name))
            if laid != manifest.tables[table.name]:
                raise Conflict(speak(f"資料表 {table.name} 未全數還原", f"not all rows of {table.name} came back"))
    with session_scope(owner) as session:
        record(
            session, at=at, actor=actor, subject=(SUBJECT, manifest.name), action=RESTORED,
            details={"count": sum(manifest.tables.values()), "files": files},
        )  # fmt: skip
        session.flush()
        head.forget()
        chain.seal(session, at=at)
        report = chain.verify(session, at=at, expect=manifest.seal if manifest.sealed else "")
        # no set holds them: drawn from the roster anew, and by them a worker knows the office's folder
        form_lists.write(form_lists.drawn(session, on=clock.local_date(at)))
        return Restored(manifest, sum(manifest.tables.values()), files, report.fault or "", storage.missing(session))


def _require_revision(folder: Path, manifest: Manifest) -> None:
    newest = migrate.newest_revision()
    if manifest.revision == newest:
        return
    raise BadSource(
        speak(
            f"備份為版次 {manifest.revision}（程式 {manifest.version}），本程式為版次 {newest}",
            f"is of revision {manifest.revision} (program {manifest.version}), this program of {newest}",
        ),
        place=folder,
        remedy=speak(
            "請安裝製作備份當時之程式，還原後再升級並執行 `inspection db upgrade`",
            "install the program that made it, restore, then upgrade the program and run `inspection db upgrade`",
        ),
    )


def _require_empty(manifest: Manifest) -> None:
    with engine_for(settings.get().effective_migration_url).connect() as connection:
        filled = whole.with_rows(connection)
    if filled:
        named = "、".join(filled[:MOST_SHOWN])
        raise _not_empty(speak(f"資料庫內已有資料（{named}）", f"the database holds rows ({named})"))
    for own, folder in _targets(manifest):
        if any(_is_strange(path, own.get(path.relative_to(folder).as_posix())) for path in _files_below(folder)):
            raise _not_empty(speak(f"{folder.name} 資料夾內已有其他檔案", f"{folder.name} holds other files"))
    if _target(RULES) is None and any(name.startswith(f"{RULES}/") for name in manifest.files):
        raise BadSource(
            speak("備份含機關規則，而 INSPECTION_RULES_DIR 未設定", "it holds an agency's rules; no place is named"),
            remedy=speak("請將其設為空資料夾", "set INSPECTION_RULES_DIR to an empty folder"),
        )


def _not_empty(problem: str) -> BadSource:
    remedy = speak(
        "還原只寫入空的安裝：請另建資料庫及 INSPECTION_HOME；不要刪除現有者",
        "a set is laid into an empty installation: make another database and INSPECTION_HOME, delete nothing",
    )
    return BadSource(problem, remedy=remedy)


def _target(root: str) -> Path | None:
    chosen = settings.get()
    return {DOCUMENTS: chosen.documents_folder, DROP: chosen.drop_folder_path, RULES: chosen.rules_dir}.get(root)


def _targets(manifest: Manifest) -> Iterator[tuple[dict[str, str], Path]]:
    """For each folder of the target, what the set has for it: SHA-256 by path below it."""
    for root in (DOCUMENTS, DROP, RULES):
        if folder := _target(root):
            own = {
                name.removeprefix(f"{root}/"): digest
                for name, (_, digest) in manifest.files.items()
                if name.startswith(f"{root}/")
            }
            yield own, folder


def _is_strange(path: Path, digest: str | None) -> bool:
    if digest is None:
        return not path.name.endswith(PARTIAL)  # what an earlier try left
    return path.is_symlink() or sha256_of(path) != digest


def _files_below(folder: Path) -> Iterator[Path]:
    for where, _, names in os.walk(folder):
        yield from (Path(where) / name for name in names if folder != _target(RULES) or not name.endswith(NO_RULE))


def _partial_name(name: str) -> str:
    # of one length whatever the name: what people lay into the drop folder may be as long as a name can be
    return f".{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}{PARTIAL}"


def _lay_file(folder: Path, name: str) -> int:
    """One file that is not a table's, where it is not there yet as it was; returns how many are there by it."""
    root, _, below = name.partition("/")
    target = _target(root)
    if target is None:
        return 0
    path = target / below
    if path.is_file() and sha256_of(path) == sha256_of(folder / name):
        return 1
    closed_folder(path.parent)
    partial = path.with_name(_partial_name(path.name))
    with written(partial, over=True) as out:
        for piece in chunks_of(folder / name):
            out.write(piece)
    partial.rename(path)
    return 1
