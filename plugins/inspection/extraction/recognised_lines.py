"""Lines recognised on a picture of a page: put together from boxes, and as they travel between processes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

SAME_LINE = 0.5  # of a box's height: pieces whose middles lie closer stand on one line
# times the height of the page's lines. A box around one character is up to 1.38 times as high as one around a line set
# in the same size; characters of 1.67 times that size came out as 1.86 and more
STANDS_OUT = 1.7
LEAST_LINES = 6  # what stands out stands out from something
MOST_LINES = 5_000  # of one page


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """One line of a page; `stands_out` where it is set much larger than the page's other lines."""

    text: str
    stands_out: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of text where a recogniser saw it, in pixels: its left edge, the middle of its height, how far it reaches
    down on the page (`span`, more than its own `height` where it is askew)."""

    text: str
    left: float
    middle: float
    span: float
    height: float


def plain_lines(text: str) -> tuple[RecognisedLine, ...]:
    """The lines of a recogniser that tells no sizes."""
    return tuple(RecognisedLine(line) for line in text.splitlines())


def lines_from(boxes: Iterable[Box]) -> tuple[RecognisedLine, ...]:
    """Boxes as lines from top to bottom, each from left to right."""
    lines: list[list[Box]] = []
    for box in sorted(boxes, key=lambda one: (one.middle, one.left)):
        if lines and box.middle - lines[-1][-1].middle < SAME_LINE * box.span:
            lines[-1].append(box)
        else:
            lines.append([box])
    heights = [min(box.height for box in line) for line in lines]
    large = STANDS_OUT * median(heights) if len(lines) >= LEAST_LINES else float("inf")
    return tuple(
        RecognisedLine(" ".join(box.text for box in sorted(line, key=lambda one: one.left)), height >= large)
        for line, height in zip(lines, heights, strict=True)
    )


def packed(lines: Sequence[RecognisedLine]) -> bytes:
    """The lines of one page for another process, JSON."""
    rows = [[one.text.encode("utf-8", "replace").decode("utf-8"), one.stands_out] for one in lines]
    return json.dumps(rows, ensure_ascii=False).encode("utf-8")


def unpacked(data: bytes) -> tuple[RecognisedLine, ...]:
    """The lines of one page from another process; raises ValueError where they are not such."""
    rows = json.loads(data)
    if not isinstance(rows, list) or len(rows) > MOST_LINES:
        raise ValueError("not the lines of a page")
    lines = []
    for row in rows:
        match row:
            case [str() as text, bool() as stands_out]:
                lines.append(RecognisedLine(text, stands_out))
            case _:
                raise ValueError("not a line of a page")
    return tuple(lines)
