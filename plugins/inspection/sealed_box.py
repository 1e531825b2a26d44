"""What is sealed under a key of the installation: AES-256-GCM, a key for each use, a fresh nonce in front."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


def derived_key(secret: bytes, use: bytes) -> bytes:
    """32 bytes for one use of a key (HKDF-SHA256, RFC 5869): what is made for another tells nothing of it."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"inspection " + use).derive(secret)


class SealedBox:
    """Seals and opens for one use. `about` says what a sealed thing belongs to: it opens as nothing else's."""

    def __init__(self, secret: bytes, use: bytes) -> None:
        self._cipher = AESGCM(derived_key(secret, use))

    def seal(self, data: bytes, about: bytes | None = None) -> bytes:
        """Nonce, sealed data and tag; unequal for equal data."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data, about)

    def open(self, sealed: bytes, about: bytes | None = None) -> bytes | None:
        """The data; None where it was sealed by another key, for another use or thing, or was changed."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
        except (InvalidTag, ValueError):
            return None
