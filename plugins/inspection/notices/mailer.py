"""Hands one mail to the office's SMTP server, as text with documents attached."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from inspection.errors import BadSource, SourceUnavailable
from inspection.language import speak
from inspection.notices.mail_server import not_taken, opened, server_of


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
    is_answer: bool = False  # to a mail: no machine may answer it in turn (RFC 3834)


class Refused(BadSource):
    """The server will not take this mail for this recipient, now or later."""


class OutcomeUnknown(BadSource):
    """Nobody knows whether the server took this mail: it is not sent again but by a person."""

    @classmethod
    def of(cls, why: str) -> OutcomeUnknown:
        """The error in its words; `why` is a kind of error, or who was interrupted."""
        return cls(
            speak(
                f"發送結果不明：交付郵件伺服器時中斷（{why}），信可能已寄達",
                f"outcome unknown: interrupted while it was handed to the mail server ({why}); it may have arrived",
            ),
            remedy=speak("請向收件人確認，未收到者再次寄送", "ask the reader; send it again where it did not arrive"),
        )


class PutOff(SourceUnavailable):
    """The server is there, and will not take mail for this recipient just now."""


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = mail.sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(mail.sent_at)
    message["Auto-Submitted"] = "auto-replied" if mail.is_answer else "auto-generated"
    message.set_content(mail.body, cte="base64")
    for attachment in mail.attachments:
        main, _, sub = attachment.media_type.partition("/")
        message.add_attachment(attachment.data, maintype=main, subtype=sub, filename=attachment.file_name)
    return message


def send(mail: Mail, smtp_url: str) -> None:
    """Sends a mail.

    Raises Refused where the server rejects it for good, SourceUnavailable where time may mend it, OutcomeUnknown where
    all of it was given and no answer came, and what `mail_server.opened` raises where none at all can be handed over.
    """
    message = _message(mail)
    with opened(server_of(smtp_url)) as server:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise _recipient_refused(next(iter(error.recipients.values()))[0]) from None
        except smtplib.SMTPDataError as error:
            raise _mail_refused(error.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise Refused(
                speak("郵件伺服器不支援此收件位址之文字", "the mail server does not take addresses of such letters"),
                remedy=speak("請於名冊更正其電子郵件", "mend the address in the roster"),
            ) from None
        except (OSError, smtplib.SMTPException) as error:
            if server.all_given:
                raise OutcomeUnknown.of(type(error).__name__) from None
            raise SourceUnavailable(not_taken(type(error).__name__)) from None


def _recipient_refused(code: int) -> Refused | PutOff:
    if code < 500:
        return PutOff(speak(f"郵件伺服器暫緩收受此收件人（{code}）", f"the mail server put the recipient off ({code})"))
    return Refused(
        speak(f"郵件伺服器拒收此收件人（{code}）", f"the mail server refused the recipient ({code})"),
        remedy=speak("請洽該單位另指定窗口", "ask the unit for another contact"),
    )


def _mail_refused(code: int) -> Refused | SourceUnavailable:
    if code < 500:
        return SourceUnavailable(not_taken(code))
    return Refused(
        speak(f"郵件伺服器拒收此信（{code}）", f"the mail server refused the mail ({code})"),
        remedy=speak("請洽資訊單位", "ask the IT office"),
    )
