"""A real IMAP server (Dovecot) on random loopback ports, with a certificate of its own and one user's mailbox."""

from __future__ import annotations

import datetime
import grp
import imaplib
import ipaddress
import os
import pwd
import secrets
import shutil
import ssl
import tempfile
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from servers.process import ServerProcess, free_port, program

USER = "returns"


class ImapServer:
    """One Dovecot with a password made at each start. As root its mails belong to the user `mail`, else to us."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.password = secrets.token_urlsafe(18)
        self.port, self.plain_port = free_port(self.host), free_port(self.host)
        self.folder = Path()
        self._process: ServerProcess | None = None

    @property
    def url(self) -> str:
        """The address as INSPECTION_IMAP_URL takes it."""
        return f"imaps://{USER}:{quote(self.password, safe='')}@{self.host}:{self.port}/INBOX"

    @property
    def starttls_url(self) -> str:
        """The same over a connection that is secured after the greeting."""
        return f"imap://{USER}:{quote(self.password, safe='')}@{self.host}:{self.plain_port}/INBOX"

    @property
    def certificate(self) -> Path:
        """What a client must trust."""
        return self.folder / "certificate.pem"

    @property
    def log(self) -> str:
        """What the server wrote."""
        return (self.folder / "dovecot.log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> ImapServer:
        """Starts and waits until the port answers."""
        self.folder = Path(tempfile.mkdtemp(prefix="inspection-imap-"))
        self.folder.chmod(0o755)
        _write_certificate(self.certificate, self.folder / "key.pem", self.host)
        owner = pwd.getpwnam("mail") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        mail = self.folder / "mail"
        mail.mkdir()
        if os.geteuid() == 0:
            os.chown(mail, owner.pw_uid, owner.pw_gid)
        users = self.folder / "users"
        users.touch(mode=0o644)
        users.write_text(f"{USER}:{{PLAIN}}{self.password}\n", encoding="ascii")
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(self._configuration(owner), encoding="ascii")
        command = [program("dovecot", package="dovecot-imapd"), "-F", "-c", str(configuration)]
        self._process = ServerProcess(command, log=self.folder / "start.log")
        self._process.wait_for_port(self.port)
        return self

    def _configuration(self, owner: pwd.struct_passwd) -> str:
        unprivileged = ""
        if os.geteuid() != 0:
            group = grp.getgrgid(owner.pw_gid).gr_name
            unprivileged = (
                f"default_internal_user = {owner.pw_name}\ndefault_login_user = {owner.pw_name}\n"
                f"default_internal_group = {group}\n"
            )
        return f"""{unprivileged}base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/dovecot.log
protocols = imap
listen = {self.host}
ssl = required
ssl_cert = <{self.certificate}
ssl_key = <{self.folder}/key.pem
auth_failure_delay = 0
mail_location = maildir:{self.folder}/mail/%u
first_valid_uid = 0
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.plain_port}
  }}
  inet_listener imaps {{
    port = {self.port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = {self.folder}/users
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={self.folder}/mail/%u
}}
"""

    def client(self) -> imaplib.IMAP4_SSL:
        """A person's own program, logged on."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        server = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=20)
        server.login(USER, self.password)
        return server

    def put(self, *mails: bytes, arrived: datetime.datetime) -> None:
        """Mails come in."""
        with self.client() as server:
            for data in mails:
                answer, told = server.append("INBOX", "", f'"{arrived:%d-%b-%Y %H:%M:%S %z}"', data)
                assert answer == "OK", told

    def flags(self) -> list[set[str]]:
        """The flags of each mail, in the order they came."""
        with self.client() as server:
            server.select("INBOX", readonly=True)
            _, found = server.fetch("1:*", "(FLAGS)")
        return [{flag.decode() for flag in imaplib.ParseFlags(one)} for one in found if isinstance(one, bytes)]

    def empty(self) -> None:
        """Takes every mail away."""
        with self.client() as server:
            server.select("INBOX")
            server.uid("STORE", "1:*", "+FLAGS", "(\\Deleted)")  # of an empty mailbox too
            server.expunge()

    def stop(self) -> None:
        """Ends the server and removes its folder; harmless where it does not run."""
        process, self._process = self._process, None
        if process is not None:
            process.stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> ImapServer:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _write_certificate(certificate: Path, key_file: Path, host: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.office.test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
