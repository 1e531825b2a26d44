"""The scan of a signed paper through the portal: told by its bytes, limited, kept for the ethics office alone."""

from __future__ import annotations

import io
from pathlib import Path

import httpx
import pytest
from PIL import Image

from conftest import FixedClock
from inspection.documents.scans import LARGEST_SCAN_BYTES
from inspection.model import Approval
from inspection.model.lifecycle import ApprovalState
from inspection.store import approvals
from inspection.store.session import session_scope
from portal import story
from portal.client import Browser, hidden_fields, visible_text
from portal.conftest import Portal
from portal.snapshots import restore
from servers.mail import MailServer

PLAN = f"/plans/{story.CAMPAIGN}:v1"
ENTERED = {
    "outcome": "approved", "decided_on": "115.10.20", "document_number": "示市政字第1150000123號", "remark": "",
    "file_number": "115/0205/1/3", "retention": "10",
}  # fmt: skip


@pytest.fixture
def submitted(home: Path, clock: FixedClock, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """The portal with a plan before the mayor."""
    restore("submitted", home, monkeypatch)
    clock.set("2026-10-20T10:00:00+08:00")
    return Portal(mail_server)


def scan() -> bytes:
    """A scan, made here."""
    out = io.BytesIO()
    Image.new("L", (64, 90), 240).save(out, "PDF")
    return out.getvalue()


def upload(
    browser: Browser, action: str, fields: dict[str, str], data: bytes, name: str = "scan.pdf"
) -> httpx.Response:
    """Sends a form of the page last seen with a file."""
    hidden = hidden_fields(browser.page, action)
    response = browser.http.post(action, data={**hidden, **fields}, files={"scan": (name, data, "application/pdf")})
    if response.status_code != 303:
        browser.page = response.text
    return response


def at_plan(portal: Portal, person: str) -> Browser:
    """A browser signed in and before the plan."""
    browser = portal.browser()
    browser.sign_in(person)
    assert browser.get(PLAN).status_code == 200
    return browser


def request() -> Approval:
    """The request as it stands."""
    with session_scope(read_only=True) as session:
        found = approvals.latest(session, ("plan", f"{story.CAMPAIGN}:v1"))
        assert found is not None
        session.expunge_all()
        return found


def test_the_scan_comes_with_the_decision_and_is_given_to_the_ethics_office_alone(submitted: Portal) -> None:
    browser = at_plan(submitted, "ethics")
    sent = scan()
    assert upload(browser, f"{PLAN}/paper", ENTERED, sent).headers["location"] == PLAN
    row = request()
    assert (row.state, row.file_number, row.retention) == (ApprovalState.APPROVED, "115/0205/1/3", "10年")
    text = visible_text(browser.get(PLAN).text)
    assert "115/0205/1/3" in text
    address = f"/approvals/{row.id}/scan"
    answer = browser.http.get(address)
    assert answer.content == sent
    assert answer.headers["content-disposition"].startswith("attachment")
    for person in ("mayor", "works_head"):
        other = submitted.browser()
        other.sign_in(person)
        assert other.get(address).status_code in {403, 404}
    assert submitted.browser().http.get(address).headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"PK\x03\x04 a Word file", "不是 PDF、PNG 或 JPEG"), (b"%PDF-1.7 cut off" + b"x" * 2000, "檔尾缺漏")],
)
def test_another_file_is_refused_and_nothing_is_entered(submitted: Portal, data: bytes, told: str) -> None:
    browser = at_plan(submitted, "ethics")
    assert upload(browser, f"{PLAN}/paper", ENTERED, data).status_code == 422
    assert told in visible_text(browser.page)
    assert 'value="115/0205/1/3"' in browser.page
    assert request().state is ApprovalState.PENDING


def test_a_file_beyond_the_limit_is_not_taken(submitted: Portal) -> None:
    browser = at_plan(submitted, "ethics")
    huge = b"%PDF-" + b"x" * (LARGEST_SCAN_BYTES + 100_000)
    assert upload(browser, f"{PLAN}/paper", ENTERED, huge).status_code == 422
    assert "不得超過20 MB" in visible_text(browser.page)
    assert request().state is ApprovalState.PENDING


def test_wrong_archive_particulars_are_named(submitted: Portal) -> None:
    browser = at_plan(submitted, "ethics")
    assert browser.send(f"{PLAN}/paper", {**ENTERED, "retention": "十年"}).status_code == 422
    assert "保存年限格式有誤" in visible_text(browser.page)
    assert request().state is ApprovalState.PENDING


def test_what_the_archive_adds_later_is_put_down_then(submitted: Portal) -> None:
    browser = at_plan(submitted, "ethics")
    browser.send(f"{PLAN}/paper", {**ENTERED, "file_number": "", "retention": ""})
    browser.get(PLAN)
    assert upload(browser, f"{PLAN}/filing", {"file_number": "", "retention": ""}, b"").status_code == 422
    assert "請填檔號、保存年限，或選擇掃描檔" in visible_text(browser.page)
    sent = upload(browser, f"{PLAN}/filing", {"file_number": "115/0205/1/3", "retention": "永久"}, scan())
    assert sent.headers["location"] == PLAN
    assert (request().retention, request().scan_document_id is not None) == ("永久", True)


def test_a_file_from_another_site_is_refused(submitted: Portal) -> None:
    browser = at_plan(submitted, "ethics")
    sent = browser.http.post(f"{PLAN}/paper", data=ENTERED, files={"scan": ("scan.pdf", scan(), "application/pdf")})
    assert sent.status_code == 403
    stranger = submitted.browser()
    sent = stranger.http.post(f"{PLAN}/paper", data=ENTERED, files={"scan": ("scan.pdf", scan(), "application/pdf")})
    assert sent.headers["location"] == "/sign-in"
    assert request().state is ApprovalState.PENDING
