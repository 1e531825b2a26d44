"""Rows of an earlier scan, kept as they were written: what has not changed since is carried over unread."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

from inspection.crawling.judging import Row
from inspection.errors import BadSource, Place
from inspection.shares.share import Entry
from inspection.vocabulary import NOT_LOOKED_AT

TRIED_AGAIN = frozenset(reason.value for reason in NOT_LOOKED_AT)
HIDDEN = re.compile(r"[*○]+")
NEEDED = frozenset({"path", "status", "reason", "mark", "verdict"})


# most rows of most trees; taken apart by one expression, which is five times as fast as by JSON
CLEAN_ROW = re.compile(
    rb'\{"path": "([^"\\]+)", "size_bytes": \d+, "modified_at": "[^"]+", "content_sha256": "[0-9a-f]{64}", '
    rb'"status": "scanned", "reason": null, "mark": null, "categories": \[\], "verdict": "clean", "severity": null, '
    rb'"hints": \[\], "fingerprint": "([^"]+)"\}'
)


def fingerprint(entry: Entry, rules_version: str) -> str:
    """What must be equal for a file to count as unchanged: file id, size, both times (microseconds), rules version."""
    return (
        f"{entry.file_id}-{entry.size_bytes}-{_micros(entry.modified_at)}-{_micros(entry.changed_at)}"
        f"-{rules_version[:16]}"
    )


def _micros(instant: datetime) -> int:
    return int(instant.timestamp() * 1_000_000)


@dataclass(frozen=True, slots=True)
class RowFigures:
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
    """The rows of one file and of those found inside it; `looked_at` where they say something of the content."""

    lines: list[bytes] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    looked_at: bool = False
    used: bool = False
    own: RowFigures | None = None


class Baseline:
    """Rows of an earlier scan by path and fingerprint."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], KnownRows] = {}
        self._by_mark: dict[str, list[str]] = {}
        self.whole_bytes = 0

    def find(self, path: str, mark: str) -> KnownRows | None:
        """The rows of an unchanged file. Where its row shows a masked path, what is left of that must fit."""
        found = self._files.get((path, mark))
        if found is None and mark in self._by_mark:
            fitting = [shown for shown in self._by_mark[mark] if fits(shown, path)]
            found = self._files[fitting[0], mark] if len(fitting) == 1 else None
        return found if found is not None and found.looked_at else None

    def unused(self) -> Iterator[int]:
        """Positions (bytes) of the lines whose file was not carried over."""
        for rows in self._files.values():
            if not rows.used:
                yield from rows.positions

    def add(self, line: bytes, position: int) -> None:
        """Takes one line; raises ValueError where it is no row."""
        clean = CLEAN_ROW.fullmatch(line)
        if clean is not None:
            self._keep(clean[1].decode(), clean[2].decode(), line, position, CLEAN)
            return
        row = json.loads(line)
        if not isinstance(row, dict) or not row.keys() >= NEEDED:
            raise ValueError("no row")
        within = row.get("within")
        own = None if within else RowFigures.of(row)
        self._keep(within or row["path"], row.get("fingerprint") or "", line, position, own)

    def _keep(self, path: str, mark: str, line: bytes, position: int, own: RowFigures | None) -> None:
        known = self._files.setdefault((path, mark), KnownRows())
        known.lines.append(line)
        known.positions.append(position)
        if own is None:
            return
        known.own = own
        if mark and own.reason not in TRIED_AGAIN:
            known.looked_at = True
            if HIDDEN.search(path):
                self._by_mark.setdefault(mark, []).append(path)


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
    """Reads rows of an earlier scan; `torn_end` allows a last line cut off by a kill (`whole_bytes` says where).

    Raises BadSource naming file and line for anything that is no row.
    """
    baseline = Baseline()
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if torn_end and not line.endswith(b"\n"):
                    break
                try:
                    baseline.add(line.rstrip(b"\n"), baseline.whole_bytes)
                except ValueError:
                    raise BadSource(
                        "the line is no row of a scan",
                        place=Place(str(path), number),
                        remedy="give the JSONL file of an earlier `inspection scan`",
                    ) from None
                baseline.whole_bytes += len(line)
    except OSError as error:
        raise BadSource(f"cannot be read: {error.strerror}", place=path, remedy="check path and permissions") from None
    return baseline
