"""Who can be reached, how each invitation stands, one retry; and 退信, read as mail systems write it (RFC 3464)."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from inspection import clock as now
from inspection.cli.entry import main
from inspection.errors import BadSource, Conflict
from inspection.model import Campaign, Notice, Person
from inspection.model.lifecycle import NoticeState
from inspection.notices.outbox import Letter, write
from inspection.operations.bounces import LARGEST_BYTES, Bounce, read_bounces, record_bounce
from inspection.operations.contacts import Stand, contacts, resend
from inspection.operations.letters import send_again
from inspection.planning.preflight import check
from inspection.rules import catalogue
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, events
from inspection.store.session import session_scope
from inspection.vocabulary import ContactTrouble
from portal import story
from portal.answering import entered
from portal.client import visible_text
from portal.conftest import Portal
from portal.small_office import address

PAGE = f"/campaigns/{story.CAMPAIGN}/contacts"


def notification(message_id: str, recipient: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    """As Postfix sends one back (RFC 3464), with the headers of the letter."""
    return (
        "From: MAILER-DAEMON@mail.test\r\nTo: inspection@shifan.test\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mail.test\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 unknown user\r\n\r\n"
        f"--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\n--B--\r\n"
    ).encode("ascii")


def of_domain(domain: str) -> Catalogue:
    """The rules of an agency with one mail domain."""
    rules = catalogue.current()
    return replace(rules, office=rules.office.model_copy(update={"filler_domains": (domain,)}))


def invitation() -> Notice:
    """The works unit's."""
    with session_scope() as session:
        query = select(Notice).where(Notice.kind == "checklist_issued", Notice.person_id == "works")
        return session.scalars(query).one()


@pytest.fixture
def handed_over(sent_here: Portal) -> Portal:
    """The invitation was handed to the mail server."""
    with session_scope() as session:
        one = session.get_one(Notice, invitation().id)
        one.state, one.sent_at, one.sent_to = NoticeState.SENT, now.now(), address("works")
        one.message_id = f"<notice-{one.id}@inspection.test>"
    return sent_here


def test_it_is_read_from_the_file_and_shown_with_one_button_that_works_once(
    handed_over: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = invitation().message_id or ""
    file = tmp_path / "back.eml"
    file.write_bytes(notification(message_id, address("works")))
    for status in (0, 1):  # the second time it is known
        monkeypatch.setattr(sys, "argv", ["inspection", "notices", "bounce", str(file), "--as", "ethics"])
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code == status
    assert invitation().state is NoticeState.FAILED
    ethics = entered(handed_over, "ethics")
    words = visible_text(ethics.get(PAGE).text)
    assert "退信（5.1.1）" in words
    assert "1封未送達或退信" in words
    assert "無法送達" in visible_text(ethics.get("/").text), "and it stands on the desk"
    ethics.get(PAGE)
    assert ethics.send(PAGE, {"notice": str(invitation().id)}).status_code == 303
    assert invitation().state is NoticeState.PENDING
    with session_scope() as session:
        one = session.get_one(Notice, invitation().id)
        one.state, one.sent_at = NoticeState.SENT, now.now()
        session.flush()
        assert record_bounce(session, Bounce(message_id, address("works"), "5.2.2"), actor="ethics", at=now.now())
    assert "再寄一次" not in ethics.get(PAGE).text
    assert "改以紙本" in visible_text(ethics.page)
    with session_scope() as session:
        with pytest.raises(Conflict):
            resend(session, story.CAMPAIGN, one.id, by="ethics", at=now.now())
        session.get_one(Person, "works").email = "works2@shifan.test"
        session.flush()
        resend(session, story.CAMPAIGN, one.id, by="ethics", at=now.now())
        told = " ".join(str(event.details) for event in events.of_subject(session, "notice", str(one.id)))
        assert "@" not in told
    assert entered(handed_over, "works").get(PAGE).status_code == 404


def test_what_is_late_another_address_or_no_notification_changes_nothing(handed_over: Portal) -> None:
    message_id = invitation().message_id or ""
    assert read_bounces(notification(message_id, "a@b.test", action="delayed")) == []
    (other,) = read_bounces(notification(message_id, "gone@shifan.test"))
    with session_scope() as session:
        assert record_bounce(session, other, actor="ethics", at=now.now()) is None
        assert record_bounce(session, Bounce("<x@y>", address("works"), "5.1.1"), actor="ethics", at=now.now()) is None
    assert invitation().state is NoticeState.SENT
    for data in (b"", b"Subject: hello\r\n\r\nhello", b"\xff" * 100, b"x" * (LARGEST_BYTES + 1)):
        with pytest.raises(BadSource):
            read_bounces(data)


def test_before_anything_is_sent_it_names_who_cannot_be_reached_or_answer(sent_here: Portal) -> None:
    with session_scope() as session:
        session.get_one(Person, "works").email = "works at shifan"
        session.get_one(Person, "social").email = address("nobody")
    shipped = catalogue.current()
    with session_scope() as session:
        campaign = campaigns.get(session, story.CAMPAIGN)
        found = {one.unit.id: one for one in check(session, campaign, catalogue=of_domain("shifan.test"), at=now.now())}
        elsewhere = check(session, campaign, catalogue=of_domain("gov.test"), at=now.now())
        assert {one.stand for one in contacts(session, campaign, catalogue=shipped, at=now.now())} >= {Stand.NONE}
    assert found["U04"].troubles == (ContactTrouble.ADDRESS,)
    assert found["U02"].troubles == (ContactTrouble.NO_HEAD, ContactTrouble.SHARED_ADDRESS)
    assert found["U11"].troubles == ()
    nobody = [one for one in found.values() if one.person is None]
    assert all(one.troubles == (ContactTrouble.NO_CONTACT,) for one in nobody)
    assert ContactTrouble.DOMAIN in next(one for one in elsewhere if one.unit.id == "U11").troubles
    words = visible_text(entered(sent_here, "ethics").get(PAGE).text)
    assert "信箱格式不符" in words
    assert "二人以上共用" in words


def test_one_button_has_the_mail_server_asked_and_the_page_says_what_it_answered(sent_here: Portal) -> None:
    with session_scope() as session:
        campaign = campaigns.get(session, story.CAMPAIGN)
        every = check(session, campaign, catalogue=catalogue.current(), at=now.now())
        known = [one.person.email for one in every if one.person and one.person.id != "works"]
    sent_here.mail.take_only(*known)
    ethics = entered(sent_here, "ethics")
    ethics.get(PAGE)
    assert "正在向郵件伺服器核對" in visible_text(ethics.send(f"{PAGE}/probe", {}).text)
    words = visible_text(ethics.get(PAGE).text)
    assert ("郵件伺服器拒收此信箱，請更正" in words, "郵件伺服器確認有此信箱" in words) == (True, True)
    with session_scope() as session:
        session.get_one(Campaign, story.CAMPAIGN).reveal_at = now.now() + timedelta(hours=1)
    refused = ethics.send(f"{PAGE}/probe", {})
    assert (refused.status_code, "免於開始前為人所悉" in visible_text(refused.text)) == (409, True)


def test_sending_again_from_the_list_of_letters_counts_as_the_one_retry(handed_over: Portal) -> None:
    with session_scope() as session:
        one = session.get_one(Notice, invitation().id)
        one.state = NoticeState.FAILED
        session.flush()
        send_again(session, [one.id], by="ethics", at=now.now())
        one.state = NoticeState.FAILED
        session.flush()
        with pytest.raises(Conflict):
            resend(session, story.CAMPAIGN, one.id, by="ethics", at=now.now())


def test_a_letter_comes_back_once_on_both_databases(portal: Portal) -> None:
    values = {"campaign_name": "保密檢查", "report_name": "檢查結果", "copy_number": 1}
    with session_scope() as session:
        write(session, Letter("k1", "report_delivered", "works", values), at=now.now())
        one = session.scalars(select(Notice)).one()
        one.state, one.sent_at, one.sent_to, one.message_id = NoticeState.SENT, now.now(), address("works"), "<n@x>"
    (told,) = read_bounces(notification("<n@x>", address("works")))
    with session_scope() as session:
        assert record_bounce(session, told, actor="ethics", at=now.now()) is not None
        assert record_bounce(session, told, actor="ethics", at=now.now()) is None
    with session_scope() as session:
        one = session.scalars(select(Notice)).one()
        assert one.state is NoticeState.FAILED
        assert [event.action for event in events.of_subject(session, "notice", str(one.id))] == ["step", "bounced"]
