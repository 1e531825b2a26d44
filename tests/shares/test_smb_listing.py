"""Listing over SMB: whole trees, each folder once, links and loops told but not followed."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from inspection.shares.smb_packets import DirectoryEntry
from inspection.shares.smb_walk import as_entry
from inspection.vocabulary import ReadReason
from shares.lab import Lab, fetched_by_path, files_of


def test_three_thousand_entries_are_listed_with_size_time_and_id(lab: Lab) -> None:
    expected = {}
    for number in range(3000):
        folder = f"單位{number % 40:02d}/{number % 3}" if number % 5 else "大資料夾"
        target = lab.write(f"{folder}/公文_{number:05d}.docx", b"x" * (number % 100))
        os.utime(target, ns=(10**18 + number * 10**9,) * 2)
        status = target.stat()
        modified = datetime.fromtimestamp(10**9 + number, UTC)
        expected[f"{folder}/公文_{number:05d}.docx"] = (number % 100, modified, status.st_ino)
    share = lab.open(lab.serve())
    listings = list(share.walk())
    found = [entry for listing in listings for entry in listing.entries if not entry.is_folder]
    assert {entry.path: (entry.size_bytes, entry.modified_at, entry.file_id) for entry in found} == expected
    assert len(found) == 3000
    folders = [listing.folder for listing in listings]
    assert len(folders) == len(set(folders))
    on_disk = {str(path.relative_to(lab.data)) for path in lab.data.rglob("*") if path.is_dir()}
    assert set(folders) == {"", *on_disk}
    assert not share.notes


def test_a_folder_larger_than_one_answer_is_listed_whole(lab: Lab) -> None:
    names = {f"{'很長的檔名' * 10}{number:05d}.txt" for number in range(4000)}
    for name in names:
        lab.write(name, b"")
    share = lab.open(lab.serve())
    (listing,) = share.walk()
    assert {entry.path for entry in listing.entries} == names
    assert len(listing.entries) == 4000


def test_a_walk_may_start_below_and_leave_folders_out(lab: Lab) -> None:
    for path in ("甲/乙/1.txt", "甲/丙/2.txt", "甲/丙/丁/3.txt", "戊/4.txt"):
        lab.write(path, b"")
    share = lab.open(lab.serve())
    listings = list(share.walk("甲", skip=lambda path: path.endswith("丁")))
    assert sorted(listing.folder for listing in listings) == ["甲", "甲/丙", "甲/乙"]
    shown = {entry.path for listing in listings for entry in listing.entries}
    assert shown == {"甲/乙", "甲/丙", "甲/乙/1.txt", "甲/丙/2.txt", "甲/丙/丁"}


def test_a_link_that_leads_back_up_is_not_walked_for_ever(lab: Lab) -> None:
    lab.write("甲/乙/1.txt", b"1")
    (lab.data / "甲/乙/回").symlink_to("../..", target_is_directory=True)
    share = lab.open(lab.serve())
    assert [entry.path for entry in files_of(share)] == ["甲/乙/1.txt"]
    assert any("連回上層之資料夾不重複列出" in note for note in share.notes)


def test_two_folders_linked_to_one_place_are_both_listed(lab: Lab) -> None:
    lab.write("甲/1.txt", b"1")
    (lab.data / "乙").symlink_to("甲", target_is_directory=True)
    share = lab.open(lab.serve())
    assert sorted(entry.path for entry in files_of(share)) == ["乙/1.txt", "甲/1.txt"]


def test_a_denied_folder_is_named_with_its_reason_and_the_rest_is_listed(lab: Lab) -> None:
    lab.write("人事室/考績.txt", b"")
    lab.write("總務科/清單.txt", b"")
    (lab.data / "人事室").chmod(0o700 if os.getuid() == 0 else 0o000)
    share = lab.open(lab.serve())
    listings = {listing.folder: listing for listing in share.walk()}
    assert listings["人事室"].reason is ReadReason.ACCESS_DENIED
    assert listings["人事室"].entries == ()
    assert listings["總務科"].reason is None
    assert len(listings["總務科"].entries) == 1
    (lab.data / "人事室").chmod(0o755)


def test_a_folder_that_vanishes_before_it_is_reached_says_so(lab: Lab) -> None:
    lab.write("甲/1.txt", b"")
    share = lab.open(lab.serve())
    walk = share.walk()
    next(walk)
    (lab.data / "甲/1.txt").unlink()
    (lab.data / "甲").rmdir()
    (listing,) = walk
    assert (listing.folder, listing.reason) == ("甲", ReadReason.VANISHED)


@pytest.mark.parametrize(
    ("attributes", "tag", "offline", "is_link"),
    [
        (0x20, 0, False, False),
        (0x20, 0xA000000C, False, False),  # without the attribute the field is the size of extended attributes
        (0x420, 0xA000000C, False, True),  # symbolic link
        (0x410, 0xA0000003, False, True),  # junction
        (0x410, 0x8000000A, False, True),  # DFS link
        (0x420, 0x80000013, False, False),  # deduplicated
        (0x1620, 0xC0000004, True, False),  # on tape
        (0x400420, 0x9000601A, True, False),  # in a cloud, not here
        (0x420, 0x9000601A, False, False),  # in a cloud and here
        (0x40020, 0, True, False),
    ],
)
def test_attributes_tell_links_and_what_lies_elsewhere(attributes: int, tag: int, offline: bool, is_link: bool) -> None:
    entry = as_entry(DirectoryEntry("名", attributes, 5, 0, 2**63 - 1, 7, tag), "夾/名", "夾/名")
    assert (entry.offline, entry.is_link) == (offline, is_link)
    assert entry.is_folder == bool(attributes & 0x10)
    assert (entry.modified_at.year, entry.changed_at.year) == (1601, 9999)


def test_files_behind_a_dfs_link_are_listed_and_read_by_plain_calls(lab: Lab) -> None:
    target = lab.folder / "elsewhere"
    (target / "內").mkdir(parents=True)
    (target / "內/檔.txt").write_bytes(b"behind the link")
    lab.write("這裡.txt", b"here")
    # smbclient looks for a link's target on the port of the connection it came by
    (lab.data / "連結").symlink_to(r"msdfs:127.0.0.1\other")
    (lab.data / "死連結").symlink_to(r"msdfs:127.0.0.1\nothing")
    server = lab.serve(conf="host msdfs = yes", share_conf="msdfs root = yes", shares={"other": target})
    share = lab.open(server)
    listings = {listing.folder: listing for listing in share.walk()}
    assert listings["死連結"].reason in {ReadReason.VANISHED, ReadReason.OFFLINE, ReadReason.SERVER_FAULT}
    files = [entry for listing in listings.values() for entry in listing.entries if not entry.is_folder]
    answers = fetched_by_path(share, files)
    pieces = {path: answer.pieces for path, answer in answers.items()}
    assert pieces == {"這裡.txt": (b"here",), "連結/內/檔.txt": (b"behind the link",)}
    assert any("一般方式" in note for note in share.notes)
    assert not share.fallback
