"""An unchanged share is crawled and scanned again without one read of content, as the server itself counts it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawling.inprocess import InProcessJudges
from crawling.office import AT, limits, particulars, scope, settle, vault
from crawling.papers import docx, office_folder
from inspection.crawling.begin import begin
from inspection.crawling.finish import finish, open_reading
from inspection.crawling.inventory import list_share
from inspection.crawling.read import read_shard
from inspection.crawling.scan import ScanCounts, ScanRequest, scan
from inspection.settings import reset
from inspection.shares.address import parse_address
from inspection.shares.open import open_share
from inspection.shares.share import Login, Share
from inspection.store import crawls
from servers.samba import COUNT_READS, SambaServer

SHARE = "files"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SambaServer]:
    """A Samba that logs each read of content; its share holds an office's files, one of them large."""
    files = tmp_path / SHARE
    files.mkdir()
    office_folder(files)
    # large enough to be read in pieces: another way to the content
    (files / "附圖.docx").write_bytes(docx(*["一般公文往返，請查照。"] * 5, picture_bytes=9 << 20))
    for place in (files, *files.rglob("*")):
        place.chmod(0o777)
    password = secrets.token_urlsafe(12)
    with SambaServer(
        tmp_path / "state", {SHARE: files}, user="inspector", password=password, share_conf=COUNT_READS
    ) as started:
        yield started


def crawl(server: SambaServer, run_id: str, *, minutes: int) -> int:
    """A whole crawl of the share S1; returns how many reads of content the server counted meanwhile."""
    before = server.content_reads()
    address = parse_address(server.url(SHARE))

    def opened() -> Share:
        return open_share(address, Login(server.user, server.password), with_readers=True)

    judges = InProcessJudges()
    with scope() as session:
        begin(session, **particulars(run_id, "S1", minutes=minutes))
    list_share(scope, run_id, "S1", opened, vault=vault(), limits=limits(), mask=judges.mask)
    with scope() as session:
        shards = open_reading(session, run_id, at=AT)
    for shard_id in shards:
        read_shard(scope, shard_id, opened, judges, vault=vault(), limits=limits(), now=lambda: AT)
    with scope() as session:
        finish(session, run_id, AT)
        assert crawls.share_of(session, run_id, "S1").complete
    return server.content_reads() - before


def scanned(server: SambaServer, out: Path, baseline: Path | None = None) -> tuple[ScanCounts, int]:
    """A scan of the share, and how many reads of content the server counted meanwhile."""
    before = server.content_reads()
    request = ScanRequest(server.url(SHARE), out, baseline=baseline)
    counts = scan(request, InProcessJudges(), tell=lambda _: None)
    return counts, server.content_reads() - before


@pytest.mark.usefixtures("database_url")
def test_a_second_crawl_of_an_unchanged_share_reads_no_content_and_a_third_only_what_changed(
    server: SambaServer,
) -> None:
    settle("S1")
    files = sum(1 for path in server.shares[SHARE].rglob("*") if path.is_file())

    assert crawl(server, "R1", minutes=0) >= files
    assert crawl(server, "R2", minutes=5) == 0

    # the count is alive: one file changed is one file read
    (server.shares[SHARE] / "附件.zip").write_bytes(docx("改過了"))
    assert 1 <= crawl(server, "R3", minutes=10) < files // 10


def test_a_scan_with_a_baseline_of_an_unchanged_share_reads_no_content(
    server: SambaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTION_SMB_PASSWORD", server.password)
    reset()
    first, second, third = (tmp_path / f"{name}.jsonl" for name in ("first", "second", "third"))

    counts, reads = scanned(server, first)
    assert reads >= counts.seen > 60

    counts, reads = scanned(server, second, baseline=first)
    assert (reads, counts.carried, counts.done) == (0, counts.seen, counts.seen)
    assert sorted(second.read_bytes().splitlines()) == sorted(first.read_bytes().splitlines())

    (server.shares[SHARE] / "附件.zip").write_bytes(docx("改過了"))
    counts, reads = scanned(server, third, baseline=first)
    assert (counts.carried, counts.done) == (counts.seen - 1, counts.seen)
    assert 1 <= reads < counts.seen // 10
    paths = [json.loads(line)["path"] for line in third.read_text(encoding="utf-8").splitlines()]
    assert "附件.zip!/inner" not in paths


def test_a_row_bears_the_hash_of_the_whole_file_or_says_that_only_pieces_were_read(
    server: SambaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTION_SMB_PASSWORD", server.password)
    reset()
    folder = server.shares[SHARE]
    (folder / "小圖.docx").write_bytes(docx(*["一般公文往返，請查照。"] * 5, picture_bytes=6 << 20))
    scanned(server, tmp_path / "rows.jsonl")

    lines = (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    rows = {row["path"]: row for row in map(json.loads, lines) if "within" not in row}
    large = rows.pop("附圖.docx")
    assert (large["content_sha256"], large["hints"], large["verdict"]) == (
        None,
        ["pictures", "read_in_pieces"],
        "clean",
    )
    for path, row in rows.items():
        if (folder / path).exists():  # what was found in a path is hidden in its row
            assert row["content_sha256"] == hashlib.sha256((folder / path).read_bytes()).hexdigest()
            assert "read_in_pieces" not in row["hints"]
    assert "小圖.docx" in rows
