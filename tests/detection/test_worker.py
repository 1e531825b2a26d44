"""A confined worker reads and judges whole files, and those inside them, and answers rows with nothing in clear."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from detection.invented import Inventor
from detection.written import KEY, TODAY
from inspection.detection.envelope import Row, answered_rows, envelope
from inspection.detection.judge import FileMeta
from inspection.detection.ruleset import load_rules
from inspection.detection.worker import handle, request
from inspection.extraction.recognised_lines import packed, plain_lines
from inspection.sandbox.pool import Pool
from zips import zipped

ENTRY = "inspection.detection.worker"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(ENTRY, 1) as started:
        yield started


def asked(pool: Pool, path: str, data: bytes) -> tuple[Row, ...]:
    meta = FileMeta(path, TODAY, len(data), datetime(2026, 11, 2, 1, 2, 3, tzinfo=UTC), broad_readers=("Everyone",))
    outcome = pool.one(request(meta, (data,), key=KEY))
    assert outcome.answer is not None, outcome.reason
    return answered_rows(outcome.answer)


def test_a_confined_worker_judges_a_file(pool: Pool) -> None:
    number = Inventor().national_id()
    (row,) = asked(pool, "民政課/名單.txt", f"姓名：林示範\n身分證字號：{number}\n".encode())
    assert (row["verdict"], row["severity"], row["path"]) == ("unmarked_sensitive", "critical", "民政課/名單.txt")
    assert [(c["detector"], c["count"], c["people"], c["excerpts"]) for c in row["categories"]] == [
        ("PII-NID", 1, 1, [number[:6] + "****"])
    ]
    assert (row["modified_at"], row["status"], row["reason"]) == ("2026-11-02T01:02:03Z", "scanned", None)
    assert number not in str(row)


def test_beside_a_number_recognised_on_a_picture_a_misread_one_is_hidden_too(pool: Pool) -> None:
    invented = Inventor(5)
    read, misread = invented.national_id(), invented.national_id()[:-1] + "O"
    page = packed(plain_lines(f"身分證字號：{read} 身分證字號：{misread}"))
    message = envelope("掃描.pdf", (page,), today=TODAY, size_bytes=9, key=KEY, recognised="pdf")
    answer = pool.one(message).answer
    assert answer is not None
    (row,) = answered_rows(answer)
    assert [(one["detector"], one["locators"]) for one in row["categories"]] == [("PII-NID", ["第 1 頁"])]
    assert read[1:6] not in str(row)
    assert misread[1:6] not in str(row)


def test_files_inside_an_archive_are_rows_of_their_own(pool: Pool) -> None:
    number = Inventor(3).national_id()
    inner = zipped({"更內/名單.csv": f"姓名,身分證字號\n林示範,{number}\n".encode(), "空.txt": b""})
    rows = asked(pool, "外.zip", zipped({"說明.txt": "一般文字".encode(), "內.zip": inner}))
    assert [(row["path"], row["verdict"]) for row in rows] == [
        ("外.zip", "clean"),
        ("外.zip!/說明.txt", "clean"),
        ("外.zip!/內.zip", "clean"),
        ("外.zip!/內.zip!/更內/名單.csv", "unmarked_sensitive"),
        ("外.zip!/內.zip!/空.txt", "clean"),
    ]


def test_a_mail_below_the_level_of_its_attachment_is_defective(pool: Pool) -> None:
    mail = EmailMessage()
    mail["Subject"] = "【限閱】會議資料"
    mail.set_content("附件請查收")
    attached = "密等及解密條件或保密期限：密（本件於公布時解密）\n主旨：某案"
    mail.add_attachment(attached.encode(), maintype="text", subtype="plain", filename="附件.txt")
    main, attachment = asked(pool, "信.eml", mail.as_bytes())
    assert (main["mark"]["level"], main["mark"]["defects"], main["verdict"]) == ("限閱", ["D09"], "defective_mark")
    assert (attachment["mark"]["level"], attachment["verdict"]) == ("密", "marked")


def test_nothing_inside_a_national_secret_is_looked_into(pool: Pool) -> None:
    number = Inventor(5).national_id()
    mail = EmailMessage()
    mail["Subject"] = "【極機密】某案"
    mail.set_content(f"身分證字號：{number}")
    mail.add_attachment(f"身分證字號：{number}".encode(), maintype="text", subtype="plain", filename="附件.txt")
    main, attachment = asked(pool, "信.eml", mail.as_bytes())
    assert (main["status"], main["reason"], main["categories"]) == ("skipped", "national_secret_mark", [])
    assert (attachment["status"], attachment["reason"], attachment["categories"]) == ("skipped", "excluded", [])
    assert attachment["path"] == "信.eml!/#1"


def test_what_is_found_in_one_member_is_hidden_in_the_names_of_all(pool: Pool) -> None:
    members = {"林示範照片.txt": b"x", "陳情.txt": f"陳情人：林示範 電話：{Inventor().mobile()}".encode()}
    rows = asked(pool, "林示範案.zip", zipped(members))
    assert [row["path"] for row in rows] == [
        "林○範案.zip",
        "林○範案.zip!/林○範照片.txt",
        "林○範案.zip!/陳情.txt",
    ]


def test_the_rules_of_an_agency_travel_with_the_request(tmp_path: Path) -> None:
    (tmp_path / "detectors.yaml").write_text("detectors: [{id: TOP-CIPHER, any: [代號總表]}]", encoding="utf-8")
    meta = FileMeta("文件.txt", TODAY)
    text = "代號總表 使用期限 對照 保管人".encode()
    (shipped,) = answered_rows(handle(request(meta, (text,), key=KEY)))
    (own,) = answered_rows(handle(request(meta, (text,), key=KEY, rules=load_rules(tmp_path))))
    assert (shipped["verdict"], own["verdict"]) == ("clean", "unmarked_sensitive")


@pytest.mark.parametrize("data", [b"", b"\x00\xff" * 500, b"PK\x03\x04broken", b"%PDF-1.7 broken"])
def test_junk_is_one_row(pool: Pool, data: bytes) -> None:
    (row,) = asked(pool, "壞檔.docx", data)
    assert row["verdict"] in {"unknown", "clean"}
    assert row["categories"] == []
