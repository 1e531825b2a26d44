"""Run inside a container, with nothing but Python's own library: listens for others, or tells what it is and reaches.

`probe.py listen PORT…` accepts on the ports until it is ended. `probe.py tell` reads `{"paths": […], "addresses":
[[name, address, port], …]}` and prints who it is, what it may write, and whom it reaches, as JSON.
"""

from __future__ import annotations

import json
import os
import re
import selectors
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

SECONDS = 1.0


def listen(ports: list[int]) -> None:
    """Accepts and closes, for ever."""
    waiting = selectors.DefaultSelector()
    for port in ports:
        waiting.register(socket.create_server(("", port)), selectors.EVENT_READ)
    print("listening", flush=True)
    while True:
        for found, _ in waiting.select():
            found.fileobj.accept()[0].close()  # type: ignore[union-attr]


def _status(name: str) -> str:
    found = re.search(rf"^{name}:\s*(.+)$", Path("/proc/self/status").read_text(encoding="ascii"), flags=re.MULTILINE)
    return found[1] if found else ""


def _folder(path: str) -> dict[str, object]:
    try:
        found, mounted = Path(path).stat(), os.statvfs(path)
    except OSError:  # not there, or in a folder that is closed to this user
        return {"there": False}
    may = os.access(path, os.W_OK) and not mounted.f_flag & os.ST_RDONLY
    return {
        "there": True,
        "same": [found.st_dev, found.st_ino],
        "writable": may,
        "read_only": bool(mounted.f_flag & os.ST_RDONLY),
        "programs": not mounted.f_flag & os.ST_NOEXEC,
    }


def _reached(address: str, port: int) -> str:
    try:
        socket.create_connection((address, port), timeout=SECONDS).close()
    except OSError as error:
        return type(error).__name__ if not error.errno else os.strerror(error.errno)
    return "reached"


def _all_reached(addresses: list[list[str]]) -> dict[str, str]:
    with ThreadPoolExecutor(len(addresses)) as at_once:
        found = at_once.map(lambda one: _reached(one[1], int(one[2])), addresses)
        return dict(zip((one[0] for one in addresses), found, strict=True))


def _secret(name: str) -> bool:
    try:
        return bool(Path("/run/secrets", name).read_bytes())
    except OSError:
        return False


def tell(asked: dict[str, Any]) -> dict[str, object]:
    """What the machine's test asks of a container."""
    handed = Path("/run/secrets")
    secrets = sorted(one.name for one in handed.iterdir()) if handed.is_dir() else []
    return {
        "user": os.getuid(),
        "group": os.getgid(),
        "groups": os.getgroups(),
        "capabilities": {name: int(_status(name), 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")},
        "no_new_privileges": _status("NoNewPrivs") == "1",
        "root_writable": not os.statvfs("/").f_flag & os.ST_RDONLY,
        "secrets": {name: _secret(name) for name in secrets},
        "folders": {path: _folder(path) for path in asked["paths"]},
        "reached": _all_reached(asked["addresses"]),
    }


if __name__ == "__main__":
    if sys.argv[1] == "listen":
        listen([int(one) for one in sys.argv[2:]])
    json.dump(tell(json.load(sys.stdin)), sys.stdout)
