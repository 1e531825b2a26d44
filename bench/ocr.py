"""Recognition of scanned pages: Tesseract as the product calls it and, where asked, RapidOCR, page by page in one run.

    uv run python -m bench.ocr [--pages 12] [--seed 1] [--with rapidocr==3.10.0] [--python PROGRAM] [--side 2000]

`--with` takes the other library from a throw-away environment that uv makes (no lock changes); `--python` from an
interpreter that has it. Both get the same pixels: a scanned PDF rendered by the product at 300 dpi, one thread each.
Characters are compared without blanks, full-width signs as half-width ones (NFKC): one less the edit distance by the
length of what is printed. Numbers count where they stand in the text to the last figure, wrong ones where another
number with a right check digit does; marks where a line is the level that is printed, or none where none is. Seconds
are of the processor; for Tesseract with its start, which each page pays. `--side` is the longest side in pixels that
RapidOCR looks at: 2000 is its own default, 3600 leaves A4 at 300 dpi as it is.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "plugins")]

from bench.machine import machine  # noqa: E402
from bench.scans import MARKS, Scan, scans  # noqa: E402
from inspection.crawling.tesseract import installed  # noqa: E402
from inspection.detection.validators import national_id  # noqa: E402
from inspection.extraction.ocr_pages import render_page  # noqa: E402

UV = REPOSITORY / "var" / "tools" / "bin" / "uv"
SECONDS = 600  # a page may cost here: the machine may be busy
NUMBER = re.compile(r"(?=([A-Z][12]\d{8}))")

Read = Callable[[bytes], tuple[str, float]]
"""The text on a page given as PGM, and the processor seconds spent."""


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


def by_tesseract() -> Read:
    """As the product calls it: a process for every page."""
    program = installed(SECONDS)

    def read(pgm: bytes) -> tuple[str, float]:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        text = program.text_of(pgm)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return text or "", after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return read


@contextmanager
def by_rapidocr(command: Sequence[str], side: int) -> Iterator[Read]:
    """A process that stays, started by `command` (an interpreter that has the library)."""
    worker = subprocess.Popen(
        [*command, str(REPOSITORY / "bench" / "rapidocr_reads.py"), str(side)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    questions, answers = worker.stdin, worker.stdout
    assert questions and answers
    with tempfile.NamedTemporaryFile(suffix=".pgm") as page, worker:

        def answer() -> tuple[str, float, int]:
            line = answers.readline()
            if not line:
                raise SystemExit("the other recogniser ended; its complaint stands above")
            found = json.loads(line)
            return found["text"], found["seconds"], found["kib"]

        peak = 0

        def read(pgm: bytes) -> tuple[str, float]:
            nonlocal peak
            Path(page.name).write_bytes(pgm)
            questions.write(page.name + "\n")
            questions.flush()
            text, seconds, peak = answer()
            return text, seconds

        start = answer()
        yield read
        print(f"  RapidOCR: start {start[1]:.1f} s of processor, at most {peak / 1024:.0f} MiB", flush=True)
        questions.close()


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
        pgm = render_page(scan.as_pdf(), name="掃描.pdf", number=0).as_pgm()
        for name, read in readers.items():
            outcome = told(scan, *read(pgm))
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
    asked.add_argument("--with", dest="package", help="rapidocr, or rapidocr==3.10.0")
    asked.add_argument("--python", help="an interpreter that has it")
    asked.add_argument("--side", type=int, default=2_000)
    options = asked.parse_args()
    print(f"measured on {machine()}", flush=True)
    readers = {"Tesseract": by_tesseract()}
    command = [options.python] if options.python else None
    if options.package:
        command = [str(UV), "run", "-q", "--no-project", "--with", options.package, "--with", "onnxruntime", "python"]
    if command is None:
        compare(readers, options.pages, options.seed)
        return 0
    with by_rapidocr(command, options.side) as read:
        compare(readers | {"RapidOCR": read}, options.pages, options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
