"""A backup set is whole and of one moment, or it is none; a restore refuses whatever would leave half an office."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from cli.test_answers import Typing
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.audit import head
from inspection.audit.events import record
from inspection.documents.storage import Label, discard, keep
from inspection.errors import BadSource, Conflict
from inspection.keeping import last_backup
from inspection.keeping.backup import back_up
from inspection.keeping.keys_file import open_keys, save_keys
from inspection.keeping.restore import look, restore
from inspection.keeping.sets import document_file, read_manifest
from inspection.model import Approval, Document, Event, Unit
from inspection.model.lifecycle import ApprovalState
from inspection.store import migrate, whole
from inspection.store.session import dispose_engines, session_scope
from portal.small_office import MORNING, open_campaign, settle
from servers.postgres import PostgresServer

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def sets(tmp_path: Path, clock: FixedClock) -> Path:
    """An empty folder for backups."""
    folder = tmp_path / "sets"
    folder.mkdir()
    return folder


def furnish() -> str:
    """A small office with a document and two events; the document's id."""
    with session_scope() as session:
        settle(session)
        open_campaign(session, "C-1")
        for number in range(2):
            record(session, at=MORNING, actor="ethics", subject=("campaign", f"C-{number}"), action="looked_at")
        return keep(session, secrets.token_bytes(99), Label("plan", "C-1:v1", "一份"), at=MORNING).id


def elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on an installation on SQLite that was never used."""
    monkeypatch.setenv("INSPECTION_HOME", str(folder))
    monkeypatch.setenv("INSPECTION_DATABASE_URL", "")
    settings.reset()


def test_rows_are_those_of_one_moment(database_url: str) -> None:
    furnish()
    units, events = (next(one for one in whole.tables() if one.name == name) for name in ("unit", "event"))
    with whole.snapshot() as connection:
        assert len(list(whole.lines(connection, units))) == 12
        with session_scope() as session:
            record(session, at=MORNING, actor="ethics", subject=("campaign", "C-1"), action="looked_at")
        assert len(list(whole.lines(connection, events))) == 2
    with session_scope() as session:
        assert len(list(session.scalars(select(Event)))) == 3


def test_what_a_set_tells_comes_back_as_it_was_from_either_database(
    database_url: str, sets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = furnish()
    with session_scope() as session:  # one row that names another of its own table, which comes after it
        for one, follows in (("A-2", None), ("A-1", "A-2")):
            session.add(
                Approval(
                    id=one, subject_kind="plan", subject_id="C-1:v1", campaign_id=None, requested_by="ethics",
                    requested_at=MORNING, approver_id="mayor", content_hash=one * 20, round=1,
                    due_on=MORNING.date(), state=ApprovalState.RETURNED, follows_id=follows,
                )
            )  # fmt: skip
            session.flush()
    made = back_up(sets, at=now.now(), actor="test")
    elsewhere(tmp_path / "other", monkeypatch)
    done = restore(made.folder, at=now.now(), actor="test")
    assert (done.rows, done.fault, done.missing) == (made.rows, "", [])
    kept = settings.get().home_folder / document_file(document)
    assert kept.stat().st_mode & 0o777 == 0o600
    with session_scope() as session:
        assert session.get_one(Approval, "A-1").follows_id == "A-2"
        assert session.get_one(Approval, "A-1").requested_at == MORNING
        assert [one.action for one in session.scalars(select(Event).order_by(Event.id))][-1] == last_backup.RESTORED
        assert last_backup.judged(session, at=now.now(), demanded=True)[0]
    with pytest.raises(BadSource, match="已有資料"):
        restore(made.folder, at=now.now(), actor="test")


def flip(name: str) -> object:
    """Changes one byte of a file."""

    def spoil(folder: Path) -> None:
        path = next(folder.glob(name))
        told = bytearray(path.read_bytes())
        told[len(told) // 2] ^= 1
        path.write_bytes(told)

    return spoil


def lose(name: str) -> object:
    """Takes a file away."""
    return lambda folder: next(folder.glob(name)).unlink()


def add(name: str) -> object:
    """Lays a strange file beside the others."""
    return lambda folder: (folder / name).write_bytes(b"x")


def drop_a_row(folder: Path) -> None:
    """Takes a row out of a table, which is packed again in good order."""
    path = folder / "tables" / "unit.jsonl.gz"
    rows = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(rows[1:])))


def forge(folder: Path) -> None:
    """As `drop_a_row`, with a manifest made to fit by somebody without the key."""
    drop_a_row(folder)
    told = json.loads((folder / "manifest.json").read_bytes())
    packed = (folder / "tables" / "unit.jsonl.gz").read_bytes()
    told["files"]["tables/unit.jsonl.gz"] = [len(packed), hashlib.sha256(packed).hexdigest()]
    told["tables"]["unit"] -= 1
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")


@pytest.fixture
def made(sqlite_url: str, home: Path, sets: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A whole set of a furnished office on SQLite."""
    monkeypatch.setenv("INSPECTION_DATABASE_URL", sqlite_url)
    settings.reset()
    furnish()
    return back_up(sets, at=now.now(), actor="test").folder


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (flip("tables/event.jsonl.gz"), "tables/event.jsonl.gz 已毀損"),
        (lose("tables/event.jsonl.gz"), "缺少 tables/event.jsonl.gz"),
        (lose("documents/*/*"), "缺少 documents/"),
        (add("documents/stray"), "documents/stray 不在清單"),
        (add("drop"), "drop 不在清單"),
        (drop_a_row, "tables/unit.jsonl.gz 已毀損"),
        (forge, "備份清單遭變更"),
        (flip("manifest.seal"), "備份清單遭變更"),
        (lose("manifest.json"), "不是完整之備份"),
    ],
)
def test_a_set_that_is_not_whole_is_refused(
    made: Path, spoil: object, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(spoil)
    spoil(made)
    elsewhere(tmp_path / "other", monkeypatch)
    with pytest.raises(BadSource, match=told):
        restore(made, at=now.now(), actor="test")
    assert not (tmp_path / "other" / "documents").exists()


def test_a_set_of_another_key_or_revision_says_what_to_do(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere(tmp_path / "other", monkeypatch)
    assert look(made).name == made.name
    assert not (tmp_path / "other" / "documents").exists()
    monkeypatch.setattr(migrate, "newest_revision", lambda: "9999")
    with pytest.raises(BadSource, match="請安裝製作備份當時之程式"):
        look(made)
    monkeypatch.undo()
    elsewhere(tmp_path / "other", monkeypatch)
    monkeypatch.setenv("INSPECTION_PROFILE", "test")
    monkeypatch.setenv("INSPECTION_SECRET_KEY", secrets.token_hex(32))
    settings.reset()
    with pytest.raises(BadSource, match="inspection keys open"):
        look(made)


def test_a_home_that_holds_anything_else_is_left_alone(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere(tmp_path / "other", monkeypatch)
    name = next(one for one in read_manifest(made).files if one.startswith("documents/"))
    stray = tmp_path / "other" / name
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"another office's")
    with pytest.raises(BadSource, match="documents 資料夾內已有其他檔案"):
        restore(made, at=now.now(), actor="test")
    assert stray.read_bytes() == b"another office's"
    stray.write_bytes((made / name).read_bytes())  # as an earlier try left it
    assert restore(made, at=now.now(), actor="test").fault == ""


def test_a_document_that_is_lost_is_named_and_the_rest_is_kept(made: Path, sets: Path, clock: FixedClock) -> None:
    kept = next(one for one in (settings.get().documents_folder).rglob("*") if one.is_file())
    kept.unlink()
    clock.set("2026-10-13T09:00:00+08:00")
    again = back_up(sets, at=now.now(), actor="test")
    assert again.manifest.unfit == [kept.name]
    with session_scope() as session:
        assert last_backup.judged(session, at=now.now(), demanded=True)[0]
    clock.set("2026-10-17T09:00:00+08:00")
    with session_scope() as session:
        ok, found = last_backup.judged(session, at=now.now(), demanded=True)
    assert (ok, found.partition(" ")[0]) == (False, "4")


def test_what_a_killed_backup_left_is_no_set_and_goes(made: Path, sets: Path, clock: FixedClock) -> None:
    left = sets / ".inspection-20261001T000000Z.partial"
    (left / "tables").mkdir(parents=True)
    with pytest.raises(Conflict, match="已存在"):
        back_up(sets, at=now.now(), actor="test")
    assert not left.exists()
    assert {one.stat().st_mode & 0o077 for one in [made, *made.rglob("*")]} == {0}


def test_a_document_taken_back_meanwhile_is_in_no_set(made: Path, sets: Path, clock: FixedClock) -> None:
    """The snapshot is begun anew until it fits: here after the row went, as whoever took it back commits."""
    with session_scope() as session:
        discard(session, session.scalars(select(Document)).one())
    clock.set("2026-10-13T09:00:00+08:00")
    again = back_up(sets, at=now.now(), actor="test")
    assert not any(name.startswith("documents/") for name in again.manifest.files)


# ------------------------------------------------------------------------------------------------- keys


def test_keys_lie_apart_and_open_by_their_passphrase_alone(made: Path, sets: Path, tmp_path: Path) -> None:
    words, key = secrets.token_hex(8), secrets.token_bytes(40)
    for place in (sets / "keys", sets / "below" / "keys", made / "keys", made / "tables" / "keys"):
        place.parent.mkdir(exist_ok=True)
        with pytest.raises(BadSource, match="不得與備份同放"):
            save_keys(place, {"k": key}, words)
    with pytest.raises(BadSource, match="少於 12"):
        save_keys(tmp_path / "apart", {"k": key}, words[:11])
    apart = tmp_path / "apart"
    save_keys(apart, {"k": key}, words)
    assert apart.stat().st_mode & 0o777 == 0o600
    assert key not in apart.read_bytes()
    assert open_keys(apart, words) == {"k": key}
    with pytest.raises(BadSource, match="已存在"):
        save_keys(apart, {"k": key}, words)
    told = json.loads(apart.read_text(encoding="ascii"))
    for changed in ({"n": told["n"] * 2}, {"sealed": told["nonce"]}, {"salt": told["nonce"]}):
        apart.write_text(json.dumps({**told, **changed}), encoding="ascii")
        with pytest.raises(BadSource, match="通行碼不符"):
            open_keys(apart, words)
    apart.write_text(json.dumps({**told, "n": 1 << 30}), encoding="ascii")
    with pytest.raises(BadSource, match="不是金鑰檔"):
        open_keys(apart, words)


def test_no_set_is_made_where_the_keys_lie(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "both"
    (other / "below").mkdir(parents=True)
    save_keys(other / "below" / "keys", {"k": b"x"}, secrets.token_hex(8))
    with pytest.raises(BadSource, match="金鑰檔"):
        back_up(other, at=now.now(), actor="test")
    with pytest.raises(BadSource, match="沒有這個資料夾"):
        back_up(tmp_path / "nowhere", at=now.now(), actor="test")


# ------------------------------------------------------------------------------------------------- roles


@pytest.fixture
def roles(postgres: PostgresServer, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The databases and roles of compose; addresses by role, and one of an empty database of the same owner."""
    folder = tmp_path / "secrets"
    subprocess.run([REPOSITORY / "docker" / "make-secrets", folder], check=True, capture_output=True)
    environment = {
        **os.environ, "SECRETS": str(folder), "POSTGRES_USER": "office", "PGHOST": postgres.host,
        "PGPORT": str(postgres.port), "PGPASSWORD": postgres.password,
    }  # fmt: skip
    subprocess.run(["bash", REPOSITORY / "docker" / "postgres-init.sh"], check=True, env=environment)
    owner, office = ((folder / f"{name}_db_password").read_text(encoding="ascii") for name in ("owner", "office"))
    with psycopg.connect(postgres.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty OWNER inspection_owner")
    yield {
        "owner": postgres.url("inspection", role="inspection_owner", password=owner),
        "office": postgres.url("inspection", role="inspection", password=office),
        "empty": postgres.url("empty", role="inspection_owner", password=owner),
    }
    dispose_engines()
    for database in ("airflow", "inspection", "empty"):
        postgres.drop_database(database)
    with psycopg.connect(postgres.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP ROLE airflow, inspection, inspection_owner")


def test_the_office_s_role_makes_a_set_and_the_owner_lays_it(
    roles: dict[str, str], home: Path, sets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate.upgrade(roles["owner"])
    with psycopg.connect(roles["owner"].replace("+psycopg", "")) as connection:
        connection.execute((REPOSITORY / "docker" / "grants.sql").read_bytes())
    monkeypatch.setenv("INSPECTION_DATABASE_URL", roles["office"])
    settings.reset()
    furnish()
    made = back_up(sets, at=now.now(), actor="test")
    dispose_engines()
    monkeypatch.setenv("INSPECTION_HOME", str(tmp_path / "other"))
    monkeypatch.setenv("INSPECTION_DATABASE_URL", roles["empty"])
    monkeypatch.setenv("INSPECTION_MIGRATION_DATABASE_URL", roles["empty"])
    settings.reset()
    assert restore(made.folder, at=now.now(), actor="test").fault == ""
    with session_scope() as session:
        assert len(list(session.scalars(select(Unit)))) == 12
        record(session, at=MORNING, actor="ethics", subject=("campaign", "C-1"), action="looked_at")
        session.flush()  # numbers go on after those restored
        assert session.scalars(select(Event.id).order_by(Event.id.desc())).first() == 4
    assert migrate.differences(roles["empty"]) == []


# ------------------------------------------------------------------------------------------- command line


@pytest.fixture
def inspection(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typing:
    """Types a command at the entry point."""
    return Typing(monkeypatch, capsys)


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    """Settings as the next command finds them."""
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    settings.reset()


def test_the_key_travels_in_its_own_file_and_opens_the_set_elsewhere(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inspection: Typing
) -> None:
    words = secrets.token_hex(8)
    other = tmp_path / "also"
    other.write_bytes(b"another secret")
    given(monkeypatch, INSPECTION_BACKUP_PASSPHRASE=words)
    saved = inspection("keys", "save", str(tmp_path / "keys"), "--also", str(other), "--json")
    assert (saved.status, json.loads(saved.out)) == (0, {"keys": ["also", "inspection_secret_key"]})
    key = settings.get().require_secret_key()
    elsewhere(tmp_path / "other", monkeypatch)
    given(monkeypatch, INSPECTION_SECRET_KEY=secrets.token_hex(32))
    refused = inspection("restore", str(made))
    assert (refused.status, "inspection keys open" in refused.err) == (2, True)
    to = tmp_path / "recovered"
    opened = inspection("keys", "open", str(tmp_path / "keys"), "--to", str(to))
    assert opened.status == 0
    assert {one.name: one.read_bytes() for one in to.iterdir()} == {
        "inspection_secret_key": key, "also": b"another secret",
    }  # fmt: skip
    again = inspection("keys", "open", str(tmp_path / "keys"), "--to", str(to))
    assert (again.status, "不予覆寫" in again.err) == (2, True)
    monkeypatch.delenv("INSPECTION_SECRET_KEY")
    given(monkeypatch, INSPECTION_SECRET_KEY_FILE=str(to / "inspection_secret_key"))
    done = inspection("restore", str(made))
    assert (done.status, done.err) == (0, "")
    assert "資料列數" in done.out
    told = "".join(one.out + one.err for one in (saved, refused, opened, again, done))
    assert words not in told
    assert key.decode() not in told


@pytest.mark.parametrize("content", ["", f"9 {'a' * 64}\n"])
def test_a_record_in_dispute_is_backed_up_and_the_set_says_so(database_url: str, sets: Path, content: str) -> None:
    furnish()
    file = settings.get().home_folder / head.FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="ascii")
    made = back_up(sets, at=now.now(), actor="test")
    assert ("audit-head" if not content else "本機曾見第 9 個串鏈") in made.manifest.fault
    assert read_manifest(made.folder).fault == made.manifest.fault
    assert file.read_text(encoding="ascii") == content
