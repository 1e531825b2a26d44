"""Rows of an earlier scan, kept as they were written: what has not changed since is carried over unread."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from inspection.crawling.judging import Row
from inspection.errors import BadSource, Place
from inspection.shares.share import Entry
from inspection.vocabulary import NOT_LOOKED_AT

TRIED_AGAIN = frozenset(reason.value for reason in NOT_LOOKED_AT)
HIDDEN = re.compile(r"[*○]+")
NEEDED = frozenset({"path", "status", "reason", "mark", "verdict"})
# a clean file's row as we write it (most rows of most trees), else any line; one pass over 20,000 rows takes 25 ms
ROWS = re.compile(
    rb'^(?:\{"path": "([^"\\\n]+)", "size_bytes": \d+, "modified_at": "[^"\n]+", "content_sha256": "[0-9a-f]{64}", '
    rb'"status": "scanned", "reason": null, "mark": null, "categories": \[\], "verdict": "clean", "severity": null, '
    rb'"hints": \[\], "fingerprint": "([^"\n]+)"\}|(.+))$',
    re.MULTILINE,
)


def fingerprint(entry: Entry, rules_version: str) -> str:
    """What must be equal for a file to count as unchanged: file id, size, both times (seconds), rules version."""
    modified = entry.modified_at.timestamp()
    changed = modified if entry.changed_at is entry.modified_at else entry.changed_at.timestamp()
    return f"{entry.file_id}-{entry.size_bytes}-{modified}-{changed}-{rules_version[:16]}"


class RowFigures(NamedTuple):
    """What of a row is counted."""

    status: str
    reason: str | None
    verdict: str
    level: str | None

    @classmethod
    def of(cls, row: Row) -> RowFigures:
        """The figures of a row."""
        return cls(row["status"], row["reason"], row["verdict"], (row["mark"] or {}).get("level"))


CLEAN = RowFigures("scanned", None, "clean", None)


@dataclass(slots=True)
class KnownRows:
    """The rows of one file and of those found inside it, as written; `own` counts the file's own."""

    lines: list[bytes] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    own: RowFigures | None = None


class Baseline:
    """Rows of an earlier scan by path and fingerprint; `whole_bytes` is the length of its whole lines."""

    def __init__(self, data: bytes = b"") -> None:
        self._data = data
        self._clean: dict[tuple[bytes, bytes], tuple[int, int]] = {}
        self._others: dict[tuple[str, str], KnownRows] = {}
        self._masked: dict[str, list[str]] = {}
        self.whole_bytes = len(data)
        for found in ROWS.finditer(data):
            if found[3] is None:
                self._clean[found[1], found[2]] = found.span()
            else:
                self._keep(found[3], found.start())

    def take(self, path: str, mark: str) -> tuple[RowFigures, list[bytes]] | None:
        """Counted figures and lines of an unchanged file, once. Of a masked path, what is left must fit."""
        span = self._clean.pop((path.encode("utf-8", "replace"), mark.encode()), None)
        if span is not None:
            inner = self._others.pop((path, mark), None)
            return CLEAN, [self._data[slice(*span)], *(inner.lines if inner else ())]
        known = self._others.get((path, mark))
        if known is None and mark in self._masked:
            fitting = [shown for shown in self._masked[mark] if fits(shown, path)]
            path = fitting[0] if len(fitting) == 1 else path
            known = self._others.get((path, mark))
        if known is None or known.own is None or known.own.reason in TRIED_AGAIN:
            return None
        del self._others[path, mark]
        return known.own, known.lines

    def left(self) -> list[int]:
        """Positions (bytes) of the lines nobody has taken."""
        return [start for start, _ in self._clean.values()] + [
            position for rows in self._others.values() for position in rows.positions
        ]

    def _keep(self, line: bytes, position: int) -> None:
        """Takes a line that is no clean row of ours; raises ValueError where it is no row at all."""
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not row.keys() >= NEEDED:
            raise _NoRow(position)
        path, mark = row.get("within") or row["path"], row.get("fingerprint") or ""
        known = self._others.setdefault((path, mark), KnownRows())
        known.lines.append(line)
        known.positions.append(position)
        if "within" not in row:
            known.own = RowFigures.of(row)
            if HIDDEN.search(path):
                self._masked.setdefault(mark, []).append(path)


class _NoRow(ValueError):
    """A line that is no row; `position` is where it begins, in bytes."""

    def __init__(self, position: int) -> None:
        self.position = position


def fits(shown: str, path: str) -> bool:
    """Whether a path with hidden parts can be this path: what it shows stands in it in the same order."""
    plain = normalize("NFKC", path).casefold()
    pieces = HIDDEN.split(normalize("NFKC", shown).casefold())
    if len(pieces) == 1 or not plain.startswith(pieces[0]) or not plain.endswith(pieces[-1]):
        return False
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        at = plain.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return at <= len(plain) - len(pieces[-1])


def load_baseline(path: Path, *, torn_end: bool = False) -> Baseline:
    """Reads rows of an earlier scan; `torn_end` allows a last line cut off by a kill.

    Raises BadSource naming file and line for anything that is no row.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadSource(f"cannot be read: {error.strerror}", place=path, remedy="check path and permissions") from None
    if torn_end:
        data = data[: data.rfind(b"\n") + 1]
    try:
        return Baseline(data)
    except _NoRow as fault:
        raise BadSource(
            "the line is no row of a scan",
            place=Place(str(path), data.count(b"\n", 0, fault.position) + 1),
            remedy="give the JSONL file of an earlier `inspection scan`",
        ) from None
