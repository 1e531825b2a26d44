"""Letters given up: listed without an address, sent again or set aside by whoever keeps the outbox, each on record."""

from __future__ import annotations

import json

import pytest

from campaigns.paper_office import CONTACT, HEAD, SOCIAL, STAFF, WORKS, PaperOffice, notices
from cli.test_answers import Typing
from conftest import FixedClock
from inspection import clock as now
from inspection.access.who import asking
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.model import Campaign, Notice, Person, RoleGrant
from inspection.model.lifecycle import NoticeState
from inspection.notices.deliver import DeliveryCounts, deliver_due
from inspection.notices.outbox import Letter, write
from inspection.operations.letters import Undelivered, send_again, set_aside, undelivered
from inspection.store import events
from inspection.store.session import session_scope
from inspection.vocabulary import Role
from servers.mail import MailServer

WORKS_ADDRESS, NEW_ADDRESS = "u04-contact@shifan.test", "u04-new@shifan.test"
OPERATOR = CONTACT[SOCIAL]  # somebody outside the ethics office who is given the role


@pytest.fixture
def inspection(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typing:
    """Types a command at the entry point."""
    return Typing(monkeypatch, capsys)


@pytest.fixture
def failed(office: PaperOffice, mail_server: MailServer) -> int:
    """The id of a letter whose mailbox does not exist; an operator outside the ethics office."""
    mail_server.refuse(WORKS_ADDRESS, 550)
    values = {"campaign_name": "上半年定期保密檢查", "report_name": "檢查結果", "copy_number": 1}
    with session_scope() as session:
        session.add(RoleGrant(person_id=OPERATOR, role=Role.OPERATOR, unit_id="", valid_from=None, valid_until=None))
        write(session, Letter("k1", "report_delivered", CONTACT[WORKS], values), at=now.now())
    assert deliver_due(session_scope, at=now.now()) == DeliveryCounts(failed=1)
    (one,) = notices("report_delivered")
    return one.id


def listed(office: PaperOffice, person: str = OPERATOR) -> list[Undelivered]:
    with session_scope() as session:
        return undelivered(session, asking(session, person, at=now.now()), texts=office.rules.mail_texts)


def again(*ids: int, by: str = OPERATOR) -> int:
    with session_scope() as session:
        return send_again(session, ids, by=by, at=now.now())


def test_it_is_listed_with_reason_and_remedy_and_without_the_address(office: PaperOffice, failed: int) -> None:
    with session_scope() as session:
        session.get_one(Notice, failed).last_error = f"拒收 <{WORKS_ADDRESS}>：請洽該單位另指定窗口"
    (one,) = listed(office)
    assert (one.notice.id, one.reader.id, one.purpose) == (failed, CONTACT[WORKS], "報告送達")
    assert "請洽該單位另指定窗口" in one.cause
    assert "@" not in one.cause
    assert not one.waits and one.may_be_sent_again


def test_sent_again_it_goes_to_the_address_of_today_and_the_event_names_who_did_it(
    office: PaperOffice, failed: int, mail_server: MailServer
) -> None:
    with session_scope() as session:
        session.get_one(Person, CONTACT[WORKS]).email = NEW_ADDRESS
    assert again(failed) == 1
    with pytest.raises(Conflict, match="已非「無法送達」"):
        again(failed)
    assert deliver_due(session_scope, at=now.now()) == DeliveryCounts(sent=1)
    assert mail_server.messages()[-1].recipients == (NEW_ADDRESS,)
    assert listed(office) == []
    with session_scope() as session:
        steps = [(one.from_state, one.to_state, one.actor) for one in events.of_subject(session, "notice", str(failed))]
    assert ("failed", "pending", OPERATOR) in steps


def test_set_aside_it_is_listed_no_more_and_says_why(office: PaperOffice, failed: int) -> None:
    with session_scope() as session, pytest.raises(BadSource, match="理由未填"):
        set_aside(session, [failed], by=OPERATOR, reason=" ", at=now.now())
    with session_scope() as session:
        set_aside(session, [failed], by=OPERATOR, reason="已電話通知", at=now.now())
    assert listed(office) == []
    with session_scope() as session:
        (last, *_) = reversed(events.of_subject(session, "notice", str(failed)))
        assert (last.to_state, last.actor, last.reason) == ("cancelled", OPERATOR, "已電話通知")


def test_nobody_else_may_and_one_of_many_refused_leaves_all(office: PaperOffice, failed: int) -> None:
    with pytest.raises(NotAllowed):
        again(failed, by=HEAD)
    with pytest.raises(Exception, match="查無通知"):
        again(failed, failed + 999)
    assert next(one for one in notices() if one.id == failed).state is NoticeState.FAILED


def test_a_sign_in_code_is_not_sent_again(office: PaperOffice, failed: int) -> None:
    with session_scope() as session:
        session.get_one(Notice, failed).body = ""
    assert not listed(office)[0].may_be_sent_again
    with pytest.raises(BadSource, match="重新登入"):
        again(failed)


def test_a_letter_of_a_campaign_one_may_not_know_is_not_there(
    office: PaperOffice, failed: int, clock: FixedClock
) -> None:
    office.open()
    with session_scope() as session:
        campaign = session.get_one(Notice, failed)
        campaign.campaign_id = "C-paper"
    with session_scope() as session:
        opened = session.get_one(Campaign, "C-paper")
        opened.kind, opened.reveal_at = "ad_hoc", opened.window_end
    assert [one.notice.id for one in listed(office, STAFF)] == [failed]
    assert listed(office, OPERATOR) == []
    with pytest.raises(Exception, match="查無通知"):
        again(failed, by=OPERATOR)


def test_the_command_line_lists_and_sends_again(office: PaperOffice, failed: int, inspection: Typing) -> None:
    out = inspection("notices", "list", "--as", OPERATOR, "--json").out
    assert json.loads(out)["id"] == failed
    assert WORKS_ADDRESS not in out
    assert inspection("notices", "list", "--as", HEAD).status == 2
    assert inspection("notices", "resend", str(failed), "--as", HEAD).status == 2
    assert inspection("notices", "resend", str(failed), "--as", OPERATOR).status == 0
    assert inspection("notices", "set-aside", str(failed), "--reason", "x", "--as", OPERATOR).status == 2
    assert next(one for one in notices() if one.id == failed).state is NoticeState.PENDING
