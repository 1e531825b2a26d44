"""Local folders through the interface of shares: lists without following links, reads without locking."""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from pathlib import Path

from inspection.errors import BadSource, SourceUnavailable
from inspection.language import speak
from inspection.shares.naming import join, shown_names
from inspection.shares.share import Entry, Fetched, Listing, Wanted
from inspection.vocabulary import ReadReason

# A mount that shows itself below itself is stopped by its file id; this stops what hides even that.
DEEPEST_FOLDER = 200
EVERYONE = ("Everyone",)
_REASON_OF_ERROR = {
    errno.ENOENT: ReadReason.VANISHED,
    errno.ENOTDIR: ReadReason.VANISHED,
    errno.EISDIR: ReadReason.VANISHED,
    errno.ELOOP: ReadReason.VANISHED,  # became a link since it was listed
    errno.ESTALE: ReadReason.VANISHED,
    errno.EACCES: ReadReason.ACCESS_DENIED,
    errno.EPERM: ReadReason.ACCESS_DENIED,
    errno.EBUSY: ReadReason.LOCKED,
    errno.ETXTBSY: ReadReason.LOCKED,
    errno.EWOULDBLOCK: ReadReason.LOCKED,
    errno.ETIMEDOUT: ReadReason.TIMEOUT,
    errno.EHOSTDOWN: ReadReason.OFFLINE,
    errno.ENXIO: ReadReason.UNSUPPORTED_FORMAT,  # a socket or a device where a file was listed
    errno.ENOMEM: ReadReason.MEMORY,
}


class LocalShare:
    """A local folder. Raises SourceUnavailable where it is missing, BadSource where it is no folder."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self.notes: list[str] = []
        if not folder.exists():
            raise SourceUnavailable(
                speak(
                    f"{folder} 不存在 — 請檢查拼字，或先掛載",
                    f"{folder} does not exist — check the spelling, or mount it first",
                )
            )
        if not folder.is_dir():
            raise BadSource(
                speak(f"{folder} 不是資料夾", f"{folder} is no folder"),
                remedy=speak("請指定檔案所在之資料夾", "give the folder the file lies in"),
            )

    def walk(self, start: str = "", *, skip: Callable[[str], bool] | None = None) -> Iterator[Listing]:
        """Lists folder by folder, breadth first; each folder once, also where a mount loops."""
        waiting = deque([(start, start, 0)])  # raw path, shown path, depth
        seen: set[tuple[int, int]] = set()
        while waiting:
            raw, shown, depth = waiting.popleft()
            try:
                status = os.stat(self._at(raw), follow_symlinks=raw == "")  # noqa: PTH116 - a Path costs thrice as much
                if (status.st_dev, status.st_ino) in seen or depth > DEEPEST_FOLDER:
                    self.notes.append(
                        speak(
                            "重複掛載或掛載於自身之下的資料夾僅列一次",
                            "a folder that is mounted twice, or below itself, is listed once",
                        )
                    )
                    continue
                seen.add((status.st_dev, status.st_ino))
                entries = self._entries(raw, shown)
            except OSError as error:
                yield Listing(shown, (), reason_of(error))
                continue
            yield Listing(shown, entries)
            for entry in entries:
                if entry.is_folder and not entry.is_link and not (skip and skip(entry.path)):
                    waiting.append((entry.raw_path or entry.path, entry.path, depth + 1))

    def fetch(self, wanted: Iterable[Wanted]) -> Iterator[Fetched]:
        """Reads one file after the other; a file that changes meanwhile is read a second time."""
        for one in wanted:
            if one.offline:
                yield Fetched(one.key, one.path, reason=ReadReason.OFFLINE)
                continue
            fetched = self._read(one)
            yield self._read(one) if fetched.changed else fetched

    def close(self) -> None:
        """Nothing to end."""

    def _at(self, raw: str) -> str:
        return os.path.join(self.root, *raw.split("/")) if raw else str(self.root)  # noqa: PTH118 - keeps surrogates

    def _entries(self, raw: str, shown: str) -> tuple[Entry, ...]:
        with os.scandir(self._at(raw)) as found:
            listed = sorted(found, key=attrgetter("name"))
        names = [item.name for item in listed]
        raw_below, shown_below = join(raw, ""), join(shown, "")
        entries = []
        for item, raw_name, name in zip(listed, names, shown_names(names), strict=True):
            try:
                status = item.stat(follow_symlinks=False)
            except OSError:  # gone since the folder was listed
                continue
            mode = status.st_mode
            is_folder = stat.S_ISDIR(mode)
            path = shown_below + name
            entries.append(
                Entry(
                    path,
                    is_folder,
                    0 if is_folder else status.st_size,
                    status.st_mtime_ns,
                    status.st_ctime_ns,
                    status.st_ino,
                    False,
                    stat.S_ISLNK(mode),
                    "" if raw_name == name and raw_below == shown_below else raw_below + raw_name,
                )
            )
        return tuple(entries)

    def _read(self, wanted: Wanted) -> Fetched:
        # O_NONBLOCK: opening a pipe nobody writes to would wait for ever. O_NOFOLLOW: never leave by a link.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
        try:
            descriptor = os.open(self._at(wanted.opened_path), flags)
        except OSError as error:
            return Fetched(wanted.key, wanted.path, reason=reason_of(error))
        try:
            before = os.fstat(descriptor)
            readers = EVERYONE if before.st_mode & stat.S_IROTH else ()
            if not stat.S_ISREG(before.st_mode):
                return Fetched(wanted.key, wanted.path, reason=ReadReason.UNSUPPORTED_FORMAT, broad_readers=readers)
            ranges = wanted.ranges if wanted.ranges is not None else ((0, before.st_size),)
            pieces = tuple(_read_range(descriptor, offset, length) for offset, length in ranges)
            after = os.fstat(descriptor)
        except OSError as error:
            return Fetched(wanted.key, wanted.path, reason=reason_of(error))
        finally:
            os.close(descriptor)
        changed = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
        return Fetched(wanted.key, wanted.path, pieces, changed=changed, broad_readers=readers)


def reason_of(error: OSError) -> ReadReason:
    """The reason an operating system's error stands for; what is not known is the medium's fault."""
    return _REASON_OF_ERROR.get(error.errno or 0, ReadReason.SERVER_FAULT)


def _read_range(descriptor: int, offset: int, length: int) -> bytes:
    parts = []
    while length > 0:
        part = os.pread(descriptor, min(length, 4 << 20), offset)
        if not part:
            break
        parts.append(part)
        offset += len(part)
        length -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
