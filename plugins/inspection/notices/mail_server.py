"""The office's mail server: reached, secured and logged on to, before any mail is in hand.

What goes wrong here says nothing about a mail. A password is tried once and by one mechanism: every further try
brings the account nearer to its lock. It never travels in clear unless the installation has named the server.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from inspection import settings
from inspection.errors import BadSource, SourceUnavailable
from inspection.language import speak

TIMEOUT_SECONDS = 30
END_OF_MAIL = b"\r\n.\r\n"
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")  # the first the server offers; what protects all of them is TLS
UNKNOWN_MECHANISM = 504  # offered and not known: no password was looked at


class Unusable(BadSource):
    """No mail can leave until somebody mends the settings or the server; no fault of the mail in hand."""


class PasswordRefused(Unusable):
    """The server refused user name or password."""


class ServerAway(SourceUnavailable):
    """The server cannot be spoken to just now; no fault of the mail in hand."""


class _Giving:
    """Knows whether the whole of a mail was given to the server: from there until it answers, nobody knows more."""

    all_given = False

    def send(self, s: Any) -> None:
        """As smtplib's, which sends a mail to its end as one piece."""
        self.all_given = False
        super().send(s)  # type: ignore[misc]
        self.all_given = isinstance(s, bytes) and s.endswith(END_OF_MAIL)


class Door(_Giving, smtplib.SMTP):
    """A connection to the office's server."""


class SecureDoor(_Giving, smtplib.SMTP_SSL):
    """One that is secured before the first word."""


def server_of(smtp_url: str) -> SplitResult:
    """The address of the office's mail server in its parts; raises Unusable where there is none to speak of."""
    if not smtp_url:
        raise Unusable(
            speak("尚未設定郵件伺服器", "no mail server is configured"),
            remedy=speak(
                "請設定 INSPECTION_SMTP_URL，例如 smtp://mail.agency.gov.tw:25",
                "set INSPECTION_SMTP_URL, e.g. smtp://mail.agency.gov.tw:25",
            ),
        )
    try:
        parts = urlsplit(smtp_url)
        named = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # its own words repeat the address, and with it a password
        named = False
    if not named:
        raise Unusable(
            speak(
                "INSPECTION_SMTP_URL 須為 smtp://host:port 或 smtps://host:port",
                "INSPECTION_SMTP_URL is not smtp://host:port or smtps://host:port",
            )
        )
    return parts


def port_of(parts: SplitResult) -> int:
    """The port spoken to."""
    return parts.port or (465 if parts.scheme == "smtps" else 25)


@contextmanager
def opened(parts: SplitResult, *, timeout: float = TIMEOUT_SECONDS) -> Iterator[Door | SecureDoor]:
    """A connection that is secured as far as the server offers it, and logged on to where a user is named; each of its
    answers is waited for `timeout` seconds at most.

    Raises ServerAway where time may mend it, PasswordRefused or Unusable where it cannot. How the server takes its
    leave is nobody's concern: a mail it has accepted stays accepted.
    """
    server = _at_the_door(parts, timeout)
    try:
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _at_the_door(parts: SplitResult, timeout: float) -> Door | SecureDoor:
    try:
        server = _connect(parts, timeout)
        try:
            _secure(server, parts)
            _log_on(server, parts)
        except BaseException:
            server.close()
            raise
        return server
    except UnicodeError:  # the words of the error repeat what could not be sent
        raise Unusable(
            speak("郵件帳號或密碼含英數符號以外之字元", "the mail account's name or password is not plain ASCII"),
            remedy=speak("請更換密碼", "choose another password"),
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(not_taken(type(error).__name__)) from None


def not_taken(why: str | int) -> str:
    """What is said of a mail the server did not take."""
    return speak(f"郵件伺服器未收下此信（{why}）", f"the mail server did not take the mail ({why})")


def _connect(parts: SplitResult, timeout: float) -> Door | SecureDoor:
    host = str(parts.hostname)
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        return SecureDoor(host, port_of(parts), timeout=timeout, context=context)
    return Door(host, port_of(parts), timeout=timeout)


def _secure(server: smtplib.SMTP, parts: SplitResult) -> None:
    server.ehlo_or_helo_if_needed()
    if parts.scheme == "smtps":
        return
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
    elif parts.username and parts.hostname != settings.get().smtp_plain_host:
        raise Unusable(
            speak(
                f"郵件伺服器 {parts.hostname} 未提供加密（STARTTLS），密碼不予送出",
                f"the mail server {parts.hostname} offers no STARTTLS; the password was not sent",
            ),
            remedy=speak(
                "請改用 smtps:// 或啟用 STARTTLS；確須以明文登入者，於 INSPECTION_SMTP_PLAIN_HOST 填該主機名稱",
                "use smtps://, or have STARTTLS on; where it must be, name the host in INSPECTION_SMTP_PLAIN_HOST",
            ),
        )


def _log_on(server: smtplib.SMTP, parts: SplitResult) -> None:
    if not parts.username:
        return
    offered = server.esmtp_features.get("auth", "").upper().split()
    server.user, server.password = unquote(parts.username), unquote(parts.password or "")
    for mechanism in (one for one in MECHANISMS if one in offered):
        try:
            server.auth(mechanism, getattr(server, f"auth_{mechanism.lower().replace('-', '_')}"))
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code == UNKNOWN_MECHANISM:
                continue
            if error.smtp_code >= 500:
                raise PasswordRefused(
                    speak(
                        f"郵件伺服器拒絕帳號或密碼（{error.smtp_code}）",
                        f"the mail server refused user name or password ({error.smtp_code})",
                    ),
                    remedy=speak("請更正 INSPECTION_SMTP_URL", "mend INSPECTION_SMTP_URL"),
                ) from None
            raise
        else:
            return
    raise Unusable(
        speak("郵件伺服器不接受帳號密碼登入", "the mail server takes no user name and password"),
        remedy=speak(
            "請自 INSPECTION_SMTP_URL 刪除帳號密碼，或改用送信埠（如 587）",
            "take them out of INSPECTION_SMTP_URL, or use the submission port (587)",
        ),
    )
