"""Mails by any header and in any wrapping, mailboxes, alternatives, cards and what is coded inside a text."""

from __future__ import annotations

import base64
import binascii
import random

import pytest

from detection.invented import Inventor
from inspection.extraction.passage import Reading
from inspection.extraction.read import read_file

FIRST = [
    "Thread-Topic",
    "References",
    "Importance",
    "Bcc",
    "Organization",
    "Content-Transfer-Encoding",
    "User-Agent",
    "In-Reply-To",
    "Priority",
    "Disposition-Notification-To",
    "List-Id",
    "Envelope-To",
    "Resent-From",
    "Apparently-To",
    "Errors-To",
    "Accept-Language",
    "ARC-Seal",
    "X-Mailer",
    "Auto-Submitted",
    "Keywords",
    "Comments",
    "Sensitivity",
    "Original-Message-ID",
    "X400-Received",
    "DL-Expansion-History",
    "Some-Header-Nobody-Knows",
    "subject",
    "FROM",
]


def said(reading: Reading) -> str:
    """All that was read, of the file and of those inside it."""
    own = "\n".join(one.text for one in reading.passages)
    return "\n".join([own, *(said(read_file(one.data, name=one.name)) for one in reading.embedded)])


def mail(body: str, *, first: str = "From", end: str = "\r\n") -> bytes:
    value = "base64" if first.startswith("Content") else "<one@x.example>"
    packed = base64.encodebytes(body.encode()).decode().replace("\n", end)
    lines = [
        f"{first}: {value}", "From: a@x.example", "To: b@x.example", "Subject: t", "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", packed,
    ]  # fmt: skip
    return end.join(lines).encode()


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("name", ["a.eml", "a.txt", "a"])
def test_any_header_may_be_the_first(first: str, name: str) -> None:
    number = Inventor(1).national_id()
    reading = read_file(mail(f"身分證字號：{number}", first=first), name=name)
    assert reading.format == "eml"
    assert number in said(reading)


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n", b"\n\n \n", b"\xef\xbb\xbf\r\n", b"\0"])
@pytest.mark.parametrize("name", ["a.eml", "a.txt"])
def test_marks_and_blank_lines_before_the_headers(before: bytes, name: str) -> None:
    number = Inventor(2).national_id()
    assert number in said(read_file(before + mail(f"身分證字號：{number}"), name=name))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_mail_saved_as_wide_text(encoding: str) -> None:
    number = Inventor(3).national_id()
    mark = b"\xfe\xff" if encoding.endswith("be") else b""
    assert number in said(read_file(mark + mail(f"身分證字號：{number}").decode().encode(encoding), name="a.eml"))


def test_the_mail_of_apple_mail() -> None:
    number = Inventor(4).national_id()
    inner = mail(f"身分證字號：{number}", end="\n")
    data = b"%d      \n" % len(inner) + inner + b'<?xml version="1.0"?><plist version="1.0"></plist>'
    reading = read_file(data, name="1.emlx")
    assert number in said(reading)
    assert "plist" not in said(reading)


def test_headers_longer_than_a_page() -> None:
    number = Inventor(5).national_id()
    chain = "".join(f"Received: from host{at} by host{at + 1}\r\n\tid {at}\r\n" for at in range(300)).encode()
    assert number in said(read_file(b"X-First: 1\r\n" + chain + mail(f"字號 {number}"), name="a.txt"))


def test_a_header_nobody_knows_is_read_too() -> None:
    number = Inventor(6).national_id()
    assert number in said(read_file(b"From: a@x.example\nTo: b\nNote: " + number.encode() + b"\n\nx\n", name="a.eml"))


@pytest.mark.parametrize(
    "text",
    [
        "承辦人: 甲\n日期: 今日\n\n內容",
        "http://x.example/a\nhttps://x.example/b\n\nx",
        "Title: a\nAuthor: b\nLayout: c\n\nx",
        "C:\\a: b\nkey: value\nother: value\n\nx",
    ],
)
def test_a_text_with_colons_is_no_mail(text: str) -> None:
    assert read_file(text.encode(), name="a.txt").format == "txt"


@pytest.mark.parametrize("count", [2, 3, 40])
def test_every_mail_of_a_mailbox_is_a_mail_of_its_own(count: int) -> None:
    inventor = Inventor(count)
    numbers = [inventor.national_id() for _ in range(count)]
    parts = [
        b"From x@x.example Mon Jan  1 00:00:00 2026\n" + mail(f"身分證字號：{one}", end="\n") + b"\n" for one in numbers
    ]
    reading = read_file(b"".join(parts), name="寄件備份")
    assert reading.format == "mbox"
    assert len(reading.embedded) == count
    assert all(number in said(reading) for number in numbers)


def alternatives(*parts: tuple[str, str]) -> bytes:
    made = "".join(f"--B\nContent-Type: {kind}; charset=utf-8\n\n{text}\n" for kind, text in parts)
    return f"From: a@x\nTo: b@x\nContent-Type: multipart/alternative; boundary=B\n\n{made}--B--\n".encode()


@pytest.mark.parametrize(
    "other",
    [
        ("text/html", "<p>View this mail in a browser</p>"),
        ("text/calendar", "BEGIN:VCALENDAR\nEND:VCALENDAR"),
        ("text/enriched", "short"),
    ],
)
@pytest.mark.parametrize("plain_first", [True, False])
def test_all_alternatives_are_read(other: tuple[str, str], plain_first: bool) -> None:
    number = Inventor(7).national_id()
    parts = [("text/plain", f"身分證字號：{number}"), other]
    reading = read_file(alternatives(*(parts if plain_first else reversed(parts))), name="a.eml")
    assert number in said(reading)


def test_what_alternatives_repeat_is_read_once() -> None:
    reading = read_file(
        alternatives(("text/plain", "本所公告\n另有一行"), ("text/html", "<p>本所<b>公告</b></p>")), name="a.eml"
    )
    assert [one.text for one in reading.passages if one.text in {"本所公告", "另有一行"}] == ["本所公告", "另有一行"]


def test_files_coded_inside_a_text() -> None:
    number = Inventor(8).national_id()
    content = f"身分證字號：{number}\n".encode() * 3
    lines = [binascii.b2a_uu(content[at : at + 45]).decode() for at in range(0, len(content), 45)]
    rng = random.Random(1)
    stripped = [line.rstrip() + ("" if rng.random() < 0.5 else " ") + "\n" for line in lines]
    for body in (lines, stripped):
        coded = "見附件\n\nbegin 644 名冊.txt\n" + "".join(body) + "`\nend\n以上"
        for reading in (
            read_file(b"From: a@x\nTo: b@x\n\n" + coded.encode(), name="a.eml"),
            read_file(coded.encode(), name="a.txt"),
        ):
            assert number in said(reading)
            assert [one.name for one in reading.embedded] == ["名冊.txt"]


def test_cards_and_escapes() -> None:
    number = Inventor(9).national_id()
    quoted = "".join(f"={byte:02X}" for byte in f"身分證字號：{number}".encode())
    folded = quoted[:30] + "=\r\n" + quoted[30:]
    card = f"BEGIN:VCARD\r\nVERSION:2.1\r\nNOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{folded}\r\nEND:VCARD\r\n"
    assert f"身分證字號：{number}" in said(read_file(card.encode(), name="a.vcf"))
    event = f"BEGIN:VCALENDAR\r\nDESCRIPTION:身分證字號：{number[:4]}\r\n {number[4:]}\\n備註\r\nEND:VCALENDAR\r\n"
    assert f"身分證字號：{number}" in said(read_file(event.encode(), name="a.ics"))
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in "身分證字號：") + number
    assert f"身分證字號：{number}" in said(read_file(f'{{"a": "{escaped}"}}'.encode(), name="a.json"))
