"""`make up` serves Airflow and the portal, and `make down` leaves nothing behind, also after a crash."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from servers.process import free_port

REPOSITORY = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.airflow, pytest.mark.timeout(400)]


def _serve(verb: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "demo.serve", verb],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _started_with(home: Path) -> list[int]:
    """Processes of this installation: all inherit its home folder in the environment."""
    needle = f"INSPECTION_HOME={home}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and needle in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:  # ended while we looked
            continue
    return found


def test_up_serves_and_down_leaves_nothing_behind(home: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "INSPECTION"))}
    portal = f"127.0.0.1:{free_port()}"
    environment = kept | {
        "PYTHONPATH": str(REPOSITORY / "tests"),
        "INSPECTION_HOME": str(home),
        "INSPECTION_PORTAL_BIND": portal,
        "INSPECTION_PORTAL_URL": f"http://{portal}",
        "INSPECTION_AIRFLOW_URL": f"http://127.0.0.1:{free_port()}",
    }
    try:
        up = _serve("up", environment)
        assert up.returncode == 0, up.stderr + (home / "serve" / "serve.log").read_text(encoding="utf-8")
        ready = json.loads((home / "serve" / "ready.json").read_text(encoding="utf-8"))
        assert ready["Airflow"] == environment["INSPECTION_AIRFLOW_URL"]
        assert httpx.get(f"{ready['portal']}/health").status_code == 200
        passwords = json.loads(Path(ready["Airflow passwords"]).read_text(encoding="utf-8"))
        answer = httpx.post(
            f"{ready['Airflow']}/auth/token", json={"username": "operator", "password": passwords["operator"]}
        )
        assert answer.status_code == 201
        assert "already up" in _serve("up", environment).stdout

        # the supervisor is killed, not asked: what it started ends with it
        os.kill(int((home / "serve" / "pid").read_text(encoding="ascii")), signal.SIGKILL)
        deadline = time.monotonic() + 60
        while len(_started_with(home)) > 0 and time.monotonic() < deadline:
            time.sleep(0.5)
        assert _started_with(home) == []
        assert "nothing is up" in _serve("down", environment).stdout

        assert _serve("up", environment).returncode == 0, "not after a crash"
        assert json.loads(Path(ready["Airflow passwords"]).read_text(encoding="utf-8")) == passwords
        assert _serve("down", environment).stdout == "down\n"
        assert _started_with(home) == []
    finally:
        _serve("down", environment)
    assert _started_with(home) == []
