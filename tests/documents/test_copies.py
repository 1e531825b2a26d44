"""ODT and PDF beside every plan and report: made once, whoever asks, and never in place of another's."""

from __future__ import annotations

import threading
import zipfile
from io import BytesIO

import pytest

from campaigns.paper_office import CAMPAIGN, PaperOffice
from inspection import clock as now
from inspection.documents import storage
from inspection.documents.copies import copies_of, make_copies
from inspection.documents.storage import Label, keep, read_document
from inspection.errors import SourceUnavailable
from inspection.model import Document, DocumentCopy
from inspection.planning.paper import print_plan
from inspection.store import documents
from inspection.store.session import session_scope


@pytest.fixture
def printed(office: PaperOffice) -> str:
    """A plan in storage as a Word document; its id."""
    office.open()
    office.draft()
    with session_scope() as session:
        return print_plan(session, CAMPAIGN, catalogue=office.rules, at=now.now()).id


def copies(document_id: str) -> dict[str, Document]:
    """The copies as they stand."""
    with session_scope() as session:
        return documents.copies(session, document_id)


def test_a_plan_is_kept_as_odt_and_pdf_too_and_only_once(printed: str) -> None:
    assert make_copies(session_scope, at=now.now()) == 2
    made = copies(printed)
    assert {target: one.media_type for target, one in made.items()} == {
        "odt": "application/vnd.oasis.opendocument.text",
        "pdf": "application/pdf",
    }
    assert read_document(made["pdf"]).startswith(b"%PDF-")
    assert "content.xml" in zipfile.ZipFile(BytesIO(read_document(made["odt"]))).namelist()
    assert make_copies(session_scope, at=now.now()) == 0
    again = copies_of(session_scope, printed, at=now.now())
    assert {target: one.id for target, one in again.items()} == {target: one.id for target, one in made.items()}


def test_a_letter_gets_no_copy_and_a_file_that_is_gone_holds_nothing_up(printed: str) -> None:
    with session_scope() as session:
        keep(session, b"x", Label("escalation_brief", "F1", "簽"), at=now.now())
        lost = keep(session, b"PK lost", Label("plan", "C-lost:v1", "另一份"), at=now.now())
        storage._path(lost.id).unlink()
    with pytest.raises(SourceUnavailable, match="不在本機之文件資料夾"):  # another machine may have it
        make_copies(session_scope, at=now.now())
    assert set(copies(printed)) == {"odt", "pdf"}
    assert copies(lost.id) == {}


def test_two_makers_at_once_leave_one_copy_of_each(printed: str) -> None:
    makers = [threading.Thread(target=lambda: copies_of(session_scope, printed, at=now.now())) for _ in range(2)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    with session_scope() as session:
        assert session.query(DocumentCopy).count() == 2
        assert session.query(Document).filter(Document.kind.in_(["plan_odt", "plan_pdf"])).count() == 2
    for one in copies(printed).values():
        read_document(one)
