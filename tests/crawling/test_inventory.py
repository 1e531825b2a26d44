"""What listing a share writes: a row per file, unchanged ones carried over, shards of equal work."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from crawling.office import AT, dump, files_of, limits, particulars, scope, settle, vault
from inspection.crawling import inventory
from inspection.crawling.begin import begin
from inspection.crawling.finish import finish, open_reading
from inspection.crawling.inventory import ListedShare, cut, list_share
from inspection.errors import AccessRefused, Conflict, NotAllowed, NotFound, SourceUnavailable
from inspection.model import CrawledFile, CrawlFolder, CrawlShare
from inspection.model.lifecycle import CampaignState, CrawlState
from inspection.rules.crawl_limits import CrawlLimits
from inspection.shares.local import LocalShare
from inspection.shares.share import Share
from inspection.store import crawls, history
from inspection.vocabulary import ReadReason, ReadStatus, Verdict


def hide_digits(path: str) -> str:
    """Masks the way detection does: what was found is not shown."""
    return "".join("*" if character.isdigit() else character for character in path)


def list_folder(
    folder: Path, run_id: str = "R1", share_id: str = "S1", limit: CrawlLimits | None = None
) -> ListedShare:
    return list_share(
        scope, run_id, share_id, lambda: LocalShare(folder), vault=vault(), limits=limit or limits(), mask=hide_digits
    )


def start(run_id: str, *share_ids: str, rules_version: str = "r1", minutes: int = 0) -> None:
    with scope() as session:
        begin(session, **particulars(run_id, *share_ids, rules_version=rules_version, minutes=minutes))


def mark_all_read(run_id: str, *, calm: bool = True) -> None:
    """Ends every waiting file of a crawl and closes it; where not calm there is something to be said of each."""
    with scope() as session:
        session.execute(
            update(CrawledFile)
            .where(CrawledFile.run_id == run_id, CrawledFile.status.is_(None))
            .values(status=ReadStatus.SCANNED, verdict=Verdict.CLEAN, hints=[] if calm else ["changed_while_read"])
        )
        finish(session, run_id, AT)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    for name in ("一課/甲.txt", "一課/乙.txt", "二課/丙.txt", "丁.txt"):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"內容 {name}", encoding="utf-8")
    return folder


@pytest.mark.usefixtures("database_url")
def test_every_file_gets_one_row_with_its_path_masked_keyed_and_sealed(tree: Path) -> None:
    settle("S1")
    start("R1", "S1")
    digits = str(secrets.randbelow(10**9)).zfill(9)
    (tree / f"名冊{digits}.txt").write_text("x", encoding="utf-8")

    listed = list_folder(tree)

    assert (listed.listed, listed.seen, listed.carried, listed.reason) == (True, 5, 0, None)
    assert len(listed.shard_ids) == 1
    with scope() as session:
        rows = list(session.scalars(select(CrawledFile)))
    assert {vault().open(row.path_sealed)[0] for row in rows} == {
        "一課/甲.txt", "一課/乙.txt", "二課/丙.txt", "丁.txt", f"名冊{digits}.txt",
    }  # fmt: skip
    assert {row.path_shown for row in rows} >= {"一課/甲.txt", "名冊*********.txt"}
    assert all(row.status is None and row.shard_id == listed.shard_ids[0] for row in rows)
    assert digits not in repr([(row.path_shown, row.path_key, row.path_sealed, row.mark) for row in rows])


@pytest.mark.usefixtures("database_url")
def test_listing_twice_leaves_the_database_as_it_was(tree: Path) -> None:
    settle("S1")
    start("R1", "S1")
    first = list_folder(tree)
    before = dump()
    (tree / "後來.txt").write_text("x", encoding="utf-8")

    assert list_folder(tree) == first
    start("R1", "S1")
    assert dump() == before


@pytest.mark.usefixtures("database_url")
def test_a_listing_killed_midway_goes_on_without_losing_or_doubling_a_file(tree: Path) -> None:
    settle("S1")
    start("R1", "S1")

    class Dying(LocalShare):
        def walk(self, start: str = "", *, skip: object = None) -> object:  # type: ignore[override]
            listings = super().walk(start)
            yield next(listings)
            yield next(listings)
            raise KeyboardInterrupt

    def broken() -> Share:
        return Dying(tree)  # type: ignore[return-value]

    before, inventory.BATCH_FILES = inventory.BATCH_FILES, 1
    try:
        with pytest.raises(KeyboardInterrupt):
            list_share(scope, "R1", "S1", broken, vault=vault(), limits=limits(), mask=str)
    finally:
        inventory.BATCH_FILES = before
    with scope() as session:
        written = len(list(session.scalars(select(CrawledFile))))
    assert 0 < written < 4

    assert list_folder(tree).seen == 4
    with scope() as session:
        assert len(list(session.scalars(select(CrawledFile)))) == 4


@pytest.mark.usefixtures("database_url")
def test_unchanged_files_are_carried_over_and_changed_ones_wait_for_reading(tree: Path) -> None:
    settle("S1")
    start("R1", "S1")
    list_folder(tree)
    mark_all_read("R1")
    (tree / "一課" / "甲.txt").write_text("別的內容", encoding="utf-8")
    (tree / "新.txt").write_text("x", encoding="utf-8")
    (tree / "丁.txt").unlink()

    start("R2", "S1", minutes=1)
    listed = list_folder(tree, "R2")

    assert (listed.seen, listed.carried) == (4, 2)
    with scope() as session:
        rows = {
            row.path_shown: (row.status, row.carried_from)
            for row in session.scalars(select(CrawledFile).where(CrawledFile.run_id == "R2"))
        }
        (calm,) = session.scalars(
            select(CrawlFolder).where(CrawlFolder.run_id == "R2", CrawlFolder.source_id.is_not(None))
        )
    assert rows == {
        "一課/甲.txt": (None, None),
        "新.txt": (None, None),
        "一課/乙.txt": (ReadStatus.SCANNED, "R1"),
    }, "of a folder that has changed each file is a row"
    assert (calm.files, calm.source_id) == (1, "R1"), "one that has not stands in the rows of the crawl that read it"

    mark_all_read("R2")
    start("R3", "S1", minutes=2)
    assert list_folder(tree, "R3").carried == 4
    with scope() as session:
        own = session.scalar(select(func.count()).select_from(CrawledFile).where(CrawledFile.run_id == "R3"))
        assert own == 0, "an unchanged tree writes no row for any of its files"
        rows = {row.path_shown: (row.run_id, row.carried_from) for row in files_of(session, "R3")}
        assert crawls.coverage(session, "R3") == [("S1", ReadStatus.SCANNED, None, False, 4)]
    assert rows == {
        "一課/甲.txt": ("R2", None),
        "新.txt": ("R2", None),
        "一課/乙.txt": ("R2", "R1"),
        "二課/丙.txt": ("R1", None),
    }

    mark_all_read("R3")
    (tree / "二課" / "戊.txt").write_text("x", encoding="utf-8")
    start("R4", "S1", minutes=3)
    assert list_folder(tree, "R4").carried == 4
    with scope() as session:
        rows = {
            row.path_shown: (row.run_id, row.status, row.carried_from)
            for row in files_of(session, "R4")
            if row.path_shown.startswith("二課")
        }
    assert rows == {"二課/丙.txt": ("R4", ReadStatus.SCANNED, "R1"), "二課/戊.txt": ("R4", None, None)}, (
        "what stood two crawls back is found"
    )


@pytest.mark.usefixtures("database_url")
def test_what_a_crawl_read_that_knew_no_folders_is_carried_once_file_by_file(tree: Path) -> None:
    settle("S1")
    start("R1", "S1")
    list_folder(tree)
    mark_all_read("R1")
    with scope() as session:  # as it stood before the upgrade
        session.execute(update(CrawledFile).values(folder_key=None))
        session.execute(CrawlFolder.__table__.delete())
    for run_id, minutes, own in (("R2", 1, 4), ("R3", 2, 0)):
        start(run_id, "S1", minutes=minutes)
        assert list_folder(tree, run_id).carried == 4
        mark_all_read(run_id)
        with scope() as session:
            rows = select(func.count()).select_from(CrawledFile).where(CrawledFile.run_id == run_id)
            assert session.scalar(rows) == own
            assert len(files_of(session, run_id)) == 4


@pytest.mark.usefixtures("database_url")
def test_figures_count_what_stands_in_an_earlier_crawl_and_a_later_try_overrules_it(tree: Path) -> None:
    settle("S1")
    start("R1", "S1")
    list_folder(tree)
    with scope() as session:
        session.execute(update(CrawledFile).values(broad_readers=[]))
        session.execute(
            update(CrawledFile).where(CrawledFile.path_shown == "丁.txt").values(broad_readers=["Everyone"])
        )
    mark_all_read("R1")
    with scope() as session:
        first = history.crawled(session, "C1")
    assert (first["files"], first["files_known"], first["files_open"], first["open_shares"]) == (4, 4, 1, 1)

    start("R2", "S1", minutes=1)
    assert list_folder(tree, "R2").carried == 4
    with scope() as session:  # the listing broke off, and is done again on what has changed meanwhile
        session.execute(update(CrawlShare).where(CrawlShare.run_id == "R2").values(listed=False))
    (tree / "二課" / "丙.txt").write_text("別的內容", encoding="utf-8")
    assert list_folder(tree, "R2").carried == 3
    (tree / "二課" / "丙.txt").unlink()
    mark_all_read("R2")
    with scope() as session:
        assert crawls.share_of(session, "R2", "S1").complete
        again = history.crawled(session, "C1")
        assert [row.path_shown for row in files_of(session, "R2") if row.run_id == "R2"] == ["二課/丙.txt"]
    assert again == first | {"files_known": 3}, "of what was read anew the readers are not known here"


@pytest.mark.usefixtures("database_url")
def test_what_is_known_of_a_share_is_asked_batch_by_batch_and_never_held_whole(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle("S1")
    start("R1", "S1")
    list_folder(tree)
    mark_all_read("R1", calm=False)
    monkeypatch.setattr(inventory, "BATCH_FILES", 3)
    asked: list[int] = []

    def known_files(session: Session, run_id: str, share_id: str, path_keys: Collection[str], **other: Any) -> Any:
        asked.append(len(path_keys))
        return whole(session, run_id, share_id, path_keys, **other)

    whole = crawls.known_files
    monkeypatch.setattr(crawls, "known_files", known_files)
    start("R2", "S1", minutes=1)
    assert list_folder(tree, "R2").carried == 4
    assert asked == [3, 1]


@pytest.mark.usefixtures("database_url")
def test_other_rules_or_an_unfinished_crawl_carry_nothing(tree: Path) -> None:
    settle("S1")
    start("R1", "S1")
    list_folder(tree)
    start("R2", "S1", minutes=1)
    assert list_folder(tree, "R2").carried == 0
    mark_all_read("R2")
    start("R3", "S1", rules_version="r2", minutes=2)
    assert list_folder(tree, "R3").carried == 0


@pytest.mark.usefixtures("database_url")
def test_a_file_nobody_could_open_is_tried_again_though_unchanged(tree: Path) -> None:
    settle("S1")
    start("R1", "S1")
    list_folder(tree)
    key = vault().path_key("丁.txt")
    with scope() as session:
        session.execute(
            update(CrawledFile)
            .where(CrawledFile.path_key == key)
            .values(status=ReadStatus.UNREADABLE, reason=ReadReason.LOCKED)
        )
    mark_all_read("R1")

    start("R2", "S1", minutes=1)
    assert list_folder(tree, "R2").carried == 3
    with scope() as session:
        waiting = session.scalars(select(CrawledFile).where(CrawledFile.run_id == "R2", CrawledFile.status.is_(None)))
        assert [row.path_key for row in waiting] == [key]


@pytest.mark.usefixtures("database_url")
def test_personal_folders_mail_links_and_huge_files_stay_closed(tree: Path) -> None:
    settle("S1")
    start("R1", "S1")
    (tree / "個人").mkdir()
    (tree / "個人" / "日記.txt").write_text("x", encoding="utf-8")
    (tree / "信.EML").write_text("x", encoding="utf-8")
    (tree / "連結.txt").symlink_to(tree / "丁.txt")
    with (tree / "大.bin").open("wb") as big:
        big.truncate(3 << 20)
    sizes = limits().sizes.model_copy(update={"file_megabytes": 2})

    listed = list_folder(tree, limit=limits(sizes=sizes))

    assert (listed.seen, listed.folders_excluded, listed.folders_refused) == (7, 1, 0)
    with scope() as session:
        ended = {
            row.path_shown: (row.status, row.reason, row.verdict)
            for row in session.scalars(select(CrawledFile).where(CrawledFile.status.is_not(None)))
        }
    assert ended == {
        "信.EML": (ReadStatus.SKIPPED, ReadReason.EXCLUDED, Verdict.UNKNOWN),
        "連結.txt": (ReadStatus.SKIPPED, ReadReason.EXCLUDED, Verdict.UNKNOWN),
        "大.bin": (ReadStatus.UNREADABLE, ReadReason.TOO_LARGE, Verdict.UNKNOWN),
    }


@pytest.mark.usefixtures("database_url")
def test_a_switch_turned_on_opens_what_the_plan_names(tree: Path) -> None:
    settle("S1")
    start("R1", "S1")
    (tree / "個人").mkdir()
    (tree / "個人" / "日記.txt").write_text("x", encoding="utf-8")
    (tree / "信.eml").write_text("x", encoding="utf-8")
    switches = tuple(switch.model_copy(update={"read": True}) for switch in limits().switches)

    listed = list_folder(tree, limit=limits(switches=switches))

    assert (listed.seen, listed.folders_excluded) == (6, 0)
    with scope() as session:
        assert not list(session.scalars(select(CrawledFile).where(CrawledFile.status.is_not(None))))


@pytest.mark.usefixtures("database_url")
def test_the_ethics_offices_own_share_is_not_listed_unless_its_switch_is_on(tree: Path) -> None:
    settle("S1", ethics="S1")
    start("R1", "S1")
    listed = list_folder(tree)
    assert (listed.listed, listed.reason, listed.seen) == (False, ReadReason.EXCLUDED, 0)


@pytest.mark.usefixtures("database_url")
def test_a_share_that_refuses_or_is_gone_is_recorded_and_the_others_go_on(tree: Path) -> None:
    settle("S1", "S2", "S3")
    start("R1", "S1", "S2", "S3")

    def refused() -> Share:
        raise AccessRefused("wrong password")

    def away() -> Share:
        raise SourceUnavailable("no route to host")

    listed = list_share(scope, "R1", "S1", refused, vault=vault(), limits=limits(), mask=str)
    assert (listed.listed, listed.reason) == (False, ReadReason.ACCESS_DENIED)
    with pytest.raises(SourceUnavailable):
        list_share(scope, "R1", "S2", away, vault=vault(), limits=limits(), mask=str)
    assert list_folder(tree, share_id="S3").seen == 4

    with scope() as session:
        assert finish(session, "R1", AT).state is CrawlState.INCOMPLETE
        reasons = {share.share_id: (share.listed, share.reason) for share in session.scalars(select(CrawlShare))}
    assert reasons == {
        "S1": (False, ReadReason.ACCESS_DENIED),
        "S2": (False, ReadReason.OFFLINE),
        "S3": (True, None),
    }
    assert list_folder(tree, share_id="S2").listed, "a later try mends it"
    with scope() as session:
        assert crawls.share_of(session, "R1", "S2").reason is None


@pytest.mark.usefixtures("database_url")
def test_an_incomplete_crawl_can_be_taken_up_and_finished(tree: Path) -> None:
    settle("S1")
    start("R1", "S1")
    listed = list_folder(tree)
    with scope() as session:
        assert open_reading(session, "R1", at=AT) == list(listed.shard_ids)
        assert finish(session, "R1", AT).state is CrawlState.INCOMPLETE
        assert crawls.share_of(session, "R1", "S1").unreadable == {"waiting": 4}
        assert not crawls.share_of(session, "R1", "S1").complete
    mark_all_read("R1")
    before = dump()
    with scope() as session:
        again = finish(session, "R1", AT)
        assert (again.state, again.closed_at) == (CrawlState.COMPLETE, AT)
        share = crawls.share_of(session, "R1", "S1")
        assert (share.seen, share.scanned, share.unreadable, share.complete) == (4, 4, {}, True)
    assert dump() == before


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize(
    ("reason", "complete"),
    [(ReadReason.LOCKED, False), (ReadReason.ACCESS_DENIED, False), (ReadReason.ENCRYPTED, True)],
)
def test_coverage_counts_reasons_and_only_full_coverage_is_complete(
    tree: Path, reason: ReadReason, complete: bool
) -> None:
    settle("S1")
    start("R1", "S1")
    list_folder(tree)
    with scope() as session:
        session.execute(
            update(CrawledFile)
            .where(CrawledFile.path_key == vault().path_key("丁.txt"))
            .values(status=ReadStatus.UNREADABLE, reason=reason, verdict=Verdict.UNKNOWN)
        )
    mark_all_read("R1")
    with scope() as session:
        share = crawls.share_of(session, "R1", "S1")
        assert (share.seen, share.scanned, share.unreadable) == (4, 3, {reason.value: 1})
        assert share.complete is complete


@pytest.mark.usefixtures("database_url")
def test_a_crawl_needs_an_approved_plan_known_shares_and_keeps_its_particulars() -> None:
    settle("S1", "S2", state=CampaignState.SUBMITTED)
    with scope() as session, pytest.raises(NotAllowed):
        begin(session, **particulars("R1", "S1"))
    with scope() as session:
        own_look = particulars("R1", "S1") | {"campaign_id": None, "purpose": "self_check"}
        assert begin(session, **own_look).state is CrawlState.LISTING
        assert begin(session, **own_look).id == "R1"
    with scope() as session, pytest.raises(Conflict):
        begin(session, **(own_look | {"share_ids": ["S2"]}))
    with scope() as session, pytest.raises(NotFound):
        begin(session, **(own_look | {"run_id": "R2", "share_ids": ["S9"]}))


@pytest.mark.usefixtures("database_url")
def test_a_refused_folder_is_counted_and_keeps_the_share_incomplete(tree: Path) -> None:
    settle("S1")
    start("R1", "S1")

    class OneFolderRefused(LocalShare):
        def _entries(self, raw: str, shown: str) -> object:  # type: ignore[override]
            if raw == "二課":
                raise PermissionError(13, "Permission denied")
            return super()._entries(raw, shown)

    listed = list_share(
        scope,
        "R1",
        "S1",
        lambda: OneFolderRefused(tree),
        vault=vault(),
        limits=limits(),
        mask=str,  # type: ignore[arg-type,return-value]
    )
    assert (listed.listed, listed.seen, listed.folders_refused) == (True, 3, 1)
    mark_all_read("R1")
    with scope() as session:
        assert not crawls.share_of(session, "R1", "S1").complete


@given(st.lists(st.integers(0, 1 << 33), max_size=400))
def test_shards_hold_every_file_once_in_order_with_about_equal_work(sizes: list[int]) -> None:
    shards = limits().shards
    files = list(enumerate(sizes))
    parts = cut(files, shards)
    assert [file for part in parts for file in part] == files
    work = [sum(shards.work_seconds(size) for _, size in part) for part in parts]
    largest_file = max((shards.work_seconds(size) for size in sizes), default=0)
    assert all(seconds <= 1.5 * shards.target_seconds + largest_file for seconds in work)


def test_a_large_share_is_cut_into_shards_of_five_to_fifteen_minutes() -> None:
    shards = limits().shards
    parts = cut([(number, 100_000) for number in range(200_000)], shards)
    minutes = [sum(shards.work_seconds(size) for _, size in part) / 60 for part in parts]
    assert len(parts) > 5
    assert all(5 <= length <= 15 for length in minutes)
