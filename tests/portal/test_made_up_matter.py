"""A kind of matter nobody built for: one entry in the register, and it is asked, seen, read and decided by every door.

Nothing in portal, gates, policy, papers, mails or command line names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
import typer
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from inspection import settings
from inspection.approvals import matters
from inspection.approvals.decide import Decision, decide
from inspection.approvals.laying import lay_before_decider, tell_decider
from inspection.approvals.matters import Matter, MatterKind
from inspection.audit.events import record
from inspection.campaigns.gates import AirflowAnswer, awaited, decide_from_airflow, park, releasable
from inspection.cli.deciding import add_decisions
from inspection.clock import now
from inspection.documents.kinds import campaign_report
from inspection.documents.paper_code import short_code
from inspection.documents.render import fingerprint
from inspection.handovers.holdings import holdings_of
from inspection.model import Approval, Event, Notice, Person
from inspection.model.lifecycle import ApprovalState
from inspection.rules import catalogue
from inspection.rules.catalogue import Catalogue
from inspection.store import approvals, campaigns
from inspection.store.parked import ParkedGate
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome, HandedKind
from portal.client import Browser, visible_text
from portal.conftest import Portal
from portal.small_office import open_campaign

CAMPAIGN = "C1"
PAGE = f"/matters/later_end:{CAMPAIGN}"
ROW = """
documents:
- {id: later_end, name: 延後檢查末日, decided_by: agency_head, verb: 核定, countersigned_by: [資訊],
   opinion_working_days: 2, waits_working_days: 3}
"""
wanted: dict[str, date] = {}


def _find(session: Session, subject_id: str) -> Matter:
    digest = fingerprint({"until": wanted[subject_id].isoformat()})
    return Matter(LATER_END, subject_id, campaigns.get(session, subject_id), 1, digest, (digest,))


def _newest(_session: Session, campaign_id: str) -> str | None:
    return campaign_id


def _decide(session: Session, subject_id: str, decision: Decision, at: datetime) -> Approval:
    asked = approvals.latest(session, ("later_end", subject_id))
    assert asked is not None
    done = decide(session, asked.id, decision, current_hash=_find(session, subject_id).content_hash, at=at)
    record(session, at=at, actor=decision.person_id, subject=("later_end", subject_id), action="moved")
    return done


def _facts(_session: Session, matter: Matter, _catalogue: Catalogue) -> list[tuple[str, str]]:
    return [("擬延至", wanted[matter.subject_id].isoformat())]


LATER_END = MatterKind("later_end", "延後檢查", _find, _newest, _decide, facts=_facts, paper=campaign_report.KIND)


@pytest.fixture
def asked(portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """The kind entered, its row in the agency's own table, and a request of the officer before the mayor."""
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "approval_table.yaml").write_text(ROW, encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(rules))
    settings.reset()
    catalogue.reset()
    monkeypatch.setitem(matters._kinds, LATER_END.id, LATER_END)
    wanted[CAMPAIGN] = date(2026, 12, 4)
    with session_scope() as session:
        matters.require_known(session, catalogue.current())
        campaign = open_campaign(session)
        rules_now, digest = catalogue.current(), LATER_END.find(session, CAMPAIGN).content_hash
        approval = lay_before_decider(
            session, (LATER_END.id, CAMPAIGN), campaign, digest, requested_by="ethics", catalogue=rules_now, at=now()
        )
        tell_decider(session, approval, catalogue=rules_now, at=now())
        session.get_one(Person, "mayor").login = "mayor@airflow"
    yield portal
    wanted.clear()
    catalogue.reset()


def state() -> ApprovalState:
    """Of the request."""
    with session_scope() as session:
        return awaited(session, "later_end", CAMPAIGN).state


def at_the_page(portal: Portal, person: str) -> Browser:
    """A browser signed in and before the matter."""
    browser = portal.browser()
    browser.sign_in(person)
    assert browser.get(PAGE).status_code == 200
    return browser


def test_the_desk_names_it_and_leads_to_its_page(asked: Portal) -> None:
    browser = portal_of(asked, "mayor")
    home = browser.get("/")
    assert "延後檢查核定" in visible_text(home.text)
    assert f'href="{PAGE}"' in home.text
    page = visible_text(browser.get(PAGE).text)
    assert "擬延至" in page
    assert "2026-12-04" in page
    assert "擬列「密」" in page  # as the paper of its kind is marked
    with session_scope() as session:
        written = session.scalars(select(Notice).where(Notice.campaign_id == CAMPAIGN).order_by(Notice.id)).all()
        assert [(one.kind, one.person_id) for one in written] == [
            ("opinion_requested", "it_head"),
            ("approval_requested", "mayor"),
        ]
        assert {one.values["document_name"] for one in written} == {"115年下半年定期保密檢查延後檢查末日"}
    assert "延後檢查會辦" in visible_text(portal_of(asked, "it_head").get("/").text)


def portal_of(portal: Portal, person: str) -> Browser:
    """A browser signed in."""
    browser = portal.browser()
    browser.sign_in(person)
    return browser


def test_the_one_asked_decides_on_the_page(asked: Portal) -> None:
    browser = at_the_page(asked, "mayor")
    assert browser.send(f"{PAGE}/decision", {"outcome": "approved", "remark": ""}).status_code == 200
    assert state() is ApprovalState.PENDING
    sent = browser.send(f"{PAGE}/decision/confirm", {"code": browser.code("mayor")})
    assert sent.headers["location"] == PAGE
    assert state() is ApprovalState.APPROVED
    with session_scope() as session:
        assert session.query(Event).filter_by(action="moved").one().actor == "mayor"


def test_strangers_find_nothing_and_who_asked_does_not_decide(asked: Portal) -> None:
    assert portal_of(asked, "social").get(PAGE).status_code == 404
    officer = at_the_page(asked, "ethics")
    assert f"{PAGE}/decision" not in officer.page
    assert portal_of(asked, "mayor").get("/matters/later_end:other").status_code == 404
    assert portal_of(asked, "mayor").get(f"/matters/plan:{CAMPAIGN}").status_code == 404  # has a page of its own


def test_a_unit_says_what_it_thinks_and_the_office_what_became_of_it(asked: Portal) -> None:
    head = at_the_page(asked, "it_head")
    remarks: dict[str, str | list[str]] = {"stance": "remarks", "text": "請避開月底系統停機"}
    assert head.send(f"{PAGE}/opinion", remarks).status_code == 303
    officer = at_the_page(asked, "ethics")
    assert "請避開月底系統停機" in visible_text(officer.page)
    assert officer.send(f"{PAGE}/opinion/adoption", {"adoption": "adopted", "reason": ""}).status_code == 303
    assert "會辦意見" not in visible_text(portal_of(asked, "ethics").get("/").text)


def test_a_decision_on_paper_is_entered(asked: Portal) -> None:
    officer = at_the_page(asked, "ethics")
    fields: dict[str, str | list[str]] = {
        "outcome": "approved", "decided_by": "mayor", "decided_on": "115.10.12", "document_number": "示政字第1號",
        "remark": "", "code": short_code(_hash()),
    }  # fmt: skip
    assert officer.send(f"{PAGE}/paper", fields).status_code == 303
    with session_scope() as session:
        done = awaited(session, "later_end", CAMPAIGN)
        assert (done.state, done.entered_by) == (ApprovalState.APPROVED, "ethics")


def _hash() -> str:
    with session_scope() as session:
        return LATER_END.find(session, CAMPAIGN).content_hash


def test_a_gate_parks_is_answered_and_is_released(asked: Portal) -> None:
    gate = ParkedGate("dag", "run", "later_end")
    shown = _hash()
    with session_scope() as session:
        assert park(session, gate, "later_end", CAMPAIGN) == shown
        assert releasable(session) == []
    answer = AirflowAnswer(ApprovalOutcome.APPROVED, "mayor@airflow")
    wanted[CAMPAIGN] = date(2026, 12, 31)  # the content moved under the request
    old = replace(answer, identifier=short_code(_hash()))
    with session_scope() as session:
        assert decide_from_airflow(session, gate, old, catalogue=catalogue.current(), at=now()) is None
    browser = portal_of(asked, "mayor")
    assert "Airflow 作答未採計" in visible_text(browser.get("/").text)
    assert "您於 Airflow 之作答未採計" in visible_text(browser.get(PAGE).text)
    wanted[CAMPAIGN] = date(2026, 12, 4)
    with session_scope() as session:
        assert decide_from_airflow(session, gate, answer, catalogue=catalogue.current(), at=now()) is not None
    with session_scope() as session:
        assert releasable(session) == [(gate, ApprovalOutcome.APPROVED)]
    assert "未採計" not in visible_text(browser.get("/").text)


def test_the_command_line_enters_it_too(asked: Portal) -> None:
    group = typer.Typer()
    add_decisions(group, (LATER_END,))
    words = (
        "enter-decision", CAMPAIGN, "returned", "--decider", "mayor", "--number", "示政字第2號", "--remark", "不同意",
        "--decided-on", "2026-10-12", "--as", "ethics", "--code", short_code(_hash()), "--json",
    )  # fmt: skip
    ran = CliRunner().invoke(group, list(words))
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["state"] == "returned"
    assert state() is ApprovalState.RETURNED


def test_who_leaves_hands_it_over(asked: Portal) -> None:
    with session_scope() as session:
        wording = catalogue.current().wording
        found = holdings_of(session, "mayor", wording=wording, on=now().date(), at=now())
        (one,) = [one for one in found if one.kind is HandedKind.DECISION]
        assert one.campaign_id == CAMPAIGN
        assert campaigns.get(session, CAMPAIGN).name in one.words
