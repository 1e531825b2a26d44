"""Rows of an earlier scan, kept as they were written: what has not changed since is carried over unread."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from inspection.crawling.judging import Row
from inspection.errors import BadSource, Place, system_fault
from inspection.language import speak
from inspection.shares.share import Entry
from inspection.vocabulary import NOT_LOOKED_AT

TRIED_AGAIN = frozenset(reason.value for reason in NOT_LOOKED_AT)
HIDDEN = re.compile(r"[*○]+")
NEEDED = frozenset({"path", "status", "reason", "mark", "verdict"})
# A quote within a value stands after a backslash: these can only be the row's own fields, as we write them. JSON is
# taken apart for other lines alone: it would cost more than all else of an unchanged tree.
PATH = b'{"path": "'
CLEAN_FIELDS = (
    b', "status": "scanned", "reason": null, "mark": null, "categories": [], "unread": [], "verdict": "clean", '
    b'"severity": null, "hints": [], "fingerprint": "'
)
OWN_ROW = re.compile(
    rb'\{"path": "([^"\\]+)", "size_bytes": \d+, "modified_at": (?:null|"[^"]*"), '
    rb'"content_sha256": (?:null|"\w+"), "status": "(\w+)", "reason": (?:null|"(\w+)"), '
    rb'"mark": (?:null|\{"level": (?:null|"([^"\\]+)"), .*?\}), "categories": \[.*\], "unread": \[.*\], '
    rb'"verdict": "(\w+)", "severity": (?:null|"\w+"), "hints": \[[^\]]*\], "fingerprint": "([^"\\]+)"\}'
)


def fingerprint(entry: Entry, rules_version: str) -> str:
    """What must be equal for a file to count as unchanged: file id, size, both times (ns), rules version."""
    return f"{entry.file_id}-{entry.size_bytes}-{entry.modified_ns}-{entry.changed_ns}-{rules_version[:16]}"


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

    path: str
    lines: list[bytes] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    own: RowFigures | None = None


class Baseline:
    """Rows of an earlier scan by fingerprint and path; `whole_bytes` is the length of its whole lines.

    Most rows of most trees are of clean files: their lines lie by fingerprint alone, as bytes, unread.
    """

    def __init__(self, data: bytes = b"") -> None:
        self._data = data
        self._clean: dict[bytes, bytes] = {}
        self._others: dict[str, list[KnownRows]] = {}
        self.whole_bytes = len(data)
        clean, position = self._clean, 0
        for line in data.split(b"\n"):
            head, found, end = line.partition(CLEAN_FIELDS)
            if found and end not in clean and b"\\" not in head and head.startswith(PATH):
                clean[end] = line
            elif line:
                self._keep(line, position)
            position += len(line) + 1

    def take(self, path: str, mark: str) -> tuple[RowFigures, list[bytes]] | None:
        """Counted figures and lines of an unchanged file, once. Of a masked path, what is left must fit."""
        end = b'%b"}' % mark.encode()
        line = self._clean.get(end)
        if (
            line is not None
            and '"' not in path
            and line.startswith(b'%b%b", ' % (PATH, path.encode("utf-8", "replace")))
        ):
            del self._clean[end]
            return CLEAN, [line, *(self._inner(path, mark) if mark in self._others else ())]
        known = self._fitting(path, mark) if mark in self._others else None
        if known is None or known.own is None or known.own.reason in TRIED_AGAIN:
            return None
        self._others[mark].remove(known)
        return known.own, known.lines

    def _inner(self, path: str, mark: str) -> list[bytes]:
        """The rows found inside a file whose own row is clean."""
        known = next((rows for rows in self._others[mark] if rows.path == path), None)
        if known is None:
            return []
        self._others[mark].remove(known)
        return known.lines

    def _fitting(self, path: str, mark: str) -> KnownRows | None:
        rows = self._others[mark]
        exact = next((known for known in rows if known.path == path), None)
        if exact is not None:
            return exact
        fitting = [known for known in rows if HIDDEN.search(known.path) and fits(known.path, path)]
        return fitting[0] if len(fitting) == 1 else None

    def left(self) -> list[int]:
        """Positions (bytes) of the lines nobody has taken."""
        return [
            *self._clean_left(),
            *(at for rows in self._others.values() for known in rows for at in known.positions),
        ]

    def _clean_left(self) -> Iterator[int]:
        waiting = set(self._clean.values())
        position = 0
        for line in self._data.split(b"\n") if waiting else ():
            if line in waiting:
                yield position
            position += len(line) + 1

    def _keep(self, line: bytes, position: int) -> None:
        """Takes a line that is no clean row of ours; raises ValueError where it is no row at all."""
        known = OWN_ROW.fullmatch(line)
        if known is not None:
            path, status, reason, level, verdict, mark = (part.decode() if part else None for part in known.groups())
            own: RowFigures | None = RowFigures(str(status), reason, str(verdict), level)
            self._put(str(path), str(mark), line, position, own)
            return
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not row.keys() >= NEEDED:
            raise _NoRow(position)
        own = RowFigures.of(row) if "within" not in row else None
        self._put(row.get("within") or row["path"], row.get("fingerprint") or "", line, position, own)

    def _put(self, path: str, mark: str, line: bytes, position: int, own: RowFigures | None) -> None:
        all_of_mark = self._others.setdefault(mark, [])
        known = next((rows for rows in all_of_mark if rows.path == path), None)
        if known is None:
            known = KnownRows(path)
            all_of_mark.append(known)
        known.lines.append(line)
        known.positions.append(position)
        known.own = own or known.own


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
        raise BadSource(
            speak(f"無法讀取：{system_fault(error)}", f"cannot be read: {error.strerror}"),
            place=path,
            remedy=speak("請檢查路徑及權限", "check path and permissions"),
        ) from None
    if torn_end:
        data = data[: data.rfind(b"\n") + 1]
    try:
        return Baseline(data)
    except _NoRow as fault:
        raise BadSource(
            speak("此行不是掃描結果", "the line is no row of a scan"),
            place=Place(str(path), data.count(b"\n", 0, fault.position) + 1),
            remedy=speak(
                "請用先前 `inspection scan` 產生之 JSONL 檔", "give the JSONL file of an earlier `inspection scan`"
            ),
        ) from None
