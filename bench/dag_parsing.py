"""How long each DAG file takes to parse beyond a bare `import airflow.sdk`, each in a fresh interpreter."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROUNDS = 3
_PROGRAM = """
import runpy, sys, time
import airflow.sdk
sys.path.insert(0, {folder!r})
began = time.perf_counter()
runpy.run_path({file!r})
print(time.perf_counter() - began)
"""


def parse_seconds(file: Path) -> float:
    """Median seconds of three fresh interpreters for one DAG file, Airflow's own import left out."""
    with tempfile.TemporaryDirectory(prefix="inspection-bench-") as home:
        program = _PROGRAM.format(folder=str(file.parent), file=str(file))
        environment = {"AIRFLOW_HOME": home, "PATH": "/usr/bin:/bin", "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
        seconds = []
        for _ in range(ROUNDS):
            outcome = subprocess.run(
                [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment
            )
            if outcome.returncode:
                raise SystemExit(f"{file.name} cannot be parsed:\n{outcome.stderr}")
            seconds.append(float(outcome.stdout.split()[-1]))
    return statistics.median(seconds)


def report(dags: Path) -> Iterator[str]:
    """One line per DAG file, as it is measured."""
    for file in sorted(dags.glob("*.py")):
        yield f"{file.name:<34} {parse_seconds(file):6.2f} s"
