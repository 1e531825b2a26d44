"""The installation as its manual makes it: a project folder, secrets, settings, and everything up in order."""

from __future__ import annotations

import dataclasses
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml

from servers.process import ServerFailed
from topology.compose import OVERLAY, Mounted, Service, read_compose
from topology.images import REPOSITORY, Image, lay_out
from topology.machine import LOOPBACK, Machine

COPIED = (
    "docker-compose.yml",
    "Dockerfile",
    "docker",
    "dags",
    "plugins",
    "templates",
    "sql",
    "pyproject.toml",
    "LICENSE",
)
PORTAL, AIRFLOW = 8601, 8080
# the worker of a second machine: it takes all tasks, and has folders of its own and none of the first one's
ELSEWHERE = "worker-elsewhere"
OFFICE_USER = 50000
HAND = "hand"  # `docker compose run portal …`, as the manual's short command does
WORKS_ON = "started"


@dataclasses.dataclass
class Installation:
    """A project folder and the machine made of it; `ports` maps those of the manual to those they have here."""

    project: Path
    machine: Machine
    ports: Mapping[int, int]

    @property
    def portal_url(self) -> str:
        """The portal's address as people type it."""
        return f"http://{LOOPBACK}:{self.ports[PORTAL]}"

    @property
    def airflow_url(self) -> str:
        """Airflow's address as people type it."""
        return f"http://{LOOPBACK}:{self.ports[AIRFLOW]}"

    @property
    def lasting(self) -> list[str]:
        """Containers that are to run all the time."""
        containers = self.machine.containers.items()
        return [name for name, one in containers if self._is_of_the_office(one.service) and not one.service.once]

    @staticmethod
    def _is_of_the_office(service: Service) -> bool:
        return service.name != HAND and set(service.profiles) <= {"demo"}

    def up(self, *, told: Callable[[str], None] = lambda _: None) -> None:
        """Starts everything in the order the file asks for; returns when each is healthy or has ended well."""
        self.machine.serve_ports()
        settled: dict[str, str] = {}
        waiting = [name for name, one in self.machine.containers.items() if self._is_of_the_office(one.service)]
        began: dict[str, float] = {}
        while waiting or any(state == WORKS_ON for state in settled.values()):
            for name in [one for one in waiting if self._may_start(one, settled)]:
                waiting.remove(name)
                self.machine.start(name)
                settled[name], began[name] = WORKS_ON, time.monotonic()
            for name in [one for one, state in settled.items() if state == WORKS_ON]:
                if state := self._came(name, began[name]):
                    settled[name] = state
                    told(f"{name} {state} after {time.monotonic() - began[name]:.1f} s")
            time.sleep(0.1)

    def _may_start(self, name: str, settled: Mapping[str, str]) -> bool:
        needed = {
            "service_healthy": {"healthy"},
            "service_completed_successfully": {"completed"},
            "service_started": {WORKS_ON, "healthy"},
        }
        waits_for = self.machine.containers[name].service.waits_for
        return all(settled.get(one) in needed[condition] for one, condition in waits_for.items())

    def _came(self, name: str, began: float) -> str:
        container = self.machine.containers[name]
        if not container.running:
            if container.service.once and container.exit_status == 0:
                return "completed"
            raise ServerFailed(f"{name} ended with {container.exit_status}:\n{container.tail()}")
        if container.service.once:
            return ""
        if container.service.health is None:
            raise ServerFailed(f"{name} has no health check: nobody would know that it does not work")
        if self.healthy(name):
            return "healthy"
        if time.monotonic() - began > container.service.health.seconds:
            raise ServerFailed(f"{name} is not healthy:\n{container.tail()}")
        return ""

    def database(self) -> str:
        """The address of the domain database for whoever compares rows, as its owner; passed on from loopback."""
        taken = socket.create_server((LOOPBACK, 0))
        port = taken.getsockname()[1]
        self.machine.relay(taken, f"{self.machine.address('postgres', 'data')}:5432")
        password = (self.project / "docker/secrets/owner_db_password").read_text(encoding="ascii")
        return f"postgresql+psycopg://inspection_owner:{password}@{LOOPBACK}:{port}/inspection"

    def healthy(self, name: str) -> bool:
        """What compose's own question about a service is answered."""
        health = self.machine.containers[name].service.health
        assert health is not None
        return self.machine.run_in(name, *health.command).returncode == 0

    def by_hand(self, *command: str, allowed: Sequence[int] = (0,)) -> str:
        """Runs a command as the manual's `insp`: a container of the portal, where the project folder stands as /in."""
        container = self.machine.start(HAND, command, output=subprocess.PIPE)
        assert container.process is not None
        said, _ = container.process.communicate(timeout=120)
        if container.exit_status not in allowed:
            raise ServerFailed(f"{' '.join(command[:4])} ended with {container.exit_status}:\n{container.tail(20)}")
        return said.decode()

    def within(self, name: str, *command: str, allowed: Sequence[int] = (0,)) -> str:
        """Runs a command as `docker compose exec NAME …`."""
        ended = self.machine.run_in(name, *command, seconds=180)
        if ended.returncode not in allowed:
            said = (ended.stderr or ended.stdout).decode(errors="replace")
            raise ServerFailed(f"{name}: {' '.join(command[:4])} ended with {ended.returncode}:\n{said[-3000:]}")
        return ended.stdout.decode()


# a test cannot wait ten minutes for a server to stay away: the tries are as many, the pauses between them shorter
IMPATIENT = {"AIRFLOW__CORE__MAX_TASK_RETRY_DELAY": "2"}
# and where parts are killed it cannot wait five or ten minutes until Airflow misses a task
HASTY = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "60",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "15",
}


def make_project(folder: Path, change: Callable[[str], str] = lambda text: text, *, hasty: bool = False) -> Path:
    """A project folder as `git clone` leaves it, with the secrets made; `change` edits the compose file's text."""
    project = folder / "project"
    project.mkdir(parents=True)
    for name in COPIED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, project / name, ignore=shutil.ignore_patterns("__pycache__", "secrets"))
        else:
            shutil.copy(source, project / name)
    compose = project / "docker-compose.yml"
    before = compose.read_text(encoding="utf-8")
    compose.write_text(change(before), encoding="utf-8")
    told = {"services": {"scheduler": {"environment": IMPATIENT | (HASTY if hasty else {})}}}
    (project / OVERLAY).write_text(yaml.safe_dump(told), encoding="utf-8")
    subprocess.run([project / "docker" / "make-secrets"], check=True, capture_output=True)
    return project


def images_of(folder: Path, project: Path) -> dict[str, Image]:
    """The images of a project, which many machines can share."""
    services = read_compose(project, {}).services
    return lay_out(folder, project, services.values())


@contextmanager
def laid_out(
    folder: Path, images: Mapping[str, Image], change: Callable[[str], str] = lambda text: text, *, hasty: bool = False
) -> Iterator[Installation]:
    """Everything in its place and nothing started."""
    project = make_project(folder, change, hasty=hasty)
    (folder / "machine").mkdir()
    ports = {port: socket.create_server((LOOPBACK, 0)) for port in (PORTAL, AIRFLOW)}
    at = {port: one.getsockname()[1] for port, one in ports.items()}
    settings = {
        "INSPECTION_PORTAL_URL": f"http://{LOOPBACK}:{at[PORTAL]}",
        "AIRFLOW_URL": f"http://{LOOPBACK}:{at[AIRFLOW]}",
        "INSPECTION_MAIL_FROM": "inspection@shifan.test",
        "INSPECTION_BACKUP_DIR": str(folder / "backup"),
        "INSPECTION_KEYS_DIR": str(folder / "keys"),
    }
    for name in ("backup", "keys"):
        (folder / name).mkdir()
        os.chown(folder / name, OFFICE_USER, OFFICE_USER)
    compose = read_compose(project, settings)
    services = dict(compose.services)
    if "portal" in services:
        services[HAND] = _hand(services["portal"], project)
    machine = Machine(dataclasses.replace(compose, services=services), images, folder / "machine", ports)
    if "worker" in services:
        services[ELSEWHERE] = services["worker"]
    try:
        machine.begin({ELSEWHERE: "-elsewhere"})
        yield Installation(project, machine, at)
    finally:
        machine.end()


def _hand(portal: Service, project: Path) -> Service:
    mounts = (*portal.mounts, Mounted(str(project / "in"), "/in", read_only=True))
    (project / "in").mkdir(exist_ok=True)
    return dataclasses.replace(portal, name=HAND, mounts=mounts, ports={}, waits_for={}, once=True, health=None)
