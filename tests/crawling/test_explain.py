"""`inspection scan --explain FILE` says why, with masked paragraphs alone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from crawling.papers import roster_text
from detection.test_meaning import ORDINARY, SECRETIVE
from inspection.cli.scan import scan_command
from inspection.errors import BadSource


def told(file: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command prints about a file."""
    assert scan_command(["--explain", str(file)]) == 0
    return capsys.readouterr().out


def test_a_clue_is_told_with_the_lines_that_weighed_and_nothing_in_clear(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "雜記.txt"
    file.write_text("\n".join([*ORDINARY, *SECRETIVE]), encoding="utf-8")
    text = told(file, capsys)
    assert "語意比對（疑似線索），強度" in text
    assert "○" in text
    assert not any(line in text for line in SECRETIVE)


def test_what_a_rule_found_and_what_is_ordinary(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines, numbers = roster_text(random.Random())
    (tmp_path / "名冊.txt").write_text(lines, encoding="utf-8")
    (tmp_path / "活動.txt").write_text("\n".join(ORDINARY), encoding="utf-8")
    text = told(tmp_path / "名冊.txt", capsys)
    assert f"規則命中{len(numbers)}筆" in text
    assert not any(number in text for number in numbers)
    assert told(tmp_path / "活動.txt", capsys).strip().endswith("未發現敏感內容")


def test_a_folder_is_no_file_and_rows_or_words_must_be_chosen(home: Path, tmp_path: Path) -> None:
    with pytest.raises(BadSource, match="不是檔案"):
        scan_command(["--explain", str(tmp_path)])
    with pytest.raises(SystemExit):
        scan_command([str(tmp_path)])
    with pytest.raises(SystemExit):
        scan_command(["--explain", "--jsonl", str(tmp_path / "rows"), str(tmp_path)])
