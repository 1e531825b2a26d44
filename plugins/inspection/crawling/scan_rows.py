"""Rows of `inspection scan` as the contract gives them, and the file they are written to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from inspection.crawling.exclusions import ended_status
from inspection.crawling.judging import Row
from inspection.errors import BadSource, system_fault
from inspection.language import speak
from inspection.vocabulary import ReadReason, Verdict

FLUSHED_BYTES = 1 << 16


def instant(at: datetime) -> str:
    """UTC to the second, as `2026-11-02T01:02:03Z`."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def unread_row(path: str, reason: ReadReason) -> Row:
    """The row of a file nobody could look into; `path` is masked."""
    return {
        "path": path,
        "size_bytes": 0,
        "modified_at": None,
        "content_sha256": None,
        "status": ended_status(reason).value,
        "reason": reason.value,
        "mark": None,
        "categories": [],
        "unread": [],
        "verdict": Verdict.UNKNOWN.value,
        "severity": None,
        "hints": [],
    }


def as_line(row: Row) -> bytes:
    """One JSON object, UTF-8, without line end."""
    return json.dumps(row, ensure_ascii=False, separators=(", ", ": ")).encode("utf-8", "replace")


class RowFile:
    """The output of a scan: whole lines only, readable by its owner alone, valid whenever it is closed.

    Raises BadSource where it cannot be written.
    """

    def __init__(self, path: Path, *, keep_bytes: int = 0) -> None:
        self.path = path
        self._waiting = bytearray()
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            self._descriptor = os.open(path, flags, 0o600)
            os.fchmod(self._descriptor, 0o600)
            os.ftruncate(self._descriptor, keep_bytes)
            os.lseek(self._descriptor, keep_bytes, os.SEEK_SET)
        except OSError as error:
            raise BadSource(
                speak(f"無法寫入：{system_fault(error)}", f"cannot be written: {error.strerror}"),
                place=path,
                remedy=speak("請指定其他檔案", "name another file"),
            ) from None
        status = os.fstat(self._descriptor)
        self.identity = (status.st_dev, status.st_ino)

    def write(self, lines: Iterable[bytes]) -> None:
        """Takes the lines of one file: all of them reach the disk together."""
        for line in lines:
            self._waiting += line
            self._waiting += b"\n"
        if len(self._waiting) >= FLUSHED_BYTES:
            self.flush()

    def flush(self) -> None:
        """Hands what waits to the system. Raises BadSource where the disk is full, leaving whole lines."""
        position = os.lseek(self._descriptor, 0, os.SEEK_CUR)
        view = memoryview(bytes(self._waiting))
        self._waiting.clear()
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            os.ftruncate(self._descriptor, position)
            raise BadSource(
                speak(f"無法寫入：{system_fault(error)}", f"cannot be written: {error.strerror}"),
                place=self.path,
                remedy=speak("請釋出空間", "free space"),
            ) from None

    def close(self) -> None:
        """Writes the rest and closes."""
        try:
            self.flush()
        finally:
            os.close(self._descriptor)


def drop_lines(path: Path, positions: Sequence[int]) -> None:
    """Rewrites a file of rows without the lines that start at some positions (bytes); a kill leaves old or new."""
    dropped = set(positions)
    part = path.with_name(f"{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    position = 0
    with os.fdopen(descriptor, "wb") as kept, path.open("rb") as old:
        for line in old:
            if position not in dropped:
                kept.write(line)
            position += len(line)
    part.replace(path)
