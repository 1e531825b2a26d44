"""Reading shards: every file once, whatever dies; exact reasons; nothing in clear; two at once do no harm."""

from __future__ import annotations

import logging
import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from conftest import SambaWithShare
from crawling.inprocess import InProcessJudges
from crawling.office import AT, CountingShare, dump, files_of, limits, particulars, scope, settle, vault
from crawling.papers import docx, office_folder, roster_text
from inspection.crawling import read as reading
from inspection.crawling.begin import begin
from inspection.crawling.finish import finish, open_reading
from inspection.crawling.inventory import list_share
from inspection.crawling.pipeline import paced
from inspection.crawling.read import ReadCounts, read_shard
from inspection.errors import ServerQuiet, SourceUnavailable
from inspection.model import CrawledFile, CrawlRun, Hit
from inspection.model.lifecycle import CrawlState
from inspection.rules.crawl_limits import CrawlLimits, QuietHours, Rates, Server
from inspection.shares.address import parse_address
from inspection.shares.open import open_share
from inspection.shares.share import Login, Share, Wanted
from inspection.store import crawls
from inspection.vocabulary import ReadReason, ReadStatus, Verdict

Opener = Callable[[], Share]


def samba_opener(samba: SambaWithShare) -> Opener:
    address = parse_address(samba.server.url("files", samba.files.name))
    return lambda: open_share(address, Login(samba.server.user, samba.server.password))


def crawl(opener: Opener, run_id: str = "R1", *, minutes: int = 0, judges: InProcessJudges | None = None) -> None:
    """A whole crawl of the share S1."""
    begin_and_list(opener, run_id, minutes=minutes)
    for shard_id in shards_left(run_id):
        read_one(opener, shard_id, judges)
    with scope() as session:
        finish(session, run_id, AT + timedelta(minutes=minutes))


def begin_and_list(opener: Opener, run_id: str = "R1", *, minutes: int = 0, limit: CrawlLimits | None = None) -> None:
    with scope() as session:
        begin(session, **particulars(run_id, "S1", minutes=minutes))
    list_share(scope, run_id, "S1", opener, vault=vault(), limits=limit or limits(), mask=InProcessJudges().mask)


def shards_left(run_id: str) -> list[str]:
    with scope() as session:
        return open_reading(session, run_id, at=AT)


def read_one(opener: Opener, shard_id: str, judges: InProcessJudges | None = None, **more: Any) -> ReadCounts:
    arguments: dict[str, Any] = {"vault": vault(), "limits": limits(), "now": lambda: AT} | more
    return read_shard(scope, shard_id, opener, judges or InProcessJudges(), **arguments)


def rows() -> dict[str, CrawledFile]:
    with scope() as session:
        return {vault().open(row.path_sealed)[0]: row for row in session.scalars(select(CrawledFile))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "share"
    made.mkdir()
    return made


@pytest.mark.usefixtures("database_url")
@pytest.mark.clause("S0-08")
def test_a_crawl_over_smb_reads_every_file_marks_and_hits_and_is_complete(samba: SambaWithShare) -> None:
    settle("S1")
    office_folder(samba.files)
    samba.files.chmod(0o777)

    crawl(samba_opener(samba))

    found = rows()
    outer = {path: row for path, row in found.items() if row.outer_id is None}
    assert len(outer) == sum(1 for path in samba.files.rglob("*") if path.is_file())
    assert {row.status for row in outer.values()} == {ReadStatus.SCANNED}
    roster = found["第3課/案件003/名冊.docx"]
    assert (roster.verdict, roster.mark) == (Verdict.UNMARKED_SENSITIVE, None)
    assert roster.broad_readers is not None
    marked = found["第2課/案件007/通知.docx"]
    assert marked.mark is not None
    assert (marked.mark["level"], marked.mark["zone"]) == ("密", "header")
    inner = found["附件.zip!/inner"]
    assert (inner.outer_id, inner.verdict) == (found["附件.zip"].id, Verdict.UNMARKED_SENSITIVE)
    with scope() as session:
        hits = {hit.detector: hit for hit in session.scalars(select(Hit).where(Hit.crawled_file_id == roster.id))}
        share = crawls.share_of(session, "R1", "S1")
        assert (share.seen, share.scanned, share.unreadable, share.complete) == (len(outer), len(outer), {}, True)
        assert session.get_one(CrawlRun, "R1").state is CrawlState.COMPLETE
    assert hits["PII-NID"].people == 6


@pytest.mark.usefixtures("database_url")
def test_the_same_crawl_twice_leaves_every_table_as_it_was(folder: Path) -> None:
    settle("S1")
    office_folder(folder)
    crawl(lambda: CountingShare(folder))
    before = dump()
    second = CountingShare(folder)
    crawl(lambda: second)
    assert dump() == before
    assert second.opened == []


@pytest.mark.usefixtures("database_url")
def test_an_unchanged_tree_is_crawled_again_without_opening_a_file_and_with_equal_findings(folder: Path) -> None:
    settle("S1")
    office_folder(folder)
    crawl(lambda: CountingShare(folder))
    again = CountingShare(folder)

    crawl(lambda: again, "R2", minutes=5)

    assert again.opened == []
    assert findings("R1") == findings("R2") != {}
    with scope() as session:
        assert crawls.share_of(session, "R2", "S1").complete


def findings(run_id: str) -> dict[str, Any]:
    """What a crawl says of each file, by path."""
    with scope() as session:
        files = files_of(session, run_id)
        hits = {
            file.id: sorted(
                (hit.detector, hit.count, hit.people, hit.severity, tuple(hit.excerpts), tuple(hit.locators))
                for hit in session.scalars(select(Hit).where(Hit.crawled_file_id == file.id))
            )
            for file in files
        }
        return {
            file.path_key: (
                file.path_shown, file.status, file.reason, file.verdict, file.severity, file.mark, file.content_key,
                hits[file.id],
            )
            for file in files
        }  # fmt: skip


@pytest.mark.usefixtures("database_url")
def test_changes_since_the_last_crawl_are_read_and_nothing_else(folder: Path) -> None:
    settle("S1")
    office_folder(folder)
    crawl(lambda: CountingShare(folder))
    (folder / "第0課" / "案件000" / "會辦單.txt").write_text(roster_text(random.Random(3))[0], encoding="utf-8")
    again = CountingShare(folder)

    crawl(lambda: again, "R2", minutes=5)

    assert again.opened == ["第0課/案件000/會辦單.txt"]
    with scope() as session:
        changed = session.scalars(
            select(CrawledFile).where(
                CrawledFile.run_id == "R2", CrawledFile.path_key == vault().path_key("第0課/案件000/會辦單.txt")
            )
        ).one()
    assert changed.verdict is Verdict.UNMARKED_SENSITIVE


class Killed(BaseException):
    """The end of a worker, as nothing catches it."""


class KilledMidway(InProcessJudges):
    """Dies after some files."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._left = after

    def judge(self, files: Any) -> Iterator[Any]:
        for judged in super().judge(files):
            if not self._left:
                raise Killed
            self._left -= 1
            yield judged


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_a_killed_reader_loses_nothing_and_what_is_written_is_not_read_again(
    folder: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle("S1")
    office_folder(folder, files=80)
    monkeypatch.setattr(reading, "BATCH_FILES", 5)
    begin_and_list(lambda: CountingShare(folder))
    (shard_id,) = shards_left("R1")
    total = len(rows())
    share = CountingShare(folder)
    with pytest.raises(Killed):
        read_one(
            lambda: share, shard_id, KilledMidway(random.Random(seed).randint(total * 35 // 100, total * 65 // 100))
        )
    written = {path for path, row in rows().items() if row.outer_id is None and row.status is not None}
    assert 0.3 <= len(written) / total <= 0.7

    rest = CountingShare(folder)
    counts = read_one(lambda: rest, shard_id)

    assert not written & set(rest.opened)
    assert (counts.waiting, counts.scanned, counts.read_now) == (0, total, total - len(written))
    with scope() as session:
        finish(session, "R1", AT)
    crawl(lambda: CountingShare(folder), "R2", minutes=5)
    assert findings("R1") == findings("R2")


@pytest.mark.usefixtures("database_url")
def test_two_readers_of_one_shard_at_once_write_every_row_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle("S1")
    office_folder(folder, files=80)
    monkeypatch.setattr(reading, "BATCH_FILES", 4)
    begin_and_list(lambda: CountingShare(folder))
    (shard_id,) = shards_left("R1")
    results: list[ReadCounts] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(read_one(lambda: CountingShare(folder), shard_id))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    outer = [row for row in rows().values() if row.outer_id is None]
    assert sum(counts.read_now for counts in results) == len(outer)
    assert all(row.status is ReadStatus.SCANNED for row in outer)
    with scope() as session:
        finish(session, "R1", AT)
        hits = [(hit.crawled_file_id, hit.detector) for hit in session.scalars(select(Hit))]
    assert max(Counter(hits).values()) == 1
    crawl(lambda: CountingShare(folder), "R2", minutes=5)
    assert findings("R1") == findings("R2")


@pytest.mark.usefixtures("database_url")
def test_locked_denied_vanished_encrypted_and_broken_files_end_with_their_exact_reason(samba: SambaWithShare) -> None:
    settle("S1")
    samba.files.chmod(0o777)
    for name in ("讀得到.txt", "鎖住.txt", "拒絕.txt", "消失.txt"):
        (samba.files / name).write_text("一般公文", encoding="utf-8")
    (samba.files / "壞.docx").write_bytes(docx("x")[:-30])
    (samba.files / "亂.bin").write_bytes(random.Random(2).randbytes(3000))
    begin_and_list(samba_opener(samba))
    (shard_id,) = shards_left("R1")
    (samba.files / "消失.txt").unlink()

    with opened_exclusively(samba, "鎖住.txt"), denied(samba.files / "拒絕.txt"):
        read_one(samba_opener(samba), shard_id)

    ended = {path: (row.status, row.reason, row.verdict) for path, row in rows().items()}
    unreadable = ReadStatus.UNREADABLE
    assert ended["讀得到.txt"] == (ReadStatus.SCANNED, None, Verdict.CLEAN)
    assert ended["鎖住.txt"] == (unreadable, ReadReason.LOCKED, Verdict.UNKNOWN)
    assert ended["消失.txt"] == (unreadable, ReadReason.VANISHED, Verdict.UNKNOWN)
    assert ended["壞.docx"] == (unreadable, ReadReason.CORRUPT, Verdict.UNKNOWN)
    assert ended["亂.bin"] == (unreadable, ReadReason.UNSUPPORTED_FORMAT, Verdict.UNKNOWN)
    if os.geteuid():  # root's smbd reads everything
        assert ended["拒絕.txt"] == (unreadable, ReadReason.ACCESS_DENIED, Verdict.UNKNOWN)
    with scope() as session:
        finish(session, "R1", AT)
        assert crawls.share_of(session, "R1", "S1").complete is False


@contextmanager
def opened_exclusively(samba: SambaWithShare, name: str) -> Iterator[None]:
    """Another user has the file open and shares it with nobody."""
    import smbclient

    url = rf"\\{samba.server.host}\files\{samba.files.name}\{name}"
    account = {"username": samba.server.user, "password": samba.server.password, "port": samba.server.port}
    cache: dict[str, object] = {}
    try:
        with smbclient.open_file(url, mode="rb", share_access=None, connection_cache=cache, **account):
            yield
    finally:  # else the session stays, and whoever counts sessions at this server counts it
        smbclient.reset_connection_cache(connection_cache=cache)


@contextmanager
def denied(file: Path) -> Iterator[None]:
    file.chmod(0)
    try:
        yield
    finally:
        file.chmod(0o644)


@pytest.mark.usefixtures("database_url")
def test_nothing_planted_is_in_any_row_log_or_error(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, database_url: str
) -> None:
    caplog.set_level(logging.DEBUG)
    settle("S1")
    planted = office_folder(folder)
    crawl(lambda: CountingShare(folder))
    written = repr(dump())
    if database_url.startswith("sqlite"):
        for file in tmp_path.glob("inspection.db*"):
            written += file.read_bytes().decode("utf-8", "replace")
    shown = written + caplog.text
    assert any("****" in row.path_shown for row in rows().values())
    assert [secret for secret in planted if secret in shown or secret[1:] in shown] == []


@pytest.mark.usefixtures("database_url")
def test_a_large_office_file_is_read_by_the_pieces_that_hold_its_text(samba: SambaWithShare) -> None:
    settle("S1")
    samba.files.chmod(0o777)
    text, _ = roster_text(random.Random(9))
    big = docx(*text.splitlines(), picture_bytes=6 << 20)
    (samba.files / "大.docx").write_bytes(big)
    opener = samba_opener(samba)
    fetched: list[int] = []

    def counting() -> Share:
        share = opener()
        fetch = share.fetch

        def counted(wanted: Any) -> Iterator[Any]:
            for one in fetch(wanted):
                fetched.append(sum(map(len, one.pieces)))
                yield one

        share.fetch = counted  # type: ignore[method-assign]
        return share

    crawl(counting)

    assert rows()["大.docx"].verdict is Verdict.UNMARKED_SENSITIVE
    assert 0 < sum(fetched) < len(big) // 10


@pytest.mark.usefixtures("database_url")
def test_a_server_in_its_quiet_hours_is_left_alone_until_they_end(folder: Path) -> None:
    settle("S1")
    office_folder(folder, files=10)
    quiet = Server(id="fs.test", quiet=(QuietHours.model_validate({"from": "08:30", "until": "10:00"}),))
    with scope() as session:
        begin(session, **particulars("R1", "S1"))
    never = CountingShare(folder)
    asked = {"vault": vault(), "limits": limits(servers=(quiet,)), "mask": InProcessJudges().mask, "host": "fs.test"}
    with pytest.raises(ServerQuiet, match="10:00"):  # listing is work for a server too
        list_share(scope, "R1", "S1", lambda: never, now=lambda: AT, **asked)
    begin_and_list(lambda: CountingShare(folder))
    (shard_id,) = shards_left("R1")
    share = CountingShare(folder)
    with pytest.raises(ServerQuiet, match="10:00"):
        read_one(lambda: share, shard_id, limits=limits(servers=(quiet,)), host="FS.test")
    assert share.opened == []
    assert not {row.status for row in rows().values()} - {None}
    later = datetime.fromisoformat("2026-10-12T10:00:00+08:00")
    counts = read_one(lambda: share, shard_id, limits=limits(servers=(quiet,)), host="FS.test", now=lambda: later)
    assert counts.waiting == 0


def test_rates_hold_files_and_bytes_back_as_a_clock_tells_and_a_server_may_have_its_own() -> None:
    at, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))
        at[0] += seconds

    files = [Wanted(key, f"{key}.txt", 2_000_000) for key in range(4)]
    by_files = paced(files, files_per_second=2, bytes_per_second=0, sleep=sleep, monotonic=lambda: at[0])
    assert list(by_files) == files
    assert slept == [0.5, 0.5, 0.5]

    slept.clear()
    by_both = paced(files, files_per_second=2, bytes_per_second=1_000_000, sleep=sleep, monotonic=lambda: at[0])
    for _ in by_both:
        at[0] += 0.5  # reading takes its time too, which counts
    assert slept == [2.0, 2.0, 2.0]

    slept.clear()
    assert list(paced(files, files_per_second=0, bytes_per_second=0, sleep=sleep, monotonic=lambda: at[0])) == files
    assert slept == []

    own = limits(servers=(Server(id="old.test", rates=Rates(files_per_second=5)),))
    assert own.rates_of("OLD.test").files_per_second == 5
    assert own.rates_of("new.test") == own.rates


def test_quiet_hours_run_past_midnight_and_keep_their_days() -> None:
    hours = QuietHours.model_validate({"from": "22:00", "until": "06:00", "days": [5]})
    friday = datetime.fromisoformat("2026-10-16T23:00:00+08:00")
    assert hours.end(friday) == datetime.fromisoformat("2026-10-17T06:00:00+08:00")
    assert hours.end(friday + timedelta(hours=6)) == datetime.fromisoformat("2026-10-17T06:00:00+08:00")
    assert hours.end(friday + timedelta(hours=7)) is None
    assert hours.end(friday - timedelta(days=1)) is None


@pytest.mark.usefixtures("database_url")
def test_a_share_that_goes_away_keeps_what_was_read_and_the_next_call_goes_on(folder: Path) -> None:
    settle("S1")
    office_folder(folder, files=30)
    begin_and_list(lambda: CountingShare(folder))
    (shard_id,) = shards_left("R1")

    class GoingAway(CountingShare):
        def fetch(self, wanted: Any) -> Iterator[Any]:
            for number, fetched in enumerate(super().fetch(wanted)):
                if number == 12:
                    raise SourceUnavailable("the server does not answer")
                yield fetched

    with pytest.raises(SourceUnavailable):
        read_one(lambda: GoingAway(folder), shard_id)
    assert sum(1 for row in rows().values() if row.status) >= 12
    assert read_one(lambda: CountingShare(folder), shard_id).waiting == 0


@pytest.mark.usefixtures("database_url")
def test_a_reader_opens_no_share_where_nothing_is_left(folder: Path) -> None:
    settle("S1")
    office_folder(folder, files=5)
    crawl(lambda: CountingShare(folder))

    def never() -> Share:
        raise AssertionError("the share was opened")

    with scope() as session:
        (shard_id,) = (shard.id for shard in crawls.shards_of(session, "R1"))
    assert read_one(never, shard_id).read_now == 0
