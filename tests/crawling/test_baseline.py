"""Rows of an earlier scan are found again by bytes alone, and say the same as when JSON is taken apart."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from crawling.inprocess import InProcessJudges
from crawling.papers import docx, office_folder, zipped
from inspection.crawling.baseline import Baseline, RowFigures, fingerprint
from inspection.crawling.judging import Row
from inspection.crawling.scan import ScanRequest, scan
from inspection.shares.local import LocalShare
from inspection.shares.share import Entry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files whose rows are hard to tell apart, or unlike most."""
    made = tmp_path / "files"
    office_folder(made, files=40)
    (made / '引號".txt').write_text("一般公文", encoding="utf-8")
    (made / "一份.txt").write_text("兩個名稱", encoding="utf-8")
    os.link(made / "一份.txt", made / "另一份.txt")
    (made / "密件.docx").write_bytes(docx("本案", header="密"))
    (made / "壓縮.zip").write_bytes(zipped(inner=docx("往返公文")))
    return made


def entries_of(folder: Path) -> list[Entry]:
    return [entry for listing in LocalShare(folder).walk() for entry in listing.entries if not entry.is_folder]


def scanned(folder: Path, out: Path) -> bytes:
    scan(ScanRequest(str(folder), out), InProcessJudges(), tell=lambda _: None)
    return out.read_bytes()


def test_every_row_is_taken_once_by_its_own_file_with_the_figures_json_gives(folder: Path, tmp_path: Path) -> None:
    data = scanned(folder, tmp_path / "rows.jsonl")
    version = InProcessJudges().rules_version
    rows: list[Row] = [json.loads(line) for line in data.splitlines()]
    own = {(row["fingerprint"], row["path"]): row for row in rows if "within" not in row}
    known = Baseline(data)

    taken: list[bytes] = []
    for entry in entries_of(folder):
        mark = fingerprint(entry, version)
        assert known.take(entry.path, fingerprint(entry, "other rules")) is None
        found = known.take(entry.path, mark)
        assert found is not None
        assert found[0] == RowFigures.of(json.loads(found[1][0]))
        assert own[mark, json.loads(found[1][0])["path"]]["verdict"] == found[0].verdict
        assert known.take(entry.path, mark) is None
        taken += found[1]

    assert sorted(taken) == sorted(data.splitlines())
    assert known.left() == []


def test_what_nobody_takes_is_told_by_where_it_stands(folder: Path, tmp_path: Path) -> None:
    data = scanned(folder, tmp_path / "rows.jsonl")
    known = Baseline(data)
    version = InProcessJudges().rules_version
    gone = {"一份.txt", "密件.docx", "壓縮.zip"}

    for entry in entries_of(folder):
        if entry.path not in gone:
            known.take(entry.path, fingerprint(entry, version))

    left = [json.loads(data[at : data.index(b"\n", at)]) for at in known.left()]
    assert {row.get("within") or row["path"] for row in left} == gone
    assert len(left) == 4  # with the file in the archive


def test_a_file_of_the_same_name_but_another_id_size_or_time_is_not_taken(folder: Path, tmp_path: Path) -> None:
    known = Baseline(scanned(folder, tmp_path / "rows.jsonl"))
    version = InProcessJudges().rules_version
    for entry in entries_of(folder):
        for changed in (
            entry._replace(file_id=entry.file_id + 1),
            entry._replace(size_bytes=entry.size_bytes + 1),
            entry._replace(modified_ns=entry.modified_ns + 1),
            entry._replace(changed_ns=entry.changed_ns + 1),
        ):
            assert known.take(changed.path, fingerprint(changed, version)) is None
