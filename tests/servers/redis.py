"""A real Redis of its own for tests and demo, on a random loopback port, keeping nothing on disk."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path
from types import TracebackType

from servers.process import ServerProcess, free_port, program


class RedisServer:
    """One redis-server with a password made at each start."""

    host = "127.0.0.1"

    def __init__(self, *, port: int = 0) -> None:
        self.port = port or free_port(self.host)
        self.password = secrets.token_urlsafe(18)
        self.folder = Path()
        self._process: ServerProcess | None = None

    @property
    def process(self) -> ServerProcess:
        """The running server."""
        if self._process is None:
            raise RuntimeError("Redis has not been started")
        return self._process

    @property
    def url(self) -> str:
        """The address as Celery takes it."""
        return f"redis://:{self.password}@{self.host}:{self.port}/0"

    def start(self) -> RedisServer:
        """Starts and waits until the port answers."""
        self.folder = Path(tempfile.mkdtemp(prefix="inspection-redis-"))
        configuration = self.folder / "redis.conf"  # the password stays out of the process list
        configuration.touch(mode=0o600)
        configuration.write_text(
            f'bind {self.host}\nport {self.port}\nrequirepass {self.password}\nsave ""\nappendonly no\n'
            f"dir {self.folder}\ndaemonize no\n",
            encoding="ascii",
        )
        self._process = ServerProcess(
            [program("redis-server", package="redis-server"), str(configuration)], log=self.folder / "redis.log"
        )
        self._process.wait_for_port(self.port)
        return self

    def stop(self) -> None:
        """Ends the server and removes its folder; harmless where it does not run."""
        process, self._process = self._process, None
        if process is not None:
            process.stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> RedisServer:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
