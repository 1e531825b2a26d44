"""SMB2 messages as bytes: the few requests a reader needs and the fields of their answers (MS-SMB2 2.2)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NamedTuple

CREATE, CLOSE, READ, ECHO, QUERY_DIRECTORY, QUERY_INFO = 0x05, 0x06, 0x08, 0x0D, 0x0E, 0x10
CREDIT_BYTES = 65536  # one credit pays for so many bytes of answer (MS-SMB2 3.1.5.2)
HEADER_BYTES = 64

READ_DATA, READ_ATTRIBUTES, READ_CONTROL, SYNCHRONIZE = 0x1, 0x80, 0x20000, 0x100000
DIRECTORY_FILE, NON_DIRECTORY_FILE, SEQUENTIAL_ONLY = 0x1, 0x40, 0x4

_CREATE = struct.Struct("<HBBIQQIIIIIHHII")
_READ = struct.Struct("<HBBIQ16sIIIHHB")
_CLOSE = struct.Struct("<HHI16s")
_QUERY_INFO = struct.Struct("<HBBIHHIII16sB")
_QUERY_DIRECTORY = struct.Struct("<HBBI16sHHI")
_CREATE_ANSWER = struct.Struct("<HBBIQQQQQQII16s")
_CLOSE_ANSWER = struct.Struct("<HHIQQQQQQI")
_OFFSET_AND_LENGTH = struct.Struct("<HI")
_READ_LENGTH = struct.Struct("<I")
# FileIdFullDirectoryInformation (MS-FSCC 2.4.23), all but the name
_DIRECTORY_ENTRY = struct.Struct("<IIQQQQQQIIIIQ")
_FILE_ID_FULL = 38
_NAME_AT = 80

SAME_FILE = b"\xff" * 16  # in a related chain: the file the CREATE before has opened


class Message(NamedTuple):
    """One request of a chain: command, body, and the credits it costs."""

    command: int
    body: bytes
    credits: int


@dataclass(frozen=True, slots=True)
class FileState:
    """A file's times (FILETIME), size in bytes and attributes at one moment."""

    written: int
    changed: int
    size_bytes: int
    attributes: int


class DirectoryEntry(NamedTuple):
    """One entry as the server lists it; times are FILETIME (100 ns since 1601, UTC)."""

    name: str
    attributes: int
    size_bytes: int
    written: int
    changed: int
    file_id: int
    reparse_tag: int


def credits_for(length: int) -> int:
    """Credits a request with an answer of so many bytes costs."""
    return max(1, (length + CREDIT_BYTES - 1) // CREDIT_BYTES)


def create_file(name: str, access: int, *, options: int) -> Message:
    """Opens `name` (backslashes, below the share) if it exists, sharing reading, writing and deleting."""
    encoded = name.encode("utf-16-le", "surrogatepass")
    fixed = _CREATE.pack(57, 0, 0, 2, 0, 0, access, 0, 7, 1, options, 120, len(encoded), 0, 0)
    return Message(CREATE, fixed + (encoded or b"\0\0"), 1)


def read(offset: int, length: int) -> Message:
    """Reads from the file of the chain."""
    return Message(READ, _READ.pack(49, 0x50, 0, length, offset, SAME_FILE, 0, 0, 0, 0, 0, 0), credits_for(length))


def close(file_id: bytes = SAME_FILE, *, tell_state: bool = True) -> Message:
    """Closes; `tell_state` asks for the file's times and size at that moment."""
    return Message(CLOSE, _CLOSE.pack(24, int(tell_state), 0, file_id), 1)


def query_security() -> Message:
    """Asks for the DACL of the file of the chain; owner and group cost the server look-ups and tell us nothing."""
    return Message(QUERY_INFO, _QUERY_INFO.pack(41, 3, 0, CREDIT_BYTES, 0, 0, 0, 4, 0, SAME_FILE, 0), 1)


def query_directory(file_id: bytes, length: int) -> Message:
    """Asks for the next entries of a folder, at most so many bytes of them."""
    pattern = "*".encode("utf-16-le")
    body = _QUERY_DIRECTORY.pack(33, _FILE_ID_FULL, 0, 0, file_id, 96, len(pattern), length) + pattern
    return Message(QUERY_DIRECTORY, body, credits_for(length))


def echo() -> Message:
    """Asks for nothing but an answer, and the credits that come with it."""
    return Message(ECHO, struct.pack("<HH", 4, 0), 1)


def opened_state(answer: memoryview) -> FileState:
    """The file's state from the answer to CREATE."""
    fields = _CREATE_ANSWER.unpack_from(answer, HEADER_BYTES)
    return FileState(written=fields[6], changed=fields[7], size_bytes=fields[9], attributes=fields[10])


def opened_id(answer: memoryview) -> bytes:
    """The open file's id from the answer to CREATE."""
    return bytes(answer[HEADER_BYTES + 64 : HEADER_BYTES + 80])


def closed_state(answer: memoryview) -> FileState:
    """The file's state from the answer to CLOSE."""
    fields = _CLOSE_ANSWER.unpack_from(answer, HEADER_BYTES)
    return FileState(written=fields[5], changed=fields[6], size_bytes=fields[8], attributes=fields[9])


def read_data(answer: memoryview) -> bytes:
    """The bytes of the answer to READ."""
    start = answer[HEADER_BYTES + 2]
    (length,) = _READ_LENGTH.unpack_from(answer, HEADER_BYTES + 4)
    return bytes(answer[start : start + length])


def output_buffer(answer: memoryview) -> memoryview:
    """The output of the answer to QUERY_INFO or QUERY_DIRECTORY."""
    start, length = _OFFSET_AND_LENGTH.unpack_from(answer, HEADER_BYTES + 2)
    return answer[start : start + length]


def parse_directory(buffer: memoryview) -> list[DirectoryEntry]:
    """The entries of one answer to QUERY_DIRECTORY, `.` and `..` among them."""
    entries: list[DirectoryEntry] = []
    position, fields_at = 0, _DIRECTORY_ENTRY.unpack_from
    while len(buffer):
        step, _, _, _, written, changed, size, _, attributes, name_length, tag, _, file_id = fields_at(buffer, position)
        start = position + _NAME_AT
        name = str(buffer[start : start + name_length], "utf-16-le", "surrogatepass")
        entries.append(DirectoryEntry(name, attributes, size, written, changed, file_id, tag))
        if not step:
            break
        position += step
    return entries
