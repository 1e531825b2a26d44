"""What a worker of a plain user can do to that user's files and processes: `python plain_user.py FILE confined|free`.

Started by root it becomes nobody first, parent and child alike; FILE is given to that user.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
import sys
import threading

from inspection.sandbox.confine import Confinement, confine

NOBODY = 65_534
HERE = ctypes.c_long(-100)  # AT_FDCWD
COLUMN = {"x86_64": 0, "aarch64": 1}[platform.machine()]
CPUS = ctypes.create_string_buffer(b"\xff" * 128, 128)
LIMITS = struct.pack("<QQ", 3, 3)
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


def attempts(path: bytes, parent: int) -> dict[str, tuple[tuple[int, int], tuple[object, ...]]]:
    """Each with its call numbers and its arguments."""
    told = struct.pack("<iiiiii", signal.SIGWINCH, 0, -1, 0, os.getpid(), 0) + bytes(104)
    return {
        "fchmodat2": ((452, 452), (HERE, path, 0o666, 0)),
        "utimensat": ((280, 88), (HERE, path, None, 0)),
        "setxattr": ((188, 5), (path, b"user.x", b"x", ctypes.c_size_t(1), 0)),
        "listxattr": ((194, 11), (path, None, ctypes.c_size_t(0))),
        "prlimit64": ((302, 261), (parent, 4, LIMITS, None)),
        "tgkill": ((234, 131), (parent, parent, signal.SIGWINCH)),
        "rt_sigqueueinfo": (
            (129, 138),
            (parent, signal.SIGWINCH, told),
        ),
        "sched_setaffinity": ((203, 122), (parent, ctypes.c_size_t(128), CPUS)),
        "setpriority": ((141, 140), (0, parent, 19)),
        "ioprio_set": ((251, 30), (1, parent, (3 << 13))),
        "inotify_init1": ((294, 26), (0,)),
        "io_setup": ((206, 0), (1, ctypes.byref(ctypes.c_ulong(0)))),
        "memfd_create": ((319, 279), (b"x", 0)),
        "memfd_secret": ((447, 447), (0,)),
        "a call of a later kernel": ((462, 462), (0, 0, 0)),
    }


def report(path: str, parent: int, write_to: int) -> None:
    """Tries all and says what became of each."""
    for name, (numbers, arguments) in attempts(os.fsencode(path), parent).items():
        ctypes.set_errno(0)
        done = libc.syscall(ctypes.c_long(numbers[COLUMN]), *arguments)
        error = ctypes.get_errno()
        os.write(write_to, f"{name}\t{'DONE' if done >= 0 else error}\n".encode())
    # what it needs still works: limits of its own for each job, and an end by a crash
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (1000, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    os.write(write_to, b"own limit\tset\n")
    signal.raise_signal(signal.SIGABRT)


def main(path: str, confined: bool) -> None:
    """Parent and child of one plain user; the child, confined or free, tries what it can."""
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        layers = confine(Confinement(), keep=(1, 2)) if confined else None
        os.write(1, f"missing\t{','.join(layers.missing) if layers else '-'}\n".encode())
        report(path, parent, 1)
    _, status = os.waitpid(child, 0)
    os.write(1, f"ended by\t{-os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    threading.excepthook = lambda _: None
    main(sys.argv[1], sys.argv[2] == "confined")
