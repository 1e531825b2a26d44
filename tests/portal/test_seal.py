"""The unit head's seal on the page: asked for, given on exactly what will be sent, never by whoever asked for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from inspection import clock as now
from inspection import settings
from inspection.checklists import draft as drafting
from inspection.checklists import sealing
from inspection.checklists.review import send_back
from inspection.checklists.submit import ready
from inspection.errors import Conflict, NotAllowed
from inspection.escalation.climb import follow_up
from inspection.model import Checklist, Deputy, Notice
from inspection.model.lifecycle import ChecklistState
from inspection.rules import catalogue
from inspection.store import checklists
from inspection.store.session import session_scope
from portal.answering import (
    CHECK,
    OF_WORKS,
    PAGE,
    answered,
    entered,
    fill_and_look,
    happened,
    items,
    returned,
)
from portal.client import Browser, visible_text
from portal.conftest import Portal

HEAD = "works_head"


def on_the_page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of an agency whose unit heads seal on the page."""
    folder.mkdir()
    (folder / "office.yaml").write_text("unit_seal: page\n", encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(folder))
    settings.reset()
    catalogue.reset()


@pytest.fixture
def sealed(sent: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """The portal of such an agency, on both databases."""
    on_the_page(tmp_path / "rules", monkeypatch)
    return sent


@pytest.fixture
def sealed_here(sent_here: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """The same on one."""
    on_the_page(tmp_path / "rules", monkeypatch)
    return sent_here


def state() -> ChecklistState:
    """How the works unit's checklist stands."""
    return returned()[0]


def mails(kind: str) -> list[str]:
    """To whom mails of a kind were written."""
    with session_scope() as session:
        return [one.person_id for one in session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id))]


def ask(contact: Browser) -> None:
    """Fills the form and asks for the seal."""
    fill_and_look(contact)
    assert contact.send(CHECK, {"do": "ask"}).status_code == 303


def test_the_states_are_what_people_do_and_each_is_named_by_who_did_it(sent_here: Portal) -> None:
    contact = entered(sent_here, "works")
    assert state() is ChecklistState.ISSUED
    contact.http.head(PAGE)
    assert state() is ChecklistState.ISSUED
    contact.get(PAGE)
    contact.get(PAGE)
    assert state() is ChecklistState.OPENED
    contact.send(PAGE, {f"answer.{next(iter(items()))}": "conforms", "do": "save"})
    assert state() is ChecklistState.FILLING
    assert "填報中" in visible_text(entered(sent_here, "ethics").get("/checklists").text)
    fill_and_look(contact)
    contact.send(CHECK, {})
    steps = [(one.actor, one.from_state, one.to_state) for one in happened("step")][-3:]
    assert steps == [("works", "issued", "opened"), ("works", "opened", "filling"), ("works", "filling", "returned")]


def test_the_head_sees_what_will_be_sent_and_seals_it_and_the_receipt_names_them(sealed: Portal) -> None:
    contact, head = entered(sealed, "works"), entered(sealed, HEAD)
    ask(contact)
    assert (state(), mails("checklist_to_seal")) == (ChecklistState.AWAITING_SEAL, [HEAD])
    assert "檢查表待主管核章" in visible_text(contact.get("/").text)
    contact.get(CHECK)
    assert "核章並送出" not in contact.page, "who asked for it does not give it"
    refused = contact.send(CHECK, {"do": "seal"})
    assert (refused.status_code, returned()) == (403, (ChecklistState.AWAITING_SEAL, 0))
    assert "檢查表待您核章" in visible_text(head.get("/").text)
    head.get(CHECK)
    with session_scope() as session:
        digest = ready(session, checklists.get(session, OF_WORKS), at=now.now()).digest
    assert digest in head.page
    done = head.send(CHECK, {"do": "seal"})
    assert done.headers["location"].endswith("version=1")
    assert head.send(CHECK, {"do": "seal"}).headers["location"].endswith("version=1"), "pressed twice"
    text = visible_text(entered(sealed, "ethics").get(f"/checklists/{OF_WORKS}").text)
    assert "主管核章" in text
    with session_scope() as session:
        whole = checklists.returned(session, OF_WORKS, 1)
        assert whole is not None
        assert whole.sealed_by == HEAD
    assert [(one.actor, one.to_state) for one in happened("step")][-2:] == [
        ("works", "awaiting_seal"), (HEAD, "returned"),
    ]  # fmt: skip


def test_a_change_takes_the_seal_back_and_what_the_head_had_seen_is_not_sent(sealed_here: Portal) -> None:
    contact, head, one = entered(sealed_here, "works"), entered(sealed_here, HEAD), next(iter(items()))
    ask(contact)
    head.get(CHECK)
    contact.get(PAGE)
    assert "改動任一欄或佐證即收回" in visible_text(contact.page)
    contact.send(PAGE, {**answered(), f"remark.{one}": "改過", "do": "save"})
    assert state() is ChecklistState.FILLING
    assert head.send(CHECK, {"do": "seal"}).status_code == 409
    assert (state(), len(happened("seal_taken_back"))) == (ChecklistState.FILLING, 1)
    assert "檢查表待您核章" not in visible_text(head.get("/").text)


def test_the_head_gives_it_back_with_a_reason_and_the_contact_reads_it(sealed_here: Portal) -> None:
    contact, head = entered(sealed_here, "works"), entered(sealed_here, HEAD)
    ask(contact)
    head.get(CHECK)
    assert head.send(CHECK, {"do": "give_back", "reason": " "}).status_code == 409
    assert "請寫明理由" in visible_text(head.page)
    head.send(CHECK, {"do": "give_back", "reason": "第2項請再確認"})
    assert (state(), mails("checklist_not_sealed")) == (ChecklistState.FILLING, ["works"])
    assert "第2項請再確認" in visible_text(contact.get(PAGE).text)
    contact.get(CHECK)
    contact.send(CHECK, {"do": "ask"})
    assert "第2項請再確認" not in visible_text(contact.get(PAGE).text)
    assert (state(), mails("checklist_to_seal")) == (ChecklistState.AWAITING_SEAL, [HEAD, HEAD])


def test_a_correction_waits_for_its_seal_and_what_is_in_stays_in(sealed_here: Portal) -> None:
    contact, head = entered(sealed_here, "works"), entered(sealed_here, HEAD)
    ask(contact)
    head.get(CHECK)
    head.send(CHECK, {"do": "seal"})
    fill_and_look(contact, answered(opinion="補充"))
    contact.send(CHECK, {"do": "ask"})
    assert returned() == (ChecklistState.RETURNED, 1), "a form that is in is not late again"
    assert "檢查表待您核章" in visible_text(head.get("/").text)
    head.get(CHECK)
    head.send(CHECK, {"do": "seal"})
    assert returned() == (ChecklistState.RETURNED, 2)
    assert "檢查表待您核章" not in visible_text(head.get("/").text)


def test_where_nobody_can_seal_it_is_said_and_a_head_without_contact_sends(sealed_here: Portal) -> None:
    head = entered(sealed_here, HEAD)
    fill_and_look(head)
    with session_scope() as session:
        checklist = session.get_one(Checklist, OF_WORKS)
        seen = ready(session, checklist, at=now.now()).digest
        assert not sealing.sends_alone(session, checklist, HEAD, at=now.now()), "there is a contact"
        with pytest.raises(Conflict, match="沒有其他可核章"):
            sealing.ask(session, OF_WORKS, seen=seen, person_id=HEAD, at=now.now())
        with pytest.raises(Conflict, match="內容已更動"):
            sealing.seal(session, OF_WORKS, seen=seen, person_id=HEAD, at=now.now())
        with pytest.raises(NotAllowed, match="核章限該單位主管"):
            sealing.seal(session, OF_WORKS, seen=seen, person_id="works", at=now.now())
        assert drafting.of(session, checklist).is_touched


def test_who_filled_it_and_acts_for_the_head_does_not_seal_it_alone(sealed_here: Portal) -> None:
    today = now.today()
    with session_scope() as session:
        days = {"valid_from": today - timedelta(days=1), "valid_until": today + timedelta(days=9)}
        session.add(Deputy(principal_id=HEAD, deputy_id="works", ground="差假", **days))
    contact = entered(sealed_here, "works")
    fill_and_look(contact)
    assert "核章並送出" not in contact.page
    assert (contact.send(CHECK, {"do": "seal"}).status_code, returned()[1]) == (409, 0)
    assert contact.send(CHECK, {"do": "ask"}).status_code == 303, "the head seals it"
    assert mails("checklist_to_seal") == [HEAD]


def test_while_the_head_holds_it_the_head_is_reminded_and_the_contact_is_not(sealed_here: Portal) -> None:
    ask(entered(sealed_here, "works"))
    with session_scope() as session:
        due_on = checklists.get(session, OF_WORKS).due_on
        follow_up(session, on=due_on, catalogue=catalogue.current(), at=now.now())
        query = select(Notice).where(Notice.kind == "checklist_reminder", Notice.key.contains(OF_WORKS))
        (told,) = session.scalars(query)
    assert told.person_id == HEAD
    assert "送請單位主管核章，尚未核章送出" in told.body
    assert "尚未收到" not in told.body


def test_a_correction_that_waits_for_its_seal_is_not_asked_of_the_contact_either(sealed_here: Portal) -> None:
    contact, head = entered(sealed_here, "works"), entered(sealed_here, HEAD)
    ask(contact)
    head.get(CHECK)
    assert head.send(CHECK, {"do": "seal"}).status_code == 303
    with session_scope() as session:
        first = list(items())[:1]
        send_back(session, OF_WORKS, person_id="ethics", item_ids=first, reason="請敘明", at=now.now())
    fill_and_look(contact, {f"remark.{first[0]}": "已補指派名冊"})
    assert contact.send(CHECK, {"do": "ask"}).status_code == 303
    with session_scope() as session:
        wanted_by = checklists.get(session, OF_WORKS).wanted_by
        follow_up(session, on=wanted_by, catalogue=catalogue.current(), at=now.now())
        (told,) = session.scalars(select(Notice).where(Notice.kind == "correction_reminder"))
    assert (told.person_id, state()) == (HEAD, ChecklistState.SENT_BACK)
    assert "補正內容業已填妥，送請單位主管核章" in told.body
