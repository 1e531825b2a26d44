"""What a mail looks like from outside: header lines up to a blank line, alone, in a mailbox, wrapped by a program."""

from __future__ import annotations

import re

HEADER = re.compile(rb"([!-9;-~]{1,76}):(?=[ \t\r\n]|[^\s/\\])")
# registered ones (RFC 4021, IANA) and those of mail programs; X-…, Content-…, List-… and the like by their beginning
KNOWN = frozenset(
    b"accept-language alternate-recipient apparently-to approved auto-submitted autocrypt bcc cc comments date"
    b" deferred-delivery delivered-to delivery-date disposition-notification-options disposition-notification-to"
    b" disclose-recipients dl-expansion-history encrypted envelope-to errors-to expires feedback-id followup-to from"
    b" importance in-reply-to keywords lines mail-followup-to mail-reply-to mailing-list message-id mime-version"
    b" newsgroups organization organisation original-message-id originator-return-address path posted precedence"
    b" priority received references reply-by reply-to require-recipient-valid-since return-path return-receipt-to"
    b" reply-type sender sensitivity status subject supersedes thread-index thread-topic to user-agent".split()
)
KNOWN_BEGINNINGS = (
    b"x-", b"arc-", b"list-", b"resent-", b"content-", b"dkim-", b"domainkey-", b"received-", b"authentication-",
    b"thread-", b"disposition-", b"downgraded-", b"mmhs-", b"original-", b"ms-", b"autocrypt-", b"tls-", b"bimi-",
    b"envelope-", b"delivered-", b"x400-", b"delivery-", b"sio-", b"message-",
)  # fmt: skip
MAILBOX_LINE = re.compile(rb"(?m)^From [^\n]{0,300}\n(?=>?[!-9;-~]{1,76}:)")
APPLE_LENGTH = re.compile(rb"\s{0,20}(\d{1,10})[ \t]*\r?\n")
LOOKED_AT = 65_536
MAIL_NAMES = {"eml", "emlx", "mht", "mhtml"}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def unwrapped(data: bytes) -> bytes:
    """A mail without what may stand before its headers: a mark of byte order, blank lines, Apple Mail's length.

    UTF-16 becomes UTF-8, as the parser of mails knows bytes of ASCII only.
    """
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    data = data.removeprefix(BYTE_ORDER_MARK).lstrip(b" \t\r\n\0")
    length = APPLE_LENGTH.match(data)
    if length:
        rest = data[length.end() :]
        announced = int(length[1])
        data = rest[:announced] if 0 < announced <= len(rest) else rest
    return data


def is_mail(data: bytes, end: str) -> bool:
    """Whether bytes without their wrapping are a mail: two known headers before any blank line; one where the name's
    extension (`end`) says so. Lines that are no headers end the count, in a file named as a mail they do not."""
    start = data[:LOOKED_AT]
    named = end in MAIL_NAMES
    if start.startswith((b"From ", b">From ")):
        start = start.partition(b"\n")[2]
    if not named and not HEADER.match(start):
        return False
    known = 0
    for line in start.split(b"\n"):
        if not line.strip():
            break
        found = HEADER.match(line)
        if found:
            name = found[1].lower()
            known += name in KNOWN or name.startswith(KNOWN_BEGINNINGS)
            if known >= (1 if named else 2):
                return True
        elif line[:1] not in b" \t" and not named:
            break
    return False


def is_mailbox(data: bytes) -> bool:
    """Whether several mails follow each other, each behind a line `From …` (RFC 4155)."""
    if not data.startswith(b"From "):
        return False
    found = MAILBOX_LINE.finditer(data)
    return next(found, None) is not None and next(found, None) is not None


def mails_of(data: bytes) -> list[bytes]:
    """The mails of a mailbox, without the lines that part them."""
    places = [(found.start(), found.end()) for found in MAILBOX_LINE.finditer(data)]
    ends = [start for start, _ in places[1:]] + [len(data)]
    return [data[begin:end] for (_, begin), end in zip(places, ends, strict=True)]
