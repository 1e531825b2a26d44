"""Starts a server as a process group of its own, waits until it answers, and ends it without leaving anybody behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

START_SECONDS = 30.0
STOP_SECONDS = 15.0
_POLL_SECONDS = 0.05


class ServerFailed(RuntimeError):
    """A server ended or did not answer in time; the message carries the tail of its log."""


class ServerProcess:
    """One running command, its process group and its log.

    The child gets `stop_signal` when the thread that started it dies (`setpriv --pdeathsig`), so that a killed test
    run or demo leaves nothing running. `user` (root only) is the system user the command runs as.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        user: str = "",
        cwd: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.command = [str(part) for part in command]
        self.log = log
        self.stop_signal = stop_signal
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                as_user(self.command, user, ends_with_parent=stop_signal),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(env) if env is not None else None,
                cwd=cwd,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Process id, which is also the process group."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the command itself still runs."""
        return self._process.poll() is None

    @property
    def exit_status(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    def wait_for_port(self, port: int, *, host: str = "127.0.0.1", seconds: float = START_SECONDS) -> None:
        """Returns when the port accepts connections."""
        self.wait_for(lambda: port_answers(port, host=host), seconds=seconds, what=f"port {port}")

    def wait_for(self, ready: Callable[[], bool], *, seconds: float = START_SECONDS, what: str = "an answer") -> None:
        """Returns when `ready()` is true; raises ServerFailed when the process ends or the time is over."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise ServerFailed(f"{self.command[0]} ended with {self.exit_status}:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                self.stop()
                raise ServerFailed(f"{self.command[0]}: no {what} after {seconds:.0f} s:\n{self.log_tail()}")
            time.sleep(_POLL_SECONDS)

    def stop(self, *, seconds: float = STOP_SECONDS) -> None:
        """Asks the command to end, waits for its whole group, kills what is left; harmless where it has ended."""
        self.ask_to_stop()
        if not self._group_ends_within(seconds):
            self.kill()

    def ask_to_stop(self) -> None:
        """Sends the stop signal and returns at once."""
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, self.stop_signal)

    def kill(self) -> None:
        """Ends the whole group at once, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(timeout=STOP_SECONDS)
        self._group_ends_within(STOP_SECONDS)

    def log_tail(self, lines: int = 30) -> str:
        """The last lines of the log."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _group_ends_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            self._process.poll()  # reaps the leader, else the group never counts as gone
            if not group_members(self.pid):
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)

    def __enter__(self) -> ServerProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def as_user(command: Sequence[str], user: str = "", *, ends_with_parent: signal.Signals | None = None) -> list[str]:
    """The command, run as `user` where we are root, and sent a signal when its parent dies."""
    prefix = ["setpriv"]
    if user and os.geteuid() == 0:
        prefix += [f"--reuid={user}", f"--regid={user}", "--init-groups"]
    if ends_with_parent is not None:
        prefix += ["--pdeathsig", ends_with_parent.name.removeprefix("SIG")]
    return [*prefix, *command] if len(prefix) > 1 else list(command)


def group_members(group: int) -> list[int]:
    """Living process ids of a process group, zombies left out."""
    members = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # after the name in brackets: state, parent, process group
            state, _parent, process_group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):  # ended while we looked
            continue
        if int(process_group) == group and state != "Z":
            members.append(int(entry.name))
    return members


def port_answers(port: int, *, host: str = "127.0.0.1") -> bool:
    """Whether somebody accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def program(name: str, *folders: Path | str, package: str) -> str:
    """Absolute path of an installed program; says which Debian package is missing otherwise."""
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which(name, path=path)
    if not found:
        raise ServerFailed(f"{name} not found: run `make setup`, or apt-get install {package}")
    return found
