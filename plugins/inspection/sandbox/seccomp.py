"""A seccomp filter that refuses what reading a file never needs: sockets, files, processes, the kernel's back doors."""

from __future__ import annotations

import ctypes
import os
import platform
import struct

PR_SET_SECCOMP, MODE_FILTER = 22, 2
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSE = 0x00050000 | 1  # EPERM
UNKNOWN = 0x00050000 | 38  # ENOSYS: libraries try another way
NUMBER_AT, ARCHITECTURE_AT, FIRST_ARGUMENT_AT = 0, 4, 16  # little-endian: the lower half comes first
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
    # what one may do to files of one's own user by their path alone
    "fchmodat2": (452, 452), "lchown": (94, None), "utimensat": (280, 88), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "getxattr": (191, 8),
    "lgetxattr": (192, 9), "fgetxattr": (193, 10), "listxattr": (194, 11), "llistxattr": (195, 12),
    "flistxattr": (196, 13), "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "inotify_init": (253, None), "inotify_add_watch": (254, 27), "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263), "quotactl": (179, 60), "quotactl_fd": (443, 443), "statfs": (137, 43),
    # and to processes of one's own user
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "setpriority": (141, 140),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274), "ioprio_set": (251, 30), "move_pages": (279, 239), "migrate_pages": (256, 238),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "setpgid": (109, 154), "setsid": (112, 157),
    # memory and queues beyond the limits of a job, or shared with others
    "io_setup": (206, 0), "io_submit": (209, 2), "io_pgetevents": (333, 292), "memfd_secret": (447, 447),
    "shmat": (30, 196), "shmctl": (31, 195), "semctl": (66, 191), "semop": (65, 193), "semtimedop": (220, 192),
    "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187), "mq_unlink": (241, 181),
    # what only root may, and the rest of the kernel's back doors
    "setreuid": (113, 145), "setregid": (114, 143), "setgroups": (116, 159), "setfsuid": (122, 151),
    "setfsgid": (123, 152), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "syslog": (103, 116), "acct": (163, 89), "swapon": (167, 224), "swapoff": (168, 225),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266),
    "sethostname": (170, 161), "setdomainname": (171, 162), "modify_ldt": (154, None), "uselib": (134, None),
    "lookup_dcookie": (212, 18), "kexec_file_load": (320, 294), "vhangup": (153, 58), "landlock_add_rule": (445, 445),
}  # fmt: skip
# allowed with this first argument alone: one's own limits (prlimit64), signals to oneself (tgkill, for a crash)
SELF, OWN_PROCESS = 0, -1
CONDITIONAL = (((302, 261), SELF), ((234, 131), OWN_PROCESS))
# calls of kernels younger than this list: for a reader they do not exist
UNKNOWN_FROM = 453
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def _instruction(code: int, value: int, on_true: int = 0, on_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, on_true, on_false, value)


def program(machine: str) -> bytes:
    """This process's filter for a machine type as the kernel takes it; empty where its call numbers are not known."""
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
        _instruction(JUMP_AT_LEAST, UNKNOWN_FROM, 0, 1),
        _instruction(RETURN, UNKNOWN),
    ]
    ending = []
    for left, (pair, wanted) in reversed(list(enumerate(reversed(CONDITIONAL)))):
        further = 3 * left  # instructions of those that follow, before the one that allows
        ending += [
            _instruction(JUMP_EQUAL, pair[column], 0, 2),
            _instruction(LOAD, FIRST_ARGUMENT_AT),
            _instruction(JUMP_EQUAL, os.getpid() if wanted == OWN_PROCESS else wanted, further, further + 1),
        ]
    ending += [_instruction(RETURN, ALLOW), _instruction(RETURN, REFUSE)]
    for index, number in enumerate(numbers):
        # straight to the last instruction, which refuses; the one before it allows
        steps.append(_instruction(JUMP_EQUAL, number, len(numbers) - index - 2 + len(ending)))
    steps += ending
    return b"".join(steps)


def install(libc: ctypes.CDLL) -> bool:
    """Puts the filter on this process for good; False where the kernel or machine cannot."""
    steps = program(platform.machine())
    if not steps:
        return False
    held = ctypes.create_string_buffer(steps, len(steps))
    given = _Program(len(steps) // 8, ctypes.cast(held, ctypes.c_void_p))
    return bool(libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(MODE_FILTER), ctypes.byref(given), 0, 0) == 0)
