"""A real Samba on loopback for tests and demo, private in every folder it uses, as root or as a plain user."""

from __future__ import annotations

import atexit
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

START_SECONDS = 20.0
_GLOBAL = """[global]
server role = standalone server
workgroup = OFFICE
netbios name = FILESERVER
interfaces = {host}/8
bind interfaces only = yes
smb ports = {port}
disable netbios = yes
server min protocol = SMB2_10
private dir = {folder}/private
lock directory = {folder}/lock
state directory = {folder}/state
cache directory = {folder}/cache
pid directory = {folder}/run
ncalrpc dir = {folder}/ncalrpc
log file = {folder}/log/smbd.log
log level = 1 auth_audit:3
max log size = 0
passdb backend = tdbsam:{folder}/private/passdb.tdb
username map = {folder}/username.map
map to guest = Never
load printers = no
printing = bsd
printcap name = /dev/null
disable spoolss = yes
unix extensions = no
dns proxy = no
usershare max shares = 0
store dos attributes = yes
ea support = yes
deadtime = 0
"""
# Lines for `share_conf`: each read of content is logged, so that `content_reads` can count them.
COUNT_READS = """vfs objects = full_audit
full_audit:success = pread pread_send pread_recv sendfile
full_audit:failure = none
full_audit:syslog = no
"""
_SHARE = """[{name}]
path = {path}
read only = no
follow symlinks = yes
wide links = no
"""


class SambaServer:
    """One smbd with its own state under `folder`, serving `shares` (name -> folder) to one account.

    `user` is the login name; it is mapped to the Unix account the server reads files as: `unix_user`
    (root only, e.g. "nobody" where permissions must bite), else whoever runs this. `conf` holds further
    lines for `[global]`, `share_conf` lines for every share. `binaries` is the root of an unpacked set of
    Debian packages where Samba is not installed. Start waits until the port answers.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        folder: Path,
        shares: Mapping[str, Path],
        *,
        user: str,
        password: str,
        port: int = 0,
        unix_user: str = "",
        conf: str = "",
        share_conf: str = "",
        binaries: Path | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.shares = dict(shares)
        self.user = user
        self.password = password
        self.port = port or free_port(self.host)
        self.unix_user = unix_user or pwd.getpwuid(os.getuid()).pw_name
        self.conf = conf
        self.share_conf = share_conf
        self.binaries = binaries
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of the parent smbd, which is also its process group."""
        if self._process is None:
            raise RuntimeError("the Samba server has not been started")
        return self._process.pid

    @property
    def configuration(self) -> Path:
        """The smb.conf in use."""
        return self.folder / "smb.conf"

    def url(self, share: str, path: str = "") -> str:
        """The address of a share or folder as `inspection scan` takes it."""
        return f"smb://{self.user}@{self.host}:{self.port}/{share}" + (f"/{path}" if path else "")

    def start(self) -> SambaServer:
        """Writes the configuration, adds the account, starts smbd and waits until it listens."""
        self._write_configuration()
        self._add_account()
        smbd = self._program("smbd")
        with (self.folder / "log" / "smbd.out").open("ab") as output:
            # smbd makes a session of its own (and fails where it already leads a group). Never --no-process-group:
            # on SIGTERM smbd kills its whole process group, which would then be ours.
            self._process = subprocess.Popen(
                [smbd, "-F", f"--configfile={self.configuration}", "-l", str(self.folder / "log")],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environment(),
            )
        atexit.register(self.stop)
        self._wait_until_listening()
        return self

    def stop(self) -> None:
        """Ends smbd and its children; harmless where it does not run."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends smbd and its children at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def restart(self) -> SambaServer:
        """Stops and starts again on the same port with the same state."""
        self.stop()
        return self.start()

    def pause(self) -> None:
        """Freezes all its processes: connections stay open, nothing is answered."""
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Lets the frozen processes go on."""
        os.killpg(self.pid, signal.SIGCONT)

    def kill_connections(self) -> None:
        """Kills the children that serve connections; the parent goes on listening."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        for child in children:
            # the others keep house for all: smbd-notifyd, cleanupd
            if Path(f"/proc/{child}/comm").read_text(encoding="utf-8").strip() == "smbd":
                os.kill(int(child), signal.SIGKILL)

    def withdraw(self, share: str) -> None:
        """Takes a share away from under those who use it; the server goes on."""
        del self.shares[share]
        self._write_configuration()
        self._tell("reload-config")
        self._tell("close-share", share)

    def offer(self, share: str, path: Path) -> None:
        """Gives a share (again) while the server runs."""
        self.shares[share] = path
        self._write_configuration()
        self._tell("reload-config")

    def log_text(self) -> str:
        """What smbd has logged so far."""
        logs = [path for path in sorted((self.folder / "log").iterdir()) if path.is_file()]
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in logs)

    def login_attempts(self) -> tuple[int, int]:
        """(successful, refused) logins counted in the log."""
        statuses = re.findall(r"Auth: \[SMB2?,.*? status \[(\w+)\]", self.log_text())
        successful = statuses.count("NT_STATUS_OK")
        return successful, len(statuses) - successful

    def content_reads(self) -> int:
        """Reads of file content so far; only with COUNT_READS in `share_conf`."""
        return len(re.findall(r"\|(?:pread|pread_send|sendfile)\|ok\|", self.log_text()))

    def __enter__(self) -> SambaServer:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _program(self, name: str) -> str:
        if self.binaries:
            for place in ("usr/sbin", "usr/bin"):
                if (self.binaries / place / name).exists():
                    return str(self.binaries / place / name)
        found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        if not found:
            raise RuntimeError(f"{name} not found: install Samba (apt-get install --no-install-recommends samba)")
        return found

    def _environment(self) -> dict[str, str]:
        environment = dict(os.environ)
        if self.binaries:
            libraries = next((self.binaries / "usr" / "lib").glob("*-linux-gnu"))
            environment["LD_LIBRARY_PATH"] = f"{libraries}:{libraries / 'samba'}"
        return environment

    def _write_configuration(self) -> None:
        for name in ("private", "lock", "state", "cache", "run", "ncalrpc", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "private").chmod(0o700)
        (self.folder / "username.map").write_text(f"!{self.unix_user} = {self.user}\n", encoding="utf-8")
        parts = [_GLOBAL.format(host=self.host, port=self.port, folder=self.folder), self.conf.strip(), ""]
        for name, path in self.shares.items():
            parts += [_SHARE.format(name=name, path=path.absolute()) + self.share_conf.strip(), ""]
        self.configuration.write_text("\n".join(parts), encoding="utf-8")

    def _add_account(self) -> None:
        command = [self._program("pdbedit"), f"--configfile={self.configuration}", "-t", "-a", "-u", self.unix_user]
        both = f"{self.password}\n{self.password}\n".encode()
        outcome = subprocess.run(command, input=both, capture_output=True, env=self._environment(), check=False)
        if outcome.returncode:
            raise RuntimeError(f"pdbedit could not add {self.unix_user}: {outcome.stderr.decode(errors='replace')}")

    def _tell(self, *message: str) -> None:
        command = [self._program("smbcontrol"), f"--configfile={self.configuration}", "smbd", *message]
        subprocess.run(command, check=True, capture_output=True, env=self._environment())

    def _wait_until_listening(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"smbd ended at once; see {self.folder / 'log'}")
            try:
                socket.create_connection((self.host, self.port), timeout=1).close()
            except OSError:
                if time.monotonic() > deadline:
                    self.kill()
                    raise RuntimeError(f"smbd does not listen on port {self.port}; see {self.folder / 'log'}") from None
                time.sleep(0.03)
            else:
                return

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        atexit.unregister(self.stop)
        if process is None:
            return
        for sign in (signal.SIGCONT, how):  # a frozen process would never see the end
            try:
                os.killpg(process.pid, sign)
            except ProcessLookupError:  # ended, or not yet leader of its group
                process.kill()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def unpack_samba(folder: Path) -> Path:
    """Fetches Debian's Samba packages without being root and unpacks them; returns the root to give as `binaries`."""
    debs, root = folder / "debs", folder / "root"
    debs.mkdir(parents=True, exist_ok=True)
    root.mkdir(exist_ok=True)
    simulated = subprocess.run(
        ["apt-get", "install", "-s", "--no-install-recommends", "samba", "smbclient"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = {
        "samba",
        "samba-libs",
        "samba-common-bin",
        "libldb2",
        "libtalloc2",
        "libtdb1",
        "libtevent0",
        "libwbclient0",
    }
    names |= {line.split()[1] for line in simulated.stdout.splitlines() if line.startswith("Inst ")}
    wanted = sorted(name for name in names if not name.startswith("python3"))
    subprocess.run(["apt-get", "download", *wanted], cwd=debs, check=True, capture_output=True)
    for deb in sorted(debs.glob("*.deb")):
        subprocess.run(["dpkg", "-x", str(deb), str(root)], check=True)
    return root
