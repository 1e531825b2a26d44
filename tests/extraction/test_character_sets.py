"""Bytes decide before labels; one decoder for Big5 everywhere; encodings may change from line to line."""

from __future__ import annotations

import random

import pytest

from detection.invented import Inventor
from extraction.test_mail_kinds import said
from inspection.extraction.character_sets import PRIVATE, decode_big5, decode_bytes, decode_labelled, is_big5
from inspection.extraction.read import read_file
from inspection.vocabulary import ReadReason

LETTER = "密等及解密條件或保密期限：密（本件於115年12月31日解密）\n申請人身分證字號：{number}\n本所各課室均悉\n"
LABELS = [
    "iso-8859-1",
    "windows-1252",
    "us-ascii",
    "iso-8859-15",
    "utf-16",
    "utf-8",
    "big5",
    "gb2312",
    "koi8-r",
    "macintosh",
    "nonsense",
    "utf-7",
    "cp437",
    "iso-8859-7",
    "windows-1251",
    "ks_c_5601-1987",
    "shift_jis",
]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("written", ["utf-8", "cp950"])
def test_the_label_of_a_mail_or_page_does_not_outweigh_its_bytes(label: str, written: str) -> None:
    number = Inventor(1).national_id()
    text = LETTER.format(number=number)
    mail = f"From: a@x\nTo: b@x\nMIME-Version: 1.0\nContent-Type: text/plain; charset={label}\n\n".encode()
    page = f"<html><head><meta charset={label}></head><body><p>".encode()
    xml = f'<?xml version="1.0" encoding="{label}"?><a><b>'.encode()
    for name, data in (
        ("a.eml", mail + text.encode(written)),
        ("a.html", page + text.encode(written) + b"</p></body></html>"),
        ("a.xml", xml + text.encode(written) + b"</b></a>"),
    ):
        read = said(read_file(data, name=name))
        assert f"身分證字號：{number}" in read, name
        assert "密等及解密條件或保密期限：密" in read, name


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Grüße aus Köln, schöne Straße, naïve façade — «été» à 20 °C, ½ Liter", "cp1252"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy", "cp1250"),
        ("Это обычное письмо о погоде и урожае", "koi8-r"),
        ("这是一封关于会议记录的普通信件请各位同事查收并回复谢谢大家的配合与支持", "gb18030"),
        ("本所會議紀錄", "utf-16-le"),
        ("漢字とひらがな、カタカナの手紙です", "iso2022_jp"),
    ],
)
def test_a_true_label_is_believed(text: str, encoding: str) -> None:
    assert decode_labelled(text.encode(encoding), encoding.replace("_", "-") if "jp" in encoding else encoding) == text


def test_western_letters_are_no_big5() -> None:
    for text in ("Grüße aus Köln, schöne Straße", "déjà vu à l'été", "20°C § 5 «été»", "Ærø £5 ½"):
        assert not is_big5(text.encode("cp1252"))
    for text in ("本所各課室", "密", "甲,1\n乙,2", "密等：密", "a 密 b"):
        assert is_big5(text.encode("cp950"))
        assert decode_bytes(text.encode("cp950")) == text


def _unassigned(rng: random.Random) -> bytes:
    """A pair of Big5 that has no character in code page 950."""
    while True:
        lead = rng.choice([*range(0x81, 0xA1), 0xC7, 0xC8, *range(0xFA, 0xFF)])
        pair = bytes([lead, rng.choice([*range(0x40, 0x7F), *range(0xA1, 0xFF)])])
        try:
            pair.decode("cp950")
        except UnicodeDecodeError:
            return pair


@pytest.mark.parametrize("seed", range(40))
def test_self_made_characters_take_no_letter_with_them(seed: int) -> None:
    rng = random.Random(seed)
    number = Inventor(seed).national_id()
    pair = _unassigned(rng)
    row = "王小".encode("cp950") + pair + number.encode()
    text = "戶長姓名　身分證字號　備註\n".encode("cp950") + row + b"\n"
    mail = b"From: a@x\nTo: b@x\nContent-Type: text/plain; charset=big5\nContent-Transfer-Encoding: 8bit\n\n" + text
    page = b"<html><head><meta charset=big5></head><body>" + text + b"</body></html>"
    escapes = "".join(rf"\'{byte:02x}" for byte in row).encode()
    rich = rb"{\rtf1\ansi\ansicpg950{\fonttbl{\f0\fcharset136 A;}}\f0 " + escapes + b"}"
    xml = b'<?xml version="1.0" encoding="big5"?><a><b>' + row + b"</b></a>"
    named = {"a.txt": text, "a.eml": mail, "a.html": page, "a.rtf": rich, "a.xml": xml}
    for name, data in named.items():
        assert f"王小{PRIVATE}{number}" in said(read_file(data, name=name)), name


def test_a_stray_byte_is_one_character_and_never_raises() -> None:
    assert decode_big5(b"\xa4") == "\ufffd"
    assert decode_big5(b"\xff1\x80 \xa4") == "\ufffd1\ufffd \ufffd"


@pytest.mark.parametrize("place", ["start", "middle", "end"])
@pytest.mark.parametrize("size", [1, 200])
def test_one_stray_byte_does_not_throw_utf8_into_another_set(place: str, size: int) -> None:
    number = Inventor(3).national_id()
    text = (LETTER.format(number=number) + "其他內容說明文字" * 20 + "\n") * size
    data = text.encode()
    at = {"start": 0, "middle": data.index(b"\n", len(data) // 2) + 1, "end": len(data)}[place]
    read = decode_bytes(data[:at] + b"\xff" + data[at:])
    assert read.replace("\ufffd", "") == text


@pytest.mark.parametrize("seed", range(10))
def test_each_line_is_decoded_by_itself(seed: int) -> None:
    rng = random.Random(seed)
    inventor = Inventor(seed)
    lines = [f"申請人身分證字號：{inventor.national_id()}，本所各課室均悉" for _ in range(30)]
    data = b"\n".join(line.encode(rng.choice(["utf-8", "cp950"])) for line in lines)
    assert decode_bytes(data) == "\n".join(lines)


@pytest.mark.parametrize("padding", [b"\0" * 400, b"\x1a", b"\0\x1a\r\n", b"\x1a" + b"\0" * 100])
@pytest.mark.parametrize("encoding", ["utf-8", "cp950"])
def test_padding_makes_a_text_no_binary(padding: bytes, encoding: str) -> None:
    number = Inventor(4).national_id()
    data = f"申請人身分證字號：{number}\r\n".encode(encoding)
    assert f"身分證字號：{number}" in said(read_file(data + padding, name="a.txt"))
    records = b"\0".join([data.strip()] * 5)
    assert said(read_file(records, name="a.dat")).count(number) == 5


def test_a_mark_of_text_does_not_make_a_binary_one() -> None:
    junk = random.Random(5).randbytes(5_000)
    assert read_file(b"\xef\xbb\xbf" + junk, name="a.docx").reason is ReadReason.CORRUPT
    assert read_file(b"\xef\xbb\xbf" + junk, name="a.bin").reason is ReadReason.UNSUPPORTED_FORMAT


@pytest.mark.parametrize(
    "start",
    [
        "GIF89a",
        "GIF8",
        "Rar!",
        "BM",
        "%PDF-1.4",
        "檔案開頭為 %PDF-1.7",
        "MZ",
        "ID3",
        "RIFF",
        "OggS",
        "PK",
        "BZh9",
        "AC10",
    ],
)
def test_a_text_that_begins_like_another_format_is_a_text(start: str) -> None:
    number = Inventor(6).national_id()
    text = f"{start} 是檔頭\n申請人身分證字號：{number}\n"
    for data in (text.encode(), b"\xef\xbb\xbf" + text.encode()):
        assert number in said(read_file(data, name="a.txt"))
    mail = f"From: a@x\nTo: b@x\nSubject: {start}\n\n{text}".encode()
    assert number in said(read_file(mail, name="a.eml"))
    page = f"<html><!-- {start} --><body>{text}</body></html>".encode()
    assert number in said(read_file(page, name="a.html"))
