"""Whether a backup set is whole: every file as its manifest says, every document of the rows beside them."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from inspection.errors import BadSource, BadSources
from inspection.keeping.sets import (
    DOCUMENTS,
    DROP,
    MANIFEST,
    SEAL,
    Manifest,
    another,
    document_file,
    lines_of,
    sha256_of,
)
from inspection.language import speak
from inspection.model import Document
from inspection.store import whole

MOST_TOLD = 20


def check(folder: Path, manifest: Manifest) -> None:
    """Raises BadSources that names what is missing, damaged, or too much."""
    told = [*_files(folder, manifest)]
    if not told:  # rows of a damaged file tell nothing more
        told = [*_rows(folder, manifest), *_documents(folder, manifest)]
    if told:
        more = len(told) - MOST_TOLD
        if more > 0:
            told[MOST_TOLD:] = [speak(f"另有 {more} 處", f"{more} more")]
        raise BadSources([BadSource(one, place=folder, remedy=another()) for one in told])


def _files(folder: Path, manifest: Manifest) -> Iterator[str]:
    there = {
        (Path(where) / name).relative_to(folder).as_posix() for where, _, names in os.walk(folder) for name in names
    }
    listed = set(manifest.files)
    for name in sorted(listed - there):
        yield speak(f"缺少 {_shown(name)}", f"{_shown(name)} is missing")
    for name in sorted(there - listed - {MANIFEST, SEAL}):
        yield speak(f"{_shown(name)} 不在清單", f"{_shown(name)} is not in the manifest")
    for name in sorted(listed & there):
        size, digest = manifest.files[name]
        path = folder / name
        if path.is_symlink() or path.stat().st_size != size or sha256_of(path) != digest:
            yield speak(f"{_shown(name)} 已毀損", f"{_shown(name)} is damaged")


def _shown(name: str) -> str:
    # what people laid into the drop folder bears names of theirs
    return speak("收件資料夾之一份檔案", "a file of the drop folder") if name.startswith(f"{DROP}/") else name


def _rows(folder: Path, manifest: Manifest) -> Iterator[str]:
    names = {table.name for table in whole.tables()}
    for name in sorted(names ^ set(manifest.tables)):
        yield speak(f"資料表 {name} 與本程式不符", f"table {name} does not fit this program")
    for name in sorted(names & set(manifest.tables)):
        try:
            found = sum(1 for _ in lines_of(folder, name))
        except (OSError, EOFError, zlib.error):
            found = -1
        if found != manifest.tables[name]:
            yield speak(f"資料表 {name} 之列數與清單不符", f"table {name} has not as many rows as the manifest says")


def _documents(folder: Path, manifest: Manifest) -> Iterator[str]:
    table = next(one for one in whole.tables() if one.name == Document.__tablename__)
    unfit, named = set(manifest.unfit), set()
    for row in whole.rows(table, lines_of(folder, table.name)):
        name = document_file(row["id"])
        named.add(name)
        kept = manifest.files.get(name)
        if row["id"] not in unfit and (kept is None or kept[1] != row["sha256"]):
            yield speak(f"文件 {row['id']} 無檔案，或與紀錄不符", f"document {row['id']} has no file, or another one")
    for name in manifest.files:
        if name.startswith(f"{DOCUMENTS}/") and name not in named:
            yield speak(f"{name} 無文件紀錄", f"no row speaks of {name}")
