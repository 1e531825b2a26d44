"""A backup set: a folder with a manifest that names every file by size and SHA-256, sealed with the installation's key.

manifest.json    what the set holds, and of which state     tables/NAME.jsonl.gz   the rows, a JSON list a line
manifest.seal    HMAC of manifest.json                      documents, drop, rules  files as they lie in the home
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from inspection import settings
from inspection.documents import storage
from inspection.errors import BadSource
from inspection.keyed_hash import keyed_hash_by
from inspection.keyring import mark
from inspection.language import speak

FORM = 1
MANIFEST, SEAL = "manifest.json", "manifest.seal"
TABLES, DOCUMENTS, DROP, RULES = "tables", "documents", "drop", "rules"
NO_RULE = ".md"  # what explains the folder of rules to people
CHUNK = 1 << 20
QUICK = 3  # gzip's level: a tenth larger than the best one, four times as fast


@dataclass(slots=True)
class Manifest:
    """What a set holds. `files`: size and SHA-256 by path; `tables`: rows by name; `unfit`: ids of documents whose
    file was missing or changed when the set was made; `unreadable`: paths of the drop folder, told as in `files`, that
    could not be read and are not in the set; `seal` is the newest of the record's chain, `fault` what was wrong with
    that chain, if anything; `key_mark` tells one installation's key from another's.
    """

    name: str
    made_at: str
    version: str
    revision: str
    key_mark: str
    form: int = FORM
    sealed: int = 0
    seal: str = ""
    fault: str = ""
    tables: dict[str, int] = field(default_factory=dict)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    unfit: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def table_file(name: str) -> str:
    """Where the rows of a table stand in a set."""
    return f"{TABLES}/{name}.jsonl.gz"


def document_file(document_id: str) -> str:
    """Where a document stands in a set, as it does in the home folder."""
    return f"{DOCUMENTS}/{storage.place_of(document_id)}"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes files of a set, closed to others, and notes each in the manifest."""

    folder: Path
    manifest: Manifest

    def add(self, name: str, chunks: Iterable[bytes]) -> str:
        """One file; returns its SHA-256. Where the source cannot be read, nothing of it stays."""
        digest, size, path = hashlib.sha256(), 0, self.folder / name
        closed_folder(path.parent)
        with written(path) as file:
            try:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
            except BaseException:
                path.unlink()
                raise
        self.manifest.files[name] = (size, digest.hexdigest())
        return digest.hexdigest()

    def add_rows(self, table: str, told: Iterable[bytes]) -> int:
        """The rows of one table, packed; returns how many."""
        path, count = self.folder / table_file(table), 0
        closed_folder(path.parent)
        with written(path) as file, gzip.GzipFile("", "wb", QUICK, file, mtime=0) as packed:
            for line in told:
                packed.write(line)
                count += 1
        self.manifest.files[table_file(table)] = (path.stat().st_size, sha256_of(path))
        self.manifest.tables[table] = count
        return count

    def finish(self, key: bytes) -> str:
        """Writes the manifest and its seal by the key the rows go by; returns the manifest's SHA-256."""
        text = json.dumps(asdict(self.manifest), ensure_ascii=False, indent=1, sort_keys=True)
        # bytes of a name that are no UTF-8 (Big5 out of an archive) are lone surrogates; JSON has them as \udca4
        told = text.encode("utf-8", "backslashreplace")
        for name, content in ((MANIFEST, told), (SEAL, _seal_of(told, key).encode("ascii"))):
            with written(self.folder / name) as file:
                file.write(content)
        return hashlib.sha256(told).hexdigest()


def closed_folder(path: Path) -> None:
    """Makes a folder and those it lies in where they are not there, all closed to others."""
    for folder in reversed([path, *path.parents]):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def written(path: Path, *, over: bool = False) -> Iterator[BinaryIO]:
    """A file closed to others that is on the disk when it is done, in place of an earlier one only where `over`."""
    how = os.O_TRUNC if over else os.O_EXCL
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _seal_of(manifest: bytes, key: bytes) -> str:
    return keyed_hash_by(key, "backup set", hashlib.sha256(manifest).hexdigest())


def chunks_of(path: Path) -> Iterator[bytes]:
    """A file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def sha256_of(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    for piece in chunks_of(path):
        digest.update(piece)
    return digest.hexdigest()


def lines_of(folder: Path, table: str) -> Iterator[bytes]:
    """The rows of a table as `store.whole.lines` told them."""
    with gzip.open(folder / table_file(table), "rb") as packed:
        yield from packed


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a set. Raises BadSource where there is none, it was made under another key, or was changed."""
    try:
        told = (folder / MANIFEST).read_bytes()
        seal = (folder / SEAL).read_text(encoding="ascii").strip()
        manifest = Manifest(**json.loads(told))
    except (OSError, ValueError, TypeError):
        raise BadSource(
            speak("不是完整之備份", "is no whole backup set"),
            place=folder,
            remedy=speak(
                "請指定 `inspection backup` 所產生、名稱以 inspection- 開頭之資料夾",
                "name a folder made by `inspection backup`; its name begins with inspection-",
            ),
        ) from None
    if manifest.form != FORM:
        raise BadSource(
            speak(f"備份格式為第 {manifest.form} 版，本程式只讀第 {FORM} 版", f"its form is {manifest.form}"),
            place=folder,
            remedy=speak(f"請以 {manifest.version} 版程式還原", f"restore it with version {manifest.version}"),
        )
    chosen = settings.get()
    given = (chosen.require_secret_key(), *chosen.keys_of_before)
    key = next((one for one in given if mark(one) == manifest.key_mark), None)
    if key is None:
        raise BadSource(
            speak("備份係以另一把 INSPECTION_SECRET_KEY 製作", "was made under another INSPECTION_SECRET_KEY"),
            place=folder,
            remedy=speak(
                "請先以 `inspection keys open` 取回當時之金鑰並設定（已換金鑰者，列於現用金鑰之次行），再還原",
                "take the key out of its file by `inspection keys open`, set it (below the one in use), then restore",
            ),
        )
    if not hmac.compare_digest(seal, _seal_of(told, key)):
        raise BadSource(
            speak("備份清單遭變更或毀損", "its manifest was changed or damaged"), place=folder, remedy=another()
        )
    if not all(_lies_within(name) for name in manifest.files):
        raise BadSource(speak("備份清單所列位置逸出資料夾", "its manifest leads out of the folder"), place=folder)
    return manifest


def _lies_within(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def another() -> str:
    """What to do with a set that is not whole."""
    return speak("請改用其他備份", "use another set")
