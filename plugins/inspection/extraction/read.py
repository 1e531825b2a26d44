"""Reads one file: finds out by its bytes what it is, hands it to its reader, and says exactly how that ended."""

from __future__ import annotations

from collections.abc import Callable

from inspection.extraction.archive import Package, Source, Whole
from inspection.extraction.binary_sheet import read_binary_workbook
from inspection.extraction.cards import card_text, is_card, unescaped, uuencoded
from inspection.extraction.collect import Collector
from inspection.extraction.compound import Streams, compound_kind
from inspection.extraction.containers import (
    read_old_archive,
    read_package_in_part,
    read_program,
    read_rar,
    read_seven_zip,
    read_stream,
    read_tar,
    read_zip,
)
from inspection.extraction.database import read_database
from inspection.extraction.default_password import PACKAGE, opened
from inspection.extraction.html_page import decode_page, read_page
from inspection.extraction.legacy_sheet import read_legacy_workbook
from inspection.extraction.legacy_slides import read_legacy_presentation
from inspection.extraction.legacy_word import read_legacy_word
from inspection.extraction.mail import read_mail, read_mailbox
from inspection.extraction.office_links import TYPES_PART, USUAL_MAINS, Parts
from inspection.extraction.official import read_xml
from inspection.extraction.open_document import read_open_document
from inspection.extraction.outlook import read_outlook
from inspection.extraction.package_pictures import miss_pictures
from inspection.extraction.passage import Reading, ReadLimits
from inspection.extraction.pdf import read_pdf
from inspection.extraction.plain import decode_text, looks_like_rows, read_plain, read_rows
from inspection.extraction.rtf import read_rtf
from inspection.extraction.slides import read_presentation
from inspection.extraction.sniff import OFFICE_NAMES, extension, sniff
from inspection.extraction.spreadsheet import read_workbook
from inspection.extraction.time_limit import at_most
from inspection.extraction.tnef import read_tnef
from inspection.extraction.unreadable import Unreadable, corrupt, no_text_layer, too_large, unsupported
from inspection.extraction.word import read_word
from inspection.vocabulary import ReadReason, ReadStatus

DEFAULT_LIMITS = ReadLimits()
SHARE_OF_READING = 0.5  # of the time for a file; the rest is for judging what was read
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
IMAGES = {"png", "jpeg", "gif", "bmp", "tiff"}

STREAMS = {"gzip", "bzip2", "xz", "compress", "zstd", "lz4"}
BINARY = {"zip", "compound", "7z", "rar", "tar", "sqlite", *STREAMS, *IMAGES}


class _Job:
    """One file on its way: what it turned out to be, and what it has yielded."""

    def __init__(self, name: str, limits: ReadLimits) -> None:
        self.name = name
        self.format = extension(name) or "unknown"
        self.out = Collector(limits)

    def ended(self, reason: ReadReason | None) -> Reading:
        out = self.out
        return Reading(
            ReadStatus.SCANNED if reason is None else ReadStatus.UNREADABLE,
            self.format,
            reason,
            tuple(out.passages),
            tuple(out.embedded),
            out.properties,
            tuple(out.unread),
            out.pictures,
        )


def read_file(data: bytes, *, name: str, limits: ReadLimits = DEFAULT_LIMITS) -> Reading:
    """Reads a whole file. `name` is its name or path, used only where bytes alone cannot tell. Never raises.

    An image or a PDF without text is unreadable for `no_text_layer`: nobody has looked at what it shows. What was
    read before a limit was passed is kept.
    """
    job = _Job(name, limits)
    return _guarded(job, lambda: _read(data, job))


def read_source(source: Source, *, name: str, limits: ReadLimits = DEFAULT_LIMITS) -> Reading:
    """Reads a zip-based office file of which only some ranges are at hand. Never raises."""
    job = _Job(name, limits)
    return _guarded(job, lambda: _read_package(source, job))


def _guarded(job: _Job, work: Callable[[], None]) -> Reading:
    try:
        with at_most(job.out.limits.wall_seconds * SHARE_OF_READING):
            work()
    except Unreadable as stop:
        return job.ended(stop.reason)
    except MemoryError:
        return job.ended(ReadReason.MEMORY)
    except Exception:  # parsers of broken input raise anything; the file ends as corrupt, the crawl goes on
        return job.ended(ReadReason.CORRUPT)
    return job.ended(None)


def _read(data: bytes, job: _Job) -> None:
    if len(data) > job.out.limits.file_bytes:
        raise too_large("the file is larger than the limit")
    kind = sniff(data, job.name)
    if data.startswith(BYTE_ORDER_MARK) and not kind:
        # a program that takes everything for text put its mark before a file that is none
        behind = sniff(data[len(BYTE_ORDER_MARK) :], job.name)
        if behind in BINARY:
            data, kind = data[len(BYTE_ORDER_MARK) :], behind
    if kind == "zip":
        _read_package(Whole(data), job)
        return
    if kind == "compound":
        _read_compound(data, job)
        return
    if kind == "xml":
        job.format = "xml"
        job.format = read_xml(data, job.out)
        return
    job.format = kind or job.format
    reader = READERS.get(kind)
    if reader:
        reader(data, job.out)
    elif kind in STREAMS:
        read_stream(data, job.out, job.name)
    elif kind in IMAGES:
        raise no_text_layer("an image")
    elif kind:
        raise unsupported("no reader for this format")
    else:
        _read_without_signature(data, job)


def _read_package(source: Source, job: _Job) -> None:
    if job.format not in OFFICE_NAMES:
        job.format = "zip"
    package = Package(source, job.out.limits)
    job.format, reader = _package_kind(package)
    reader(package, job.out)
    if job.format != "zip":  # the members of an archive are files, each told for itself
        miss_pictures(package, job.out)


def _read_compound(data: bytes, job: _Job) -> None:
    """An OLE file by its streams; one that is none of ours keeps its properties."""
    streams = Streams(data, job.out.limits)
    if PACKAGE in streams:
        _read_package(Whole(opened(streams)), job)
        return
    kind = compound_kind(streams)
    job.format = kind or "ole"
    if not kind:
        raise unsupported("a compound file without a document we know")
    COMPOUND_READERS[kind](streams, job.out)


COMPOUND_READERS: dict[str, Callable[[Streams, Collector], None]] = {
    "doc": read_legacy_word,
    "xls": read_legacy_workbook,
    "ppt": read_legacy_presentation,
    "msg": read_outlook,
}


def _package_kind(package: Package) -> tuple[str, Callable[[Package, Collector], None]]:
    """Format and reader by what the package holds."""
    lower = {name.lower() for name in package.members}
    kind = package.read("mimetype") if "mimetype" in package.members else b""
    other = next((end for part, end in OTHER_KINDS if part in kind), "")
    if other:
        return other, read_package_in_part
    if b"opendocument" in kind or ("content.xml" in lower and "meta-inf/manifest.xml" in lower):
        end = next((end for part, end in ODF_KINDS if part in kind), "odt")
        return end, read_open_document
    if TYPES_PART in lower or any(USUAL_MAINS.fullmatch(name) for name in lower):
        return _office_kind(Parts(package))
    return "zip", read_zip


def _office_kind(parts: Parts) -> tuple[str, Callable[[Package, Collector], None]]:
    if not parts.family:
        other = parts.other_package()
        if other:
            return other, read_package_in_part
        raise corrupt("an office package without its main part")
    has_macros = bool(parts.of_kind("vbaproject")) or "macroenabled" in parts.main_type
    if parts.is_binary_workbook:
        return "xlsb", lambda _, out: read_binary_workbook(parts, out)
    plain, with_macros, reader = OFFICE_KINDS[parts.family]
    return (with_macros if has_macros else plain), lambda _, out: reader(parts, out)


OFFICE_KINDS: dict[str, tuple[str, str, Callable[[Parts, Collector], None]]] = {
    "word": ("docx", "docm", read_word),
    "xl": ("xlsx", "xlsm", read_workbook),
    "ppt": ("pptx", "pptm", read_presentation),
}
OTHER_KINDS = ((b"epub", "epub"), (b"opendocument.base", "odb"))
ODF_KINDS = ((b"spreadsheet", "ods"), (b"presentation", "odp"), (b"text", "odt"), (b"graphics", "odg"))


def _read_without_signature(data: bytes, job: _Job) -> None:
    """Text, or nothing we know: junk under an office name is that office file, broken."""
    end = extension(job.name)
    if not data:
        job.format = end or "empty"
        if end in OFFICE_NAMES:
            raise corrupt("an empty file under an office name")
        return
    try:
        text = decode_text(data)
    except Unreadable:
        if end in OFFICE_NAMES:
            raise corrupt("the bytes are not what the name says") from None
        raise
    separator = ("\t" if end == "tsv" else "") or looks_like_rows(text) if end in {"csv", "tsv", "xls"} else ""
    job.format = "csv" if separator else "txt"
    if separator:
        read_rows(text, separator, job.out)
        return
    if is_card(text):
        text = card_text(text)
    text, files = uuencoded(text)
    read_plain(unescaped(text), job.out)
    for name, content in files:
        job.out.embed(name, content)


def _read_html(data: bytes, out: Collector) -> None:
    read_page(decode_page(data), out)


READERS: dict[str, Callable[[bytes, Collector], None]] = {
    "pdf": read_pdf,
    "html": _read_html,
    "rtf": read_rtf,
    "eml": read_mail,
    "mhtml": read_mail,
    "mbox": read_mailbox,
    "7z": read_seven_zip,
    "rar": read_rar,
    "tar": read_tar,
    "cab": read_old_archive,
    "lha": read_old_archive,
    "iso": read_old_archive,
    "exe": read_program,
    "elf": read_program,
    "sqlite": read_database,
    "tnef": read_tnef,
}
