"""Airflow's services as supervised processes for the demo and the end-to-end tests; ended without leaving anybody."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import httpx

from demo import guard
from demo.airflow_api import AirflowApi
from servers.process import ServerFailed, ServerProcess, free_port

START_SECONDS = 120.0
STOP_SECONDS = 8.0
_MARKER = "INSPECTION_SERVICES"
_COMPONENTS = {
    "api-server": ["api-server"],
    "dag-processor": ["dag-processor"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}


@dataclass(frozen=True, slots=True)
class AirflowUser:
    """One login of the simple auth manager: roles are viewer, user, op, admin."""

    name: str
    role: str


ADMIN = "admin"


class AirflowServices:
    """Airflow on this machine: api-server, scheduler, dag-processor, triggerer (and a worker with Celery).

    `home` is Airflow's own folder (metadata database, logs, passwords). `users` maps login names to roles; an admin is
    always there. Passwords and keys are made at the first start and kept in `home/secrets.json`, readable by the owner
    alone. `env` is laid over what is set here; of the services those named `without` are not started.
    Raises ServerFailed, with the log's tail, where a service does not come up.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        home: Path,
        *,
        dags_folder: Path,
        plugins_folder: Path | None = None,
        database_url: str | None = None,
        executor: str = "LocalExecutor",
        broker_url: str = "",
        parallelism: int = 4,
        users: Mapping[str, str] | None = None,
        env: Mapping[str, str] | None = None,
        port: int = 0,
        without: Collection[str] = (),
    ) -> None:
        self.home = home.absolute()
        self.dags_folder = dags_folder.absolute()
        self.plugins_folder = (plugins_folder or self.home / "plugins").absolute()
        self.database_url = database_url or f"sqlite:///{self.home / 'airflow.db'}"
        self.executor = executor
        self.broker_url = broker_url
        self.parallelism = parallelism
        self.port = port or free_port(self.host)
        self.users = [AirflowUser(name, role) for name, role in {ADMIN: "admin", **(users or {})}.items()]
        self.processes: dict[str, ServerProcess] = {}
        self._components = {name: command for name, command in _COMPONENTS.items() if name not in without}
        self._marker = secrets.token_hex(8)
        self._secrets = _kept_secrets(self.home / "secrets.json", [user.name for user in self.users])
        self._extra = dict(env or {})
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the user interface and the API."""
        return f"http://{self.host}:{self.port}"

    @property
    def passwords(self) -> dict[str, str]:
        """Password of each login."""
        return {user.name: self._secrets[f"password of {user.name}"] for user in self.users}

    def api(self, user: str = ADMIN) -> AirflowApi:
        """A client of the API, signed in as one of the users."""
        return AirflowApi(self.url, user, self.passwords[user])

    @property
    def environment(self) -> dict[str, str]:
        """The environment every service and `airflow` command of this installation runs in."""
        settings = {
            "CORE__DAGS_FOLDER": str(self.dags_folder),
            "CORE__PLUGINS_FOLDER": str(self.plugins_folder),
            "CORE__LOAD_EXAMPLES": "False",
            "CORE__EXECUTOR": self.executor,
            "CORE__PARALLELISM": str(self.parallelism),
            "CORE__FERNET_KEY": self._secrets["fernet"],
            "CORE__DEFAULT_TIMEZONE": "Asia/Taipei",
            "CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{user.name}:{user.role}" for user in self.users),
            "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.home / "passwords.json"),
            "DATABASE__SQL_ALCHEMY_CONN": self.database_url,
            "API__HOST": self.host,
            "API__PORT": str(self.port),
            "API__BASE_URL": self.url,
            "API__WORKERS": "1",
            "API__SECRET_KEY": self._secrets["session"],
            "API_AUTH__JWT_SECRET": self._secrets["jwt"],
            "API_AUTH__JWT_ISSUER": "inspection",
            "SCHEDULER__ENABLE_HEALTH_CHECK": "False",
            "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "300",
            "DAG_PROCESSOR__REFRESH_INTERVAL": "30",
            "LOGGING__BASE_LOG_FOLDER": str(self.home / "logs"),
            "USAGE_DATA_COLLECTION__ENABLED": "False",
        }
        if self.executor == "CeleryExecutor":
            settings |= {
                "CELERY__BROKER_URL": self.broker_url,
                "CELERY__RESULT_BACKEND": f"db+{self.database_url}",
                "CELERY__WORKER_CONCURRENCY": str(self.parallelism),
                "LOGGING__WORKER_LOG_SERVER_PORT": str(free_port(self.host)),
            }
        # PYTHONPATH leads to our tests, which are no business of Airflow's
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        environment = {name: value for name, value in kept.items() if not name.startswith("AIRFLOW")}
        environment |= {f"AIRFLOW__{name}": value for name, value in settings.items()}
        environment["AIRFLOW_HOME"] = str(self.home)
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
        return {**environment, _MARKER: self._marker, **self._extra}

    def start(self) -> AirflowServices:
        """Migrates the metadata database, starts all services and waits until each reports healthy."""
        for folder in (self.home, self.dags_folder, self.plugins_folder):
            folder.mkdir(parents=True, exist_ok=True)
        _write_private(self.home / "passwords.json", self.passwords)
        self.run("db", "migrate")
        self._guard = self._guarded()
        try:
            for name, arguments in self._components.items():
                self.start_component(name, *arguments)
            if self.executor == "CeleryExecutor":
                self.start_component("worker", "celery", "worker")
            self._wait_until_healthy()
        except BaseException:
            self.stop()
            raise
        return self

    def _guarded(self) -> subprocess.Popen[bytes]:
        """A process that ends what is left should this one be killed; it bears no mark itself."""
        here = Path(guard.__file__).parent.parent
        command = [sys.executable, "-m", "demo.guard", f"{_MARKER}={self._marker}"]
        bare = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return subprocess.Popen(command, stdin=subprocess.PIPE, cwd=here, env=bare, start_new_session=True)

    def run(self, *arguments: str) -> str:
        """Runs one `airflow` command of this installation and returns what it printed."""
        outcome = subprocess.run(
            [sys.executable, "-m", "airflow", *arguments], env=self.environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if outcome.returncode:
            raise ServerFailed(f"airflow {' '.join(arguments)} ended with {outcome.returncode}:\n{outcome.stderr}")
        return outcome.stdout

    def start_component(self, name: str, *arguments: str) -> None:
        """Starts one service (again); its log is `logs/services/NAME.log`."""
        log = self.home / "logs" / "services" / f"{name}.log"
        command = [sys.executable, "-m", "airflow", *(arguments or _COMPONENTS[name])]
        self.processes[name] = ServerProcess(command, log=log, env=self.environment, cwd=self.home)

    def require_alive(self) -> None:
        """Raises ServerFailed where a service has ended."""
        for name, process in self.processes.items():
            if not process.running:
                raise ServerFailed(f"airflow {name} ended with {process.exit_status}:\n{process.log_tail()}")

    def stop(self) -> None:
        """Ends all services; nothing of this installation runs afterwards. A running task gets 8 s to end."""
        for process in self.processes.values():  # all at once: the scheduler alone may take half a minute
            process.ask_to_stop()
        for process in self.processes.values():
            process.stop(seconds=STOP_SECONDS)
        self.processes.clear()
        if self._guard is not None:  # a task's process leads a group of its own
            self._guard.communicate()
            self._guard = None
        guard.end(self._mark)

    def leftovers(self) -> list[int]:
        """Process ids of everything still running that was started by this installation."""
        return guard.marked(self._mark)

    @property
    def _mark(self) -> bytes:
        return f"{_MARKER}={self._marker}".encode()

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        wanted = {"metadatabase"} | {name.replace("-", "_") for name in self._components if name != "api-server"}
        seen: dict[str, object] = {}
        while True:
            self.require_alive()
            with contextlib.suppress(httpx.HTTPError, ValueError):
                answer = httpx.get(f"{self.url}/api/v2/monitor/health", timeout=5).json()
                seen = {name: answer[name]["status"] for name in wanted if name in answer}
            if wanted == {name for name, status in seen.items() if status == "healthy"}:
                return
            if time.monotonic() > deadline:
                raise ServerFailed(f"Airflow is not healthy after {START_SECONDS:.0f} s: {seen}")
            time.sleep(0.3)

    def __enter__(self) -> AirflowServices:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _kept_secrets(path: Path, users: list[str]) -> dict[str, str]:
    """Keys and passwords of an installation: those of its first start, and new ones for what has been added."""
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    made = {"jwt": secrets.token_hex(32), "session": secrets.token_hex(32)}
    made["fernet"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    made |= {f"password of {user}": secrets.token_urlsafe(12) for user in users}
    _write_private(path, made | kept)
    return made | kept


def _write_private(path: Path, content: Mapping[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
