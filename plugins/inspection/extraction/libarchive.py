"""Archives by the system's libarchive: its code runs only inside the sandbox's walls."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from inspection.extraction.archive import RATIO_COUNTS_FROM
from inspection.extraction.character_sets import decode_big5
from inspection.extraction.passage import ReadLimits
from inspection.extraction.unreadable import Unreadable, corrupt, encrypted, too_large, unsupported
from inspection.vocabulary import ReadReason

LIBRARY = "libarchive.so.13"
END, WARN = 1, -20
REGULAR_FILE, KIND = 0o100000, 0o170000
BLOCK_BYTES = 1 << 20
# what libarchive (3.6) says of archives that are sound, but beyond it; the words are part of no interface
ENCRYPTED = re.compile(rb"encrypt|password|crypto", re.IGNORECASE)
BEYOND_IT = re.compile(rb"unsupported|not supported|unavailable|multivolume|codec id", re.IGNORECASE)
TOO_MUCH = re.compile(rb"dictionary size|memory", re.IGNORECASE)
FORMATS = ("7zip", "cab", "lha", "iso9660", "cpio", "tar", "raw", "rar", "rar5")
FILTERS = ("gzip", "bzip2", "xz", "lzma", "compress", "zstd", "lz4")


@cache
def _library() -> ctypes.CDLL | None:
    """libarchive, or None where the machine has none; loaded before a worker is confined (see `preload`)."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        return None
    readers = [f"archive_read_support_format_{one}" for one in FORMATS]
    readers += [f"archive_read_support_filter_{one}" for one in FILTERS]
    signatures: dict[str, tuple[Any, ...]] = {
        "archive_read_new": (ctypes.c_void_p,),
        "archive_read_free": (ctypes.c_int, ctypes.c_void_p),
        **dict.fromkeys(readers, (ctypes.c_int, ctypes.c_void_p)),
        "archive_read_open_memory": (ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t),
        "archive_read_next_header": (ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)),
        "archive_read_data": (ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t),
        "archive_error_string": (ctypes.c_char_p, ctypes.c_void_p),
        "archive_entry_filetype": (ctypes.c_uint, ctypes.c_void_p),
        "archive_entry_is_encrypted": (ctypes.c_int, ctypes.c_void_p),
        "archive_entry_hardlink": (ctypes.c_char_p, ctypes.c_void_p),
        "archive_entry_pathname": (ctypes.c_char_p, ctypes.c_void_p),
        "archive_entry_pathname_w": (ctypes.c_wchar_p, ctypes.c_void_p),
        "archive_entry_size": (ctypes.c_int64, ctypes.c_void_p),
    }
    for name, (result, *arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def is_at_hand() -> bool:
    """Whether this machine has libarchive; loads it, while files can still be opened."""
    return _library() is not None


class Archive:
    """One archive held in memory; members come in their order.

    `formats` and `filters` are those libarchive may take the bytes for. `goes_on` says whether a member beyond the
    limits is passed over; where members are packed through one window, the archive ends there.
    """

    def __init__(
        self, data: bytes, limits: ReadLimits, formats: tuple[str, ...], filters: tuple[str, ...] = (), *, goes_on: bool
    ) -> None:
        library = _library()
        if library is None:
            raise unsupported("the machine has no libarchive, which reads this kind of archive")
        self.library = library
        self.limits = limits
        self._data = data
        self._formats = formats
        self._filters = filters
        self._goes_on = goes_on
        self._spent = 0

    def files(self) -> Iterator[tuple[str, bytes, Unreadable | None]]:
        """(name, content, fault) of each file; the content of a faulty member is empty.

        Raises Unreadable where nothing further can be told: headers encrypted, corrupt, too_large,
        unsupported_format.
        """
        archive = self.library.archive_read_new()
        try:
            for kind, names in (("format", self._formats), ("filter", self._filters)):
                for name in names:
                    getattr(self.library, f"archive_read_support_{kind}_{name}")(archive)
            if self.library.archive_read_open_memory(archive, self._data, len(self._data)) < WARN:
                raise self.fault(archive)
            yield from self.members(archive)
        finally:
            self.library.archive_read_free(archive)

    def members(self, archive: int) -> Iterator[tuple[str, bytes, Unreadable | None]]:
        """The files of an open archive."""
        beyond: Unreadable | None = None
        for entry in self.entries(archive):
            if not self.is_file(entry):
                continue
            name = self.name(entry)
            try:
                yield name, self.content(archive, entry), None
            except Unreadable as fault:
                if fault.reason is ReadReason.TOO_LARGE and not self._goes_on:
                    raise
                if fault.reason is ReadReason.UNSUPPORTED_FORMAT:
                    beyond = fault
                # behind a member packed in a way without reader nothing of its window can be unpacked either
                yield name, b"", beyond if beyond and fault.reason is ReadReason.CORRUPT else fault

    def entries(self, archive: int) -> Iterator[ctypes.c_void_p]:
        """Header by header; raises Unreadable."""
        entry = ctypes.c_void_p()
        count = 0
        while (answer := self.library.archive_read_next_header(archive, ctypes.byref(entry))) != END:
            if answer < WARN:
                raise self.fault(archive)
            count += 1
            if count > self.limits.entries:
                raise too_large("more archive members than the limit")
            yield entry

    def is_file(self, entry: ctypes.c_void_p) -> bool:
        """Folders and links hold no content; what a link leads to is judged where it lies."""
        if self.library.archive_entry_hardlink(entry):
            return False
        return bool(self.library.archive_entry_filetype(entry) & KIND in {REGULAR_FILE, 0})

    def name(self, entry: ctypes.c_void_p) -> str:
        """The member's name with its folders."""
        wide = self.library.archive_entry_pathname_w(entry)
        if wide is not None:
            return str(wide)
        raw: bytes = self.library.archive_entry_pathname(entry) or b""
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return decode_big5(raw)

    def content(self, archive: int, entry: ctypes.c_void_p) -> bytes:
        """The member's bytes; raises Unreadable."""
        if self.library.archive_entry_is_encrypted(entry):
            raise encrypted("the member is encrypted")
        limits = self.limits
        announced = self.library.archive_entry_size(entry)
        largest = min(limits.part_bytes, limits.total_bytes - self._spent)
        believable = max(RATIO_COUNTS_FROM, len(self._data) * limits.ratio)
        if announced > believable:
            raise too_large("a member is packed beyond the limit ratio")
        if announced > largest:
            raise too_large("a member is larger than the limit")
        content = bytearray()
        block = ctypes.create_string_buffer(min(BLOCK_BYTES, max(announced, 65_536)))
        while (got := self.library.archive_read_data(archive, block, len(block))) > 0:
            content += memoryview(block)[:got]
            if len(content) > min(largest, believable):
                raise too_large("a member is larger than the limit")
        if got < 0:
            raise self.fault(archive)
        if len(content) < announced:
            raise corrupt("a member is cut off")
        self._spent += len(content)
        return bytes(content)

    def fault(self, archive: int) -> Unreadable:
        """What libarchive's complaint means."""
        said: bytes = self.library.archive_error_string(archive) or b""
        if ENCRYPTED.search(said):
            return encrypted("the archive is encrypted")
        if TOO_MUCH.search(said):
            return too_large("the archive asks for more memory than the limit")
        if BEYOND_IT.search(said):
            return unsupported("packed in a way without reader")
        return corrupt("the archive cannot be unpacked")
