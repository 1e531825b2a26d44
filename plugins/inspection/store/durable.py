"""Files that are there whole or not at all, and what must outlive a power cut before something else says so."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sqlalchemy.orm import Session


def put_down(session: Session) -> None:
    """Sees that what was committed is on the disk: a server has done so, of SQLite the write-ahead log is not written
    through at each commit. A log that is not there was taken into the database and written through. Raises OSError."""
    engine = session.get_bind()
    if engine.dialect.name != "sqlite" or not (database := engine.engine.url.database):
        return
    log = Path(f"{database}-wal")  # closing it frees no lock of SQLite's: those lie on the database and its -shm
    if log.exists():
        _sync(log)


def lay(path: Path, data: bytes, *, mode: int = 0o600) -> int:
    """Puts a file down whole or not at all, whoever reads it or lays it meanwhile; its inode. Raises OSError.

    What it is written to first has a name of its own: two machines may share the folder.
    """
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
            inode = os.fstat(file.fileno()).st_ino
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return inode


def sync_folder(folder: Path) -> None:
    """Sees that the names in a folder are on the disk. Raises OSError."""
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
