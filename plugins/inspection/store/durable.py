"""What must outlive a power cut before something else says that it is there."""

from __future__ import annotations

import os
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


def sync_folder(folder: Path) -> None:
    """Sees that the names in a folder are on the disk. Raises OSError."""
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
