"""The pages about one 疑似事項: questions before the unit, words on paper, and the place of the file behind it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, select

from conftest import FixedClock
from inspection import clock as now
from inspection.crawling.campaign import vault
from inspection.crawling.shown import file_code
from inspection.errors import Conflict
from inspection.findings.describe import describe
from inspection.findings.suspect import suspect
from inspection.findings.triage import Verdict, triage
from inspection.model import Answer, CrawledFile, CrawlRun, Event, Finding, Hit, Notice, Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.rules import catalogue
from inspection.rules.answers import StatementAnswer, kept_answer
from inspection.store import checklists, findings
from inspection.store.session import engine_for, session_scope
from inspection.vocabulary import AnswerValue, ReadStatus, Severity, TriageOutcome
from inspection.vocabulary import Verdict as FileVerdict
from portal import story
from portal.client import Browser, visible_text
from portal.conftest import Portal

CAMPAIGN = story.CAMPAIGN
SECRET_PLACE = "115標案/示範路拓寬_承辦虛構甲/核定底價_虛構乙.xlsx"
REASON = {"reason": "判定前核對檔案"}


@pytest.fixture
def inspected(portal: Portal, clock: FixedClock) -> Portal:
    """疑似事項 drawn; the sealed places can be opened."""
    with session_scope() as session:
        for chapter in (story.submit, story.approve, story.inspect):
            chapter(session)
        for file in session.scalars(select(CrawledFile)):
            file.path_sealed = vault().seal(SECRET_PLACE)
    clock.set("2026-11-12T09:00:00+08:00")
    return portal


def case(unit: str) -> int:
    """The gravest 疑似事項 about a file of a unit."""
    with session_scope() as session:
        query = select(Suspicion.id).where(Suspicion.unit_id == unit, Suspicion.crawled_file_id.is_not(None))
        return session.scalars(query.order_by(Suspicion.id)).first() or 0


def decided(outcome: TriageOutcome, *ids: int, person: str = "ethics") -> list[str]:
    """An officer's decision."""
    with session_scope() as session:
        verdict = Verdict(outcome, person, "請說明用途及保管方式")
        return triage(session, ids, verdict, catalogue=catalogue.current(), at=now.now())


def entered(portal: Portal, person: str) -> Browser:
    """Somebody signed in."""
    browser = portal.browser()
    browser.sign_in(person)
    return browser


def place_of(portal: Portal, person: str, case_id: int) -> tuple[int, str]:
    """Status and page after asking for a place with a reason."""
    browser = entered(portal, person)
    path = f"/cases/{case_id}/place"
    first = browser.get(path)
    if f'action="{path}"' not in browser.page:
        return first.status_code, visible_text(browser.page)
    return browser.send(path, REASON).status_code, visible_text(browser.page)


def openings() -> list[tuple[str, str | None]]:
    """Who opened a place, and what for."""
    with session_scope() as session:
        return [(one.actor, one.reason) for one in session.scalars(select(Event).where(Event.action == "place_opened"))]


# ------------------------------------------------------------------------------------------------ questions


def test_a_contact_finds_the_question_on_the_desk_and_answers_it(inspected: Portal) -> None:
    works = case("U04")
    decided(TriageOutcome.ASK_UNIT, works)
    contact = entered(inspected, "works")
    contact.get("/")
    assert "2件待說明" in visible_text(contact.page), "beside the statement the crawl speaks against"
    contact.get("/questions")
    text = visible_text(contact.page)
    assert "請說明用途及保管方式" in text
    assert SECRET_PLACE not in contact.page
    empty = contact.send("/questions", {f"explanation-{works}": " "})
    assert empty.status_code == 422
    sent = contact.send("/questions", {f"explanation-{works}": "開標後解密，現鎖於限權資料夾"})
    assert sent.headers["location"] == "/questions"
    contact.get("/questions")
    assert "已說明，待政風室判定" in visible_text(contact.page)
    officer = entered(inspected, "ethics")
    officer.get("/suspicions/U04")
    assert "單位說明：開標後解密，現鎖於限權資料夾" in visible_text(officer.page)


def test_what_an_officer_entered_first_takes_no_other_answer_along(inspected: Portal, clock: FixedClock) -> None:
    works = case("U04")
    decided(TriageOutcome.ASK_UNIT, works)
    contact, officer = entered(inspected, "works"), entered(inspected, "ethics")
    contact.get("/questions")
    other = next(one for one in re.findall(r'name="(explanation-\d+)"', contact.page) if one != f"explanation-{works}")
    officer.get(f"/cases/{works}")
    officer.send(f"/cases/{works}/explanation", {"said_by": "works_head", "explanation": "當面說明"})
    sent = contact.send("/questions", {f"explanation-{works}": "頁面所填", other: "另一件之說明"})
    assert sent.status_code == 409
    text = visible_text(contact.page)
    assert "有1件說明未採用" in text
    assert "頁面所填" in text
    with session_scope() as session:
        said = {f"explanation-{one.id}": one.explanation for one in session.scalars(select(Suspicion))}
    assert (said[f"explanation-{works}"], said[other]) == ("當面說明", "另一件之說明")
    # a session that ended while people wrote
    contact.get("/questions")
    clock.set("2026-11-12T17:30:00+08:00")
    given_back = contact.http.post("/questions", data={other: "寫了很久的說明"})
    assert given_back.status_code == 401
    assert "寫了很久的說明" in visible_text(given_back.text)


def test_a_contact_sees_no_question_of_another_unit(inspected: Portal) -> None:
    decided(TriageOutcome.ASK_UNIT, case("U04"))
    stranger = entered(inspected, "social")
    stranger.get("/questions")
    assert "請說明用途及保管方式" not in visible_text(stranger.page)


def test_an_officer_enters_what_was_said_on_paper(inspected: Portal) -> None:
    works = case("U04")
    decided(TriageOutcome.ASK_UNIT, works)
    officer = entered(inspected, "ethics")
    officer.get(f"/cases/{works}")
    path = f"/cases/{works}/explanation"
    assert officer.send(path, {"said_by": "social", "explanation": "當面說明"}).status_code == 422
    assert officer.send(path, {"said_by": "works_head", "explanation": ""}).status_code == 422
    assert officer.send(path, {"said_by": "works_head", "explanation": "當面說明"}).status_code == 303
    officer.get(f"/cases/{works}")
    assert "書面或當面說明，由簡○廉登錄" in visible_text(officer.page)


def test_a_reserved_matter_is_asked_of_the_person_named_for_it(inspected: Portal) -> None:
    staff = case("U09")
    officer = entered(inspected, "ethics")
    officer.get("/suspicions/U09")
    form = {"suspicion": str(staff), "reason": "請說明", "outcome": "ask_unit"}
    assert officer.send("/suspicions/U09", form).status_code == 422
    assert "請先於「本件詳情」指定一位說明人" in visible_text(officer.page)
    officer.get(f"/cases/{staff}")
    assert officer.send(f"/cases/{staff}/confidant", {"confidant": "admin_head"}).status_code == 303
    officer.get("/suspicions/U09")
    assert officer.send("/suspicions/U09", form).status_code == 303
    named = entered(inspected, "admin_head")
    named.get("/questions")
    assert f"explanation-{staff}" in named.page
    with session_scope() as session:
        mails = session.scalars(select(Notice).where(Notice.kind == "question_to_unit"))
        assert [one.person_id for one in mails] == ["admin_head"]


def test_a_dismissal_needs_its_ground(inspected: Portal) -> None:
    works = case("U04")
    officer = entered(inspected, "ethics")
    officer.get("/suspicions/U04")
    form = {"suspicion": str(works), "reason": "決標公告已載", "outcome": "dismissed"}
    assert officer.send("/suspicions/U04", form).status_code == 422
    assert officer.send("/suspicions/U04", {**form, "ground": "public"}).status_code == 303
    with session_scope() as session:
        assert session.get_one(Suspicion, works).ground == "public"


@pytest.mark.parametrize("path", ["/suspicions", "/suspicions/U04", "/cases/{case}", "/cases/{case}/place", "/fixes"])
def test_a_page_of_cases_bears_the_mark_of_their_paper(inspected: Portal, path: str) -> None:
    officer = entered(inspected, "ethics")
    assert officer.get(path.format(case=case("U04"))).status_code == 200
    told = visible_text(officer.page)
    assert "擬列「密」，解密條件：本案缺失全部解除列管後解密。" in told
    assert "公布後自動解密" not in told


# ------------------------------------------------------------------------------------------------ the place


def test_an_officer_sees_the_place_with_a_reason_and_it_is_kept(inspected: Portal) -> None:
    works = case("U04")
    officer = entered(inspected, "ethics")
    path = f"/cases/{works}/place"
    officer.get(path)
    assert SECRET_PLACE not in officer.page
    assert officer.send(path, {"reason": " "}).status_code == 422
    assert openings() == []
    assert officer.send(path, REASON).status_code == 200
    assert SECRET_PLACE in visible_text(officer.page)
    assert openings() == [("ethics", REASON["reason"])]
    officer.get(path)
    assert SECRET_PLACE not in officer.page, "asked for anew each time"


@pytest.mark.parametrize("person", ["works", "works_head"])
def test_a_unit_sees_the_place_once_it_was_asked_and_not_before(inspected: Portal, person: str) -> None:
    works = case("U04")
    assert place_of(inspected, person, works)[0] == 404
    decided(TriageOutcome.ASK_UNIT, works)
    assert SECRET_PLACE in place_of(inspected, person, works)[1]
    assert openings() == [(person, REASON["reason"])]


@pytest.mark.parametrize("person", ["social", "secretary", "mayor", "admin_head", "inspector"])
def test_nobody_without_a_part_in_it_sees_a_place(inspected: Portal, person: str) -> None:
    works = case("U04")
    decided(TriageOutcome.ASK_UNIT, works)
    status, text = place_of(inspected, person, works)
    assert status in {403, 404}
    assert SECRET_PLACE not in text
    assert openings() == []


def test_a_reserved_place_is_for_the_officer_and_the_person_named(inspected: Portal) -> None:
    works = case("U04")
    with session_scope() as session:
        one = session.get_one(Suspicion, works)
        one.detectors, one.confidant_id = [*one.detectors, "TOP-HR"], "works_head"
    decided(TriageOutcome.ASK_UNIT, works)
    status, text = place_of(inspected, "works", works)
    assert (status, SECRET_PLACE in text, "位置只及於政風人員及本件指定之一人" in text) == (200, False, True)
    assert SECRET_PLACE in place_of(inspected, "works_head", works)[1]
    assert SECRET_PLACE in place_of(inspected, "ethics", works)[1]
    assert [who for who, _ in openings()] == ["works_head", "ethics"]


@pytest.mark.parametrize("level", ["絕對機密", "極機密", "機密"])
def test_a_national_secret_s_place_stands_on_no_page(inspected: Portal, level: str) -> None:
    works = case("U04")
    with session_scope() as session:
        file = session.get_one(CrawledFile, session.get_one(Suspicion, works).crawled_file_id)
        file.mark = {"level": level, "defects": ["D02"]}
        shown, code = file.path_shown, file_code(file.id)
    for person in ("ethics", "ethics_head"):
        status, text = place_of(inspected, person, works)
        assert (status, "請洽政風室主任當面說明" in text, SECRET_PLACE in text) == (200, True, False)
    assert openings() == []
    officer = entered(inspected, "ethics")
    officer.get("/suspicions/U04")
    assert shown not in visible_text(officer.page)
    assert code in officer.page


def test_a_case_that_cannot_exist_is_not_found(inspected: Portal) -> None:
    officer = entered(inspected, "ethics")
    for number in ("0", "99999", str(2**31), "9" * 30):
        assert officer.get(f"/cases/{number}").status_code == 404


# ------------------------------------------------------------------------------------------------ one fact, one case


def test_what_a_unit_declared_otherwise_is_a_fact_of_the_very_file(inspected: Portal) -> None:
    rules = catalogue.current()
    with session_scope() as session:
        one = session.get_one(Suspicion, case("U04"))
        item = "SHR-001"
        (checklist,) = [c for c in checklists.of_campaign(session, CAMPAIGN) if c.unit_id == "U04"]
        question = next((q for q in checklists.questions(session, checklist.id) if q.item_id == item), None)
        if question is None:
            question = checklists.questions(session, checklist.id)[0]
            session.execute(
                question.__table__.update()
                .where(question.__table__.c.checklist_id == checklist.id, question.__table__.c.position == 1)
                .values(item_id=item)
            )
        conforms = kept_answer(StatementAnswer(said=AnswerValue.CONFORMS))
        old = session.get(Answer, (checklist.id, 1, item))
        if old is None:
            session.add(
                Answer(checklist_id=checklist.id, version=1, item_id=item, value=conforms, mended=False, remark="")
            )
        else:
            old.value = conforms
        session.flush()
        before = findings.count(session, CAMPAIGN)
        suspect(session, CAMPAIGN, catalogue=rules, actor="ethics", at=now.now())
        assert findings.count(session, CAMPAIGN) == before, "no second case of the same fact"
        assert f"項次 {item}" in describe(session, one, rules).fact
        assert "填報符合，與本項清查結果不一致" in describe(session, one, rules).fact


# ------------------------------------------------------------------------------------------------ batches


@pytest.mark.parametrize(
    ("mended", "remark"), [(True, "已於10月30日移至限權資料夾"), (True, ""), (False, "仍待裝設"), (False, "")]
)
def test_what_a_unit_put_down_beside_its_own_answer_stands_where_it_is_judged(
    inspected: Portal, *, mended: bool, remark: str
) -> None:
    with session_scope() as session:
        own = select(Suspicion).where(Suspicion.checklist_id.is_not(None)).order_by(Suspicion.id)
        drawn = session.scalars(own).first()
        assert drawn is not None
        answer = session.get_one(Answer, (drawn.checklist_id, 1, drawn.item_id))
        answer.mended, answer.remark = mended, remark
        case_id, unit_id = drawn.id, drawn.unit_id
    officer = entered(inspected, "ethics")
    for path, not_ticked in ((f"/suspicions/{unit_id}", "單位自評不符合"), (f"/cases/{case_id}", "未勾選已自行改善")):
        officer.get(path)
        page = visible_text(officer.page)
        assert ("已自行改善" in page.replace("未勾選已自行改善", "")) is mended, path
        assert mended or not_ticked in page
        assert remark in page


def add_files(count: int) -> list[int]:
    """More 疑似事項 about files of the works unit."""
    with session_scope() as session:
        run = session.get_one(CrawlRun, f"{CAMPAIGN}:crawl")
        shard = session.scalars(select(CrawledFile.shard_id)).first()
        for number in range(100, 100 + count):
            file = CrawledFile(
                run_id=run.id, shard_id=shard, share_id="S-U04", path_key=f"{number:064}", path_shown=f"檔{number}",
                path_sealed=vault().seal(f"檔{number}"), size_bytes=1, modified_at=run.opened_at,
                changed_at=run.opened_at, file_id=str(number), content_key=f"{number:064}",
                status=ReadStatus.SCANNED, verdict=FileVerdict.UNMARKED_SENSITIVE, severity=Severity.HIGH, mark=None,
                hints=[], broad_readers=[],
            )  # fmt: skip
            session.add(file)
            session.flush()
            session.add(
                Hit(
                    crawled_file_id=file.id, detector="PII-NID", count=1, people=1, severity=Severity.HIGH,
                    excerpts=[], locators=[],
                )
            )  # fmt: skip
        session.flush()
        suspect(session, CAMPAIGN, catalogue=catalogue.current(), actor="ethics", at=now.now())
        return [one.id for one in findings.suspicions(session, CAMPAIGN) if one.unit_id == "U04"]


@pytest.mark.parametrize("outcome", [one for one in TriageOutcome if one is not TriageOutcome.RAISED])
def test_two_hundred_are_decided_by_at_most_fifty_statements(inspected: Portal, outcome: TriageOutcome) -> None:
    ids = add_files(199)
    assert len(ids) == 200
    seen: list[str] = []
    listener = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(engine_for(), "before_cursor_execute", listener)
    try:
        numbers = decided(outcome, *ids)
    finally:
        event.remove(engine_for(), "before_cursor_execute", listener)
    assert len(seen) <= 50, len(seen)
    with session_scope() as session:
        assert session.query(Finding).count() == len(numbers) == (200 if outcome is TriageOutcome.CONFIRMED else 0)
        steps = select(Event).where(Event.subject_kind == "suspicion", Event.action == "step")
        mine = steps.where(Event.subject_id.in_([str(one) for one in ids]))
        assert len(list(session.scalars(mine))) == 200


def test_who_was_slower_is_told_and_nothing_of_the_batch_is_decided(inspected: Portal) -> None:
    ids = add_files(2)
    with session_scope() as slow:
        rows = [slow.get_one(Suspicion, one) for one in ids]
        assert {one.state for one in rows} == {SuspicionState.OPEN}
        slow.commit()
        decided(TriageOutcome.DISMISSED, ids[1])
        verdict = Verdict(TriageOutcome.CONFIRMED, "ethics", "屬實")
        with pytest.raises(Conflict, match=f"{ids[1]} 已非「待判定」"):
            triage(slow, ids, verdict, catalogue=catalogue.current(), at=now.now())
        slow.rollback()
    with session_scope() as session:
        states = {one: session.get_one(Suspicion, one).state for one in ids}
    assert [states[one] for one in ids] == [SuspicionState.OPEN, SuspicionState.DISMISSED, SuspicionState.OPEN]
