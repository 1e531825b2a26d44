"""Logging on to a share: smbprotocol negotiates and authenticates, then hands us its socket and keys."""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import struct
import uuid
from dataclasses import dataclass
from importlib.util import find_spec

from smbprotocol.connection import Ciphers, Connection, Dialects, SigningAlgorithms
from smbprotocol.exceptions import SMBAuthenticationError, SMBException, SMBResponseException
from smbprotocol.session import Session
from smbprotocol.transport import Tcp
from smbprotocol.tree import TreeConnect

from inspection.errors import AccessRefused, BadSource, LogonRefused, SourceUnavailable, system_fault
from inspection.language import speak
from inspection.shares import smb_status
from inspection.shares.address import ShareAddress
from inspection.shares.share import Login
from inspection.shares.smb_protection import Encryption, Mac, Signing, mac_for

# At INFO smbprotocol writes about six lines per file, at DEBUG whole messages.
for _name in ("smbprotocol", "smbclient", "spnego"):
    logging.getLogger(_name).setLevel(logging.WARNING)

# smbprotocol lets the errors of its parsing through where an answer makes no sense.
_FAULTS = (SMBException, OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error)


KERBEROS_PACKAGES = ("gssapi", "krb5")
KDC_UNREACHABLE = -1765328228  # KRB5_KDC_UNREACH


class FastPathUnavailable(Exception):
    """The session stands, but its socket cannot be driven by us: plain calls must serve."""


@dataclass(slots=True)
class Link:
    """A logged-on connection to one share, its socket and numbers ours to drive."""

    socket: socket.socket
    session_id: int
    tree_id: int
    message_id: int
    credits: int
    dialect: int
    max_read: int
    max_listing: int
    signing: Signing | None
    mac: Mac | None
    encryption: Encryption | None


class _ReleasableTcp(Tcp):  # type: ignore[misc]
    """smbprotocol's transport; its reader thread leaves on `release`, and a silent server ends the connection.

    smbprotocol itself would wait for a silent server for ever during log-on.
    """

    def __init__(self, server: str, port: int, timeout: float) -> None:
        super().__init__(server, port, timeout)
        self._stay, self._leave = socket.socketpair()

    def recv(self, timeout: float) -> bytes:
        readable = select.select([self._sock, self._stay], [], [], self.timeout)[0]
        if self._stay in readable:
            return b""
        try:
            if readable:
                return bytes(super().recv(self.timeout) or b"")
        except TimeoutError:
            pass
        self.close()
        return b""

    def release(self) -> socket.socket:
        self._leave.send(b"x")
        ours: socket.socket = self._sock
        return ours

    def end(self) -> None:
        self._stay.close()
        self._leave.close()


class _Connection(Connection):  # type: ignore[misc]
    """smbprotocol's connection over our transport; it makes its own Tcp, which we replace as it is set."""

    @property
    def transport(self) -> Tcp | None:
        return self.__dict__.get("_transport")

    @transport.setter
    def transport(self, transport: Tcp | None) -> None:
        if transport is not None and type(transport) is Tcp:
            transport = _ReleasableTcp(transport.server, transport.port, transport.timeout)
        self.__dict__["_transport"] = transport


def log_on(address: ShareAddress, login: Login | None, *, timeout_seconds: float) -> Link:
    """Connects, logs on and opens the share, once.

    Raises AccessRefused (never try again), SourceUnavailable (time may mend it) or FastPathUnavailable.
    """
    refuse_without_kerberos(login)
    connection = _Connection(uuid.uuid4(), address.host, address.port, require_signing=True)
    try:
        session, tree = _authenticate(connection, address, login, timeout_seconds)
        try:
            return _take_over(connection, session, tree, timeout_seconds)
        except (AttributeError, KeyError, TypeError):
            raise FastPathUnavailable("smbprotocol has changed inside") from None
    except BaseException:
        if connection.transport is not None:
            with contextlib.suppress(OSError):  # what went wrong before is what counts
                connection.disconnect(False)
            connection.transport.end()
        raise


def _authenticate(
    connection: _Connection, address: ShareAddress, login: Login | None, timeout_seconds: float
) -> tuple[Session, TreeConnect]:
    try:
        connection.connect(timeout=timeout_seconds)
    except _FAULTS as error:
        raise SourceUnavailable(
            speak(
                f"{address}：伺服器 {address.host} 於埠號 {address.port} 沒有回應（{_cause(error)}） — "
                "請檢查主機名稱、網路及防火牆",
                f"{address}: the server {address.host} does not answer on port {address.port} ({_cause(error)})"
                " — check host name, network and firewall",
            )
        ) from None
    session = Session(
        connection,
        username=user_name(login),
        password=login.password if login else None,
        require_encryption=False,
        auth_protocol=protocol_of(login),
    )
    try:
        session.connect()
    except _FAULTS as error:
        raise refusal_at_logon(address, login, error) from None
    except Exception as error:
        if login is None or not login.kerberos:
            raise
        raise _refusal_by_kerberos(address, login, error) from None
    # SMB 3.1.1 wants TREE_CONNECT signed, also where nothing else has to be.
    required, session.signing_required = (
        session.signing_required,
        not session.encrypt_data and bool(session.signing_key),
    )
    tree = TreeConnect(session, address.unc)
    try:
        tree.connect()
    except _FAULTS as error:
        raise refusal_of_share(address, error) from None
    session.signing_required = required
    return session, tree


def user_name(login: Login | None) -> str | None:
    r"""The account as NTLM takes it: `DOMAIN\user`, or the user alone; as Kerberos does: `user@REALM`."""
    if login is None or not login.user:
        return None
    if login.kerberos and login.domain:
        return f"{login.user}@{login.domain.upper()}"
    return rf"{login.domain}\{login.user}" if login.domain else login.user


def protocol_of(login: Login | None) -> str:
    """Kerberos alone, or NTLM alone: where both are at hand, negotiating would try a refused password by NTLM again."""
    if login is not None and login.kerberos:
        return "kerberos"
    return "ntlm" if _kerberos_is_installed() else "negotiate"


def _kerberos_is_installed() -> bool:
    return all(map(find_spec, KERBEROS_PACKAGES))


def refuse_without_kerberos(login: Login | None) -> None:
    """Raises BadSource where Kerberos is asked for and its packages are missing."""
    if login is not None and login.kerberos and not _kerberos_is_installed():
        raise BadSource(
            speak("須使用 Kerberos，但未安裝其套件", "Kerberos is asked for, but its packages are not installed"),
            remedy=speak(
                f"請安裝 libkrb5-dev 及 gcc，再安裝 Python 套件 {'、'.join(KERBEROS_PACKAGES)}",
                f"install libkrb5-dev and gcc, then the Python packages {' and '.join(KERBEROS_PACKAGES)}",
            ),
        )


def _refusal_by_kerberos(address: ShareAddress, login: Login, error: Exception) -> SourceUnavailable:
    """What the Kerberos library says before the server was asked at all."""
    if getattr(error, "err_code", 0) == KDC_UNREACHABLE:
        return SourceUnavailable(
            speak(
                f"{address}：{login.domain} 之網域控制站沒有回應 — 請檢查 krb5.conf",
                f"{address}: no domain controller answers for {login.domain} — check krb5.conf",
            )
        )
    return LogonRefused(
        speak(
            f"{address}：Kerberos 拒絕 {login.user} 登入（{type(error).__name__} "
            f"{getattr(error, 'err_code', '')}） — 請檢查使用者、密碼、領域及時鐘；僅嘗試一次",
            f"{address}: Kerberos refused the log-on of {login.user} ({type(error).__name__}"
            f" {getattr(error, 'err_code', '')}) — check user, password, realm and the clock; it was tried once",
        )
    )


def refusal_at_logon(address: ShareAddress, login: Login | None, error: Exception) -> SourceUnavailable:
    """What a failure to authenticate means. All but a few causes are final: a second try may lock the account."""
    status = status_of(error)
    if isinstance(error, SMBAuthenticationError) or (
        isinstance(error, SMBResponseException) and status not in smb_status.LOGON_MAY_SUCCEED_LATER
    ):
        account = login.user if login else speak("（未提供帳號）", "no account")
        code = speak(f"（代碼 0x{status:08X}）", f", status 0x{status:08X}") if status else ""
        return LogonRefused(
            speak(
                f"{address}：伺服器 {address.host} 拒絕 {account} 登入{code} — 請檢查使用者、密碼及網域，"
                "並確認帳號未鎖定或逾期；僅嘗試一次，不再重試",
                f"{address}: the server {address.host} refused the log-on of {account}{code} — check user, password and"
                " domain, and that the account is neither locked nor expired; it was tried once and will not "
                "be retried",
            )
        )
    return SourceUnavailable(
        speak(
            f"{address}：伺服器 {address.host} 中斷登入（{_cause(error)}） — 請稍後再試",
            f"{address}: the server {address.host} broke off the log-on ({_cause(error)}) — try again later",
        )
    )


def refusal_of_share(address: ShareAddress, error: Exception) -> SourceUnavailable:
    """What a failure to open the share means."""
    status = status_of(error)
    if status == smb_status.BAD_NETWORK_NAME:
        return SourceUnavailable(
            speak(
                f"{address}：伺服器 {address.host} 沒有分享區 {address.share} — 請檢查分享區名稱",
                f"{address}: the server {address.host} has no share {address.share} — check the share's name",
            )
        )
    if status == smb_status.ACCESS_DENIED:
        return AccessRefused(
            speak(
                f"{address}：帳號無權開啟 {address.host} 之分享區 {address.share} — 請申請該分享區之讀取權限",
                f"{address}: the account may not open the share {address.share} on {address.host}"
                " — ask for read permission on the share",
            )
        )
    return SourceUnavailable(
        speak(
            f"{address}：無法開啟 {address.host} 之分享區 {address.share}（{_cause(error)}） — 請稍後再試",
            f"{address}: the share {address.share} on {address.host} could not be opened ({_cause(error)})"
            " — try again later",
        )
    )


def status_of(error: Exception) -> int:
    """The server's status code inside an exception of smbprotocol or smbclient, 0 where there is none."""
    if isinstance(error, SMBResponseException):
        return int(error.status)
    return int(getattr(error, "ntstatus", 0))


def _cause(error: Exception) -> str:
    status = status_of(error)
    if status:
        return speak(f"代碼 0x{status:08X}", f"status 0x{status:08X}")
    cause = error.__cause__
    if isinstance(cause, OSError):
        return system_fault(cause)
    return speak("逾時沒有回應", "no answer in time") if isinstance(error, SMBException) else type(error).__name__


def _take_over(connection: _Connection, session: Session, tree: TreeConnect, timeout_seconds: float) -> Link:
    if connection.dialect < Dialects.SMB_2_1_0 or not connection.supports_multi_credit:
        raise FastPathUnavailable("the server speaks a dialect without multi-credit requests")
    transport = connection.transport
    reader = connection._t_worker
    if not isinstance(transport, _ReleasableTcp) or reader is None:
        raise FastPathUnavailable("smbprotocol has changed inside")
    ours = transport.release()
    reader.join(5)
    if reader.is_alive():
        raise FastPathUnavailable("smbprotocol's reader thread did not leave")
    transport.end()
    ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    ours.settimeout(timeout_seconds)
    encrypted = bool(session.encrypt_data or tree.encrypt_data)
    signing = _signing(connection) if session.signing_key and not encrypted else None
    return Link(
        socket=ours,
        session_id=session.session_id,
        tree_id=tree.tree_connect_id,
        message_id=connection.sequence_window["low"],
        credits=connection.sequence_window["high"] - connection.sequence_window["low"],
        dialect=connection.dialect,
        max_read=connection.max_read_size,
        max_listing=connection.max_transact_size,
        signing=signing,
        mac=mac_for(signing, session.signing_key) if signing else None,
        encryption=_encryption(connection, session) if encrypted else None,
    )


def _signing(connection: Connection) -> Signing:
    if connection.dialect >= Dialects.SMB_3_1_1 and connection.signing_algorithm_id is not None:
        return {
            SigningAlgorithms.AES_GMAC: Signing.AES_GMAC,
            SigningAlgorithms.AES_CMAC: Signing.AES_CMAC,
            SigningAlgorithms.HMAC_SHA256: Signing.HMAC_SHA256,
        }[connection.signing_algorithm_id]
    return Signing.AES_CMAC if connection.dialect >= Dialects.SMB_3_0_0 else Signing.HMAC_SHA256


def _encryption(connection: Connection, session: Session) -> Encryption:
    galois = {Ciphers.AES_128_GCM, Ciphers.AES_256_GCM}
    return Encryption(
        galois=connection.dialect >= Dialects.SMB_3_1_1 and connection.cipher_id in galois,
        to_server=session.encryption_key,
        from_server=session.decryption_key,
        session_id=session.session_id,
    )
