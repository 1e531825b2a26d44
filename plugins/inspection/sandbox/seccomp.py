"""A seccomp filter that refuses what reading a file never needs: sockets, files, processes, the kernel's back doors."""

from __future__ import annotations

import ctypes
import platform
import struct

PR_SET_SECCOMP, MODE_FILTER = 22, 2
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSE = 0x00050000 | 1  # EPERM
NUMBER_AT, ARCHITECTURE_AT = 0, 4
FOREIGN_CALLS_FROM = 0x40000000  # the x32 calls of x86-64

# name -> number on x86-64, on aarch64 (None: does not exist there); linux/arch/*/syscalls
REFUSED: dict[str, tuple[int | None, int | None]] = {
    "open": (2, None), "openat": (257, 56), "openat2": (437, 437), "creat": (85, None),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264), "memfd_create": (319, 279),
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "accept": (43, 202), "accept4": (288, 242),
    "bind": (49, 200), "listen": (50, 201), "sendto": (44, 206), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    "recvfrom": (45, 207), "recvmsg": (47, 212), "recvmmsg": (299, 243), "getpeername": (52, 205),
    "clone": (56, 220), "clone3": (435, 435), "fork": (57, None), "vfork": (58, None),
    "execve": (59, 221), "execveat": (322, 281), "ptrace": (101, 117), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424), "kill": (62, 129), "tkill": (200, 130), "kcmp": (312, 272),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "setns": (308, 268),
    "unshare": (272, 97), "fsopen": (430, 430), "open_tree": (428, 428), "move_mount": (429, 429),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "reboot": (169, 142), "iopl": (172, None), "ioperm": (173, None),
    "unlink": (87, None), "unlinkat": (263, 35), "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276),
    "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None), "link": (86, None), "linkat": (265, 37),
    "symlink": (88, None), "symlinkat": (266, 36), "mknod": (133, None), "mknodat": (259, 33),
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "chown": (92, None), "fchown": (93, 55),
    "fchownat": (260, 54), "truncate": (76, 45), "setuid": (105, 146), "setgid": (106, 144), "setresuid": (117, 147),
    "setresgid": (119, 149), "capset": (126, 91), "inotify_init1": (294, 26), "shmget": (29, 194), "msgget": (68, 186),
    "semget": (64, 190), "mq_open": (240, 180), "personality": (135, 92),
}  # fmt: skip
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def _instruction(code: int, value: int, on_true: int = 0, on_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, on_true, on_false, value)


def program(machine: str) -> bytes:
    """The filter for a machine type as the kernel takes it; empty where its call numbers are not known."""
    if machine not in ARCHITECTURES:
        return b""
    column, audit = ARCHITECTURES[machine]
    numbers = sorted(number for pair in REFUSED.values() if (number := pair[column]) is not None)
    steps = [
        _instruction(LOAD, ARCHITECTURE_AT),
        _instruction(JUMP_EQUAL, audit, 1, 0),
        _instruction(RETURN, KILL),
        _instruction(LOAD, NUMBER_AT),
        _instruction(JUMP_AT_LEAST, FOREIGN_CALLS_FROM, 0, 1),
        _instruction(RETURN, KILL),
    ]
    for index, number in enumerate(numbers):
        # straight to the last instruction, which refuses; the one before it allows
        steps.append(_instruction(JUMP_EQUAL, number, len(numbers) - index, 0))
    steps += [_instruction(RETURN, ALLOW), _instruction(RETURN, REFUSE)]
    return b"".join(steps)


def install(libc: ctypes.CDLL) -> bool:
    """Puts the filter on this process for good; False where the kernel or machine cannot."""
    steps = program(platform.machine())
    if not steps:
        return False
    held = ctypes.create_string_buffer(steps, len(steps))
    given = _Program(len(steps) // 8, ctypes.cast(held, ctypes.c_void_p))
    return bool(libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(MODE_FILTER), ctypes.byref(given), 0, 0) == 0)
