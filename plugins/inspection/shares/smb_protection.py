"""Signing and encryption of SMB2 messages: HMAC, CMAC and GMAC, AES-CCM and AES-GCM (MS-SMB2 3.1.4)."""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from collections.abc import Callable
from enum import StrEnum

from cryptography.hazmat.primitives import cmac
from cryptography.hazmat.primitives.ciphers import aead, algorithms

# (message id, 1 for an answer else 0, message with a zeroed signature) -> 16 bytes
Mac = Callable[[int, int, "bytes | memoryview"], bytes]
TRANSFORM_ID = b"\xfdSMB"
TRANSFORM_BYTES = 52


class Signing(StrEnum):
    """How a session's messages are signed, by dialect and negotiation."""

    HMAC_SHA256 = "HMAC-SHA256"
    AES_CMAC = "AES-CMAC"
    AES_GMAC = "AES-GMAC"


def mac_for(signing: Signing, key: bytes) -> Mac:
    """The function that signs and checks under this key."""
    if signing is Signing.AES_GMAC:
        return _gmac(key)
    return _cmac(key) if signing is Signing.AES_CMAC else _hmac(key)


def _gmac(key: bytes) -> Mac:
    seal = aead.AESGCM(key).encrypt
    nonce = struct.Struct("<QI").pack
    return lambda message_id, answer, message: seal(nonce(message_id, answer), b"", message)


def _cmac(key: bytes) -> Mac:
    algorithm = algorithms.AES(key)

    def sign(_message_id: int, _answer: int, message: bytes | memoryview) -> bytes:
        running = cmac.CMAC(algorithm)
        running.update(bytes(message))
        return running.finalize()

    return sign


def _hmac(key: bytes) -> Mac:
    return lambda _message_id, _answer, message: hmac.new(key, message, hashlib.sha256).digest()[:16]


class Encryption:
    """Seals whole frames of one session; nonces are random, 11 bytes for CCM and 12 for GCM."""

    def __init__(self, *, galois: bool, to_server: bytes, from_server: bytes, session_id: int) -> None:
        self._nonce_bytes = 12 if galois else 11
        cipher = aead.AESGCM if galois else aead.AESCCM
        self._out, self._in = cipher(to_server), cipher(from_server)
        self._session_id = session_id

    def seal(self, frame: bytes) -> bytes:
        """The frame with transform header, as it goes over the wire."""
        nonce = os.urandom(self._nonce_bytes)
        described = nonce.ljust(16, b"\0") + struct.pack("<IHHQ", len(frame), 0, 1, self._session_id)
        sealed = self._out.encrypt(nonce, frame, described)
        return b"".join((TRANSFORM_ID, sealed[-16:], described, sealed[:-16]))

    def open(self, frame: memoryview) -> memoryview:
        """The frame inside; raises InvalidTag where it was tampered with."""
        sealed = b"".join((frame[TRANSFORM_BYTES:], frame[4:20]))
        nonce = bytes(frame[20 : 20 + self._nonce_bytes])
        return memoryview(self._in.decrypt(nonce, sealed, bytes(frame[20:TRANSFORM_BYTES])))
