"""Compares our reader with plain smbclient on the same files over one connection each: run by hand, prints ratios.

    uv run python tests/bench/bench_shares.py [--files 3000] [--entries 20000] [--rounds 3]

The server runs on the same machine and takes its share of the processors, so ratios tell more than rates.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent / "plugins")]

import smbclient  # noqa: E402

from inspection.shares.address import parse_address  # noqa: E402
from inspection.shares.open import open_share  # noqa: E402
from inspection.shares.share import Entry, Login, Wanted  # noqa: E402
from servers.samba import SambaServer  # noqa: E402

READING_TARGET, LISTING_TARGET = 8.0, 5.0


@dataclass(frozen=True)
class Measured:
    """One run: how many, how long, and our own processor time."""

    count: int
    wall_seconds: float
    cpu_seconds: float

    def __str__(self) -> str:
        rate = self.count / self.wall_seconds
        return f"{rate:10,.0f} /s {self.cpu_seconds / self.count * 1e6:9.1f} µs CPU each"


def measure(action: Callable[[], int]) -> Measured:
    """Runs once."""
    wall, cpu = time.perf_counter(), time.process_time()
    count = action()
    return Measured(count, time.perf_counter() - wall, time.process_time() - cpu)


def best(rounds: int, *actions: Callable[[], int]) -> list[Measured]:
    """The fastest run of each; they take turns, so that other work on the machine meets all of them."""
    runs = [[measure(action) for action in actions] for _ in range(rounds)]
    return [min(of_one, key=lambda run: run.wall_seconds) for of_one in zip(*runs, strict=True)]


def make_files(folder: Path, count: int) -> None:
    """Files of 5 to 200 KB, log-uniform, in 30 folders: what offices keep."""
    source = random.Random(7)
    block = os.urandom(4 << 20)
    for number in range(count):
        size = int(math.exp(source.uniform(math.log(5e3), math.log(2e5))))
        start = source.randrange(len(block) - size)
        target = folder / f"科{number % 30:02d}" / f"文件{number:05d}.docx"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(block[start : start + size])


def make_tree(folder: Path, count: int) -> None:
    """Empty files, 200 to a folder."""
    for number in range(count):
        target = folder / f"{number // 200:04d}" / f"單位業務報告_{number:06d}.docx"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()


class Bench:
    """Both readers on one server."""

    def __init__(self, server: SambaServer, password: str) -> None:
        self._server = server
        self._share = open_share(parse_address(server.url("data")), Login(server.user, password))
        self._bare = open_share(parse_address(server.url("data")), Login(server.user, password), with_readers=False)
        self._session = {
            "username": server.user, "password": password, "port": server.port, "connection_cache": {},
        }  # fmt: skip

    def list_ours(self, folder: str) -> int:
        """Entries listed by `walk`."""
        return sum(len(listing.entries) for listing in self._share.walk(folder))

    def list_plainly(self, folder: str) -> int:
        """Entries listed by scandir, with the metadata it brings along."""
        count, waiting = 0, [self._unc(folder)]
        while waiting:
            path = waiting.pop()
            with smbclient.scandir(path, **self._session) as found:
                for entry in found:
                    count += 1
                    if entry.smb_info.file_attributes & 0x10:
                        waiting.append(f"{path}\\{entry.name}")
        return count

    def files(self, folder: str) -> list[Entry]:
        """What there is to read."""
        return [entry for listing in self._share.walk(folder) for entry in listing.entries if not entry.is_folder]

    def read_ours(self, files: list[Entry], *, with_readers: bool) -> int:
        """Files read by `fetch`."""
        share = self._share if with_readers else self._bare
        answers = share.fetch(Wanted.of(key, entry) for key, entry in enumerate(files))
        return sum(len(answer.pieces[0]) == files[answer.key].size_bytes for answer in answers)

    def read_plainly(self, files: list[Entry]) -> int:
        """Files read by open_file().read()."""
        count = 0
        for entry in files:
            with smbclient.open_file(self._unc(entry.path), mode="rb", share_access="rwd", **self._session) as stream:
                count += len(stream.read()) == entry.size_bytes
        return count

    def _unc(self, path: str) -> str:
        below = path.replace("/", "\\")
        return rf"\\{self._server.host}\data\{below}"


def main() -> int:
    """Prints the table; exit status 1 where a target is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=3000)
    options.add_argument("--entries", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="inspection-bench-"))
    folder.chmod(0o755)
    password = secrets.token_urlsafe(12)
    try:
        make_files(folder / "data/files", chosen.files)
        make_tree(folder / "data/tree", chosen.entries)
        with SambaServer(folder / "samba", {"data": folder / "data"}, user="crawler", password=password) as server:
            return compare(Bench(server, password), chosen.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def compare(bench: Bench, rounds: int) -> int:
    """Runs both ways in turn."""
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Linux {platform.release()}, load {os.getloadavg()[0]:.1f}"
    )
    files = bench.files("files")
    plain, ours, full = best(
        rounds,
        lambda: bench.read_plainly(files),
        lambda: bench.read_ours(files, with_readers=False),
        lambda: bench.read_ours(files, with_readers=True),
    )
    plain_listing, listing = best(rounds, lambda: bench.list_plainly("tree"), lambda: bench.list_ours("tree"))
    assert plain.count == ours.count == full.count == len(files)
    assert plain_listing.count == listing.count
    reading_ratio = plain.wall_seconds / ours.wall_seconds
    listing_ratio = plain_listing.wall_seconds / listing.wall_seconds
    print(f"reading {len(files):,} files of 5-200 KB, signed, one connection")
    print(f"  smbclient.open_file().read()   {plain}")
    print(f"  fetch                          {ours}   {reading_ratio:.1f} × (target {READING_TARGET:.0f} ×)")
    print(f"  fetch with descriptors         {full}   {plain.wall_seconds / full.wall_seconds:.1f} ×")
    print(f"listing {listing.count:,} entries")
    print(f"  smbclient.scandir              {plain_listing}")
    print(f"  walk                           {listing}   {listing_ratio:.1f} × (target {LISTING_TARGET:.0f} ×)")
    print(f"our own processor time: reading {plain.cpu_seconds / ours.cpu_seconds:.1f} × less,", end=" ")
    print(f"listing {plain_listing.cpu_seconds / listing.cpu_seconds:.1f} × less")
    return 0 if reading_ratio >= READING_TARGET and listing_ratio >= LISTING_TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
