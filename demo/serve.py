"""`make up` and `make down`: Airflow, the portal and a mail sink on this machine, supervised by one process."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from demo.airflow_services import AirflowServices
from inspection import settings
from inspection.store import migrate
from servers.mail import MailServer
from servers.process import ServerFailed, ServerProcess

AIRFLOW_URL = "http://127.0.0.1:8600"
UP_SECONDS = 180.0
DOWN_SECONDS = 60.0
SERVICE_ACCOUNT = "service"
LOGINS = {"operator": "op", "viewer": "viewer", SERVICE_ACCOUNT: "user"}


def _folder() -> Path:
    return settings.get().home_folder / "serve"


def _ready() -> Path:
    return _folder() / "ready.json"


def _pid_file() -> Path:
    return _folder() / "pid"


def up() -> int:
    """Starts the supervisor in the background, waits until all answers, says where. Harmless where it runs."""
    if _running_pid():
        print(f"already up: {_ready().read_text(encoding='utf-8')}" if _ready().exists() else "already starting")
        return 0
    log_file = _folder() / "serve.log"
    _folder().mkdir(parents=True, exist_ok=True)
    _ready().unlink(missing_ok=True)
    with log_file.open("ab") as log:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "demo.serve", "run"], cwd=settings.REPOSITORY, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    _pid_file().write_text(str(supervisor.pid), encoding="ascii")
    deadline = time.monotonic() + UP_SECONDS
    while not _ready().exists():
        if supervisor.poll() is not None or time.monotonic() > deadline:
            print(f"did not come up; see {log_file}", file=sys.stderr)
            down()
            return 1
        time.sleep(0.3)
    for name, address in json.loads(_ready().read_text(encoding="utf-8")).items():
        print(f"{name:<18} {address}")
    return 0


def down() -> int:
    """Ends the supervisor and all it started; harmless where nothing runs."""
    pid = _running_pid()
    if pid:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + DOWN_SECONDS
        while _running_pid():
            if time.monotonic() > deadline:
                os.killpg(pid, signal.SIGKILL)  # its servers get the end signal by the death of their parent
                break
            time.sleep(0.2)
        print("down")
    else:
        print("nothing is up")
    _pid_file().unlink(missing_ok=True)
    _ready().unlink(missing_ok=True)
    return 0


def run() -> int:
    """The supervisor: starts everything, watches, and ends everything on SIGTERM or when one service ends."""
    end = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: end.set())
    _prepare_environment()
    migrate.upgrade()
    chosen = settings.get()
    with MailServer(_folder() / "mail") as mail:
        os.environ.setdefault("INSPECTION_SMTP_URL", mail.url)
        airflow = AirflowServices(
            _folder() / "airflow",
            dags_folder=settings.REPOSITORY / "dags",
            plugins_folder=settings.REPOSITORY / "plugins",
            users=LOGINS,
            port=urlsplit(chosen.airflow_url).port or 0,
        )
        os.environ["INSPECTION_AIRFLOW_PASSWORD"] = airflow.passwords[SERVICE_ACCOUNT]
        with airflow, _ours("portal") as portal, _ours("sender") as sender:
            portal.wait_for_port(int(chosen.portal_bind.rpartition(":")[2]))
            _ready().write_text(
                json.dumps(
                    {
                        "Airflow": airflow.url,
                        "Airflow passwords": str(airflow.home / "passwords.json"),
                        "portal": chosen.portal_url,
                        "mail": str(mail.folder),
                        "logs": str(_folder()),
                    }
                ),
                encoding="utf-8",
            )
            return _watch(end, airflow, {"portal": portal, "sender": sender})


def _ours(verb: str) -> ServerProcess:
    command = [sys.executable, "-m", "inspection.cli", verb]
    return ServerProcess(command, log=_folder() / f"{verb}.log", cwd=settings.REPOSITORY)


def _watch(end: threading.Event, airflow: AirflowServices, ours: Mapping[str, ServerProcess]) -> int:
    while not end.wait(2):
        try:
            airflow.require_alive()
            for name, process in ours.items():
                if not process.running:
                    raise ServerFailed(f"inspection {name} ended:\n{process.log_tail()}")
        except ServerFailed as failure:
            print(failure, file=sys.stderr)
            return 1
    return 0


def _prepare_environment() -> None:
    key = _folder() / "secret_key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_hex(32), encoding="ascii")
    if "INSPECTION_SECRET_KEY" not in os.environ:
        os.environ.setdefault("INSPECTION_SECRET_KEY_FILE", str(key))
    os.environ.setdefault("INSPECTION_PROFILE", "demo")
    os.environ.setdefault("INSPECTION_AIRFLOW_URL", AIRFLOW_URL)
    os.environ.setdefault("INSPECTION_AIRFLOW_USER", SERVICE_ACCOUNT)
    settings.reset()


def _running_pid() -> int:
    """Process id of the supervisor, 0 where it does not run. A pid file may outlive a crash and name a stranger."""
    try:
        pid = int(_pid_file().read_text(encoding="ascii"))
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return 0
    return pid if b"demo.serve" in command else 0


if __name__ == "__main__":
    verbs = {"up": up, "down": down, "run": run}
    if len(sys.argv) != 2 or sys.argv[1] not in verbs:
        sys.exit("usage: python -m demo.serve up|down")
    sys.exit(verbs[sys.argv[1]]())
