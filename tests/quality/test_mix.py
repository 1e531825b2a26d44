"""The mix of one in 200: a rule's hit is no hit of meaning, and grades add up as an office would meet them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tools.meaning import mix

from detection.invented import Inventor
from inspection.detection.ruleset import load_rules

DAY = date(2026, 11, 29)


def told(*, sensitive: bool = False, trap: bool = False, by_rule: bool = False, grade: int = 0) -> mix.Told:
    return mix.Told(sensitive, trap, by_rule, grade)


def test_shares_and_precision_are_those_of_the_mix() -> None:
    harmless = [told()] * 197 + [told(grade=3), told(trap=True, grade=2), told(trap=True)]
    sensitive = [told(sensitive=True, by_rule=True), told(sensitive=True, grade=3), told(sensitive=True, grade=1)] * 2
    lines = mix.report([*harmless, *sensitive])
    rows = {line.split(" | ")[0].strip("| "): [cell.strip(" |") for cell in line.split(" | ")[1:]] for line in lines}
    assert (rows["ordinary harmless"][0], rows["traps"][0], rows["all harmless"][0]) == ("198", "2", "200")
    assert rows["all harmless"][1].startswith("50 ")
    assert rows["traps"][2] == "0.5000"
    assert rows["a rule's hit"] == ["0.333", "0.00", "1.000"]
    assert rows["or grade 強"][:2] == ["0.667", f"{199 / 200:.2f}"]
    assert rows["or any suspicion"][:2] == ["0.667", f"{199 * 2 / 200:.2f}"]


def test_files_of_a_folder_are_counted_by_what_was_said_of_them(tmp_path: Path) -> None:
    (tmp_path / "公告.txt").write_text("本週六舉辦環境清潔日活動，歡迎參加。", encoding="utf-8")
    (tmp_path / "名單.txt").write_text(f"身分證字號：{Inventor(3).national_id()}", encoding="utf-8")
    (line,) = mix.report_files(tmp_path, load_rules(second_reading=True), DAY)
    assert line.endswith("2 files; by meaning 0 suspected, 0 of them 強; 1 by a rule")
