"""The compose file as `docker-compose config` prints it: of each service all that a machine without Docker can obey."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import yaml

FILE, OVERLAY = "docker-compose.yml", "docker-compose.override.yml"
# what a container keeps of a root's rights where the file drops none
USUAL_CAPABILITIES = frozenset({
    "chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "net_bind_service", "net_raw",
    "sys_chroot", "mknod", "audit_write", "setfcap",
})  # fmt: skip
NOT_OBEYED = {
    "build", "image", "logging", "mem_limit", "pids_limit", "profiles", "restart", "stop_grace_period",
}  # fmt: skip
OBEYED = {
    "cap_drop", "command", "depends_on", "environment", "healthcheck", "init", "network_mode", "networks", "ports",
    "read_only", "secrets", "security_opt", "shm_size", "tmpfs", "user", "volumes",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mounted:
    """A folder or file mounted into a container: a named volume, or an absolute path of the machine."""

    source: str
    target: str
    read_only: bool

    @property
    def named(self) -> bool:
        """Whether it is a volume of the file."""
        return not self.source.startswith("/")


@dataclass(frozen=True, slots=True)
class Health:
    """How compose asks whether a service is well: the command, and seconds of grace in all."""

    command: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Service:
    """One service; `waits_for` maps names to conditions, `secrets` names to files, `ports` the machine's to its own;
    `published_at` are the machine's addresses they are published at."""

    name: str
    image: str
    target: str
    profiles: tuple[str, ...]
    command: tuple[str, ...]
    user: str
    environment: Mapping[str, str]
    secrets: Mapping[str, Path]
    mounts: tuple[Mounted, ...]
    tmpfs: tuple[str, ...]
    networks: tuple[str, ...]
    ports: Mapping[int, int]
    published_at: frozenset[str]
    waits_for: Mapping[str, str]
    read_only: bool
    init: bool
    no_new_privileges: bool
    capabilities: frozenset[str]
    shared_memory: str
    health: Health | None
    once: bool


@dataclass(frozen=True, slots=True)
class Net:
    """One network; the subnet is the file's, or one given here as Docker would."""

    name: str
    internal: bool
    subnet: IPv4Network

    @property
    def gateway(self) -> str:
        """The machine's own address in it."""
        return str(next(self.subnet.hosts()))

    def address(self, number: int) -> str:
        """The address of the service with this number."""
        return str(self.subnet.network_address + 10 + number)


@dataclass(frozen=True, slots=True)
class Compose:
    """The whole file."""

    services: Mapping[str, Service]
    networks: Mapping[str, Net]


def read_compose(project: Path, environment: Mapping[str, str]) -> Compose:
    """Has `docker-compose config` read the file in a project folder, and the one laid over it where there is one.

    Raises ValueError at what is not obeyed here.
    """
    read = [one for one in (project / FILE, project / OVERLAY) if one.exists()]
    named = [word for one in read for word in ("-f", str(one))]
    outcome = subprocess.run(
        ["docker-compose", "--project-directory", str(project), *named, "config"],
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if outcome.returncode:
        raise ValueError(f"docker-compose config: {outcome.stderr[-2000:]}")
    told = yaml.safe_load(outcome.stdout)
    files = {name: Path(one["file"]) for name, one in told["secrets"].items()}
    services = {name: _service(name, one, files) for name, one in told["services"].items()}
    networks = {
        name: _network(name, one or {}, number) for number, (name, one) in enumerate(sorted(told["networks"].items()))
    }
    return Compose(services, networks)


def _network(name: str, told: Mapping[str, Any], number: int) -> Net:
    given = told.get("ipam", {}).get("config", [{}])[0].get("subnet", f"172.30.{95 + number}.0/24")
    return Net(name, bool(told.get("internal")), IPv4Network(given))


def _service(name: str, told: Mapping[str, Any], files: Mapping[str, Path]) -> Service:
    if strange := {key for key in told if not key.startswith("x-")} - OBEYED - NOT_OBEYED:
        raise ValueError(f"docker-compose.yml, service {name}: {', '.join(sorted(strange))} is not obeyed by this test")
    dropped = {one.lower() for one in told.get("cap_drop", [])}
    security = told.get("security_opt", [])
    return Service(
        name=name,
        image=told["image"],
        target=(told.get("build") or {}).get("target", ""),
        profiles=tuple(told.get("profiles", [])),
        command=tuple(_unescaped(one) for one in told.get("command") or ()),
        user=str(told.get("user", "")),
        environment={key: _unescaped(str(value)) for key, value in (told.get("environment") or {}).items()},
        secrets={one["source"]: files[one["source"]] for one in told.get("secrets", [])},
        mounts=tuple(_mounted(one) for one in told.get("volumes", [])),
        tmpfs=tuple(told.get("tmpfs", [])),
        networks=() if told.get("network_mode") == "none" else tuple(told.get("networks") or ()),
        ports=dict(_port(one) for one in told.get("ports", [])),
        published_at=frozenset(_published_at(one) for one in told.get("ports", [])),
        waits_for={key: one["condition"] for key, one in (told.get("depends_on") or {}).items()},
        read_only=bool(told.get("read_only")),
        init=bool(told.get("init")),
        no_new_privileges="no-new-privileges:true" in security,
        capabilities=frozenset() if "all" in dropped else USUAL_CAPABILITIES - dropped,
        shared_memory=str(told.get("shm_size", "64m")),
        health=_health(told.get("healthcheck") or {}),
        once=told.get("restart") == "no",
    )


def _unescaped(text: str) -> str:
    return text.replace("$$", "$")


def _mounted(text: str) -> Mounted:
    source, target, mode = text.rsplit(":", 2)
    return Mounted(source, target, mode == "ro")


def _port(told: str | Mapping[str, int]) -> tuple[int, int]:
    if not isinstance(told, str):  # how a port is printed that is published at every address
        return told["published"], told["target"]
    outside, inside = told.removesuffix("/tcp").rsplit(":", 2)[-2:]
    return int(outside), int(inside)


def _published_at(told: str | Mapping[str, int]) -> str:
    return told.rsplit(":", 2)[0] if isinstance(told, str) and told.count(":") == 2 else "0.0.0.0"


def _health(told: Mapping[str, Any]) -> Health | None:
    if not told or told["test"] == ["NONE"]:
        return None
    how, *command = told["test"]
    words = [_unescaped(one) for one in command]
    seconds = _seconds(told.get("start_period", "0s")) + told.get("retries", 3) * (
        _seconds(told.get("interval", "30s")) + _seconds(told.get("timeout", "30s"))
    )
    return Health(tuple(words if how == "CMD" else ["sh", "-c", words[0]]), seconds)


def _seconds(text: str) -> float:
    units = {"h": 3600, "m": 60, "s": 1}
    return sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+)([hms])", text))
