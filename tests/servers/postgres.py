"""A real PostgreSQL of its own for tests and demo, from Debian's binaries, as root or as a plain user."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql

from servers.process import ServerProcess, as_user, free_port, program

SYSTEM_USER = "postgres"  # PostgreSQL refuses to run as root; Debian's package makes this user
SUPERUSER = "office"
# a test database need not outlive a power cut
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=64MB")


class PostgresServer:
    """One cluster under a private folder in /tmp, on a random loopback port and a Unix socket, gone after `stop`.

    Passwords are made at each start. Addresses come as `postgresql+psycopg://…`, ready for SQLAlchemy.
    """

    host = "127.0.0.1"

    def __init__(self, *, port: int = 0, durable: bool = False) -> None:
        self.port = port or free_port(self.host)
        self.password = secrets.token_urlsafe(18)
        self.durable = durable
        self.folder = Path()
        self._process: ServerProcess | None = None

    def start(self) -> PostgresServer:
        """Makes the cluster and waits until it answers; about 2 s."""
        # not below a test's own folder: that is closed to the system user
        self.folder = Path(tempfile.mkdtemp(prefix="inspection-postgres-"))
        binaries = _binaries()
        user = SYSTEM_USER if os.geteuid() == 0 else ""
        password_file = self.folder / "password"
        password_file.write_text(self.password, encoding="ascii")
        if user:
            account = pwd.getpwnam(user)
            for path in (self.folder, password_file):
                os.chown(path, account.pw_uid, account.pw_gid)
        data = self.folder / "data"
        initdb = [
            program("initdb", *binaries, package="postgresql"), "-D", str(data), "-U", SUPERUSER, "-E", "UTF8",
            "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password_file}", "--no-sync",
        ]  # fmt: skip
        subprocess.run(as_user(initdb, user), check=True, capture_output=True, cwd=self.folder)
        password_file.unlink()
        options = [f"listen_addresses={self.host}", f"port={self.port}", f"unix_socket_directories={self.folder}"]
        options += [] if self.durable else _FAST
        command = [program("postgres", *binaries, package="postgresql"), "-D", str(data)]
        command += [part for option in options for part in ("-c", option)]
        # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave
        self._process = ServerProcess(
            command, log=self.folder / "postgres.log", user=user, cwd=self.folder, stop_signal=signal.SIGINT
        )
        self._process.wait_for(self._answers, what="login")
        return self

    def stop(self) -> None:
        """Ends the server and removes the cluster; harmless where it does not run."""
        process, self._process = self._process, None
        if process is not None:
            process.stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def process(self) -> ServerProcess:
        """The running server."""
        if self._process is None:
            raise RuntimeError("PostgreSQL has not been started")
        return self._process

    def url(self, database: str, *, role: str = SUPERUSER, password: str = "") -> str:
        """The address of a database over loopback, as `role`."""
        return f"postgresql+psycopg://{role}:{password or self.password}@{self.host}:{self.port}/{database}"

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Makes a database (a copy of `template`) and returns its address."""
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def freeze(self, name: str) -> None:
        """Ends all connections to a database and allows no new ones, so that it can serve as a template."""
        self._run(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        self._run(
            sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(
                sql.Literal(name)
            )
        )

    def drop_database(self, name: str) -> None:
        """Removes a database, whoever is still connected."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def create_role(self, name: str) -> str:
        """Makes a login role without any right of its own and returns its new password."""
        password = secrets.token_urlsafe(18)
        self._run(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(password)),
        )
        return password

    def __enter__(self) -> PostgresServer:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.folder), port=self.port, user=SUPERUSER, password=self.password, dbname="postgres",
            autocommit=True, connect_timeout=5,
        )  # fmt: skip

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, statement: sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)


def _binaries() -> list[Path]:
    """Folders of Debian's PostgreSQL binaries, newest version first."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(folders, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0), reverse=True)
