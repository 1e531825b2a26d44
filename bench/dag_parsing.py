"""How long each DAG file takes to parse beyond a bare `import airflow.sdk`, each in a fresh interpreter."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 3
MAXIMUM_SECONDS = 1.0
REPOSITORY = Path(__file__).resolve().parents[1]
_PROGRAM = """
import runpy, sys, time
import airflow.sdk
sys.path.insert(0, {folder!r})
began = time.process_time()
runpy.run_path({file!r})
print(time.process_time() - began)
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


def main() -> int:
    """One line per DAG file (or per file named); exit status 1 where one takes a second or more."""
    slow = 0
    for file in [Path(name).resolve() for name in sys.argv[1:]] or sorted((REPOSITORY / "dags").glob("*.py")):
        seconds = parse_seconds(file)
        slow += seconds >= MAXIMUM_SECONDS
        print(f"  {file.name:<34} {seconds:6.2f} s", flush=True)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
