"""Archives without a document of their own: every member a file to be judged by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from inspection.extraction.archive import Package, Whole
from inspection.extraction.collect import Collector
from inspection.extraction.libarchive import FILTERS, Archive
from inspection.extraction.rar import Rar
from inspection.extraction.unreadable import Unreadable, encrypted, unsupported
from inspection.vocabulary import ReadReason

SEVEN_ZIP, RAR = b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"
STREAM_ENDINGS = {"tgz": "tar", "tbz": "tar", "tbz2": "tar", "txz": "tar", "tlz": "tar", "taz": "tar", "svgz": "svg"}
TAR_MAGIC_AT = 257


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


def read_package_in_part(package: Package, out: Collector) -> None:
    """A package whose document no reader knows (EPUB, XPS, Visio, a database): its parts are judged as files, and the
    whole is told unsupported. Raises Unreadable always."""
    read_zip(package, out)
    raise unsupported("a document without reader; its parts are read one by one")


def read_seven_zip(data: bytes, out: Collector) -> None:
    """Embeds every member of a 7z archive; raises Unreadable: encrypted, corrupt, too_large, unsupported_format."""
    _embed_all(Archive(data, out.limits, ("7zip",), goes_on=False).files(), out)


def read_rar(data: bytes, out: Collector) -> None:
    """Embeds every member of a RAR archive; one that cannot be taken out is embedded empty with its reason.

    Raises Unreadable: encrypted (also where all members are), corrupt, too_large, unsupported_format.
    """
    _embed_all(Rar(data, out.limits).files(), out)


def read_tar(data: bytes, out: Collector) -> None:
    """Embeds every member of a tar or cpio archive, packed or not."""
    _embed_all(Archive(data, out.limits, ("tar", "cpio"), FILTERS, goes_on=True).files(), out)


def read_old_archive(data: bytes, out: Collector) -> None:
    """Embeds every member of a cabinet, an LHA archive or the image of a disc."""
    _embed_all(Archive(data, out.limits, ("cab", "lha", "iso9660"), goes_on=False).files(), out)


def read_stream(data: bytes, out: Collector, name: str) -> None:
    """One packed stream (gzip, bzip2, xz …): a tar archive within is read as one, anything else is embedded under
    the name without its ending. Raises Unreadable."""
    whole = Archive(data, out.limits, ("raw",), FILTERS, goes_on=False)
    try:
        _, content, fault = next(whole.files())
    except Unreadable as stop:
        if stop.reason is not ReadReason.TOO_LARGE:
            raise
        content, fault = b"", stop
    if fault is not None or content[TAR_MAGIC_AT : TAR_MAGIC_AT + 5] == b"ustar":
        if fault is not None and fault.reason is not ReadReason.TOO_LARGE:
            raise fault
        _read_tar_or_tell(data, out, fault)
        return
    stem, _, end = name.rpartition("/")[2].rpartition(".")
    inner = f"{stem}.{STREAM_ENDINGS[end.lower()]}" if end.lower() in STREAM_ENDINGS else stem
    out.embed(inner or "content", content)


def _read_tar_or_tell(data: bytes, out: Collector, fault: Unreadable | None) -> None:
    """Larger than one file may be: as a tar archive its members may be within the limits all the same."""
    try:
        read_tar(data, out)
    except Unreadable:
        if fault is None or out.embedded:
            raise
    if fault is not None and not out.embedded:
        raise fault


def read_program(data: bytes, out: Collector) -> None:
    """A program: what it unpacks where it is a self-extracting archive; raises Unreadable(unsupported_format) else."""
    package = _appended_zip(data, out)
    if package is not None:
        read_zip(package, out)
        return
    for magic, reader in SELF_EXTRACTING:
        at = data.find(magic, 2)
        if at >= 0:
            try:
                reader(data[at:], out)
            except Unreadable as stop:
                if stop.reason is ReadReason.CORRUPT and not out.embedded:
                    continue  # a program that only knows the signature
                raise
            return
    raise unsupported("a program")


SELF_EXTRACTING: tuple[tuple[bytes, Callable[[bytes, Collector], None]], ...] = (
    (SEVEN_ZIP, read_seven_zip),
    (RAR, read_rar),
)


def _appended_zip(data: bytes, out: Collector) -> Package | None:
    try:
        package = Package(Whole(data), out.limits)
    except Unreadable:
        return None
    return package if package.all else None


def _embed_all(files: Iterator[tuple[str, bytes, Unreadable | None]], out: Collector) -> None:
    for name, content, fault in files:
        out.embed(name, content, fault.reason if fault else None)
    _refuse_where_all_are_encrypted(out)


def _refuse_where_all_are_encrypted(out: Collector) -> None:
    if out.embedded and all(inner.reason is ReadReason.ENCRYPTED for inner in out.embedded):
        raise encrypted("every member is encrypted")
