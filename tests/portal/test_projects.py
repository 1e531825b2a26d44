"""A project in the portal: its few readers see it, everybody else finds nothing, and the head decides on its review."""

from __future__ import annotations

from datetime import date

import pytest

from access.asked import allows
from conftest import FixedClock
from inspection.access.policy import Act
from inspection.clock import now
from inspection.model import Approval, Campaign, Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.planning.assess import assess
from inspection.planning.decision import decide_plan
from inspection.planning.draft import draft_plan
from inspection.planning.paper import print_plan
from inspection.planning.submit import submit_plan
from inspection.projects import closing
from inspection.projects.open import WantedProject, open_project
from inspection.projects.people import Newcomer, Signature, add_person, sign
from inspection.projects.pledges import send_pledges
from inspection.rules import catalogue
from inspection.store.session import session_scope
from inspection.vocabulary import ProjectKind, Severity, SuspicionKind
from portal.client import Browser, visible_text
from portal.conftest import Portal
from portal.story import decision

CODE, REAL, PROJECT = "松風", "示範路拓寬工程採購案", "C-115-PJ-01"
PLAN = f"/plans/{PROJECT}:v1"
REVIEW = f"/projects/{PROJECT}/closing_review"
LAST = date(2026, 10, 30)


def under_way() -> None:
    """Approved, the works unit's contact and an employee without any role in the know; only the employee signed."""
    rules = catalogue.current()
    wanted = WantedProject(ProjectKind.TENDER, "U04", date(2026, 10, 12), LAST, "ethics", CODE, REAL)
    with session_scope() as session:
        open_project(session, wanted, catalogue=rules, at=now())
        add_person(session, CODE, Newcomer("採購承辦人", "works"), by="ethics", at=now())
        entry = add_person(session, CODE, Newcomer("測量協辦", "nobody"), by="ethics", at=now())
        assess(session, PROJECT, catalogue=rules, actor="ethics", at=now())
        draft_plan(session, PROJECT, catalogue=rules, drafted_by="ethics", at=now())
        print_plan(session, PROJECT, catalogue=rules, at=now())
        asked = submit_plan(session, PROJECT, catalogue=rules, actor="ethics", at=now())
        decide_plan(session, f"{PROJECT}:v1", decision("mayor", asked.content_hash, now().date()), at=now())
        send_pledges(session, PROJECT, catalogue=rules, actor="ethics", at=now())
        sign(session, CODE, entry.id, Signature(now().date(), "示市政字第一號"), by="ethics", at=now())


def suspected() -> None:
    """A hit that waits for somebody of the ethics office."""
    with session_scope() as session:
        session.add(
            Suspicion(
                campaign_id=PROJECT,
                unit_id="U04",
                kind=SuspicionKind.SELF_REPORTED,
                fingerprint="f" * 64,
                state=SuspicionState.OPEN,
                suggested_severity=Severity.CRITICAL,
                detectors=["TOP-PROC-PRICE"],
                noted_at=now(),
            )
        )


def signed_in(portal: Portal, person: str) -> Browser:
    browser = portal.browser()
    browser.sign_in(person)
    browser.get("/")
    return browser


@pytest.mark.parametrize("person", ["ethics", "ethics_head", "mayor", "nobody"])
def test_those_in_it_see_plan_and_progress(portal: Portal, person: str) -> None:
    under_way()
    browser = signed_in(portal, person)
    assert browser.get("/progress").status_code == 200
    assert CODE in browser.page
    assert REAL not in browser.page
    assert browser.get(f"/progress/{PROJECT}").status_code == 200
    assert "未切結" in visible_text(browser.page)
    assert REAL not in browser.page
    assert browser.get(PLAN).status_code == 200
    assert REAL in browser.page
    downloaded = browser.get(f"{PLAN}/document")
    assert downloaded.status_code == 200
    assert REAL not in str(downloaded.headers)


@pytest.mark.parametrize("person", ["works", "works_head", "social", "secretary", "inspector"])
def test_nobody_else_finds_it_by_any_address(portal: Portal, person: str) -> None:
    under_way()
    suspected()
    browser = signed_in(portal, person)
    for path in ("/", "/progress", "/suspicions", "/fixes"):
        browser.get(path)
        assert CODE not in browser.page, path
        assert PROJECT not in browser.page, path
    scan = f"/approvals/plan:{PROJECT}:v1:1/scan"
    for path in (f"/progress/{PROJECT}", PLAN, f"{PLAN}/document", f"{PLAN}/package", REVIEW, scan):
        assert browser.get(path).status_code in {403, 404}, path
        assert REAL not in browser.page


def test_the_signed_paper_of_a_project_opens_for_those_in_it_alone(portal: Portal) -> None:
    under_way()
    scan = f"plan:{PROJECT}:v1:1"
    with session_scope() as session:
        approval = session.get_one(Approval, scan)
        assert allows(session, "ethics", Act.READ_SCAN, approval, at=now())
        session.get_one(Campaign, PROJECT).opened_by = "ethics_head"
        session.flush()
        assert not allows(session, "ethics", Act.READ_SCAN, approval, at=now())


def test_a_project_nobody_knows_of_counts_on_no_desk(portal: Portal) -> None:
    under_way()
    suspected()
    assert "等待判定" in visible_text(signed_in(portal, "ethics").page)
    with session_scope() as session:
        session.get_one(Campaign, PROJECT).opened_by = "ethics_head"
    assert "等待判定" not in visible_text(signed_in(portal, "ethics").page)


def test_the_head_decides_on_the_review_and_a_reader_may_only_read_it(portal: Portal, clock: FixedClock) -> None:
    under_way()
    clock.set("2026-11-02T09:00:00+08:00")
    rules = catalogue.current()
    with session_scope() as session:
        closing.open_review(session, PROJECT, catalogue=rules, actor="airflow", at=now())
        lines = ["知悉人員名冊管制落實，尚缺一人切結，已洽請補簽，餘無缺失。"]
        closing.write_opinion(session, CODE, lines, by="ethics", catalogue=rules, at=now())
        closing.submit_review(session, CODE, by="ethics", catalogue=rules, at=now())
    reader = signed_in(portal, "nobody")
    assert reader.get(REVIEW).status_code == 200
    assert "已洽請補簽" in reader.page
    assert f'action="{REVIEW}/decision"' not in reader.page
    head = signed_in(portal, "mayor")
    assert "檢討改進意見核定" in visible_text(head.page)
    assert head.get(REVIEW).status_code == 200
    head.send(f"{REVIEW}/decision", {"outcome": "approved", "remark": ""})
    head.send(f"{REVIEW}/decision/confirm", {"code": head.code("mayor")})
    with session_scope() as session:
        assert closing.newest(session, PROJECT).state.value == "signed"
