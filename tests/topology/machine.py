"""A machine of its own for a compose file: networks, volumes and containers made of namespaces, without Docker.

All of it lives below one process: when that ends, or the test that holds it, the kernel ends everything else.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from servers.process import ServerFailed, as_user
from topology.compose import Compose, Service
from topology.images import Image, image_of, shared_folders

OUTSIDE = "203.0.113.1"  # an address of the world, which only networks that are not internal lead to
LOOPBACK = "127.0.0.1"
START_SECONDS = 10.0
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ENVIRONMENT = {"PATH": _PATH}  # of the commands that set up: nothing of the tester's own reaches a container


class NamespacesRefused(RuntimeError):
    """This machine does not let us make namespaces: the topology cannot be tested here, and that is a failure."""


@dataclass
class Container:
    """One service as it runs: its host name, the service, what is its alone (`suffix` of volumes), its process."""

    name: str
    service: Service
    image: Image
    root: Path
    log: Path
    suffix: str = ""
    process: subprocess.Popen[bytes] | None = None
    pid: int = 0

    @property
    def running(self) -> bool:
        """Whether its command still runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def exit_status(self) -> int | None:
        """How it ended; None while it runs."""
        return None if self.process is None else self.process.poll()

    def tail(self, lines: int = 40) -> str:
        """The last lines it printed."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    @property
    def environment(self) -> dict[str, str]:
        """What its command finds: the image's, compose's, and what every container has."""
        uid, _ = self.image.identity(self.service.user)
        given = {"PATH": f"/opt/venv/bin:{_PATH}" if self.image.stage.python else _PATH}
        given |= {name: value.replace("$PATH", _PATH) for name, value in self.image.stage.environment.items()}
        return {**given, "HOSTNAME": self.name, "HOME": self.image.home(uid), **self.service.environment}

    def dropping(self) -> list[str]:
        """The command that takes on the service's user and rights, and keeps no other."""
        uid, gid = self.image.identity(self.service.user)
        kept = "".join(f",+{one}" for one in sorted(self.service.capabilities))
        words = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", f"--bounding-set=-all{kept}"]
        words += ["--inh-caps=-all", "--ambient-caps=-all"]
        words += ["--no-new-privs"] if self.service.no_new_privileges else []
        return [*words, "env", "-i", *(f"{name}={value}" for name, value in self.environment.items())]


@dataclass
class Machine:
    """The machine. `folder` holds volumes, logs and roots; `published` holds a socket of this
    machine's loopback for each port that may be published."""

    compose: Compose
    images: Mapping[str, Image]
    folder: Path
    published: dict[int, socket.socket] = field(default_factory=dict)
    containers: dict[str, Container] = field(default_factory=dict)
    _holder: subprocess.Popen[bytes] | None = None
    _pid: int = 0
    _relays: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def begin(self, apart: Mapping[str, str]) -> None:
        """Makes the networks and each service's place; `apart` maps those with volumes of their own to a suffix."""
        for name, service in self.compose.services.items():
            suffix = apart.get(name, "")
            image = self.images[image_of(service)]
            root, log = self.folder / "roots" / name, self.folder / "logs" / f"{name}.log"
            for path in (root, log.parent):
                path.mkdir(parents=True, exist_ok=True)
            self.containers[name] = Container(name, service, image, root, log, suffix)
        self._hold()
        self._make_networks()

    def _hold(self) -> None:
        command = ["unshare", "--mount", "--net", "--pid", "--ipc", "--fork", "--kill-child=SIGKILL", "--mount-proc"]
        script = (
            f"mount -t tmpfs tmpfs /run && mkdir /run/netns && ip link set lo up && ip addr add {OUTSIDE}/32 dev lo"
        )
        command += ["--propagation", "private", "sh", "-c", f"{script} && echo held && exec sleep infinity"]
        holder = subprocess.Popen(
            as_user(command, ends_with_parent=signal.SIGKILL), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, start_new_session=True, env=_ENVIRONMENT,
        )  # fmt: skip
        assert holder.stdout is not None
        said = holder.stdout.readline().decode(errors="replace")
        if said.strip() != "held":
            holder.kill()
            raise NamespacesRefused(
                f"namespaces or networks cannot be made here ({said.strip()}): run the topology test as root, on a "
                "machine that allows mount, network and process namespaces, bridges and veth pairs"
            )
        self._holder, self._pid = holder, _children(holder.pid)[0]

    def inside(self, *command: str) -> list[str]:
        """A command run on the machine itself, as its administrator."""
        return ["nsenter", "-t", str(self._pid), "-m", "-n", "-p", "-i", "--", *command]

    def address(self, name: str, network: str) -> str:
        """A container's address in a network."""
        return self.compose.networks[network].address(list(self.containers).index(name))

    def _make_networks(self) -> None:
        nets = {name: number for number, name in enumerate(self.compose.networks)}
        lines = ["set -e"]
        for name, number in nets.items():
            net = self.compose.networks[name]
            bridge = f"net{number}"
            lines += [f"ip link add {bridge} type bridge", f"ip link set {bridge} up"]
            lines += [f"ip addr add {net.gateway}/{net.subnet.prefixlen} dev {bridge}"]
        for number, container in enumerate(self.containers.values()):
            space = container.name
            lines += [f"ip netns add {space}", f"ip -n {space} link set lo up"]
            outward = ""
            for name in container.service.networks:
                net, host, own = self.compose.networks[name], f"v{number}n{nets[name]}", f"eth{nets[name]}"
                lines += [f"ip link add {host} type veth peer name {own} netns {space}"]
                lines += [f"ip link set {host} master net{nets[name]} up", f"ip -n {space} link set {own} up"]
                lines += [f"ip -n {space} addr add {self.address(space, name)}/{net.subnet.prefixlen} dev {own}"]
                outward = outward or ("" if net.internal else net.gateway)
            if outward:
                lines += [f"ip -n {space} route add default via {outward}"]
        command = self.inside("sh", "-c", "\n".join(lines))
        outcome = subprocess.run(command, capture_output=True, text=True, check=False, env=_ENVIRONMENT)
        if outcome.returncode:
            raise NamespacesRefused(f"networks cannot be made here: {outcome.stderr.strip()}")

    def serve_ports(self) -> None:
        """Publishes what the file publishes; a port it no longer names is answered by nobody."""
        for container in self.containers.values():
            for outside, inside in container.service.ports.items():
                reached = [one for one in container.service.networks if not self.compose.networks[one].internal]
                if outside in self.published and reached:
                    self.relay(self.published.pop(outside), f"{self.address(container.name, reached[0])}:{inside}")

    def relay(self, taken: socket.socket, target: str) -> None:
        """Passes connections to a socket of this machine on to an address inside."""
        command = ["nsenter", "-t", str(self._pid), "-n", "--", sys.executable, "-S"]
        command += [str(Path(__file__).with_name("relay.py")), f"{taken.fileno()}={target}"]
        self._relays.append(
            subprocess.Popen(as_user(command, ends_with_parent=signal.SIGKILL), pass_fds=[taken.fileno()])
        )
        taken.close()

    def start(self, name: str, command: Sequence[str] = (), *, output: int | None = None) -> Container:
        """Starts a container (again), on the same network and volumes, its root as the image has it."""
        container = self.containers[name]
        if container.running:
            raise ValueError(f"{name} runs already")
        script = self._setup(container, command or container.service.command or container.image.stage.command)
        words = ["nsenter", f"--net=/run/netns/{name}", "--", "unshare", "--mount", "--pid", "--uts", "--ipc", "--fork"]
        words += ["--kill-child=SIGKILL", "--propagation", "private", "sh", "-c", script]
        with container.log.open("ab") as log:
            container.process = subprocess.Popen(
                self.inside(*words), stdin=subprocess.DEVNULL, stdout=output or log, stderr=log, start_new_session=True,
                env=_ENVIRONMENT,
            )  # fmt: skip
        container.pid = 0
        return container

    def _setup(self, container: Container, command: Sequence[str]) -> str:
        service, image, root = container.service, container.image, container.root
        at = shlex.quote(str(root))
        # in memory, and nobody else's: gone with the container
        lines = ["set -e", f"hostname {container.name}", f"mount -t tmpfs -o mode=755 root {at}"]
        lines += [f"cp -a {shlex.quote(str(image.skeleton))}/. {at}", f"cd {at}"]
        for name, text in (("hosts", self._hosts(container)), ("hostname", container.name), ("resolv.conf", "")):
            lines.append(f"printf %s {shlex.quote(text)} >etc/{name}")

        def bind(source: Path | str, target: str, *, read_only: bool) -> None:
            place, here = shlex.quote(target.lstrip("/")), Path(source)
            made = f"mkdir -p {place}" if here.is_dir() else f"mkdir -p $(dirname {place}) && touch {place}"
            lines.append(f"[ -e {place} ] || {{ {made}; }}")
            lines.append(f"mount -o bind{',ro' if read_only else ''} {shlex.quote(str(source))} {place}")

        for one in shared_folders():
            bind(one, one, read_only=True)
        bind(image.local_programs, "/usr/local/bin", read_only=True)
        bind(image.opt, "/opt", read_only=True)
        if (image.opt / "venv").is_dir():
            bind(sys.prefix, "/opt/venv", read_only=True)
            bind(image.opt.parent / "venv-programs", "/opt/venv/bin", read_only=True)
        lines += _devices(service.shared_memory)
        for told in service.tmpfs:
            path, _, options = told.partition(":")
            place = shlex.quote(path.lstrip("/"))
            lines += [
                f"mkdir -p {place}",
                f"mount -t tmpfs -o noexec,nosuid,nodev,{options or 'mode=1777'} tmpfs {place}",
            ]
        for mounted in sorted(service.mounts, key=lambda one: one.target.count("/")):
            bind(self._source(container, mounted.source, mounted.target), mounted.target, read_only=mounted.read_only)
        for name, file in service.secrets.items():
            bind(file, f"/run/secrets/{name}", read_only=True)
        if service.read_only:
            lines.append("mount -o remount,bind,ro .")
        lines += [f"cd {at}", "pivot_root . .", "umount -l .", f"cd {shlex.quote(image.stage.workdir)}"]
        words = [*container.dropping(), *(["tini", "--"] if service.init else []), *image.entrypoint, *command]
        return "\n".join([*lines, f"exec {shlex.join(words)}"])

    def _hosts(self, container: Container) -> str:
        lines = ["127.0.0.1 localhost"]
        for other in self.containers.values():
            shared = [one for one in container.service.networks if one in other.service.networks]
            if shared:
                lines.append(f"{self.address(other.name, shared[0])} {other.name}")
        return "\n".join(lines) + "\n"

    def volume(self, name: str, suffix: str = "") -> Path:
        """The folder of a named volume."""
        return self.folder / "volumes" / f"{name}{suffix}"

    def _source(self, container: Container, source: str, target: str) -> Path:
        if source.startswith("/"):
            return Path(source)
        volume = self.volume(source, container.suffix)
        if not volume.exists():  # as Docker does: what the image holds there, with its owner
            volume.parent.mkdir(parents=True, exist_ok=True)
            model = container.image.skeleton / target.lstrip("/")
            if model.is_dir():
                subprocess.run(["cp", "-a", str(model), str(volume)], check=True)
            else:
                volume.mkdir()
        return volume

    def process_id(self, container: Container) -> int:
        """The first process of a container, as this machine knows it; waits until its root is set up."""
        deadline = time.monotonic() + START_SECONDS
        while not container.pid:
            if not container.running or time.monotonic() > deadline:
                raise ServerFailed(f"{container.name} did not start ({container.exit_status}):\n{container.tail()}")
            assert container.process is not None
            found = [one for child in _children(container.process.pid) for one in _children(child)]
            # the setting up is done once another command has taken the place of the shell that does it
            if found and _is_set_up(found[0]):
                container.pid = found[0]
            else:
                time.sleep(0.02)
        return container.pid

    def command_in(self, container: Container, command: Sequence[str]) -> list[str]:
        """A command run in a container that runs, as its user and with its environment (`docker exec`)."""
        place = container.image.stage.workdir
        into = ["nsenter", "-t", str(self.process_id(container)), "-m", "-n", "-p", "-u", "-i", "--"]
        return [*into, *container.dropping(), "sh", "-c", f'cd {shlex.quote(place)} && exec "$@"', "sh", *command]

    def run_in(
        self, name: str, *command: str, seconds: float = 60.0, given: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs such a command to its end."""
        return subprocess.run(
            self.command_in(self.containers[name], command), input=given, capture_output=True, check=False,
            timeout=seconds, env=_ENVIRONMENT,
        )  # fmt: skip

    def kill(self, name: str) -> None:
        """Ends a container at once with all its processes, as a power cut would."""
        container = self.containers[name]
        if container.running and container.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process_id(container), signal.SIGKILL)
            container.process.wait(timeout=20)

    def stop(self, name: str, *, seconds: float = 20.0) -> None:
        """Asks a container to end, then makes it."""
        container = self.containers[name]
        if not container.running or container.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process_id(container), signal.SIGTERM)
        try:
            container.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill(name)

    def end(self) -> None:
        """Ends everything; nothing of this machine runs afterwards."""
        for one in [*self._relays, self._holder]:
            if one is not None:
                one.kill()
                one.wait(timeout=20)
                if one.stdout:
                    one.stdout.close()
        for container in self.containers.values():
            if container.process is not None:
                container.process.wait(timeout=20)
        for taken in self.published.values():
            taken.close()
        self._relays, self._holder = [], None


def _devices(shared_memory: str) -> list[str]:
    lines = ["mount -t proc -o nosuid,nodev,noexec proc proc", "mount -t sysfs -o ro sysfs sys"]
    lines += ["mount -t tmpfs -o mode=755,nosuid tmpfs dev", "mkdir dev/shm dev/pts"]
    lines += [f"mount -t tmpfs -o nosuid,nodev,noexec,size={shared_memory} tmpfs dev/shm"]
    lines += ["mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts"]
    lines += ["ln -s pts/ptmx dev/ptmx", "ln -s /proc/self/fd dev/fd"]
    names = "null zero full random urandom tty"
    lines += [f"(cd dev && touch {names})", f"for one in {names}; do mount -o bind /dev/$one dev/$one; done"]
    return [*lines, *(f"ln -s /proc/self/fd/{n} dev/{one}" for n, one in enumerate(("stdin", "stdout", "stderr")))]


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    return []


def _is_set_up(pid: int) -> bool:
    with contextlib.suppress(OSError):
        said = Path(f"/proc/{pid}/cmdline").read_bytes()
        return bool(said) and b"pivot_root . ." not in said
    return False
