"""The servers the other tests stand on are real, private and gone afterwards."""

from __future__ import annotations

import signal
import smtplib
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from conftest import FixedClock, SambaWithShare
from inspection import clock as office_clock
from inspection.store.session import session_scope
from servers.mail import MailServer
from servers.postgres import PostgresServer
from servers.process import ServerFailed, ServerProcess, group_members, port_answers
from servers.redis import RedisServer

TESTS = Path(__file__).resolve().parents[1]


def _message(recipient: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "office@example.org", recipient, "保密檢查通知"
    message["Message-ID"] = "<1@example.org>"
    message.set_content("內文")
    return message


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


def test_postgres_refuses_a_wrong_password(postgres: PostgresServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(_plain(postgres.url("postgres", password="wrong")), connect_timeout=5)


def test_a_copy_of_a_frozen_postgres_database_holds_its_rows(postgres: PostgresServer) -> None:
    original = postgres.create_database("frozen_original")
    with psycopg.connect(_plain(original)) as connection:
        connection.execute("CREATE TABLE kept (n integer)")
        connection.execute("INSERT INTO kept VALUES (7)")
    with psycopg.connect(_plain(original)) as still_connected:
        postgres.freeze("frozen_original")
        copy = postgres.create_database("frozen_copy", template="frozen_original")
        assert still_connected.closed is False
    with psycopg.connect(_plain(copy)) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]


def test_a_role_without_rights_reads_no_table(postgres: PostgresServer) -> None:
    url = postgres.create_database("guarded")
    with psycopg.connect(_plain(url)) as connection:
        connection.execute("CREATE TABLE guarded_rows (n integer)")
    password = postgres.create_role("stranger")
    with (
        psycopg.connect(_plain(postgres.url("guarded", role="stranger", password=password))) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT * FROM guarded_rows")


def test_redis_answers_only_with_its_password(redis: RedisServer) -> None:
    def ask(*lines: str) -> bytes:
        with socket.create_connection((redis.host, redis.port), timeout=5) as connection:
            connection.sendall("".join(f"{line}\r\n" for line in lines).encode())
            connection.shutdown(socket.SHUT_WR)
            return connection.makefile("rb").read()

    assert ask("PING").startswith(b"-NOAUTH")
    assert ask(f"AUTH {redis.password}", "PING") == b"+OK\r\n+PONG\r\n"


def test_accepted_mail_lies_in_the_folder_as_it_was_sent(mail_server: MailServer) -> None:
    with smtplib.SMTP(mail_server.host, mail_server.port) as client:
        client.send_message(_message("head@example.org"))
    (received,) = mail_server.messages()
    assert (received.sender, received.recipients) == ("office@example.org", ("head@example.org",))
    assert (received.subject, received.text.strip()) == ("保密檢查通知", "內文")


@pytest.mark.parametrize("code", [550, 451])
def test_a_refused_recipient_gets_the_code_and_no_mail(mail_server: MailServer, code: int) -> None:
    mail_server.refuse("gone@example.org", code)
    with smtplib.SMTP(mail_server.host, mail_server.port) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            client.send_message(_message("gone@example.org"))
        assert refused.value.recipients["gone@example.org"][0] == code
    assert mail_server.messages() == []


def test_a_bounced_mail_comes_back_as_a_delivery_report(mail_server: MailServer) -> None:
    mail_server.bounce("gone@example.org")
    with smtplib.SMTP(mail_server.host, mail_server.port) as client:
        client.send_message(_message("gone@example.org"))
    (report,) = mail_server.bounces.glob("*.eml")
    text_of_report = report.read_text(encoding="utf-8")
    assert "Final-Recipient: rfc822; gone@example.org" in text_of_report
    assert "To: office@example.org" in text_of_report
    assert "In-Reply-To: <1@example.org>" in text_of_report


def test_a_stopped_mail_server_refuses_and_serves_again_on_the_same_port(mail_server: MailServer) -> None:
    mail_server.stop()
    assert not port_answers(mail_server.port)
    mail_server.start()
    with smtplib.SMTP(mail_server.host, mail_server.port) as client:
        client.send_message(_message("head@example.org"))
    assert len(mail_server.messages()) == 1


def test_samba_serves_the_test_s_own_folder(samba: SambaWithShare) -> None:
    assert list(samba.files.iterdir()) == []
    assert port_answers(samba.server.port)


def test_stopping_a_server_ends_the_children_that_ignore_the_request(tmp_path: Path) -> None:
    script = "trap '' TERM; (trap '' TERM; sleep 300) & sleep 300"
    server = ServerProcess(["bash", "-c", script], log=tmp_path / "log")
    server.wait_for(lambda: len(group_members(server.pid)) >= 3, what="children")
    server.stop(seconds=0.3)
    assert group_members(server.pid) == []


def test_a_server_that_ends_at_once_is_told_with_its_log(tmp_path: Path) -> None:
    server = ServerProcess(["bash", "-c", "echo no such option; exit 3"], log=tmp_path / "log")
    with pytest.raises(ServerFailed, match=r"(?s)ended with 3.*no such option"):
        server.wait_for_port(1)


def test_a_server_ends_with_the_run_that_was_killed(tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import sys, time; sys.path.insert(0, {str(TESTS)!r})
        from pathlib import Path
        from servers.process import ServerProcess
        print(ServerProcess(["sleep", "300"], log=Path({str(tmp_path / "log")!r})).pid, flush=True)
        time.sleep(300)
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        server = int(run.stdout.readline())
        command = Path(f"/proc/{server}/cmdline")
        _until(lambda: command.read_bytes().startswith(b"sleep"))
        run.send_signal(signal.SIGKILL)
    _until(lambda: not group_members(server))


def _until(happened: Callable[[], bool]) -> None:
    with subprocess.Popen(["sleep", "10"]) as patience:
        while not happened():
            assert patience.poll() is None, "it did not happen within 10 s"
        patience.kill()


def test_each_test_gets_a_migrated_database_of_its_own_on_both(database_url: str) -> None:
    with session_scope() as session:  # by the settings, as the product opens it
        version = session.scalar(text("SELECT version_num FROM inspection_version"))
    assert version
    assert ("sqlite" in database_url) or ("postgresql+psycopg" in database_url)


@pytest.mark.parametrize("_twice", [1, 2])
def test_what_one_test_writes_no_other_test_sees(session: Session, _twice: int) -> None:
    session.execute(text("CREATE TABLE written_by_a_test (n integer)"))


def test_the_clock_stands_where_it_was_set(clock: FixedClock) -> None:
    assert office_clock.today().isoformat() == "2026-10-12"
    clock.set("2026-10-13T00:30:00+08:00")
    assert office_clock.now().isoformat() == "2026-10-12T16:30:00+00:00"
    assert office_clock.today().isoformat() == "2026-10-13"
