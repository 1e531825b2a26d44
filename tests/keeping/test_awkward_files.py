"""What people lay into the drop folder, and secrets of any size and name, never stand in the way of a backup."""

from __future__ import annotations

import errno
import json
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.test_answers import Typing, inspection
from house.spoken import CHINESE, english_in
from inspection import clock as now
from inspection import settings
from inspection.errors import BadSource
from inspection.keeping import backup
from inspection.keeping.backup import back_up
from inspection.keeping.check import check
from inspection.keeping.keys_file import LARGEST_BYTES, open_keys, save_keys
from inspection.keeping.restore import PARTIAL, restore
from inspection.keeping.sets import chunks_of, read_manifest
from keeping.test_sets import elsewhere, furnish, sets

__all__ = ["inspection", "sets"]
LONGEST = "檢" * 83 + ".docx"  # 254 bytes of the 255 a name may have
BIG5 = os.fsdecode("文件.docx".encode("big5"))  # as out of an archive of older times


@pytest.fixture
def drop(sqlite_url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The drop folder of a furnished office on SQLite, with one form in it."""
    monkeypatch.setenv("INSPECTION_DATABASE_URL", sqlite_url)
    settings.reset()
    furnish()
    folder = settings.get().drop_folder_path
    folder.mkdir()
    (folder / "U04.docx").write_bytes(b"a form")
    return folder


def told_by(set_: Path) -> list[str]:
    """What the manifest of a set, looked through as a restore does, says could not be read."""
    manifest = read_manifest(set_)
    check(set_, manifest)
    return manifest.unreadable


def test_a_form_of_any_name_comes_back(
    drop: Path, sets: Path, tmp_path: Path, inspection: Typing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (LONGEST, BIG5):
        (drop / name).write_bytes(name.encode("utf-8", "surrogateescape"))
    lying = {path.name: path.read_bytes() for path in drop.iterdir()}
    assert inspection("backup", str(sets)).status == 0
    made = next(sets.glob("inspection-*"))
    assert LONGEST in (made / "manifest.json").read_text(encoding="utf-8")
    elsewhere(tmp_path / "other", monkeypatch)
    brought = settings.get().drop_folder_path
    brought.mkdir(parents=True)
    with monkeypatch.context() as killed:  # an earlier try that was killed before it named what it had written
        killed.setattr(Path, "rename", switched_off_at(LONGEST))
        with pytest.raises(KeyboardInterrupt):
            restore(made, at=now.now(), actor="test")
    assert sorted(path.name.endswith(PARTIAL) for path in brought.iterdir()) == [False, True]
    looked = inspection("restore", str(made), "--look")
    done = inspection("restore", str(made))
    assert [(one.status, one.err) for one in (looked, done)] == [(0, ""), (0, "")]
    assert {path.name: path.read_bytes() for path in brought.iterdir()} == lying


def switched_off_at(name: str) -> Callable[[Path, Path], Path]:
    """Renames files until one is to bear this name: then the machine is off."""
    rename = Path.rename

    def renamed(path: Path, to: Path) -> Path:
        if to.name == name:
            raise KeyboardInterrupt
        return rename(path, to)

    return renamed


def refusing(*numbers: int) -> Callable[[Path], Iterator[bytes]]:
    """Reads files; of those named 1, 2, ... it reads a piece, then the system refuses with the error of that place."""

    def read(path: Path) -> Iterator[bytes]:
        if path.stem.isdigit():
            yield b"some of it"
            raise OSError(numbers[int(path.stem) - 1], "refused")
        yield from chunks_of(path)

    return read


def test_what_cannot_be_read_in_the_drop_folder_stops_no_backup(
    drop: Path, sets: Path, tmp_path: Path, inspection: Typing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("1.docx", "2.docx"):
        (drop / name).write_bytes(b"never read")
    monkeypatch.setattr(backup, "chunks_of", refusing(errno.EACCES, errno.EIO))
    told = inspection("backup", str(sets))
    made = next(sets.glob("inspection-*"))
    assert told_by(made) == ["drop/1.docx", "drop/2.docx"]
    assert [path.name for path in (made / "drop").iterdir()] == ["U04.docx"]
    elsewhere(tmp_path / "other", monkeypatch)
    for one in (told, inspection("restore", str(made))):
        assert (one.status, "收件資料夾有 2 處無法讀取" in one.err, "1.docx" in one.out + one.err) == (1, True, False)
        assert (bool(CHINESE.search(one.err)), english_in(one.err)) == (True, [])


def test_a_folder_closed_to_us_is_named_too(drop: Path, sets: Path) -> None:
    """Here by a path longer than the system takes, which stops root as well."""
    where, depth = os.open(drop, os.O_RDONLY), 0
    while depth * 251 < os.pathconf(drop, "PC_PATH_MAX"):
        os.mkdir("d" * 250, dir_fd=where)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=where)
        os.close(where)
        where, depth = below, depth + 1
    os.close(where)
    (unread,) = told_by(back_up(sets, at=now.now(), actor="test").folder)
    assert set(unread.removeprefix("drop")) == set("/d")


def test_rules_that_cannot_be_read_and_a_full_disk_still_stop_it(
    drop: Path, sets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "1.yaml").write_bytes(b"never read")
    monkeypatch.setattr(backup, "chunks_of", refusing(errno.EACCES))
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(rules))
    settings.reset()
    with pytest.raises(OSError, match="refused"):
        back_up(sets, at=now.now(), actor="test")
    monkeypatch.delenv("INSPECTION_RULES_DIR")
    settings.reset()
    with monkeypatch.context() as full:

        def none_left(_: int) -> None:
            raise OSError(errno.ENOSPC, "full")

        full.setattr(os, "fsync", none_left)
        with pytest.raises(OSError, match="full"):
            back_up(sets, at=now.now(), actor="test")
    assert list(sets.glob("*inspection-2*")) == []


# ------------------------------------------------------------------------------------------------- keys


def test_no_file_of_keys_is_saved_that_would_not_open(tmp_path: Path) -> None:
    words, file = secrets.token_hex(8), tmp_path / "keys"
    with pytest.raises(BadSource, match="合計過大"):
        save_keys(file, {"inspection_secret_key": b"x", "large": bytes(600_000)}, words)
    assert list(tmp_path.iterdir()) == []
    largest = {"large": bytes(LARGEST_BYTES * 9 // 16 - 400)}
    save_keys(file, largest, words)
    assert open_keys(file, words) == largest


def test_two_secrets_of_one_name_are_refused(
    home: Path, tmp_path: Path, inspection: Typing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTION_BACKUP_PASSPHRASE", secrets.token_hex(8))
    settings.reset()
    one, other, own = tmp_path / "a" / "tls.key", tmp_path / "b" / "tls.key", tmp_path / "a" / "inspection_secret_key"
    for path in (one, other, own):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(secrets.token_bytes(9))
    for again, also in ((other, [one, other]), (own, [own])):
        told = inspection(
            "keys", "save", str(tmp_path / "keys"), *(word for path in also for word in ("--also", str(path)))
        )
        assert (told.status, told.out, str(again) in told.err) == (2, "", True)
        assert (bool(CHINESE.search(told.err)), english_in(told.err.replace(str(again), ""))) == (True, [])
        assert not (tmp_path / "keys").exists()
    saved = inspection("keys", "save", str(tmp_path / "keys"), "--also", str(one), "--json")
    assert json.loads(saved.out) == {"keys": ["inspection_secret_key", "tls.key"]}
