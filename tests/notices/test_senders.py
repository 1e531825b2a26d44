"""Senders that are slow, beside each other, locked out or given what cannot be read: no mail twice, none lost, and no
password tried again and again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from secrets import token_hex

import pytest
from sqlalchemy import select

from campaigns.paper_office import CONTACT, ETHICS_HEAD, SOCIAL, WORKS, PaperOffice, notices
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.doctor import examine
from inspection.errors import BadSource, InspectionError, SourceUnavailable
from inspection.model import DailyCount, Notice, SignInCode
from inspection.model.lifecycle import NoticeState
from inspection.notices.conditions.code import while_usable
from inspection.notices.deliver import MAX_ATTEMPTS, DeliveryCounts, deliver_due, deliver_now
from inspection.notices.logging_on import REST
from inspection.notices.outbox import Letter, write
from inspection.operations.letters import send_again
from inspection.store.session import session_scope
from servers.mail import MailServer

MINUTES = timedelta(minutes=1)


def put(*keys: str, person: str = CONTACT[WORKS], attachments: tuple[str, ...] = ()) -> None:
    """Writes plain notices to somebody."""
    values = {"campaign_name": "上半年定期保密檢查", "report_name": "檢查結果", "copy_number": 1}
    with session_scope() as session:
        for key in keys:
            write(session, Letter(key, "report_delivered", person, values, attachments=attachments), at=now.now())


def deliver() -> DeliveryCounts:
    """Drains the outbox as of the clock."""
    return deliver_due(session_scope, at=now.now())


def states() -> dict[str, NoticeState]:
    """What became of each plain notice."""
    return {one.key: one.state for one in notices("report_delivered")}


def message_ids(server: MailServer) -> list[str]:
    """The ids of all mails the server took."""
    return [str(mail.message["Message-ID"]) for mail in server.messages()]


# ------------------------------------------------------------------------------------------------ slow, beside another


def test_a_slow_server_and_a_second_sender_bring_no_mail_twice(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    put("a", "b", "c", "d")
    second: list[DeliveryCounts] = []

    def six_minutes(number: int) -> None:
        clock.set(clock.instant + 6 * MINUTES)
        if number == 3:  # claimed twelve minutes after the first drain began, and on its way
            second.append(deliver())

    mail_server.each_mail(six_minutes)
    assert deliver().sent + second[0].sent == 4
    assert len(set(message_ids(mail_server))) == len(message_ids(mail_server)) == 4
    assert set(states().values()) == {NoticeState.SENT}


def test_what_stands_in_the_record_is_when_each_mail_left(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    began = clock.instant
    put("a", "b")
    mail_server.each_mail(lambda _number: clock.set(clock.instant + timedelta(days=1)))
    deliver()
    assert [one.sent_at for one in notices("report_delivered")] == [
        began + timedelta(days=1),
        began + timedelta(days=2),
    ]
    with session_scope() as session:
        counted = {one.on: one.sent for one in session.scalars(select(DailyCount))}
    assert counted == {now.local_date(began) + timedelta(days=one): 1 for one in (1, 2)}


def test_a_sender_whose_notice_was_taken_over_goes_on_with_the_rest(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    put("a", "b")

    def eleven_minutes_once(number: int) -> None:
        if number == 1:
            clock.set(clock.instant + 11 * MINUTES)
            another = threading.Thread(target=deliver)  # takes the first for abandoned: nobody knows
            another.start()
            another.join()

    mail_server.each_mail(eleven_minutes_once)
    deliver()
    assert states() == {"a": NoticeState.SENT, "b": NoticeState.SENT}


def test_a_no_that_comes_late_settles_what_nobody_knew(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    put("a")

    def eleven_minutes_once(number: int) -> None:
        if number == 1:
            clock.set(clock.instant + 11 * MINUTES)
            deliver()
            assert states() == {"a": NoticeState.FAILED}, "nobody knows whether it was taken"
            mail_server.answer_next(451)

    mail_server.each_mail(eleven_minutes_once)
    with pytest.raises(SourceUnavailable):
        deliver()
    assert states() == {"a": NoticeState.PENDING}
    clock.set(clock.instant + 11 * MINUTES)
    assert deliver() == DeliveryCounts(sent=1)


def test_a_sender_that_fails_late_does_not_undo_what_another_is_at(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    put("a")
    taken_over, settled = threading.Event(), threading.Event()
    another = threading.Thread(target=deliver)

    def claimed_again(number: int) -> None:
        if number == 1:  # the first sender hears a no, while a second is on its way: a person had it sent again
            clock.set(clock.instant + 11 * MINUTES)
            deliver()
            with session_scope() as session:
                send_again(session, [notices("report_delivered")[0].id], by=ETHICS_HEAD, at=now.now())
            another.start()
            taken_over.wait(60)
            mail_server.answer_next(451)
        else:
            taken_over.set()
            settled.wait(60)

    mail_server.each_mail(claimed_again)
    with pytest.raises(SourceUnavailable):
        deliver()
    assert states() == {"a": NoticeState.SENDING}
    settled.set()
    another.join()
    assert states() == {"a": NoticeState.SENT}


# ------------------------------------------------------------------------------------------------ the password


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server that wants a password, and speaks no TLS."""
    with MailServer(tmp_path / "guarded", password=token_hex(8)) as server:
        yield server


def use(monkeypatch: pytest.MonkeyPatch, server: MailServer, password: str, *, plain: bool = True) -> None:
    """Names the server with a user and a password; `plain`: it may be given without TLS."""
    monkeypatch.setenv("INSPECTION_SMTP_URL", f"smtp://office:{password}@{server.host}:{server.port}")
    monkeypatch.setenv("INSPECTION_SMTP_PLAIN_HOST", server.host if plain else "")
    monkeypatch.setenv("INSPECTION_SECRET_KEY", "0123456789abcdef" * 4)
    settings.reset()


def test_a_wrong_password_is_tried_once_and_the_drain_stops(
    office: PaperOffice, guarded: MailServer, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    use(monkeypatch, guarded, token_hex(8))
    put(*[f"k{number}" for number in range(5)])
    put("other", person=CONTACT[SOCIAL])
    with pytest.raises(BadSource, match="拒絕帳號或密碼"):
        deliver()
    assert len(guarded.logons) == 1
    for _ in range(9):  # every five minutes, as the schedule does
        clock.set(clock.instant + 5 * MINUTES)
        with pytest.raises(BadSource, match="一小時內不再嘗試"):
            deliver()
        assert deliver_now(session_scope, "other") is NoticeState.PENDING
    assert len(guarded.logons) == 1
    assert set(states().values()) == {NoticeState.PENDING}
    clock.set(clock.instant + REST)
    with pytest.raises(BadSource, match="拒絕帳號或密碼"):
        deliver()
    assert len(guarded.logons) == 2


def test_another_password_is_tried_at_once_and_sends(
    office: PaperOffice, guarded: MailServer, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    use(monkeypatch, guarded, token_hex(8))
    put("a", "b")
    with pytest.raises(BadSource):
        deliver()
    use(monkeypatch, guarded, guarded.password)
    clock.set(clock.instant + 5 * MINUTES)
    assert deliver() == DeliveryCounts(sent=2)


def test_the_doctor_tells_of_a_wrong_password_and_is_no_second_try(
    office: PaperOffice, guarded: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, guarded, token_hex(8))
    for words in ("拒絕帳號或密碼", "一小時內不再嘗試"):
        told = {one.name: one for one in examine()}["mail"]
        assert not told.ok
        assert words in told.found
        assert "INSPECTION_SMTP_URL" in told.remedy
    assert len(guarded.logons) == 1
    use(monkeypatch, guarded, guarded.password)
    assert {one.name: one for one in examine()}["mail"].ok


def test_no_password_travels_in_clear(
    office: PaperOffice, guarded: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, guarded, guarded.password, plain=False)
    put("a")
    with pytest.raises(BadSource, match="未提供加密（STARTTLS）"):
        deliver()
    assert guarded.logons == []
    assert states() == {"a": NoticeState.PENDING}
    assert "STARTTLS" in {one.name: one for one in examine()}["mail"].found


def test_neither_password_nor_its_hash_without_the_key_stands_in_the_record(
    office: PaperOffice, guarded: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = token_hex(8)
    use(monkeypatch, guarded, wrong)
    put("a")
    with pytest.raises(BadSource) as raised:
        deliver()
    assert wrong not in str(raised.value)
    assert wrong not in repr([vars(one) for one in notices()])


def test_a_server_that_is_away_is_asked_once_a_drain(office: PaperOffice, mail_server: MailServer) -> None:
    put("a", "b", "c")
    mail_server.stop()
    with pytest.raises(SourceUnavailable):
        deliver()
    assert [one.attempts for one in notices("report_delivered")] == [1, 0, 0]


# ------------------------------------------------------------------------------------------------ documents


def test_a_document_that_cannot_be_read_holds_nobody_up_and_is_given_up_in_the_end(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    office.approved_plan()
    office.send_forms()
    deliver()
    attached = next(one.attachments[0] for one in notices("checklist_issued"))
    (path,) = [one for one in settings.get().documents_folder.rglob("*") if one.name == attached]
    path.unlink()
    path.mkdir()  # there, and no file: as a broken disk or wrong rights, refused by the system
    put("broken", attachments=(attached,))
    put("whole")
    assert deliver() == DeliveryCounts(sent=1, put_off=1)
    for _ in range(MAX_ATTEMPTS):
        clock.set(clock.instant + timedelta(hours=1))
        try:
            deliver()
        except InspectionError as error:
            assert "無法讀取" in str(error)
    assert states() == {"broken": NoticeState.FAILED, "whole": NoticeState.SENT}


def test_a_mail_that_cannot_be_put_together_fails_alone(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    put("broken", "whole")
    with session_scope() as session:
        broken = session.scalars(select(Notice).where(Notice.key == "broken")).one()
        broken.subject = "一行\n又一行"
    assert deliver() == DeliveryCounts(sent=1, failed=1)
    failed = next(one for one in notices("report_delivered") if one.key == "broken")
    assert (failed.state, failed.last_error) == (NoticeState.FAILED, "信件無法組成（ValueError）")


# ------------------------------------------------------------------------------------------------ codes


def code_written(code: str, code_id: str = "c" * 40) -> None:
    """A sign-in code, valid for ten minutes, and its notice."""
    at = now.now()
    with session_scope() as session:
        session.add(
            SignInCode(
                id=code_id, person_id=CONTACT[WORKS], code_hash="0" * 64, made_at=at, expires_at=at + 10 * MINUTES,
                tries_left=5, used_at=None,
            )
        )  # fmt: skip
        session.flush()
        values = {"code": code, "valid_until": "09:10", "minutes": 10}
        letter = Letter("code", "sign_in_code", CONTACT[WORKS], values, still_wanted=while_usable(code_id))
        write(session, letter, at=at)


def the_code() -> Notice:
    """The notice of the code."""
    (found,) = notices("sign_in_code")
    return found


def test_a_code_that_ran_out_while_the_server_was_down_is_blanked_and_never_mailed(
    office: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    code = token_hex(4)
    code_written(code)
    mail_server.stop()
    assert deliver_now(session_scope, "code") is NoticeState.PENDING
    assert code in the_code().body
    clock.set(clock.instant + 10 * MINUTES)
    assert deliver() == DeliveryCounts(), "nobody waits for it: the server is not even asked"
    assert (the_code().state, the_code().body) == (NoticeState.CANCELLED, "")
    mail_server.start()
    clock.set(clock.instant + timedelta(hours=5))
    assert deliver() == DeliveryCounts()
    assert mail_server.messages() == []


def test_a_used_code_is_blanked_too(office: PaperOffice, mail_server: MailServer) -> None:
    code_written(token_hex(4))
    with session_scope() as session:
        session.scalars(select(SignInCode)).one().used_at = now.now()
    deliver()
    assert (the_code().state, the_code().body) == (NoticeState.CANCELLED, "")
    assert mail_server.messages() == []


def test_a_code_is_tried_again_within_seconds(office: PaperOffice, mail_server: MailServer, clock: FixedClock) -> None:
    code_written(token_hex(4))
    mail_server.stop()
    deliver_now(session_scope, "code")
    mail_server.start()
    clock.set(clock.instant + timedelta(seconds=15))
    assert deliver() == DeliveryCounts(sent=1)
    assert the_code().body == ""
