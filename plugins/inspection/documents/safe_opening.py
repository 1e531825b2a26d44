"""The gate for office packages from outside: nothing is read before size, structure and content have been examined.

Pure (bytes in, plain data out), so that a sandboxed worker can run it. Limits and refusals come from a laboratory
with 21 forged files: python-docx alone took 2.1 GB for a file of 1 MB and opened macros, remote templates and DDE.
"""

from __future__ import annotations

import codecs
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Mapping
from urllib.parse import unquote

from lxml import etree

from inspection.documents.returned import FileFault, NotTaken
from inspection.language import speak

# A confined worker can load nothing later: names without the UTF-8 flag are decoded as cp437, parts by their mark.
for _codec in ("cp437", "utf-16", "utf-16-le", "utf-16-be"):
    codecs.lookup(_codec)

MAX_FILE = 20 << 20
MAX_ENTRIES = 400
MAX_TOTAL = 80 << 20
MAX_PART = 30 << 20
MAX_XML = 12 << 20
MAX_RATIO = 200
MAX_PIXELS = 40_000_000
_RATIO_FROM = 1 << 20

WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_ACTIVE_NAME = re.compile(
    r"vbaProject|vbaData|/activeX/|oleObject|/embeddings/|attachedToolbars|\.(exe|dll|js|vbs|bat|cmd|lnk|hta|scr|ps1)$",
    re.IGNORECASE,
)
_ACTIVE_RELATION = frozenset({
    "attachedTemplate", "oleObject", "aFChunk", "frame", "subDocument", "control", "vbaProject", "package",
    "xlMacrosheet", "xlIntlMacrosheet",
})  # fmt: skip
_ACTIVE_TYPES = ("macroenabled", "macrosheet", "vba", "activex")
# data of other workbooks, of databases and of the network, whatever the part is called
_OUTSIDE_RELATION = frozenset({"externalLink", "externalLinkPath", "connections", "queryTable", "webextension"})
_ACTIVE_ELEMENTS = ("altChunk", "object", "control", "ddeLink", "oleLink")
_FORMULAS = tuple(
    f"{{*}}{one}" for one in ("f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula")
)
_QUOTED = re.compile(r'"[^"]*"')
# functions that fetch or call something, and the way Excel writes a call of another program: cmd|'/c calc'!A0
_FETCHES = re.compile(r"(?<![A-Za-z0-9_])(DDE|WEBSERVICE|IMAGE|RTD)\s*\(|[A-Za-z0-9_.]+\|'?[^'!]*'?!", re.IGNORECASE)
_ACTIVE_FIELD = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|MACROBUTTON|DATABASE|QUOTE)\b", re.IGNORECASE
)
PICTURE = re.compile(r"\.(png|jpe?g|gif|bmp)$", re.IGNORECASE)
REFUSED_PICTURE = re.compile(r"\.(emf|wmf|svg|tiff?|eps)$", re.IGNORECASE)
_THUMBNAIL = re.compile(r"docProps/thumbnail\.", re.IGNORECASE)
# A link is followed by nobody here; Word makes one of each path or address somebody types. What would run something
# when clicked (javascript:, ms-…:) is refused.
LINK = re.compile(r"(https?|mailto|file|ftp|tel):|[^:]*$|[a-z]:[\\/]", re.IGNORECASE)


def unpacked(data: bytes) -> dict[str, bytes]:
    """The parts of an untrusted package by name; raises NotTaken before anything is read that should not be."""
    return _inflate(data, _entries(data))


def check_parts(parts: Mapping[str, bytes]) -> list[str]:
    """Looks into every part of an office package (OOXML) for what would act, point outside or is a picture we do not
    take; raises NotTaken, tells what a person may want to know."""
    remarks: list[str] = []
    called_xml = _called_xml(parts)
    for name, content in parts.items():
        lower = name.lower()
        if lower.endswith(".rels"):
            _check_relations(name, content, remarks)
        elif lower.endswith((".xml", ".vml")) or lower in called_xml:
            _check_xml(name, content)
        elif _THUMBNAIL.match(name):
            continue  # a picture of the first page that Word lays beside; nothing opens it
        elif REFUSED_PICTURE.search(name):
            raise NotTaken(FileFault.PICTURE, f"picture format not accepted: {name}")
        elif PICTURE.search(name):
            check_picture(name, content)
        else:
            remarks.append(speak(f"不明部分 {name}", f"unknown part {name}"))
    return remarks


def _called_xml(parts: Mapping[str, bytes]) -> frozenset[str]:
    """Parts (lower case) that the package itself calls XML: an office program reads them whatever their name."""
    endings: set[str] = set()
    names: set[str] = set()
    for element in parse_xml(parts["[Content_Types].xml"], "[Content_Types].xml"):
        kind = element.get("ContentType", "").partition(";")[0].strip().lower()
        if kind.endswith(("+xml", "/xml")):
            endings.add(element.get("Extension", "").lower())
            names.add(unquote(element.get("PartName", "")).lstrip("/").lower())
    lower = {name.lower() for name in parts}
    return frozenset(one for one in lower if one in names or one.rpartition(".")[2] in endings - {""})


def require_no_fetch(formula: str, name: str) -> None:
    """Refuses a formula of a table that would fetch something or call another program; raises NotTaken."""
    if _FETCHES.search(_QUOTED.sub('""', formula)):
        raise NotTaken(FileFault.OUTSIDE, f"formula with data from elsewhere in {name}")


def parse_xml(content: bytes, name: str = "xml") -> etree._Element:
    """One XML part without entities, DTD, comments or network; raises NotTaken."""
    if len(content) > MAX_XML:
        raise NotTaken(FileFault.TOO_LARGE, f"XML larger than {MAX_XML >> 20} MB: {name}")
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    head = content.decode(encoding, "replace")
    if "<!DOCTYPE" in head or "<!ENTITY" in head:
        raise NotTaken(FileFault.ACTIVE, f"DTD in {name}")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NotTaken(FileFault.BROKEN, f"broken XML in {name}") from None
    # A DTD in an encoding the text search did not see.
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotTaken(FileFault.ACTIVE, f"DTD in {name}")
    return root


def _entries(data: bytes) -> list[zipfile.ZipInfo]:
    if len(data) > MAX_FILE:
        raise NotTaken(FileFault.TOO_LARGE, f"file larger than {MAX_FILE >> 20} MB")
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise NotTaken(
            FileFault.OLD_FORMAT,
            "old .doc or encrypted document",
            remedy="save it as .docx or .odt without a password and return it again",
        )
    if data[:4] != b"PK\3\4":
        raise NotTaken(FileFault.NOT_WORD, "no office package: not a zip", remedy="return the form as .docx or .odt")
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError):
        raise NotTaken(FileFault.BROKEN, "broken zip") from None
    if len(entries) > MAX_ENTRIES:
        raise NotTaken(FileFault.TOO_LARGE, f"more than {MAX_ENTRIES} entries")
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise NotTaken(FileFault.BROKEN, "two entries of one name")
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise NotTaken(FileFault.TOO_LARGE, f"more than {MAX_TOTAL >> 20} MB when unpacked")
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        _check_entry(entry)
        if entry.header_offset < end:
            raise NotTaken(FileFault.BROKEN, "overlapping entries")
        end = _end_of(data, entry)
    return entries


def _end_of(data: bytes, entry: zipfile.ZipInfo) -> int:
    header = data[entry.header_offset : entry.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\3\4":
        raise NotTaken(FileFault.BROKEN, "broken zip")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    return int(entry.header_offset + 30 + name_length + extra_length + entry.compress_size)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if entry.flag_bits & 1:
        raise NotTaken(FileFault.OLD_FORMAT, "encrypted entry")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise NotTaken(FileFault.BROKEN, "unusual compression")
    if name.startswith("/") or ".." in name.split("/") or "\\" in entry.orig_filename or ":" in name:
        raise NotTaken(FileFault.ACTIVE, f"path outside the package: {name}")
    if entry.file_size > _RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise NotTaken(FileFault.TOO_LARGE, f"compressed more than {MAX_RATIO} times: {name}")
    if _ACTIVE_NAME.search(name):
        raise NotTaken(FileFault.ACTIVE, f"active content: {name}")


def _inflate(data: bytes, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """All parts, counting the bytes that really come out: what the header says is not believed."""
    parts: dict[str, bytes] = {}
    total = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in entries:
            if entry.is_dir():
                continue
            room = min(MAX_PART, MAX_TOTAL - total)
            try:
                with archive.open(entry) as stream:
                    content = stream.read(room + 1)
            except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError, struct.error):
                raise NotTaken(FileFault.BROKEN, f"broken zip: {entry.filename}") from None
            if len(content) > room:
                raise NotTaken(FileFault.TOO_LARGE, f"part larger than {MAX_PART >> 20} MB: {entry.filename}")
            total += len(content)
            parts[entry.filename] = content
    return parts


def main_part(parts: Mapping[str, bytes], kinds: Collection[str]) -> tuple[str, str]:
    """Name and content type of the main part of an office package, one of `kinds`; raises NotTaken where it holds
    macros or is of another kind."""
    if "[Content_Types].xml" not in parts:
        raise NotTaken(FileFault.NOT_WORD, "no .docx: [Content_Types].xml is missing")
    main = kind_of_main = ""
    for element in parse_xml(parts["[Content_Types].xml"], "[Content_Types].xml"):
        kind = element.get("ContentType", "")
        if any(active in kind.lower() for active in _ACTIVE_TYPES):
            raise NotTaken(FileFault.ACTIVE, f"macro type: {kind}")
        if kind in kinds:
            main, kind_of_main = element.get("PartName", "").lstrip("/"), kind
    if main not in parts:
        raise NotTaken(FileFault.NOT_WORD, "no .docx: no main part")
    if not main.lower().endswith(".xml"):  # no office program writes it so, and not every reader would find it
        raise NotTaken(FileFault.BROKEN, f"main part of an unusual name: {main}")
    return main, kind_of_main


def _check_relations(name: str, content: bytes, remarks: list[str]) -> None:
    for relation in parse_xml(content, name):
        kind = relation.get("Type", "").rsplit("/", 1)[-1]
        target = relation.get("Target", "")
        if kind in _ACTIVE_RELATION:
            raise NotTaken(FileFault.ACTIVE, f"relationship {kind} in {name}")
        if kind in _OUTSIDE_RELATION:
            raise NotTaken(FileFault.OUTSIDE, f"relationship {kind} in {name}")
        if relation.get("TargetMode", "").lower() != "external":
            if ":" in target or target.startswith(("//", "\\\\")):
                raise NotTaken(FileFault.OUTSIDE, f"target outside the package in {name}")
            continue
        if kind != "hyperlink":
            raise NotTaken(FileFault.OUTSIDE, f"external {kind} in {name}")
        if not LINK.match(target):
            raise NotTaken(FileFault.OUTSIDE, f"link to another place than an address or a path in {name}")
        remarks.append(speak("含連結", "holds a link"))


def _check_xml(name: str, content: bytes) -> None:
    root = parse_xml(content, name)
    # A field may be cut over runs; joined without a gap it cannot hide.
    codes = "".join(element.text or "" for element in root.iter("{*}instrText", "{*}delInstrText"))
    simple = (value for element in root.iter("{*}fldSimple") for value in element.attrib.values())
    codes += " " + " ".join(str(value) for value in simple)
    found = _ACTIVE_FIELD.search(codes)
    if found:
        raise NotTaken(FileFault.ACTIVE, f"field {found.group(0).upper()} in {name}")
    if next(root.iter(*(f"{{*}}{one}" for one in _ACTIVE_ELEMENTS)), None) is not None:
        raise NotTaken(FileFault.ACTIVE, f"embedded object in {name}")
    for element in root.iter(*_FORMULAS):
        require_no_fetch(element.text or "", name)


def check_picture(name: str, content: bytes) -> None:
    """Refuses a picture that is broken or larger than a screen can show; raises NotTaken."""
    size = _pixels(content)
    if size is None:
        raise NotTaken(FileFault.PICTURE, f"broken picture: {name}")
    if size[0] * size[1] > MAX_PIXELS:
        raise NotTaken(FileFault.PICTURE, f"picture of more than {MAX_PIXELS // 1_000_000} million pixels: {name}")


def _pixels(content: bytes) -> tuple[int, int] | None:
    """Width and height as the header of a PNG, GIF, BMP or JPEG says."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return struct.unpack(">II", content[16:24])
        if content.startswith((b"GIF87a", b"GIF89a")):
            return struct.unpack("<HH", content[6:10])
        if content.startswith(b"BM"):
            width, height = struct.unpack("<ii", content[18:26])
            return abs(width), abs(height)
        if content.startswith(b"\xff\xd8"):
            return _jpeg_pixels(content)
    except struct.error:
        return None
    return None


def _jpeg_pixels(content: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        (length,) = struct.unpack(">H", content[position + 2 : position + 4])
        position += 2 + length
    return None
