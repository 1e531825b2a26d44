"""What every share offers, SMB or local: list many folders, read many files, say who could read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from inspection.vocabulary import ReadReason


@dataclass(frozen=True, slots=True)
class Login:
    """Credentials of the crawl account; the password never shows in a repr."""

    user: str
    password: str = field(repr=False)
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or folder as listed. `path` is relative to the share, `/`-separated, NFC; times are UTC."""

    path: str
    is_folder: bool
    size_bytes: int
    modified_at: datetime
    changed_at: datetime
    file_id: int
    offline: bool = False
    is_link: bool = False
    raw_path: str = ""  # as the server spells it, where that differs from `path`


@dataclass(frozen=True, slots=True)
class Listing:
    """One folder's entries, or the reason why it could not be listed."""

    folder: str
    entries: tuple[Entry, ...]
    reason: ReadReason | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be read: whole where `ranges` is None, else only (offset, length) pieces, in bytes."""

    key: int
    path: str
    size_bytes: int
    ranges: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back: the bytes (per range, or one piece), or the reason why not.

    `changed` says the file grew or was written while we read. `broad_readers` names the wide groups
    (Everyone, Authenticated Users, Domain Users …) that may read it; None where it is not known.
    """

    key: int
    path: str
    pieces: tuple[bytes, ...] = ()
    reason: ReadReason | None = None
    changed: bool = False
    broad_readers: tuple[str, ...] | None = None


class Share(Protocol):
    """A tree of files opened for reading only, with share access "rwd" so that people go on working."""

    def walk(self, start: str = "", *, skip: Callable[[str], bool] | None = None) -> Iterator[Listing]:
        """Lists `start` and everything below, folder by folder; `skip(path)` leaves a folder out."""

    def fetch(self, wanted: Iterable[Wanted]) -> Iterator[Fetched]:
        """Reads files, many in flight, answers in any order; exactly one answer per wanted file."""

    def close(self) -> None:
        """Ends the connection."""
