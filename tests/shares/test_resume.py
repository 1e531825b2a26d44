"""A link that breaks, stalls or comes back: nothing is lost, nothing comes twice, nothing hangs."""

from __future__ import annotations

import random
import threading
import time

import pytest

from inspection.errors import AccessRefused, SourceUnavailable
from inspection.shares.share import Wanted
from inspection.vocabulary import ReadReason
from servers.faulty_link import FaultyLink
from shares.lab import Lab, files_of

pytestmark = pytest.mark.slow


def fill(lab: Lab, count: int) -> dict[str, bytes]:
    source = random.Random(11)
    contents = {f"{number % 5}科/{number:04d}.docx": source.randbytes(60_000) for number in range(count)}
    for path, content in contents.items():
        lab.write(path, content)
    return contents


@pytest.mark.parametrize("seed", range(3))
def test_a_server_killed_and_started_again_loses_nothing_and_repeats_nothing(lab: Lab, seed: int) -> None:
    contents = fill(lab, 400)
    server = lab.serve()
    share = lab.open(server)
    entries = files_of(share)
    moment = random.Random(seed).randrange(120, 280)
    answers = []
    starter = threading.Timer(0.8, server.start)
    for number, answer in enumerate(share.fetch(Wanted.of(key, entry) for key, entry in enumerate(entries))):
        answers.append(answer)
        if number == moment:
            server.kill()
            starter.start()
    starter.join()
    assert [answer.reason for answer in answers] == [None] * 400
    assert {answer.path: answer.pieces[0] for answer in answers} == contents
    assert sorted(answer.key for answer in answers) == list(range(400))
    assert share.links_made == 2


def test_a_connection_process_killed_while_listing_loses_no_folder(lab: Lab) -> None:
    for number in range(300):
        lab.write(f"{number % 20:02d}/{number:03d}/檔.txt", b"")
    server = lab.serve()
    share = lab.open(server)
    folders = []
    for number, listing in enumerate(share.walk()):
        assert listing.reason is None
        folders.append(listing.folder)
        if number == 60:
            server.kill_connections()
    assert len(folders) == len(set(folders)) == 1 + 20 + 300
    assert share.links_made == 2


def test_resets_and_a_stall_midway_are_survived(lab: Lab) -> None:
    contents = fill(lab, 300)
    with FaultyLink(lab.serve().port) as link:
        share = lab.open_at(link.port, timeout_seconds=1)
        answers = {}
        for number, answer in enumerate(share.fetch(Wanted.of(key, e) for key, e in enumerate(files_of(share)))):
            assert answer.path not in answers
            answers[answer.path] = answer.pieces[0]
            if number in {60, 200}:
                link.reset_all()
            if number == 130:
                link.stall()
                threading.Timer(2.5, link.flow).start()
        assert answers == contents
        assert link.connections >= 4


@pytest.mark.parametrize(
    "conf",
    ["server max protocol = SMB2_10", "server max protocol = SMB3_00", "server signing = mandatory",
     "server smb encrypt = required"],
)  # fmt: skip
def test_a_forged_answer_is_never_taken_for_content(lab: Lab, conf: str) -> None:
    contents = fill(lab, 100)
    with FaultyLink(lab.serve(conf=conf).port) as link:
        share = lab.open_at(link.port, timeout_seconds=2)
        entries = files_of(share)
        link.tamper()
        answers = {a.path: a.pieces[0] for a in share.fetch(Wanted.of(key, e) for key, e in enumerate(entries))}
        assert share.links_made >= 2
    assert answers == contents


def test_a_file_that_breaks_the_link_is_found_and_named(lab: Lab) -> None:
    contents = fill(lab, 120)
    lab.write("毒檔.doc", b"whoever opens me loses the link")
    with FaultyLink(lab.serve().port, reset_on="毒檔".encode("utf-16-le")) as link:
        share = lab.open_at(link.port)
        answers = {a.path: a for a in share.fetch(Wanted.of(key, e) for key, e in enumerate(files_of(share)))}
        assert link.cuts >= 3
    assert answers.pop("毒檔.doc").reason is ReadReason.SERVER_FAULT
    assert {path: answer.pieces[0] for path, answer in answers.items()} == contents


def test_a_folder_that_breaks_the_link_is_found_and_named(lab: Lab) -> None:
    for number in range(40):
        lab.write(f"{number}科/檔.txt", b"")
    lab.write("毒夾/檔.txt", b"")
    with FaultyLink(lab.serve().port, reset_on="毒夾".encode("utf-16-le")) as link:
        listings = {listing.folder: listing for listing in lab.open_at(link.port).walk()}
    assert listings.pop("毒夾").reason is ReadReason.SERVER_FAULT
    assert len(listings) == 41
    assert all(listing.reason is None for listing in listings.values())


def test_a_frozen_server_is_noticed_and_waited_for(lab: Lab) -> None:
    contents = fill(lab, 200)
    server = lab.serve()
    share = lab.open(server, timeout_seconds=1)
    answers = {}
    for number, answer in enumerate(share.fetch(Wanted.of(key, e) for key, e in enumerate(files_of(share)))):
        answers[answer.path] = answer.pieces[0]
        if number == 100:
            server.pause()
            threading.Timer(3, server.resume).start()
    assert answers == contents


def test_a_server_that_stays_frozen_ends_as_unavailable_not_as_a_hang(lab: Lab) -> None:
    fill(lab, 200)
    server = lab.serve()
    share = lab.open(server, timeout_seconds=1, patience=2)
    entries = files_of(share)
    server.pause()
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match="秒內未恢復"):
        list(share.fetch(Wanted.of(key, entry) for key, entry in enumerate(entries)))
    assert time.monotonic() - began < 120


def test_opening_at_a_frozen_server_ends_too(lab: Lab) -> None:
    server = lab.serve()
    server.pause()
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1"):
        lab.open(server, timeout_seconds=1)
    assert time.monotonic() - began < 10


def test_a_share_taken_away_and_given_back_is_waited_for(lab: Lab) -> None:
    contents = fill(lab, 200)
    server = lab.serve()
    share = lab.open(server)
    answers = {}
    for number, answer in enumerate(share.fetch(Wanted.of(key, e) for key, e in enumerate(files_of(share)))):
        answers[answer.path] = (answer.reason, answer.pieces)
        if number == 60:
            server.withdraw("data")
            threading.Timer(1.0, server.offer, ["data", lab.data]).start()
    assert answers == {path: (None, (content,)) for path, content in contents.items()}
    assert share.links_made >= 2


@pytest.mark.parametrize("moment", [b"NTLMSSP\0\x01", b"NTLMSSP\0\x03", "data".encode("utf-16-le")])
def test_a_server_that_falls_silent_during_log_on_is_no_hang(lab: Lab, moment: bytes) -> None:
    began = time.monotonic()
    with (
        FaultyLink(lab.serve().port, stall_on=moment) as link,
        pytest.raises(SourceUnavailable) as silent,
    ):
        lab.open_at(link.port, timeout_seconds=1)
    assert not isinstance(silent.value, AccessRefused)
    assert time.monotonic() - began < 120


def test_a_password_changed_midway_is_tried_once_and_never_again(lab: Lab) -> None:
    fill(lab, 200)
    server = lab.serve()
    share = lab.open(server)
    entries = files_of(share)
    reading = share.fetch(Wanted.of(key, entry) for key, entry in enumerate(entries))
    next(reading)
    server.stop()
    server.password = "another-" + lab.password
    server.start()
    with pytest.raises(AccessRefused):
        list(reading)
    assert server.login_attempts() == (1, 1)
