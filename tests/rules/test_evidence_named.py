"""What counts as naming evidence: a register or a paper, and never a word that names none."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspection.errors import BadSource
from inspection.rules import catalogue

RULES = catalogue.load()
ITEMS = RULES.checklist_items
DEMANDING = [item for item in ITEMS.items if item.evidence_required and not item.retired]
EMPTY = (
    "", "　", "無", " 無。", "沒有", "-", "－－", "—", "…", "。", "N/A", "Ｎ／Ａ", "n.a.", "NA", "略", "從略。",
    "如附件", "（如附件）", "詳附件", "見附件。", "附件", "有", "V", "1", "同", "符合", "均符合。", "依規定辦理",
    "已辦理", "none", "null", "ok",
)  # fmt: skip
NAMED = (
    "無紙本，登記於公文系統", "收發登記簿第3冊", "115年密件登記簿", "府政字第1號函", "附件一：指派名冊",
    "如附件之指派名冊", "尚未建立，已請採購", "見公文系統", "無法提供，因無此業務", "A4簿", "名冊存人事室",
)  # fmt: skip


@pytest.mark.parametrize("words", EMPTY)
def test_words_that_name_nothing_do_not_count_for_any_statement(words: str) -> None:
    assert [one.id for one in DEMANDING if not ITEMS.names_nothing(words, one.statement, one)] == []


@pytest.mark.parametrize("words", NAMED)
def test_a_register_or_paper_in_ones_own_words_counts_for_every_statement(words: str) -> None:
    assert [one.id for one in DEMANDING if ITEMS.names_nothing(words, one.statement, one)] == []


def test_the_statements_own_words_and_the_unfilled_hint_do_not_count_the_asked_paper_by_its_name_does() -> None:
    assert len(DEMANDING) > 60
    for one in DEMANDING:
        assert ITEMS.names_nothing(one.statement, one.statement, one), one.id
        assert ITEMS.names_nothing(one.statement.rstrip("。").split("，")[-1], one.statement, one), one.id
        assert ITEMS.names_nothing(f" {one.remark_hint}。", one.statement, one), one.id
        assert not ITEMS.names_nothing(one.evidence, one.statement, one), one.id
        assert not ITEMS.names_nothing(f"{one.statement}見登記簿第2冊", one.statement, one), one.id


@pytest.mark.parametrize("words", ["無", "N/A, NA", "（）", "如附, 如附。"])
def test_a_word_that_says_nothing_new_is_refused_with_its_place(tmp_path: Path, words: str) -> None:
    (tmp_path / "checklist_items.yaml").write_text(f"no_evidence: [{words}]\n", encoding="utf-8")
    with pytest.raises(BadSource) as told:
        catalogue.load(tmp_path)
    assert "checklist_items.yaml" in str(told.value)
    assert "no_evidence" in str(told.value)


def test_an_agency_lays_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "checklist_items.yaml").write_text("no_evidence: [洽承辦]\n", encoding="utf-8")
    own, one = catalogue.load(tmp_path).checklist_items, DEMANDING[0]
    assert own.names_nothing("洽承辦。", one.statement, one)
    assert not ITEMS.names_nothing("洽承辦。", one.statement, one)
    assert not own.names_nothing("如附件", one.statement, one)
