"""The code of a signed sheet leads the ethics office to its page, and a sheet of older content leads nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import FixedClock
from inspection.documents.paper_code import payload, short_code
from inspection.model.lifecycle import ApprovalState
from inspection.planning.edit import edit_section
from inspection.store import approvals, campaigns, findings
from inspection.store.session import session_scope
from portal import story
from portal.client import visible_text
from portal.conftest import Portal
from portal.snapshots import restore
from servers.mail import MailServer

PLAN = f"/plans/{story.CAMPAIGN}:v1"


@pytest.fixture
def submitted(home: Path, clock: FixedClock, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """The portal with a plan before the mayor."""
    restore("submitted", home, monkeypatch)
    clock.set("2026-10-20T10:00:00+08:00")
    return Portal(mail_server)


def content_hash() -> str:
    """The plan's hash."""
    with session_scope(read_only=True) as session:
        plan = campaigns.latest_plan(session, story.CAMPAIGN)
        assert plan is not None
        return plan.content_hash


def test_a_scanned_code_opens_the_matter_and_is_checked_when_the_decision_is_entered(submitted: Portal) -> None:
    browser = submitted.browser()
    digest = content_hash()
    scanned = payload(f"{story.CAMPAIGN}:v1", digest, address="https://inspection.shifan.test")
    assert browser.http.get("/paper", params={"code": scanned}).headers["location"] == "/sign-in"
    browser.sign_in("ethics")
    assert 'name="code" value=""' in browser.get(PLAN).text  # what is not scanned is not filled in
    browser.get("/paper")
    opened = browser.send("/paper", {"code": scanned})
    assert opened.headers["location"] == f"{PLAN}?code={short_code(digest)}#paper"
    browser.get(opened.headers["location"].partition("#")[0])
    assert f'name="code" value="{short_code(digest)}"' in browser.page
    fields: dict[str, str | list[str]] = {
        "outcome": "approved", "decided_on": "115.10.19", "document_number": "示市政字第1150000123號",
    }  # fmt: skip
    wrong = browser.send(f"{PLAN}/paper", {**fields, "code": "AAAA-AAAA"})
    assert wrong.status_code == 422
    assert "紙本可能是舊版" in visible_text(browser.page)
    assert browser.send(f"{PLAN}/paper", {**fields, "code": scanned}).headers["location"] == PLAN
    with session_scope(read_only=True) as session:
        found = approvals.latest(session, ("plan", f"{story.CAMPAIGN}:v1"))
        assert found is not None
        assert found.state is ApprovalState.APPROVED


def test_an_older_sheet_an_unknown_code_and_junk_are_told_apart(submitted: Portal) -> None:
    old = short_code(content_hash())
    with session_scope() as session:
        edit_section(session, story.CAMPAIGN, "support", "另行簽辦。", person_id="ethics", at=story.SUBMITTED_AT)
    browser = submitted.browser()
    browser.sign_in("ethics")
    browser.get("/paper")
    for typed, told in (
        (old, "已由新版取代"),
        ("AAAA-AAAA", "查無這個識別碼"),
        (f"AAAAAAAA-{short_code(content_hash())}", "查無這個識別碼"),
        ("市長", "例如 K7QM-2XWD"),
        ("", "例如 K7QM-2XWD"),
    ):
        assert browser.send("/paper", {"code": typed}).status_code == 422, typed
        assert told in visible_text(browser.page)
        browser.get("/paper")


def test_the_way_in_is_the_ethics_offices_alone(submitted: Portal) -> None:
    for person in ("mayor", "works_head"):
        browser = submitted.browser()
        browser.sign_in(person)
        assert browser.get("/paper").status_code == 403


def test_a_reports_own_code_opens_the_decision_on_it(
    home: Path, clock: FixedClock, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore("reported", home, monkeypatch)
    clock.set("2026-11-19T11:30:00+08:00")
    browser = Portal(mail_server).browser()
    browser.sign_in("ethics")
    path = f"/campaigns/{story.CAMPAIGN}/campaign_report"
    with session_scope(read_only=True) as session:
        report = findings.latest_report(session, story.CAMPAIGN)
        assert report is not None
        scanned = payload(report.id, report.content_hash, address="")
    browser.get("/paper")
    opened = browser.send("/paper", {"code": scanned}).headers["location"]
    assert opened.startswith(f"{path}?code=")
    assert scanned[-9:] in visible_text(browser.get(opened.partition("#")[0]).text)
