"""Tokens of sessions and forms: random, compared in one time, and of no use to who reads the database."""

from __future__ import annotations

import hmac
import secrets

from inspection.keyed_hash import keyed_hash

TOKEN_BYTES = 32  # 256 bits (ASVS 7.2.3, workflow research 6.1)


def token() -> str:
    """A new random token, safe in a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def same(left: str, right: str) -> bool:
    """Comparison whose time does not tell where two texts differ."""
    return hmac.compare_digest(left.encode(), right.encode())


def form_token(cookie: str) -> str:
    """The CSRF token of the forms shown to the holder of a cookie (ASVS 3.5.1)."""
    return keyed_hash("form", cookie)


def is_form_token(cookie: str, given: str) -> bool:
    """Whether a form came from a page we gave to this cookie's holder."""
    return same(form_token(cookie), given)
