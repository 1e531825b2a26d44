"""What the second reading costs: `inspection scan` with it and by all rules and marks alone, same files, one run.

    uv run python tests/bench/bench_meaning.py [--corpus DIR] [--megabytes 200] [--rounds 3]

The tree holds office files (docx, xlsx, pptx, and pdf where LibreOffice is at hand) of the length offices write, made
of the ordinary paragraphs of `tests/quality`, every third with pictures; one in twenty lists people. Processor seconds
are those of the whole process tree, the least of the rounds, taken in turns: other work on the machine only ever adds
to them. Exit status 1 where the ratio passes the aim.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
REPOSITORY = TESTS.parent
sys.path[:0] = [str(TESTS), str(REPOSITORY / "plugins")]

import yaml  # noqa: E402

from bench.bench_scan import Cost, machine, scan  # noqa: E402
from detection.invented import Inventor  # noqa: E402
from quality.packing import WRITERS  # noqa: E402
from quality.paper import Paper, Piece  # noqa: E402

ALL_RULES = (
    REPOSITORY / "plugins" / "inspection" / "rules" / "detectors.yaml"
)  # given as rules: nothing reads by meaning
AIM = 1.3
PICTURE_BYTES = (60_000, 500_000)
KINDS = ("docx", "docx", "docx", "xlsx", "pptx", "pdf")
PDFS = 12


def paragraphs() -> list[str]:
    """The ordinary paragraphs of all authors."""
    found: list[str] = []
    for path in sorted((TESTS / "quality").glob("*/*/papers.yaml")):
        found += yaml.safe_load(path.read_text(encoding="utf-8"))[-1]["filler"]
    return found


def paper(number: int, chance: random.Random, ordinary: list[str]) -> Paper:
    """A paper of one to eight pages, or with a table of up to 300 rows; every twentieth lists people."""
    lines = tuple(chance.choice(ordinary) for _ in range(chance.randint(8, 80)))
    rows = [(str(n), chance.choice(ordinary)[:12], str(chance.randint(1, 900))) for n in range(chance.randint(0, 300))]
    table = (("項次", "項目", "數量"), *rows) if number % 4 == 0 else ()
    made = Inventor(number)
    if number % 20 == 3:
        table = (("編號", "姓名", "身分證字號"), *((str(n), "林示範", made.national_id()) for n in range(30)))
    return Paper(f"文{number}", ordinary[number % len(ordinary)][:15], (Piece(lines), Piece(table=table)))


def with_picture(data: bytes, chance: random.Random) -> bytes:
    """An office package with a picture no reader looks at."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("media/image1.png", chance.randbytes(chance.randint(*PICTURE_BYTES)))
    return out.getvalue()


def make_tree(folder: Path, megabytes: int) -> int:
    """Writes the tree; how many files it holds."""
    chance, ordinary = random.Random(11), paragraphs()
    pdfs = as_pdf([paper(number, chance, ordinary) for number in range(PDFS)], folder.parent / "pdf")
    written = number = 0
    while written < megabytes * 1_000_000:
        kind = KINDS[number % len(KINDS)] if pdfs else KINDS[number % (len(KINDS) - 1)]
        if kind == "pdf":
            data = pdfs[number % len(pdfs)] + b"%%%d\n" % number  # no copy of another
        else:
            data = WRITERS[kind](paper(number, chance, ordinary))
            data = with_picture(data, chance) if number % 3 == 0 else data
        place = folder / f"第{number % 12}課" / f"案{number // 12 % 40:03d}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"文{number}.{kind}").write_bytes(data)
        written += len(data)
        number += 1
    return number


def as_pdf(papers: list[Paper], folder: Path) -> list[bytes]:
    """The papers as LibreOffice prints them; none where it is missing."""
    office = shutil.which("soffice")
    if office is None:
        return []
    folder.mkdir()
    for one in papers:
        (folder / f"{one.name}.docx").write_bytes(WRITERS["docx"](one))
    subprocess.run(
        [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir",
         str(folder), *map(str, sorted(folder.glob("*.docx")))], check=True, capture_output=True,
    )  # fmt: skip
    return [path.read_bytes() for path in sorted(folder.glob("*.pdf"))]


def compared(target: Path, work: Path, rounds: int) -> tuple[Cost, Cost]:
    """By rules and marks alone, and with the second reading."""
    out = work / "rows.jsonl"
    scan(str(target), out, "--rules", str(ALL_RULES))  # compiles once, as an installation does
    scan(str(target), out)
    alone, both = [], []
    for _ in range(rounds):
        alone.append(scan(str(target), out, "--rules", str(ALL_RULES)))
        both.append(scan(str(target), out))
    return min(alone, key=lambda cost: cost.cpu), min(both, key=lambda cost: cost.cpu)


def main() -> int:
    """Prints the rows; exit status 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    extra = os.environ.get("INSPECTION_EXTRA_CORPUS")
    corpus = given.corpus or (Path(extra) / "public" if extra else None)
    missed = False
    with tempfile.TemporaryDirectory(prefix="inspection-bench-") as folder:
        work = Path(folder)
        (work / "tree").mkdir()
        files = make_tree(work / "tree", given.megabytes) if given.megabytes else 0
        print(f"{machine()}; load at the start {os.getloadavg()[0]:.1f}\n")
        print("| files | rules and marks: CPU s | and meaning: CPU s | ratio | aim |\n|---|---|---|---|---|")
        trees = [(f"{files:,} office files, {given.megabytes} MB", work / "tree")] if files else []
        for what, tree in [*trees, *([(f"{corpus.name} of the corpus", corpus)] if corpus else [])]:
            alone, both = compared(tree, work, given.rounds)
            ratio = both.cpu / alone.cpu
            missed |= ratio > AIM
            print(f"| {what} | {alone.cpu:.2f} | {both.cpu:.2f} | {ratio:.2f}× | ≤ {AIM} |", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
