"""Where a tree of files lies: one spelling for SMB shares and local folders, never with a password in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from inspection.errors import BadSource
from inspection.language import speak

SMB_PORT = 445


@dataclass(frozen=True, slots=True)
class ShareAddress:
    """A folder on an SMB share (`host` is set), or a local folder (`host` is empty and `folder` a local path).

    `folder` is relative to the share, `/`-separated, "" for its root. `user` may hold `DOMAIN;user`'s two parts in
    `domain` and `user`.
    """

    host: str
    port: int
    share: str
    folder: str
    user: str = ""
    domain: str = ""

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return not self.host

    @property
    def unc(self) -> str:
        r"""The share as `\\host\share`, without folder."""
        return rf"\\{self.host}\{self.share}"

    def __str__(self) -> str:
        """For messages: without user, port only where it is unusual."""
        if self.is_local:
            return self.folder
        port = f":{self.port}" if self.port != SMB_PORT else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"//{host}{port}/{self.share}" + (f"/{self.folder}" if self.folder else "")

    @property
    def url(self) -> str:
        """`smb://user@host:port/share/folder`; reads back to an equal address. A local folder is its path."""
        if self.is_local:
            return self.folder
        domain = f"{quote(self.domain, safe='')};" if self.domain else ""
        user = f"{domain}{quote(self.user, safe='')}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        path = quote("/".join(part for part in (self.share, self.folder) if part))
        return f"smb://{user}{host}:{self.port}/{path}"


def parse_address(text: str) -> ShareAddress:
    r"""Reads `smb://[domain;]user@host:port/share/dir`, `//host[:port]/share/dir`, `\\host\share\dir` or a local path.

    Raises BadSource: a password in the address (addresses are shown and logged), no share, a bad port.
    """
    if text.lower().startswith("smb://"):
        return _from_url(text)
    if text.startswith(("\\\\", "//")):
        return _from_host_and_path(text.replace("\\", "/").lstrip("/"))
    if not text:
        raise BadSource(
            speak("未指定資料夾", "no folder given"),
            remedy=speak(
                "請指定本機資料夾，或 smb://user@host/share/folder",
                "give a local folder or smb://user@host/share/folder",
            ),
        )
    return ShareAddress(host="", port=0, share="", folder=str(Path(text).absolute()))


def _from_url(text: str) -> ShareAddress:
    # A name may hold ? or #, which a share address knows nothing about.
    parts = urlsplit(text.replace("?", "%3F").replace("#", "%23"))
    if parts.password is not None:
        raise BadSource(
            speak("位址含密碼，將會顯示並留存於紀錄", "the address holds a password, which would be shown and logged"),
            remedy=speak(
                "請移除，改以 INSPECTION_SMB_PASSWORD 提供", "leave it out and give it in INSPECTION_SMB_PASSWORD"
            ),
        )
    domain, _, user = unquote(parts.username or "").rpartition(";")
    try:
        port = parts.port
    except ValueError:
        raise BadSource(
            speak("位址之埠號須為 1 至 65535 之數字", "the port of the address is not a number from 1 to 65535")
        ) from None
    return _address(parts.hostname or "", port, unquote(parts.path), user=user, domain=domain)


def _from_host_and_path(text: str) -> ShareAddress:
    place, _, path = text.partition("/")
    if "@" in place:
        raise BadSource(
            speak("使用者須寫在 smb://user@host/share 內", "a user belongs into smb://user@host/share"),
            remedy=speak("請將位址寫成 smb://…", "write the address as smb://…"),
        )
    host, colon, digits = place.rpartition(":") if not place.endswith("]") else (place, "", "")
    if not colon:
        return _address(place.strip("[]"), None, path)
    if not digits.isdecimal() or not 0 < int(digits) < 65536:
        raise BadSource(
            speak("位址之埠號須為 1 至 65535 之數字", "the port of the address is not a number from 1 to 65535")
        )
    return _address(host.strip("[]"), int(digits), path)


def _address(host: str, port: int | None, path: str, *, user: str = "", domain: str = "") -> ShareAddress:
    share, *folders = [part for part in path.replace("\\", "/").split("/") if part] or [""]
    if not host or not share:
        raise BadSource(
            speak("位址未指明分享區", "the address names no share"),
            remedy=speak("請寫成 smb://user@host/share/folder", "write smb://user@host/share/folder"),
        )
    if any(part in {".", ".."} for part in (share, *folders)):
        raise BadSource(
            speak("位址含「.」或「..」資料夾", "the address holds . or .. as a folder"),
            remedy=speak("請直接填寫該資料夾", "give the folder itself"),
        )
    return ShareAddress(host, port or SMB_PORT, share, "/".join(folders), user, domain)
