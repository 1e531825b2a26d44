"""The second reading: what a text is about, by phrases weighed, where no rule's word stands in it.

A linear model over short runs of characters that stand on people's papers (docs/detection-quality.md tells how it was
trained and what it is worth). Windows of some 250 characters are scored, and the strongest decides, so that a long
harmless paper does not drown one sentence. Only windows in which a few telling phrases stand are scored at all: few
do in ordinary papers, and the rest costs little. What it says is 語意比對（疑似線索） and nothing more.

Nothing of a text leaves this room but phrases of the model itself: a name is none of them, a number neither.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, islice
from typing import Any

from inspection.detection.engine import Backend, has_hyperscan
from inspection.detection.normalise import Manuscript
from inspection.rules.meaning import NEVER_TAUGHT, MeaningModel

FOLD = bytes(
    ord("0") if 48 <= code <= 57 else ord("a") if chr(code).isalpha() else code for code in range(128)
) + bytes(range(128, 256))
"""Every digit is one digit and every Latin letter one letter: no number and no login is a phrase."""
HAN = re.compile("[㐀-鿿]")
PHRASE_CHARS = (1, 2, 3, 4)
STRETCH_CHARS = 100_000
MOST_CHARS = 2_000_000
"""What is read by meaning of one file; the rules read all of it."""
FEWEST_HAN = 25  # fewer Chinese characters are a heading or a label, and say nothing
SHOWN_LINES = 3
WEAK, STRONG = 1, 3
TELLING = 0.15
"""What a phrase must weigh to be shown."""
FEWEST_SHOWN_HAN = 2
"""How many Chinese characters a shown phrase has at least: one, beside whatever signs, may be a surname."""
HIDDEN = "○"


@dataclass(frozen=True, slots=True)
class Clue:
    """A line that weighed: index of its passage, and the model's own phrases in it, the rest hidden."""

    passage: int
    shown: str
    weight: float


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the second reading says: a topic (id of a detector), a grade of 1 to 3, and the lines behind it."""

    topic: str
    strength: int
    score: float
    clues: tuple[Clue, ...]
    told: frozenset[int] = frozenset()
    """The numbers of the phrases that spoke for it in the text, of those that may be shown; none where the text may be
    of what nothing is learned from."""


@dataclass(frozen=True)
class SecondReader:
    """The model made ready: phrases compiled for the engine of this machine, or looked up one by one.

    `databases`: of the telling phrases, and of all.
    """

    model: MeaningModel
    backend: Backend = "auto"
    databases: tuple[Any, Any] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, model: MeaningModel, backend: Backend = "auto") -> SecondReader:
        """Compiles the phrases where hyperscan is at hand (0.15 s)."""
        if backend == "auto":
            backend = "hyperscan" if has_hyperscan() else "re"
        if backend != "hyperscan":
            return cls(model, backend)
        return cls(model, backend, (_compiled(model, model.telling), _compiled(model, range(len(model.phrases)))))

    def read(self, manuscript: Manuscript) -> Meaning | None:
        """What the text is about, None where its strongest window stays below the lowest grade.

        Of the path the file's own name is read, of the text at most `MOST_CHARS` characters.
        """
        name = self._name(manuscript)
        best = self._best(manuscript, name)
        strength = self.model.strength(best.score) if best else 0
        if best is None or not strength:
            return None
        clues = tuple(self._clues(manuscript.lines, best))
        if not clues:  # a name and nothing to show for it
            return None
        phrases = name.union(*(present for _, present in best.pieces))
        topic, second, *_ = self.model.topics_by_weight(phrases)
        told = frozenset(one for _, present in best.pieces for one in present if self._may_be_shown(one))
        if not NEVER_TAUGHT.isdisjoint({topic, second}):
            told = frozenset()
        return Meaning(topic, strength, round(best.score, 2), clues, told)

    def doubts(self, manuscript: Manuscript) -> bool:
        """Whether even the strongest window speaks against the text being sensitive; False where too little stands."""
        best = self._best(manuscript, self._name(manuscript), every_window=True)
        return best is not None and best.score < self.model.doubted_below

    def _name(self, manuscript: Manuscript) -> frozenset[int]:
        """The phrases of the file's own name."""
        first = manuscript.text_from
        return self.phrases_of(manuscript.lines[first - 1]) if first else frozenset()

    def _best(self, manuscript: Manuscript, name: frozenset[int], *, every_window: bool = False) -> _Window | None:
        """The strongest window; None where none is scored or fewer Chinese characters stand than say anything."""
        lines, first = manuscript.lines, manuscript.text_from
        if sum(1 for _ in islice(HAN.finditer("\n".join(lines[first:])), FEWEST_HAN)) < FEWEST_HAN:
            return None
        found = (self._strongest(lines, stretch, name, every_window) for stretch in _stretches(lines, first))
        return max((one for one in found if one is not None), key=lambda one: one.score, default=None)

    def _strongest(
        self, lines: Sequence[str], stretch: range, name: frozenset[int], every_window: bool
    ) -> _Window | None:
        """The window of the highest score in a stretch of lines."""
        pieces = [(number, piece) for number in stretch for piece in cut(lines[number], self.model.window_chars)]
        texts = [piece for _, piece in pieces]
        runs = [*windows([len(text) for text in texts], 0, self.model.window_chars)]
        if not every_window:
            runs = self._telling(texts, runs, name)
        if not runs:
            return None
        scored = sorted({one for run in runs for one in run})
        present = dict(zip(scored, self._present([texts[one] for one in scored], telling=False), strict=True))
        weight_of, bias = self.model.weights.__getitem__, self.model.bias

        def score(run: range) -> float:
            return bias + math.fsum(map(weight_of, name.union(*map(present.__getitem__, run))))

        best_score, best_run = max(((score(run), run) for run in runs), key=lambda scored: scored[0])
        return _Window(best_score, tuple((pieces[one][0], frozenset(present[one])) for one in best_run))

    def _telling(self, texts: Sequence[str], runs: Sequence[range], name: frozenset[int]) -> list[range]:
        """The windows in which enough telling phrases stand, those of the file's name among them."""
        present = self._present(texts, telling=True)
        own = name.intersection(self.model.telling)
        fewest = self.model.telling_at_least
        return [run for run in runs if len(own.union(*present[run.start : run.stop])) >= fewest]

    def _present(self, texts: Sequence[str], *, telling: bool) -> list[set[int]]:
        """Per piece of text the phrases that stand in it."""
        present: list[set[int]] = [set() for _ in texts]
        ends = list(accumulate(len(text.encode()) + 1 for text in texts))
        at = 0
        for number, end in self._sightings("\n".join(texts).encode().translate(FOLD), telling=telling):
            while ends[at] < end:
                at += 1
            present[at].add(number)
        return present

    def _clues(self, lines: Sequence[str], window: _Window) -> Iterator[Clue]:
        """The lines of a window that weighed most: by what is shown of them alone, or their order told what is not."""
        weights, phrases = self.model.weights, self.model.phrases
        told = [(line, [one for one in sorted(present) if self._may_be_shown(one)]) for line, present in window.pieces]
        weighed = [(sum(weights[one] for one in telling), line, telling) for line, telling in told if telling]
        for weight, line, telling in sorted(weighed, key=lambda one: (-one[0], one[1]))[:SHOWN_LINES]:
            yield Clue(line, shown(lines[line], [phrases[one] for one in telling]), round(weight, 2))

    def _may_be_shown(self, number: int) -> bool:
        telling = self.model.weights[number] >= TELLING
        return telling and sum(1 for _ in HAN.finditer(self.model.phrases[number])) >= FEWEST_SHOWN_HAN

    def phrases_of(self, name: str) -> frozenset[int]:
        """The phrases a file's name holds: names that hold the same are read alike."""
        return frozenset(number for number, _ in self._sightings(f"\n{name}\n".encode().translate(FOLD)))

    def _sightings(self, data: bytes, *, telling: bool = False) -> list[tuple[int, int]]:
        """Every phrase that occurs, or every telling one, by where it ends: (its number, the byte behind it)."""
        found: list[tuple[int, int]] = []
        if self.databases is not None:
            database = self.databases[0 if telling else 1]
            database.scan(data, match_event_handler=lambda number, _, end, __, ___: found.append((number, end)))
            return found
        text, numbers = data.decode(), self._telling_numbers if telling else self._numbers
        ends = _byte_ends(text)
        for at in range(len(text)):
            for length in PHRASE_CHARS:
                number = numbers.get(text[at - length + 1 : at + 1]) if at >= length - 1 else None
                if number is not None:
                    found.append((number, ends[at]))
        return found

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {phrase: number for number, phrase in enumerate(self.model.phrases)}

    @cached_property
    def _telling_numbers(self) -> dict[str, int]:
        return {self.model.phrases[number]: number for number in self.model.telling}


@dataclass(frozen=True, slots=True)
class _Window:
    """A run of pieces: its score, and per piece its line and the phrases in it."""

    score: float
    pieces: tuple[tuple[int, frozenset[int]], ...]


def _stretches(lines: Sequence[str], first: int) -> Iterator[range]:
    """Lines in stretches of some 100,000 characters, so that a long text is not held in memory twice."""
    start, chars, read = first, 0, 0
    for number in range(first, len(lines)):
        chars += len(lines[number]) + 1
        if chars >= STRETCH_CHARS:
            yield range(start, number + 1)
            start, chars, read = number + 1, 0, read + chars
            if read >= MOST_CHARS:
                return
    if start < len(lines):
        yield range(start, len(lines))


def _byte_ends(text: str) -> list[int]:
    ends, end = [], 0
    for char in text:
        end += len(char.encode())
        ends.append(end)
    return ends


def _compiled(model: MeaningModel, numbers: Iterable[int]) -> Any:
    import hyperscan

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    ids = list(numbers)
    sources = [re.escape(model.phrases[number]).encode() for number in ids]
    database.compile(expressions=sources, ids=ids, elements=len(sources), flags=[0] * len(sources))
    return database


def windows(chars: Sequence[int], first: int, window_chars: int) -> Iterator[range]:
    """Which pieces stand together: as many as fill `window_chars`, at least one; `first` is where the text begins."""
    start = first
    while start < len(chars):
        stop, filled = start, 0
        while stop < len(chars) and (filled + chars[stop] < window_chars or stop == start):
            filled += chars[stop] + 1
            stop += 1
        yield range(start, stop)
        if stop == len(chars):
            return
        behind, passed = start, 0
        while behind < stop - 1 and passed + chars[behind] < window_chars // 2:
            passed += chars[behind] + 1
            behind += 1
        start = max(behind, start + 1)


def cut(line: str, window_chars: int) -> Iterator[str]:
    """A line in pieces of at most a window's length."""
    yield line[:window_chars]
    for at in range(window_chars, len(line), window_chars):
        yield line[at : at + window_chars]


def shown(line: str, telling: Iterable[str]) -> str:
    """A line in which only the given phrases can be read; runs of hidden characters are shortened."""
    seen = [False] * len(line)
    for phrase in telling:
        at = line.find(phrase)
        while at >= 0:
            seen[at : at + len(phrase)] = [True] * len(phrase)
            at = line.find(phrase, at + 1)
    text = "".join(char if visible else HIDDEN for char, visible in zip(line, seen, strict=True))
    return re.sub(f"{HIDDEN}{{3,}}", HIDDEN * 3, text)[:120]
