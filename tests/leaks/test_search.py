"""The search for leaks is itself put to the test: a canary laid in each medium must be found."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import sqlite3
import urllib.parse
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from demo.files import Invented, Planted
from docx import Document

from inspection.documents.convert import to_pdf
from leaks.search import Search


@pytest.fixture
def canary() -> str:
    """A national id nobody bears, made anew each time."""
    return Invented(random.Random(), Planted()).national_id()


def word(text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def found_in(folder: Path, canary: str) -> bool:
    return bool(Search([canary]).below(folder))


def test_a_canary_in_a_log_is_found(tmp_path: Path, canary: str) -> None:
    (tmp_path / "task.log").write_text(f'{{"event":"read 身分證字號{canary}號"}}', encoding="utf-8")
    assert found_in(tmp_path, canary)


def test_a_canary_in_an_xcom_row_is_found_also_while_it_stands_in_the_write_ahead_log(
    tmp_path: Path, canary: str
) -> None:
    connection = sqlite3.connect(tmp_path / "airflow.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("CREATE TABLE xcom (value TEXT)")
    connection.execute("INSERT INTO xcom VALUES (?)", (f'{{"excerpt": "{canary}"}}',))
    try:
        assert canary.encode() in (tmp_path / "airflow.db-wal").read_bytes()
        assert found_in(tmp_path, canary)
    finally:
        connection.close()


def test_a_canary_in_a_mail_body_or_its_attachment_is_found(tmp_path: Path, canary: str) -> None:
    for number, (body, attached) in enumerate(((f"請查{canary}", "無"), ("無", f"請查{canary}"))):
        message = EmailMessage()
        message["Subject"] = "通知"
        message.set_content(body, cte="base64")
        message.add_attachment(word(attached), maintype="application", subtype="octet-stream", filename="a.docx")
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "1.eml").write_bytes(bytes(message))
        assert found_in(folder, canary)


def test_a_canary_in_a_word_file_inside_a_zip_is_found(tmp_path: Path, canary: str) -> None:
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr("內/報告.docx", word(f"字號{canary}"))
    assert found_in(tmp_path, canary)


def test_a_canary_in_a_pdf_is_found(tmp_path: Path, canary: str) -> None:
    (tmp_path / "report.pdf").write_bytes(to_pdf(word(f"身分證字號 {canary}")))
    assert found_in(tmp_path, canary)


def test_a_canary_in_a_file_name_is_found(tmp_path: Path, canary: str) -> None:
    (tmp_path / f"{canary}.txt").write_text("")
    assert found_in(tmp_path, canary)


SHAPES = {
    "full-width": lambda s: "".join(chr(ord(c) + 0xFEE0) for c in s).encode(),
    "broken up": lambda s: f"{s[:4]} {s[4:7]}-{s[7:]}".encode(),
    "utf-16": lambda s: f"字號{s}".encode("utf-16"),
    "base64": lambda s: base64.b64encode(f"ab{s}cd".encode()),
    "base64 shifted": lambda s: base64.b64encode(f"a{s}".encode()),
    "url": lambda s: urllib.parse.quote(f"號={s}").encode(),
    "sha256": lambda s: hashlib.sha256(s.encode()).hexdigest().encode(),
    "md5": lambda s: hashlib.md5(s.encode(), usedforsecurity=False).hexdigest().upper().encode(),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_canary_in_another_shape_is_found(tmp_path: Path, canary: str, shape: str) -> None:
    (tmp_path / "any").write_bytes(b"before " + SHAPES[shape](canary) + b" after")
    assert found_in(tmp_path, canary)


def test_what_is_masked_is_not_taken_for_a_leak(tmp_path: Path, canary: str) -> None:
    (tmp_path / "row.json").write_text(f'{{"excerpt": "{canary[:6]}****"}}')
    assert not found_in(tmp_path, canary)
