"""現場檢查紀錄: keyed in by the group alone, confirmed by a second person, and only then a 疑似事項 for an officer."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.counting import statements
from checklists.filling import filled
from documents.word import text_of
from inspection import clock as now
from inspection.access.policy import Act, may
from inspection.access.who import asking
from inspection.checklists import spot_reading as reading
from inspection.checklists.spot_paper import TAKEN
from inspection.checklists.take_in import take_in
from inspection.documents.forms import read_checklist
from inspection.documents.storage import read_document
from inspection.findings.describe import describe
from inspection.findings.triage import Verdict, triage
from inspection.model import Document, Finding, Notice, SpotAnswer, SpotEquipment, SpotRecord, Suspicion
from inspection.model.lifecycle import SpotState, SuspicionState
from inspection.reports import words
from inspection.reports.figures import UnitFigures, gather
from inspection.rules import catalogue
from inspection.store import checklists, events, groups, spot
from inspection.store.session import session_scope
from inspection.vocabulary import SpotSigned, SuspicionKind, TriageOutcome
from portal import story
from portal.client import Browser, hidden_fields, visible_text
from portal.conftest import Portal

OF_WORKS = f"{story.CAMPAIGN}:U04"
PAGE = f"/checklists/{OF_WORKS}/on-the-spot"
TO_UNIT = select(Notice).where(Notice.person_id.in_(["works", "works_head"]))
HEAD = {
    "visited_on": "115年11月9日", "present": "蔡○翰", "signed": "head", "copy_left": "yes",
    "unit_statement": "將即改善", "merits": "專櫃鑰匙分人保管",
}  # fmt: skip


def leader() -> str:
    """Who leads the group of the works unit."""
    with session_scope() as session:
        return next(one.leader_id for one in groups.in_force(session) if "U04" in one.unit_ids)


def second() -> str:
    """Of the ethics office, and not who leads."""
    return ({"ethics", "ethics_head"} - {leader()}).pop()


def items() -> list[str]:
    """The statements looked at in the works unit."""
    with session_scope() as session:
        return [one["id"] for one in reading.looked_at(session, checklists.get(session, OF_WORKS))]


def entered(portal: Portal, person: str) -> Browser:
    """Somebody signed in."""
    browser = portal.browser()
    browser.sign_in(person)
    return browser


def post(browser: Browser, action: str, **typed: str) -> int:
    """Fills the form as the page has it and sends it; the status, and the next page in the browser."""
    hidden = hidden_fields(browser.page, action)
    answer = browser.http.post(action, data={**hidden, **typed})
    browser.page = browser.get(answer.headers["location"]).text if answer.status_code == 303 else answer.text
    return answer.status_code


def key_in(browser: Browser, typed: dict[str, str]) -> str:
    """Types all of it, looks at what will be sent, and sends; the hash that was shown."""
    browser.page = browser.get(PAGE).text
    assert post(browser, PAGE, **typed, do="check") == 303
    seen = hidden_fields(browser.page, f"{PAGE}/check")["seen"]
    assert seen in visible_text(browser.page)
    assert post(browser, f"{PAGE}/check") == 303
    return seen


def a_visit() -> dict[str, str]:
    """One fault with its sample, one thing in order, one kind of equipment."""
    wrong, right, *_ = items()
    return {
        **HEAD, f"answer.{wrong}": "does_not_conform", f"sampled.{wrong}": "３", f"conforming.{wrong}": "2",
        f"register.{wrong}": "訪客登記簿", f"drawn.{wrong}": "第17、42、88號",
        f"remark.{wrong}": "第42號未登記離開時間",
        f"answer.{right}": "conforms", "count.destroying": "2", "place.destroying": "檔案室",
        "checked.destroying": "115/9/1",
    }  # fmt: skip


def record() -> SpotRecord | None:
    """The record as it stands."""
    with session_scope() as session:
        return spot.get(session, OF_WORKS)


def seen_there(session: Session) -> list[Suspicion]:
    """What became 疑似事項."""
    query = select(Suspicion).where(Suspicion.kind == SuspicionKind.SEEN_ON_THE_SPOT)
    return list(session.scalars(query))


def figures_of_works(session: Session) -> UnitFigures:
    """The unit's figures as a report has them."""
    figures = gather(session, story.CAMPAIGN, catalogue.current())
    return next(one for one in figures.units if one.unit.id == "U04")


def test_from_the_paper_to_an_officers_word(sent: Portal) -> None:
    lead, other, codes = leader(), second(), items()
    with session_scope() as session:
        mails = len(list(session.scalars(TO_UNIT)))
    browser = entered(sent, lead)
    seen = key_in(browser, a_visit())
    kept = record()
    assert kept is not None
    assert (kept.state, kept.content_hash, kept.sent_by) == (SpotState.SENT, seen, lead)
    assert "登錄者不得自行複核" in visible_text(browser.page)
    with session_scope() as session:
        assert not seen_there(session)
        assert not list(session.scalars(select(SpotAnswer)))
    officer = entered(sent, other)
    officer.page = officer.get(PAGE).text
    assert "第42號未登記離開時間" in visible_text(officer.page)
    assert post(officer, f"{PAGE}/decision", do="confirm") == 303
    with session_scope() as session:
        row = session.get_one(SpotRecord, OF_WORKS)
        assert (row.state, row.confirmed_by, row.signed, row.copy_left) == (
            SpotState.CONFIRMED, other, SpotSigned.HEAD, True,
        )  # fmt: skip
        answers = {one.item_id: one for one in session.scalars(select(SpotAnswer))}
        assert set(answers) == set(codes)
        wrong = answers[codes[0]]
        assert (wrong.sampled, wrong.conforming, wrong.drawn) == (3, 2, "第17、42、88號")
        assert sum(one.value is None for one in answers.values()) == len(codes) - 2
        (kit,) = session.scalars(select(SpotEquipment))
        assert (kit.count, kit.place, str(kit.checked_on)) == (2, "檔案室", "2026-09-01")
        (one,) = seen_there(session)
        assert (one.state, one.item_id, one.unit_id) == (SuspicionState.OPEN, codes[0], "U04")
        fact = describe(session, one, catalogue.current()).fact
        assert "第42號未登記離開時間" in fact
        assert "抽查3件，不符1件" in fact
        assert not list(session.scalars(select(Finding)))
        told = words.seen(figures_of_works(session), catalogue.current())
        assert "經確認不符0件" in told[0], "before an officer's word no report tells of a fault"
        assert len(list(session.scalars(TO_UNIT))) == mails
    officer.page = officer.get("/suspicions/U04").text
    assert "現場檢查不符合" in visible_text(officer.page)
    with session_scope() as session:
        ids = [one.id for one in seen_there(session)]
        verdict = Verdict(TriageOutcome.CONFIRMED, other, "核對紀錄屬實")
        triage(session, ids, verdict, catalogue=catalogue.current(), at=now.now())
        (finding,) = session.scalars(select(Finding))
        assert finding.fact == fact
        told = figures_of_works(session)
        assert told.seen is not None
        assert (told.seen.sampled, told.seen.faults, told.seen.left) == (3, 1, len(codes) - 2)
        assert "專櫃鑰匙分人保管" in words.merits(told, catalogue.current())
        assert "抽查3件，經確認不符1件" in "".join(words.seen(told, catalogue.current()))


def test_what_does_not_hold_together_is_told_by_field_and_nothing_is_lost(sent_here: Portal) -> None:
    one, two, three, *_ = items()
    browser = entered(sent_here, leader())
    browser.page = browser.get(PAGE).text
    typed = {
        f"answer.{one}": "conforms", f"sampled.{one}": "3", f"conforming.{one}": "2",
        f"answer.{two}": "does_not_conform", f"sampled.{three}": "三", "visited_on": "昨天",
        "count.holding": "", "place.holding": "櫃台",
    }  # fmt: skip
    assert post(browser, PAGE, **typed, do="check") == 303
    text = visible_text(browser.page)
    for told in (
        "抽查有不符者，結果卻為符合",
        "請敘明事實",
        "須為件數",
        "日期無法辨識",
        "設備數量未填",
        "簽章情形未填",
    ):
        assert told in text, told
    assert 'value="昨天"' in browser.page
    assert 'value="三"' in browser.page
    assert record().state is SpotState.DRAFT  # type: ignore[union-attr]


def test_what_was_seen_stands_beside_the_statement_it_belongs_to_once_it_is_confirmed(sent: Portal) -> None:
    lead, other = leader(), second()
    page = f"/checklists/{OF_WORKS}"
    with session_scope() as session:
        form = read_document(session.get_one(Document, checklists.get(session, OF_WORKS).document_id))
        assert take_in(session, filled(form), channel="drop_folder", read=read_checklist, at=now.now()).accepted
        put = {one.item_id: one.position for one in checklists.questions(session, OF_WORKS)}
    beside = catalogue.current().checklist_items.stands_beside
    wrong, to = next((one, put[to]) for one in items() for to in beside.get(one, ()) if to in put)
    alone = next(one for one in items() if not set(beside.get(one, ())) & put.keys())
    typed = {
        **HEAD, f"answer.{wrong}": "does_not_conform", f"sampled.{wrong}": "3", f"conforming.{wrong}": "2",
        f"register.{wrong}": "影印登記簿", f"drawn.{wrong}": "第17、42、88號", f"remark.{wrong}": "第42號無紀錄",
        f"answer.{alone}": "conforms", f"remark.{alone}": "各抽屜均上鎖",
    }  # fmt: skip
    officer = entered(sent, other)
    with statements() as before:
        officer.page = officer.get(page).text
    key_in(entered(sent, lead), typed)
    officer.page = officer.get(page).text
    text = visible_text(officer.page)
    assert "尚待第二人複核；複核前不並列於各項" in text
    assert not any(one in text for one in ("第42號無紀錄", "各抽屜均上鎖", HEAD["merits"]))
    officer.page = officer.get(PAGE).text
    assert post(officer, f"{PAGE}/decision", do="confirm") == 303
    with statements() as after:
        officer.page = officer.get(page).text
    assert len(after) <= len(before) + 3
    text = visible_text(officer.page)
    for told in (HEAD["merits"], HEAD["unit_statement"], "各抽屜均上鎖", "另有1項不屬本表各項"):
        assert told in text, told
    (own,) = re.findall(rf'<div class="q q--review q--wrong" id="q{to}">.*?</fieldset>', officer.page, re.S)
    assert "抽查3件，符合2件：影印登記簿第17、42、88號" in visible_text(own)
    assert "第42號無紀錄" in own
    assert officer.page.count("第42號無紀錄") == sum(one in put for one in beside[wrong])
    contact = entered(sent, "works")
    assert not any(one in contact.get(page).text for one in ("第42號無紀錄", HEAD["merits"]))
    with session_scope() as session:
        (one,) = seen_there(session)
        verdict = Verdict(TriageOutcome.DISMISSED, other, "經核紀錄另存")
        triage(session, [one.id], verdict, catalogue=catalogue.current(), at=now.now())
    officer.page = officer.get(page).text
    assert "疑似事項經判定不成立" in visible_text(officer.page)
    assert f'<div class="q q--review" id="q{to}">' in officer.page


def test_given_back_it_is_corrected_and_sent_again(sent_here: Portal) -> None:
    browser, officer = entered(sent_here, leader()), entered(sent_here, second())
    first = key_in(browser, a_visit())
    officer.page = officer.get(PAGE).text
    assert post(officer, f"{PAGE}/decision", do="give_back", reason="") == 422
    assert post(officer, f"{PAGE}/decision", do="give_back", reason="抽查號數與紙本不符") == 303
    browser.page = browser.get(PAGE).text
    assert "抽查號數與紙本不符" in visible_text(browser.page)
    again = key_in(browser, {**a_visit(), f"drawn.{items()[0]}": "第18號"})
    assert again != first
    officer.page = officer.get(PAGE).text
    assert post(officer, f"{PAGE}/decision", do="confirm", seen=first) == 409
    assert record().state is SpotState.SENT  # type: ignore[union-attr]


def test_who_may(sent_here: Portal) -> None:
    lead, other = leader(), second()

    def allowed(person: str, act: Act) -> bool:
        with session_scope() as session:
            return bool(may(asking(session, person, at=now.now()), act, checklists.get(session, OF_WORKS)))

    assert [
        one for one in (lead, other, "works", "works_head", "social", "mayor") if allowed(one, Act.KEY_SPOT_RECORD)
    ] == [lead]
    assert {
        one for one in (lead, other, "works", "works_head", "mayor", "nobody") if allowed(one, Act.CONFIRM_SPOT_RECORD)
    } == {lead, other}
    assert {
        one for one in (lead, other, "works", "works_head", "mayor", "nobody") if allowed(one, Act.READ_SPOT_RECORD)
    } == {lead, other}
    for person in ("works", "works_head"):
        assert entered(sent_here, person).get(PAGE).status_code in {403, 404}


def test_two_of_a_group_merge_and_what_was_never_sent_goes_with_the_inspection(sent_here: Portal) -> None:
    lead = leader()
    mine, too = entered(sent_here, lead), entered(sent_here, lead)
    mine.page, too.page = mine.get(PAGE).text, too.get(PAGE).text
    assert post(mine, PAGE, place_seen="三樓", present="甲") == 303
    assert post(too, PAGE, besides="走道堆置雜物", present="乙") == 409
    assert "甲" in visible_text(too.page)
    with session_scope() as session:
        checklist = checklists.get(session, OF_WORKS)
        texts = reading.of(session, checklist, reading.looked_at(session, checklist)).texts
        assert (texts["place_seen"], texts["besides"], texts["present"]) == ("三樓", "走道堆置雜物", "甲")
        spot.forget(session, story.CAMPAIGN, at=now.now())
    assert record().content == {}  # type: ignore[union-attr]


def test_a_record_waits_on_the_desk_until_it_is_confirmed_and_is_taken_as_paper_then(sent: Portal) -> None:
    lead, other, page = leader(), second(), f"/checklists/{OF_WORKS}"
    mine, officer, contact = entered(sent, lead), entered(sent, other), entered(sent, "works")
    link = f'href="{PAGE}"'

    def desk(browser: Browser) -> str:
        browser.page = browser.get("/").text
        return visible_text(browser.page)

    assert "現場檢查紀錄待登錄" in desk(mine)
    assert link in mine.page
    desk(officer)
    assert link not in officer.page, "who is of another group keys nothing in here"
    key_in(mine, a_visit())
    assert link not in mine.get("/").text, "who typed it does not confirm it"
    assert "現場檢查紀錄待複核" in desk(officer)
    assert link in officer.page
    officer.page = officer.get(PAGE).text
    assert post(officer, f"{PAGE}/decision", do="give_back", reason="抽查號數與紙本不符") == 303
    assert "現場檢查紀錄退回更正" in desk(mine)
    assert link in mine.page
    assert "待複核" not in desk(officer)
    key_in(mine, {**a_visit(), f"drawn.{items()[0]}": "第18號"})
    assert "退回更正" not in desk(mine)
    assert contact.get(f"{PAGE}/copy").status_code == 404
    assert "單位留存聯" not in contact.get(page).text
    officer.page = officer.get(PAGE).text
    assert post(officer, f"{PAGE}/decision", do="confirm") == 303
    for browser in (mine, officer):
        assert link not in browser.get("/").text
    for person in ("works", "works_head", "mayor"):
        assert "現場檢查紀錄" not in desk(entered(sent, person))
    assert f"{PAGE}/paper" in officer.get(PAGE).text
    assert "第42號未登記離開時間" in text_of(officer.get(f"{PAGE}/paper").content)
    for browser in (contact, entered(sent, "works_head")):
        assert f"{PAGE}/copy" in browser.get(page).text
        copy = browser.get(f"{PAGE}/copy")
        assert HEAD["merits"] in text_of(copy.content)
        assert "第42號" not in text_of(copy.content)
        assert browser.get(f"{PAGE}/paper").status_code in {403, 404}
    assert f"{PAGE}/copy" not in officer.get(page).text
    for browser in (entered(sent, "social"), mine):
        assert browser.get(f"{PAGE}/copy").status_code in {403, 404}
    with session_scope() as session:
        taken = [one for one in events.of_subject(session, "spot_record", OF_WORKS) if one.action in TAKEN.values()]
    assert [(one.actor, one.action) for one in taken] == [
        (other, "paper_taken"), ("works", "copy_taken"), ("works_head", "copy_taken"),
    ]  # fmt: skip
