"""One multi-pattern engine: which rules occur at all (hyperscan), then where (re2); pure `re` gives identical hits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

from inspection.rules.detectors import Boundary

Backend = Literal["auto", "hyperscan", "re2", "re"]

Edge = Boundary | Literal["letters_behind", "number_behind"]
"""`letters_behind`: letters of another word follow without a gap. `number_behind`: the next field of a fixed-width row
follows, a telephone or a date."""

LEFT: dict[Edge, str] = {
    "ascii": "[^0-9A-Za-z]",
    "digits": "[^0-9]",
    "mail": "[^0-9A-Za-z._%+-]",
    "none": "",
    "letters_behind": "[^0-9A-Za-z]",
    "number_behind": "[^0-9A-Za-z]",
}
RIGHT: dict[Edge, str] = {
    "ascii": "[^0-9A-Za-z]",
    "digits": "[^0-9]",
    "mail": "",
    "none": "",
    "letters_behind": "[A-Za-z]",
    "number_behind": "(?:09[0-9]{8}|0[2-8][0-9]{7,8}|(?:19|20)[0-9]{6}|[01][0-9]{2}[01][0-9][0-3][0-9])[^0-9]",
}
"""The character at either side of a hit is matched but not part of it: neither vectorscan nor re2 has look-around.
Every text begins and ends with a line break, so a boundary can always be matched."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A pattern with its boundary, or a literal word.

    `gate` is a word every hit contains: looking for it first spares compiling a costly pattern into the database.
    """

    source: str
    boundary: Edge = "none"
    literal: bool = False
    gate: str = ""

    @property
    def regex(self) -> str:
        """The expression with its boundary; group 1 is the hit."""
        if self.literal:
            return f"({re.escape(self.source)})"
        flags, source = ("(?i)", self.source[4:]) if self.source.startswith("(?i)") else ("", self.source)
        return f"{flags}{LEFT[self.boundary]}({source}){RIGHT[self.boundary]}"


class Found(Protocol):
    """A match object of `re` or `re2`."""

    def span(self, group: int, /) -> tuple[int, int]:
        """Where the group stands."""


@dataclass(frozen=True)
class Engine:
    """Compiled expressions. `occurring` is a superset of what has spans; `spans` decides."""

    expressions: tuple[Expression, ...]
    backend: Backend
    database: Any = None
    searchers: dict[int, Callable[[Any, int], Found | None]] = field(default_factory=dict)

    @classmethod
    def build(cls, expressions: Iterable[Expression], backend: Backend = "auto") -> Engine:
        """Compiles the distinct expressions; `auto` takes hyperscan where its wheel exists for this machine."""
        distinct = tuple(dict.fromkeys(expressions))
        if backend == "auto":
            backend = "hyperscan" if has_hyperscan() else "re2"
        database = _compile_database(distinct) if backend == "hyperscan" else None
        return cls(distinct, backend, database)

    @cached_property
    def index(self) -> dict[Expression, int]:
        """Where each expression stands."""
        return {expression: number for number, expression in enumerate(self.expressions)}

    @cached_property
    def words(self) -> dict[str, int]:
        """Where each literal word stands."""
        return {one.source: number for number, one in enumerate(self.expressions) if one.literal}

    def open(self, text: str) -> Sighting:
        """Looks over a text once."""
        return Sighting(self, text)

    def searcher(self, number: int) -> Callable[[Any, int], Found | None]:
        """The search function of one expression, compiled on first use."""
        known = self.searchers.get(number)
        if known is None:
            regex = self.expressions[number].regex
            if self.backend == "re":
                known = re.compile(regex, re.ASCII).search
            else:
                import re2

                known = re2.compile(regex).search
            self.searchers[number] = known
        return known


class Sighting:
    """What an engine sees in one text. The text must begin and end with a line break."""

    def __init__(self, engine: Engine, text: str) -> None:
        self.engine = engine
        self.text = text
        self.data: Any = text if engine.backend == "re" else text.encode()
        self._bytes = engine.backend != "re" and len(self.data) != len(text)
        self.occurring = self._look_over()

    def has(self, word: str) -> bool:
        """Whether a literal word occurs."""
        number = self.engine.words.get(word)
        return word in self.text if number is None or self.occurring is None else number in self.occurring

    def any_of(self, numbers: frozenset[int]) -> bool:
        """Whether any of these expressions may occur."""
        return self.occurring is None or not self.occurring.isdisjoint(numbers)

    def words(self, words: Iterable[str]) -> list[str]:
        """Those of the words that occur."""
        return [word for word in words if self.has(word)]

    def positions(self, word: str) -> Iterator[int]:
        """Where a literal word begins."""
        at = self.text.find(word) if self.has(word) else -1
        while at >= 0:
            yield at
            at = self.text.find(word, at + len(word))

    def spans(self, expression: Expression, limit: int) -> list[tuple[int, int]]:
        """Where an expression hits, in characters, from left to right without overlap, at most `limit` of them."""
        number = self.engine.index[expression]
        if self.occurring is not None and number not in self.occurring:
            return []
        search = self.engine.searcher(number)
        found: list[tuple[int, int]] = []
        at = 0
        while len(found) < limit and (match := search(self.data, at)) is not None:
            start, end = match.span(1)
            found.append((start, end))
            at = max(end, start + 1)
        return self._in_characters(found) if self._bytes else found

    def _in_characters(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        converted: list[tuple[int, int]] = []
        byte, character = 0, 0
        for start, end in spans:
            character += len(self.data[byte:start].decode())
            length = len(self.data[start:end].decode())
            converted.append((character, character + length))
            byte, character = end, character + length
        return converted

    def _look_over(self) -> set[int] | None:
        if self.engine.database is None:
            return None
        seen: set[int] = set()

        def note(number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
            seen.add(number)

        self.engine.database.scan(self.data, match_event_handler=note)
        return seen


def has_hyperscan() -> bool:
    try:
        import hyperscan  # noqa: F401
    except ImportError:
        return False
    return True


def _compile_database(expressions: tuple[Expression, ...]) -> Any:
    import hyperscan

    plain = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_UTF8
    sources, flags = [], []
    for expression in expressions:
        regex = re.escape(expression.gate) if expression.gate else expression.regex
        folded = regex.startswith("(?i)")
        sources.append(regex.removeprefix("(?i)").encode())
        flags.append(plain | hyperscan.HS_FLAG_CASELESS if folded else plain)
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=sources, ids=list(range(len(sources))), elements=len(sources), flags=flags)
    return database
