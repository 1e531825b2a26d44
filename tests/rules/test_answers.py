"""How answers are asked for and read: each kind by what people write, and kept as JSON both ways."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from pydantic import ValidationError

from inspection import settings
from inspection.rules.answers import (
    STATEMENT,
    AnswerSpec,
    Asked,
    DateAnswer,
    DateSpec,
    NumberAnswer,
    NumberSpec,
    StatementAnswer,
    StatementSpec,
    TextAnswer,
    TextSpec,
    answer_of,
    kept_answer,
    stance,
)
from inspection.vocabulary import AnswerValue

KINDS = [get_args(spec.model_fields["kind"].annotation)[0] for spec in get_args(AnswerSpec)]
PAPERS = NumberSpec(unit="件", most=Decimal(5000))
NOT_APPLICABLE = StatementAnswer(said=AnswerValue.NOT_APPLICABLE)


def test_every_kind_a_rule_may_ask_for_is_told_to_those_who_write_rules() -> None:
    told = (settings.REPOSITORY / "docs" / "changing-the-rules.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if kind != STATEMENT.kind and f"{{kind: {kind}" not in told] == []


def test_a_kind_without_words_of_the_form_says_what_it_expects() -> None:
    specs = [DateSpec(), TextSpec(), PAPERS, NumberSpec(unit="次")]
    assert {type(one) for one in specs} == set(get_args(AnswerSpec)) - {StatementSpec}
    assert [one for one in specs if not one.expects] == []
    assert NumberSpec(unit="次", least=None).expects == "一個數值（次）"


@pytest.mark.parametrize(
    "tick", ["V", "v", "Ｖ", "√", "ˇ", "✓", "✔", "☑", "■", "●", "*", "○", "是", "符合。", " 符 合 "]
)
def test_a_tick_is_a_tick(tick: str) -> None:
    assert STATEMENT.read([tick]) == StatementAnswer(said=AnswerValue.CONFORMS)


@pytest.mark.parametrize(
    ("cross", "value"),
    [
        ("×", "does_not_conform"),
        ("不 符合", "does_not_conform"),
        ("✗", "does_not_conform"),
        ("n/a", "not_applicable"),
        ("無", "not_applicable"),
    ],
)
def test_other_signs_say_what_they_say(cross: str, value: str) -> None:
    assert stance(kept_answer(STATEMENT.read([cross]))) == AnswerValue(value)


@pytest.mark.parametrize("written", [["大致符合"], ["符合", "不符合"], ["□"], ["12"]])
def test_unclear_words_are_no_answer(written: list[str]) -> None:
    with pytest.raises(ValueError, match="三個選項均未勾選，或勾選兩項"):
        STATEMENT.read(written)


@pytest.mark.parametrize(
    ("written", "number"),
    [(["12"], 12), (["12件"], 12), (["1,234", "件"], 1234), (["１２件", "件"], 12), (["共 3 件。"], 3), (["0"], 0)],
)
def test_a_number_is_read_with_or_without_its_unit(written: list[str], number: int) -> None:
    assert PAPERS.read(written) == NumberAnswer(number=Decimal(number))


@pytest.mark.parametrize("written", [["許多"], ["-1"], ["5001"], ["1,23"], ["12次"], ["12", "13"]])
def test_what_is_no_number_or_out_of_range_is_unclear(written: list[str]) -> None:
    with pytest.raises(ValueError, match="數字"):
        PAPERS.read(written)


@pytest.mark.parametrize("written", ["2026/11/13", "115.11.13", "115年11月13日", "民國115年11月13日", "2026-11-13"])
def test_a_date_is_read_in_both_reckonings(written: str) -> None:
    found = DateSpec().read([written])
    assert found == DateAnswer(day=date(2026, 11, 13))
    assert DateSpec().say(DateAnswer(day=date(2026, 11, 13))) == "115年11月13日"


@pytest.mark.parametrize("written", ["昨天", "2026/13/1", "115/2/30"])
def test_what_is_no_day_is_unclear(written: str) -> None:
    with pytest.raises(ValueError):
        DateSpec().read([written])


def test_a_text_is_kept_as_written_up_to_its_length() -> None:
    assert TextSpec(most=5).read(["金庫", ""]) == TextAnswer(text="金庫")
    with pytest.raises(ValueError, match="文字過長"):
        TextSpec(most=1).read(["金庫"])


@pytest.mark.parametrize("spec", [STATEMENT, PAPERS, DateSpec(), TextSpec()])
def test_any_statement_may_be_not_applicable_and_blank_is_blank(spec: StatementSpec) -> None:
    assert spec.read(["不適用"]) == NOT_APPLICABLE
    assert spec.say(NOT_APPLICABLE) == "不適用"
    assert spec.read([]) is None


@pytest.mark.parametrize(
    "answer",
    [
        NOT_APPLICABLE,
        NumberAnswer(number=Decimal("12.5")),
        DateAnswer(day=date(2026, 11, 13)),
        TextAnswer(text="金庫"),
        None,
    ],
)
def test_what_is_kept_is_what_was_answered(answer: StatementAnswer | None) -> None:
    assert answer_of(kept_answer(answer)) == answer


def test_a_plain_statement_keeps_nothing_so_plans_keep_their_hash() -> None:
    assert Asked().kept() == {}
    assert Asked.of({"id": "DOC-001", "statement": "…"}) == Asked()


def test_what_is_asked_for_survives_the_plan_and_the_row() -> None:
    asked = Asked(
        answer=NumberSpec(unit="份", words={**STATEMENT.words, AnswerValue.NOT_APPLICABLE: "免填"}), evidence="清冊"
    )
    assert Asked.of(asked.kept()) == asked
    assert asked.kept()["answer"]["kind"] == "number"


def test_two_answers_of_one_word_are_refused() -> None:
    with pytest.raises(ValidationError, match="各訂一個用語，且不得相同"):
        StatementSpec(words={**STATEMENT.words, AnswerValue.DOES_NOT_CONFORM: "符合"})
