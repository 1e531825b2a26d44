"""Hands one mail to the office's SMTP server, as text with documents attached."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import SplitResult, unquote, urlsplit

from inspection.errors import BadSource, SourceUnavailable
from inspection.language import speak

TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document as it is attached."""

    file_name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, ready to go."""

    sender: str
    recipient: str
    subject: str
    body: str
    message_id: str
    sent_at: datetime
    attachments: tuple[Attachment, ...] = ()


class Refused(BadSource):
    """The server will not take this mail for this recipient, now or later."""


class PutOff(SourceUnavailable):
    """The server is there, and will not take mail for this recipient just now."""


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = mail.sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(mail.sent_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, cte="base64")
    for attachment in mail.attachments:
        main, _, sub = attachment.media_type.partition("/")
        message.add_attachment(attachment.data, maintype=main, subtype=sub, filename=attachment.file_name)
    return message


def server_of(smtp_url: str) -> SplitResult:
    """The address of the office's mail server in its parts; raises BadSource where there is none to speak of."""
    if not smtp_url:
        raise BadSource(
            speak("尚未設定郵件伺服器", "no mail server is configured"),
            remedy=speak(
                "請設定 INSPECTION_SMTP_URL，例如 smtp://mail.agency.gov.tw:25",
                "set INSPECTION_SMTP_URL, e.g. smtp://mail.agency.gov.tw:25",
            ),
        )
    parts = urlsplit(smtp_url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadSource(
            speak(
                "INSPECTION_SMTP_URL 須為 smtp://host:port 或 smtps://host:port",
                "INSPECTION_SMTP_URL is not smtp://host:port or smtps://host:port",
            )
        )
    return parts


def send(mail: Mail, smtp_url: str) -> None:
    """Sends a mail; raises Refused where the server rejects it for good, SourceUnavailable where time may mend it."""
    parts = server_of(smtp_url)
    try:
        with _connect(parts.scheme, str(parts.hostname), parts.port) as server:
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(_message(mail))
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        if code >= 500:
            raise Refused(
                speak(f"郵件伺服器拒收此收件人（{code}）", f"the mail server refused the recipient ({code})"),
                remedy=speak("請洽該單位另指定窗口", "ask the unit for another contact"),
            ) from None
        raise PutOff(
            speak(f"郵件伺服器暫緩收受此收件人（{code}）", f"the mail server put the recipient off ({code})")
        ) from None
    except smtplib.SMTPDataError as error:
        if error.smtp_code >= 500:
            raise Refused(
                speak(
                    f"郵件伺服器拒收此信（{error.smtp_code}）", f"the mail server refused the mail ({error.smtp_code})"
                ),
                remedy=speak("請洽資訊單位", "ask the IT office"),
            ) from None
        raise SourceUnavailable(
            speak(
                f"郵件伺服器未收下此信（{error.smtp_code}）",
                f"the mail server did not take the mail ({error.smtp_code})",
            )
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        raise SourceUnavailable(
            speak(
                f"郵件伺服器未收下此信（{type(error).__name__}）",
                f"the mail server did not take the mail: {type(error).__name__}",
            )
        ) from None


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
    server.ehlo()
    return server
