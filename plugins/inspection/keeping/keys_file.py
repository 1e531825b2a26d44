"""The file the installation's keys lie in, encrypted to a passphrase and apart from the backups they open.

AES-256-GCM under a key that scrypt makes of the passphrase; what scrypt was told stands in the file and is bound to it.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from inspection.errors import BadSource
from inspection.keeping.sets import MANIFEST, written
from inspection.language import speak

FORM = "inspection keys 1"
COST = {"n": 1 << 16, "r": 8, "p": 1}  # 64 MB and a fifth of a second for each guess
MOST_COST = {"n": 1 << 20, "r": 16, "p": 4}
LARGEST_BYTES = 1 << 20  # of the whole file: whoever looks for files of keys reads no more
FEWEST_CHARACTERS = 12


def require_passphrase(passphrase: str) -> str:
    """The passphrase; raises BadSource where it is too short to keep anybody out."""
    if len(passphrase) < FEWEST_CHARACTERS:
        raise BadSource(
            speak(f"通行碼少於 {FEWEST_CHARACTERS} 字元", f"it has fewer than {FEWEST_CHARACTERS} characters"),
            remedy=speak(
                "請另訂較長之通行碼，例如以四個以上不相關之詞組成",
                "take a longer one, such as four words that have nothing to do with each other",
            ),
        )
    return passphrase


def save_keys(file: Path, keys: Mapping[str, bytes], passphrase: str) -> None:
    """Writes `keys` (content by file name) whole, closed to others. Raises BadSource where the file is there already,
    where backups lie in its folder, for a short passphrase, or where the file would be larger than is opened again."""
    require_passphrase(passphrase)
    if file.exists():
        raise BadSource(
            speak("檔案已存在，不予覆寫", "is there already and is not written over"),
            place=file,
            remedy=speak("請換一個檔名", "take another name"),
        )
    if any(_is_set(folder) or _holds_sets(folder) for folder in file.resolve().parents):
        raise BadSource(
            speak("金鑰不得與備份同放", "keys lie apart from backups"),
            place=file,
            remedy=speak("請存於另一處，例如另一支隨身碟", "take another place, such as another stick"),
        )
    cost: dict[str, object] = {"form": FORM, **COST, "salt": _shown(secrets.token_bytes(16))}
    nonce = secrets.token_bytes(12)
    told = json.dumps({name: _shown(value) for name, value in keys.items()}).encode("ascii")
    sealed = _box(cost, passphrase).encrypt(nonce, told, _bound(cost))
    whole = json.dumps({**cost, "nonce": _shown(nonce), "sealed": _shown(sealed)})
    if len(whole) > LARGEST_BYTES:
        raise BadSource(
            speak(
                f"機密檔案合計過大，存成金鑰檔將逾 {LARGEST_BYTES // 1024} KiB，屆時無法取回",
                f"the secrets are too large: a file of over {LARGEST_BYTES // 1024} KiB could not be opened",
            ),
            place=file,
            remedy=speak(
                "金鑰檔只存金鑰、憑證等小檔：請去除較大之檔案，或分存數個金鑰檔",
                "a file of keys is for keys and certificates: leave large files out, or save several files of keys",
            ),
        )
    partial = file.with_name(f".{file.name}.partial")
    with written(partial, over=True) as out:
        out.write(whole.encode("ascii"))
    partial.rename(file)


def open_keys(file: Path, passphrase: str) -> dict[str, bytes]:
    """The keys by file name; raises BadSource where it is no such file, was changed, or the passphrase is another."""
    told = _read(file)
    if told is None:
        raise BadSource(speak("不是金鑰檔", "is no file of keys"), place=file)
    cost = {name: told[name] for name in ("form", *COST, "salt")}
    try:
        found = _box(cost, passphrase).decrypt(_bytes(told["nonce"]), _bytes(told["sealed"]), _bound(cost))
    except (InvalidTag, ValueError):
        raise BadSource(
            speak("通行碼不符，或檔案遭變更", "the passphrase is another, or the file was changed"), place=file
        ) from None
    return {name: _bytes(value) for name, value in json.loads(found).items()}


def holds_keys(folder: Path) -> bool:
    """Whether a file of keys lies in a folder or anywhere below it."""
    return any(
        path.is_file() and not path.is_symlink() and _read(path) is not None
        for path in folder.rglob("*")
        if not any(_is_set(one) for one in path.parents)
    )


def _is_set(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def _holds_sets(folder: Path) -> bool:
    return any(folder.glob(f"inspection-*Z/{MANIFEST}"))


def _read(file: Path) -> dict[str, str | int] | None:
    try:
        if file.stat().st_size > LARGEST_BYTES:
            return None
        told = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(told, dict) or told.get("form") != FORM:
        return None
    whole = all(isinstance(told.get(name), int) and 0 < told[name] <= most for name, most in MOST_COST.items())
    return told if whole and all(isinstance(told.get(name), str) for name in ("salt", "nonce", "sealed")) else None


def _box(cost: Mapping[str, object], passphrase: str) -> AESGCM:
    numbers = {name: int(str(cost[name])) for name in COST}
    return AESGCM(Scrypt(salt=_bytes(cost["salt"]), length=32, **numbers).derive(passphrase.encode()))


def _bound(cost: Mapping[str, object]) -> bytes:
    return json.dumps(cost, sort_keys=True).encode("ascii")


def _shown(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(told: object) -> bytes:
    return base64.b64decode(str(told), validate=True)
