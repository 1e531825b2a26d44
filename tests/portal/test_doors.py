"""Every door of the portal, walked one by one: nobody unsigned and nobody wrong gets anything."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select
from starlette.routing import Route

from conftest import FixedClock
from inspection import clock as now
from inspection.access.tokens import form_token
from inspection.handovers.listing import Wanted
from inspection.handovers.open import open_handover
from inspection.model import DutyShift, Event, PortalSession, RoleGrant, Suspicion
from inspection.model.lifecycle import ChecklistState
from inspection.portal import signing_in
from inspection.portal.app import DOORS, create_app
from inspection.portal.guard import Door
from inspection.rules import catalogue
from inspection.store.session import session_scope
from portal import story
from portal.answering import OF_WORKS, entered, returned
from portal.client import Browser, visible_text
from portal.conftest import Portal
from portal.snapshots import restore
from servers.mail import MailServer

SECRETS = ("身分證", "底價", "名冊", "核定標的", "逾期", "分享區檔案", story.CAMPAIGN)
HANDED_ON = date(2026, 12, 1)
OPEN_TO_ALL = {"/static/portal.css", "/static/answering.js", "/static/icon.svg", "/health", "/healthz"} | {
    door.path for door in signing_in.DOORS
}


@pytest.fixture
def told(home: Path, clock: FixedClock, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """The portal at the end of a whole inspection: a plan, cases, reports, fixes, and a handover to come."""
    restore("issued", home, monkeypatch)
    clock.set("2026-11-23T09:10:00+08:00")
    wanted = Wanted("works", "works_head", HANDED_ON, "調職")
    with session_scope() as session:
        open_handover(session, wanted, catalogue=catalogue.current(), actor="ethics", at=now.now())
        session.add(on_duty())
    return Portal(mail_server)


def on_duty() -> DutyShift:
    """A shift of somebody without a role, the night before."""
    return DutyShift(
        id=f"{story.CAMPAIGN}:202611222200:1",
        campaign_id=story.CAMPAIGN,
        post="值勤室",
        starts_at=datetime.fromisoformat("2026-11-22T22:00:00+08:00"),
        ends_at=datetime.fromisoformat("2026-11-23T08:00:00+08:00"),
        person_id="nobody",
        telephone="(00)0000-0110",
        active=True,
    )


def subjects() -> dict[str, str]:
    """A matter for each first part of a path."""
    return {
        "plans": f"{story.CAMPAIGN}:v1",
        "reports": f"{story.CAMPAIGN}:U04:r1",
        "campaigns": story.CAMPAIGN,
        "progress": story.CAMPAIGN,
        "fixes": f"{story.CAMPAIGN}-003",
        "suspicions": "U04",
        "cases": case_of("U04"),
        "checklists": f"{story.CAMPAIGN}:U04",
        "duty": on_duty().id,
        "approvals": f"plan:{story.CAMPAIGN}:v1:1",
        "handovers": "H-1151201-works-works_head",
        "projects": story.CAMPAIGN,
        "matters": f"made_up:{story.CAMPAIGN}",
    }


def case_of(unit: str) -> str:
    """The 疑似事項 about a file of a unit; nothing where there is none yet."""
    with session_scope() as session:
        query = select(Suspicion.id).where(Suspicion.unit_id == unit, Suspicion.crawled_file_id.is_not(None))
        return str(session.scalars(query).one_or_none() or "")


def path_of(door: Door) -> str:
    """The door's path with a real matter in it."""
    path = door.path.replace("{subject_id:int}", "{subject_id}")
    return path.replace("{subject_id}", subjects().get(path.split("/")[1], "")) if "{" in path else path


def knock(browser: Browser, door: Door) -> httpx.Response:
    """Asks at a door; a form with the right token, as an attacker inside would send it."""
    if door.method == "GET":
        return browser.http.get(path_of(door))
    cookie = browser.http.cookies.get("inspection") or ""
    fields = {"form_token": form_token(cookie), "outcome": "approved", "claim": "x", "note": "x", "result": "passed"}
    return browser.http.post(path_of(door), data=fields)


def test_every_route_is_a_guarded_door_or_says_nothing_of_any_matter() -> None:
    guarded = {(door.method, door.path) for door in DOORS}
    for route in create_app().routes:
        assert isinstance(route, Route)
        methods = (route.methods or set()) - {"HEAD"}
        assert route.path in OPEN_TO_ALL or all((method, route.path) in guarded for method in methods), route.path


def test_nobody_unsigned_gets_anything_through_any_door(told: Portal) -> None:
    for door in DOORS:
        answer = knock(told.browser(), door)
        assert answer.status_code == 303, door.path
        assert answer.headers["location"] == "/sign-in"
        assert not answer.text


def test_a_person_of_another_unit_gets_nothing_of_any_matter(told: Portal) -> None:
    stranger = told.browser()
    stranger.sign_in("social")
    for door in DOORS:
        if door.path in {"/", "/fixes", "/questions", "/checklists"}:
            continue
        answer = knock(stranger, door)
        assert answer.status_code in {403, 404}, f"{door.method} {door.path}: {answer.status_code}"
        for secret in SECRETS:
            assert secret not in visible_text(answer.text), f"{door.path} told {secret}"
        assert re.search(r"E-[0-9A-Z]{4}-[0-9A-Z]", answer.text)


def test_a_contact_decides_judges_and_verifies_nothing(told: Portal) -> None:
    contact = told.browser()
    contact.sign_in("works")
    for door in DOORS:
        own = (
            "/claim",
            "/opening",
            "/document",
            "/questions",
            "/place",
            "/answers",
            "/check",
            "/draft",
            "/fillers",
            "/upload",
        )
        if door.method == "POST" and not door.path.endswith(own):
            assert knock(contact, door).status_code in {403, 404}, door.path


def test_every_answer_bears_the_strict_headers(told: Portal) -> None:
    browser = told.browser()
    browser.sign_in("ethics")
    answers = [
        browser.http.get(path) for path in ("/", "/sign-in", "/fixes", "/nowhere", "/static/portal.css", "/health")
    ]
    answers.append(browser.http.post("/sign-in", content=b"x"))
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers
    assert all(answer.headers["cache-control"] == "no-store" for answer in answers[:4])


def test_no_page_holds_script_inline_style_or_another_place(told: Portal) -> None:
    browser = told.browser()
    browser.sign_in("ethics")
    for door in DOORS:
        if door.method == "GET":
            page = browser.get(path_of(door)).text
            assert "<script" not in page
            assert not re.search(r"\sstyle=|\son\w+=|javascript:", page), door.path
            assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page), door.path


def test_neither_docs_nor_interface_description_is_served(portal: Portal) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert portal.browser().get(path).status_code == 404


def rows() -> tuple[int, int]:
    """How many events and sessions there are."""
    with session_scope(read_only=True) as session:
        return (
            session.scalar(select(func.count()).select_from(Event)) or 0,
            session.scalar(select(func.count()).select_from(PortalSession)) or 0,
        )


def test_looking_and_head_change_nothing(told: Portal) -> None:
    browser = told.browser()
    browser.sign_in("works_head")
    before = rows()
    for door in DOORS:
        browser.http.head(path_of(door))
        if door.method == "GET":
            browser.http.get(path_of(door))
    for path in OPEN_TO_ALL:
        browser.http.head(path)
        browser.http.get(path)
    assert rows() == before


def test_a_link_asked_a_hundred_times_changes_nothing_and_its_code_still_enters(sent: Portal) -> None:
    """Acceptance test 5 of workflow 5.9, while forms are out. One exception is named: who may answer a form and has
    it before them has opened it (已開啟), once, whatever the door; HEAD never does."""
    link, sign_in = f"/checklists/{OF_WORKS}/answers", "/sign-in/code"
    contact = sent.browser()
    contact.get("/sign-in")
    contact.send("/sign-in", {"address": "works@shifan.test"})
    code, before = contact.code("works"), rows()
    for asked in range(100):
        ask = contact.http.head if asked % 2 else contact.http.get
        assert ask(link).headers["location"] == "/sign-in"
        assert ask(sign_in).status_code == 200
    assert (rows(), returned()) == (before, (ChecklistState.ISSUED, 0))
    contact.get(sign_in)
    assert contact.send(sign_in, {"code": code}).status_code == 303
    before = rows()
    doors = [path_of(one) for one in DOORS if one.path.startswith("/checklists") or "{" not in one.path]
    for path in doors:
        contact.http.head(path)
    assert (rows(), returned()) == (before, (ChecklistState.ISSUED, 0))
    for asked in range(100):
        assert (contact.http.head if asked % 5 else contact.http.get)(link).status_code == 200
    assert (rows(), returned()) == ((before[0] + 1, before[1]), (ChecklistState.OPENED, 0))
    before = rows()
    for path in doors:
        contact.http.get(path)
    assert rows() == before


@pytest.mark.parametrize("door", ["", "/upload", "/blank-form"])
def test_a_form_is_opened_by_whichever_door_its_unit_first_sees_it(sent_here: Portal, door: str) -> None:
    assert entered(sent_here, "ethics").get(f"/checklists/{OF_WORKS}").status_code == 200
    assert returned()[0] is ChecklistState.ISSUED, "who reviews has not opened it for the unit"
    contact = entered(sent_here, "works")
    assert contact.http.head(f"/checklists/{OF_WORKS}{door}").status_code == 200
    assert returned()[0] is ChecklistState.ISSUED
    for _ in range(2):
        assert contact.http.get(f"/checklists/{OF_WORKS}{door}").status_code == 200
        assert returned()[0] is ChecklistState.OPENED


def test_a_form_without_our_token_or_from_another_site_is_refused(told: Portal) -> None:
    browser = told.browser()
    browser.sign_in("works")
    path = f"/fixes/{story.CAMPAIGN}-003/claim"
    good = {"form_token": form_token(browser.http.cookies["inspection"]), "claim": "已移置並限權。"}
    assert browser.http.post(path, data={"claim": "x"}).status_code == 403
    assert browser.http.post(path, data=good | {"form_token": form_token("another")}).status_code == 403
    assert browser.http.post(path, data=good, headers={"Origin": "https://elsewhere.test"}).status_code == 403
    assert browser.http.post(path, data=good, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.http.post(path, data=good, headers={"Origin": "null"}).status_code == 303


def test_other_content_and_oversized_forms_are_refused(told: Portal) -> None:
    browser = told.browser()
    browser.sign_in("works")
    path = f"/fixes/{story.CAMPAIGN}-003/claim"
    assert browser.http.post(path, json={"claim": "x"}).status_code == 422
    assert browser.http.post(path, data={"claim": "x" * 70_000}).status_code == 422


def test_known_and_unknown_addresses_get_the_same_answer(portal: Portal) -> None:
    answers = []
    for address in ("works@shifan.test", "stranger@example.test"):
        browser = portal.browser()
        browser.get("/sign-in")
        asked = browser.send("/sign-in", {"address": address})
        page = browser.get("/sign-in/code").text
        wrong = browser.send("/sign-in/code", {"code": "00000000"})
        answers.append((asked.status_code, asked.text, _plain(page), wrong.status_code, _plain(wrong.text)))
    assert answers[0] == answers[1]
    assert len(portal.mail.messages()) == 1


def _plain(html: str) -> str:
    return re.sub(r'name="form_token" value="[^"]+"', "", html)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(portal: Portal) -> None:
    browser = portal.browser()
    browser.get("/sign-in")
    browser.send("/sign-in", {"address": "works@shifan.test"})
    browser.get("/sign-in/code")
    entered = browser.send("/sign-in/code", {"code": browser.code("works")})
    cookie = next(one for one in entered.headers.get_list("set-cookie") if one.startswith("inspection="))
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "expires" not in cookie.lower()


def test_losing_the_role_ends_the_visit_at_the_next_click(told: Portal) -> None:
    browser = told.browser()
    browser.sign_in("works")
    assert browser.get("/fixes").status_code == 200
    with session_scope() as session:
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.person_id == "works")):
            session.delete(grant)
    assert browser.get("/fixes").headers["location"] == "/sign-in"


def test_signing_out_ends_it_here_and_on_the_server(portal: Portal) -> None:
    browser = portal.browser()
    browser.sign_in("works")
    kept = browser.http.cookies["inspection"]
    browser.get("/")
    assert browser.send("/sign-out", {}).headers["location"] == "/sign-in"
    browser.http.cookies.set("inspection", kept)
    assert browser.get("/").headers["location"] == "/sign-in"


def test_a_fault_nobody_foresaw_is_a_page_that_tells_nothing(
    told: Portal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = told.browser()
    browser.sign_in("works")
    with session_scope() as session:
        session.connection().exec_driver_sql("ALTER TABLE finding RENAME TO finding_gone")
    answer = browser.get("/fixes")
    assert answer.status_code in {500, 503}
    assert "事件編號" in answer.text
    assert "finding" not in answer.text
    assert "content-security-policy" in answer.headers
    assert re.search(r"錯誤編號 E-", caplog.text)
    assert "SELECT" not in caplog.text


@pytest.mark.clause("S4-26")
def test_a_fix_goes_from_claim_to_release_through_three_people(told: Portal) -> None:
    path = f"/fixes/{story.CAMPAIGN}-003"
    unit, officer, head = told.browser(), told.browser(), told.browser()
    unit.sign_in("works")
    unit.get(path)
    assert unit.send(f"{path}/claim", {"claim": " "}).status_code == 422
    assert unit.send(f"{path}/claim", {"claim": "已移置並限權。"}).status_code == 303
    officer.sign_in("ethics")
    officer.get(path)
    assert officer.send(f"{path}/verification", {"result": "passed", "note": ""}).status_code == 422
    assert officer.send(f"{path}/verification", {"result": "passed", "note": "現場複查屬實。"}).status_code == 303
    assert "release" not in officer.get(path).text
    head.sign_in("ethics_head")
    assert "待解除列管" in visible_text(head.get("/").text)
    head.get(path)
    assert head.send(f"{path}/release", {}).status_code == 303
    assert "已於115年11月23日解除列管" in visible_text(head.get(path).text)
