"""Reading over SMB: every byte as on the disk, in every dialect, signed or encrypted."""

from __future__ import annotations

import random
import threading
import time
import unicodedata

import pytest

from inspection.errors import SourceUnavailable
from inspection.shares.share import Wanted, WantedQueue
from servers.samba import COUNT_READS
from shares.lab import Lab, fetched_by_path, files_of


def fill(lab: Lab, count: int, *, largest: int = 200_000) -> dict[str, bytes]:
    source = random.Random(7)
    contents = {}
    for number in range(count):
        path = f"{number % 7:02d}科/文件 {number:04d}.docx"
        contents[path] = source.randbytes(source.choice([0, 1, 4096, 65536, 65537, source.randrange(largest)]))
        lab.write(path, contents[path])
    return contents


def test_five_hundred_files_arrive_as_they_are_on_the_disk(lab: Lab) -> None:
    contents = fill(lab, 500)
    share = lab.open(lab.serve())
    answers = fetched_by_path(share, files_of(share))
    assert not share.fallback
    assert {path: answer.pieces for path, answer in answers.items()} == {p: (c,) for p, c in contents.items()}
    assert all(answer.reason is None and not answer.changed for answer in answers.values())
    assert all(answer.broad_readers == ("Everyone",) for answer in answers.values())


@pytest.mark.parametrize(
    ("conf", "dialect", "protection"),
    [
        ("server max protocol = SMB2_10", 0x0210, "HMAC-SHA256"),
        ("server max protocol = SMB3_00", 0x0300, "AES-CMAC"),
        ("server max protocol = SMB3_11", 0x0311, "AES-GMAC"),
        ("server signing = mandatory", 0x0311, "AES-GMAC"),
        ("server smb encrypt = required", 0x0311, "encrypted"),
        ("server smb encrypt = required\nserver max protocol = SMB3_00", 0x0300, "encrypted"),
    ],
)
def test_every_dialect_and_protection_is_read_by_chains(lab: Lab, conf: str, dialect: int, protection: str) -> None:
    contents = fill(lab, 40)
    share = lab.open(lab.serve(conf=conf))
    assert share.keeper is not None
    link = share.keeper.wire().link
    assert (link.dialect, link.signing or ("encrypted" if link.encryption else "bare")) == (dialect, protection)
    answers = fetched_by_path(share, files_of(share))
    assert {path: answer.pieces[0] for path, answer in answers.items()} == contents


@pytest.mark.parametrize(
    "conf",
    ["smb2 max read = 65536", "smb2 max credits = 32", "smb2 max credits = 128", "smb2 max trans = 65536"],
)
def test_a_server_that_grants_little_is_read_all_the_same(lab: Lab, conf: str) -> None:
    contents = fill(lab, 60, largest=3_000_000)
    share = lab.open(lab.serve(conf=conf))
    answers = fetched_by_path(share, files_of(share))
    assert {path: answer.pieces[0] for path, answer in answers.items()} == contents
    assert not share.fallback


def test_a_share_that_alone_demands_encryption_is_read_encrypted(lab: Lab) -> None:
    contents = fill(lab, 12)
    share = lab.open(lab.serve(share_conf="smb encrypt = required"))
    assert share.keeper is not None
    assert share.keeper.wire().link.encryption is not None
    answers = fetched_by_path(share, files_of(share))
    assert {path: answer.pieces[0] for path, answer in answers.items()} == contents


def test_a_dialect_without_chains_is_read_by_plain_calls_and_says_so(lab: Lab) -> None:
    contents = fill(lab, 12)
    share = lab.open(lab.serve(conf="server min protocol = SMB2_02\nserver max protocol = SMB2_02"))
    answers = fetched_by_path(share, files_of(share))
    assert {path: answer.pieces[0] for path, answer in answers.items()} == contents
    assert share.fallback
    assert "一般方式" in share.notes[0]


def test_large_files_are_read_in_several_chains(lab: Lab) -> None:
    content = random.Random(3).randbytes((20 << 20) + 12345)
    lab.write("大檔.bin", content)
    lab.write("小檔.txt", b"small")
    share = lab.open(lab.serve())
    answers = fetched_by_path(share, files_of(share))
    assert answers["大檔.bin"].pieces == (content,)
    assert answers["小檔.txt"].pieces == (b"small",)


def test_ranges_come_back_piece_by_piece_and_short_at_the_end(lab: Lab) -> None:
    content = random.Random(4).randbytes(3 << 20)
    lab.write("a.xlsx", content)
    share = lab.open(lab.serve())
    ranges = ((len(content) - 100, 500), (0, 10), (5, 0), (1 << 20, 1_100_000), (9 << 20, 10))
    (answer,) = share.fetch([Wanted(1, "a.xlsx", len(content), ranges)])
    assert answer.pieces == (content[-100:], content[:10], b"", content[1 << 20 : (1 << 20) + 1_100_000], b"")


def test_ranges_beyond_four_gigabytes_are_read(lab: Lab) -> None:
    with (lab.data / "巨檔.pst").open("wb") as stream:
        stream.truncate(5 << 30)
        stream.seek(5 << 30)
        stream.write(b"the very end")
    share = lab.open(lab.serve())
    (entry,) = files_of(share)
    assert entry.size_bytes == (5 << 30) + 12
    (answer,) = share.fetch([Wanted.of(1, entry, ((5 << 30, 100),))])
    assert answer.pieces == (b"the very end",)


def test_names_windows_cannot_hold_are_read_under_the_names_the_server_gives(lab: Lab) -> None:
    names = ["CON.txt", "a:b.txt", "q?.txt", "trailing dot.", "trailing space ", "new\nline.txt", " leading.txt"]
    for name in names:
        lab.write(name, name.encode())
    deep = "/".join(f"第{level}層很深的資料夾" for level in range(40)) + "/檔.txt"
    lab.write(deep, b"deep")
    share = lab.open(lab.serve())
    answers = fetched_by_path(share, files_of(share))
    assert {answer.pieces[0] for answer in answers.values()} == {name.encode() for name in names} | {b"deep"}
    assert answers[deep].pieces == (b"deep",)


def test_listing_alone_reads_no_content(lab: Lab) -> None:
    fill(lab, 30)
    server = lab.serve(share_conf=COUNT_READS)
    share = lab.open(server)
    entries = [entry for entry in files_of(share) if entry.size_bytes]
    assert server.content_reads() == 0
    fetched_by_path(share, entries)
    assert server.content_reads() >= len(entries)


def test_an_answer_may_lead_to_further_wishes(lab: Lab) -> None:
    content = random.Random(5).randbytes(400_000)
    for number in range(30):
        lab.write(f"{number}.docx", content)
    share = lab.open(lab.serve())
    queue = WantedQueue(Wanted(number, f"{number}.docx", len(content), ((399_000, 1000),)) for number in range(30))
    heads = []
    for answer in share.fetch(queue):
        if answer.key < 100:
            assert answer.pieces == (content[399_000:],)
            queue.add(Wanted(answer.key + 100, answer.path, len(content), ((0, 10),)))
        else:
            heads.append(answer.pieces)
    assert heads == [(content[:10],)] * 30


def test_listing_and_several_readings_share_one_link(lab: Lab) -> None:
    contents = fill(lab, 120)
    server = lab.serve()
    share = lab.open(server)
    got = {}
    for listing in share.walk():
        entries = [entry for entry in listing.entries if not entry.is_folder]
        half = len(entries) // 2
        first = share.fetch(Wanted.of(key, entry) for key, entry in enumerate(entries[:half]))
        second = share.fetch(Wanted.of(key, entry) for key, entry in enumerate(entries[half:]))
        for answer in first:
            got[answer.path] = answer.pieces[0]
            for other in second:
                got[other.path] = other.pieces[0]
                break
        got |= {answer.path: answer.pieces[0] for answer in second}
    assert got == contents
    assert share.links_made == 1
    assert server.login_attempts() == (1, 0)


def test_answers_taken_in_by_a_reading_are_not_waited_for_by_the_listing(lab: Lab) -> None:
    for number in range(240):
        lab.write(f"{number % 80:02d}科/{number}.txt", b"content")
    share = lab.open(lab.serve(), timeout_seconds=3)
    count = 0
    for listing in share.walk():
        entries = [entry for entry in listing.entries if not entry.is_folder]
        count += sum(a.pieces == (b"content",) for a in share.fetch(Wanted.of(k, e) for k, e in enumerate(entries)))
    assert count == 240
    assert share.links_made == 1


def test_names_are_shown_composed_and_opened_as_the_server_spells_them(lab: Lab) -> None:
    decomposed = unicodedata.normalize("NFD", "Gebührenübersicht é.txt")
    lab.write(f"機密（草案）/{decomposed}", b"decomposed")
    lab.write("𠮷野家・名冊%20#1.txt", b"beyond the first plane")
    share = lab.open(lab.serve())
    entries = {entry.path: entry for entry in files_of(share)}
    composed = f"機密（草案）/{unicodedata.normalize('NFC', decomposed)}"
    assert set(entries) == {composed, "𠮷野家・名冊%20#1.txt"}
    assert entries[composed].raw_path == f"機密（草案）/{decomposed}"
    answers = fetched_by_path(share, entries.values())
    assert answers[composed].pieces == (b"decomposed",)
    assert answers["𠮷野家・名冊%20#1.txt"].pieces == (b"beyond the first plane",)


def test_a_folder_of_a_share_is_a_root_of_its_own(lab: Lab) -> None:
    lab.write("工務課/115標案/底價.txt", b"inside")
    lab.write("人事室/名冊.txt", b"outside")
    share = lab.open(lab.serve(), "工務課")
    answers = fetched_by_path(share, files_of(share))
    assert {path: answer.pieces for path, answer in answers.items()} == {"115標案/底價.txt": (b"inside",)}


def test_users_can_write_to_a_file_while_it_is_read(lab: Lab) -> None:
    import smbclient

    lab.write("open.txt", b"x" * 100).chmod(0o666)
    server = lab.serve()
    share = lab.open(server)
    reading = share.fetch([Wanted(1, "open.txt", 100)])
    path = rf"\\{server.host}\data\open.txt"
    session = {"username": "crawler", "password": lab.password, "port": server.port, "connection_cache": {}}
    with smbclient.open_file(path, mode="r+b", share_access="rw", **session):
        assert next(reading).pieces == (b"x" * 100,)


def test_plain_calls_survive_a_server_that_is_started_again(lab: Lab) -> None:
    contents = fill(lab, 30)
    server = lab.serve(conf="server min protocol = SMB2_02\nserver max protocol = SMB2_02")
    share = lab.open(server)
    got = {}
    for number, answer in enumerate(share.fetch(Wanted.of(key, e) for key, e in enumerate(files_of(share)))):
        got[answer.path] = answer.pieces[0]
        if number == 10:
            server.kill()
            threading.Timer(0.7, server.start).start()
    assert got == contents


def test_plain_calls_do_not_hang_on_a_frozen_server(lab: Lab) -> None:
    fill(lab, 10)
    server = lab.serve(conf="server min protocol = SMB2_02\nserver max protocol = SMB2_02")
    share = lab.open(server, timeout_seconds=1, patience=2)
    entries = files_of(share)
    server.pause()
    began = time.monotonic()
    with pytest.raises(SourceUnavailable):
        fetched_by_path(share, entries)
    assert time.monotonic() - began < 120
