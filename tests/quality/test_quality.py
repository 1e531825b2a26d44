"""A small sample of the labelled corpus: what the whole measurement holds must not fall unseen between two of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspection import clock
from quality.corpus import Label, build
from quality.measure import measured, scanned
from quality.packing import BY_LIBREOFFICE, HOLDS, convert, write
from quality.paper import Ink, Paper, Piece, Place
from quality.score import Score

# docs/detection-quality.md holds the figures of the whole corpus; the sample leaves out what LibreOffice writes
KINDS = set(HOLDS) - set(BY_LIBREOFFICE)
LEAST_F1 = 0.98


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


def test_a_mark_struck_out_in_a_pdf_is_none_and_one_left_standing_counts(tmp_path: Path) -> None:
    folder, waiting = tmp_path / "files", tmp_path / "waiting"
    folder.mkdir()
    line = "密等及解密條件或保密期限：密（本件於公布時解密）"
    for name, ink in (("struck", Ink.STRUCK), ("standing", Ink.PLAIN)):
        marked = (Piece(("限閱",), Place.HEADER, ink=ink), Piece((line,), ink=ink), Piece(("主旨：檢送會議資料。",)))
        write(Paper(name, name, marked), "pdf", folder, waiting)
    convert(folder, waiting)
    rows = scanned(folder, tmp_path / "rows.jsonl")
    assert rows["struck.pdf"]["mark"] is None
    assert rows["standing.pdf"]["mark"]["level"] == "密"
