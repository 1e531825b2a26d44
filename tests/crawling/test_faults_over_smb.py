"""Whole crawls over a Samba that fails in every way we know: complete with reasons or gone on with, nothing lost."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select

from crawling.inprocess import InProcessJudges
from crawling.office import AT, limits, particulars, scope, settle, vault
from crawling.papers import office_folder
from inspection.crawling.begin import begin
from inspection.crawling.finish import finish, open_reading
from inspection.crawling.inventory import list_share
from inspection.crawling.judging import FileToJudge, Judged
from inspection.crawling.read import read_shard
from inspection.errors import AccessRefused, SourceUnavailable
from inspection.model import CrawledFile, CrawlRun, CrawlShare
from inspection.model.lifecycle import CrawlState
from inspection.shares.share import Share
from inspection.vocabulary import ReadReason, ReadStatus
from servers.faulty_link import FaultyLink
from shares.lab import Lab

pytestmark = pytest.mark.slow
Strike = Callable[[], None]


@pytest.fixture
def lab() -> Iterator[Lab]:
    # pytest's own folders are closed to other accounts, and the server is one
    folder = Path(tempfile.mkdtemp(prefix="inspection-faults-"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        made = Lab(folder, stack)
        office_folder(made.data, files=80)
        yield made
    shutil.rmtree(folder, ignore_errors=True)


class Struck(InProcessJudges):
    """Something befalls the server while the crawl is on its way: after some files, once."""

    def __init__(self, strike: Strike, after: int = 20) -> None:
        super().__init__()
        self._strike = strike
        self._after = after

    def judge(self, files: Iterable[FileToJudge]) -> Iterator[Judged]:
        for number, judged in enumerate(super().judge(files)):
            if number == self._after:
                self._strike()
            yield judged


def crawl(opened: Callable[[], Share], judges: InProcessJudges | None = None, run_id: str = "R1") -> CrawlShare:
    """The whole crawl of one share; what its coverage says."""
    judges = judges or InProcessJudges()
    with scope() as session:
        begin(session, **particulars(run_id, "S1"))
    list_share(scope, run_id, "S1", opened, vault=vault(), limits=limits(), mask=judges.mask)
    with scope() as session:
        shards = open_reading(session, run_id, at=AT)
    for shard_id in shards:
        read_shard(scope, shard_id, opened, judges, vault=vault(), limits=limits(), now=lambda: AT)
    with scope() as session:
        finish(session, run_id, AT)
        assert session.get_one(CrawlRun, run_id).state is CrawlState.COMPLETE
        share = session.get_one(CrawlShare, (run_id, "S1"))
        session.expunge(share)
        return share


def ended(run_id: str = "R1") -> dict[str, tuple[ReadStatus | None, ReadReason | None]]:
    """How each outer file ended, by its true path."""
    with scope() as session:
        query = select(CrawledFile).where(CrawledFile.run_id == run_id, CrawledFile.outer_id.is_(None))
        return {vault().open(row.path_sealed)[0]: (row.status, row.reason) for row in session.scalars(query)}


def on_disk(lab: Lab) -> set[str]:
    return {path.relative_to(lab.data).as_posix() for path in lab.data.rglob("*") if path.is_file()}


def all_read(lab: Lab) -> dict[str, tuple[ReadStatus, None]]:
    return dict.fromkeys(on_disk(lab), (ReadStatus.SCANNED, None))


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("moment", [0, 40])
def test_a_server_killed_and_started_again_midway_is_crawled_to_the_end(lab: Lab, moment: int) -> None:
    settle("S1")
    server = lab.serve()

    def power_cut() -> None:
        server.kill()
        threading.Timer(0.5, server.start).start()

    share = crawl(lambda: lab.open(server), Struck(power_cut, moment))

    assert (share.complete, share.unreadable) == (True, {})
    assert ended() == all_read(lab)


@pytest.mark.usefixtures("database_url")
def test_reset_and_stalled_connections_are_crawled_to_the_end(lab: Lab) -> None:
    settle("S1")
    with FaultyLink(lab.serve().port) as link:

        def trouble() -> None:
            link.reset_all()
            link.stall()
            threading.Timer(1.5, link.flow).start()

        share = crawl(lambda: lab.open_at(link.port, timeout_seconds=1), Struck(trouble))
        assert link.connections >= 3
    assert share.complete
    assert ended() == all_read(lab)


@pytest.mark.usefixtures("database_url")
def test_a_server_that_stays_away_leaves_the_rest_waiting_and_the_next_call_goes_on(lab: Lab) -> None:
    settle("S1")
    server = lab.serve()
    with pytest.raises(SourceUnavailable):
        crawl(lambda: lab.open(server, patience=1), Struck(server.kill))
    before = ended()
    read = {path for path, (status, _) in before.items() if status is not None}
    assert set(before) == on_disk(lab)
    assert 20 < len(read) < len(before)

    server.start()
    judges = InProcessJudges()
    assert crawl(lambda: lab.open(server), judges).complete
    assert ended() == all_read(lab)
    assert not read & set(judges.judged)


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize(
    "conf", ["server smb encrypt = required", "server max protocol = SMB2_10", "server min protocol = SMB2_02"]
)
def test_a_server_that_demands_encryption_or_knows_only_old_dialects_is_crawled(lab: Lab, conf: str) -> None:
    settle("S1")
    server = lab.serve(conf=conf)
    assert crawl(lambda: lab.open(server)).complete
    assert ended() == all_read(lab)


@pytest.mark.usefixtures("database_url")
def test_a_dialect_without_chains_is_crawled_by_plain_calls_and_the_log_says_so(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    settle("S1")
    server = lab.serve(conf="server min protocol = SMB2_02\nserver max protocol = SMB2_02")
    with caplog.at_level(logging.WARNING, logger="inspection"):
        assert crawl(lambda: lab.open(server)).complete
    assert ended() == all_read(lab)
    assert "改以一般方式逐檔讀取，需時較久" in caplog.text


@pytest.mark.usefixtures("database_url")
def test_a_denied_folder_is_counted_and_keeps_the_share_from_closing_anything(lab: Lab) -> None:
    settle("S1")
    (lab.data / "人事室").mkdir()
    (lab.data / "人事室" / "名冊.txt").write_text("甲", encoding="utf-8")
    (lab.data / "人事室").chmod(0)
    server = lab.serve()
    share = crawl(lambda: lab.open(server))
    assert (share.listed, share.folders_refused, share.complete) == (True, 1, False)
    assert set(ended().values()) == {(ReadStatus.SCANNED, None)}


@pytest.mark.usefixtures("database_url")
def test_dfs_links_dead_and_alive_are_followed_by_plain_calls_and_the_log_says_so(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    settle("S1")
    target = lab.folder / "elsewhere"
    (target / "內").mkdir(parents=True)
    (target / "內/檔.txt").write_text("一般公文", encoding="utf-8")
    here = on_disk(lab)
    (lab.data / "連結").symlink_to(r"msdfs:127.0.0.1\other")
    (lab.data / "死連結").symlink_to(r"msdfs:127.0.0.1\nothing")
    (lab.data / "繞圈").symlink_to(r"msdfs:127.0.0.1\data")
    server = lab.serve(conf="host msdfs = yes", share_conf="msdfs root = yes", shares={"other": target})
    with caplog.at_level(logging.WARNING, logger="inspection"):
        share = crawl(lambda: lab.open(server, timeout_seconds=3))
    found = ended()
    assert here | {"連結/內/檔.txt"} <= set(found)
    assert all(status is not None for status, _ in found.values())
    assert share.folders_refused >= 1
    assert not share.complete
    assert "以一般方式逐檔讀取" in caplog.text


@pytest.mark.usefixtures("database_url")
def test_a_wrong_password_is_tried_once_for_the_whole_crawl(lab: Lab) -> None:
    settle("S1")
    server = lab.serve()
    lab.password = f"{lab.password}!"
    with scope() as session:
        begin(session, **particulars("R1", "S1"))
    listed = list_share(
        scope, "R1", "S1", lambda: lab.open(server), vault=vault(), limits=limits(), mask=InProcessJudges().mask
    )
    assert (listed.listed, listed.reason) == (False, ReadReason.ACCESS_DENIED)
    assert server.login_attempts() == (0, 1)
    with pytest.raises(AccessRefused):
        lab.open(server)


@pytest.mark.usefixtures("database_url")
def test_a_file_cut_short_while_it_is_read_is_told_as_changed_and_the_rest_is_whole(lab: Lab) -> None:
    settle("S1")
    file = lab.write("變短.txt", "一般公文。".encode() * 600_000)
    server = lab.serve()
    share = lab.open(server)
    (listed,) = (e for listing in share.walk() for e in listing.entries if e.path == "變短.txt")
    assert listed.size_bytes > 8 << 20
    share.close()

    def cut() -> None:
        with file.open("r+b") as stream:
            stream.truncate(3000)

    crawl(lambda: lab.open(server), Struck(cut, 0))
    assert ended()["變短.txt"] == (ReadStatus.SCANNED, None)
    assert set(ended()) == on_disk(lab)


@pytest.mark.usefixtures("database_url")
def test_deep_folders_and_the_longest_names_are_crawled(lab: Lab) -> None:
    settle("S1")
    deep = "/".join(f"第{number:02d}層資料夾" for number in range(40))
    lab.write(f"{deep}/檔.txt", "一般公文".encode())
    lab.write("名" * 83 + ".txt", "一般公文".encode())
    lab.write("空.txt", b"")
    server = lab.serve()
    assert crawl(lambda: lab.open(server)).complete
    assert ended() == all_read(lab)
    assert f"{deep}/檔.txt" in ended()
