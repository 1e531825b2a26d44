"""The installation goes over to a new key: nothing known is lost, nothing in the field, and the old key is needed no
more."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from demo.people import fill_form
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from audit.test_chain import by_the_back_door, fault, write_events
from campaigns.paper_office import CAMPAIGN, WORKS, PaperOffice
from cli.test_answers import Typing
from conftest import FixedClock
from crawling.inprocess import InProcessJudges
from crawling.office import AT, CountingShare, files_of, limits, particulars, scope
from crawling.office import settle as settle_shares
from inspection import clock as now
from inspection import settings
from inspection.audit import chain, head
from inspection.audit.events import record
from inspection.checklists.issue import form_key
from inspection.crawling.begin import begin
from inspection.crawling.campaign import vault
from inspection.crawling.finish import finish, open_reading
from inspection.crawling.inventory import list_share
from inspection.crawling.paths import PathVault
from inspection.crawling.read import read_shard
from inspection.doctor import CHECKS, _guarded
from inspection.errors import BadSource
from inspection.keeping import rotation
from inspection.keeping.backup import back_up
from inspection.keeping.restore import restore
from inspection.keyring import open_ring
from inspection.model import Checklist, CrawledFile, KeptKey
from inspection.store import kept_keys
from inspection.store.session import session_scope
from keeping.test_sets import elsewhere
from portal.small_office import open_campaign, settle

OLD, NEW = secrets.token_hex(32), secrets.token_hex(32)
FILES = ("甲.txt", "乙.txt", "丙/丁.txt")


def use(monkeypatch: pytest.MonkeyPatch, *keys: str) -> None:
    """The keys that are set: the one in use, and those of before on the lines below."""
    monkeypatch.setenv("INSPECTION_SECRET_KEY", "\n".join(keys))
    settings.reset()


@pytest.fixture
def old_key(database_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that has had one key."""
    use(monkeypatch, OLD)


def sealed() -> None:
    with session_scope() as session:
        chain.seal(session, at=now.now())


def rotated() -> rotation.Rotated:
    return rotation.rotate(at=now.now(), actor="test")


def crawl(share: CountingShare, run_id: str, minutes: int) -> list[CrawledFile]:
    """A whole crawl of S1 under the keys the database goes by; its rows in the order of paths."""
    with scope() as session:
        begin(session, **particulars(run_id, "S1", minutes=minutes))
    list_share(scope, run_id, "S1", lambda: share, vault=vault(), limits=limits(), mask=InProcessJudges().mask)
    with scope() as session:
        shards = open_reading(session, run_id, at=AT)
    for shard in shards:
        read_shard(scope, shard, lambda: share, InProcessJudges(), vault=vault(), limits=limits(), now=lambda: AT)
    with scope() as session:
        finish(session, run_id, AT + timedelta(minutes=minutes))
        rows = files_of(session, run_id)
        return sorted(rows, key=lambda row: vault(session).open(row.path_sealed)[0])


@pytest.fixture
def share(old_key: None, tmp_path: Path) -> CountingShare:
    """Three files, read once."""
    folder = tmp_path / "share"
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"內容 {name}", encoding="utf-8")
    settle_shares("S1")
    made = CountingShare(folder)
    crawl(made, "R1", 0)
    return made


def keys_of(rows: Sequence[CrawledFile]) -> list[tuple[str, str | None]]:
    return [(row.path_key, row.content_key) for row in rows]


def opened_by(box: PathVault) -> int:
    """How many paths a vault opens."""
    with session_scope() as session:
        found = 0
        for path in session.scalars(select(CrawledFile.path_sealed)):
            try:
                box.open(path)
            except BadSource:
                continue
            found += 1
        return found


def test_the_old_key_is_needed_no_more_and_what_is_known_stays_known(
    share: CountingShare, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed()
    with session_scope() as session:
        printed = head.newest(session)
        before = list(session.scalars(select(CrawledFile).where(CrawledFile.run_id == "R1")))
        sketch = vault(session).sketch_key
    assert printed is not None
    assert opened_by(PathVault(OLD.encode())) == len(FILES)

    use(monkeypatch, NEW, OLD)
    assert not CHECKS["key"]().ok
    assert opened_by(vault()) == len(FILES), "until it is rotated, all goes on under the key of before"
    assert (rotated(), rotated()) == (
        rotation.Rotated(1, new=True, sealed_anew=len(FILES), unreadable=0),
        rotation.Rotated(1, new=False, sealed_anew=0, unreadable=0),
    )
    assert "可移除" in CHECKS["key"]().found

    use(monkeypatch, NEW)
    assert CHECKS["key"]().ok
    assert (opened_by(PathVault(OLD.encode())), opened_by(PathVault(NEW.encode()))) == (0, len(FILES))
    share.opened.clear()
    again = crawl(share, "R2", 10)
    assert share.opened == [], "what did not change is not read again"
    assert sorted(keys_of(again)) == sorted(keys_of(before)), "by these it is known, and what was dismissed stays so"
    assert vault().sketch_key == sketch, "by this lessons are compared"
    sealed()
    assert fault() is None
    with session_scope() as session:
        assert chain.verify(session, at=now.now(), expect=printed.printed).fault is None


def test_a_process_that_still_has_the_old_key_alone_stops(
    share: CountingShare, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed()
    use(monkeypatch, NEW, OLD)
    rotated()
    for wrong in ((OLD,), (secrets.token_hex(32),)):
        use(monkeypatch, *wrong)
        for deed in (sealed, vault):
            with pytest.raises(BadSource, match="重新啟動"):
                deed()
        assert "重新啟動" in _guarded("key", CHECKS["key"]).found


def test_a_key_changed_without_the_one_of_before_stops_all_before_anything_is_lost(
    share: CountingShare, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed()
    use(monkeypatch, NEW)
    for deed in (sealed, vault, rotated):
        with pytest.raises(BadSource, match="次行"):
            deed()


def test_a_rotation_that_was_killed_goes_on_and_what_came_late_is_sealed_anew(
    share: CountingShare, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed()
    use(monkeypatch, NEW, OLD)
    late = vault()  # of a task that began before and ends after
    monkeypatch.setattr(rotation, "BATCH", 1)
    written: list[int] = []
    real = kept_keys.seal_anew

    def killed(session: Session, changed: Sequence[tuple[int, bytes, bytes]]) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(len(changed))
        real(session, changed)

    with monkeypatch.context() as broken:
        broken.setattr(kept_keys, "seal_anew", killed)
        with pytest.raises(KeyboardInterrupt):
            rotated()
    use(monkeypatch, NEW)
    assert opened_by(vault()) == len(FILES)
    assert rotated() == rotation.Rotated(1, new=False, sealed_anew=len(FILES) - 1, unreadable=0)
    with session_scope() as session:
        first = session.scalars(select(CrawledFile)).first()
        assert first is not None
        first.path_sealed = late.seal("戊.txt")
    assert vault().open(first.path_sealed)[0] == "戊.txt"
    assert rotated().sealed_anew == 1


def test_a_path_that_was_changed_is_counted_and_left(share: CountingShare, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed()
    with session_scope() as session:
        first = session.scalars(select(CrawledFile)).first()
        assert first is not None
        first.path_sealed = b"\0" * 40
    use(monkeypatch, NEW, OLD)
    assert rotated() == rotation.Rotated(1, new=True, sealed_anew=len(FILES) - 1, unreadable=1)


def test_after_a_second_change_each_part_of_the_record_is_checked_by_its_own_key(
    old_key: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = secrets.token_hex(32)
    write_events()
    for keys in ((OLD,), (NEW, OLD), (third, NEW)):
        use(monkeypatch, *keys)
        rotated()
        sealed()
    use(monkeypatch, third)
    assert fault() is None
    with session_scope() as session:
        ring = open_ring(session)
        assert [one.key.decode() for one in ring.generations] == [OLD, NEW, third]
        assert [one.first_seal for one in ring.generations] == sorted({one.first_seal for one in ring.generations})
        assert all(OLD.encode() not in (row.wrapped or b"") for row in session.scalars(select(KeptKey)))


def test_a_kept_key_that_was_changed_is_named(
    old_key: None, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed()
    use(monkeypatch, NEW, OLD)
    rotated()
    with session_scope() as session:
        session.get_one(KeptKey, 0).wrapped = b"\1" * 60
    with pytest.raises(BadSource, match="第 0 把舊金鑰"):
        vault()


def test_a_form_of_before_comes_back_and_one_forged_with_the_old_key_does_not(
    office: PaperOffice, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    use(monkeypatch, OLD)
    office.approved_plan()
    office.send_forms()
    form = fill_form(office.form(WORKS), {})
    sealed()
    clock.set(clock.instant + timedelta(hours=1))
    use(monkeypatch, NEW, OLD)
    assert rotated().new
    use(monkeypatch, NEW)
    assert form_key(OLD.encode()) != form_key(NEW.encode())
    with session_scope() as session:  # a checklist sent out only now bears the new key's seal
        session.get_one(Checklist, f"{CAMPAIGN}:{WORKS}").issued_at = now.now() + timedelta(minutes=1)
    assert "seal_invalid" in {one["problem"] for one in office.take_in(form).problems}
    with session_scope() as session:
        session.get_one(Checklist, f"{CAMPAIGN}:{WORKS}").issued_at = now.now() - timedelta(hours=1)
    assert office.take_in(form).accepted


def test_sets_of_before_and_after_come_back(
    old_key: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    sets = tmp_path / "sets"
    sets.mkdir()
    with session_scope() as session:
        settle(session)
        open_campaign(session, "C-1")
    before = back_up(sets, at=now.now(), actor="test")
    clock.set(clock.instant + timedelta(hours=1))
    use(monkeypatch, NEW, OLD)
    between = back_up(sets, at=now.now(), actor="test")  # the rows still go by the key of before, and so does the set
    clock.set(clock.instant + timedelta(hours=1))
    rotated()
    use(monkeypatch, NEW)
    after = back_up(sets, at=now.now(), actor="test")
    assert before.manifest.key_mark == between.manifest.key_mark != after.manifest.key_mark
    for made, keys in ((before, (NEW, OLD)), (between, (OLD,)), (after, (NEW,))):
        elsewhere(tmp_path / made.folder.name, monkeypatch)
        use(monkeypatch, *keys)
        assert restore(made.folder, at=now.now(), actor="test").fault == ""
        use(monkeypatch, NEW, OLD)
        rotated()
        use(monkeypatch, NEW)
        sealed()
        assert fault() is None
        assert CHECKS["key"]().ok
    elsewhere(tmp_path / "last", monkeypatch)
    with pytest.raises(BadSource, match="次行"):
        restore(before.folder, at=now.now(), actor="test")


def test_the_verb_says_what_it_did(
    share: CountingShare, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typing = Typing(monkeypatch, capsys)
    sealed()
    use(monkeypatch, NEW, OLD)
    answer = typing("keys", "rotate", "--json")
    assert answer.status == 0
    assert '"sealed_anew": 3' in answer.out
    with session_scope() as session:
        assert session.scalar(select(func.count()).select_from(KeptKey)) == 2


def test_who_takes_the_kept_keys_away_is_found_out(
    share: CountingShare, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed()
    use(monkeypatch, NEW, OLD)
    rotated()
    sealed()
    use(monkeypatch, NEW)
    with by_the_back_door(database_url) as connection:
        connection.exec_driver_sql("DELETE FROM kept_key")
    assert "遭變更" in str(fault())


@pytest.fixture
def upgraded(share: CountingShare, database_url: str) -> str:
    """An installation of before, just brought up to date: sealed, and no row says by which key. Gives a path's key."""
    sealed()
    with session_scope() as session:
        record(session, at=now.now(), actor="test", subject=("fix", "F"), action="looked")
    sealed()
    known = vault().path_key("甲.txt")
    with session_scope() as session:
        session.execute(delete(KeptKey))
    return known


@pytest.mark.parametrize("keys", [(OLD, NEW), (NEW, OLD)])
def test_after_an_upgrade_the_seals_tell_which_key_made_them_whatever_the_order_of_the_lines(
    upgraded: str, keys: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, *keys)
    assert (fault(), vault().path_key("甲.txt")) == (None, upgraded)
    sealed()
    use(monkeypatch, NEW, OLD)
    assert rotated().new
    use(monkeypatch, NEW)
    assert (fault(), vault().path_key("甲.txt"), opened_by(vault())) == (None, upgraded, len(FILES))


def test_after_an_upgrade_a_key_that_made_no_seal_is_refused_and_nothing_is_put_down(
    upgraded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, NEW)
    for deed in (sealed, vault, rotated, fault):
        with pytest.raises(BadSource, match="升級前所用之金鑰"):
            deed()
    use(monkeypatch, NEW, OLD)
    assert rotated().new
    assert (fault(), vault().path_key("甲.txt")) == (None, upgraded)


def test_where_the_kept_keys_were_taken_away_no_later_key_is_put_down_as_the_first(
    share: CountingShare, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed()
    with session_scope() as session:
        record(session, at=now.now(), actor="test", subject=("fix", "F"), action="looked")
    sealed()
    use(monkeypatch, NEW, OLD)
    rotated()
    sealed()
    with session_scope() as session:
        session.execute(delete(KeptKey))
    with pytest.raises(BadSource, match="kept_key 是空的"):
        sealed()
    with session_scope() as session:
        assert not kept_keys.every(session)
