"""RAR archives, versions 4 and 5: by libarchive, whose word on locks, volumes and checksums their own headers check."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import islice

from inspection.extraction.libarchive import Archive
from inspection.extraction.passage import ReadLimits
from inspection.extraction.rar_headers import PLAIN, Header, member_headers
from inspection.extraction.unreadable import Unreadable, corrupt, encrypted, unsupported
from inspection.vocabulary import ReadReason


class Rar(Archive):
    """One RAR archive held in memory; packed members come through one window."""

    def __init__(self, data: bytes, limits: ReadLimits) -> None:
        super().__init__(data, limits, ("rar", "rar5"), goes_on=True)
        self._headers: list[Header] = list(islice(member_headers(data), limits.entries))

    def members(self, archive: int) -> Iterator[tuple[str, bytes, Unreadable | None]]:
        """The files of the open archive, each beside its own header."""
        headers = iter([header for header in self._headers if not header.continued])
        for entry in self.entries(archive):
            header = next(headers, PLAIN)
            if header.link or not self.is_file(entry):
                continue
            name = self.name(entry)
            try:
                if header.encrypted:
                    raise encrypted("the member is encrypted")
                if header.split or header.outdated:
                    raise unsupported("a part of the member lies in another file, or it is packed in an old way")
                content = self.content(archive, entry)
                if header.crc is not None and zlib.crc32(content) != header.crc:
                    raise corrupt("a member does not match its checksum")
                yield name, content, None
            except Unreadable as fault:
                if header.solid and fault.reason is ReadReason.TOO_LARGE:
                    raise
                yield name, b"", fault
        if any(header.split for header in self._headers):
            raise unsupported("a part of the archive lies in another file")
        if next(headers, None):
            raise corrupt("the archive ends before its last member")

    def fault(self, archive: int) -> Unreadable:
        """What libarchive's complaint means; of a volume or an old archive it is that."""
        fault = super().fault(archive)
        is_beyond = any(header.split or header.outdated for header in self._headers)
        return unsupported("packed in a way without reader") if is_beyond and _says_little(fault) else fault


def _says_little(fault: Unreadable) -> bool:
    return fault.reason is ReadReason.CORRUPT
