"""Proves the log-on by Kerberos on a Samba domain controller of its own; by hand, for its client needs a compiler.

    apt-get install samba-ad-provision samba-dsdb-modules winbind libkrb5-dev gcc
    uv pip install gssapi krb5
    uv run python tests/shares/kerberos_lab.py            # as root: the domain lives in network and mounts of its own

NTLM is switched off at that controller: whoever gets in got in by Kerberos.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
REALM, USER = "OFFICE.TEST", "crawler"
SERVICES = "s3fs, rpc, ldap, kdc, winbindd"


class Domain:
    """One controller with one share; everything below `folder`, ports as every controller has them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.password = secrets.token_urlsafe(12) + "aA1"
        self.conf = folder / "dc" / "etc" / "smb.conf"

    def tool(self, *arguments: str, conf: Path | None = None) -> None:
        """Runs samba-tool; what it says is shown where it fails."""
        done = subprocess.run(
            ["samba-tool", *arguments, f"--configfile={conf or self.conf}"], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"samba-tool {arguments[:2]} failed: {(done.stdout + done.stderr)[-1500:]}")

    def start(self) -> subprocess.Popen[bytes]:
        """Provisions, adds the account and starts the controller."""
        self.conf.parent.mkdir(parents=True)
        (self.folder / "files").mkdir()
        (self.folder / "files" / "甲.txt").write_text("一般公文", encoding="utf-8")
        self.folder.chmod(0o755)
        empty = self.folder / "empty.conf"
        empty.write_text("[global]\n", encoding="utf-8")
        self.tool(
            "domain", "provision", f"--realm={REALM}", "--domain=OFFICE", "--server-role=dc", "--dns-backend=NONE",
            f"--adminpass={secrets.token_urlsafe(12)}aA1", "--host-name=dc1", "--host-ip=127.0.0.1",
            f"--targetdir={self.folder / 'dc'}", "--option=interfaces=127.0.0.1/8",
            "--option=bind interfaces only=yes", conf=empty,
        )  # fmt: skip
        text = re.sub(r"server services = .*", f"server services = {SERVICES}", self.conf.read_text(encoding="utf-8"))
        ours = f"\tntlm auth = disabled\n\tlog file = {self.folder}/log\n\tlog level = 1 auth_audit:3\n"
        text = text.replace("[sysvol]", f"{ours}\n[sysvol]")
        self.conf.write_text(f"{text}\n[files]\n\tpath = {self.folder}/files\n", encoding="utf-8")
        self.tool("user", "create", USER, self.password)
        self.tool("spn", "add", "cifs/127.0.0.1", "dc1$")
        (self.folder / "krb5.conf").write_text(
            f"[libdefaults]\n default_realm = {REALM}\n dns_canonicalize_hostname = false\n rdns = false\n"
            f" udp_preference_limit = 1\n[realms]\n {REALM} = {{\n  kdc = 127.0.0.1\n }}\n",
            encoding="utf-8",
        )
        out = (self.folder / "samba.out").open("wb")
        controller = subprocess.Popen(["samba", "-F", f"--configfile={self.conf}"], stdout=out, stderr=out)
        time.sleep(15)
        return controller

    def scan(self, password: str, *, kerberos: bool) -> tuple[int, list[dict[str, object]], str]:
        """Our scan of the share: exit status, rows, what it said."""
        rows = self.folder / f"{secrets.token_hex(3)}.jsonl"
        address = f"smb://{REALM if kerberos else 'OFFICE'};{USER}@127.0.0.1/files"
        command = [sys.executable, "-m", "inspection.cli", "scan", address, "--jsonl", str(rows)]
        environment = {
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "plugins"), os.environ.get("PYTHONPATH", "")]),
            "PATH": os.environ["PATH"], "KRB5_CONFIG": str(self.folder / "krb5.conf"),
            "INSPECTION_HOME": str(self.folder / "home"), "INSPECTION_PROFILE": "test",
            "INSPECTION_SMB_PASSWORD": password, "INSPECTION_SMB_KERBEROS": str(kerberos).lower(),
        }  # fmt: skip
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        found = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()] if rows.exists() else []
        return done.returncode, found, done.stderr

    def refusals(self) -> list[str]:
        """Every refused log-on the controller has noted, by its means."""
        log = (self.folder / "log").read_text(encoding="utf-8", errors="replace")
        return re.findall(r"Auth: \[([^\]]+)\].*status \[NT_STATUS_(?:WRONG_PASSWORD|NTLM_BLOCKED|LOGON_FAILURE)", log)


def main() -> int:
    """Runs the proof; exit status 1 where it fails."""
    if "--within" not in sys.argv:
        command = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", sys.executable, __file__]
        return subprocess.run([*command, "--within"], check=False).returncode
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run/samba"], check=True)
    with tempfile.TemporaryDirectory(prefix="inspection-domain-") as folder:
        domain = Domain(Path(folder))
        domain.start()
        status, rows, said = domain.scan(domain.password, kerberos=True)
        print("kerberos:", status, [(row["path"], row["status"]) for row in rows], said.splitlines()[-1:])
        well = status == 0 and [row["status"] for row in rows] == ["scanned"]
        before = len(domain.refusals())
        status, rows, said = domain.scan(f"{domain.password}x", kerberos=True)
        print("wrong password:", status, said.splitlines()[-1:], domain.refusals()[before:])
        well &= status == 3 and not rows and len(domain.refusals()) == before + 1
        status, rows, said = domain.scan(domain.password, kerberos=False)
        print("ntlm, which is off:", status, said.splitlines()[-1:])
        well &= status == 3 and not rows
    return 0 if well else 1


if __name__ == "__main__":
    raise SystemExit(main())
