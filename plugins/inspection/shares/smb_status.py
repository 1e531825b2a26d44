"""What a server's status codes mean for a file, a folder or the link (MS-ERREF 2.3; seen on Samba 4.17)."""

from __future__ import annotations

from inspection.vocabulary import ReadReason

OK = 0
PENDING = 0x00000103
BUFFER_OVERFLOW = 0x80000005
NO_MORE_FILES = 0x80000006
STOPPED_ON_SYMLINK = 0x8000002D
NO_SUCH_FILE = 0xC000000F
END_OF_FILE = 0xC0000011
ACCESS_DENIED = 0xC0000022
BAD_NETWORK_NAME = 0xC00000CC
PATH_NOT_COVERED = 0xC0000257

_REASONS = {
    ACCESS_DENIED: ReadReason.ACCESS_DENIED,
    0xC0000061: ReadReason.ACCESS_DENIED,  # PRIVILEGE_NOT_HELD
    0xC00000CA: ReadReason.ACCESS_DENIED,  # NETWORK_ACCESS_DENIED
    0xC0000906: ReadReason.ACCESS_DENIED,  # VIRUS_INFECTED: the server's guard keeps the file shut
    0xC0000907: ReadReason.ACCESS_DENIED,  # VIRUS_DELETED
    0xC0000043: ReadReason.LOCKED,  # SHARING_VIOLATION
    0xC0000054: ReadReason.LOCKED,  # FILE_LOCK_CONFLICT
    0xC0000055: ReadReason.LOCKED,  # LOCK_NOT_GRANTED
    NO_SUCH_FILE: ReadReason.VANISHED,
    0xC0000034: ReadReason.VANISHED,  # OBJECT_NAME_NOT_FOUND
    0xC000003A: ReadReason.VANISHED,  # OBJECT_PATH_NOT_FOUND
    0xC0000033: ReadReason.VANISHED,  # OBJECT_NAME_INVALID
    0xC0000056: ReadReason.VANISHED,  # DELETE_PENDING
    0xC0000103: ReadReason.VANISHED,  # NOT_A_DIRECTORY: replaced since it was listed
    0xC00000BA: ReadReason.VANISHED,  # FILE_IS_A_DIRECTORY: likewise
    0xC0000123: ReadReason.VANISHED,  # FILE_DELETED
    0xC0000267: ReadReason.OFFLINE,  # FILE_IS_OFFLINE
    0xC000026D: ReadReason.OFFLINE,  # DFS_UNAVAILABLE
    0xC00000B5: ReadReason.TIMEOUT,  # IO_TIMEOUT
    0xC0000102: ReadReason.CORRUPT,  # FILE_CORRUPT_ERROR
    0xC0000032: ReadReason.CORRUPT,  # DISK_CORRUPT_ERROR
}

# STATUS_CLOUD_FILE_…: the content lies with a cloud service that does not give it now
_CLOUD_FILE_FAMILY = 0xC000CF

# A while later the same request may succeed: somebody has the file open, or the server is short of something.
TRANSIENT = frozenset({0xC0000043, 0xC0000054, 0xC0000055, 0xC0000056, 0xC0000205, 0xC000009A, 0xC00000D0, 0xC00000B5})

# The link or session is of no more use, also for other files; a share that comes back is only seen by a new link.
SESSION_DEAD = frozenset({
    0xC00000C9,  # NETWORK_NAME_DELETED: the share was removed
    0xC0000203,  # USER_SESSION_DELETED
    0xC000020C,  # CONNECTION_DISCONNECTED
    0xC000035C,  # NETWORK_SESSION_EXPIRED
    0xC0000466,  # SERVER_UNAVAILABLE
    0xC000023C,  # NETWORK_UNREACHABLE
})  # fmt: skip

# Served by plain calls, which know referrals and links.
NEEDS_PLAIN_CALLS = frozenset({PATH_NOT_COVERED, STOPPED_ON_SYMLINK})

# Log-on failed for a cause that time mends; every other failure may count towards a lock-out and is final.
LOGON_MAY_SUCCEED_LATER = frozenset({
    0xC000009A,  # INSUFFICIENT_RESOURCES
    0xC0000205,  # INSUFF_SERVER_RESOURCES
    0xC00000CE,  # TOO_MANY_SESSIONS
    0xC00000D0,  # REQUEST_NOT_ACCEPTED
    0xC000005E,  # NO_LOGON_SERVERS
    0xC0000466,  # SERVER_UNAVAILABLE
    0xC000020C,  # CONNECTION_DISCONNECTED
    0xC0000203,  # USER_SESSION_DELETED
})  # fmt: skip

# What a refused log-on looks like where calls log on by themselves.
LOGON_REFUSED = frozenset({
    0xC0000064,  # NO_SUCH_USER
    0xC000006A,  # WRONG_PASSWORD
    0xC000006D,  # LOGON_FAILURE
    0xC000006E,  # ACCOUNT_RESTRICTION
    0xC000006F,  # INVALID_LOGON_HOURS
    0xC0000070,  # INVALID_WORKSTATION
    0xC0000071,  # PASSWORD_EXPIRED
    0xC0000072,  # ACCOUNT_DISABLED
    0xC000015B,  # LOGON_TYPE_NOT_GRANTED
    0xC0000193,  # ACCOUNT_EXPIRED
    0xC0000224,  # PASSWORD_MUST_CHANGE
    0xC0000234,  # ACCOUNT_LOCKED_OUT
})  # fmt: skip


def reason_of(status: int) -> ReadReason:
    """The reason a status stands for; what is not known is the server's fault."""
    if status >> 8 == _CLOUD_FILE_FAMILY:
        return ReadReason.OFFLINE
    return _REASONS.get(status, ReadReason.SERVER_FAULT)
