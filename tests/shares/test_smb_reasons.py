"""A file that cannot be read ends with its exact reason, and takes no other file with it."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from typing import Any

import smbclient

from inspection.shares.share import Wanted
from inspection.vocabulary import ReadReason
from servers.samba import SambaServer
from shares.lab import USER, Lab, fetched_by_path, files_of

CLOSED = 0o600 if os.getuid() == 0 else 0o000


def session(lab: Lab, server: SambaServer) -> dict[str, Any]:
    return {"username": USER, "password": lab.password, "port": server.port, "connection_cache": {}}


def test_a_denied_file_says_so_and_the_others_are_read(lab: Lab) -> None:
    lab.write("閉.txt", b"closed").chmod(CLOSED)
    lab.write("開.txt", b"open")
    share = lab.open(lab.serve())
    answers = fetched_by_path(share, files_of(share))
    assert answers["閉.txt"].reason is ReadReason.ACCESS_DENIED
    assert answers["閉.txt"].pieces == ()
    assert answers["開.txt"].pieces == (b"open",)


def test_a_file_somebody_has_opened_exclusively_is_locked(lab: Lab) -> None:
    lab.write("獨占.xlsx", b"busy").chmod(0o666)
    lab.write("開.txt", b"open")
    server = lab.serve()
    share = lab.open(server)
    entries = files_of(share)
    path = rf"\\{server.host}\data\獨占.xlsx"
    with smbclient.open_file(path, mode="r+b", share_access=None, **session(lab, server)):
        answers = fetched_by_path(share, entries)
    assert answers["獨占.xlsx"].reason is ReadReason.LOCKED
    assert answers["開.txt"].pieces == (b"open",)


def test_a_file_locked_for_a_moment_is_read_on_a_later_try(lab: Lab) -> None:
    lab.write("獨占.xlsx", b"busy").chmod(0o666)
    server = lab.serve()
    share = lab.open(server)
    entries = files_of(share)
    stream = smbclient.open_file(
        rf"\\{server.host}\data\獨占.xlsx", mode="r+b", share_access=None, **session(lab, server)
    )
    timer = threading.Timer(0.3, stream.close)
    timer.start()
    answers = fetched_by_path(share, entries)
    timer.join()
    assert answers["獨占.xlsx"].pieces == (b"busy",)


def test_a_file_locked_in_a_part_is_locked(lab: Lab) -> None:
    part = lab.write("資料庫.mdb", b"x" * 5000)
    lab.write("開.txt", b"open")
    share = lab.open(lab.serve(conf="strict locking = yes\nposix locking = yes"))
    entries = files_of(share)
    with part.open("r+b") as stream:
        fcntl.lockf(stream, fcntl.LOCK_EX, 100, 1000)
        answers = fetched_by_path(share, entries)
    assert answers["資料庫.mdb"].reason is ReadReason.LOCKED
    assert answers["開.txt"].pieces == (b"open",)


def test_a_vanished_file_says_so(lab: Lab) -> None:
    gone = lab.write("甲/走.txt", b"gone")
    lab.write("留.txt", b"here")
    share = lab.open(lab.serve())
    entries = files_of(share)
    gone.unlink()
    gone.parent.rmdir()
    answers = fetched_by_path(share, entries)
    assert answers["甲/走.txt"].reason is ReadReason.VANISHED
    assert answers["留.txt"].pieces == (b"here",)


def test_a_file_that_became_a_folder_has_vanished(lab: Lab) -> None:
    file = lab.write("名", b"file")
    share = lab.open(lab.serve())
    entries = files_of(share)
    file.unlink()
    file.mkdir()
    assert fetched_by_path(share, entries)["名"].reason is ReadReason.VANISHED


def test_a_file_growing_while_read_is_told_as_changed(lab: Lab) -> None:
    growing = lab.write("紀錄.log", b"x" * (12 << 20))
    lab.write("靜.txt", b"still")
    share = lab.open(lab.serve())
    entries = files_of(share)
    stop = threading.Event()

    def grow() -> None:
        with growing.open("ab", buffering=0) as stream:
            while not stop.is_set():
                stream.write(b"y" * 1000)
                time.sleep(0.0005)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        answers = fetched_by_path(share, entries)
    finally:
        stop.set()
        writer.join()
    assert answers["紀錄.log"].changed
    assert answers["紀錄.log"].reason is None
    assert answers["紀錄.log"].pieces[0].startswith(b"x" * (12 << 20))
    assert not answers["靜.txt"].changed
    assert answers["靜.txt"].pieces == (b"still",)


def test_a_file_overwritten_while_read_is_told_as_changed(lab: Lab) -> None:
    file = lab.write("名冊.xls", b"x" * (12 << 20))
    share = lab.open(lab.serve())
    entries = files_of(share)
    stop = threading.Event()

    def overwrite() -> None:
        with file.open("r+b", buffering=0) as stream:
            while not stop.is_set():
                stream.seek(0)
                stream.write(b"y" * 1000)
                time.sleep(0.0005)

    writer = threading.Thread(target=overwrite)
    writer.start()
    try:
        answer = fetched_by_path(share, entries)["名冊.xls"]
    finally:
        stop.set()
        writer.join()
    assert answer.changed
    assert len(answer.pieces[0]) == 12 << 20


def test_a_file_grown_since_it_was_listed_is_read_whole(lab: Lab) -> None:
    grown = lab.write("紀錄.log", b"first")
    share = lab.open(lab.serve())
    entries = files_of(share)
    grown.write_bytes(b"first and second")
    answer = fetched_by_path(share, entries)["紀錄.log"]
    assert (answer.pieces, answer.changed) == ((b"first and second",), False)


def test_a_file_on_tape_or_in_the_cloud_is_never_opened(lab: Lab) -> None:
    lab.write("磁帶.txt", b"far away")
    share = lab.open(lab.serve())
    (answer,) = share.fetch([Wanted(5, "磁帶.txt", 8, offline=True)])
    assert (answer.key, answer.reason) == (5, ReadReason.OFFLINE)


def test_an_offline_attribute_is_seen_in_the_listing(lab: Lab) -> None:
    lab.write("磁帶.txt", b"far away")
    share = lab.open(lab.serve(share_conf="vfs objects = offline"))
    (entry,) = files_of(share)
    assert entry.offline
    assert fetched_by_path(share, [entry])["磁帶.txt"].reason is ReadReason.OFFLINE
