"""A checklist answered by two at once: what they type merges and is never lost, and what they send has one outcome."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import pytest
import sqlalchemy

from access.counting import statements
from campaigns.paper_office import notices
from conftest import FixedClock
from inspection import clock as now
from inspection.audit.steps import advance
from inspection.checklists import draft as drafting
from inspection.checklists.submit import submit
from inspection.errors import Conflict
from inspection.model.lifecycle import ChecklistState
from inspection.store import checklists, drafts
from inspection.store.session import engine_for, session_scope
from portal.answering import (
    CHECK,
    DRAFT,
    OF_WORKS,
    PAGE,
    Fields,
    entered,
    fill_and_look,
    happened,
    items,
    returned,
    take_word,
    typed,
    word_file,
)
from portal.client import Browser, hidden_fields, visible_text
from portal.conftest import Portal

# ------------------------------------------------------------------------------------------------ two people, two tabs


def test_two_people_typing_merge_field_by_field_without_scripts(sent: Portal) -> None:
    contact, head, (one, two, *_) = entered(sent, "works"), entered(sent, "works_head"), items()
    contact.get(PAGE)
    head.get(PAGE)
    assert contact.send(PAGE, {f"answer.{one}": "conforms", f"remark.{one}": "甲", "do": "save"}).status_code == 303
    assert head.send(PAGE, {f"answer.{two}": "not_applicable", f"remark.{two}": "乙", "do": "save"}).status_code == 303
    contact.get(PAGE)
    stands = typed(contact.page)
    kept = [stands.get(f"{part}.{item}") for item in (one, two) for part in ("answer", "remark")]
    assert kept == ["conforms", "甲", "not_applicable", "乙"]


def test_one_field_changed_by_two_shows_both_and_asks_and_keeps_the_rest(sent_here: Portal) -> None:
    contact, head, (one, two, *_) = entered(sent_here, "works"), entered(sent_here, "works_head"), items()
    contact.get(PAGE)
    head.get(PAGE)
    contact.send(PAGE, {f"remark.{one}": "窗口所填", "do": "save"})
    answer = head.send(PAGE, {f"remark.{one}": "主管所填", f"remark.{two}": "另一項", "do": "check"})
    assert answer.status_code == 409
    text = visible_text(head.page)
    assert "蔡○翰" in text
    assert "窗口所填" in text
    assert typed(head.page)[f"remark.{one}"] == "主管所填"
    with session_scope() as session:
        stands = drafting.of(session, checklists.get(session, OF_WORKS)).texts
    assert (stands[f"remark.{one}"], stands[f"remark.{two}"]) == ("窗口所填", "另一項")
    assert head.send(PAGE, {**typed(head.page), "do": "save"}).status_code == 303
    with session_scope() as session:
        assert drafting.of(session, checklists.get(session, OF_WORKS)).texts[f"remark.{one}"] == "主管所填"


def seen(browser: Browser, *names: str) -> Fields:
    """What a page tells a script of some fields: the token, and what stood there."""
    hidden = hidden_fields(browser.page, PAGE)
    return {"form_token": hidden["form_token"], **{f"was.{name}": hidden[f"was.{name}"] for name in names}}


def test_a_script_is_told_what_stands_now_and_what_clashes(sent_here: Portal) -> None:
    contact, other, (one, two, *_) = entered(sent_here, "works"), entered(sent_here, "works"), items()
    contact.get(PAGE)
    other.get(PAGE)
    mine, theirs = f"remark.{one}", f"remark.{two}"
    first = contact.http.post(DRAFT, data={**seen(contact, mine), mine: "一\r\n二𠮷"}).json()
    assert first["saved_at"] == "15:00"
    assert first["fields"][mine]["text"] == "一\n二𠮷"
    assert first["clashes"] == {}
    late = other.http.post(DRAFT, data={**seen(other, mine, theirs), mine: "別的", theirs: "好"}).json()
    assert late["clashes"] == {mine: {"theirs": "一\n二𠮷", "by": "蔡○翰"}}
    assert late["fields"][theirs]["text"] == "好"
    again = {"form_token": hidden_fields(other.page, PAGE)["form_token"], f"was.{mine}": late["fields"][mine]["was"]}
    assert other.http.post(DRAFT, data={**again, mine: "別的"}).json()["fields"][mine]["text"] == "別的"
    assert len(happened("draft_begun")) == 1


def test_many_saving_at_once_lose_nothing_and_each_save_counts(sent: Portal) -> None:
    names = [f"remark.{item}" for item in list(items())[:6]]

    def type_into(name: str) -> None:
        for number in range(4):
            save(name, f"{name} {number}")

    threads = [threading.Thread(target=type_into, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with session_scope() as session:
        stands = drafting.of(session, checklists.get(session, OF_WORKS))
    assert {name: stands.texts[name] for name in names} == {name: f"{name} 3" for name in names}
    assert stands.version == len(names) * 4


# on PostgreSQL alone: SQLite lets nobody write between two statements of a writer
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("after", range(1, 3))  # after its write, the other would wait for it
def test_a_save_between_anothers_look_and_write_is_kept(sent: Portal, database_url: str, after: int) -> None:
    """Whichever look of one saver another's whole save follows: nothing is written over that was not read."""
    mine, theirs = (f"remark.{item}" for item in list(items())[:2])
    save(mine, "先")
    save_while(database_url, mine, "後", lambda: save(theirs, "他人"), look=after)
    assert stands(mine, theirs) == ["後", "他人"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_save_while_the_seal_is_asked_for_takes_the_form_back_as_well(sent: Portal, database_url: str) -> None:
    """Who saves what another has just sent for the seal: nothing waits for it, and the form says so."""
    name = f"remark.{next(iter(items()))}"
    save(name, "先")

    def ask() -> None:
        with session_scope() as session:
            checklist = checklists.get(session, OF_WORKS)
            draft = drafting.of(session, checklist)
            assert drafts.ask_seal(session, OF_WORKS, draft.version, by="works", at=now.now())
            advance(session, checklist, ChecklistState.AWAITING_SEAL, actor="works", at=now.now())

    save_while(database_url, name, "後", ask, look=2)
    with session_scope() as session:
        assert not drafts.seal_asked(session, [OF_WORKS])
        assert checklists.get(session, OF_WORKS).state is ChecklistState.FILLING
    assert stands(name) == ["後"]


def save_while(database_url: str, name: str, text: str, meanwhile: Callable[[], None], *, look: int) -> None:
    """Saves a field; after so many of its looks at the draft another does something whole."""
    looks = 0

    def other_acts(*told: object) -> None:
        nonlocal looks
        if "FROM checklist_draft" in str(told[2]) and threading.current_thread() is threading.main_thread():
            looks += 1
            if looks == look:
                other = threading.Thread(target=meanwhile)
                other.start()
                other.join()

    engine = engine_for(database_url)
    sqlalchemy.event.listen(engine, "after_cursor_execute", other_acts)
    try:
        save(name, text)
    finally:
        sqlalchemy.event.remove(engine, "after_cursor_execute", other_acts)
    assert looks >= look, "the looks of the tested code are not seen any more"


def save(name: str, text: str) -> None:
    """One field changed by somebody who saw what stood there, in a transaction of its own."""
    with session_scope() as session:
        checklist = checklists.get(session, OF_WORKS)
        change = drafting.Change(name, text, drafting.of(session, checklist).digest(name))
        drafting.merge(session, checklist, [change], person_id="works", at=now.now())


def stands(*names: str) -> list[str]:
    """What the draft of the works unit holds in some fields."""
    with session_scope() as session:
        texts = drafting.of(session, checklists.get(session, OF_WORKS)).texts
    return [texts[name] for name in names]


def test_the_visitors_own_name_written_in_by_the_page_clashes_with_nobodys(sent_here: Portal) -> None:
    contact, head = entered(sent_here, "works"), entered(sent_here, "works_head")
    contact.get(PAGE)
    head.get(PAGE)
    offered = str(typed(head.page)["filler"])
    assert contact.send(PAGE, {**typed(contact.page), "do": "save"}).status_code == 303
    [of_contact] = stands("filler")
    assert of_contact not in {"", offered}
    assert head.send(PAGE, {**typed(head.page), "do": "check"}).status_code == 303
    assert stands("filler") == [of_contact]
    # who writes the own name over one that is seen there means it; what both typed is asked about, and not thrown away
    head.get(PAGE)
    contact.get(PAGE)
    assert head.send(PAGE, {"filler": offered, "do": "save"}).status_code == 303
    assert stands("filler") == [offered]
    assert contact.send(PAGE, {"filler": "另一位", "do": "save"}).status_code == 409
    assert typed(contact.page)["filler"] == "另一位"
    assert offered in visible_text(contact.page)


def test_a_choice_that_no_page_offers_is_passed_over_and_breaks_nobodys_page(sent_here: Portal) -> None:
    contact, head, one = entered(sent_here, "works"), entered(sent_here, "works_head"), next(iter(items()))
    head.get(PAGE)
    contact.get(PAGE)
    was = drafting.digest(OF_WORKS, f"none.{one}", "")
    made_up: Fields = {f"answer.{one}": "made_up", f"none.{one}": "yes", f"was.none.{one}": was, f"mended.{one}": "on"}
    assert contact.send(PAGE, {**made_up, "do": "save"}).status_code == 303
    assert stands(f"answer.{one}", f"none.{one}", f"mended.{one}") == ["", "", ""]
    with session_scope() as session:  # as one was kept before they were passed over
        kept = {name: {"text": str(made_up[name]), "by": "works"} for name in (f"answer.{one}", f"none.{one}")}
        assert drafts.begin(session, OF_WORKS, kept, at=now.now())
    assert head.send(PAGE, {f"answer.{one}": "conforms", "do": "save"}).status_code == 303
    assert stands(f"answer.{one}", f"none.{one}") == ["conforms", ""]


# ------------------------------------------------------------------------------------------------ one outcome


def test_the_same_sent_twice_is_one_return(sent: Portal) -> None:
    contact = entered(sent, "works")
    fill_and_look(contact)
    digest = hidden_fields(contact.page, CHECK)["seen"]
    outcomes: list[object] = []

    def press() -> None:
        with session_scope() as session:
            outcomes.append(submit(session, OF_WORKS, seen=digest, person_id="works", at=now.now()))

    threads = [threading.Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [1, 1, 1]
    assert contact.send(CHECK, {}).headers["location"].endswith("version=1")
    assert returned() == (ChecklistState.RETURNED, 1)


def test_what_was_changed_after_it_was_looked_at_is_shown_again_first(sent_here: Portal) -> None:
    contact, head, first = entered(sent_here, "works"), entered(sent_here, "works_head"), next(iter(items()))
    fill_and_look(contact)
    head.get(PAGE)
    head.send(PAGE, {**typed(head.page), f"remark.{first}": "主管補充", "do": "save"})
    assert contact.send(CHECK, {}).status_code == 409
    assert "送出前內容已更動" in visible_text(contact.page)
    assert "主管補充" in visible_text(contact.page)
    assert returned() == (ChecklistState.FILLING, 0)
    assert contact.send(CHECK, {}).status_code == 303


def test_page_and_word_at_the_same_moment_are_entered_one_after_the_other(sent: Portal) -> None:
    contact = entered(sent, "works")
    fill_and_look(contact)
    digest, data = hidden_fields(contact.page, CHECK)["seen"], word_file()
    told: dict[str, object] = {}

    def press() -> None:
        try:
            with session_scope() as session:
                told["page"] = submit(session, OF_WORKS, seen=digest, person_id="works", at=now.now())
        except Conflict:
            told["page"] = "looks again"

    def collect() -> None:
        told["word"] = take_word(data).version

    threads = [threading.Thread(target=one) for one in (press, collect)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with session_scope() as session:
        versions = sorted(one.version for one in checklists.returns(session, OF_WORKS))
    # the page first: both are entered; the file first: the sender is shown that it came, and nothing is typed anew
    assert (told["page"], told["word"], versions) in [(1, 2, [1, 2]), ("looks again", 1, [1])]
    if told["page"] == "looks again":
        assert "本單位已於115年11月9日" in visible_text(contact.get(CHECK).text)
        assert contact.send(CHECK, {}).headers["location"].endswith("version=2")


def test_a_save_costs_eleven_statements(sent_here: Portal) -> None:
    contact, name = entered(sent_here, "works"), f"remark.{next(iter(items()))}"
    contact.get(PAGE)
    told = contact.http.post(DRAFT, data={**seen(contact, name), name: "先"}).json()
    token = hidden_fields(contact.page, PAGE)["form_token"]
    with statements() as asked:
        contact.http.post(DRAFT, data={"form_token": token, f"was.{name}": told["fields"][name]["was"], name: "後"})
    assert stands(name) == ["後"]
    sent = [one for one in asked if not one.startswith("BEGIN")]
    assert len(sent) <= 11, "\n".join(sent)


# ------------------------------------------------------------------------------------------------ typed, then returned


def test_a_return_is_not_turned_back_by_what_was_typed_before_it(sent: Portal, clock: FixedClock) -> None:
    contact, (one, two, *_) = entered(sent, "works"), items()
    contact.get(PAGE)
    contact.send(PAGE, {**typed(contact.page), f"answer.{one}": "conforms", f"remark.{one}": "先填的", "do": "save"})
    clock.set("2026-11-09T15:20:00+08:00")
    assert take_word(word_file(**{one: "不符合"})).accepted
    contact.get(PAGE)
    assert typed(contact.page)[f"answer.{one}"] == "does_not_conform"
    text = visible_text(contact.page)
    assert "第1次送回之檢查表，有1欄與先前在本頁所填不同" in text
    assert "先前在本頁填為： 符合" in re.sub(r"\s+", " ", text)
    # a script that saves another field settles nothing: both are still shown, and nothing is sent past that
    told = contact.http.post(DRAFT, data={**seen(contact, f"remark.{two}"), f"remark.{two}": "補充"}).json()
    assert told["fields"][f"answer.{one}"]["text"] == "does_not_conform"
    contact.get(CHECK)
    assert "有1欄與先前在本頁所填不同" in visible_text(contact.page)
    # what was typed where the return says nothing is kept; who saw both and leaves the return its word sends that
    contact.get(PAGE)
    fields = {**typed(contact.page), "do": "check"}
    assert contact.send(PAGE, fields).status_code == 303
    contact.get(CHECK)
    contact.send(CHECK, {})
    assert returned() == (ChecklistState.RETURNED, 2)
    with session_scope() as session:
        answer = next(given for given in checklists.answers(session, OF_WORKS) if given.item_id == one)
    assert (answer.value["said"] if answer.value else "", answer.remark) == ("does_not_conform", "先填的")


def test_of_a_form_with_one_unclear_answer_the_others_are_not_asked_again(sent: Portal) -> None:
    contact, (one, two, *others) = entered(sent, "works"), items()
    contact.get(PAGE)
    contact.send(PAGE, {**typed(contact.page), f"remark.{two}": "頁面所填", "do": "save"})
    form = word_file(**{one: "大致符合"})
    assert not take_word(form).accepted
    assert not take_word(form).accepted  # looked at again, it changes nothing
    contact.get(PAGE)
    stands = typed(contact.page)
    assert f"answer.{one}" not in stands
    assert {stands[f"answer.{item}"] for item in (two, *others)} == {"conforms"}
    assert stands[f"remark.{two}"] == "頁面所填"
    assert any("其餘各項均已讀取，並帶入線上填報頁" in one.body for one in notices("checklist_refused"))
    # what is no matter of single statements lays nothing
    assert contact.send(PAGE, {**stands, f"answer.{one}": "conforms", "do": "check"}).status_code == 303
    contact.get(CHECK)
    assert contact.send(CHECK, {}).status_code == 303
    assert returned() == (ChecklistState.RETURNED, 1)
