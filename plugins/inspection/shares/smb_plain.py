"""Plain smbclient calls, one file at a time, for what chains cannot serve: DFS links, symbolic links, old dialects."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import smbclient
from smbprotocol.exceptions import SMBAuthenticationError, SMBException, SMBLinkRedirectionError, SMBResponseException

from inspection.language import speak
from inspection.shares import smb_status
from inspection.shares.address import ShareAddress
from inspection.shares.share import Fetched, Login, Wanted
from inspection.shares.smb_files import PIECE_BYTES
from inspection.shares.smb_packets import DirectoryEntry
from inspection.shares.smb_session import protocol_of, refusal_at_logon, refusal_of_share, status_of, user_name
from inspection.vocabulary import ReadReason

TRIES = 3
RETRY_SECONDS = 0.5
# A dead server behind a link is not asked for every file that lies there.
SILENT_SECONDS = 60.0
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
T = TypeVar("T")


class _Watch:
    """Notices when nothing has happened for too long; then cuts the connections, as smbclient itself never would."""

    def __init__(self, seconds: float, cut: Callable[[], None]) -> None:
        self._seconds = seconds
        self._cut = cut
        self._due = time.monotonic() + seconds
        self._over = threading.Event()
        self.fired = False

    def progress(self) -> None:
        """Something happened: waiting starts anew."""
        self._due = time.monotonic() + self._seconds

    @contextmanager
    def running(self) -> Iterator[_Watch]:
        """Watches from another thread meanwhile."""
        watcher = threading.Thread(target=self._wait, daemon=True, name="smb-watch")
        watcher.start()
        try:
            yield self
        finally:
            self._over.set()
            watcher.join()

    def _wait(self) -> None:
        while not self._over.wait(max(0.0, self._due - time.monotonic())):
            if time.monotonic() >= self._due:
                self.fired = True
                self._cut()
                return


class PlainCalls:
    """Reads and lists below the opened folder; follows DFS links. Every failure ends as a reason, none hangs.

    Where `every_call` goes this way, a server that stays away is SourceUnavailable, as on the fast path.
    """

    def __init__(
        self,
        address: ShareAddress,
        login: Login | None,
        note: Callable[[str], None],
        *,
        timeout_seconds: float,
        patience_seconds: float,
    ) -> None:
        self._address = address
        self._login = login
        self._note = note
        self._timeout_seconds = timeout_seconds
        self._patience_seconds = patience_seconds
        self._silent_until = 0.0
        self._connections: dict[str, Any] = {}
        self._refused = False
        self.every_call = False  # the whole run goes this way

    def probe(self) -> None:
        """Lists the opened folder's head. Raises SourceUnavailable or AccessRefused."""
        watch = _Watch(self._timeout_seconds, self._cut)
        try:
            with watch.running(), smbclient.scandir(self._unc(""), **self._session()) as found:
                next(iter(found), None)
        except (SMBException, OSError, ValueError) as error:
            if isinstance(error, SMBAuthenticationError) or status_of(error) in smb_status.LOGON_REFUSED:
                raise refusal_at_logon(self._address, self._login, error) from None
            raise refusal_of_share(self._address, error) from None

    def read(self, wanted: Wanted) -> Fetched:
        """One file's pieces, or the reason why not."""
        if wanted.offline:
            return Fetched(wanted.key, wanted.path, reason=ReadReason.OFFLINE)
        self._say()
        outcome = self._try(lambda watch: self._pieces(wanted, watch))
        if isinstance(outcome, ReadReason):
            return Fetched(wanted.key, wanted.path, reason=outcome)
        pieces, changed = outcome
        return Fetched(wanted.key, wanted.path, pieces, changed=changed)

    def list_folder(self, raw: str) -> tuple[list[DirectoryEntry], ReadReason | None]:
        """One folder's entries, or the reason why not."""
        self._say()
        outcome = self._try(lambda watch: self._entries(raw, watch))
        return ([], outcome) if isinstance(outcome, ReadReason) else (outcome, None)

    def close(self) -> None:
        """Ends its connections."""
        self._cut()

    def _say(self) -> None:
        if not self.every_call:
            self._note(
                speak(
                    "分享區內之 DFS 或符號連結改以一般方式逐檔讀取",
                    "DFS or symbolic links on the share are read by plain calls, one file at a time",
                )
            )

    def _try(self, action: Callable[[_Watch], T]) -> T | ReadReason:
        if not self.every_call and time.monotonic() < self._silent_until:
            return ReadReason.OFFLINE
        began, attempt = time.monotonic(), 0
        while True:
            if self._refused:
                return ReadReason.ACCESS_DENIED
            watch = _Watch(self._timeout_seconds, self._cut)
            try:
                with watch.running():
                    return action(watch)
            except SMBLinkRedirectionError:
                return ReadReason.EXCLUDED  # it leads to another share, which nobody approved
            except (SMBException, OSError, ValueError) as error:
                link_lost, reason = self._judge(error, watch)
                attempt += 1
                if not self._may_help(error, link_lost, attempt, began):
                    return reason
                time.sleep(RETRY_SECONDS * attempt)
            except Exception:  # Kerberos' own errors: no ticket for the server a link leads to
                if self._login is None or not self._login.kerberos:
                    raise
                self._note(
                    speak(
                        "連結所指之伺服器，Kerberos 未核發票證，其內檔案未讀取",
                        "Kerberos gives no ticket for a server behind a link; what lies there is not read",
                    )
                )
                return ReadReason.ACCESS_DENIED

    def _may_help(self, error: Exception, link_lost: bool, attempt: int, began: float) -> bool:
        """Whether to try again. Raises SourceUnavailable where this is the only way and the server stays away."""
        if not link_lost:
            return status_of(error) in smb_status.TRANSIENT and attempt < TRIES
        if self.every_call:
            if time.monotonic() - began > self._patience_seconds:
                raise refusal_of_share(self._address, error) from None
            return True
        if attempt < TRIES:
            return True
        self._silent_until = time.monotonic() + SILENT_SECONDS
        self._note(
            speak(
                "連結所指之伺服器沒有回應，其內檔案暫不讀取",
                "a server behind a link does not answer; what lies behind it is left out for a while",
            )
        )
        return False

    def _judge(self, error: Exception, watch: _Watch) -> tuple[bool, ReadReason]:
        """(whether the link is lost, the reason if no further try helps)."""
        status = status_of(error)
        if isinstance(error, SMBAuthenticationError) or status in smb_status.LOGON_REFUSED:
            if self.every_call:
                raise refusal_at_logon(self._address, self._login, error) from None
            self._refused = True  # never hammer: the account would be locked
            self._note(
                speak(
                    "連結所指之伺服器拒絕登入，連結內之檔案均未讀取",
                    "a server behind a link refused the log-on; nothing behind links is read",
                )
            )
            return False, ReadReason.ACCESS_DENIED
        if status in smb_status.SESSION_DEAD or not status:
            self._cut()
            return True, ReadReason.TIMEOUT if watch.fired else ReadReason.OFFLINE
        return False, smb_status.reason_of(status)

    def _pieces(self, wanted: Wanted, watch: _Watch) -> tuple[tuple[bytes, ...], bool]:
        path = self._unc(wanted.opened_path)
        with smbclient.open_file(path, mode="rb", buffering=0, share_access="rwd", **self._session()) as stream:
            opened = stream.fd
            before = (opened.end_of_file, opened.last_write_time)
            ranges = wanted.ranges if wanted.ranges is not None else ((0, opened.end_of_file),)
            pieces = tuple(_read_range(stream, offset, length, watch) for offset, length in ranges)
            opened.close(get_attributes=True)
            after = (opened.end_of_file, opened.last_write_time)
        return pieces, before != after

    def _entries(self, raw: str, watch: _Watch) -> list[DirectoryEntry]:
        entries = []
        with smbclient.scandir(self._unc(raw), **self._session()) as found:
            for entry in found:
                watch.progress()
                info = entry.smb_info
                entries.append(
                    DirectoryEntry(
                        info.file_name,
                        int(info.file_attributes),
                        info.end_of_file,
                        _filetime(info.last_write_time),
                        _filetime(info.change_time),
                        info.file_id,
                        info.ea_size,
                    )
                )
        return entries

    def _unc(self, path: str) -> str:
        below = "\\".join(part for part in f"{self._address.folder}/{path}".split("/") if part)
        return rf"{self._address.unc}\{below}"

    def _session(self) -> dict[str, Any]:
        # On every call: a silent reconnect of smbclient would otherwise go without the password.
        return {
            "username": user_name(self._login),
            "password": self._login.password if self._login else None,
            "auth_protocol": protocol_of(self._login),
            "port": self._address.port,
            "connection_timeout": self._timeout_seconds,
            "connection_cache": self._connections,
        }

    def _cut(self) -> None:
        connections = list(self._connections.values())
        self._connections.clear()
        for connection in connections:
            if connection.transport is not None:
                connection.transport.close()


def _read_range(stream: Any, offset: int, length: int, watch: _Watch) -> bytes:
    parts: list[bytes] = []
    stream.seek(offset)
    while length > 0:
        try:
            part = stream.read(min(length, PIECE_BYTES))
        except SMBResponseException as error:
            if status_of(error) != smb_status.END_OF_FILE:
                raise
            part = b""
        watch.progress()
        if not part:
            break
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _filetime(instant: datetime) -> int:
    since = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
    delta = since - _EPOCH
    return (delta.days * 86400 + delta.seconds) * 10_000_000 + delta.microseconds * 10
