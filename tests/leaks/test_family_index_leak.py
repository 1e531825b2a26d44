"""With the family index *and* its key, and all the rest of the paper known, nobody guesses which name stood in it.

Two hundred names are planted, in each of four ways people write names. The attacker makes the paper anew with each of
six other names in place of the right one and ranks them by how well their index fits the kept one. No better than
chance means an AUC of at most 0.55, for the worst way and not on the mean. Names and key are made anew each run.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from functools import cache

import pytest
from tools.meaning.papers import all_papers

from detection.test_meaning import manuscript
from inspection.detection.meaning import SecondReader
from inspection.detection.sketch import sketch
from inspection.findings.families import alike
from inspection.rules.detectors import load_detectors
from inspection.rules.meaning import shipped_meaning
from quality.tokens import GIVEN, SURNAMES

PLANTS, OTHERS, HIGHEST_AUC = 200, 6, 0.55
READER = SecondReader.of(shipped_meaning())
LISTED = frozenset(load_detectors().surnames)
OFFICE_GIVEN = (
    "仁元公天太文方日月木水心正玉平永民生白立光安年成行廷定尚明昌果武東法青信保品宣建"
    "時海國書清理處通連進開新業源經義資道達實語"
)
"""Characters of given names that are words of offices too: the ones a phrase is most easily made of."""
Writing = Callable[[str, str], str]
WRITINGS: dict[str, Writing] = {
    "in brackets": lambda line, name: f"{line}（承辦{name}）",
    "behind a comma and in the sentence": lambda line, name: f"{line}，{name}知道這件事，不要讓{name}曉得",
    "with a title and by surname": lambda line, name: f"{line}請小{name[0]}與{name}老師、{name}君、{name}先生談",
    "in the midst of a sentence": lambda line, name: f"{line[: len(line) // 2]}{name}{line[len(line) // 2 :]}",
}


@cache
def papers() -> tuple[tuple[str, ...], ...]:
    """Short papers that have an index: the fewer phrases, the more a name could add."""
    chosen = sorted({paper.lines for paper in all_papers(seed=11) if 4 <= len(paper.lines) <= 12})
    some = random.Random(secrets.randbits(32)).sample(chosen, 400)
    return tuple(lines for lines in some if held(lines, b"k" * 32))


def held(lines: tuple[str, ...], key: bytes) -> str:
    """The index kept of a paper; empty where there is none."""
    return sketch(manuscript("文件.txt", *lines), READER, LISTED, key) or ""


def fit(kept: str, made: str) -> float:
    """How well an index made anew fits the kept one; where either is missing that both are."""
    return alike(kept, made) if kept and made else float(kept == made)


def a_name(chance: random.Random) -> str:
    """A surname and two characters, of which half are words of offices too."""
    return chance.choice(SURNAMES) + "".join(chance.sample(chance.choice((GIVEN, OFFICE_GIVEN)), 2))


@pytest.mark.parametrize("way", WRITINGS)
def test_who_has_key_index_and_the_rest_of_the_paper_ranks_the_name_no_better_than_by_chance(way: str) -> None:
    chance, key, write = random.Random(secrets.randbits(32)), secrets.token_bytes(32), WRITINGS[way]
    ranks = []
    for _ in range(PLANTS):
        lines = chance.choice(papers())
        place = chance.randrange(len(lines))

        def made(name: str, lines: tuple[str, ...] = lines, place: int = place) -> str:
            return held((*lines[:place], write(lines[place], name), *lines[place + 1 :]), key)

        kept = made(a_name(chance))
        right = fit(kept, kept)
        scores = [fit(kept, made(a_name(chance))) for _ in range(OTHERS)]
        ranks.append(sum((right > one) + 0.5 * (right == one) for one in scores) / OTHERS)
    assert sum(ranks) / len(ranks) <= HIGHEST_AUC


def test_numbers_and_logins_leave_nothing_in_the_index() -> None:
    chance, key = random.Random(secrets.randbits(32)), secrets.token_bytes(32)
    for lines in chance.sample(papers(), 20):
        several = set()
        for size in (3, 9):
            login, number = (
                "".join(chance.choices("abcdefgh", k=size)),
                str(chance.randrange(10**size, 10 ** (size + 1))),
            )
            several.add(held((*lines, f"帳號{login}，電話{number}，案號{number}號"), key))
        assert len(several) == 1
