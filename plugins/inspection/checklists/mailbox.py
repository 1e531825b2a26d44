"""The mailbox forms may be mailed to, over IMAP: logged on to once, looked into, and each mail marked as read by us.

Nothing is deleted or moved there, and a mail people have read is still one we have not. A password is tried once and
never travels without TLS.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy.orm import Session

from inspection import clock
from inspection.language import speak
from inspection.notices.logging_on import note_refused, was_refused
from inspection.notices.mail_server import PasswordRefused, ServerAway, Unusable

TIMEOUT_SECONDS = 30
LARGEST_MAIL_BYTES = 24 << 20
HEADER_BYTES = 64 << 10
KEYWORD = "InspectionRead"
_SIZE, _ARRIVED = re.compile(rb"RFC822\.SIZE (\d{1,12})"), re.compile(rb'INTERNALDATE "([^"]{1,40})"')
_LATER = re.compile(rb"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]", re.IGNORECASE)
Scope = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail as it lies there: its bytes, or of one that is too large (not `whole`) its headers; when the server got
    it, where it says so."""

    data: bytes
    whole: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An open folder of mails. `keeps_keywords`: what we have read bears a mark of ours; without, it is what anybody
    has read."""

    server: imaplib.IMAP4
    keeps_keywords: bool

    def waiting(self, limit: int) -> list[bytes]:
        """The mails we have not read, the longest there first."""
        criterion = ("UNKEYWORD", KEYWORD) if self.keeps_keywords else ("UNSEEN",)
        with _said_of_the_server():
            found = _told(self.server.uid("SEARCH", *criterion, "UNDELETED"))
        numbers = b" ".join(one for one in found if isinstance(one, bytes)).split()
        return sorted((one for one in numbers if one.isdigit()), key=int)[:limit]

    def fetch(self, uid: bytes) -> Arrived | None:
        """One mail, left unread as far as people see; None where it is gone. Never more than its bound is asked for."""
        named = uid.decode("ascii")
        with _said_of_the_server():
            facts = b" ".join(_flat(_told(self.server.uid("FETCH", named, "(RFC822.SIZE INTERNALDATE)"))))
            size = _SIZE.search(facts)
            if size is None:
                return None
            whole = int(size[1]) <= LARGEST_MAIL_BYTES
            part = f"BODY.PEEK[]<0.{LARGEST_MAIL_BYTES + 1}>" if whole else f"BODY.PEEK[HEADER]<0.{HEADER_BYTES}>"
            given = _told(self.server.uid("FETCH", named, f"({part})"))
        data = next((one[1] for one in given if isinstance(one, tuple) and b"BODY[" in one[0]), None)
        if data is None or len(data) > LARGEST_MAIL_BYTES:
            return None if data is None else Arrived(data[:HEADER_BYTES], False, _instant(facts))
        return Arrived(data, whole, _instant(facts))

    def mark(self, uid: bytes) -> None:
        """Marks a mail as read by us, and as read."""
        flags = f"(\\Seen {KEYWORD})" if self.keeps_keywords else "(\\Seen)"
        with _said_of_the_server():
            _told(self.server.uid("STORE", uid.decode("ascii"), "+FLAGS.SILENT", flags))


def address_of(url: str) -> SplitResult:
    """The setting in its parts; raises Unusable where it names no mailbox one can log on to."""
    try:
        parts = urlsplit(url)
        named = parts.scheme in {"imap", "imaps"} and bool(parts.hostname) and parts.port != 0 and bool(parts.username)
    except ValueError:  # its own words repeat the address, and with it a password
        named = False
    said = [] if not named else [parts.username or "", parts.password or "", parts.path]
    if not named or any(not _is_plain(unquote(one)) for one in said):
        raise Unusable(
            speak(
                "INSPECTION_IMAP_URL 須為 imaps://帳號:密碼@主機/信件匣，且為英數符號",
                "INSPECTION_IMAP_URL is not imaps://user:password@host/folder in plain ASCII",
            )
        )
    return parts


def where(parts: SplitResult) -> str:
    """Host and port, for people."""
    return f"{parts.hostname}:{_port(parts)}"


@contextmanager
def opened(scope: Scope, url: str) -> Iterator[Mailbox]:
    """The mailbox, open to be read and marked.

    Raises ServerAway where time may mend it, PasswordRefused or Unusable where it cannot; a password that was refused
    is not tried again within the hour.
    """
    parts = address_of(url)
    with scope() as session:
        if was_refused(session, url, at=clock.now()):
            raise _refused(
                speak("，一小時內不再嘗試，以免帳號遭鎖定", "; not tried again within the hour: tries lock accounts")
            )
    try:
        server = _logged_on(parts)
    except PasswordRefused:
        with scope() as session:
            note_refused(session, url, part="returns", at=clock.now())
        raise
    try:
        yield _opened_folder(server, unquote(parts.path).strip("/") or "INBOX")
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def _logged_on(parts: SplitResult) -> imaplib.IMAP4:
    with _said_of_the_server():
        server = _connected(parts)
    try:
        with _said_of_the_server():
            _log_on(server, unquote(parts.username or ""), unquote(parts.password or ""))
    except BaseException:
        _hang_up(server)
        raise
    return server


def _connected(parts: SplitResult) -> imaplib.IMAP4:
    context, host = ssl.create_default_context(), str(parts.hostname)
    if parts.scheme == "imaps":
        return imaplib.IMAP4_SSL(host, _port(parts), ssl_context=context, timeout=TIMEOUT_SECONDS)
    server = imaplib.IMAP4(host, _port(parts), timeout=TIMEOUT_SECONDS)
    if "STARTTLS" not in server.capabilities:
        _hang_up(server)
        raise Unusable(
            speak(
                f"收件信箱伺服器 {host} 未提供加密（STARTTLS），密碼不予送出",
                f"the mailbox's server {host} offers no STARTTLS; the password was not sent",
            ),
            remedy=speak("請改用 imaps:// 或啟用 STARTTLS", "use imaps://, or have STARTTLS on"),
        )
    try:
        server.starttls(context)
    except BaseException:
        _hang_up(server)
        raise
    return server


def _log_on(server: imaplib.IMAP4, user: str, password: str) -> None:
    try:
        server.login(_quoted(user), password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        if _LATER.search(str(error).encode("utf-8", "replace")):
            raise ServerAway(_no_answer("NO")) from None
        raise _refused("") from None


def _opened_folder(server: imaplib.IMAP4, folder: str) -> Mailbox:
    try:
        with _said_of_the_server():
            answer, _ = server.select(_quoted(folder))
            _, kept = server.response("PERMANENTFLAGS")
    except ServerAway as away:
        if not isinstance(away.__context__, imaplib.IMAP4.readonly):
            raise
        answer, kept = "NO", []
    if answer != "OK":
        raise Unusable(
            speak("收件信箱之信件匣不存在或唯讀", "the folder of the mailbox does not exist or is read-only"),
            remedy=speak(
                "請於伺服器建立，或更正 INSPECTION_IMAP_URL 末段", "make it, or mend the end of INSPECTION_IMAP_URL"
            ),
        )
    flags = b" ".join(one for one in kept if isinstance(one, bytes))
    return Mailbox(server, rb"\*" in flags or KEYWORD.encode() in flags)


@contextmanager
def _said_of_the_server() -> Iterator[None]:
    """Whatever breaks in speaking to the server, by its kind alone: its words may repeat a name or a mail."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error) as error:
        raise ServerAway(_no_answer(type(error).__name__)) from None


def _told(answer: tuple[str, list[object]]) -> list[object]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(answer[0])
    return answer[1]


def _flat(given: list[object]) -> list[bytes]:
    return [one[0] if isinstance(one, tuple) else one for one in given if isinstance(one, bytes | tuple)]


def _instant(facts: bytes) -> datetime | None:
    found = _ARRIVED.search(facts)
    try:
        return datetime.strptime(found[1].decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z") if found else None
    except ValueError:
        return None


def _port(parts: SplitResult) -> int:
    return parts.port or (993 if parts.scheme == "imaps" else 143)


def _hang_up(server: imaplib.IMAP4) -> None:
    with suppress(OSError):  # of a connection that never came about
        server.shutdown()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _refused(more: str) -> PasswordRefused:
    return PasswordRefused(
        speak(f"收件信箱之伺服器拒絕帳號或密碼{more}", f"the mailbox's server refused user name or password{more}"),
        remedy=speak("請更正 INSPECTION_IMAP_URL", "mend INSPECTION_IMAP_URL"),
    )


def _no_answer(why: str) -> str:
    return speak(f"收件信箱之伺服器沒有回應（{why}）", f"the mailbox's server did not answer ({why})")
