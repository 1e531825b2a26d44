"""Long lists in pages: which rows are shown, and plain links to the others that keep what was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

PARAMETER = "page"
ROWS = 50
NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class Paging:
    """A page of a list of `total` rows; `path` and `chosen` make its links. Pages count from 1, rows from 0."""

    path: str
    chosen: Mapping[str, str]
    total: int
    number: int
    size: int = ROWS

    @property
    def last(self) -> int:
        """The number of the last page; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        """Where the page begins in the list."""
        return (self.number - 1) * self.size

    @property
    def end_row(self) -> int:
        """Behind the last row of the page."""
        return min(self.total, self.first_row + self.size)

    @property
    def numbers(self) -> list[int]:
        """The pages a link is given to: first, last and those about this one; 0 stands for what is left out."""
        near = range(self.number - NEIGHBOURS, self.number + NEIGHBOURS + 1)
        kept = sorted({1, self.last, *(one for one in near if 1 <= one <= self.last)})
        found: list[int] = []
        for one in kept:
            if found and one == found[-1] + 2:  # a gap of one page is no shorter than its number
                found.append(one - 1)
            elif found and one > found[-1] + 1:
                found.append(0)
            found.append(one)
        return found

    def link(self, number: int) -> str:
        """The address of another page, with what was chosen."""
        values = {**self.chosen, **({PARAMETER: str(number)} if number > 1 else {})}
        return f"{self.path}?{urlencode(values)}" if values else self.path


def paged(path: str, query: Mapping[str, str], total: int, *, chosen: Mapping[str, str], size: int = ROWS) -> Paging:
    """The page a request asks for; a number that is none, or past the end, is the nearest there is."""
    asked = query.get(PARAMETER, "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 1
    fitting = Paging(path, {name: value for name, value in chosen.items() if value}, total, 1, size)
    return Paging(path, fitting.chosen, total, min(max(1, number), fitting.last), size)
