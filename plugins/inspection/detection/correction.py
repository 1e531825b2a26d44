"""What lessons change: a clue that looks like what officers dismissed, and unlike what is sensitive, loses one grade.

A correction holds per topic a weight for some bits of `detection.traits`, coarse and bounded, and how much must speak
against a clue. It knows no text and no file; it never raises a grade, never lowers one by more than one, never takes a
clue away, and never sees what a rule found.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspection.detection.meaning import WEAK
from inspection.detection.traits import buckets_of

HEAVIEST = 20
"""What one bit may weigh at most, in tenths of log-odds."""
NEEDED = (30, 50, 80, 120)
"""How much must speak against a clue, in tenths: the first is taken by which nothing sensitive is lost."""
Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TopicCorrection:
    """For one topic: the weight of bits in tenths (below 0 speaks against), and what is needed to lower a clue."""

    needed: int
    weights: Mapping[int, int]

    def lowers(self, buckets: Collection[int]) -> bool:
        """Whether enough speaks against a clue with these bits."""
        return sum(self.weights.get(one, 0) for one in buckets) <= -self.needed


@dataclass(frozen=True, slots=True)
class Correction:
    """The corrections of some topics; a topic without one is read as the model reads it."""

    topics: Mapping[str, TopicCorrection]

    def strength(self, topic: str, strength: int, traits: str | None) -> int:
        """The grade (1 to 3) of a clue the model gave `strength`."""
        return self.lowered(topic, strength, buckets_of(traits)) if traits else strength

    def lowered(self, topic: str, strength: int, buckets: Collection[int]) -> int:
        """The same where the bits are at hand: one grade less where enough speaks against it, never less than weak."""
        own = self.topics.get(topic)
        if own is None or strength <= WEAK or not own.lowers(buckets):
            return strength
        return strength - 1

    def narrowed_by(self, other: Correction) -> Correction:
        """What both lower: per topic the milder weights and the higher need."""
        return Correction(
            {
                topic: TopicCorrection(
                    max(own.needed, other.topics[topic].needed), _milder(own.weights, other.topics[topic].weights)
                )
                for topic, own in sorted(self.topics.items())
                if topic in other.topics
            }
        )

    def as_content(self) -> Content:
        """As a row keeps it."""
        return {
            topic: {
                "needed": own.needed,
                "weights": {str(bit): weight for bit, weight in sorted(own.weights.items())},
            }
            for topic, own in sorted(self.topics.items())
        }

    @classmethod
    def of_content(cls, content: Content) -> Correction:
        """What a row keeps."""
        return cls(
            {
                topic: TopicCorrection(own["needed"], {int(bit): weight for bit, weight in own["weights"].items()})
                for topic, own in content.items()
            }
        )


def _milder(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    both = {bit: max(one.get(bit, 0), other.get(bit, 0)) for bit in {*one, *other}}
    return {bit: weight for bit, weight in both.items() if weight}


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson as learning sees it: its topic, its bits, whether dismissed, by whom."""

    topic: str
    buckets: frozenset[int]
    dismissed: bool
    by: str


@dataclass(frozen=True, slots=True)
class Demands:
    """What a correction must meet. A bit counts that stands in `fewest_lessons` papers dismissed by `fewest_people`;
    of a hundred sensitive papers of a topic at most `most_lost` may lose a grade."""

    fewest_lessons: int
    fewest_people: int
    most_lost: int


def learn(
    lessons: Sequence[Taught],
    known: Sequence[frozenset[int]],
    tried: Sequence[frozenset[int]],
    demands: Demands,
) -> TopicCorrection | None:
    """What the lessons of one topic teach; None where it is too little, or would cost what is sensitive.

    `known` are the bits of sensitive papers of the topic that stand against the lessons, `tried` those of others on
    which the outcome is tried.
    """
    dismissed = [one for one in lessons if one.dismissed]
    confirmed = [one.buckets for one in lessons if not one.dismissed]
    if not _enough(dismissed, demands):
        return None
    weights = _weights(dismissed, confirmed, known, demands)
    may_lose = len(tried) * demands.most_lost // 100
    for needed in NEEDED:
        own = TopicCorrection(needed, weights)
        if sum(map(own.lowers, tried)) <= may_lose and not any(map(own.lowers, confirmed)):
            helps = [one for one in dismissed if own.lowers(one.buckets)]
            return own if _enough(helps, demands) else None
    return None


def _enough(lessons: Sequence[Taught], demands: Demands) -> bool:
    return len(lessons) >= demands.fewest_lessons and len({one.by for one in lessons}) >= demands.fewest_people


def _weights(
    dismissed: Sequence[Taught],
    confirmed: Sequence[frozenset[int]],
    known: Sequence[frozenset[int]],
    demands: Demands,
) -> dict[int, int]:
    """Log-odds of a bit among what is sensitive against what was dismissed, in tenths.

    Of the agency's own papers a bit counts only where enough of them bear it, and is taken for absent otherwise: no
    weight speaks of a single paper.
    """
    speaking = _counts(one.buckets for one in dismissed)
    against = {
        bit: count
        for bit, count in speaking.items()
        if _enough([one for one in dismissed if bit in one.buckets], demands)
    }
    own = {bit: count for bit, count in _counts(confirmed).items() if count >= demands.fewest_lessons}
    public = _counts(known)
    sensitive_papers = len(confirmed) + len(known) + 1
    weights = {}
    for bit in {*against, *own, *public}:
        among_sensitive = (own.get(bit, 0) + public.get(bit, 0) + 0.5) / sensitive_papers
        among_dismissed = (against.get(bit, 0) + 0.5) / (len(dismissed) + 1)
        tenths = round(10 * math.log(among_sensitive / among_dismissed))
        if tenths and (bit in against or tenths > 0):
            weights[bit] = max(-HEAVIEST, min(HEAVIEST, tenths))
    return weights


def _counts(papers: Iterable[frozenset[int]]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for buckets in papers:
        for bit in buckets:
            counts[bit] = counts.get(bit, 0) + 1
    return counts
