"""A seccomp filter that lets through what reading a file needs, nothing else: memory, open pipes, the clock.

An allow list: a call nobody thought of is refused like any other, so that the next back door of a kernel needs no line
here. Measured over all kinds of files the readers know (docs/decisions/0050).
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from dataclasses import dataclass

PR_SET_SECCOMP, MODE_FILTER = 22, 2
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSE = 0x00050000 | 1  # EPERM
UNKNOWN = 0x00050000 | 38  # ENOSYS: libraries try another way
NUMBER_AT, ARCHITECTURE_AT, FIRST_ARGUMENT_AT = 0, 4, 16  # little-endian: the lower half comes first
FOREIGN_CALLS_FROM = 0x40000000  # the x32 calls of x86-64
EXECUTABLE = 4  # PROT_EXEC

# name -> number on x86-64, on aarch64 (None: does not exist there); linux/arch/*/syscalls
ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # descriptors that are open: a worker has its pipes alone. A newer C library's fstat is newfstatat, which the
    # filter cannot tell from a question about a path
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "lseek": (8, 62), "close": (3, 57),
    "fstat": (5, 80), "newfstatat": (262, 79),
    # memory, within the limits
    "munmap": (11, 215), "mremap": (25, 216), "brk": (12, 214), "madvise": (28, 233),
    # signals to itself, an end, and a single thread's locks
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "exit": (60, 93), "exit_group": (231, 94), "restart_syscall": (219, 128), "futex": (202, 98),
    "sched_yield": (24, 124), "rseq": (334, 293), "set_robust_list": (273, 99), "membarrier": (324, 283),
    # the time and what has been used of it
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "nanosleep": (35, 101),
    "gettimeofday": (96, 169), "time": (201, None), "times": (100, 153), "getrusage": (98, 165), "setitimer": (38, 103),
    "getrlimit": (97, 163), "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72),
    # who and where it is
    "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173), "getuid": (102, 174), "geteuid": (107, 175),
    "getgid": (104, 176), "getegid": (108, 177), "uname": (63, 160), "sysinfo": (99, 179), "getcpu": (309, 168),
    "sched_getaffinity": (204, 123), "getrandom": (318, 278),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bound:
    """A call allowed where one argument is so: `equals` a number, is this process, or lacks the bits of `without`."""

    numbers: tuple[int, int]
    argument: int
    equals: int = 0
    this_process: bool = False
    without: int = 0


BOUNDS = {
    "prlimit64": Bound((302, 261), 0, equals=0),  # its own limits
    "tgkill": Bound((234, 131), 0, this_process=True),  # a crash
    # no memory to run code from but what was there before the first file
    "mmap": Bound((9, 222), 2, without=EXECUTABLE),
    "mprotect": Bound((10, 226), 2, without=EXECUTABLE),
}
# calls of kernels younger than this list: for a reader they do not exist
UNKNOWN_FROM = 453
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def _instruction(code: int, value: int, on_true: int = 0, on_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, on_true, on_false, value)


def _bounded(bound: Bound, column: int) -> list[bytes]:
    """Allows or refuses at once where the number is its own; the number stays loaded for those that follow."""
    if bound.without:
        test = _instruction(JUMP_ANY_BIT, bound.without, 1, 0)
    else:
        test = _instruction(JUMP_EQUAL, os.getpid() if bound.this_process else bound.equals, 0, 1)
    return [
        _instruction(JUMP_EQUAL, bound.numbers[column], 0, 4),
        _instruction(LOAD, FIRST_ARGUMENT_AT + 8 * bound.argument),
        test,
        _instruction(RETURN, ALLOW),
        _instruction(RETURN, REFUSE),
    ]


def program(machine: str) -> bytes:
    """This process's filter for a machine type as the kernel takes it; empty where its call numbers are not known."""
    if machine not in ARCHITECTURES:
        return b""
    column, audit = ARCHITECTURES[machine]
    numbers = [number for pair in ALLOWED.values() if (number := pair[column]) is not None]
    steps = [
        _instruction(LOAD, ARCHITECTURE_AT),
        _instruction(JUMP_EQUAL, audit, 1, 0),
        _instruction(RETURN, KILL),
        _instruction(LOAD, NUMBER_AT),
        _instruction(JUMP_AT_LEAST, FOREIGN_CALLS_FROM, 0, 1),
        _instruction(RETURN, KILL),
        _instruction(JUMP_AT_LEAST, UNKNOWN_FROM, 0, 1),
        _instruction(RETURN, UNKNOWN),
    ]
    for bound in BOUNDS.values():
        steps += _bounded(bound, column)
    # straight to the last instruction, which allows; the one before it refuses
    steps += [_instruction(JUMP_EQUAL, number, len(numbers) - index) for index, number in enumerate(numbers)]
    steps += [_instruction(RETURN, REFUSE), _instruction(RETURN, ALLOW)]
    return b"".join(steps)


def install(libc: ctypes.CDLL) -> bool:
    """Puts the filter on this process for good; False where the kernel or machine cannot."""
    steps = program(platform.machine())
    if not steps:
        return False
    held = ctypes.create_string_buffer(steps, len(steps))
    given = _Program(len(steps) // 8, ctypes.cast(held, ctypes.c_void_p))
    return bool(libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(MODE_FILTER), ctypes.byref(given), 0, 0) == 0)
