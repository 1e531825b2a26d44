"""Writes a checklist as OpenDocument text: what is asked is locked, what is answered stands open and empty.

Equal input gives equal bytes. Read back by `form_open`. Controls are written as LibreOffice 7.4 and later read them;
a program that knows none shows a cell to write in, which is read as well. No prompt stands where somebody writes: it
would be printed, and LibreOffice would leave its grey to what is typed over it.
"""
# ruff: noqa: E501 - an XML element is easier to check on one line

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, cast
from xml.sax.saxutils import escape, quoteattr

from inspection.documents.form_body import EMPTY_FIELD
from inspection.documents.kind import Head
from inspection.documents.kinds.checklist import COLUMNS, SIGNED_BY, Question, UnitChecklist, beside
from inspection.documents.media_types import ODT
from inspection.documents.package import pack, store, write
from inspection.documents.render import Properties
from inspection.documents.template_language import printable
from inspection.vocabulary import Control

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = " ".join((
    *(f'xmlns:{one}="{_OASIS}:{one}:1.0"' for one in ("office", "style", "text", "table", "meta")),
    f'xmlns:svg="{_OASIS}:svg-compatible:1.0"',
    f'xmlns:fo="{_OASIS}:xsl-fo-compatible:1.0"',
    'xmlns:dc="http://purl.org/dc/elements/1.1/"',
    'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"',
    'office:version="1.3"',
))  # fmt: skip
_DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FONT, _LATIN = "標楷體", "Times New Roman"
_INK, _SMALL, _BAR, _LINE, _OPEN, _BAND, _RED = (
    "#1f2a37",
    "#5b6675",
    "#2f5d8c",
    "#b4bcc9",
    "#fffbe8",
    "#eef2f7",
    "#b3261e",
)
_FACTS = (2.4, 6.1, 2.4, 6.1)  # widths of columns in cm, 17 together
_ROWS = (2.1, 6.6, 2.0, 1.6, 4.7)
_LAST = (3.4, 13.6)
_SIGNS = (4.25, 4.25, 4.25, 4.25)
_CODE, _ASKED, _HEADING, _LABEL, _FIXED, _WRITTEN, _SIGNED = (
    "code",
    "asked",
    "heading",
    "label",
    "fixed",
    "written",
    "signed",
)


def text_form(context: Mapping[str, Any], properties: Properties) -> bytes:
    """The form (.odt) of a `UnitChecklist` with its `Head`; `properties.custom` is the identity it bears."""
    asked, head = cast("UnitChecklist", context), cast("Head", context)
    parts = {
        "content.xml": _content(asked, head),
        "styles.xml": _styles(head),
        "meta.xml": _meta(properties),
        "META-INF/manifest.xml": _manifest(("content.xml", "styles.xml", "meta.xml")),
    }
    return write([store("mimetype", ODT.encode()), *(pack(name, text.encode()) for name, text in parts.items())])


def _manifest(parts: Sequence[str]) -> str:
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{one}" manifest:media-type="text/xml"/>' for one in parts
    )
    return (
        f'{_DECLARED}<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{ODT}"/>{listed}</manifest:manifest>'
    )


def _meta(properties: Properties) -> str:
    said = {"dc:title": properties.title, "meta:initial-creator": properties.author}
    body = "".join(f"<{tag}>{_text(words)}</{tag}>" for tag, words in said.items() if words)
    if properties.created is not None:
        moment = properties.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        body += f"<meta:creation-date>{moment}</meta:creation-date><dc:date>{moment}</dc:date>"
    own = "".join(
        f'<meta:user-defined meta:name={quoteattr(name)} meta:value-type="string">{_text(value)}</meta:user-defined>'
        for name, value in properties.custom.items()
    )
    return f"{_DECLARED}<office:document-meta {_NAMES}><office:meta>{body}<dc:language>zh-TW</dc:language>{own}</office:meta></office:document-meta>"


# ---- what stands in the text ------------------------------------------------------------------------------------------


def _content(asked: UnitChecklist, head: Head) -> str:
    told = f"表單編號：{asked['form_number']}　　版次：{asked['version']}　　回復期限：{asked['due']}"
    facts = [
        [
            _fixed("受檢單位", _LABEL),
            _fixed(asked["unit"], _FIXED),
            _fixed("檢查期間", _LABEL),
            _fixed(asked["period"], _FIXED),
        ],
        [_fixed("填表人", _LABEL), _open(), _fixed("填表日期", _LABEL), _open(_control("form.date", _DATE))],
    ]
    heading = "".join(_fixed(words, _HEADING) for words in COLUMNS)
    body = "".join((
        _paragraph(f"{head['agency']}{head['office']}", "issuer"),
        f'<text:h text:style-name="title" text:outline-level="1">{_text(asked["title"])}</text:h>',
        _paragraph(told, "told"),
        _table("facts", _FACTS, facts),
        *(_paragraph(f"{number}、{line}", "note") for number, line in enumerate(asked["instructions"], 1)),
        _table("statements", _ROWS, [_question(one) for one in asked["questions"]], heading=heading),
        _paragraph("", "gap"),
        _table("opinion", _LAST, [[_fixed("受檢單位意見", _LABEL), _open()]], row="tall"),
        _paragraph("", "gap"),
        _table("signatures", _SIGNS, [[_signature(who) for who in SIGNED_BY]], row="tall"),
    ))  # fmt: skip
    return (
        f"{_DECLARED}<office:document-content {_NAMES}><office:automatic-styles>{_looks()}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )


def _question(one: Question) -> list[str]:
    statement = _paragraph(one["statement"], "plain") + "".join(_paragraph(line, "small") for line in beside(one))
    return [
        _fixed(one["code"], _CODE),
        _cell(statement, _ASKED, is_locked=True),
        _open(_result(one), "chosen"),
        _open(_control(f"{one['code']}.mended", _BOX, shown="☐"), "chosen"),
        _open(),
    ]


def _result(one: Question) -> str:
    if one["control"] == Control.LINE:
        return ""
    if one["control"] == Control.DATE:
        return _control(f"{one['code']}.result", _DATE)
    items = "".join(
        f"<loext:list-item loext:display-text={quoteattr(printable(words))} loext:value={quoteattr(value)}/>"
        for value, words in cast("Mapping[str, str]", one["words"]).items()
    )
    return _control(f"{one['code']}.result", 'loext:dropdown="true"', before=items)


_DATE = 'loext:date="true" loext:date-format="yyyy/M/d" loext:date-rfc-language-tag="zh-TW"'
_BOX = 'loext:checkbox="true" loext:checked="false" loext:checked-state="☑" loext:unchecked-state="☐"'


def _control(tag: str, kind: str, *, before: str = "", shown: str = EMPTY_FIELD) -> str:
    hint = ' loext:showing-place-holder="true"' if shown == EMPTY_FIELD else ""
    return f'<loext:content-control loext:tag="{tag}"{hint} {kind}>{before}{_text(shown)}</loext:content-control>'


def _signature(who: str) -> str:
    return _cell(
        _paragraph(who, "label") + _paragraph("", "room") + _paragraph("　　年　　月　　日", "dated"),
        _SIGNED,
        is_locked=False,
    )


def _fixed(words: str, look: str) -> str:
    return _cell(_paragraph(words, look), look, is_locked=True)


def _open(inside: str = "", look: str = _WRITTEN) -> str:
    return _cell(f'<text:p text:style-name="{look}">{inside}</text:p>', _WRITTEN, is_locked=False)


def _cell(body: str, look: str, *, is_locked: bool) -> str:
    locked = ' table:protected="true"' if is_locked else ""
    return (
        f'<table:table-cell table:style-name="cell-{look}" office:value-type="string"{locked}>{body}</table:table-cell>'
    )


def _table(
    name: str, widths: Sequence[float], rows: Sequence[Sequence[str]], *, heading: str = "", row: str = "row"
) -> str:
    columns = "".join(f'<table:table-column table:style-name="width-{width:g}"/>' for width in widths)
    repeated = f'<table:table-header-rows><table:table-row table:style-name="row">{heading}</table:table-row></table:table-header-rows>'
    body = "".join(f'<table:table-row table:style-name="{row}">{"".join(cells)}</table:table-row>' for cells in rows)
    return f'<table:table table:name="{name}" table:style-name="table">{columns}{repeated if heading else ""}{body}</table:table>'


def _paragraph(words: str, style: str) -> str:
    return f'<text:p text:style-name="{style}">{_text(words)}</text:p>'


def _text(words: str) -> str:
    return escape(printable(words))


# ---- how it looks -----------------------------------------------------------------------------------------------------


def _looks() -> str:
    widths = sorted({*_FACTS, *_ROWS, *_LAST, *_SIGNS})
    line = f'fo:border="0.5pt solid {_LINE}" fo:padding="0.12cm" style:vertical-align="middle"'
    fills = {
        _CODE: "", _ASKED: "", _FIXED: "", _SIGNED: "", _HEADING: f' fo:background-color="{_BAR}"',
        _LABEL: f' fo:background-color="{_BAND}"', _WRITTEN: f' fo:background-color="{_OPEN}"',
    }  # fmt: skip
    return "".join((
        '<style:style style:name="table" style:family="table"><style:table-properties style:width="17cm" table:align="center" fo:margin-top="0.15cm" fo:margin-bottom="0.15cm"/></style:style>',
        *(f'<style:style style:name="width-{one:g}" style:family="table-column"><style:table-column-properties style:column-width="{one:g}cm"/></style:style>' for one in widths),
        '<style:style style:name="row" style:family="table-row"><style:table-row-properties fo:keep-together="always"/></style:style>',
        '<style:style style:name="tall" style:family="table-row"><style:table-row-properties style:min-row-height="1.6cm" fo:keep-together="always"/></style:style>',
        *(f'<style:style style:name="cell-{name}" style:family="table-cell"><style:table-cell-properties {line}{fill}/></style:style>' for name, fill in fills.items()),
        _look("issuer", size=12, colour=_SMALL),
        _look("title", size=18, is_bold=True, around=0.1),
        _look("told", size=10, colour=_SMALL, around=0.1),
        _look("note", size=10, colour=_SMALL),
        _look("plain"),
        _look("small", size=9, colour=_SMALL),
        *(_look(name) for name in (_FIXED, _WRITTEN)),
        *(_look(name, align="center") for name in ("chosen", "dated")),
        *(_look(name, align="center", is_bold=True) for name in (_CODE, _LABEL)),
        _look(_HEADING, align="center", is_bold=True, colour="#ffffff"),
        _look("gap", size=6),
        _look("room", size=22),
    ))  # fmt: skip


def _look(
    name: str, *, size: int = 11, colour: str = _INK, align: str = "start", is_bold: bool = False, around: float = 0
) -> str:
    weight = ' fo:font-weight="bold" style:font-weight-asian="bold"' if is_bold else ""
    return (
        f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="Standard">'
        f'<style:paragraph-properties fo:text-align="{align}" fo:margin-top="{around:g}cm" fo:margin-bottom="{around:g}cm" fo:line-height="112%"/>'
        f'<style:text-properties fo:font-size="{size}pt" style:font-size-asian="{size}pt" fo:color="{colour}"{weight}/></style:style>'
    )


def _styles(head: Head) -> str:
    frame = head["frame"]
    above = "　".join(filter(None, (frame["mark"], frame["declassification"], frame["watermark"])))
    identifier = f"識別碼 {frame['identifier']}" if frame["identifier"] else ""
    foot = (
        f'{_text(identifier)}<text:tab/>第 <text:page-number text:select-page="current">1</text:page-number> 頁，'
        f"共 <text:page-count>1</text:page-count> 頁<text:tab/>{_text(frame['hotline'])}"
    )
    fonts = "".join(f'<style:font-face style:name="{one}" svg:font-family="{one}"/>' for one in (_LATIN, _FONT))
    stops = '<style:tab-stops><style:tab-stop style:position="8.5cm" style:type="center"/><style:tab-stop style:position="17cm" style:type="right"/></style:tab-stops>'
    around = '<style:header-footer-properties fo:min-height="0.8cm" fo:margin-{0}="0.3cm"/>'
    return (
        f"{_DECLARED}<office:document-styles {_NAMES}>"
        f"<office:font-face-decls>{fonts}</office:font-face-decls>"
        '<office:styles><style:default-style style:family="paragraph"><style:text-properties '
        f'style:font-name="{_LATIN}" style:font-name-asian="{_FONT}" fo:font-size="11pt" style:font-size-asian="11pt" '
        'fo:language="zh" fo:country="TW" style:language-asian="zh" style:country-asian="TW"/></style:default-style>'
        '<style:style style:name="Standard" style:family="paragraph" style:class="text"/></office:styles>'
        '<office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" '
        'fo:page-height="29.7cm" style:print-orientation="portrait" fo:margin-top="1.2cm" fo:margin-bottom="1cm" fo:margin-left="2cm" fo:margin-right="2cm"/>'
        f"<style:header-style>{around.format('bottom')}</style:header-style><style:footer-style>{around.format('top')}</style:footer-style></style:page-layout>"
        '<style:style style:name="above" style:family="paragraph"><style:paragraph-properties fo:text-align="center"/>'
        f'<style:text-properties fo:font-size="14pt" style:font-size-asian="14pt" fo:font-weight="bold" style:font-weight-asian="bold" fo:color="{_RED}"/></style:style>'
        f'<style:style style:name="foot" style:family="paragraph"><style:paragraph-properties>{stops}</style:paragraph-properties>'
        f'<style:text-properties fo:font-size="9pt" style:font-size-asian="9pt" fo:color="{_SMALL}"/></style:style></office:automatic-styles>'
        f'<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"><style:header>{_paragraph(above, "above")}</style:header>'
        f'<style:footer><text:p text:style-name="foot">{foot}</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>'
    )
