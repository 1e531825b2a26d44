"""Paths as rows may hold them: a keyed hash to find a file again, and the true path sealed for those who may see it."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Sequence

from inspection.errors import BadSource
from inspection.language import speak
from inspection.sealed_box import SealedBox, derived_key


class PathVault:
    """Keys paths and contents, seals paths. `secret` is the first key the installation had, which all that is looked
    up by a hash keeps; `sealing` are those paths may be sealed under, newest first, where there are others (`keyring`).

    One key per use is derived (HKDF-SHA256), so that equal texts of different uses have unequal hashes.
    """

    def __init__(self, secret: bytes, sealing: Sequence[bytes] = ()) -> None:
        self._path_hmac = hmac.new(derived_key(secret, b"crawl path key"), digestmod=hashlib.sha256)
        self._content_hmac = hmac.new(derived_key(secret, b"crawl content key"), digestmod=hashlib.sha256)
        self._boxes = [SealedBox(one, b"crawl path seal") for one in sealing or (secret,)]
        self.sketch_key = derived_key(secret, b"crawl sketch key")

    def path_key(self, path: str) -> str:
        """Keyed hash (64 hex digits) of a path in NFC: equal for equal paths, telling nothing."""
        keyed = self._path_hmac.copy()
        keyed.update(unicodedata.normalize("NFC", path).encode("utf-8", "surrogatepass"))
        return keyed.hexdigest()

    def content_key(self, digest: str) -> str:
        """Keyed hash (64 hex digits) of a content's digest: a bare one would betray a known document."""
        keyed = self._content_hmac.copy()
        keyed.update(digest.encode())
        return keyed.hexdigest()

    def seal(self, path: str, raw_path: str = "") -> bytes:
        """Path and the server's own spelling, sealed with AES-256-GCM; a fresh nonce stands in front."""
        # ASCII: JSON's \ud800 keeps a lone surrogate, which UTF-8 cannot
        return self._boxes[0].seal(json.dumps([path, raw_path]).encode("ascii"))

    def open(self, sealed: bytes) -> tuple[str, str]:
        """(path, raw path) again; raises BadSource where the seal is of another key or was changed."""
        path, raw_path = self._opened(sealed)[1]
        return path, raw_path

    def sealed_anew(self, sealed: bytes) -> bytes | None:
        """The same under the newest key; None where it is so already. Raises as `open` does."""
        which, (path, raw_path) = self._opened(sealed)
        return self.seal(path, raw_path) if which else None

    def _opened(self, sealed: bytes) -> tuple[int, list[str]]:
        for which, box in enumerate(self._boxes):
            found = box.open(sealed)
            if found is not None:
                return which, json.loads(found)
        raise BadSource(
            speak("現用金鑰無法開啟封存之路徑", "a sealed path cannot be opened with this key"),
            remedy=speak(
                "請使用清查當時之 INSPECTION_SECRET_KEY", "give the INSPECTION_SECRET_KEY the crawl was made with"
            ),
        )
