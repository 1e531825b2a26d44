"""Forged documents are refused for the exact reason; honest ones pass."""

import io
import random
import struct
import tracemalloc
import zipfile
import zlib

import pytest

from documents.specimens import unit_checklist
from documents.word import parts_of, repacked
from inspection.documents.convert import convert_all
from inspection.documents.form_formats import open_form as examine
from inspection.documents.forms import issue_checklist
from inspection.documents.returned import FormFormat
from inspection.documents.safe_opening import MAX_ENTRIES, MAX_FILE
from inspection.errors import BadSource
from inspection.settings import TEMPLATES

FORM = issue_checklist(TEMPLATES / "checklist/unit_checklist.docx", unit_checklist(), b"key of the tests")
DOCUMENT = parts_of(FORM)["word/document.xml"].decode()
RELATIONS = parts_of(FORM)["word/_rels/document.xml.rels"].decode()
TYPES = parts_of(FORM)["[Content_Types].xml"].decode()
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_document(inserted: str) -> bytes:
    return repacked(FORM, {"word/document.xml": DOCUMENT.replace("<w:body>", f"<w:body>{inserted}", 1).encode()})


def with_relation(kind: str, target: str, mode: str = "External") -> bytes:
    added = f'<Relationship Id="rIdX" Type="{REL}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    return repacked(FORM, {"word/_rels/document.xml.rels": RELATIONS.replace("</Relationships>", added).encode()})


def field(*pieces: str) -> str:
    codes = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{codes}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


def png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))


def jpeg(width: int, height: int) -> bytes:
    return b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + bytes(8)


def duplicated() -> bytes:
    out = io.BytesIO(FORM)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/DOCUMENT.xml", DOCUMENT)
    return out.getvalue()


def forged_size() -> bytes:
    """A part that says it is small and inflates to 60 MB."""
    data = repacked(FORM, {"word/media/x.bin": bytes(60 << 20)})
    position = data.index(b"PK\1\2")
    while data[position + 46 : position + 62] != b"word/media/x.bin":
        position = data.index(b"PK\1\2", position + 4)
    return data[: position + 24] + struct.pack("<I", 100) + data[position + 28 :]


def overlapping() -> bytes:
    """Two entries of the directory point at the same bytes."""
    data = repacked(FORM, {"word/aaa1.xml": b"<a/>", "word/aaa2.xml": b"<a/>"})
    first = data.index(b"PK\1\2", data.rindex(b"word/aaa1.xml") - 50)
    second = data.index(b"PK\1\2", data.rindex(b"word/aaa2.xml") - 50)
    return data[: second + 42] + data[first + 42 : first + 46] + data[second + 46 :]


CASES = {
    "no zip": (b"hello", "not a zip"),
    "old doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .doc or encrypted"),
    "torn": (FORM[:-300], "broken zip"),
    "too large": (FORM + bytes(MAX_FILE), "file larger than 20 MB"),
    "bomb": (repacked(FORM, {"word/media/a.bin": bytes(50 << 20)}), "compressed more than 200 times"),
    "many small bombs": (
        repacked(FORM, {f"word/media/{n}.bin": bytes(1 << 20) for n in range(90)}),
        "more than 80 MB when unpacked",
    ),
    "forged size": (forged_size(), "broken zip"),
    "entries": (repacked(FORM, {f"word/media/{n}.bin": b"x" for n in range(MAX_ENTRIES)}), "more than 400 entries"),
    "duplicate": (duplicated(), "two entries of one name"),
    "overlap": (overlapping(), "overlapping entries"),
    "traversal": (repacked(FORM, {"../../etc/cron.d/x": b"x"}), "path outside the package"),
    "absolute": (repacked(FORM, {"/etc/x": b"x"}), "path outside the package"),
    "macro part": (repacked(FORM, {"word/vbaProject.bin": b"x"}), "active content: word/vbaProject.bin"),
    "executable": (repacked(FORM, {"word/media/a.exe": b"MZ"}), "active content"),
    "embedding": (repacked(FORM, {"word/embeddings/a.xlsx": b"PK"}), "active content"),
    "macro type": (
        repacked(
            FORM, {"[Content_Types].xml": TYPES.replace("document.main+xml", "document.macroEnabled.main+xml").encode()}
        ),
        "macro type",
    ),
    "no main part": (repacked(FORM, {"word/document.xml": None}), "no main part"),
    "remote template": (with_relation("attachedTemplate", "https://x.example/t.dotm"), "relationship attachedTemplate"),
    "external image": (with_relation("image", "https://x.example/a.png"), "external image"),
    "inner target outside": (
        with_relation("image", "file://x.example/a.png", "Internal"),
        "target outside the package",
    ),
    "network target": (with_relation("image", "//x.example/a.png", "Internal"), "target outside the package"),
    "program link": (with_relation("hyperlink", "ms-word:ofe|u|https://x.example/a"), "link to another place"),
    "script link": (with_relation("hyperlink", "javascript:alert(1)"), "link to another place"),
    "dde": (with_document(field(" DDEAUTO c:\\\\x ")), "field DDEAUTO"),
    "dde cut over runs": (with_document(field(" DD", "EAU", "TO x ")), "field DDEAUTO"),
    "includetext": (with_document(field(" includetext x ")), "field INCLUDETEXT"),
    "simple field": (with_document('<w:p><w:fldSimple w:instr=" INCLUDEPICTURE x "/></w:p>'), "field INCLUDEPICTURE"),
    "alt chunk": (with_document("<w:altChunk/>"), "embedded object"),
    "object": (with_document("<w:p><w:r><w:object/></w:r></w:p>"), "embedded object"),
    "dtd": (
        repacked(FORM, {"word/document.xml": b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}),
        "DTD in word/document.xml",
    ),
    "dtd in utf-16": (
        repacked(
            FORM, {"docProps/core.xml": '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16")}
        ),
        "DTD in docProps/core.xml",
    ),
    "dtd in utf-16 without a mark": (
        repacked(
            FORM,
            {"docProps/core.xml": '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16-le")},
        ),
        "DTD in docProps/core.xml",
    ),
    "dtd in ebcdic": (
        repacked(FORM, {"docProps/core.xml": '<?xml version="1.0" encoding="cp037"?><!DOCTYPE a><a/>'.encode("cp037")}),
        "in docProps/core.xml",
    ),
    "deep": (with_document("<w:a>" * 5000 + "</w:a>" * 5000), "broken XML"),
    "broken xml": (repacked(FORM, {"word/styles.xml": b"<a>"}), "broken XML in word/styles.xml"),
    "large xml": (
        repacked(FORM, {"word/styles.xml": b"<a>" + random.Random(1).randbytes(7 << 20).hex().encode() + b"</a>"}),
        "XML larger than 12 MB",
    ),
    "huge picture": (repacked(FORM, {"word/media/a.png": png(30000, 30000)}), "40 million pixels"),
    "huge photo": (repacked(FORM, {"word/media/a.jpg": jpeg(60000, 60000)}), "40 million pixels"),
    "no picture": (repacked(FORM, {"word/media/a.png": b"nonsense"}), "broken picture"),
    "metafile": (repacked(FORM, {"word/media/a.emf": b"x"}), "picture format not accepted"),
    "vector picture": (repacked(FORM, {"word/media/a.svg": b"<svg/>"}), "picture format not accepted"),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_forged_document_is_refused_for_its_reason(name: str) -> None:
    data, reason = CASES[name]
    with pytest.raises(BadSource) as caught:
        examine(data)
    assert reason in str(caught.value)


def test_a_bomb_costs_little_memory() -> None:
    tracemalloc.start()
    for name in ("bomb", "many small bombs", "forged size"):
        with pytest.raises(BadSource):
            examine(CASES[name][0])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 << 20


@pytest.mark.parametrize(
    "honest",
    [FORM, repacked(FORM, {"word/media/a.png": png(800, 600), "word/media/b.jpg": jpeg(4000, 3000)})],
    ids=["the form itself", "with pictures"],
)
def test_an_honest_form_passes(honest: bytes) -> None:
    opened = examine(honest)
    assert (opened.format, opened.remarks) == (FormFormat.WORD, ())


def test_a_web_link_passes_with_a_remark() -> None:
    assert examine(with_relation("hyperlink", "https://www.example.test/")).remarks == ("含連結",)


def test_a_form_saved_by_libreoffice_passes() -> None:
    assert examine(convert_all([FORM], "docx")[0]).format is FormFormat.WORD
