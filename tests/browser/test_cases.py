"""Question, case and place at phone, tablet and desk width."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from browser.visitor import Office
from conftest import FixedClock
from inspection import clock as now
from inspection.crawling.campaign import vault
from inspection.findings.triage import Verdict, triage
from inspection.model import CrawledFile, Suspicion
from inspection.rules import catalogue
from inspection.store.session import session_scope
from inspection.vocabulary import TriageOutcome

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("office", ["inspected"], indirect=True)
def test_a_unit_is_asked_sees_the_place_and_answers(office: Office, clock: FixedClock) -> None:
    clock.set("2026-11-12T09:00:00+08:00")
    with session_scope() as session:
        for file in session.scalars(select(CrawledFile)):
            file.path_sealed = vault().seal(f"115標案/{file.path_shown}")
        asked = list(
            session.scalars(
                select(Suspicion.id).where(Suspicion.unit_id == "U02", Suspicion.crawled_file_id.is_not(None))
            )
        )
        verdict = Verdict(TriageOutcome.ASK_UNIT, "ethics", "請說明本檔用途、保管人及是否仍須保留")
        triage(session, asked, verdict, catalogue=catalogue.current(), at=now.now())
    contact = office.visitor()
    contact.sign_in("social")
    contact.look("20-desk-of-a-contact")
    contact.go("/questions")
    contact.look("21-questions")
    contact.go(f"/cases/{asked[0]}/place")
    contact.look("22-place-asked")
    contact.page.fill("[name=reason]", "為回復政風室所詢")
    contact.page.click("main .button--main")
    contact.page.wait_for_selector(".place__path")
    contact.look("22-place")
    contact.go("/questions")
    contact.page.fill(f"[name=explanation-{asked[0]}]", "承辦人下載備用，已移入限權資料夾並補正標示")
    contact.page.click("main .button--main")
    contact.page.wait_for_selector("#answered")
    officer = office.visitor()
    officer.sign_in("ethics")
    officer.go("/suspicions/U02")
    officer.look("23-triage-with-answers")
    officer.go(f"/cases/{asked[1]}")
    officer.look("24-case")
    assert contact.complaints == officer.complaints == []
