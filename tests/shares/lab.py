"""A folder on a real Samba, opened by our reader; as root the server reads as `nobody`, so that permissions bite."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from inspection.shares.address import parse_address
from inspection.shares.share import Entry, Fetched, Login, Share, Wanted
from inspection.shares.smb import SmbShare
from servers.samba import SambaServer

USER = "crawler"


class Lab:
    """A data folder everybody may enter, and the servers and shares opened on it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir()
        self.password = secrets.token_urlsafe(12)
        self._stack = stack

    def serve(self, *, conf: str = "", share_conf: str = "", shares: dict[str, Path] | None = None) -> SambaServer:
        """Starts a server for the data folder as share `data`."""
        server = SambaServer(
            self.folder / f"samba-{secrets.token_hex(3)}",
            {"data": self.data, **(shares or {})},
            user=USER,
            password=self.password,
            unix_user="nobody" if os.getuid() == 0 else "",
            conf=conf,
            share_conf=share_conf,
        )
        self._stack.callback(server.stop)
        return server.start()

    def open(
        self, server: SambaServer, path: str = "", *, timeout_seconds: float = 10, patience: float = 20
    ) -> SmbShare:
        """Opens the share as our reader does."""
        address = parse_address(f"smb://{USER}@{server.host}:{server.port}/data/{path}")
        share = SmbShare(
            address, self.login, timeout_seconds=timeout_seconds, patience_seconds=patience, with_readers=True
        )
        self._stack.callback(share.close)
        return share

    def open_at(self, port: int, *, timeout_seconds: float = 10) -> SmbShare:
        """Opens the share through something that listens in front of the server."""
        address = parse_address(f"smb://{USER}@127.0.0.1:{port}/data")
        share = SmbShare(address, self.login, timeout_seconds=timeout_seconds, patience_seconds=20, with_readers=True)
        self._stack.callback(share.close)
        return share

    @property
    def login(self) -> Login:
        return Login(USER, self.password)

    def write(self, path: str, content: bytes) -> Path:
        """A file below the data folder that everybody may read."""
        target = self.data / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return target


def files_of(share: Share) -> list[Entry]:
    return [entry for listing in share.walk() for entry in listing.entries if not entry.is_folder]


def fetched_by_path(share: Share, entries: Iterable[Entry]) -> dict[str, Fetched]:
    answers = list(share.fetch(Wanted.of(key, entry) for key, entry in enumerate(entries)))
    by_path = {answer.path: answer for answer in answers}
    assert len(by_path) == len(answers), "a file was answered twice"
    return by_path
