"""A paper decision is filed: 檔號, 保存年限 and a scan that its bytes say is one; kept once, read by nobody else."""

from __future__ import annotations

import hashlib
import io
import os
from datetime import date

import pytest
from PIL import Image

from campaigns.paper_office import CAMPAIGN, CONTACT, ETHICS_HEAD, HEAD, STAFF, WORKS, PaperOffice
from inspection import clock as now
from inspection.approvals.decide import Decision
from inspection.approvals.filing import Filing, checked, file_decision
from inspection.campaigns.gates import awaited
from inspection.documents.scans import LARGEST_SCAN_BYTES, scan_type
from inspection.documents.storage import read_document
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.model import Approval, Document
from inspection.planning.decision import decide_plan
from inspection.store import events
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute


def picture(kind: str) -> bytes:
    """A small scan, made here."""
    out = io.BytesIO()
    Image.new("L", (64, 90), 240).save(out, kind)
    return out.getvalue()


@pytest.fixture
def decided(office: PaperOffice) -> PaperOffice:
    """A plan approved on paper, entered by the ethics office."""
    office.open()
    office.draft()
    office.submit()
    with session_scope() as session:
        asked = awaited(session, "plan", CAMPAIGN)
        decision = Decision(
            ApprovalOutcome.APPROVED, HEAD, asked.content_hash, ApprovalRoute.PAPER, date(2026, 11, 2),
            document_number="示市政字第1150000123號", entered_by=STAFF,
        )  # fmt: skip
        decide_plan(session, asked.subject_id, decision, at=now.now())
    return office


def file(filing: Filing, person: str = STAFF) -> Approval:
    """Files, in a transaction of its own."""
    with session_scope() as session:
        return file_decision(session, awaited(session, "plan", CAMPAIGN), filing, person_id=person, at=now.now())


@pytest.mark.parametrize(("kind", "media"), [("PDF", "application/pdf"), ("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_scan_is_told_by_its_bytes(kind: str, media: str) -> None:
    assert scan_type(picture(kind)) == media


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "是空的"),
        (b"PK\x03\x04" + b"x" * 200, "不是 PDF、PNG 或 JPEG"),
        (b"<html><script>alert(1)</script></html>", "不是 PDF、PNG 或 JPEG"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 200, "不完整"),
        (b"%PDF-1.7\n" + b"x" * 5000, "不完整"),
        (b"\xff\xd8\xff" + b"x" * 5000, "不完整"),
        (b"%PDF-" + b"x" * LARGEST_SCAN_BYTES, "超過 20 MB"),
    ],
    ids=["empty", "zip", "page", "cut_png", "cut_pdf", "cut_jpeg", "large"],
)
def test_another_file_is_refused_with_what_to_do(data: bytes, told: str) -> None:
    with pytest.raises(BadSource, match=told) as refused:
        scan_type(data)
    assert refused.value.remedy.startswith("請")


def test_junk_never_passes_for_a_scan() -> None:
    for size in (1, 7, 64, 4096):
        with pytest.raises(BadSource):
            scan_type(b"\x00" + os.urandom(size))


@pytest.mark.parametrize(("typed", "kept"), [("10", "10年"), (" 3 年 ", "3年"), ("永久", "永久"), ("", "")])
def test_years_of_keeping_have_one_written_form(typed: str, kept: str) -> None:
    assert checked(Filing(retention=typed)).retention == kept


@pytest.mark.parametrize("typed", ["十年", "0", "101", "10月", "永久保存"])
def test_other_years_of_keeping_are_refused(typed: str) -> None:
    with pytest.raises(BadSource, match="保存年限格式有誤"):
        checked(Filing(retention=typed))


@pytest.mark.parametrize("typed", ["115 0205", "<b>", "/115", "1" * 61])
def test_a_file_number_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(BadSource, match="檔號格式有誤"):
        checked(Filing(file_number=typed))


@pytest.mark.clause("S0-07f")
def test_the_scan_is_kept_once_with_its_hash(decided: PaperOffice) -> None:
    scan = picture("PNG")
    first = file(Filing("115/0205/1/3", "10", scan))
    again = file(Filing("115/0205/1/3", "10年", scan))
    assert again.scan_document_id == first.scan_document_id
    assert (again.file_number, again.retention) == ("115/0205/1/3", "10年")
    with session_scope() as session:
        (kept,) = session.query(Document).filter_by(kind="decision_scan").all()
        assert (kept.sha256, kept.media_type) == (hashlib.sha256(scan).hexdigest(), "image/png")
        assert read_document(kept) == scan
        filed = [one for one in events.of_subject(session, "approval", first.id) if one.action == "filed"]
    assert [one.details["file_number"] for one in filed] == ["115/0205/1/3"]


def test_what_comes_later_is_added_and_corrections_stay_on_record(decided: PaperOffice) -> None:
    file(Filing(scan=picture("PDF")))
    file(Filing("115/0205/1/3"), ETHICS_HEAD)
    done = file(Filing("115/0205/1/4", "永久"))
    assert done.scan_document_id is not None
    with session_scope() as session:
        filed = [one for one in events.of_subject(session, "approval", done.id) if one.action == "filed"]
    assert [one.details["file_number"] for one in filed] == [None, "115/0205/1/3", "115/0205/1/4"]


def test_only_the_ethics_office_files_and_only_a_decision(office: PaperOffice) -> None:
    office.open()
    office.draft()
    office.submit()
    with pytest.raises(Conflict, match="尚無核定結果可供歸檔"):
        file(Filing("115/0205/1/3"))
    office.decide()
    with pytest.raises(NotAllowed):
        file(Filing("115/0205/1/3"), CONTACT[WORKS])
    assert file(Filing("115/0205/1/3")).file_number == "115/0205/1/3"
