"""The door of this room: from an address to an opened share."""

from __future__ import annotations

from pathlib import Path

from inspection.shares.address import ShareAddress
from inspection.shares.local import LocalShare
from inspection.shares.share import Login, Share


def login_for(address: ShareAddress, password: str) -> Login | None:
    """The account named in an address with its password; None where the address names none."""
    return Login(address.user, password, address.domain) if address.user else None


def open_share(
    address: ShareAddress,
    login: Login | None,
    *,
    timeout_seconds: float = 30,
    patience_seconds: float = 300,
    with_readers: bool = True,
) -> Share:
    """Opens a folder of a share, or a local folder (for which `login` is not used).

    A server silent for `timeout_seconds` is held for lost; a lost one is sought again for `patience_seconds`.
    `with_readers` asks for security descriptors along with the data (+31 µs per file, measured).
    Raises AccessRefused (wrong password; tried once), SourceUnavailable (host, share or folder is not there).
    """
    if address.is_local:
        return LocalShare(Path(address.folder))
    # smbprotocol takes a third of a second to import; local scans need none of it
    from inspection.shares.smb import SmbShare

    return SmbShare(
        address,
        login,
        timeout_seconds=timeout_seconds,
        patience_seconds=patience_seconds,
        with_readers=with_readers,
    )
