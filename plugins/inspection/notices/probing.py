"""Asks the office's mail server whether it would take a mail for some addresses, and gives it none.

MAIL FROM, RCPT TO, then RSET: without DATA nothing is delivered. A server that takes everything proves nothing, so it
is also asked about an address nobody can have. No transaction is open meanwhile.
"""

from __future__ import annotations

import secrets
import smtplib
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr

from inspection.notices.mail_server import opened, server_of
from inspection.vocabulary import Reach

NO_MORE = 421  # the server is about to close
OURS = frozenset({500, 502, 503, 504, 530, 534, 535, 538})  # said of how we ask, not of whom we ask about


@dataclass(frozen=True, slots=True)
class Limits:
    """What a round of questions may take: seconds for one answer and for all, between two addresses, and addresses."""

    answer_seconds: float = 10.0
    total_seconds: float = 60.0
    pause_seconds: float = 0.05
    most: int = 500


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of an address; `code` is the SMTP status of the answer, None where none came."""

    reach: Reach = Reach.UNDETERMINED
    code: int | None = None


class _Over(Exception):
    """No further address can be asked about in this round."""


def probe(addresses: Iterable[str], smtp_url: str, *, sender: str, limits: Limits | None = None) -> dict[str, Said]:
    """What the server says of each address, in the order given; those no time is left for are UNDETERMINED.

    REFUSED only where it said 5xx to the address; CONFIRMED only where it took the address and refused one of the same
    domain that nobody can have. Raises as `mail_server.opened` does.
    """
    bounds = limits or Limits()
    found = dict.fromkeys(addresses, Said())
    until = time.monotonic() + bounds.total_seconds
    domains: dict[str, list[str]] = {}
    for address in list(found)[: bounds.most]:
        domains.setdefault(address.rpartition("@")[2].lower(), []).append(address)
    # a server that is gone, or asks to be left alone, has said nothing of the rest
    with (
        opened(server_of(smtp_url), timeout=bounds.answer_seconds) as server,
        suppress(_Over, OSError, smtplib.SMTPException),
    ):
        for domain, those in domains.items():
            _ask_domain(server, domain, those, found, sender=sender, until=until, pause=bounds.pause_seconds)
    return found


def _ask_domain(
    server: smtplib.SMTP,
    domain: str,
    addresses: list[str],
    found: dict[str, Said],
    *,
    sender: str,
    until: float,
    pause: float,
) -> None:
    taken = []
    for address in addresses:
        code = _answer(server, sender, address, until=until, pause=pause)
        found[address] = Said(Reach.REFUSED if _is_refusal(code) else Reach.UNDETERMINED, code)
        if 200 <= code < 300:
            taken.append(address)
    if taken:
        nobody = f"inspection-{secrets.token_hex(12)}@{domain}"
        if _is_refusal(_answer(server, sender, nobody, until=until, pause=pause)):
            found.update({one: Said(Reach.CONFIRMED, found[one].code) for one in taken})


def _is_refusal(code: int) -> bool:
    return 500 <= code < 600 and code not in OURS


def _answer(server: smtplib.SMTP, sender: str, address: str, *, until: float, pause: float) -> int:
    """The status the server gives to one address; raises _Over where it takes no sender of ours, or time is up."""
    if time.monotonic() >= until:
        raise _Over
    code, _ = server.mail(parseaddr(sender)[1])
    if not 200 <= code < 300:
        raise _Over
    code, _ = server.rcpt(address)
    if code == NO_MORE:
        raise _Over
    server.rset()
    time.sleep(pause)
    return code
