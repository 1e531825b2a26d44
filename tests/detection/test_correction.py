"""What lessons may do to a clue: one grade, only downward, only on what several papers of several people say."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from inspection.detection.correction import HEAVIEST, NEEDED, Correction, Demands, Taught, TopicCorrection, learn
from inspection.detection.traits import BUCKETS

DEMANDS = Demands(fewest_lessons=5, fewest_people=2, most_lost=2)
FORM = frozenset(range(20))
"""The bits of a form the office fills again and again."""
SECRET = frozenset(range(500, 530))
WEIGHTS = st.dictionaries(st.integers(0, 60), st.integers(-20, 20))
BITS = st.frozensets(st.integers(0, 60), max_size=25)


def dismissed(buckets: frozenset[int], by: str = "a") -> Taught:
    """A paper found harmless."""
    return Taught("TOP-HR", buckets, True, by)


def some(count: int, chance: random.Random | None = None, *, of: frozenset[int] = FORM) -> list[Taught]:
    """Papers made from the form, by two people in turn; each lacks a bit and bears one of its own."""
    chance = chance or random.Random(1)
    made = []
    for number in range(count):
        own = (of - {chance.choice(sorted(of))}) | {100 + number}
        made.append(dismissed(own, "ab"[number % 2]))
    return made


def taught(*lessons: Taught, tried: list[frozenset[int]] | None = None) -> TopicCorrection | None:
    """What lessons teach where sensitive papers look quite otherwise."""
    known = [SECRET | {600 + number} for number in range(20)]
    return learn(lessons, known, known if tried is None else tried, DEMANDS)


def test_what_was_dismissed_again_and_again_loses_one_grade() -> None:
    own = taught(*some(8))
    assert own is not None
    correction = Correction({"TOP-HR": own})
    assert [correction.lowered("TOP-HR", grade, FORM) for grade in (1, 2, 3)] == [1, 1, 2]
    assert [correction.lowered("TOP-HR", grade, SECRET) for grade in (1, 2, 3)] == [1, 2, 3]
    assert correction.lowered("TOP-EXAM", 3, FORM) == 3
    assert correction.strength("TOP-HR", 3, None) == 3


def test_too_few_papers_or_people_teach_nothing() -> None:
    assert taught(*some(4)) is None
    assert taught(*(dismissed(one.buckets, "a") for one in some(30))) is None
    assert taught() is None


def test_a_bit_of_few_papers_is_taken_for_absent() -> None:
    """The bits each paper bears alone leave no weight: nothing in a version speaks of one paper."""
    own = taught(*some(12))
    assert own is not None
    assert not {bit for bit in own.weights if 100 <= bit < 200}
    one_more = taught(*some(12), Taught("TOP-HR", frozenset({900, 901}), False, "c"))
    assert one_more is not None
    assert not {900, 901} & one_more.weights.keys()


def test_what_officers_confirmed_is_never_lowered() -> None:
    confirmed = Taught("TOP-HR", FORM, False, "a")
    assert taught(*some(30), confirmed) is None
    near = Taught("TOP-HR", frozenset(sorted(FORM)[:4]) | SECRET, False, "a")
    own = taught(*some(30), near)
    assert own is not None
    assert not own.lowers(near.buckets)


def test_a_topic_that_would_cost_sensitive_papers_is_left_out() -> None:
    alike = [FORM | {700 + number} for number in range(20)]
    assert taught(*some(30), tried=alike) is None
    assert taught(*some(30), tried=[*alike[:1], *(SECRET for _ in range(99))]) is not None


def test_weights_are_coarse_and_bounded() -> None:
    own = taught(*some(400))
    assert own is not None
    assert own.needed in NEEDED
    assert all(isinstance(weight, int) and 0 < abs(weight) <= HEAVIEST for weight in own.weights.values())
    assert all(0 <= bit < BUCKETS for bit in own.weights)


def test_a_version_says_the_same_after_it_was_kept() -> None:
    own = taught(*some(8))
    assert own is not None
    correction = Correction({"TOP-HR": own})
    assert Correction.of_content(correction.as_content()) == correction


@given(WEIGHTS, WEIGHTS, st.sampled_from(NEEDED), st.sampled_from(NEEDED), BITS)
def test_narrowing_only_shows_more(
    one: dict[int, int], other: dict[int, int], needed: int, need: int, buckets: frozenset[int]
) -> None:
    first, second = Correction({"T": TopicCorrection(needed, one)}), Correction({"T": TopicCorrection(need, other)})
    both = first.narrowed_by(second)
    for grade in (1, 2, 3):
        kept = both.lowered("T", grade, buckets)
        assert kept >= max(first.lowered("T", grade, buckets), second.lowered("T", grade, buckets))
    assert first.narrowed_by(Correction({})) == Correction({})


@given(WEIGHTS, st.sampled_from(NEEDED), BITS, st.integers(1, 3))
def test_a_clue_never_rises_never_vanishes_and_loses_one_grade_at_most(
    weights: dict[int, int], needed: int, buckets: frozenset[int], grade: int
) -> None:
    after = Correction({"T": TopicCorrection(needed, weights)}).lowered("T", grade, buckets)
    assert max(1, grade - 1) <= after <= grade
