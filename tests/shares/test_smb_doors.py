"""Opening a share that cannot be opened: says which host, which share, and what to do; never tries a password twice."""

from __future__ import annotations

import logging
import socket
import threading
from pathlib import Path

import pytest

from inspection.errors import AccessRefused, BadSource, SourceUnavailable
from inspection.shares import smb_session
from inspection.shares.address import parse_address
from inspection.shares.open import open_share
from inspection.shares.share import Login
from servers.samba import free_port
from shares.lab import USER, Lab


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_wrong_password_is_tried_exactly_once(lab: Lab) -> None:
    server = lab.serve()
    wrong = "not-" + lab.password
    with pytest.raises(AccessRefused) as refused:
        open_share(parse_address(server.url("data")), Login(USER, wrong))
    assert server.login_attempts() == (0, 1)
    message = str(refused.value)
    assert "127.0.0.1" in message
    assert "data" in message
    assert USER in message
    assert "不再重試" in message
    assert wrong not in message


def test_an_unknown_account_is_tried_exactly_once(lab: Lab) -> None:
    server = lab.serve()
    with pytest.raises(AccessRefused):
        open_share(parse_address(server.url("data")), Login("nobody-known", lab.password))
    assert server.login_attempts() == (0, 1)


def test_no_credentials_at_all_are_refused_without_asking_the_server(lab: Lab) -> None:
    server = lab.serve()
    with pytest.raises(AccessRefused, match="請檢查使用者、密碼"):
        open_share(parse_address(server.url("data")), None)


def test_kerberos_without_its_packages_is_refused_with_the_remedy_and_nothing_is_sent(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = lab.serve()
    monkeypatch.setattr(smb_session, "KERBEROS_PACKAGES", ("no_such_package",))
    with pytest.raises(BadSource, match="no_such_package"):
        open_share(parse_address(server.url("data")), Login(USER, lab.password, "OFFICE.TEST", kerberos=True))
    assert server.login_attempts() == (0, 0)


def test_an_account_is_spelt_as_its_protocol_takes_it_and_no_second_protocol_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert smb_session.user_name(Login("u", "", "office.test", kerberos=True)) == "u@OFFICE.TEST"
    assert smb_session.user_name(Login("u", "", "OFFICE")) == "OFFICE\\u"
    logins = (None, Login("u", ""), Login("u", "", kerberos=True))
    for installed, without in (("json", "ntlm"), ("no_such_package", "negotiate")):
        monkeypatch.setattr(smb_session, "KERBEROS_PACKAGES", (installed,))
        assert [smb_session.protocol_of(one) for one in logins] == [without, without, "kerberos"]


def test_a_share_that_does_not_exist_is_named(lab: Lab) -> None:
    server = lab.serve()
    with pytest.raises(SourceUnavailable, match="沒有分享區 nowhere") as gone:
        open_share(parse_address(server.url("nowhere")), lab.login)
    assert not isinstance(gone.value, AccessRefused)


def test_a_share_closed_to_the_account_is_told_apart_from_a_wrong_password(lab: Lab) -> None:
    server = lab.serve(share_conf="valid users = daemon")
    with pytest.raises(AccessRefused, match=r"帳號無權開啟 127\.0\.0\.1 之分享區 data"):
        open_share(parse_address(server.url("data")), lab.login)
    assert server.login_attempts() == (1, 0)


def test_a_folder_that_does_not_exist_on_the_share_is_told(lab: Lab) -> None:
    server = lab.serve()
    with pytest.raises(SourceUnavailable, match="但無此資料夾"):
        open_share(parse_address(server.url("data", "無此科")), lab.login)


def test_a_closed_port_is_told_with_host_and_port() -> None:
    port = free_port()
    with pytest.raises(SourceUnavailable, match=rf"127\.0\.0\.1 於埠號 {port} 沒有回應（連線被拒）"):
        open_share(parse_address(f"//127.0.0.1:{port}/data"), Login(USER, "x"), timeout_seconds=2)


def test_an_unknown_host_is_told() -> None:
    with pytest.raises(SourceUnavailable, match=r"server-that-is-not\.invalid 於埠號 445 沒有回應"):
        open_share(parse_address("//server-that-is-not.invalid/data"), Login(USER, "x"), timeout_seconds=2)


@pytest.mark.parametrize(
    "greeting", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\0\0\x40" + b"\xfeSMB" + b"\0" * 60]
)
def test_something_that_is_no_file_server_is_told(greeting: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            client.recv(4096)
            client.sendall(greeting)
            client.close()

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(SourceUnavailable, match="沒有回應"):
            open_share(
                parse_address(f"//127.0.0.1:{listener.getsockname()[1]}/data"), Login(USER, "x"), timeout_seconds=2
            )
        thread.join()


def test_failing_to_open_leaves_no_thread_and_no_descriptor_behind(lab: Lab) -> None:
    server = lab.serve()
    address = parse_address(server.url("nowhere"))
    before = threading.active_count(), open_descriptors()
    for _ in range(5):
        with pytest.raises(SourceUnavailable):
            open_share(address, lab.login)
    assert (threading.active_count(), open_descriptors()) == before


def test_opening_and_closing_leaves_no_thread_and_no_descriptor_behind(lab: Lab) -> None:
    lab.write("甲/1.txt", b"1")
    server = lab.serve()
    before = threading.active_count(), open_descriptors()
    for _ in range(3):
        share = open_share(parse_address(server.url("data")), lab.login)
        assert len(list(share.walk())) == 2
        share.close()
    assert (threading.active_count(), open_descriptors()) == before


def test_the_protocol_library_does_not_fill_the_log(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    lab.write("甲/機密名稱.txt", b"1")
    server = lab.serve()
    with caplog.at_level(logging.INFO):
        share = open_share(parse_address(server.url("data")), lab.login)
        list(share.walk())
        share.close()
    assert caplog.records == []
