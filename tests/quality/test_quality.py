"""A small sample of the labelled corpus: what the whole measurement holds must not fall unseen between two of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspection import clock
from quality.corpus import Label, build
from quality.measure import measured
from quality.packing import BY_LIBREOFFICE, HOLDS
from quality.score import Score

# docs/detection-quality.md holds the figures of the whole corpus; the sample leaves out what LibreOffice writes
KINDS = set(HOLDS) - set(BY_LIBREOFFICE)
LEAST_F1 = 0.95


@pytest.fixture(scope="module")
def sample() -> tuple[Score, list[Label]]:
    return measured(sealed=False, today=clock.now().date(), count=4, kinds=KINDS)


def test_unmarked_sensitive_files_are_told_from_the_others(sample: tuple[Score, list[Label]]) -> None:
    score, _ = sample
    assert score.unmarked.f1 >= LEAST_F1, "\n".join(map(str, score.misses))


def test_no_mark_is_read_where_none_stands(sample: tuple[Score, list[Label]]) -> None:
    score, _ = sample
    assert not score.false_marks, "\n".join(map(str, score.misses))
    assert score.marks.recall >= LEAST_F1, "\n".join(map(str, score.misses))


def test_the_sample_holds_every_verdict_and_both_kinds_of_place(sample: tuple[Score, list[Label]]) -> None:
    _, labels = sample
    assert {label.verdict for label in labels} == {"unmarked_sensitive", "clean", "marked", "defective_mark"}
    assert len({label.template for label in labels}) > 70


def test_the_same_seed_writes_the_same_labels(tmp_path: Path) -> None:
    today = clock.now().date()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one = build(tmp_path / "one", sealed=False, today=today, count=1, kinds=KINDS)
    two = build(tmp_path / "two", sealed=False, today=today, count=1, kinds=KINDS)
    assert one == two
