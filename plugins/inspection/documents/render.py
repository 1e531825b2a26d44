"""Fills a Word template with plain data: strict, escaped, sandboxed, and byte for byte the same for equal input."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from xml.parsers import expat

from jinja2 import Template, TemplateError, TemplateSyntaxError, UndefinedError
from lxml import etree
from markupsafe import escape

from inspection.documents import charts, paper_code
from inspection.documents.package import PackedPart, pack, read, write
from inspection.documents.template_language import environment, printable, require_plain
from inspection.documents.template_source import CONTROL_ID, jinja_source
from inspection.errors import BadSource, Place
from inspection.language import speak

TEMPLATED = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml$")
ENVIRONMENT = environment({"chart": charts.chart, "bar": charts.bar, "qr": paper_code.qr})
_OURS = re.compile(r"docProps/(core|app|custom)\.xml$|docProps/thumbnail\.|word/stylesWithEffects\.xml$|customXml/")
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CORE_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_OFFICE_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE_TYPE = "application/vnd.openxmlformats-officedocument"
_DATA_PART = "customXml/item1.xml"
_UNDEFINED = re.compile(r"'([^']+)' is undefined|has no (?:attribute|element) '?([^']+?)'?$")


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself. `custom` goes to docProps/custom.xml (a form's identity), `created` is in UTC.

    `data` is one XML part that travels along unseen (a form's identity again); it must name a namespace of ours.
    """

    title: str = ""
    subject: str = ""
    author: str = ""
    category: str = ""
    created: datetime | None = None
    custom: Mapping[str, str] = field(default_factory=dict)
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A template read once: what never changes is already deflated, the rest is Jinja code."""

    name: str
    fixed: tuple[PackedPart, ...]
    templates: tuple[tuple[str, Template], ...]
    types: str
    document_relations: str
    package_relations: str


def render(template: Path, context: Mapping[str, object], *, properties: Properties | None = None) -> bytes:
    """The template filled with `context`, as a .docx.

    `context` holds text, numbers, lists and dicts only. Equal input gives equal bytes. Raises BadSource, naming
    template and field, for a missing template, an unknown field, a value that is not plain, or what a template may
    not say. Measured by tests/bench/bench_documents.py.
    """
    require_plain(dict(context))
    compiled = _compile(template)
    drawings = charts.Drawings()
    values = {**context, charts.COLLECTOR: drawings}
    filled = [pack(name, _fill(compiled.name, name, code, values)) for name, code in compiled.templates]
    return write(_assemble(compiled, filled, drawings, properties or Properties()))


def fingerprint(context: Mapping[str, object]) -> str:
    """SHA-256 of a context in canonical form, 64 hex digits; what is approved is bound to it."""
    require_plain(dict(context))
    canonical = json.dumps(context, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


OF_MAKING = frozenset({"date", "record_seal"})
"""What a paper says of its own making; no fact: the same facts another day are the same paper."""


def fingerprint_of_facts(context: Mapping[str, object]) -> str:
    """`fingerprint` without what a paper says of its own making."""
    return fingerprint({name: value for name, value in context.items() if name not in OF_MAKING})


def _compile(template: Path) -> _Compiled:
    try:
        stat = template.stat()
    except OSError:
        raise BadSource(
            speak("缺少範本", "the template is missing"),
            place=template,
            remedy=speak("請還原 templates/ 內之檔案，或指定其他範本", "restore it from templates/ or name another"),
        ) from None
    return _compiled(template, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=64)
def _compiled(template: Path, _modified_ns: int, _size: int) -> _Compiled:
    try:
        parts = read(template.read_bytes())
    except (OSError, zipfile.BadZipFile):
        raise BadSource(
            speak("範本不是 Word 文件（.docx）", "the template is no Word document (.docx)"), place=template
        ) from None
    if "word/document.xml" not in parts or "[Content_Types].xml" not in parts:
        raise BadSource(
            speak("範本不是 Word 文件（.docx）", "the template is no Word document (.docx)"), place=template
        )
    fixed, codes = [], []
    types = _without(parts.pop("[Content_Types].xml").decode(), "Override", "PartName")
    relations = _without(
        parts.pop("word/_rels/document.xml.rels", b"<Relationships/>").decode(), "Relationship", "Target"
    )
    package = _without(parts.pop("_rels/.rels").decode(), "Relationship", "Target")
    for name, data in parts.items():
        if _OURS.match(name):
            continue
        code = _code(template, name, data) if TEMPLATED.match(name) else None
        if code is None:
            fixed.append(pack(name, data))
        else:
            codes.append((name, code))
    return _Compiled(template.name, tuple(fixed), tuple(codes), types, relations, package)


def _without(listing: str, element: str, attribute: str) -> str:
    """A content-type or relationship list without the parts we write ourselves."""
    ours = re.compile(
        rf'<{element}\b[^>]*\b{attribute}="/?(?:\.\./)?'
        r'(?:docProps/(?:core|app|custom)\.xml|docProps/thumbnail[^"]*|(?:word/)?stylesWithEffects\.xml|customXml/[^"]*)"[^>]*/>'
    )
    return ours.sub("", listing)


def _code(template: Path, part: str, data: bytes) -> Template | None:
    try:
        source = jinja_source(data)
        return None if source is None else ENVIRONMENT.from_string(source)
    except TemplateSyntaxError as error:
        problem = speak("範本語法有誤", f"the template cannot be read: {error.message}")
        raise BadSource(problem, place=Place(template.name, field=part)) from None
    except etree.XMLSyntaxError as error:
        raise BadSource(
            speak("範本之 XML 毀損", f"broken XML: {error.msg}"), place=Place(template.name, field=part)
        ) from None
    except BadSource as error:
        raise BadSource(error.problem, place=Place(template.name, field=part), remedy=error.remedy) from None


def _fill(template: str, part: str, code: Template, values: Mapping[str, object]) -> bytes:
    try:
        text = code.render(values)
    except UndefinedError as error:
        message = error.message or ""
        found = _UNDEFINED.search(message)
        name = next((group for group in found.groups() if group), message) if found else message
        raise BadSource(
            speak(
                f"範本使用未提供之欄位：{name}（位於 {part}）",
                f"the template asks for a field that is not given: {name} (in {part})",
            ),
            place=Place(template, field=name),
        ) from None
    except TemplateError as error:
        raise BadSource(
            speak("範本內容不獲允許", f"refused: {error.message}"), place=Place(template, field=part)
        ) from None
    except BadSource as error:
        raise BadSource(error.problem, place=Place(template, field=part), remedy=error.remedy) from None
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        # The message of such an error may hold data.
        raise BadSource(
            speak(
                f"範本含無法計算之運算（{type(error).__name__}）",
                f"the template computes with what cannot be computed ({type(error).__name__})",
            ),
            place=Place(template, field=part),
        ) from None
    # A cell whose every paragraph fell away would make Word call the file broken.
    text = text.replace("</w:tcPr></w:tc>", "</w:tcPr><w:p/></w:tc>")
    data = _numbered_controls(text).encode()
    # Well-formed or nothing: no repair that might lose text. Expat builds no tree and costs a sixth of lxml here.
    expat.ParserCreate().Parse(data, True)
    return _DECLARATION.encode() + data


def _numbered_controls(text: str) -> str:
    """Ids inside a loop come out many times; Word wants each once."""
    pieces = text.split(CONTROL_ID)
    numbered = [f'<w:id w:val="{number}"/>{piece}' for number, piece in enumerate(pieces[1:], 100_001)]
    return "".join((pieces[0], *numbered))


def _assemble(
    compiled: _Compiled, filled: list[PackedPart], drawings: charts.Drawings, properties: Properties
) -> list[PackedPart]:
    types, relations, package = [], [], []
    made = [pack("docProps/core.xml", core_part(properties))]
    types.append(("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"))
    package.append(("rIdCore", _CORE_RELATION, "docProps/core.xml"))
    if properties.custom:
        made.append(pack("docProps/custom.xml", custom_part(properties.custom)))
        types.append(("/docProps/custom.xml", f"{_OFFICE_TYPE}.custom-properties+xml"))
        package.append(("rIdCustom", f"{_OFFICE_RELATION}/custom-properties", "docProps/custom.xml"))
    if properties.data is not None:
        made.append(pack(_DATA_PART, properties.data))
        relations.append(("rIdData", f"{_OFFICE_RELATION}/customXml", f"../{_DATA_PART}"))
    for number, xml in enumerate(drawings.charts, 1):
        made.append(pack(f"word/charts/chart{number}.xml", xml))
        types.append((f"/word/charts/chart{number}.xml", charts.CONTENT_TYPE))
        relations.append((charts.relation_id(number), charts.RELATION, f"charts/chart{number}.xml"))
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types)
    return [
        pack("[Content_Types].xml", compiled.types.replace("</Types>", f"{overrides}</Types>").encode()),
        pack("_rels/.rels", _related(compiled.package_relations, package)),
        *compiled.fixed,
        pack("word/_rels/document.xml.rels", _related(compiled.document_relations, relations)),
        *filled,
        *made,
    ]


def _related(listing: str, relations: list[tuple[str, str, str]]) -> bytes:
    added = "".join(f'<Relationship Id="{i}" Type="{kind}" Target="{target}"/>' for i, kind, target in relations)
    return listing.replace("</Relationships>", f"{added}</Relationships>").encode()


def core_part(properties: Properties) -> bytes:
    """What the file says of itself, as docProps/core.xml."""
    fields = (
        ("dc:title", properties.title),
        ("dc:subject", properties.subject),
        ("dc:creator", properties.author),
        ("cp:category", properties.category),
    )
    body = "".join(f"<{tag}>{escape(printable(text))}</{tag}>" for tag, text in fields if text)
    if properties.created is not None:
        moment = properties.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for tag in ("dcterms:created", "dcterms:modified"):
            body += f'<{tag} xsi:type="dcterms:W3CDTF">{moment}</{tag}>'
    return (
        f'{_DECLARATION}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{body}<dc:language>zh-TW</dc:language>'
        "</cp:coreProperties>"
    ).encode()


def custom_part(custom: Mapping[str, str]) -> bytes:
    """Properties of our own, as docProps/custom.xml."""
    body = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="{escape(name)}">'
        f"<vt:lpwstr>{escape(printable(value))}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(custom.items(), 2)
    )
    return (
        f'{_DECLARATION}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        f'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{body}</Properties>'
    ).encode()
