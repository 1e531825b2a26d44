"""A DAG file is read every half minute: it must parse fast and touch neither network nor database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

DAGS = Path(__file__).resolve().parents[2] / "dags"
MAXIMUM_SHARE = 0.5  # of what a bare `import airflow.sdk` costs in the same process; a file takes 0.02 to 0.2
# raises on the spot where the file, or anything it imports, opens a connection
_PROGRAM = """
import runpy, sys, time
began = time.process_time()
import airflow.sdk
imported = time.process_time() - began

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "sqlite3.connect"):
        raise RuntimeError(f"a DAG file touched the world while parsing: {event}")

sys.addaudithook(watch)
sys.path.insert(0, FOLDER)
began = time.process_time()
runpy.run_path(FILE)
print("share", (time.process_time() - began) / imported)  # a busy machine slows both
"""


def _parse(file: Path, home: Path) -> subprocess.CompletedProcess[str]:
    home.mkdir(exist_ok=True)
    program = _PROGRAM.replace("FOLDER", repr(str(DAGS))).replace("FILE", repr(str(file)))
    environment = {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False", "PATH": "/usr/bin:/bin"}
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize("file", sorted(DAGS.glob("*.py")), ids=lambda file: file.stem)
def test_a_dag_file_costs_a_fraction_of_importing_airflow_and_touches_nothing(file: Path, tmp_path: Path) -> None:
    outcome = _parse(file, tmp_path / "home")
    assert outcome.returncode == 0, outcome.stderr
    assert float(outcome.stdout.split()[-1]) < MAXIMUM_SHARE


@pytest.mark.parametrize(
    "deed",
    ["import sqlite3; sqlite3.connect(':memory:')", "import socket; socket.create_connection(('127.0.0.1', 9), 1)"],
)
def test_a_dag_file_that_touches_the_world_is_caught(tmp_path: Path, deed: str) -> None:
    guilty = tmp_path / "guilty.py"
    guilty.write_text(deed, encoding="utf-8")
    outcome = _parse(guilty, tmp_path / "home")
    assert outcome.returncode != 0
    assert "touched the world" in outcome.stderr
