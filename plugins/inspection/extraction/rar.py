"""RAR archives, versions 4 and 5, by the system's libarchive: its code runs only inside the sandbox's walls."""

from __future__ import annotations

import ctypes
import re
import zlib
from collections.abc import Iterator
from functools import cache
from itertools import islice

from inspection.extraction.archive import RATIO_COUNTS_FROM
from inspection.extraction.character_sets import decode_big5
from inspection.extraction.passage import ReadLimits
from inspection.extraction.rar_headers import PLAIN, Header, member_headers
from inspection.extraction.unreadable import Unreadable, corrupt, encrypted, too_large, unsupported
from inspection.vocabulary import ReadReason

LIBRARY = "libarchive.so.13"
END, WARN = 1, -20
REGULAR_FILE, KIND = 0o100000, 0o170000
BLOCK_BYTES = 1 << 20
# what libarchive (3.6) says of archives that are sound, but beyond it; the words are part of no interface
ENCRYPTED = re.compile(rb"encrypt|password", re.IGNORECASE)
BEYOND_IT = re.compile(rb"unsupported|not supported|unavailable|multivolume", re.IGNORECASE)
TOO_MUCH = re.compile(rb"dictionary size|memory", re.IGNORECASE)


@cache
def _library() -> ctypes.CDLL | None:
    """libarchive, or None where the machine has none; loaded before a worker is confined (see `preload`)."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        return None
    for name, result, *arguments in (
        ("archive_read_new", ctypes.c_void_p),
        ("archive_read_free", ctypes.c_int, ctypes.c_void_p),
        ("archive_read_support_format_rar", ctypes.c_int, ctypes.c_void_p),
        ("archive_read_support_format_rar5", ctypes.c_int, ctypes.c_void_p),
        ("archive_read_open_memory", ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t),
        ("archive_read_next_header", ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)),
        ("archive_read_data", ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t),
        ("archive_error_string", ctypes.c_char_p, ctypes.c_void_p),
        ("archive_entry_filetype", ctypes.c_uint, ctypes.c_void_p),
        ("archive_entry_is_encrypted", ctypes.c_int, ctypes.c_void_p),
        ("archive_entry_pathname", ctypes.c_char_p, ctypes.c_void_p),
        ("archive_entry_pathname_w", ctypes.c_wchar_p, ctypes.c_void_p),
        ("archive_entry_size", ctypes.c_int64, ctypes.c_void_p),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def rar_is_readable() -> bool:
    """Whether this machine can read RAR archives; loads the library, while files can still be opened."""
    return _library() is not None


class Rar:
    """One RAR archive held in memory; members come in their order, packed ones through one window."""

    def __init__(self, data: bytes, limits: ReadLimits) -> None:
        library = _library()
        if library is None:
            raise unsupported("the machine has no libarchive, which reads RAR")
        self._library = library
        self._data = data
        self._limits = limits
        self._headers: list[Header] = []
        self._spent = 0

    def files(self) -> Iterator[tuple[str, bytes, Unreadable | None]]:
        """(name, content, fault) of each file; the content of a faulty member is empty.

        Raises Unreadable where nothing further can be told: headers encrypted, corrupt, too_large,
        unsupported_format.
        """
        archive = self._library.archive_read_new()
        try:
            self._library.archive_read_support_format_rar(archive)
            self._library.archive_read_support_format_rar5(archive)
            self._headers = list(islice(member_headers(self._data), self._limits.entries))
            if self._library.archive_read_open_memory(archive, self._data, len(self._data)) < WARN:
                raise self._fault(archive)
            yield from self._members(archive)
        finally:
            self._library.archive_read_free(archive)

    def _members(self, archive: int) -> Iterator[tuple[str, bytes, Unreadable | None]]:
        entry = ctypes.c_void_p()
        headers = iter([header for header in self._headers if not header.continued])
        count = 0
        while (answer := self._library.archive_read_next_header(archive, ctypes.byref(entry))) != END:
            if answer < WARN:
                raise self._fault(archive)
            count += 1
            if count > self._limits.entries:
                raise too_large("more archive members than the limit")
            header = next(headers, PLAIN)
            if header.link or self._library.archive_entry_filetype(entry) & KIND not in {REGULAR_FILE, 0}:
                continue  # folders and links hold no content; what a link leads to is judged where it lies
            name = self._name(entry)
            try:
                yield name, self._content(archive, entry, header), None
            except Unreadable as fault:
                if header.solid and fault.reason is ReadReason.TOO_LARGE:
                    raise
                yield name, b"", fault
        if any(header.split for header in self._headers):
            raise unsupported("a part of the archive lies in another file")
        if next(headers, None):
            raise corrupt("the archive ends before its last member")

    def _name(self, entry: ctypes.c_void_p) -> str:
        wide = self._library.archive_entry_pathname_w(entry)
        if wide is not None:
            return str(wide)
        raw: bytes = self._library.archive_entry_pathname(entry) or b""
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return decode_big5(raw)

    def _content(self, archive: int, entry: ctypes.c_void_p, header: Header) -> bytes:
        if header.encrypted or self._library.archive_entry_is_encrypted(entry):
            raise encrypted("the member is encrypted")
        if header.split or header.outdated:
            raise unsupported("a part of the member lies in another file, or it is packed in an old way")
        limits = self._limits
        announced = self._library.archive_entry_size(entry)
        largest = min(limits.part_bytes, limits.total_bytes - self._spent)
        if announced > RATIO_COUNTS_FROM and announced > len(self._data) * limits.ratio:
            raise too_large("a member is packed beyond the limit ratio")
        if announced > largest:
            raise too_large("a member is larger than the limit")
        content = bytearray()
        block = ctypes.create_string_buffer(min(BLOCK_BYTES, max(announced, 4096)))
        while (got := self._library.archive_read_data(archive, block, len(block))) > 0:
            content += memoryview(block)[:got]
            if len(content) > largest:
                raise too_large("a member is larger than the limit")
        if got < 0:
            raise self._fault(archive)
        if len(content) < announced or (header.crc is not None and zlib.crc32(content) != header.crc):
            raise corrupt("a member is cut off, or does not match its checksum")
        self._spent += len(content)
        return bytes(content)

    def _fault(self, archive: int) -> Unreadable:
        said: bytes = self._library.archive_error_string(archive) or b""
        if ENCRYPTED.search(said):
            return encrypted("the archive is encrypted")
        if TOO_MUCH.search(said):
            return too_large("the archive asks for more memory than the limit")
        if BEYOND_IT.search(said) or any(header.split or header.outdated for header in self._headers):
            return unsupported("packed in a way without reader")
        return corrupt("the archive cannot be unpacked")
