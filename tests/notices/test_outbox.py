"""The outbox against a real mail server: written once, never sent twice by itself, nor to whom it concerns no more."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from demo.people import fill_form

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    ETHICS_HEAD,
    HEAD,
    SOCIAL,
    WORKS,
    PaperOffice,
    hand_over,
    leaves,
    notices,
)
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.checklists.drop_folder import empty_drop_folder
from inspection.checklists.reading import read_in_sandbox
from inspection.documents.storage import read_document
from inspection.errors import BadSource, SourceUnavailable
from inspection.model import Document, Notice
from inspection.model.lifecycle import NoticeState
from inspection.notices.deliver import DAILY_CAP, MAX_ATTEMPTS, DeliveryCounts, _claim, deliver_due, deliver_now
from inspection.notices.outbox import Letter, compose, write
from inspection.operations.letters import send_again
from inspection.store import events
from inspection.store.session import session_scope
from inspection.vocabulary import Role
from servers.mail import MailServer

WORKS_ADDRESS = "u04-contact@shifan.test"


def letter(key: str = "k1", person: str = CONTACT[WORKS], **more: object) -> Letter:
    """A plain notice to somebody."""
    values = {"campaign_name": "上半年定期保密檢查", "report_name": "檢查結果", "copy_number": 1}
    return Letter(key=key, kind="report_delivered", person_id=person, values=values, **more)  # type: ignore[arg-type]


def put(*letters: Letter) -> list[bool]:
    """Writes notices, in one transaction."""
    with session_scope() as session:
        return [write(session, one, at=now.now()) for one in letters]


def deliver() -> DeliveryCounts:
    """Drains the outbox as of the clock."""
    return deliver_due(session_scope, at=now.now())


def the_notice() -> Notice:
    """The only notice there is, beside opinions asked (會辦)."""
    (found,) = [one for one in notices() if one.kind != "opinion_requested"]
    return found


# ------------------------------------------------------------------------------------------------ written once


def test_a_key_is_written_once_and_mailed_once(office: PaperOffice, mail_server: MailServer) -> None:
    assert put(letter(), letter()) == [True, False]
    assert put(letter()) == [False]
    assert deliver() == DeliveryCounts(sent=1)
    assert deliver() == DeliveryCounts()
    (mail,) = mail_server.messages()
    assert mail.recipients == (WORKS_ADDRESS,)
    assert mail.message["Message-ID"] == the_notice().message_id
    assert mail.message["Auto-Submitted"] == "auto-generated"


def test_two_writers_at_once_write_one_notice(office: PaperOffice, mail_server: MailServer) -> None:
    fresh: list[bool] = []
    writers = [threading.Thread(target=lambda: fresh.extend(put(letter()))) for _ in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert sorted(fresh) == [False, False, False, True]
    assert len(notices()) == 1


def test_a_notice_whose_cause_is_undone_was_never_written(office: PaperOffice) -> None:
    with pytest.raises(RuntimeError), session_scope() as session:
        write(session, letter(), at=now.now())
        raise RuntimeError("the power went")
    assert notices() == []


def test_a_notice_for_later_waits_until_then(office: PaperOffice, mail_server: MailServer, clock: FixedClock) -> None:
    put(letter(not_before=clock.instant + timedelta(hours=2)))
    assert deliver() == DeliveryCounts()
    clock.set(clock.instant + timedelta(hours=2))
    assert deliver() == DeliveryCounts(sent=1)


def test_a_value_the_text_wants_and_does_not_get_is_told_with_its_template() -> None:
    with pytest.raises(BadSource, match=r"templates/mail/report_delivered\.j2：.*report_name"):
        compose("report_delivered", {"name": "甲", "title": "課員", "campaign_name": "乙"})
    with pytest.raises(BadSource, match=r"templates/mail/no_such_text\.j2：缺少信件範本"):
        compose("no_such_text", {})


# ------------------------------------------------------------------------------------------------ still wanted


@pytest.mark.clause("S0-07f")
def test_a_request_already_answered_is_not_mailed(office: PaperOffice, mail_server: MailServer) -> None:
    office.approved_plan()
    assert deliver() == DeliveryCounts(cancelled=3)  # the decision, and two opinions asked beside it
    assert mail_server.messages() == []
    assert the_notice().state is NoticeState.CANCELLED


def test_a_form_already_back_is_not_asked_for(office: PaperOffice, mail_server: MailServer) -> None:
    office.approved_plan()
    office.send_forms()
    office.take_in(fill_form(office.form(WORKS), {}))
    assert deliver() == DeliveryCounts(sent=1, cancelled=4)
    assert [mail.recipients for mail in mail_server.messages()] == [("u02-contact@shifan.test",)]


def test_a_contact_who_handed_over_before_the_mail_left_gets_nothing(
    office: PaperOffice, mail_server: MailServer
) -> None:
    office.approved_plan()
    office.send_forms()
    hand_over(Role.CONTACT, WORKS, old=CONTACT[WORKS], new="P041")
    deliver()
    assert WORKS_ADDRESS not in {address for mail in mail_server.messages() for address in mail.recipients}


def test_somebody_who_left_gets_nothing(office: PaperOffice, mail_server: MailServer) -> None:
    put(letter())
    leaves(CONTACT[WORKS])
    assert deliver() == DeliveryCounts(cancelled=1)
    assert mail_server.messages() == []


@pytest.mark.clause("S4-21")
def test_the_form_itself_is_attached_under_its_title(office: PaperOffice, mail_server: MailServer) -> None:
    office.approved_plan()
    office.send_forms()
    deliver()
    (mail,) = [one for one in mail_server.messages() if WORKS_ADDRESS in one.recipients]
    attached, *beside = mail.message.iter_attachments()
    assert attached.get_content() == office.form(WORKS)
    assert attached.get_filename() == "115年下半年定期保密檢查單位自行檢查表（工務課）.docx"
    title = "115年下半年定期保密檢查單位自行檢查表（工務課）"
    assert [one.get_filename() for one in beside] == [f"{title}.odt", f"{title}.xlsx"]


# ------------------------------------------------------------------------------------------------ floods and faults


def test_nobody_gets_more_than_the_cap_in_a_day_and_the_rest_comes_later(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    put(*[letter(f"k{number}") for number in range(DAILY_CAP + 3)], letter("other", CONTACT[SOCIAL]))
    assert deliver() == DeliveryCounts(sent=DAILY_CAP + 1, put_off=3)
    assert deliver() == DeliveryCounts()
    clock.set(clock.instant + timedelta(days=1))
    assert deliver() == DeliveryCounts(sent=3)
    assert len(mail_server.messages()) == DAILY_CAP + 4


def test_a_mailbox_that_does_not_exist_fails_once_and_is_not_tried_again(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    mail_server.refuse(WORKS_ADDRESS, 550)
    put(letter(), letter("other", CONTACT[SOCIAL]))
    assert deliver() == DeliveryCounts(sent=1, failed=1)
    clock.set(clock.instant + timedelta(days=2))
    assert deliver() == DeliveryCounts()
    failed = notices()[0]
    assert (failed.state, failed.attempts) == (NoticeState.FAILED, 1)
    assert "拒收此收件人（550）" in str(failed.last_error)


def test_a_busy_mailbox_is_put_off_and_served_later(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    mail_server.refuse(WORKS_ADDRESS, 451)
    put(letter(), letter("other", CONTACT[SOCIAL]))
    assert deliver() == DeliveryCounts(sent=1, put_off=1)
    mail_server.accept_all()
    assert deliver() == DeliveryCounts(), "not before some minutes have passed"
    clock.set(clock.instant + timedelta(minutes=5))
    assert deliver() == DeliveryCounts(sent=1)
    assert notices()[0].attempts == 2


def test_a_mailbox_put_off_again_and_again_is_given_up_and_shown(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    mail_server.refuse(WORKS_ADDRESS, 451)
    put(letter())
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(SourceUnavailable, match="郵件伺服器暫緩收受此收件人"):
            deliver()
        clock.set(clock.instant + timedelta(hours=1))
    assert the_notice().state is NoticeState.FAILED


def test_a_mail_server_down_for_days_loses_nothing(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    put(letter())
    mail_server.stop()
    for _ in range(MAX_ATTEMPTS * 3):
        with pytest.raises(SourceUnavailable):
            deliver()
        clock.set(clock.instant + timedelta(hours=1))
    assert the_notice().state is NoticeState.PENDING
    mail_server.start()
    assert deliver() == DeliveryCounts(sent=1)


def test_a_server_that_refuses_every_message_is_told_and_nothing_is_lost(
    office: PaperOffice, mail_server: MailServer
) -> None:
    mail_server.refuse_all(451)
    put(letter())
    with pytest.raises(SourceUnavailable, match="郵件伺服器未收下此信"):
        deliver()
    assert the_notice().state is NoticeState.PENDING


def test_without_a_mail_server_nothing_is_touched(office: PaperOffice, database_url: str) -> None:
    assert settings.get().smtp_url == ""
    assert deliver() == DeliveryCounts(), "an empty outbox needs no server"
    put(letter())
    with pytest.raises(BadSource, match="尚未設定郵件伺服器"):
        deliver()
    assert deliver_now(session_scope, "k1") is NoticeState.PENDING
    assert (the_notice().state, the_notice().attempts) == (NoticeState.PENDING, 0)


def test_one_notice_whose_attachment_is_not_here_waits_and_holds_up_no_other(
    office: PaperOffice, mail_server: MailServer
) -> None:
    office.approved_plan()
    office.send_forms()
    works = next(one for one in notices("checklist_issued") if one.person_id == CONTACT[WORKS])
    with session_scope() as session:
        document = session.get_one(Document, works.attachments[0])
        wanted = read_document(document)
    for path in settings.get().home.rglob("*"):
        if path.is_file() and path.suffix != ".db" and path.read_bytes() == wanted:
            path.unlink()
    assert deliver() == DeliveryCounts(sent=1, put_off=1, cancelled=3)
    (waiting,) = [one for one in notices() if one.state is NoticeState.PENDING]
    assert waiting.person_id == CONTACT[WORKS]
    assert "不在本機之文件資料夾" in str(waiting.last_error)


def test_a_machine_with_a_home_of_its_own_loses_no_letter(
    office: PaperOffice,
    mail_server: MailServer,
    clock: FixedClock,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office.approved_plan()
    office.send_forms()
    (tmp_path / "elsewhere" / "drop").mkdir(parents=True)
    monkeypatch.setenv("INSPECTION_HOME", str(tmp_path / "elsewhere"))
    settings.reset()
    with pytest.raises(SourceUnavailable, match="不在本機之文件資料夾"):
        deliver()
    with pytest.raises(SourceUnavailable, match="不是機關共用者"), read_in_sandbox() as read:
        empty_drop_folder(session_scope, settings.get().drop_folder_path, read=read, at=now.now())
    monkeypatch.setenv("INSPECTION_HOME", str(home))
    settings.reset()
    clock.set(clock.instant + timedelta(minutes=5))
    assert deliver() == DeliveryCounts(sent=2)
    assert {NoticeState.FAILED} & {one.state for one in notices()} == set()


# ------------------------------------------------------------------------------------------------ killed, and at once


def test_two_senders_at_once_send_each_mail_once(office: PaperOffice, mail_server: MailServer) -> None:
    put(*[letter(f"k{number}") for number in range(12)])
    counts: list[DeliveryCounts] = []
    senders = [threading.Thread(target=lambda: counts.append(deliver())) for _ in range(2)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    ids = [str(mail.message["Message-ID"]) for mail in mail_server.messages()]
    assert len(ids) == len(set(ids)) == 12
    assert sum(one.sent for one in counts) == 12


def killed_while(held: MailServer, happened: Callable[[], bool]) -> None:
    """A sender of its own, killed as soon as something has happened, while the server says nothing."""
    held.hold_back(True)
    sender = subprocess.Popen([sys.executable, "-m", "inspection.cli", "deliver"], cwd=settings.REPOSITORY / "plugins")
    deadline = time.monotonic() + 60
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
    sender.kill()
    assert sender.wait() != 0
    held.hold_back(False)


def test_of_a_mail_whose_sender_was_killed_after_the_servers_yes_the_outcome_is_unknown_until_a_person_says(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    put(letter())
    # the server keeps the mail and then says nothing for a while: there the sender is killed
    killed_while(mail_server, lambda: bool(mail_server.messages()))
    assert the_notice().state is NoticeState.SENDING
    assert deliver() == DeliveryCounts(), "it may still be on its way"
    clock.set(clock.instant + timedelta(minutes=10, seconds=1))
    assert deliver() == DeliveryCounts() == deliver()
    stands = the_notice()
    assert (stands.state, stands.sent_at) == (NoticeState.FAILED, None)
    assert str(stands.last_error).startswith("發送結果不明")
    assert len(mail_server.messages()) == 1
    with session_scope() as session:
        send_again(session, [stands.id], by=ETHICS_HEAD, at=now.now())
    assert deliver() == DeliveryCounts(sent=1)
    first, second = mail_server.messages()
    assert first.message["Message-ID"] == second.message["Message-ID"] == the_notice().message_id


def test_a_mail_that_was_claimed_and_never_handed_over_is_sent_by_the_next(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    put(letter())
    with session_scope() as session:
        _claim(session, the_notice().id, at=now.now())
    clock.set(clock.instant + timedelta(minutes=10, seconds=1))
    assert deliver() == DeliveryCounts(sent=1)
    assert len(mail_server.messages()) == 1


def test_a_mail_the_server_was_given_whole_and_never_answered_is_not_given_again(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    put(letter())
    mail_server.hang_up_after_mail(True)
    assert deliver() == DeliveryCounts(failed=1)
    mail_server.hang_up_after_mail(False)
    clock.set(clock.instant + timedelta(days=1))
    assert deliver() == DeliveryCounts()
    assert len(mail_server.messages()) == 1
    assert str(the_notice().last_error).startswith("發送結果不明")


# ------------------------------------------------------------------------------------------------ the record


def test_what_became_of_a_notice_stands_in_the_record(office: PaperOffice, mail_server: MailServer) -> None:
    put(letter())
    deliver()
    with session_scope() as session:
        found = events.of_subject(session, "notice", str(the_notice().id))
    assert [(one.from_state, one.to_state) for one in found] == [("pending", "sending"), ("sending", "sent")]
    assert (the_notice().sent_to, the_notice().sent_at) == (WORKS_ADDRESS, now.now())


def test_a_mail_is_plain_text_in_the_words_on_record(office: PaperOffice, mail_server: MailServer) -> None:
    office.open()
    office.draft()
    office.submit()
    deliver()
    mail = next(mail for mail in mail_server.messages() if "mayor@shifan.test" in mail.recipients)
    assert mail.subject == the_notice().subject
    assert mail.text.replace("\r\n", "\n").strip() == the_notice().body.strip()
    assert (the_notice().person_id, the_notice().campaign_id) == (HEAD, CAMPAIGN)
    assert "<a " not in mail.text
    assert [part.get_content_type() for part in mail.message.walk()] == ["text/plain"]
