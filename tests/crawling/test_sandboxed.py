"""The crawl with its real, confined workers: hostile files, kills of whole processes, the command line."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from conftest import SambaWithShare
from corpus import corpus_files
from crawling.office import AT, dump, limits, particulars, scope, settle, vault
from crawling.papers import docx, office_folder, roster_text
from crawling.test_scan import SCHEMA
from inspection.crawling.begin import begin
from inspection.crawling.finish import finish, open_reading
from inspection.crawling.inventory import list_share
from inspection.crawling.read import read_shard
from inspection.crawling.sandboxed import SandboxedJudges
from inspection.crawling.scan import ScanRequest, scan
from inspection.model import CrawledFile
from inspection.settings import REPOSITORY
from inspection.shares.local import LocalShare
from inspection.vocabulary import ReadStatus


def rows_of(out: Path) -> dict[str, dict[str, Any]]:
    return {row["path"]: row for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())}


def command(*arguments: str, home: Path, **environment: str) -> subprocess.Popen[str]:
    """`inspection …` as people start it."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("INSPECTION_")}
    given |= {"PYTHONPATH": str(REPOSITORY / "plugins"), "INSPECTION_HOME": str(home), "INSPECTION_PROFILE": "test"}
    return subprocess.Popen(
        [sys.executable, "-m", "inspection.cli", *arguments],
        env=given | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "share"
    made.mkdir()
    return made


def test_confined_workers_judge_as_the_same_code_does_in_this_process(folder: Path, tmp_path: Path, home: Path) -> None:
    from crawling.inprocess import InProcessJudges

    office_folder(folder)
    with SandboxedJudges(workers=2) as judges:
        scan(ScanRequest(str(folder), tmp_path / "a"), judges, tell=lambda _: None)
        assert judges.bearing("a/b.txt") == judges.bearing("c/d.txt")
    scan(ScanRequest(str(folder), tmp_path / "b"), InProcessJudges(), tell=lambda _: None)

    def findings(out: Path) -> dict[str, Any]:
        return {path: {k: v for k, v in row.items() if k != "fingerprint"} for path, row in rows_of(out).items()}

    assert findings(tmp_path / "a") == findings(tmp_path / "b")
    assert (home / "cache").is_dir(), "the compiled rules are kept for the next run"


def test_a_bomb_a_locked_archive_and_junk_end_with_their_reason_and_the_rest_is_read(
    folder: Path, tmp_path: Path, home: Path
) -> None:
    assert home
    bomb = folder / "炸彈.docx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"<w:t>" + b"0" * (200 << 20))
    (folder / "斷.docx").write_bytes(docx("x" * 3000)[:400])
    (folder / "好.docx").write_bytes(docx("一般公文"))
    (folder / "雜.xls").write_bytes(random.Random(4).randbytes(5000))
    with SandboxedJudges(workers=2) as judges:
        scan(ScanRequest(str(folder), tmp_path / "o"), judges, tell=lambda _: None)
    reasons = {path: (row["status"], row["reason"]) for path, row in rows_of(tmp_path / "o").items()}
    assert reasons == {
        "炸彈.docx": ("unreadable", "too_large"),
        "斷.docx": ("unreadable", "corrupt"),
        "好.docx": ("scanned", None),
        "雜.xls": ("unreadable", "corrupt"),
    }


def test_every_file_of_the_real_corpora_gets_one_row(tmp_path: Path, home: Path) -> None:
    assert home
    for kind in ("public", "hostile"):
        files = corpus_files(kind)
        if not files:
            continue
        root = next(parent for parent in files[0].parents if parent.name == kind)
        with SandboxedJudges(workers=2) as judges:
            counts = scan(ScanRequest(str(root), tmp_path / kind), judges, tell=lambda _: None)
        rows = rows_of(tmp_path / kind)
        for row in rows.values():
            SCHEMA.validate(row)
        outer = {path for path, row in rows.items() if "within" not in row}
        assert len(outer) == len(files) == counts.done
        assert not {"timeout", "memory"} & set(counts.of("reason")) or kind == "hostile"


def test_the_verb_scans_a_share_tells_progress_on_stderr_and_ends_with_0(samba: SambaWithShare, tmp_path: Path) -> None:
    planted = office_folder(samba.files, files=30)
    out = tmp_path / "rows.jsonl"
    password = tmp_path / "password"
    password.write_text(samba.server.password, encoding="ascii")
    running = command(
        "scan", samba.server.url("files", samba.files.name), "--jsonl", str(out), "--workers", "1",
        home=tmp_path / "home", INSPECTION_SMB_PASSWORD_FILE=str(password),
    )  # fmt: skip
    told, errors = running.communicate(timeout=120)
    assert running.returncode == 0, errors
    assert told == ""
    assert "計畫外之掃描" in errors
    assert "共 32 檔，已讀 32 檔" in errors
    assert not [secret for secret in (*planted, samba.server.password) if secret in errors + out.read_text("utf-8")]


def test_the_verb_says_wrong_password_missing_share_and_switched_off_by_status(
    samba: SambaWithShare, tmp_path: Path, folder: Path
) -> None:
    out = str(tmp_path / "rows.jsonl")
    home = tmp_path / "home"
    url = samba.server.url("files", samba.files.name)
    wrong = command("scan", url, "--jsonl", out, home=home, INSPECTION_SMB_PASSWORD="not this one")
    gone = command("scan", str(tmp_path / "missing"), "--jsonl", out, home=home)
    off = command("scan", str(folder), "--jsonl", out, home=home, INSPECTION_ALLOW_SCAN="false")
    bad = command("scan", str(folder), "--jsonl", out, "--baseline", __file__, home=home)
    ended = [(running.communicate(timeout=60), running.returncode)[1] for running in (wrong, gone, off, bad)]
    assert ended == [3, 3, 2, 2]
    assert not Path(out).exists()


def test_ctrl_c_leaves_a_valid_file_and_resume_finishes_it(folder: Path, tmp_path: Path) -> None:
    office_folder(folder, files=1500)
    out = tmp_path / "rows.jsonl"
    running = command("scan", str(folder), "--jsonl", str(out), "--workers", "1", home=tmp_path / "home")
    until(lambda: out.exists() and out.stat().st_size > 0)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 1, errors
    assert "--resume" in errors
    begun = rows_of(out)
    assert 0 < len(begun) < 1502

    again = command("scan", str(folder), "--jsonl", str(out), "--resume", home=tmp_path / "home")
    _, errors = again.communicate(timeout=120)
    assert again.returncode == 0, errors
    finished = rows_of(out)
    assert len([row for row in finished.values() if "within" not in row]) == 1502
    assert {path: finished[path] for path in begun} == begun


def test_a_scan_killed_outright_is_resumed_without_a_torn_row(folder: Path, tmp_path: Path) -> None:
    office_folder(folder, files=1500)
    out = tmp_path / "rows.jsonl"
    running = command("scan", str(folder), "--jsonl", str(out), "--workers", "1", home=tmp_path / "home")
    until(lambda: out.exists() and out.stat().st_size > 0)
    running.kill()
    running.communicate()
    again = command("scan", str(folder), "--jsonl", str(out), "--resume", home=tmp_path / "home")
    _, errors = again.communicate(timeout=120)
    assert again.returncode == 0, errors
    assert len([row for row in rows_of(out).values() if "within" not in row]) == 1502


def until(holds: Any, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)


READER = """
import sys
from datetime import datetime
from pathlib import Path
from inspection import settings
from inspection.crawling import read
from inspection.crawling.paths import PathVault
from inspection.crawling.sandboxed import SandboxedJudges
from inspection.rules.crawl_limits import load_crawl_limits
from inspection.shares.local import LocalShare
from inspection.store.session import session_scope
read.BATCH_FILES = 10
with SandboxedJudges(workers=1) as judges:
    read.read_shard(session_scope, sys.argv[1], lambda: LocalShare(Path(sys.argv[2])), judges,
                    vault=PathVault(settings.get().require_secret_key()), limits=load_crawl_limits())
"""


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("share_of_rows", [0.35, 0.5, 0.6])
def test_a_reading_process_killed_outright_loses_nothing(database_url: str, folder: Path, share_of_rows: float) -> None:
    settle("S1")
    office_folder(folder, files=600)
    with scope() as session:
        begin(session, **particulars("R1", "S1"))
    list_share(scope, "R1", "S1", lambda: LocalShare(folder), vault=vault(), limits=limits(), mask=str)
    with scope() as session:
        (shard_id,) = open_reading(session, "R1", at=AT)
    environment = dict(os.environ) | {
        "PYTHONPATH": str(REPOSITORY / "plugins"),
        "INSPECTION_DATABASE_URL": database_url,
    }
    running = subprocess.Popen([sys.executable, "-c", READER, shard_id, str(folder)], env=environment)

    until(lambda: running.poll() is not None or share_read() >= share_of_rows)
    running.kill()
    running.wait()
    assert 0.3 <= share_read() <= 0.7
    before = {row["id"]: row for row in dump()["crawled_file"] if row["status"]}

    with SandboxedJudges(workers=1) as judges:
        counts = read_shard(
            scope, shard_id, lambda: LocalShare(folder), judges, vault=vault(), limits=limits(), now=lambda: AT
        )
    assert (counts.waiting, counts.scanned) == (0, 602)
    after = {row["id"]: row for row in dump()["crawled_file"]}
    assert {key: after[key] for key in before} == before, "what was written is not written again"
    with scope() as session:
        finish(session, "R1", AT)


def share_read() -> float:
    with scope() as session:
        statuses = list(session.scalars(select(CrawledFile.status).where(CrawledFile.outer_id.is_(None))))
    return sum(status is ReadStatus.SCANNED for status in statuses) / len(statuses)


def test_rules_of_ones_own_find_what_they_say_and_change_the_fingerprint(
    folder: Path, tmp_path: Path, home: Path
) -> None:
    assert home
    (folder / "a.txt").write_text(roster_text(random.Random(2))[0], encoding="utf-8")
    rules = REPOSITORY / "tests" / "bench" / "twenty_rules.yaml"
    with SandboxedJudges(workers=1) as judges:
        scan(ScanRequest(str(folder), tmp_path / "shipped"), judges, tell=lambda _: None)
    with SandboxedJudges(workers=1, rules_file=rules) as judges:
        counts = scan(
            ScanRequest(str(folder), tmp_path / "own", baseline=tmp_path / "shipped"), judges, tell=lambda _: None
        )
    assert counts.carried == 0
    found = {category["detector"] for category in rows_of(tmp_path / "own")["a.txt"]["categories"]}
    assert found == {"B-NID", "B-ID-WORD"}
