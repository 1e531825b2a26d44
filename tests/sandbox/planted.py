"""A worker whose handler tries what a taken-over reader would: each request names one attempt."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import platform
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from inspection.sandbox import seccomp
from inspection.sandbox.serve import serve

KEPT: list[bytearray] = []
SERVED: list[bytes] = []


def open_internet_socket() -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        one.connect(("127.0.0.1", 445))
    return b"connected"


def send_a_datagram() -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", ("127.0.0.1", 53))
    return b"sent"


def open_local_socket() -> bytes:
    socket.socketpair()
    return b"opened"


def read_passwd() -> bytes:
    return Path("/etc/passwd").read_bytes()


def list_root() -> bytes:
    return os.fsencode(" ".join(path.name for path in Path("/").iterdir()))


def write_a_file() -> bytes:
    Path("/tmp/planted").write_bytes(b"x")
    return b"written"


def hold_an_anonymous_file() -> bytes:
    return str(os.memfd_create("x")).encode()


def fork_a_child() -> bytes:
    if os.fork() == 0:
        os._exit(0)
    return b"forked"


def run_a_program() -> bytes:
    return subprocess.run(["/bin/id"], capture_output=True, check=True).stdout


def become_a_program() -> bytes:
    os.execv("/bin/true", ["/bin/true"])
    return b"became"


def signal_the_parent() -> bytes:
    os.kill(os.getppid(), signal.SIGTERM)
    return b"signalled"


def trace_the_parent() -> bytes:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, os.getppid(), 0, 0) != 0:
        raise PermissionError(ctypes.get_errno(), "ptrace")
    return b"attached"


def regain_root() -> bytes:
    os.setuid(0)
    return b"root"


def run_code_of_its_own() -> bytes:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()
    return b"mapped"


def make_memory_executable() -> bytes:
    libc = ctypes.CDLL(None, use_errno=True)
    block = mmap.mmap(-1, 4096)
    address = ctypes.addressof(ctypes.c_char.from_buffer(block))
    if libc.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(4096), 7) != 0:
        raise PermissionError(ctypes.get_errno(), "mprotect")
    return b"changed"


def try_every_other_call() -> bytes:
    """The numbers of calls that are neither allowed nor refused: none. Called with arguments that can do no harm."""
    libc = ctypes.CDLL(None, use_errno=True)
    column = seccomp.ARCHITECTURES[platform.machine()][0]
    named = {pair[column] for pair in seccomp.ALLOWED.values()}
    named |= {bound.numbers[column] for bound in seccomp.BOUNDS.values()}
    if platform.machine() == "x86_64":
        named |= {335, 336}  # uretprobe and uprobe: the kernel lets them pass any filter, and ends who asks by hand
    through = []
    for number in sorted(set(range(600)) - named):
        ctypes.set_errno(0)
        answer = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(-1)] * 6)
        if answer != -1 or ctypes.get_errno() not in {errno.EPERM, errno.ENOSYS}:
            through.append(str(number))
    return ",".join(through).encode()


def see_a_secret() -> bytes:
    held = " ".join(f"{name}={value}" for name, value in os.environ.items())
    if not held:
        raise PermissionError("the environment is empty")
    return held.encode()


def count_descriptors() -> bytes:
    found = 0
    for descriptor in range(256):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        found += 1
    return str(found).encode()


def hang() -> bytes:
    while True:
        time.sleep(0.05)


def spin() -> bytes:
    while True:
        pass


def be_kept_waiting_in_a_used_worker() -> bytes:
    """Stops as under a frozen machine where the worker has served before; in a fresh one it has what it needs."""
    if SERVED:
        signal.raise_signal(signal.SIGSTOP)
    return b"had its time"


def eat_memory() -> bytes:
    while True:
        KEPT.append(bytearray(os.urandom(1 << 16) * 512))


def eat_memory_without_asking() -> bytes:
    """As a C library does that does not check: touch pages until the mapping fails, then crash."""
    held = []
    try:
        while True:
            block = mmap.mmap(-1, 32 << 20)
            for at in range(0, 32 << 20, 4096):
                block[at] = 1
            held.append(block)
    except (OSError, MemoryError, ValueError):
        os.abort()


def crash() -> bytes:
    os.abort()


def fail() -> bytes:
    raise RuntimeError("A secret of the file stands in this message")


def talk_too_much() -> bytes:
    return bytes(64 << 20)


def print_something() -> bytes:
    print("a library prints", flush=True)
    return b"printed"


def whoami() -> bytes:
    return f"{os.getuid()} {os.getpid()}".encode()


ATTEMPTS: tuple[Callable[[], bytes], ...] = (
    open_internet_socket, send_a_datagram, open_local_socket, read_passwd, list_root, write_a_file,
    hold_an_anonymous_file, fork_a_child, run_a_program, become_a_program, signal_the_parent, trace_the_parent,
    regain_root, see_a_secret, run_code_of_its_own, make_memory_executable,
)  # fmt: skip
OTHERS: tuple[Callable[[], bytes], ...] = (
    count_descriptors, try_every_other_call, hang, spin, eat_memory, eat_memory_without_asking, crash, fail,
    talk_too_much, print_something,
    whoami, be_kept_waiting_in_a_used_worker,
)  # fmt: skip
BY_NAME = {one.__name__: one for one in ATTEMPTS + OTHERS}


def handle(request: bytes) -> bytes:
    name, _, rest = request.partition(b" ")
    if name == b"echo":
        SERVED.append(rest)
        return rest
    attempt = BY_NAME[name.decode()]
    if attempt not in ATTEMPTS:
        return attempt()
    try:
        return b"DONE " + attempt()
    except OSError as error:
        return b"refused " + type(error).__name__.encode()


if __name__ == "__main__":
    serve(handle)
