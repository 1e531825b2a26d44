"""Texts are folded so that one rule serves all spellings, and broken-up numbers are told from several numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.detection.columns import with_rows
from inspection.detection.normalise import Manuscript, compact, joined, normalised
from inspection.detection.ruleset import load_rules
from inspection.extraction.passage import Passage, Reading
from inspection.vocabulary import ReadStatus, Zone

LABELS = load_rules(backend="re").label_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢ１２：（密）", "AB12:(密)"),
        ("密\u200b碼\ufeff", "密碼"),
        ("密　等 及 解 密 條 件", "密等及解密條件"),
        ("公務 機密 維護", "公務 機密 維護"),
        ("①王", " 王"),
        ("09‑12", "09-12"),
        ("\ud800", "?"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert normalised(text) == folded


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        ("A-123-456", "A123456"),
        ("A 1 2 3 4", "A1234"),
        ("A\t1\t2\t3", "A123"),
        ("A123\n456", "A123456"),
        ("A\t1\t234567", None),
        ("A12-34 56", None),
        ("A12\n34\n56", None),
        ("A12  34", None),
    ],
)
def test_only_breaks_of_one_number_are_mended(value: str, whole: str | None) -> None:
    assert joined(value) == whole


@given(st.lists(st.text(), max_size=6))
def test_lines_and_passages_stay_in_step(texts: list[str]) -> None:
    passages = tuple(Passage(Zone.BODY, text) for text in texts)
    manuscript = Manuscript.of(passages)
    assert manuscript.text[0] == manuscript.text[-1] == "\n"
    assert len(manuscript.lines) == max(1, len(passages))
    for index, start in enumerate(manuscript.starts):
        assert manuscript.index_at(start) == index
        assert manuscript.line(index) == manuscript.lines[index]
    manuscript.text.encode()


def test_compact_keeps_cells_apart() -> None:
    assert compact("密 等 \t 密") == "密等\t密"


def test_words_below_headings_of_a_pdf_become_cells() -> None:
    lines = [
        "補助名冊",
        "序號 姓名 身分證字號",
        "1 林示範 甲",
        "2 陳虛構",
        "以上共二人。",
        "另行通知。",
        "本頁完。",
        "3 李樣品 乙",
    ]
    reading = Reading(ReadStatus.SCANNED, "pdf", passages=tuple(Passage(Zone.BODY, line) for line in lines))
    cells = [passage.cells for passage in with_rows(reading, LABELS)]
    assert cells[1:4] == [("序號", "姓名", "身分證字號"), ("1", "林示範", "甲"), ("2", "陳虛構")]
    assert [cells[0], *cells[4:]] == [(), (), (), (), ()]


def test_formats_that_keep_their_cells_are_left_as_they_are() -> None:
    passages = (Passage(Zone.BODY, "姓名 電話"), Passage(Zone.BODY, "林示範 1"))
    assert with_rows(Reading(ReadStatus.SCANNED, "docx", passages=passages), LABELS) == passages
