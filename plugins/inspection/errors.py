"""The one family of errors: what went wrong decides who retries, who answers and with which exit status."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inspection.language import speak


class InspectionError(Exception):
    """Base of all errors the product raises on purpose. The message is safe to show and to log."""

    exit_status = 2
    http_status = 500


class NotFound(InspectionError):
    """What was asked for does not exist, or the asker may not know that it does."""

    http_status = 404


class Conflict(InspectionError):
    """The state has moved on: somebody else decided first, or the content is not the one approved."""

    http_status = 409


class NotAllowed(InspectionError):
    """The person may not do this: wrong role, own request, own unit, or no session."""

    http_status = 403


class CalledOff(NotAllowed):
    """The campaign was cancelled: its next step is not taken, and nothing is at fault."""


class TooManyTries(InspectionError):
    """Somebody asked or guessed too often in a short time. Only waiting helps."""

    http_status = 429


class SourceUnavailable(InspectionError):
    """A share, server or database did not answer. Time may mend it: the caller may try again."""

    exit_status = 3
    http_status = 503


class ServerLater(SourceUnavailable):
    """A server is to be left alone until an instant (aware, the office's zone): not a fault, only too early."""

    until: datetime


class ServerQuiet(ServerLater):
    """A server's quiet hours hold."""

    def __init__(self, host: str, until: datetime) -> None:
        self.until = until
        super().__init__(
            speak(
                f"{until:%H:%M} 前不讀取 {host}，其餘稍後續讀",
                f"{host} is not to be read before {until:%H:%M}; what is left waits",
            )
        )


class ServerBusy(ServerLater):
    """As many read a server as may, or somebody else is before us; whoever asks again at `until` keeps the place."""

    def __init__(self, host: str, readers: int, until: datetime) -> None:
        self.until = until
        super().__init__(
            speak(
                f"{host} 至多由 {readers} 個工作同時讀取，現無空位，{until:%H:%M} 再試；已讀取者均保留",
                f"at most {readers} read {host} at once and none may be added; again at {until:%H:%M},"
                " what was read is kept",
            )
        )


class AccessRefused(SourceUnavailable):
    """A server refused us: wrong credentials, or a share closed to the account. Time does not mend it."""


class LogonRefused(AccessRefused):
    """The log-on itself was refused. Never tried again, at no share of that server: more tries lock the account."""


def system_fault(error: OSError) -> str:
    """What the operating system refused, in the language spoken; never a path or other content of the error."""
    return speak(_SYSTEM_FAULTS.get(error.errno or 0, "作業系統拒絕此項操作"), error.strerror or type(error).__name__)


_SYSTEM_FAULTS = {
    errno.ENOENT: "檔案或資料夾不存在",
    errno.EACCES: "權限不足",
    errno.EPERM: "權限不足",
    errno.EISDIR: "這是資料夾，不是檔案",
    errno.ENOTDIR: "路徑中有一段不是資料夾",
    errno.EEXIST: "檔案或資料夾已存在",
    errno.ENOSPC: "磁碟空間不足",
    errno.EDQUOT: "已達磁碟配額",
    errno.EFBIG: "檔案過大",
    errno.EROFS: "檔案系統為唯讀",
    errno.ENAMETOOLONG: "檔名或路徑過長",
    errno.ELOOP: "連結互相指向",
    errno.EMFILE: "開啟之檔案過多",
    errno.ENFILE: "開啟之檔案過多",
    errno.EBUSY: "使用中",
    errno.EIO: "讀寫裝置發生錯誤",
    errno.EADDRINUSE: "埠號已被占用",
    errno.EADDRNOTAVAIL: "本機沒有這個位址",
    errno.ECONNREFUSED: "連線被拒",
    errno.ECONNRESET: "連線中斷",
    errno.EHOSTUNREACH: "無法連至主機",
    errno.ENETUNREACH: "無法連至網路",
    errno.ETIMEDOUT: "逾時沒有回應",
}


# time or another program may mend these
_PASSING = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EBUSY, errno.EIO, errno.EADDRINUSE, errno.ECONNREFUSED, errno.ECONNRESET,
     errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT}
)  # fmt: skip


def refused_by_system(error: OSError) -> InspectionError:
    """An error of the operating system that nobody foresaw, as one of ours: names the file, says what was refused."""
    where = f"{error.filename}" if error.filename else speak("作業系統", "operating system")
    words = speak(f"{where}：{system_fault(error)}", f"{where}: {system_fault(error)}")
    return SourceUnavailable(words) if error.errno in _PASSING else BadSource(words)


@dataclass(frozen=True, slots=True)
class Place:
    """Where bad input stands: a file, and in it a line (from 1) and a field, as far as known."""

    file: str
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        line = speak(f"，第 {self.line} 行", f", line {self.line}") if self.line is not None else ""
        field = speak(f"，欄位 {self.field}", f", field {self.field}") if self.field else ""
        return f"{self.file}{line}{field}"


def command_line() -> str:
    """What stands for a file where something was typed."""
    return speak("命令列", "command line")


class Misuse(ValueError):
    """A caller of ours gave what it never may: a fault of the program, told in English to whoever mends it."""


class BadSource(InspectionError):
    """Input that no retry will mend: says where it stands, what is wrong and what to do."""

    http_status = 422

    def __init__(self, problem: str, *, place: Place | Path | str | None = None, remedy: str = "") -> None:
        self.problem = problem
        self.place = Place(str(place)) if isinstance(place, (str, Path)) else place
        self.remedy = remedy
        where = speak(f"{self.place}：", f"{self.place}: ") if self.place else ""
        super().__init__(f"{where}{problem}" + (f" — {remedy}" if remedy else ""))


class NotMigrated(BadSource):
    """The domain database has no tables, or old ones: the installation's fault, not the asker's."""

    http_status = 503


class NotGranted(BadSource):
    """The domain database refuses its role a right the program needs: the installation's fault, not the asker's."""

    http_status = 503


class BadSources(BadSource):
    """Several faults of one input, all told at once so that they can be mended in one go."""

    def __init__(self, faults: list[BadSource]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))
