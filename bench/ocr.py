"""Recognition of scanned pages by each recogniser of the product, as it calls them, page by page in one run.

    uv run python -m bench.ocr [--pages 12] [--seed 1] [--recogniser rapidocr]

All get the same pixels: a scanned PDF rendered by the product at 300 dpi, one thread each. Characters are compared
without blanks, full-width signs as half-width ones (NFKC): one less the edit distance by the length of what is printed.
Numbers count where they stand in the text to the last figure, wrong ones where another number with a right check digit
does; marks where a line is the level that is printed, or none where none is. Seconds are of the processor; for
Tesseract with its start, which each page pays; RapidOCR's worker starts once, before the first page.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "plugins")]

from bench.machine import machine  # noqa: E402
from bench.scans import MARKS, Scan, scans  # noqa: E402
from inspection.crawling.recognisers import INSTALLED, Recogniser  # noqa: E402
from inspection.detection.validators import national_id  # noqa: E402
from inspection.extraction.ocr_pages import PageImage, render_page  # noqa: E402
from inspection.vocabulary import RecogniserName  # noqa: E402

SECONDS = 600  # a page may cost here: the machine may be busy
NUMBER = re.compile(r"(?=([A-Z][12]\d{8}))")

Read = Callable[[PageImage], tuple[str, float]]
"""The text on a page, and the processor seconds spent."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one recogniser made of one page."""

    scan: Scan
    printed: int
    mistaken: int
    foreign: int
    found: int
    wrong: int
    mark: bool
    seconds: float


def distance(left: str, right: str) -> int:
    """Least number of characters put in, taken out or exchanged (Levenshtein), by Myers' bit vectors (1999)."""
    if not left:
        return len(right)
    places: dict[str, int] = {}
    for index, character in enumerate(left):
        places[character] = places.get(character, 0) | 1 << index
    every, last = (1 << len(left)) - 1, 1 << len(left) - 1
    up, down, total = every, 0, len(left)
    for character in right:
        equal = places.get(character, 0)
        across = equal | down
        along = ((equal & up) + up ^ up) | equal
        more, less = down | ~(along | up) & every, up & along
        total += bool(more & last) - bool(less & last)
        more, less = (more << 1 | 1) & every, less << 1 & every
        up, down = less | ~(across | more) & every, more & across
    return total


def folded(text: str) -> str:
    """Without blanks, full-width signs as half-width ones."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_foreign(character: str) -> bool:
    """Whether a Han character is none of Big5: a simplified form, mostly."""
    return "\u4e00" <= character <= "\u9fff" and not character.encode("cp950", "ignore")


def told(scan: Scan, text: str, seconds: float) -> Outcome:
    """Compares what was read with what is printed."""
    printed, read = folded("\n".join(scan.lines)), folded(text)
    numbers = {one for one in NUMBER.findall(read) if national_id(one)}
    marks = {folded(line) for line in text.splitlines()} & {*MARKS} - {""}
    return Outcome(
        scan,
        len(printed),
        distance(printed, read),
        sum(map(is_foreign, read)),
        len(numbers & set(scan.numbers)),
        len(numbers - set(scan.numbers)),
        marks == {scan.mark} - {""},
        seconds,
    )


@contextmanager
def reading(recogniser: Recogniser) -> Iterator[Read]:
    """The recogniser as the product opens it."""
    with recogniser.opened() as reader:

        def read(page: PageImage) -> tuple[str, float]:
            before = _spent()
            lines = reader.lines_of(page)
            return "\n".join(line.text for line in lines or ()), _spent() - before

        read(PageImage("", 1, 64, 64, b"\xff" * 64 * 64))  # a worker that stays is started by the first page
        yield read


def _spent() -> float:
    """Processor seconds of processes we have started, ended ones and those still there."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    there = 0
    for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split():
        with suppress(OSError):
            times = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[11:13]
            there += sum(map(int, times))
    return ended.ru_utime + ended.ru_stime + there / os.sysconf("SC_CLK_TCK")


def told_of(name: str, outcomes: Sequence[Outcome]) -> str:
    """One line: accuracy, numbers, marks, seconds."""
    printed = sum(one.printed for one in outcomes)
    numbers = sum(len(one.scan.numbers) for one in outcomes)
    found, foreign = sum(one.found for one in outcomes), sum(one.foreign for one in outcomes)
    return (
        f"  {name:<24}{1 - sum(one.mistaken for one in outcomes) / printed:8.2%} of characters,"
        f" {foreign:3} not of Big5; numbers {found}/{numbers},"
        f" wrong {sum(one.wrong for one in outcomes)}; marks {sum(one.mark for one in outcomes)}/{len(outcomes)};"
        f" {sum(one.seconds for one in outcomes) / len(outcomes):5.1f} s a page"
    )


def compare(readers: dict[str, Read], pages: int, seed: int) -> None:
    """Every page by every recogniser in turn, then the sums: by resolution, by flaw, by font, and of all."""
    outcomes: dict[str, list[Outcome]] = {name: [] for name in readers}
    for scan in scans(pages, seed):
        page = render_page(scan.as_pdf(), name="掃描.pdf", number=0)
        for name, read in readers.items():
            outcome = told(scan, *read(page))
            outcomes[name].append(outcome)
            where = f"{scan.name}, {scan.dpi} dpi, {scan.flaw}, {scan.font}, {scan.mark or 'no mark'}"
            print(f"{told_of(name, [outcome])}  ({where})", flush=True)
    for name, every in outcomes.items():
        for of in (lambda one: f"{one.scan.dpi} dpi", lambda one: one.scan.flaw, lambda one: one.scan.font):
            for group in dict.fromkeys(map(of, every)):
                print(told_of(f"{name}, {group}", [one for one in every if of(one) == group]))
    for name, every in outcomes.items():
        print(told_of(f"{name}, all", every))


def main() -> int:
    """Measures and prints; exit status 0."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pages", type=int, default=12)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--recogniser", choices=[*RecogniserName], help="one of them alone")
    options = asked.parse_args()
    print(f"measured on {machine()}", flush=True)
    names = [RecogniserName(options.recogniser)] if options.recogniser else [*RecogniserName]
    with ExitStack() as opened:
        readers: dict[str, Read] = {}
        for name in names:
            recogniser = INSTALLED[name](SECONDS)
            print(f"  {name}: {recogniser.version}", flush=True)
            readers[name] = opened.enter_context(reading(recogniser))
        compare(readers, options.pages, options.seed)
    print(f"  at most {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB in one process")
    return 0


if __name__ == "__main__":
    sys.exit(main())
