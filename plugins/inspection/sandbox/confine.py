"""What a worker does to itself before it sees a byte of a stranger's file: gives up all it does not need."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
from dataclasses import asdict, dataclass
from pathlib import Path

from inspection.sandbox import seccomp

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
LANDLOCK_CREATE, LANDLOCK_RESTRICT = 444, 446  # the same numbers on every architecture
LANDLOCK_VERSION = 1
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # ABI -> number of file rights to take away
TCP_RIGHTS, SCOPES = 0b11, 0b11
NOBODY = 65_534
OPEN_FILES = 16

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a worker may use: memory in bytes (resident), processor seconds per job."""

    memory_bytes: int = 768 << 20
    cpu_seconds: int = 20


@dataclass(frozen=True, slots=True)
class Layers:
    """Which walls stand. A kernel may lack Landlock or seccomp: `walls.require` says whether that is enough to read."""

    environment: bool
    descriptors: bool
    parent_death: bool
    no_new_privileges: bool
    unprivileged: bool
    limits: bool
    landlock_files: bool
    landlock_tcp: bool
    seccomp: bool
    single_thread: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the walls that do not stand."""
        return tuple(name for name, stands in asdict(self).items() if not stands)


def confine(confinement: Confinement, keep: tuple[int, ...]) -> Layers:
    """Gives up rights for good. `keep` are the descriptors that stay open. Imports must be done: no file opens after.

    Every step is taken whatever became of the one before; the answer says which hold.
    """
    single_thread = _is_single_thread()
    return Layers(
        environment=_forget_environment(),
        descriptors=_close_descriptors(keep),
        limits=_set_limits(confinement),
        unprivileged=_become_nobody(),
        parent_death=_die_with_parent(),
        no_new_privileges=_prctl(PR_SET_NO_NEW_PRIVS, 1) and _prctl(PR_SET_DUMPABLE, 0),
        **_landlock(),
        seccomp=seccomp.install(_libc),
        single_thread=single_thread,
    )


def _prctl(option: int, value: int) -> bool:
    return bool(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) == 0)


def _is_single_thread() -> bool:
    """Landlock and seccomp hold the thread that asks for them: one a library has started would stay outside."""
    return len(list(Path("/proc/self/task").iterdir())) == 1


def _forget_environment() -> bool:
    os.environ.clear()  # noqa: TID251 - forgetting, not reading
    return not os.environ  # noqa: TID251


def _close_descriptors(keep: tuple[int, ...]) -> bool:
    start = 0
    for descriptor in sorted(keep):
        if start < descriptor:  # an empty range from 0 would close everything
            os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, 4096)
    return True


def _become_nobody() -> bool:
    """Root becomes nobody, so that limits on processes bind; others stay who they are."""
    if os.geteuid() != 0:
        return True
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        return False
    return True


def _die_with_parent() -> bool:
    # after the change of user, which clears the setting; a parent already gone leaves us with init
    return _prctl(PR_SET_PDEATHSIG, signal.SIGKILL) and os.getppid() != 1


def _set_limits(confinement: Confinement) -> bool:
    """Address space: what is mapped but not resident (libraries) does not count against the memory of a job."""
    pages = [int(number) for number in Path("/proc/self/statm").read_bytes().split()[:2]]
    mapped_only = (pages[0] - pages[1]) * resource.getpagesize()
    wanted = {
        resource.RLIMIT_AS: confinement.memory_bytes + max(mapped_only, 0),
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    try:
        for which, value in wanted.items():
            resource.setrlimit(which, (value, value))
    except (OSError, ValueError):
        return False
    return True


def allow_cpu(seconds: int) -> None:
    """Sets the processor time that may still be used: for the job at hand. Passing it kills the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _landlock() -> dict[str, bool]:
    """No file, no TCP, no signal to others, no abstract socket: a ruleset that handles all and allows nothing."""
    version = _libc.syscall(LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(LANDLOCK_VERSION))
    if version < 1:
        return {"landlock_files": False, "landlock_tcp": False}
    files = (1 << FILE_RIGHTS.get(version, 16)) - 1
    tcp = TCP_RIGHTS if version >= 4 else 0
    scopes = SCOPES if version >= 6 else 0
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = ctypes.create_string_buffer(struct.pack("<3Q", files, tcp, scopes), 24)
    ruleset = _libc.syscall(LANDLOCK_CREATE, rules, ctypes.c_size_t(size), ctypes.c_uint(0))
    if ruleset < 0:
        return {"landlock_files": False, "landlock_tcp": False}
    holds = _libc.syscall(LANDLOCK_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint(0)) == 0
    os.close(ruleset)
    return {"landlock_files": holds, "landlock_tcp": holds and bool(tcp)}
