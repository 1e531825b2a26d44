"""Keyed hashes: without the installation's key what stands in the database tells nothing, and nobody forges any."""

from __future__ import annotations

import hashlib
import hmac

from inspection import settings


def keyed_hash(purpose: str, *parts: str) -> str:
    """64 hex digits of HMAC-SHA-256; equal parts under another purpose give another value."""
    message = "\x1f".join((purpose, *parts)).encode()
    return hmac.new(settings.get().require_secret_key(), message, hashlib.sha256).hexdigest()
