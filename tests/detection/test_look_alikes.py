"""What an office publishes is left alone, what only resembles it is found: papers made at run time, in any order and
format, also in folders whose names speak of samples and training."""

from __future__ import annotations

import random

import pytest

from detection.look_alikes import HARMLESS, SENSITIVE, Making
from detection.written import KEY, meta
from inspection.detection.judge import Judgement, judge
from inspection.detection.ruleset import load_rules
from inspection.extraction.read import read_file
from inspection.vocabulary import Verdict
from quality.packing import WRITERS

RULES = load_rules()
WITH_MEANING = load_rules(second_reading=True)
FORMATS = ("txt", "docx", "xlsx", "csv")
FOLDERS = ("民政課", "範例", "教育訓練/115年", "宣導/樣張")
TURNS = range(24)


def judged(make: Making, turn: int, *, by_meaning: bool) -> Judgement:
    """One paper of a kind, in the format and the folder of its turn."""
    kind, folder = FORMATS[turn % len(FORMATS)], FOLDERS[turn // len(FORMATS) % len(FOLDERS)]
    paper = make(random.Random(turn))
    reading = read_file(WRITERS[kind](paper), name=f"{paper.name}.{kind}")
    return judge(reading, meta(f"{folder}/{paper.name}.{kind}"), WITH_MEANING if by_meaning else RULES, KEY)


@pytest.mark.parametrize("by_meaning", [False, True], ids=["rules", "rules and meaning"])
@pytest.mark.parametrize("kind", HARMLESS)
def test_what_is_public_is_left_alone(kind: str, by_meaning: bool) -> None:
    for turn in TURNS:
        found = judged(HARMLESS[kind], turn, by_meaning=by_meaning)
        assert found.verdict is Verdict.CLEAN, (turn, [category.detector for category in found.categories])


@pytest.mark.parametrize("by_meaning", [False, True], ids=["rules", "rules and meaning"])
@pytest.mark.parametrize("kind", SENSITIVE)
def test_what_resembles_it_is_found(kind: str, by_meaning: bool) -> None:
    for turn in TURNS:
        found = judged(SENSITIVE[kind], turn, by_meaning=by_meaning)
        assert found.verdict is Verdict.UNMARKED_SENSITIVE, turn
        assert any(category.strength == 0 for category in found.categories), turn


@pytest.mark.parametrize("kind", ["script", "open secret"])
def test_a_program_is_judged_line_by_line(kind: str) -> None:
    wanted = Verdict.CLEAN if kind in HARMLESS else Verdict.UNMARKED_SENSITIVE
    for turn in range(60):
        (piece,) = (HARMLESS | SENSITIVE)[kind](random.Random(turn)).pieces
        for line in piece.lines[1:] if kind in HARMLESS else piece.lines[3:4]:
            found = judge(read_file(line.encode(), name="a.py"), meta("資訊室/a.py"), RULES, KEY)
            assert found.verdict is wanted, line
