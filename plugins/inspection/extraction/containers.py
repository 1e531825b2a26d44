"""Archives without a document of their own (zip, 7z, RAR): every member a file to be judged by itself."""

from __future__ import annotations

from inspection.extraction.archive import Package
from inspection.extraction.collect import Collector
from inspection.extraction.rar import Rar
from inspection.extraction.seven_zip import SevenZip
from inspection.extraction.unreadable import Unreadable, encrypted
from inspection.vocabulary import ReadReason


def read_zip(package: Package, out: Collector) -> None:
    """Embeds every member; one that cannot be taken out is embedded empty with its reason.

    Raises Unreadable(encrypted) where all members are.
    """
    files = [member for member in package.all if not member.name.endswith("/")]
    for member in files:
        try:
            out.embed(member.name, package.unpack(member))
        except Unreadable as stop:
            out.embed(member.name, b"", stop.reason)
    _refuse_where_all_are_encrypted(out)


def read_seven_zip(data: bytes, out: Collector) -> None:
    """Embeds every member of a 7z archive; raises Unreadable: encrypted, corrupt, too_large, unsupported_format."""
    for name, content in SevenZip(data, out.limits).files():
        out.embed(name, content)


def read_rar(data: bytes, out: Collector) -> None:
    """Embeds every member of a RAR archive; one that cannot be taken out is embedded empty with its reason.

    Raises Unreadable: encrypted (also where all members are), corrupt, too_large, unsupported_format.
    """
    for name, content, fault in Rar(data, out.limits).files():
        out.embed(name, content, fault.reason if fault else None)
    _refuse_where_all_are_encrypted(out)


def _refuse_where_all_are_encrypted(out: Collector) -> None:
    if out.embedded and all(inner.reason is ReadReason.ENCRYPTED for inner in out.embedded):
        raise encrypted("every member is encrypted")
