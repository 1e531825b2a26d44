"""OpenDocument written as one XML: header, footer, frame, struck text and pictures read as in the package."""

from __future__ import annotations

import pytest

from inspection.extraction.read import read_file
from inspection.vocabulary import ReadReason, ReadStatus, Zone

OWN = ("office", "text", "table", "style")
SPACES = " ".join(
    [
        *(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in OWN),
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"',
        'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"',
    ]
)


def flat(body: str, *, kind: str = "text", masters: str = "", styles: str = "") -> bytes:
    """A flat file of one kind of document."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {SPACES} office:version="1.2" '
        f'office:mimetype="application/vnd.oasis.opendocument.{kind}">'
        '<office:meta><meta:user-defined meta:name="密等">限閱</meta:user-defined></office:meta>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:master-styles>{masters}</office:master-styles><office:body>{body}</office:body></office:document>"
    ).encode()


def test_each_zone_is_read_and_a_picture_s_bytes_are_no_text() -> None:
    masters = (
        '<style:master-page style:name="S"><style:header><text:p>密</text:p></style:header>'
        "<style:header-left><text:p>左頁密</text:p></style:header-left>"
        "<style:footer><text:p>限閱</text:p></style:footer></style:master-page>"
    )
    styles = (
        '<style:style style:name="T1" style:family="text">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    )
    body = (
        '<office:text><text:p>本文<text:span text:style-name="T1">機密</text:span>'
        "<draw:frame><draw:image><office:binary-data>QTEyMzQ1Njc4OQ==</office:binary-data></draw:image></draw:frame>"
        "<draw:frame><draw:text-box><text:p>極機密</text:p></draw:text-box></draw:frame></text:p></office:text>"
    )
    reading = read_file(flat(body, masters=masters, styles=styles), name="規定.fodt")
    assert (reading.format, reading.status) == ("fodt", ReadStatus.SCANNED)
    assert [(one.text, one.zone, one.struck) for one in reading.passages] == [
        ("密", Zone.HEADER, False),
        ("左頁密", Zone.HEADER, False),
        ("限閱", Zone.FOOTER, False),
        ("本文", Zone.BODY, False),
        ("機密", Zone.BODY, True),
        ("極機密", Zone.TEXT_BOX, False),
        ("限閱", Zone.PROPERTY, False),
    ]


def test_a_flat_sheet_keeps_its_rows() -> None:
    body = (
        '<office:spreadsheet><table:table table:name="名冊"><table:table-row><table:table-cell><text:p>姓名</text:p>'
        "</table:table-cell><table:table-cell><text:p>電話</text:p></table:table-cell></table:table-row></table:table>"
        "</office:spreadsheet>"
    )
    reading = read_file(flat(body, kind="spreadsheet"), name="名冊.xml")
    assert reading.format == "fods"
    assert [one.cells for one in reading.passages if one.zone is Zone.SHEET] == [("姓名", "電話")]


@pytest.mark.parametrize("cut", [400, 700])
def test_a_flat_file_cut_off_is_corrupt(cut: int) -> None:
    reading = read_file(flat("<office:text><text:p>本文</text:p></office:text>")[:cut], name="規定.fodt")
    assert (reading.status, reading.reason) == (ReadStatus.UNREADABLE, ReadReason.CORRUPT)
