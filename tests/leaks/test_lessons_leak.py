"""With lesson rows, released correction, explanations, family index *and* key: nobody guesses a name that stood there.

Two hundred names, each planted in a paper the second reading points at. Two attacks: by the key alone, each of 9,999
other names is tried by the runs of characters it is made of; and by one who knows all of the paper but the name, other
names are put in its place and what comes out is compared. No better than chance: AUC at most 0.55.
"""

from __future__ import annotations

import hashlib
import json
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import pytest
from tools.meaning.papers import all_papers

from inspection.detection.correction import Correction, Demands, Taught, learn
from inspection.detection.judge import FileMeta, as_row, judge
from inspection.detection.ruleset import load_rules
from inspection.detection.sketch import SLOTS
from inspection.detection.traits import bucket, buckets_of
from inspection.extraction.passage import Passage, Reading
from inspection.vocabulary import ReadStatus, Zone
from quality.tokens import GIVEN, SURNAMES

PLANTS, OTHERS, TRIED_IN_PLACE, LESSONS = 200, 9_999, 6, 6
HIGHEST_AUC = 0.55
RULES = load_rules(second_reading=True)
DAY = date(2026, 11, 29)
NAMES = [family + one + two for family in SURNAMES for one in GIVEN for two in GIVEN if one != two]
UNLIKE = [frozenset[int]()] * 50
"""Sensitive papers that look like none of these: nothing stands against learning from them."""
DEMANDS = Demands(fewest_lessons=5, fewest_people=1, most_lost=5)


@dataclass(frozen=True)
class Kept:
    """What an installation keeps of a paper: bits of a lesson, family index, explanation on the page."""

    traits: str
    sketch: str
    shown: tuple[str, ...]

    @property
    def buckets(self) -> frozenset[int]:
        """The bits set."""
        return buckets_of(self.traits) if self.traits else frozenset()


@dataclass(frozen=True)
class Plant:
    """A name in a paper, who might have been meant instead, and what is kept."""

    name: str
    others: tuple[str, ...]
    text: Callable[[str], tuple[str, ...]]
    kept: Kept


def keep(lines: tuple[str, ...], key: bytes) -> Kept | None:
    """What is kept of a paper; None where the second reading says nothing of it."""
    passages = tuple(Passage(Zone.BODY, line, f"段落 {number}", number) for number, line in enumerate(lines))
    reading = Reading(ReadStatus.SCANNED, "txt", passages=passages)
    row = as_row(judge(reading, FileMeta("文件.txt", DAY), RULES, b"0" * 32, sketch_key=key))
    told = [one for one in row["categories"] if "basis" in one]
    if not told:
        return None
    return Kept(told[0].get("traits", ""), row.get("sketch") or "", tuple(told[0]["excerpts"]))


@cache
def papers() -> tuple[tuple[str, ...], ...]:
    """Short papers that leave something to learn from."""
    found = []
    for paper in all_papers(seed=11):
        if paper.sensitive and len(paper.lines) <= 12:
            kept = keep(paper.lines, b"k" * 32)
            if kept is not None and kept.traits:
                found.append(paper.lines)
    return tuple(found)


def planted_in(lines: tuple[str, ...], place: int) -> Callable[[str], tuple[str, ...]]:
    """The paper with a name at a place: behind a word, as people write it, and in the line itself."""

    def text(name: str) -> tuple[str, ...]:
        return (*lines[:place], f"{lines[place]}，{name}知道這件事，不要讓{name}曉得", *lines[place + 1 :])

    return text


@dataclass(frozen=True)
class Lab:
    """The key, and all that was planted."""

    key: bytes
    plants: tuple[Plant, ...]
    corrections: tuple[tuple[str, Mapping[int, int]], ...]


@pytest.fixture(scope="module")
def lab() -> Lab:
    chance, key = random.Random(secrets.randbits(32)), secrets.token_bytes(32)
    plants, versions = [], []
    while len(plants) < PLANTS:
        name, *others = chance.sample(NAMES, OTHERS + 1)
        taught = []
        for lines in chance.sample(papers(), LESSONS):
            text = planted_in(lines, chance.randrange(len(lines)))
            kept = keep(text(name), key)
            if kept is None:
                continue
            if not taught:
                plants.append(Plant(name, tuple(others), text, kept))
            taught.append(Taught("T", kept.buckets, True, "a"))
        own = learn(taught, UNLIKE, [], DEMANDS)
        if own is not None:
            versions.append((name, own.weights))
    return Lab(key, tuple(plants[:PLANTS]), tuple(versions))


def runs(name: str) -> list[str]:
    """Every run of characters a name is made of."""
    return [name[at : at + length] for length in (1, 2, 3) for at in range(len(name) - length + 1)]


def auc(right: float, others: list[float]) -> float:
    """How often the right one scores higher than another; half for a draw."""
    return sum((right > one) + 0.5 * (right == one) for one in others) / len(others)


def test_by_the_key_alone_no_name_is_found_in_lessons_versions_or_family_index(lab: Lab) -> None:
    bit_of = {run: bucket(run, lab.key) for name in NAMES for run in runs(name)}
    slot_of = {run: _slot(run, lab.key) for run in bit_of}
    bits_of = {name: tuple(bit_of[run] for run in runs(name)) for name in NAMES}
    slots_of = {name: tuple(slot_of[run] for run in runs(name)) for name in NAMES}
    by_lesson, by_index, by_version = [], [], []
    others = {plant.name: plant.others for plant in lab.plants}
    for plant in lab.plants:
        bits, index = plant.kept.buckets, bytes.fromhex(plant.kept.sketch)

        def in_lesson(name: str, bits: frozenset[int] = bits) -> int:
            return sum(bit in bits for bit in bits_of[name])

        def in_index(name: str, index: bytes = index) -> int:
            return sum(index[slot] == value for slot, value in slots_of[name])

        by_lesson.append(auc(in_lesson(plant.name), [in_lesson(one) for one in plant.others]))
        if index:
            by_index.append(auc(in_index(plant.name), [in_index(one) for one in plant.others]))
    for name, weights in lab.corrections:
        if name in others:

            def in_version(tried: str, weights: Mapping[int, int] = weights) -> int:
                return sum(-weights.get(bit, 0) for bit in bits_of[tried])

            by_version.append(auc(in_version(name), [in_version(one) for one in others[name]]))
    assert len(by_lesson) == PLANTS
    assert sum(by_lesson) / len(by_lesson) <= HIGHEST_AUC
    assert sum(by_index) / max(1, len(by_index)) <= HIGHEST_AUC
    assert sum(by_version) / max(1, len(by_version)) <= HIGHEST_AUC


def _slot(run: str, key: bytes) -> tuple[int, int]:
    """Where the family index would keep a run of characters, were it a phrase (`detection.sketch`)."""
    hashed = int.from_bytes(hashlib.blake2b(run.encode(), key=key, digest_size=8).digest(), "big")
    return hashed % SLOTS, (hashed // SLOTS) % 255 + 1


def test_who_knows_all_of_a_paper_but_the_name_learns_it_from_nothing_that_is_kept(lab: Lab) -> None:
    ranks: dict[str, list[float]] = {"traits": [], "sketch": [], "shown": []}
    for plant in lab.plants:
        replayed = [keep(plant.text(one), lab.key) for one in plant.others[:TRIED_IN_PLACE]]
        for what, found in ranks.items():
            same = [float(one is not None and getattr(one, what) == getattr(plant.kept, what)) for one in replayed]
            found.append(auc(1.0, same))
    assert {what: sum(found) / len(found) <= HIGHEST_AUC for what, found in ranks.items()} == dict.fromkeys(ranks, True)


def test_nothing_planted_stands_anywhere_in_clear(lab: Lab) -> None:
    for plant in lab.plants:
        kept = json.dumps([plant.kept.traits, plant.kept.sketch, plant.kept.shown], ensure_ascii=False)
        assert plant.name not in kept
        assert plant.name[1:] not in kept
    for name, weights in lab.corrections:
        content = json.dumps(Correction({}).as_content() | {"weights": dict(weights)}, ensure_ascii=False)
        assert name not in content
    assert lab.corrections, "the attack on versions was made"
