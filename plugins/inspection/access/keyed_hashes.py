"""Keyed hashes: what stands in the database tells nothing without the installation's key."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from inspection import settings

TOKEN_BYTES = 32  # 256 bits (ASVS 7.2.3, workflow research 6.1)


def keyed_hash(purpose: str, *parts: str) -> str:
    """64 hex digits of HMAC-SHA-256; equal parts under another purpose give another value."""
    message = "\x1f".join((purpose, *parts)).encode()
    return hmac.new(settings.get().require_secret_key(), message, hashlib.sha256).hexdigest()


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
