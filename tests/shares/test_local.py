"""Local folders through the interface of shares."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inspection.errors import BadSource, SourceUnavailable
from inspection.shares.address import parse_address
from inspection.shares.local import LocalShare
from inspection.shares.open import open_share
from inspection.shares.share import Wanted, WantedQueue
from inspection.vocabulary import ReadReason
from shares.lab import files_of


def write(folder: Path, path: str, content: bytes) -> Path:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target


def test_files_are_listed_and_read_as_they_are(tmp_path: Path) -> None:
    contents = {f"{n % 3}課/{n}.txt": os.urandom(n * 977) for n in range(50)}
    for path, content in contents.items():
        os.utime(write(tmp_path, path, content), ns=(10**18, 10**18))
    share = open_share(parse_address(str(tmp_path)), None)
    entries = files_of(share)
    assert {entry.path: entry.size_bytes for entry in entries} == {p: len(c) for p, c in contents.items()}
    assert {entry.modified_at for entry in entries} == {datetime.fromtimestamp(10**9, UTC)}
    answers = list(share.fetch(Wanted.of(key, entry) for key, entry in enumerate(entries)))
    assert {answer.path: answer.pieces for answer in answers} == {p: (c,) for p, c in contents.items()}


def test_ranges_and_growing_wishes_work_as_over_smb(tmp_path: Path) -> None:
    write(tmp_path, "a.xlsx", b"0123456789")
    queue = WantedQueue([Wanted(1, "a.xlsx", 10, ((8, 100), (0, 0), (2, 3), (50, 5)))])
    pieces = []
    for answer in LocalShare(tmp_path).fetch(queue):
        pieces.append(answer.pieces)
        if answer.key == 1:
            queue.add(Wanted(2, "a.xlsx", 10))
    assert pieces == [(b"89", b"", b"234", b""), (b"0123456789",)]


def test_links_are_listed_but_never_followed(tmp_path: Path) -> None:
    secret = write(tmp_path, "外/secret.txt", b"outside")
    root = tmp_path / "內"
    root.mkdir()
    (root / "檔連結").symlink_to(secret)
    (root / "夾連結").symlink_to(secret.parent)
    (root / "自己").symlink_to(root)
    share = LocalShare(root)
    (listing,) = share.walk()
    assert {(entry.path, entry.is_link) for entry in listing.entries} == {
        ("檔連結", True),
        ("夾連結", True),
        ("自己", True),
    }
    (answer,) = share.fetch([Wanted(1, "檔連結", 7)])
    assert (answer.pieces, answer.reason) == ((), ReadReason.VANISHED)


def test_a_pipe_does_not_hold_us_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管")
    began = time.monotonic()
    (answer,) = LocalShare(tmp_path).fetch([Wanted(1, "管", 0)])
    assert answer.reason is ReadReason.UNSUPPORTED_FORMAT
    assert time.monotonic() - began < 60  # opening a pipe for reading would wait for ever


def test_vanished_and_offline_files_say_so(tmp_path: Path) -> None:
    share = LocalShare(tmp_path)
    answers = list(share.fetch([Wanted(1, "無.txt", 1), Wanted(2, "遠.txt", 1, offline=True)]))
    assert [answer.reason for answer in answers] == [ReadReason.VANISHED, ReadReason.OFFLINE]


def test_denied_files_and_folders_say_so_to_an_ordinary_account(tmp_path: Path) -> None:
    write(tmp_path, "閉.txt", b"closed").chmod(0)
    write(tmp_path, "閉夾/檔.txt", b"inside").parent.chmod(0)
    write(tmp_path, "開.txt", b"open")
    program = (
        "import os, sys; from pathlib import Path\n"
        "os.chdir(sys.argv[1])\n"
        "from inspection.shares.local import LocalShare; from inspection.shares.share import Wanted\n"
        "if os.getuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "share = LocalShare(Path('.'))\n"
        "print(sorted((l.folder, str(l.reason)) for l in share.walk()))\n"
        "print([(f.path, str(f.reason)) for f in share.fetch([Wanted(1, '閉.txt', 6), Wanted(2, '開.txt', 4)])])\n"
    )
    tmp_path.chmod(0o755)
    ran = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    (tmp_path / "閉夾").chmod(0o755)
    assert ran.stdout.splitlines() == [
        "[('', 'None'), ('閉夾', 'access_denied')]",
        "[('閉.txt', 'access_denied'), ('開.txt', 'None')]",
    ]


def test_a_file_growing_while_read_is_told_as_changed(tmp_path: Path) -> None:
    growing = write(tmp_path, "紀錄.log", b"x" * (64 << 20))
    stop = threading.Event()

    def grow() -> None:
        with growing.open("ab", buffering=0) as stream:
            while not stop.is_set():
                stream.write(b"y" * 1000)
                time.sleep(0.0005)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        (answer,) = LocalShare(tmp_path).fetch([Wanted(1, "紀錄.log", 64 << 20)])
    finally:
        stop.set()
        writer.join()
    assert answer.changed
    assert answer.reason is None


def test_who_may_read_comes_from_the_mode(tmp_path: Path) -> None:
    write(tmp_path, "開.txt", b"1").chmod(0o644)
    write(tmp_path, "限.txt", b"1").chmod(0o640)
    answers = LocalShare(tmp_path).fetch([Wanted(1, "開.txt", 1), Wanted(2, "限.txt", 1)])
    assert [answer.broad_readers for answer in answers] == [("Everyone",), ()]


def test_names_are_composed_and_bytes_that_are_no_text_still_open(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "é")
    write(tmp_path, f"{decomposed}.txt", b"decomposed")
    write(tmp_path, "é.txt", b"composed")
    (Path(os.fsdecode(os.fsencode(tmp_path) + "/底價".encode("big5"))).with_suffix(".txt")).write_bytes(b"big5")
    share = LocalShare(tmp_path)
    entries = files_of(share)
    shown = [entry.path for entry in entries]
    assert len(set(shown)) == 3
    assert all(name.encode("utf-8") for name in shown)
    answers = share.fetch(Wanted.of(key, entry) for key, entry in enumerate(entries))
    assert {answer.pieces[0] for answer in answers} == {b"decomposed", b"composed", b"big5"}


def test_a_missing_folder_and_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="不存在"):
        LocalShare(tmp_path / "無")
    with pytest.raises(BadSource, match="不是資料夾"):
        LocalShare(write(tmp_path, "檔.txt", b""))
