"""The engines see the same in any text, and see it in linear time."""

from __future__ import annotations

import time

from hypothesis import example, given, settings
from hypothesis import strategies as st

from detection.invented import Inventor
from inspection.detection.engine import Engine, Expression
from inspection.detection.normalise import normalised
from inspection.detection.ruleset import load_rules

ENGINES = [load_rules(backend=name).engine for name in ("hyperscan", "re2", "re")]
EXPRESSIONS = ENGINES[0].expressions
PIECES = [
    "姓名：", "身分證", "核定底價：", "標準答案", "電話", "密碼=", "@", "TWN", "\n", "\t", " ", "-", "號", "路",
    *(maker(Inventor(3)) for maker in (Inventor.national_id, Inventor.mobile, Inventor.account, Inventor.mrz_numbers)),
    "虛構縣示範市中山路1號", "someone@mail.example", "新臺幣1,234,000元", "71年5月6日", "K", "ſ",
]  # fmt: skip


def texts() -> st.SearchStrategy[str]:
    piece = st.one_of(st.sampled_from(PIECES), st.text(max_size=5))
    return st.lists(piece, max_size=20).map(lambda parts: "\n" + normalised("".join(parts)) + "\n")


@settings(max_examples=150, deadline=None)
@given(text=texts())
@example(text="\n" + normalised("密碼=姓名:\x0b") + "\n")
@example(text="\nA1 2 3 4 5 6 7 8 9\n")
def test_all_engines_give_identical_hits_in_any_text(text: str) -> None:
    sightings = [engine.open(text) for engine in ENGINES]
    for expression in EXPRESSIONS:
        found = [sighting.spans(expression, 100) for sighting in sightings]
        assert found[0] == found[1] == found[2], expression.source
        if expression.literal:
            assert {sighting.has(expression.source) for sighting in sightings} == {expression.source in text}


def test_spans_are_in_characters_and_neighbours_share_a_boundary() -> None:
    for backend in ("hyperscan", "re2", "re"):
        number = Expression(r"\d{4}", "ascii")
        engine = Engine.build([number], backend)  # type: ignore[arg-type]
        assert engine.open("\n密1234 5678，12345\n").spans(number, 9) == [(2, 6), (7, 11)]
        assert engine.open("\n1234 5678\n").spans(number, 1) == [(1, 5)]


def test_without_its_gate_nothing_is_looked_for() -> None:
    patterns = [Expression(r"價\d+", gate=gate) for gate in ("", "底價", "標價")]
    sighting = Engine.build(patterns, "hyperscan").open("\n底價12\n")
    assert [sighting.spans(one, 9) for one in patterns] == [[(2, 5)], [(2, 5)], []]


def test_a_long_run_of_one_kind_of_characters_takes_no_quadratic_time() -> None:
    engine = ENGINES[0]
    for text in ("\n" + "a" * 300_000 + "\n", "\n" + "1" * 300_000 + "\n", "\n" + "路" * 100_000 + "\n"):
        start = time.process_time()
        sighting = engine.open(text)
        for expression in EXPRESSIONS:
            sighting.spans(expression, 5000)
        assert time.process_time() - start < 5
