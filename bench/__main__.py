"""`make bench`: measures and prints; what it prints is what the documents may claim."""

from __future__ import annotations

from pathlib import Path

from bench import dag_parsing
from bench.machine import machine

REPOSITORY = Path(__file__).resolve().parents[1]

print(f"measured on {machine()}\n")
print("DAG files: parsing beyond `import airflow.sdk` (must stay below 1 s)")
for line in dag_parsing.report(REPOSITORY / "dags"):
    print(f"  {line}")
