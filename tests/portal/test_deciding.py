"""A decision through the portal: bound to person, content and outcome, whatever else happens meanwhile."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from conftest import FixedClock
from inspection import settings
from inspection.clock import now
from inspection.documents.copies import make_copies
from inspection.model import Approval, Campaign, Notice, Plan
from inspection.model.lifecycle import ApprovalState, CampaignState, NoticeState
from inspection.notices.deliver import deliver_due
from inspection.portal import rendering
from inspection.rules import catalogue
from inspection.store import approvals
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalRoute
from portal import story
from portal.client import Browser, visible_text
from portal.conftest import Portal
from portal.snapshots import restore
from servers.mail import MailServer

PLAN = f"/plans/{story.CAMPAIGN}:v1"
ON_DEPUTY_DAY = "2026-10-15T10:00:00+08:00"
APPROVE: dict[str, str | list[str]] = {"outcome": "approved", "remark": ""}


@pytest.fixture
def submitted(home: Path, clock: FixedClock, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """The portal with a plan before the mayor, on a day when the secretary acts for him."""
    restore("submitted", home, monkeypatch)
    clock.set(ON_DEPUTY_DAY)
    return Portal(mail_server)


def request() -> Approval:
    """The request as it stands."""
    with session_scope(read_only=True) as session:
        found = approvals.latest(session, ("plan", f"{story.CAMPAIGN}:v1"))
        assert found is not None
        session.expunge(found)
        return found


def at_the_plan(portal: Portal, person: str) -> Browser:
    """A browser signed in and before the plan."""
    browser = portal.browser()
    browser.sign_in(person)
    assert browser.get(PLAN).status_code == 200
    return browser


def test_the_head_approves_and_the_campaign_moves_on(submitted: Portal) -> None:
    browser = at_the_plan(submitted, "mayor")
    assert browser.send(f"{PLAN}/decision", APPROVE).status_code == 200
    assert request().state is ApprovalState.PENDING  # nothing before the code
    assert browser.send(f"{PLAN}/decision/confirm", {"code": browser.code("mayor")}).headers["location"] == PLAN
    assert request().state is ApprovalState.APPROVED
    with session_scope(read_only=True) as session:
        assert session.scalars(select(Campaign)).one().state is CampaignState.APPROVED
    assert "核定" in visible_text(browser.get(PLAN).text)


def test_a_wrong_code_decides_nothing_and_keeps_what_was_written(submitted: Portal) -> None:
    browser = at_the_plan(submitted, "mayor")
    browser.send(f"{PLAN}/decision", {"outcome": "returned", "remark": "請補列清潔隊分享區。"})
    refused = browser.send(f"{PLAN}/decision/confirm", {"code": "00000000"})
    assert refused.status_code == 422
    assert "請補列清潔隊分享區。" in refused.text
    assert request().state is ApprovalState.PENDING


def test_a_code_for_one_outcome_does_not_serve_another(submitted: Portal) -> None:
    browser = at_the_plan(submitted, "mayor")
    browser.send(f"{PLAN}/decision", {"outcome": "returned", "remark": "補件"})
    code = browser.code("mayor")
    assert browser.send(f"{PLAN}/decision/confirm", {"code": code, "outcome": "approved"}).status_code == 422
    assert request().state is ApprovalState.PENDING


def test_a_code_for_one_remark_does_not_serve_another(submitted: Portal) -> None:
    browser = at_the_plan(submitted, "mayor")
    browser.send(f"{PLAN}/decision", {"outcome": "approved_with_changes", "remark": "第三點修正"})
    fields: dict[str, str | list[str]] = {"code": browser.code("mayor"), "remark": "完全不同的文字"}
    assert browser.send(f"{PLAN}/decision/confirm", fields).status_code == 422
    assert request().state is ApprovalState.PENDING


def test_returning_without_a_reason_is_asked_again(submitted: Portal) -> None:
    browser = at_the_plan(submitted, "mayor")
    for fields in ({"outcome": "returned", "remark": " "}, {"remark": "x"}, {"outcome": "perhaps"}):
        assert browser.send(f"{PLAN}/decision", dict(fields)).status_code == 422
    assert len([mail for mail in submitted.mail.messages() if "mayor" in mail.recipients[0]]) == 1  # sign-in only


def test_content_changed_since_it_was_shown_is_not_decided(submitted: Portal) -> None:
    browser = at_the_plan(submitted, "mayor")
    browser.send(f"{PLAN}/decision", APPROVE)
    code = browser.code("mayor")
    with session_scope() as session:
        plan = session.scalars(select(Plan)).one()
        plan.content = {**plan.content, "title": "另一份計畫"}
    answer = browser.send(f"{PLAN}/decision/confirm", {"code": code})
    assert answer.status_code == 409
    assert "內容已經變動" in visible_text(answer.text)
    assert request().state is ApprovalState.PENDING


def test_a_hash_never_shown_is_refused_before_any_code_is_sent(submitted: Portal) -> None:
    browser = at_the_plan(submitted, "mayor")
    assert browser.send(f"{PLAN}/decision", {**APPROVE, "seen_hash": "f" * 64}).status_code == 409
    assert len([mail for mail in submitted.mail.messages() if "mayor" in mail.recipients[0]]) == 1


def test_of_head_and_deputy_deciding_at_once_the_first_counts(submitted: Portal) -> None:
    head, deputy = at_the_plan(submitted, "mayor"), at_the_plan(submitted, "secretary")
    head.send(f"{PLAN}/decision", APPROVE)
    deputy.send(f"{PLAN}/decision", {"outcome": "returned", "remark": "補件"})
    head_code, deputy_code = head.code("mayor"), deputy.code("secretary")
    assert deputy.send(f"{PLAN}/decision/confirm", {"code": deputy_code}).status_code == 303
    late = head.send(f"{PLAN}/decision/confirm", {"code": head_code})
    assert late.status_code == 409
    assert "已有人先處理" in visible_text(late.text)
    decided = request()
    assert (decided.state, decided.decided_by, decided.on_behalf_of) == (ApprovalState.RETURNED, "secretary", "mayor")


def test_the_deputy_is_refused_when_the_days_are_over(submitted: Portal, clock: FixedClock) -> None:
    browser = at_the_plan(submitted, "secretary")
    browser.send(f"{PLAN}/decision", APPROVE)
    code = browser.code("secretary")
    clock.set("2026-10-16T23:58:00+08:00")
    browser.sign_in("secretary")
    browser.get(PLAN)
    browser.send(f"{PLAN}/decision", APPROVE)
    code = browser.code("secretary")
    clock.set("2026-10-17T00:01:00+08:00")
    assert browser.send(f"{PLAN}/decision/confirm", {"code": code}).status_code == 404
    assert request().state is ApprovalState.PENDING


def test_the_drafter_reads_the_plan_and_decides_nothing(submitted: Portal) -> None:
    browser = at_the_plan(submitted, "ethics")
    assert f'action="{PLAN}/decision"' not in browser.page
    assert "尚未決行" in visible_text(browser.page)
    with pytest.raises(KeyError):
        browser.send(f"{PLAN}/decision", APPROVE)


def test_the_plan_is_given_as_the_document_bound_to_it(submitted: Portal) -> None:
    answer = at_the_plan(submitted, "mayor").http.get(f"{PLAN}/document")
    assert answer.content.startswith(b"PK")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["cache-control"] == "no-store"


def test_the_plan_is_given_as_odt_and_pdf_once_they_are_made_and_never_made_in_a_request(submitted: Portal) -> None:
    browser = at_the_plan(submitted, "mayor")
    assert "PDF" not in visible_text(browser.page)
    assert browser.http.get(f"{PLAN}/document?as=pdf").status_code == 404
    assert make_copies(session_scope, at=now()) == 2
    for target, begins in (("pdf", b"%PDF-"), ("odt", b"PK")):
        assert f'href="{PLAN}/document?as={target}"' in browser.get(PLAN).text
        answer = browser.http.get(f"{PLAN}/document?as={target}")
        assert answer.content.startswith(begins)
        assert answer.headers["content-disposition"].endswith(f".{target}")
    assert browser.http.get(f"{PLAN}/document?as=exe").status_code == 404


def test_the_drafter_takes_the_package_for_the_paper_route_once_its_copies_are_made(submitted: Portal) -> None:
    browser = at_the_plan(submitted, "ethics")
    assert "ODT、PDF製作中" in visible_text(browser.page)
    assert browser.http.get(f"{PLAN}/package").status_code == 404
    make_copies(session_scope, at=now())
    assert f'href="{PLAN}/package"' in browser.get(PLAN).text
    answer = browser.http.get(f"{PLAN}/package")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "01_簽稿.txt" in archive.namelist()
        assert archive.testzip() is None
    assert at_the_plan(submitted, "mayor").http.get(f"{PLAN}/package").status_code in {403, 404}


def test_a_code_the_mail_server_did_not_take_comes_with_the_outbox(submitted: Portal, clock: FixedClock) -> None:
    browser = submitted.browser()
    submitted.mail.stop()
    browser.get("/sign-in")
    assert browser.send("/sign-in", {"address": "works@shifan.test"}).status_code == 303
    with session_scope(read_only=True) as session:
        notice = session.scalars(select(Notice).where(Notice.kind == "sign_in_code")).one()
        assert notice.state is NoticeState.PENDING
        assert "code" not in notice.values
    submitted.mail.start()
    clock.set("2026-10-15T10:06:00+08:00")
    deliver_due(session_scope, at=now())
    browser.get("/sign-in/code")
    assert browser.send("/sign-in/code", {"code": browser.code("works")}).status_code == 303


def test_a_decision_taken_on_paper_is_entered_with_number_day_and_both_names(submitted: Portal) -> None:
    browser = at_the_plan(submitted, "ethics")
    given: dict[str, str | list[str]] = {
        "outcome": "approved",
        "decided_by": "mayor",
        "decided_on": "115.10.15",
        "document_number": "示市政字第1150000123號",
    }
    for lacking in ("outcome", "decided_on", "document_number"):
        assert browser.send(f"{PLAN}/paper", {**given, lacking: ""}).status_code == 422
    assert browser.send(f"{PLAN}/paper", {**given, "decided_on": "115.10.16"}).status_code == 422  # tomorrow
    assert browser.send(f"{PLAN}/paper", {**given, "decided_by": "works"}).status_code == 422
    browser.get(PLAN)
    assert browser.send(f"{PLAN}/paper", given).status_code == 303
    row = request()
    assert (row.state, row.route, row.decided_by, row.entered_by) == (
        ApprovalState.APPROVED,
        ApprovalRoute.PAPER,
        "mayor",
        "ethics",
    )
    assert row.document_number == "示市政字第1150000123號"
    assert "示市政字第1150000123號" in visible_text(browser.get(PLAN).text)


def test_a_paper_decision_on_other_content_is_refused(submitted: Portal) -> None:
    browser = at_the_plan(submitted, "ethics")
    fields = {"outcome": "approved", "decided_on": "115.10.15", "document_number": "1", "seen_hash": "0" * 64}
    assert browser.send(f"{PLAN}/paper", dict(fields)).status_code == 409
    assert request().state is ApprovalState.PENDING


def test_a_decision_is_called_as_the_agency_calls_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "office.yaml").write_text("outcome_names: {approved: 准予照辦}\n", encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(tmp_path))
    settings.reset()
    catalogue.reset()
    try:
        made = rendering.environment().from_string("{{ 'approved'|outcome }}、{{ 'returned'|outcome }}")
        assert made.render() == "准予照辦、退回"
    finally:
        catalogue.reset()
    for name in ("decided", "decide_form", "confirm"):
        page = (rendering.FOLDER / f"{name}.html.j2").read_text(encoding="utf-8")
        assert "修正後如擬" not in page, name
