"""What listing a share keeps in memory, few files and many: `python tests/bench/bench_listing.py [--files 5000 50000]`.

The task of a campaign's crawl that lists a share and cuts it into shards, each size in a process of its own, on SQLite:
first, and again with the crawl before it known (as if all had been read). What is printed is the highest memory of the
process. Exit status 1 where many files take more than 1.3 times the memory of few.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent / "plugins"), str(Path(__file__).parent)]

from bench_pages import database  # noqa: E402
from sqlalchemy import update  # noqa: E402

from crawling.office import AT, limits, particulars, scope, settle, vault  # noqa: E402
from inspection.crawling.begin import begin  # noqa: E402
from inspection.crawling.finish import finish, open_reading  # noqa: E402
from inspection.crawling.inventory import list_share  # noqa: E402
from inspection.model import CrawledFile, CrawlShard  # noqa: E402
from inspection.model.lifecycle import ShardState  # noqa: E402
from inspection.shares.local import LocalShare  # noqa: E402
from inspection.vocabulary import ReadStatus, Verdict  # noqa: E402

AIM = 1.3
IN_A_FOLDER = 100


def highest() -> float:
    """The most memory this process has had so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make_tree(folder: Path, files: int) -> None:
    """So many empty files, a hundred in a folder."""
    for number in range(files):
        where = folder / f"課室{number // IN_A_FOLDER // 50}" / f"案卷{number // IN_A_FOLDER}"
        if number % IN_A_FOLDER == 0:
            where.mkdir(parents=True)
        (where / f"公文{number}.txt").touch()


def listed(files: int) -> None:
    """Lists a tree twice and prints the memory of before, of the first time and of the second."""
    with tempfile.TemporaryDirectory() as folder, database("sqlite"):
        make_tree(Path(folder), files)
        settle("S1")
        told = [highest()]
        for minutes, run_id in enumerate(("R1", "R2")):
            with scope() as session:
                begin(session, **particulars(run_id, "S1", minutes=minutes))
            list_share(scope, run_id, "S1", lambda: LocalShare(Path(folder)), vault=vault(), limits=limits(), mask=str)
            told.append(highest())
            with scope() as session:
                open_reading(session, run_id, at=AT)
                session.execute(update(CrawledFile).values(status=ReadStatus.SCANNED, verdict=Verdict.CLEAN))
                session.execute(update(CrawlShard).values(state=ShardState.DONE))
                finish(session, run_id, AT + timedelta(minutes=minutes))
    print(*told)


def main() -> int:
    """Prints a table; exit status 1 where the ratio misses the aim."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, nargs=2, default=[5_000, 50_000])
    options.add_argument("--one", type=int, default=0, help="one size, in this process")
    given = options.parse_args()
    if given.one:
        listed(given.one)
        return 0
    highest_of = []
    print("| files | before: MB | first listing | again |")
    print("|---|---|---|---|")
    for files in given.files:
        command = [sys.executable, __file__, "--one", str(files)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        before, first, again = (float(one) for one in told[-3:])
        highest_of.append(max(first, again))
        print(f"| {files:,} | {before:.0f} | {first:.0f} | {again:.0f} |", flush=True)
    ratio = highest_of[1] / highest_of[0]
    print(f"ratio {ratio:.2f}; aim: at most {AIM}")
    return int(ratio > AIM)


if __name__ == "__main__":
    sys.exit(main())
