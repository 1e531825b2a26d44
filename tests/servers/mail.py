"""A real SMTP server that keeps every message it accepts in a folder, and can be told to refuse or to bounce."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from servers.process import free_port


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One accepted message: who sent it to whom (the envelope) and its bytes as they came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    path: Path

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def subject(self) -> str:
        """Its subject in clear."""
        return str(self.message["subject"])

    @property
    def text(self) -> str:
        """Its plain text part; empty where it has none."""
        body = self.message.get_body(preferencelist=("plain",))
        return str(body.get_content()) if body else ""


class MailServer:
    """An SMTP server on loopback. Accepted mail lies in `folder` as `000001.eml` with its envelope in `000001.json`;
    bounces it was told to produce lie in `folder/bounces` as messages (RFC 3464) to the sender.
    """

    host = "127.0.0.1"

    def __init__(self, folder: Path, *, port: int = 0, password: str = "") -> None:
        """`password`: what a user must give to log on, in clear (it offers no TLS); empty: it asks for none."""
        self.folder = folder
        self.port = port or free_port(self.host)
        self.logons: list[str] = []
        self.password = password
        self._handler = _Handler(folder)
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """The address as INSPECTION_SMTP_URL takes it."""
        return f"smtp://{self.host}:{self.port}"

    @property
    def bounces(self) -> Path:
        """Folder of the bounces."""
        return self.folder / "bounces"

    def start(self) -> MailServer:
        """Listens in a thread of this process."""
        self.bounces.mkdir(parents=True, exist_ok=True)
        wanted: dict[str, Any] = {"auth_require_tls": False, "auth_required": True, "authenticator": self._let_in}
        self._controller = Controller(
            self._handler, hostname=self.host, port=self.port, data_size_limit=50_000_000,
            **(wanted if self.password else {}),
        )  # fmt: skip
        self._controller.start()
        return self

    def _let_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        self.logons.append(mechanism)
        right = isinstance(given, LoginPassword) and given.password == self.password.encode()
        return AuthResult(success=right, handled=False)

    def each_mail(self, call: Callable[[int], None]) -> None:
        """Calls with the number of a message (from 1) when it was kept and before it is answered."""
        self._handler.each_mail = call

    def stop(self) -> None:
        """Stops listening: connections are refused; `start` serves the same port and folder again."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    def refuse(self, address: str, code: int = 550) -> None:
        """Refuses mail to an address from now on: 5xx for good, 4xx for the time being."""
        self._handler.refused[address.lower()] = code

    def take_only(self, *addresses: str) -> None:
        """Knows these addresses, as a mail server of an agency knows its own; all others are refused for good."""
        self._handler.known = {one.lower() for one in addresses}

    def keep_silent_about(self, address: str) -> None:
        """Answers nothing for a while when it is asked about an address."""
        self._handler.silent.add(address.lower())

    def refuse_all(self, code: int = 451) -> None:
        """Refuses every message after its content has been sent."""
        self._handler.refuse_all = code

    def answer_next(self, code: int) -> None:
        """Answers the message at hand so, after it was kept; later ones are accepted again."""
        self._handler.answer = f"{code} not now"

    def hold_back(self, held: bool) -> None:
        """Keeps the answer to a message back after the message was kept: the sender cannot know that it arrived."""
        self._handler.held = held

    def hang_up_after_mail(self, hangs_up: bool) -> None:
        """Keeps a message and ends the connection without a word about it."""
        self._handler.hangs_up = hangs_up

    def bounce(self, address: str) -> None:
        """Accepts mail to an address, then returns it to the sender as undeliverable."""
        self._handler.bounced.add(address.lower())

    def accept_all(self) -> None:
        """Forgets all refusals and bounces."""
        self._handler.refused.clear()
        self._handler.bounced.clear()
        self._handler.known = None
        self._handler.silent.clear()
        self._handler.refuse_all = 0

    def messages(self) -> list[ReceivedMail]:
        """All accepted messages in the order they came."""
        return [_read(path) for path in sorted(self.folder.glob("*.eml"))]

    def __enter__(self) -> MailServer:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class _Handler:
    """What aiosmtpd asks at each step; method names are the library's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refused: dict[str, int] = {}
        self.bounced: set[str] = set()
        self.known: set[str] | None = None
        self.silent: set[str] = set()
        self.refuse_all = 0
        self.held = False
        self.hangs_up = False
        self.answer = ""
        self.each_mail: Callable[[int], None] | None = None
        self._lock = threading.Lock()

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.lower() in self.silent:
            await asyncio.sleep(1)
        unknown = self.known is not None and address.lower() not in self.known
        code = self.refused.get(address.lower()) or (550 if unknown else 0)
        if code:
            return f"{code} {'mailbox busy, try again' if code < 500 else 'no such mailbox'}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.refuse_all:
            return f"{self.refuse_all} not now"
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        sender = envelope.mail_from or ""
        with self._lock:
            number = 1 + len(list(self.folder.glob("*.eml")))
            path = self.folder / f"{number:06d}.eml"
            path.with_suffix(".json").write_text(
                json.dumps({"from": sender, "to": envelope.rcpt_tos}, ensure_ascii=False), encoding="utf-8"
            )
            part = path.with_suffix(".part")
            part.write_bytes(raw)
            part.rename(path)  # a reader never sees half a message
            for address in envelope.rcpt_tos:
                if address.lower() in self.bounced:
                    _write_bounce(self.folder / "bounces", raw, sender=sender, address=address)
        if self.each_mail is not None:
            await asyncio.to_thread(self.each_mail, number)
        while self.held:
            await asyncio.sleep(0.05)
        if self.hangs_up and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        answer, self.answer = self.answer, ""
        return answer or "250 OK"


def _write_bounce(folder: Path, raw: bytes, *, sender: str, address: str) -> None:
    original = message_from_bytes(raw, policy=policy.default)
    message_id = str(original["Message-ID"] or "")
    boundary = "=_bounce"
    headers = "".join(f"{name}: {value}\r\n" for name, value in original.items() if name.lower() != "content-type")
    text = (
        f"From: MAILER-DAEMON@{MailServer.host}\r\nTo: {sender}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"In-Reply-To: {message_id}\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\nContent-Type: text/plain\r\n\r\nThe mailbox does not exist.\r\n"
        f"--{boundary}\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; {MailServer.host}\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--{boundary}\r\nContent-Type: text/rfc822-headers\r\n\r\n{headers}\r\n--{boundary}--\r\n"
    )
    number = 1 + len(list(folder.glob("*.eml")))
    (folder / f"{number:06d}.eml").write_bytes(text.encode())


def _read(path: Path) -> ReceivedMail:
    envelope = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return ReceivedMail(envelope["from"], tuple(envelope["to"]), path.read_bytes(), path)
