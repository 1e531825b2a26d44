"""Files of evidence are taken for what their bytes are; whatever acts or points outside is refused for its reason."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

import pytest
from docx import Document
from PIL import Image

from documents.word import parts_of, repacked
from inspection.documents.media_types import DOCX, JPEG, ODS, ODT, PDF, PNG, XLSX
from inspection.documents.proof_files import media_type
from inspection.documents.returned import FileFault, NotTaken
from inspection.documents.safe_opening import SHEET_MAIN

LINKS = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def word() -> bytes:
    """A page Word would write."""
    out = io.BytesIO()
    page = Document()
    page.add_paragraph("收發登記簿封面")
    page.save(out)
    return out.getvalue()


def sheet() -> bytes:
    """A table Excel would write."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_MAIN}"/></Types>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", types)
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/theme/theme1.xml", "<theme/>")
    return out.getvalue()


def open_document(body: str = "", kind: str = ODT, more: Mapping[str, str] | None = None) -> bytes:
    """An OpenDocument package."""
    out = io.BytesIO()
    content = (
        f'<office:document-content xmlns:office="{OFFICE}:office:1.0" xmlns:text="{OFFICE}:text:1.0"'
        f' xmlns:draw="{OFFICE}:drawing:1.0" xmlns:script="{OFFICE}:script:1.0" xmlns:table="{OFFICE}:table:1.0"'
        f" {LINKS}><office:body><office:text><text:p>封面</text:p>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", kind)
        for name, text in {"content.xml": content, **(more or {})}.items():
            package.writestr(name, text)
    return out.getvalue()


def picture(kind: str) -> bytes:
    """A photograph."""
    out = io.BytesIO()
    Image.new("RGB", (80, 60), (200, 180, 160)).save(out, kind)
    return out.getvalue()


def pdf(catalogue: bytes = b"", packed: bytes = b"", more: bytes = b"", end: bytes = b"\n") -> bytes:
    """A page of PDF; `packed` are objects in a compressed stream."""
    stream = zlib.compress(packed)
    objects = b"3 0 obj<</Type/ObjStm/N 1/First 4/Length %d%s>>stream%s%s\nendstream endobj\n" % (
        len(stream), more, end, stream,
    )  # fmt: skip
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R" + catalogue + b">>endobj\n"
        + b"2 0 obj<</Type/Pages/Count 0>>endobj\n"
        + (objects if packed else b"")
        # what a compressed picture may spell by chance
        + b"4 0 obj<</Length 12/Filter/DCTDecode>>stream\n/JS /3D /AA \nendstream endobj\n"
        + b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (word(), DOCX), (sheet(), XLSX), (open_document(), ODT), (open_document(kind=ODS), ODS),
        (picture("PNG"), PNG), (picture("JPEG"), JPEG), (pdf(), PDF), (pdf(packed=b"5 0 <</Type/Font>>"), PDF),
        (pdf(b"/OpenAction[3 0 R/Fit]/A<</S/URI/URI(https://www.example.gov.tw/)>>"), PDF),
        (open_document('<text:a xlink:href="https://www.example.gov.tw/">連結</text:a>'), ODT),
    ],
)  # fmt: skip
def test_what_offices_save_and_scan_is_taken(data: bytes, kind: str) -> None:
    assert media_type(data) == kind


def _with_part(data: bytes, name: str, content: bytes) -> bytes:
    return repacked(data, {name: content})


def _relation(target: str) -> bytes:
    rels = parts_of(word())["word/_rels/document.xml.rels"].decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    added = f'<Relationship Id="rIdX" Type="{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    return repacked(word(), {"word/_rels/document.xml.rels": rels.replace("</Relationships>", added).encode()})


LAUNCH = b"5 0 <</S/Launch/F(cmd.exe)>>"
RELATION = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
    b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="parts/one.xml"/>'
    b"</Relationships>"
)
REFUSED = {
    "plain text": ("佐證".encode(), FileFault.NOT_WORD),
    "an archive": (_with_part(b"PK\x05\x06" + bytes(18), "a.txt", b"a"), FileFault.NOT_WORD),
    "an old format": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 64, FileFault.OLD_FORMAT),
    "a cut picture": (picture("PNG")[:-20], FileFault.BROKEN),
    "a picture too wide": (
        picture("PNG")[:16] + b"\x00\x00\xff\xff" * 2 + picture("PNG")[24:], FileFault.PICTURE,
    ),
    "macros of Word": (_with_part(word(), "word/vbaProject.bin", b"x"), FileFault.ACTIVE),
    "a template from elsewhere": (_relation("http://192.0.2.1/t.dotm"), FileFault.ACTIVE),
    "a workbook from elsewhere": (_with_part(sheet(), "xl/externalLinks/1.xml", b"<a/>"), FileFault.OUTSIDE),
    "a query": (_with_part(sheet(), "xl/connections.xml", b"<a/>"), FileFault.OUTSIDE),
    "entities": (
        _with_part(sheet(), "xl/theme/theme1.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), FileFault.ACTIVE,
    ),
    "macros of LibreOffice": (open_document(more={"Basic/Standard/M.xml": "<a/>"}), FileFault.ACTIVE),
    "an event": (open_document("<script:event-listener/>"), FileFault.ACTIVE),
    "a picture from elsewhere": (open_document('<draw:image xlink:href="http://192.0.2.1/a.png"/>'), FileFault.OUTSIDE),
    "a section from elsewhere": (open_document('<text:section-source xlink:href="a.odt"/>'), FileFault.OUTSIDE),
    "a link that runs": (open_document('<text:a xlink:href="vnd.sun.star.script:M">a</text:a>'), FileFault.OUTSIDE),
    "a locked OpenDocument": (
        open_document(more={"META-INF/manifest.xml": "<m><encryption-data/></m>"}), FileFault.OLD_FORMAT,
    ),
    "code in a PDF": (pdf(b"/OpenAction<</S/JavaScript/JS(app.alert)>>"), FileFault.ACTIVE),
    "code under a spelt name": (pdf(b"/OpenAction<</S/J#61vaScript>>"), FileFault.ACTIVE),
    "code in packed objects": (pdf(packed=b"5 0 <</S/Launch/F(cmd.exe)>>"), FileFault.ACTIVE),
    "code between two comments": (
        pdf().replace(b"trailer", b"% stream\n9 0 obj<</S/JavaScript>>endobj\n% endstream\ntrailer"), FileFault.ACTIVE,
    ),
    "packed code behind a word": (pdf(packed=LAUNCH, more=b"/X(obj)"), FileFault.ACTIVE),
    "packed code behind another line end": (pdf(packed=LAUNCH, end=b"\r"), FileFault.ACTIVE),
    "packed code nobody announces": (pdf(packed=LAUNCH).replace(b"/Type/ObjStm", b""), FileFault.ACTIVE),
    "packed objects in another way": (pdf(packed=LAUNCH, end=b"\n\x00"), FileFault.BROKEN),
    "packed objects cut off": (
        pdf(packed=b"5 0 " + bytes(range(256)))[:200] + b"\nendstream endobj\n%%EOF\n", FileFault.BROKEN,
    ),
    "packed code with another checksum": (
        pdf(packed=LAUNCH).replace(zlib.compress(LAUNCH)[-4:], b"abcd"), FileFault.ACTIVE,
    ),
    "another PDF": (pdf(b"/OpenAction<</S/GoToR/F(a.pdf)/D[0/Fit]>>"), FileFault.OUTSIDE),
    "an address by itself": (pdf(b"/OpenAction<</S/URI/URI(http://192.0.2.1/)>>"), FileFault.OUTSIDE),
    "an address by itself, elsewhere": (
        pdf(b"/OpenAction 9 0 R>>endobj\n9 0 obj<</S/URI/URI(http://192.0.2.1/)"), FileFault.OUTSIDE,
    ),
    "what a page does when it is turned to": (pdf(b"/AA<</O 9 0 R>>"), FileFault.ACTIVE),
    "a workbook from elsewhere under another name": (
        _with_part(sheet(), "xl/_rels/workbook.xml.rels", RELATION % b"externalLink"), FileFault.OUTSIDE,
    ),
    "a call of a program": (_with_part(sheet(), "xl/one.xml", b"<a><ddeLink/></a>"), FileFault.ACTIVE),
    "a call in a cell": (_with_part(sheet(), "xl/a.xml", b"<a><f>1+cmd|'/c calc'!A0</f></a>"), FileFault.OUTSIDE),
    "a service in a cell": (_with_part(sheet(), "xl/a.xml", b"<a><f>_xlfn.WEBSERVICE(A1)</f></a>"), FileFault.OUTSIDE),
    "XML under another name": (
        _with_part(
            _with_part(word(), "word/more.dat", b"<!DOCTYPE a []><a/>"), "[Content_Types].xml",
            parts_of(word())["[Content_Types].xml"].replace(
                b"<Default", b'<Default Extension="dat" ContentType="application/xml"/><Default', 1
            ),
        ), FileFault.ACTIVE,
    ),
    "a service in a cell of LibreOffice": (
        open_document('<table:table-cell table:formula="of:=WEBSERVICE(&quot;a&quot;)"/>', ODS), FileFault.OUTSIDE,
    ),
    "files in a PDF": (pdf(b"/Names<</EmbeddedFiles 9 0 R>>"), FileFault.ACTIVE),
    "a locked PDF": (pdf().replace(b"trailer<<", b"trailer<</Encrypt 7 0 R"), FileFault.OLD_FORMAT),
    "a bomb of packed objects": (pdf(packed=b"5 0 " + bytes(41 << 20)), FileFault.TOO_LARGE),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_acts_or_points_outside_is_refused_for_its_reason(name: str) -> None:
    data, fault = REFUSED[name]
    with pytest.raises(NotTaken) as told:
        media_type(data)
    assert told.value.fault is fault
