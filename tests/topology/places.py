"""Looks into each container of a compose file with nothing but listeners in them, and says what is not as it must be.

A few seconds for the whole file: what a changed line does to rights, secrets, folders and networks shows here first.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topology import expected
from topology.images import Image
from topology.installation import ELSEWHERE, HAND, Installation, laid_out
from topology.machine import OUTSIDE, Container, Machine

PROBE = Path(__file__).with_name("probe.py").read_text(encoding="utf-8")
PYTHON = str(Path(sys.base_prefix).resolve() / "bin" / "python3") if sys.base_prefix != "/usr" else "/usr/bin/python3"
WORLD_PORT = 9
OURS = (ELSEWHERE, HAND)  # of the test, and not of the file


@dataclass(frozen=True, slots=True)
class Seen:
    """What the containers told: by container, and the machine they were seen on."""

    machine: Machine
    told: Mapping[str, Any]

    def faults(self) -> list[str]:
        """Every difference from what must be, as `check: container: what is so`; none where all is well."""
        return [*self._of_the_file(), *(one for name in self.told for one in self._of(name))]

    def _of_the_file(self) -> Iterator[str]:
        services = {name: one for name, one in self.machine.compose.services.items() if name not in OURS}
        if missing := (expected.ALL - set(services)) | (set(services) - expected.ALL):
            yield f"services: {', '.join(sorted(missing))}: missing, or not known here"
        for name, one in services.items():
            lasts = name in expected.LASTING
            if one.once is lasts or (one.health is None) is lasts:
                yield f"services: {name}: restart and health check are not those of what {'lasts' if lasts else 'ends'}"
            if dict(one.ports) != expected.PUBLISHED.get(name, {}) or one.published_at - {"127.0.0.1"}:
                yield f"ports: {name}: {dict(one.ports)} at {sorted(one.published_at)}"

    def _of(self, name: str) -> Iterator[str]:
        told, of = self.told[name], self.machine.containers[name].service.name
        user = expected.USERS.get(of, expected.OFFICE_USER)
        if (told["user"], told["group"], told["groups"]) != (user, user, []):
            yield f"user: {name}: {told['user']}:{told['group']} {told['groups']}"
        if any(told["capabilities"].values()):
            yield f"capabilities: {name}: {told['capabilities']}"
        if not told["no_new_privileges"]:
            yield f"privileges: {name}: a program may take on more rights"
        if told["root_writable"]:
            yield f"root: {name}: its root may be written"
        wanted = {one: one not in expected.EMPTY_SECRETS for one in expected.SECRETS[of]}
        if told["secrets"] != wanted:
            yield f"secrets: {name}: {sorted(set(told['secrets']) ^ set(wanted)) or 'one cannot be read'}"
        yield from self._folders(name, of)
        yield from self._reach(name, of)

    def _folders(self, name: str, of: str) -> Iterator[str]:
        found, container = self.told[name]["folders"], self.machine.containers[name]
        kept, fixed = expected.KEPT.get(of, {}), expected.READ_ONLY.get(of, set())
        for path, volume in kept.items():
            here = self.machine.volume(volume, container.suffix)
            same = here.exists() and found[path].get("same") == [here.stat().st_dev, here.stat().st_ino]
            if not same or not found[path]["writable"]:
                yield f"volumes: {name}: {path} is not {volume}, or may not be written"
        for path in fixed:
            if not found[path]["there"] or not found[path]["read_only"]:
                yield f"volumes: {name}: {path} is missing, or may be written"
        for path in expected.FLEETING.get(of, set()):
            if not found[path]["there"] or not found[path]["writable"] or found[path]["programs"]:
                yield f"tmpfs: {name}: {path} is no folder in memory"
        allowed = set(kept) | expected.FLEETING.get(of, set()) | _given(of)
        for path, one in found.items():
            if one.get("writable") and path not in allowed:
                yield f"volumes: {name}: {path} may be written, and need not be"

    def _reach(self, name: str, of: str) -> Iterator[str]:
        for place, outcome in self.told[name]["reached"].items():
            other, network = place.split("@")
            if network == "world":
                wanted = of in expected.OUTWARD
            else:
                wanted = of in expected.MEETING[network] and other in expected.MEETING[network]
            if (outcome == "reached") is not wanted:
                yield f"reach: {name}: {place} {'is not reached' if wanted else 'is reached'} ({outcome})"


def _given(of: str) -> set[str]:
    return {"backup": {"/backup"}, "keys": {"/keys"}}.get(of, set())


def look(installation: Installation) -> Seen:
    """Starts a listener in each container instead of its command, and asks each of them."""
    machine = installation.machine
    ports = [str(port) for port in expected.LISTENING.values()]
    names = [name for name in machine.containers if name != HAND]
    outside = subprocess.Popen(
        machine.inside(PYTHON, "-c", PROBE, "listen", str(WORLD_PORT)), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    assert outside.stdout is not None
    outside.stdout.readline()
    containers = [machine.start(name, [PYTHON, "-c", PROBE, "listen", *ports]) for name in names]
    for one in containers:
        machine.process_id(one)
        _wait_for_listening(one)
    asked = json.dumps({"paths": sorted(_paths()), "addresses": _addresses(machine, names)}).encode()

    def ask(name: str) -> Any:
        told = machine.run_in(name, PYTHON, "-c", PROBE, "tell", given=asked)
        if told.returncode:
            raise AssertionError(f"{name} tells nothing: {told.stderr.decode()[-2000:]}")
        return json.loads(told.stdout)

    with ThreadPoolExecutor(len(names)) as at_once:
        found = dict(zip(names, at_once.map(ask, names), strict=True))
    for name in names:
        machine.kill(name)
    outside.stdout.close()
    return Seen(machine, found)


def faults_of(ground: Path, images: Mapping[str, Image], change: Callable[[str], str] = lambda text: text) -> list[str]:
    """What is not as it must be with the compose file as it is, or changed."""
    with laid_out(ground / secrets.token_hex(4), images, change) as made:
        return look(made).faults()


def _wait_for_listening(container: Container) -> None:
    while "listening" not in container.tail(3):
        if not container.running:
            raise AssertionError(f"{container.name} did not listen: {container.tail()}")


def _paths() -> set[str]:
    told = [*expected.KEPT.values(), *expected.READ_ONLY.values(), *expected.FLEETING.values()]
    return {path for one in told for path in one} | {
        "/",
        "/etc",
        "/opt/inspection",
        "/usr/local/bin",
        "/backup",
        "/keys",
    }


def _addresses(machine: Machine, names: list[str]) -> list[list[str]]:
    """Each address of each container that others speak to, whether or not a name leads there; and the world."""
    found = [["outside@world", OUTSIDE, str(WORLD_PORT)]]
    for name in names:
        if name in expected.LISTENING:
            for network in machine.containers[name].service.networks:
                if network in machine.compose.networks:
                    place = [f"{name}@{network}", machine.address(name, network), str(expected.LISTENING[name])]
                    found.append(place)
    return found
