"""What the installation costs while nothing happens: memory and processor time of each service, for the benchmarks.

uv run python tests/topology/measure.py [--minutes 5]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "bench"), str(TESTS.parent / "plugins"), str(TESTS.parent)]

from bench_ticks import Ticks, megabytes  # noqa: E402

from topology import walk  # noqa: E402
from topology.installation import Installation, images_of, laid_out, make_project  # noqa: E402


def measured(installation: Installation, minutes: float) -> list[tuple[str, float, float]]:
    """Each lasting service with its memory in MB (PSS) and its processor seconds a minute."""
    machine = installation.machine
    pids = {name: machine.process_id(machine.containers[name]) for name in installation.lasting}
    before = {name: Ticks.of(pid).seconds for name, pid in pids.items()}
    time.sleep(60 * minutes)
    return [(name, megabytes(pid), (Ticks.of(pid).seconds - before[name]) / minutes) for name, pid in pids.items()]


def main() -> int:
    """Prints a table for docs/benchmarks.md: all services up, all DAGs unpaused, no campaign."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=5.0)
    options.add_argument("--quiet", type=float, default=120.0, help="seconds left to come to rest")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="inspection-topology-") as folder:
        ground = Path(folder)
        ground.chmod(0o755)
        images = images_of(ground / "images", make_project(ground / "for-images"))
        with laid_out(ground / "office", images) as installation:
            installation.up()
            walk.first_steps(installation)
            time.sleep(chosen.quiet)
            found = measured(installation, chosen.minutes)
    print("| service | memory (PSS), MB | CPU s a minute |\n|---|---|---|")
    for name, memory, seconds in found:
        print(f"| {name} | {memory:.0f} | {seconds:.2f} |")
    print(f"| all | {sum(one[1] for one in found):.0f} | {sum(one[2] for one in found):.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
