"""會辦 through the portal: the unit asked reads and speaks, the ethics office answers, the decider sees all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import FixedClock
from inspection.model import Approval, Opinion
from inspection.model.lifecycle import ApprovalState, OpinionState
from inspection.store import approvals, opinions
from inspection.store.session import session_scope
from inspection.vocabulary import Adoption, Stance
from portal import story
from portal.client import Browser, visible_text
from portal.conftest import Portal
from portal.snapshots import restore
from servers.mail import MailServer

PLAN = f"/plans/{story.CAMPAIGN}:v1"
REMARK = "清查帳號請於期滿當日停用。"


@pytest.fixture
def submitted(home: Path, clock: FixedClock, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """The portal with a plan before the mayor, and two units asked."""
    restore("submitted", home, monkeypatch)
    clock.set("2026-10-15T10:00:00+08:00")
    return Portal(mail_server)


def at(portal: Portal, person: str, path: str = PLAN) -> Browser:
    """A browser signed in and before a page."""
    browser = portal.browser()
    browser.sign_in(person)
    assert browser.get(path).status_code == 200, visible_text(browser.page)
    return browser


def request() -> tuple[Approval, dict[str, Opinion]]:
    """The request and its opinions by unit, as they stand."""
    with session_scope(read_only=True) as session:
        found = approvals.latest(session, ("plan", f"{story.CAMPAIGN}:v1"))
        assert found is not None
        asked = {one.unit_id: one for one in opinions.of_approval(session, found)}
        session.expunge_all()
        return found, asked


def test_the_unit_asked_finds_it_on_its_desk_reads_the_plan_and_speaks(submitted: Portal) -> None:
    browser = at(submitted, "it_head", "/")
    assert "計畫會辦" in visible_text(browser.page)
    browser.get(PLAN)
    assert f'action="{PLAN}/decision"' not in browser.page
    again = browser.send(f"{PLAN}/opinion", {"stance": "remarks", "text": ""})
    assert again.status_code == 422
    assert "請寫明意見" in visible_text(browser.page)
    assert browser.send(f"{PLAN}/opinion", {"stance": "remarks", "text": REMARK}).headers["location"] == PLAN
    assert request()[1]["U08"].text == REMARK
    assert REMARK in visible_text(browser.get(PLAN).text)
    assert "計畫會辦" not in visible_text(browser.get("/").text)


@pytest.mark.parametrize("person", ["works_head", "social", "inspector"])
def test_who_was_not_asked_does_not_know_of_the_plan(submitted: Portal, person: str) -> None:
    browser = submitted.browser()
    browser.sign_in(person)
    assert browser.get(PLAN).status_code in {403, 404}


def test_the_drafter_answers_and_only_then_the_head_approves(submitted: Portal) -> None:
    unit = at(submitted, "it_head")
    unit.send(f"{PLAN}/opinion", {"stance": "remarks", "text": REMARK})
    head = at(submitted, "mayor")
    assert REMARK in visible_text(head.page)
    assert "資訊室意見尚未載明採納情形" in visible_text(head.page)
    assert head.send(f"{PLAN}/decision", {"outcome": "approved"}).status_code == 422
    ethics = at(submitted, "ethics", "/")
    assert "載明採納情形" in visible_text(ethics.page)
    ethics.get(PLAN)
    action = f"{PLAN}/opinion/adoption"
    assert ethics.send(action, {"adoption": "not_adopted", "reason": ""}).status_code == 422
    assert ethics.send(action, {"adoption": "adopted", "reason": "已列入計畫附件二"}).headers["location"] == PLAN
    assert request()[1]["U08"].adoption is Adoption.ADOPTED
    head.get(PLAN)
    assert "採納：已列入計畫附件二" in visible_text(head.page)
    assert head.send(f"{PLAN}/decision", {"outcome": "approved"}).status_code == 200
    head.send(f"{PLAN}/decision/confirm", {"code": head.code("mayor")})
    assert request()[0].state is ApprovalState.APPROVED


def test_the_ethics_office_enters_a_paper_opinion_and_is_told_what_is_wrong(submitted: Portal) -> None:
    browser = at(submitted, "ethics")
    action = f"{PLAN}/opinion/paper"
    fields: dict[str, str | list[str]] = {
        "unit": "U07", "stance": "no_remarks", "text": "", "given_by": "admin_head", "given_on": "115.10.15",
    }  # fmt: skip
    for wrong, told in (
        ({"given_on": "115.10.16"}, "不得晚於今日"),
        ({"given_by": "works_head"}, "非該單位主管或代理人"),
        ({"stance": ""}, "請選無意見或有意見"),
        ({"stance": "remarks"}, "請寫明單位所簽意見"),
    ):
        assert browser.send(action, {**fields, **wrong}).status_code == 422
        assert told in visible_text(browser.page)
        browser.get(PLAN)
    assert browser.send(action, fields).headers["location"] == PLAN
    one = request()[1]["U07"]
    assert (one.state, one.stance, one.given_by, one.entered_by) == (
        OpinionState.GIVEN, Stance.NO_REMARKS, "admin_head", "ethics",
    )  # fmt: skip


def test_the_unit_reads_it_no_more_once_it_is_decided(submitted: Portal) -> None:
    head = at(submitted, "mayor")
    assert "會辦中，期限" in visible_text(head.page)
    head.send(f"{PLAN}/decision", {"outcome": "approved"})
    head.send(f"{PLAN}/decision/confirm", {"code": head.code("mayor")})
    unit = submitted.browser()
    unit.sign_in("it_head")
    assert unit.get(PLAN).status_code == 404
    assert "計畫會辦" not in visible_text(unit.get("/").text)


def test_the_campaigns_report_is_read_by_the_unit_asked(
    home: Path, clock: FixedClock, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore("reported", home, monkeypatch)
    clock.set("2026-11-19T11:30:00+08:00")
    path = f"/campaigns/{story.CAMPAIGN}/campaign_report"
    browser = at(Portal(mail_server), "it_head", path)
    sent = browser.send(f"{path}/opinion", {"stance": "no_remarks"})
    assert sent.headers["location"] == path
    assert "無意見" in visible_text(browser.get(path).text)
