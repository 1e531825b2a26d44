"""Forms filled in LibreOffice by a script that types and clicks (`office_typist`), for tests of what comes back."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TYPIST = Path(__file__).with_name("office_typist.py")
WAIT_SECONDS = 240.0


@dataclass(frozen=True)
class Given:
    """What is answered to one statement."""

    result: str
    mended: bool = False
    remark: str = ""


@dataclass(frozen=True)
class Wanted:
    """One form to be filled: its bytes and their suffix, what is written, and what it is saved as."""

    data: bytes
    suffix: str
    saved_as: str
    rows: Mapping[str, Given]
    whole: Mapping[str, str] = field(default_factory=dict)


def fill_in_office(folder: Path, wanted: Sequence[Wanted]) -> list[bytes]:
    """The forms as LibreOffice saved them, in one run of it."""
    folder.mkdir(parents=True, exist_ok=True)
    pipe = f"typist{uuid.uuid4().hex[:12]}"
    jobs: dict[str, Any] = {"pipe": pipe, "forms": []}
    for number, one in enumerate(wanted):
        source, target = folder / f"{number}.{one.suffix}", folder / f"{number}-filled.{one.saved_as}"
        source.write_bytes(one.data)
        rows = {code: vars(given) for code, given in one.rows.items()}
        told = {"rows": rows, "whole": dict(one.whole)}
        jobs["forms"].append({"source": str(source), "target": str(target), "told": told})
    told_at = folder / "jobs.json"
    told_at.write_text(json.dumps(jobs, ensure_ascii=False), encoding="utf-8")
    _run(folder, pipe, told_at)
    return [Path(job["target"]).read_bytes() for job in jobs["forms"]]


def _run(folder: Path, pipe: str, told_at: Path) -> None:
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            f"--accept=pipe,name={pipe};urp",
        ],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        subprocess.run(["/usr/bin/python3", str(TYPIST), str(told_at)], check=True, timeout=WAIT_SECONDS)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(office.pid, signal.SIGKILL)
        office.wait()
