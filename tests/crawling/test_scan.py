"""`inspection scan`: one row per file, nothing in clear, unchanged files unread, a valid file however it ends."""

from __future__ import annotations

import json
import os
import random
import stat
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from crawling.inprocess import InProcessJudges
from crawling.papers import docx, office_folder, roster_text, zipped
from inspection.crawling.scan import ScanCounts, ScanRequest, scan
from inspection.errors import BadSource, NotAllowed, SourceUnavailable
from inspection.settings import reset

SCHEMA = Draft202012Validator(json.loads(Path(__file__).with_name("scan_row.schema.json").read_text(encoding="utf-8")))


def quiet(_: str) -> None:
    """Takes what would go to stderr."""


def run(folder: Path, out: Path, judges: InProcessJudges | None = None, **more: Any) -> ScanCounts:
    return scan(ScanRequest(str(folder), out, **more), judges or InProcessJudges(), tell=quiet)


def rows_of(out: Path) -> dict[str, dict[str, Any]]:
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    by_path = {row["path"]: row for row in rows}
    assert len(by_path) == len(rows), "one row per file"
    return by_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "分享"
    made.mkdir()
    return made


def test_every_file_gets_one_row_as_the_contract_says(folder: Path, tmp_path: Path) -> None:
    office_folder(folder)
    (folder / "空.txt").touch()
    (folder / "亂.docx").write_bytes(random.Random(1).randbytes(400))
    (folder / "連結").symlink_to("空.txt")
    out = tmp_path / "rows.jsonl"

    counts = run(folder, out)

    rows = rows_of(out)
    for row in rows.values():
        SCHEMA.validate(row)
    outer = [row for row in rows.values() if "within" not in row]
    on_disk = [path for path in folder.rglob("*") if not path.is_dir()]
    assert len(outer) == len(on_disk) == counts.seen == counts.done
    assert rows["空.txt"]["status"] == "scanned"
    assert (rows["亂.docx"]["status"], rows["亂.docx"]["reason"]) == ("unreadable", "corrupt")
    assert (rows["連結"]["status"], rows["連結"]["reason"]) == ("skipped", "excluded")
    assert rows["附件.zip!/inner"]["verdict"] == "unmarked_sensitive"
    assert rows["第3課/案件003/名冊.docx"]["verdict"] == "unmarked_sensitive"
    assert rows["第0課/案件000/會辦單.txt"]["verdict"] == "clean"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_nothing_planted_in_content_or_names_stands_in_the_output(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    planted = office_folder(folder)
    out = tmp_path / "rows.jsonl"
    told: list[str] = []
    scan(ScanRequest(str(folder), out), InProcessJudges(), tell=told.append)
    shown = out.read_text(encoding="utf-8") + "".join(told) + "".join(capfd.readouterr()) + caplog.text
    assert len(planted) > 40
    assert any("****" in row["path"] for row in rows_of(out).values())
    assert [secret for secret in planted if secret in shown or secret[1:] in shown] == []


def test_an_existing_output_readable_by_others_is_closed_to_them(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text("x", encoding="utf-8")
    out = tmp_path / "rows.jsonl"
    out.write_text("old\n", encoding="utf-8")
    out.chmod(0o644)
    run(folder, out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert list(rows_of(out)) == ["a.txt"]


def test_the_same_content_under_another_name_is_judged_once(folder: Path, tmp_path: Path) -> None:
    text, _ = roster_text(random.Random(5))
    for name in ("甲.docx", "乙.docx", "丙.docx"):
        (folder / name).write_bytes(docx(*text.splitlines()))
    (folder / "甲.zip").write_bytes(zipped(a=docx("x"), b="說明".encode()))
    (folder / "乙.zip").write_bytes((folder / "甲.zip").read_bytes())
    judges = InProcessJudges()
    counts = run(folder, tmp_path / "rows.jsonl", judges)
    assert len(judges.judged) == 2
    assert counts.copies == 3
    rows = rows_of(tmp_path / "rows.jsonl")
    assert len({json.dumps(rows[name]["categories"]) for name in ("甲.docx", "乙.docx", "丙.docx")}) == 1
    assert rows["甲.zip!/a"]["within"] == "甲.zip"
    assert rows["乙.zip!/a"]["within"] == "乙.zip"


def test_an_unchanged_tree_is_carried_over_from_the_baseline_without_opening_a_file(
    folder: Path, tmp_path: Path
) -> None:
    office_folder(folder)
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    run(folder, first)
    judges = InProcessJudges()

    counts = run(folder, second, judges, baseline=first)

    assert judges.judged == []
    assert counts.carried == counts.seen > 60
    assert sorted(second.read_bytes().splitlines()) == sorted(first.read_bytes().splitlines())


def test_only_what_changed_since_the_baseline_is_read(folder: Path, tmp_path: Path) -> None:
    office_folder(folder)
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    run(folder, first)
    (folder / "新.txt").write_text("x", encoding="utf-8")
    (folder / "附件.zip").write_bytes(zipped(other="別的".encode()))
    (folder / "第0課" / "案件000" / "會辦單.txt").unlink()
    judges = InProcessJudges()

    run(folder, second, judges, baseline=first)

    assert sorted(judges.judged) == ["新.txt", "附件.zip"]
    rows = rows_of(second)
    assert "附件.zip!/other" in rows
    assert "附件.zip!/inner" not in rows
    assert "第0課/案件000/會辦單.txt" not in rows


def test_a_scan_stopped_midway_leaves_whole_rows_and_resume_reads_only_the_rest(folder: Path, tmp_path: Path) -> None:
    office_folder(folder)
    out, whole = tmp_path / "rows.jsonl", tmp_path / "whole.jsonl"
    run(folder, whole)

    class Stopping(InProcessJudges):
        def judge(self, files: Any) -> Any:
            for number, judged in enumerate(super().judge(files)):
                if number == 20:
                    os.kill(os.getpid(), 2)
                yield judged

    counts = scan(ScanRequest(str(folder), out), Stopping(), tell=quiet)
    assert counts.interrupted
    assert counts.exit_status == 1
    done = [row for row in rows_of(out).values() if "within" not in row]
    assert len(done) == counts.done == 20
    with out.open("ab") as torn:
        torn.write(b'{"path": "cut off in the mid')

    judges = InProcessJudges()
    again = run(folder, out, judges, resume=True)
    assert (again.carried, again.done) == (20, again.seen)
    assert len(judges.judged) + again.copies == again.seen - 20
    assert rows_of(out) == rows_of(whole)


def test_resume_drops_rows_of_files_changed_or_gone_meanwhile(folder: Path, tmp_path: Path) -> None:
    office_folder(folder)
    out, fresh = tmp_path / "rows.jsonl", tmp_path / "fresh.jsonl"
    run(folder, out)
    (folder / "附件.zip").unlink()
    (folder / "第1課" / "案件001" / "會辦單.txt").write_text("改過了", encoding="utf-8")

    run(folder, out, resume=True)

    run(folder, fresh)
    assert rows_of(out) == rows_of(fresh)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_two_scans_of_the_same_tree_give_equal_rows(folder: Path, tmp_path: Path) -> None:
    office_folder(folder)
    run(folder, tmp_path / "a.jsonl")
    run(folder, tmp_path / "b.jsonl")
    assert rows_of(tmp_path / "a.jsonl") == rows_of(tmp_path / "b.jsonl")


def test_the_output_inside_the_scanned_folder_gets_no_row_of_its_own(folder: Path) -> None:
    (folder / "a.txt").write_text("x", encoding="utf-8")
    run(folder, folder / "rows.jsonl")
    assert list(rows_of(folder / "rows.jsonl")) == ["a.txt"]


def test_it_says_that_it_runs_outside_an_approved_plan(folder: Path, tmp_path: Path) -> None:
    told: list[str] = []
    scan(ScanRequest(str(folder), tmp_path / "o"), InProcessJudges(), tell=told.append)
    assert told[0].startswith("此為計畫外之掃描")


def test_it_is_refused_where_scans_are_switched_off(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTION_ALLOW_SCAN", "false")
    reset()
    with pytest.raises(NotAllowed):
        run(folder, tmp_path / "o")
    assert not (tmp_path / "o").exists()


def test_wrong_input_is_told_and_nothing_is_overwritten(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text("x", encoding="utf-8")
    out = tmp_path / "rows.jsonl"
    run(folder, out)
    before = out.read_bytes()
    with pytest.raises(BadSource, match="將覆寫"):
        run(folder, out, baseline=out)
    (tmp_path / "other").write_text('{"a": 1}\n', encoding="utf-8")
    with pytest.raises(BadSource, match="other，第 1 行"):
        run(folder, out, baseline=tmp_path / "other")
    with pytest.raises(SourceUnavailable):
        run(tmp_path / "missing", out)
    with pytest.raises(BadSource, match="INSPECTION_SMB_PASSWORD"):
        scan(ScanRequest("smb://u@127.0.0.1/s", out), InProcessJudges(), tell=quiet)
    assert out.read_bytes() == before


def test_a_national_secret_needs_a_person(folder: Path, tmp_path: Path) -> None:
    (folder / "甲.docx").write_bytes(docx("本文", header="機密"))
    counts = run(folder, tmp_path / "rows.jsonl")
    row = rows_of(tmp_path / "rows.jsonl")["甲.docx"]
    assert (row["status"], row["reason"], row["categories"]) == ("skipped", "national_secret_mark", [])
    assert counts.exit_status == 1
    assert counts.needs_a_person == ["1 個檔案標有國家機密"]
    run(folder, tmp_path / "again.jsonl", baseline=tmp_path / "rows.jsonl")


def test_an_archive_that_names_its_members_upwards_leads_nobody_out_of_the_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "壞.zip").write_bytes(zipped(**{"../../../etc/x": "說明".encode(), "./y": "說明".encode()}))
    run(folder, tmp_path / "rows.jsonl")
    rows = rows_of(tmp_path / "rows.jsonl")
    for row in rows.values():
        SCHEMA.validate(row)
    assert set(rows) == {"壞.zip", "壞.zip!/__/__/__/etc/x", "壞.zip!/_/y"}
