"""What every share offers, SMB or local: list many folders, read many files, say who could read them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from inspection.vocabulary import ReadReason

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Login:
    """Credentials of the crawl account; the password never shows in a repr.

    `kerberos`: log on by Kerberos alone, `domain` being the realm; else by NTLM alone. Never by one after the other,
    which would try a wrong password twice.
    """

    user: str
    password: str = field(repr=False)
    domain: str = ""
    kerberos: bool = False


class Entry(NamedTuple):
    """One file or folder as listed. `path` is relative to the opened address, `/`-separated, NFC.

    Times are nanoseconds since 1970, UTC. A tuple, for a tree has millions: a frozen dataclass takes thrice as long.
    `offline` marks what lies on tape or in a cloud: reading it would recall it, so `fetch` answers OFFLINE.
    `is_link` marks links (symbolic, junction, DFS): their target is not what the plan approved.
    """

    path: str
    is_folder: bool
    size_bytes: int
    modified_ns: int
    changed_ns: int
    file_id: int
    offline: bool = False
    is_link: bool = False
    raw_path: str = ""  # as the server spells it, where that differs from `path`

    @property
    def modified_at(self) -> datetime:
        """When the content was last written, to the microsecond."""
        return at_ns(self.modified_ns)

    @property
    def changed_at(self) -> datetime:
        """When content or attributes were last changed, where the file system tells it apart."""
        return at_ns(self.changed_ns)


def at_ns(since_1970: int) -> datetime:
    """Nanoseconds since 1970 as an instant in UTC; what no calendar holds becomes its first or last day."""
    try:
        return _EPOCH + timedelta(microseconds=since_1970 // 1000)
    except OverflowError:
        return _LATEST if since_1970 > 0 else _FIRST


@dataclass(frozen=True, slots=True)
class Listing:
    """One folder's entries, or the reason why it could not be listed."""

    folder: str
    entries: tuple[Entry, ...]
    reason: ReadReason | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be read: whole where `ranges` is None, else only (offset, length) pieces, in bytes.

    `key` is the caller's, unique within one `fetch`. `raw_path` is the entry's, where it differs from `path`.
    `offline` is the entry's: such a file is not opened, which would recall it; the answer is OFFLINE.
    """

    key: int
    path: str
    size_bytes: int
    ranges: tuple[tuple[int, int], ...] | None = None
    raw_path: str = ""
    offline: bool = False

    @classmethod
    def of(cls, key: int, entry: Entry, ranges: tuple[tuple[int, int], ...] | None = None) -> Wanted:
        """A file as it was listed."""
        return cls(key, entry.path, entry.size_bytes, ranges, entry.raw_path, entry.offline)

    @property
    def opened_path(self) -> str:
        """The path as the server spells it."""
        return self.raw_path or self.path


class WantedQueue:
    """Files to be read that may grow while `fetch` runs: an answer (a file's tail) may lead to further wishes.

    `fetch` asks again as long as anything is under way, and ends when the queue is empty and all is answered.
    """

    def __init__(self, wanted: Iterable[Wanted] = ()) -> None:
        self._waiting = deque(wanted)

    def add(self, wanted: Wanted) -> None:
        """Appends one file."""
        self._waiting.append(wanted)

    def __iter__(self) -> WantedQueue:
        return self

    def __next__(self) -> Wanted:
        if not self._waiting:
            raise StopIteration
        return self._waiting.popleft()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back: the bytes (per range, or one piece for the whole file), or the reason why not.

    A piece is shorter than asked for where the file ends before. `changed` says the file grew or was written
    while we read, also on a second try. `broad_readers` names the wide groups
    (Everyone, Authenticated Users, Domain Users …) that may read it; None where it is not known.
    """

    key: int
    path: str
    pieces: tuple[bytes, ...] = ()
    reason: ReadReason | None = None
    changed: bool = False
    broad_readers: tuple[str, ...] | None = None


class Share(Protocol):
    """A tree of files opened for reading only, with share access "rwd" so that people go on working.

    `notes` tells in plain words what could not be served in the usual way (a DFS link read by plain calls, a
    link not followed). Both methods raise SourceUnavailable where the share stays away, AccessRefused where the
    login is no longer taken; all else ends as a reason.
    """

    notes: list[str]

    def walk(self, start: str = "", *, skip: Callable[[str], bool] | None = None) -> Iterator[Listing]:
        """Lists `start` and everything below, folder by folder, in any order; `skip(path)` leaves a folder out.

        Links are listed, not followed. `start` is given as listed (`raw_path` where there is one).
        """

    def fetch(self, wanted: Iterable[Wanted]) -> Iterator[Fetched]:
        """Reads files, many in flight, answers in any order; exactly one answer per wanted file."""

    def close(self) -> None:
        """Ends the connection."""
