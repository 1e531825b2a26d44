"""Keyed hashes: without the installation's key what stands in the database tells nothing, and nobody forges any."""

from __future__ import annotations

import hashlib
import hmac

from inspection import settings


def keyed_hash(purpose: str, *parts: str) -> str:
    """64 hex digits of HMAC-SHA-256 by the key that is set; equal parts under another purpose give another value."""
    return keyed_hash_by(settings.get().require_secret_key(), purpose, *parts)


def keyed_hash_by(key: bytes, purpose: str, *parts: str) -> str:
    """The same by a key that is given, such as one of before (`keyring`)."""
    message = "\x1f".join((purpose, *parts)).encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()
