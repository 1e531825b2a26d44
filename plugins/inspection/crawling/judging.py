"""What goes into the sandbox and what comes out: a file's bytes, and the rows they were judged to be."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FileToJudge:
    """A file's bytes. `offsets` names where each piece lies in a file read in pieces; None for a whole one.

    `digest` is equal for equal contents: SHA-256 of a whole file; of pieces, with their places, for a file in pieces.
    `recognised` is the format of a file with pages that are pictures; `pieces` are then the lines recognised on its
    pages (`recognised_lines.packed`), and `own` is the file.
    """

    key: int
    path: str
    size_bytes: int
    pieces: tuple[bytes, ...]
    offsets: tuple[int, ...] | None = None
    broad_readers: tuple[str, ...] | None = None
    digest: str = ""
    recognised: str = ""
    own: bytes = b""

    @property
    def sha256(self) -> str | None:
        """SHA-256 (hex) of the whole file; None where only pieces are at hand."""
        return self.digest if self.offsets is None else None


@dataclass(frozen=True, slots=True)
class Judged:
    """What the sandbox said: the file's own row first, then one per file found inside it."""

    key: int
    rows: tuple[Row, ...]


class Judges(Protocol):
    """Workers that extract and judge, apart from network and database; `rules_version` names the rules they go by."""

    @property
    def rules_version(self) -> str:
        """SHA-256 (hex) over the effective rules."""

    def judge(self, files: Iterable[FileToJudge]) -> Iterator[Judged]:
        """Judges files in any order, exactly one answer each; takes the next file only when a worker can take it."""

    def mask(self, path: str) -> str:
        """A path with everything a detector finds in it hidden."""

    def bearing(self, path: str) -> Hashable:
        """What of a path bears on judgement: copies are judged once only where this is equal."""


def inner_name(own_path: str, path: str) -> str:
    """What a file inside another is called below it, `!/` in front; both paths as rows show them.

    A hostile archive names members `../../x`: whoever joins a row's path to a folder must not be led out of it.
    """
    steps = own_path.count("!/")
    members = path.split("!/")[steps + 1 :]
    return "".join("!/" + "/".join(_harmless(part) for part in member.split("/")) for member in members)


def _harmless(part: str) -> str:
    return "_" * len(part) if part in {".", ".."} else part
