"""Another 填報人: named by contact or head, sees one checklist, and nothing more from the moment that is taken back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from inspection import clock as now
from inspection import settings
from inspection.access import sessions
from inspection.access.policy import Act, may, scope
from inspection.access.who import asking
from inspection.checklists.fillers import MOST, Colleague, Ground, Unfit, name, revoke
from inspection.checklists.review import send_back
from inspection.errors import NotAllowed
from inspection.escalation.climb import follow_up
from inspection.model import Campaign, Checklist, ChecklistFiller, Notice, Person
from inspection.model.lifecycle import CampaignState, ChecklistState
from inspection.notices.wanted import still_wanted
from inspection.rules import catalogue
from inspection.store import calendar_days, checklists, fillers
from inspection.store.session import session_scope
from portal import story
from portal.answering import CHECK, OF_WORKS, PAGE, answered, entered, fill_and_look, happened, items, returned, typed
from portal.client import Browser, visible_text
from portal.conftest import Portal
from portal.small_office import MORNING, address, open_campaign

NAMING = f"/checklists/{OF_WORKS}/fillers"
REVOKE = f"{NAMING}/revoke"
OWN = "shifan.test"
ADDRESS = f"new@{OWN}"
COLLEAGUE = {"name": "許○安", "title": "技士", "address": ADDRESS}


@pytest.fixture
def own_domain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of an agency that names its mail domain."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "office.yaml").write_text(f"filler_domains: [{OWN}]\n", encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(folder))
    settings.reset()
    catalogue.reset()


def named(browser: Browser, **other: str) -> int:
    """Names the colleague on the page; the status of the answer."""
    browser.get(NAMING)
    return browser.send(NAMING, {**COLLEAGUE, **other}).status_code


def standing() -> list[str]:
    """Ids of those who may fill the works unit's checklist besides its own."""
    with session_scope() as session:
        return [one.id for _, one in fillers.named(session, OF_WORKS)]


def mails(kind: str) -> list[str]:
    """To whom mails of a kind were written."""
    with session_scope() as session:
        return [one.person_id for one in session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id))]


def signed_in(portal: Portal) -> Browser:
    """The colleague, by typed address and the code in the mail."""
    browser = portal.browser()
    browser.get("/sign-in")
    assert browser.send("/sign-in", {"address": ADDRESS}).headers["location"] == "/sign-in/code"
    browser.get("/sign-in/code")
    newest = [mail for mail in portal.mail.messages() if ADDRESS in mail.recipients][-1]
    code = re.findall(r"\b\d{4} \d{4}\b", newest.text)[0]
    assert browser.send("/sign-in/code", {"code": code}).status_code == 303, visible_text(browser.page)
    return browser


def test_a_colleague_named_on_the_page_signs_in_fills_that_form_alone_and_is_out_when_it_is_taken_back(
    sent_here: Portal, own_domain: None
) -> None:
    contact = entered(sent_here, "works")
    contact.get(f"/checklists/{OF_WORKS}")
    assert NAMING in contact.page
    assert named(contact) == 303
    assert named(contact) == 303, "again is once"
    (person_id,) = standing()
    contact.get(NAMING)
    assert "許○安" in visible_text(contact.page)
    assert mails("checklist_filler_named") == [person_id]
    assert sorted(mails("checklist_filler_told")) == ["ethics", "works", "works_head"]
    (event,) = happened("filler_named")
    assert (event.actor, event.details["people"]) == ("works", [person_id])

    theirs = signed_in(sent_here)
    desk = visible_text(theirs.get("/").text)
    assert "檢查表待填報送回" in desk
    assert "1件待辦" in desk
    assert [theirs.get(one).status_code for one in (PAGE, f"/checklists/{OF_WORKS}", "/checklists")] == [200] * 3
    assert OF_WORKS in theirs.page
    other = f"/checklists/{story.CAMPAIGN}:U02"
    assert {theirs.get(one).status_code for one in (other, f"{other}/answers")} == {404}
    away = ("/fixes", "/questions", "/suspicions", "/progress", "/notices", NAMING)
    assert {theirs.get(one).status_code for one in away} == {403}

    item = next(iter(items()))
    theirs.get(PAGE)
    assert theirs.send(PAGE, {**typed(theirs.page), f"remark.{item}": "第3冊", "do": "save"}).status_code == 303
    contact.get(NAMING)
    with session_scope() as session:
        row = session.scalars(select(ChecklistFiller)).one()
    assert contact.send(REVOKE, {"filler": str(row.id)}).status_code == 303
    assert theirs.get(PAGE).headers["location"] == "/sign-in", "their session is over"
    assert standing() == []
    assert "第3冊" in contact.get(PAGE).text, "what they typed stays"
    assert mails("checklist_filler_revoked") == [person_id]
    assert [one.actor for one in happened("filler_revoked")] == ["works"]
    with session_scope() as session:
        assert session.get_one(Person, person_id).active is False
        secret = sessions.start(session, person_id, at=now.now())
        assert sessions.recognise(session, secret, at=now.now()) is None
    assert named(contact) == 303, "and may be named anew"
    assert standing() == [person_id]


def test_what_a_named_colleague_sends_bears_their_name_on_receipt_and_return(sent_here: Portal) -> None:
    head = entered(sent_here, "works_head")
    assert named(head, name="林○無", title="約僱人員", address=address("nobody").upper()) == 303
    assert standing() == ["nobody"]
    theirs = entered(sent_here, "nobody")
    fill_and_look(theirs, {**answered(), "filler": "約僱人員　林○無"})
    assert theirs.send(CHECK, {}).status_code == 303
    assert returned() == (ChecklistState.RETURNED, 1)
    item = next(iter(items()))
    text = visible_text(entered(sent_here, "ethics").get(f"/checklists/{OF_WORKS}").text)
    assert "約僱人員林○無送出" in text.replace(" ", "")
    with session_scope() as session:
        whole = checklists.returned(session, OF_WORKS, 1)
        assert whole is not None
        assert whole.filler == "約僱人員　林○無"
        send_back(session, OF_WORKS, person_id="ethics", item_ids=[item], reason="請補", at=now.now())
    assert mails("checklist_returned_for_correction") == ["works", "nobody"]
    with session_scope() as session:
        assert session.get_one(Person, "nobody").of_roster
    ethics = entered(sent_here, "ethics")
    ethics.get(NAMING)
    assert "指定填報人" not in ethics.page, "the ethics office takes back, it names nobody"
    with session_scope() as session:
        row = session.scalars(select(ChecklistFiller)).one()
    assert ethics.send(REVOKE, {"filler": str(row.id)}).status_code == 303
    assert ethics.get(NAMING).status_code == 200
    with session_scope() as session:
        assert session.get_one(Person, "nobody").active, "somebody of the roster stays"


def test_who_was_named_is_reminded_as_the_contact_is_until_it_is_taken_back(sent_here: Portal) -> None:
    def remind(working_days: int) -> None:
        with session_scope() as session:
            due_on = session.get_one(Checklist, OF_WORKS).due_on
            day = calendar_days.calendar(session).add_working_days(due_on, working_days)
            follow_up(session, on=day, catalogue=catalogue.current(), at=now.now())

    contact = entered(sent_here, "works")
    assert named(contact, name="林○無", title="約僱人員", address=address("nobody")) == 303
    remind(-1)
    own = {"works", "works_head", "nobody"}
    assert [one for one in mails("checklist_reminder") if one in own] == ["works", "nobody"]
    remind(1)  # to the head, a copy to the contact and whoever fills it
    assert sorted(one for one in mails("checklist_reminder") if one in own)[2:] == ["works", "works", "works_head"]
    remind(3)  # to the ethics head, a copy to the unit's head
    assert mails("checklist_reminder").count("nobody") == 2
    contact.get(NAMING)
    with session_scope() as session:
        row = session.scalars(select(ChecklistFiller)).one()
    assert contact.send(REVOKE, {"filler": str(row.id)}).status_code == 303
    with session_scope() as session:
        waiting = session.scalars(
            select(Notice).where(Notice.person_id == "nobody", Notice.kind == "checklist_reminder")
        )
        assert not any(still_wanted(session, one, at=now.now()) for one in waiting)


@pytest.mark.parametrize(
    ("given", "ground"),
    [
        ({"name": ""}, Ground.INCOMPLETE),
        ({"address": "new shifan.test"}, Ground.ADDRESS),
        ({"address": "new@elsewhere.test"}, Ground.DOMAIN),
        ({"address": f"new@{OWN}.elsewhere.test"}, Ground.DOMAIN),
        ({"address": f"new@sub.{OWN}"}, Ground.DOMAIN),
        ({"address": address("nobody")}, Ground.OTHER_NAME),
        ({"address": address("works_head"), "name": "劉○平"}, Ground.FILLS_ALREADY),
        ({"address": address("ethics"), "name": "簡○廉"}, Ground.REVIEWS),
    ],
)
def test_nobody_from_outside_and_nobody_who_reviews_is_named(
    sent_here: Portal, own_domain: None, given: dict[str, str], ground: Ground
) -> None:
    with session_scope() as session:
        colleague = Colleague(**{**COLLEAGUE, **given})
        with pytest.raises(Unfit) as told:
            name(session, OF_WORKS, colleague, domains=(OWN,), person_id="works", at=now.now())
    assert told.value.ground is ground
    contact = entered(sent_here, "works")
    assert named(contact, **given) == 422
    assert 'aria-invalid="true"' in contact.page
    assert standing() == []


def test_without_domains_only_people_of_the_roster_and_by_nobody_but_the_unit(sent_here: Portal) -> None:
    contact = entered(sent_here, "works")
    assert named(contact) == 422
    assert "未登錄於名冊" in visible_text(contact.page)
    with session_scope() as session:
        for person_id in ("social", "ethics", "nobody"):
            given = Colleague("林○無", "約僱人員", address("nobody"))
            with pytest.raises(NotAllowed):
                name(session, OF_WORKS, given, domains=(), person_id=person_id, at=now.now())
    assert entered(sent_here, "social").get(NAMING).status_code == 404


def test_a_form_has_few_fillers(sent_here: Portal, own_domain: None) -> None:
    with session_scope() as session:
        for number in range(MOST):
            given = Colleague(f"甲{number}", "技士", f"n{number}@{OWN}")
            name(session, OF_WORKS, given, domains=(OWN,), person_id="works", at=now.now())
        with pytest.raises(Unfit):
            name(session, OF_WORKS, Colleague(**COLLEAGUE), domains=(OWN,), person_id="works", at=now.now())
    assert len(standing()) == MOST


def test_a_grant_is_one_at_a_time_and_over_at_once_on_both_databases(portal: Portal) -> None:
    with session_scope() as session:
        campaign = open_campaign(session)
        campaign.state = CampaignState.INSPECTING
        session.add(
            Checklist(
                id="C1:U04", campaign_id="C1", unit_id="U04", state=ChecklistState.ISSUED, questions_hash="0" * 64,
                due_on=campaign.checklist_due_on, days_late=0, document_id=None, issued_at=MORNING,
            )
        )  # fmt: skip
    given = Colleague(**COLLEAGUE)
    with session_scope() as session:
        first = name(session, "C1:U04", given, domains=(OWN,), person_id="works", at=MORNING)
        assert name(session, "C1:U04", given, domains=(OWN,), person_id="works_head", at=MORNING).id == first.id
        person_id, grant_id = first.person_id, first.id
        who = asking(session, person_id, at=MORNING)
        checklist = checklists.get(session, "C1:U04")
        assert may(who, Act.ANSWER_CHECKLIST, checklist)
        assert scope(who, Act.ANSWER_CHECKLIST).holds("U04", "C1")
        assert not may(who, Act.NAME_FILLER, checklist), "it is not passed on"
        secret = sessions.start(session, person_id, at=MORNING)
    with session_scope() as session:
        assert sessions.recognise(session, secret, at=MORNING) is not None
        revoke(session, "C1:U04", grant_id, person_id="works_head", at=MORNING)
        revoke(session, "C1:U04", grant_id, person_id="ethics", at=MORNING)
    with session_scope() as session:
        assert sessions.recognise(session, secret, at=MORNING) is None
        assert session.get_one(ChecklistFiller, grant_id).revoked_by == "works_head"
        assert name(session, "C1:U04", given, domains=(OWN,), person_id="works", at=MORNING).id != grant_id
        session.get_one(Campaign, "C1").state = CampaignState.CONCLUDED
        session.flush()
        assert not asking(session, person_id, at=MORNING).has_business
