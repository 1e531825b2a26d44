"""`make bench`: measures and prints; what it prints is what the documents may claim.

Each part is a program of its own and may be run alone. Exit status 1 where one missed its aim or broke.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.machine import machine

REPOSITORY = Path(__file__).resolve().parents[1]
PARTS = {
    "DAG files: parsing beyond `import airflow.sdk`": ("bench/dag_parsing.py",),
    "Pictures: what is recognised on scanned pages": ("bench/ocr.py",),
    "Documents: filled by us and by docxtpl": ("tests/bench/bench_documents.py",),
    "Checklists: a thousand forms, and two hundred contacts who save at once": ("tests/bench/bench_checklists.py",),
    "Review: the pages on which the forms of many units are judged": ("tests/bench/bench_review.py",),
    "Shares: reading and listing over SMB": ("tests/bench/bench_shares.py",),
    "Listing: what few files and many keep in memory": ("tests/bench/bench_listing.py",),
    "Pages of a large agency": ("tests/bench/bench_pages.py", "--files", "984000"),
    "Visitors: the seven main pages, and 40 pages a second for a minute": ("tests/bench/bench_visitors.py",),
    "疑似事項: drawn with few and many earlier ones": ("tests/bench/bench_suspect.py",),
    "An unchanged share: a campaign's second crawl beside its first": ("tests/bench/bench_again.py",),
    "Follow-up: a day on which few of many fixes are due": ("tests/bench/bench_follow_up.py",),
    "Keeping: the record verified, and rows of a filed campaign and of the clock taken away, at two sizes": (
        "tests/bench/bench_keeping.py",
    ),
    "Waiting: what a campaign costs that waits for people": ("tests/bench/bench_waiting.py",),
    "Meaning: the second reading beside all rules and marks": ("tests/bench/bench_meaning.py",),
    "Scanning: beside man-spider, smbclient and a raw read": ("tests/bench/bench_scan.py",),
}

print(f"measured on {machine()}", flush=True)
missed = []
for title, command in PARTS.items():
    print(f"\n{title}", flush=True)
    if subprocess.run([sys.executable, *command], cwd=REPOSITORY, check=False).returncode:
        missed.append(title)
for title in missed:
    print(f"missed or broken: {title}")
sys.exit(1 if missed else 0)
