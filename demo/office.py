"""The demo agency set up: folders, keys, shares on a real Samba, a mail server, roster and a clock of its own."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from demo.airflow_services import AirflowServices
from demo.files import Planted, lay_out, office_files
from demo.people import Mailboxes, inspection
from inspection import settings
from inspection.rules.roster import Roster, parse_roster
from servers.mail import MailServer
from servers.process import ServerProcess, free_port
from servers.samba import SambaServer

HERE = Path(__file__).resolve().parent
ACCOUNT = "svc-inspection"
SERVICE = "inspection-service"
OPERATOR = "operator"
HEAD = "P01"


@dataclass(frozen=True, slots=True)
class Office:
    """Everything that runs while the story is told."""

    home: Path
    clock: Path
    roster: Roster
    roster_file: Path
    planted: Planted
    samba: SambaServer
    mail: Mailboxes
    airflow: AirflowServices
    portal: ServerProcess
    portal_url: str
    sender: ServerProcess

    def set_clock(self, instant: str) -> None:
        """Moves the agency's clock; everybody reads it at once."""
        new = self.clock.with_suffix(".new")
        new.write_text(datetime.fromisoformat(instant).isoformat(), encoding="ascii")
        new.replace(self.clock)

    def email_of(self, person_id: str) -> str:
        """A person's address."""
        return next(person.email for person in self.roster.people if person.id == person_id)


@contextmanager
def opened_office(home: Path, *, begins: str) -> Iterator[Office]:
    """Sets the office up in an empty `home` and takes it down again, leaving no process behind."""
    if home.exists():
        shutil.rmtree(home)
    (home / "drop").mkdir(parents=True)
    clock = home / "clock"
    clock.write_text(begins, encoding="ascii")
    planted = Planted()
    password = secrets.token_urlsafe(18)
    with ExitStack() as stack:
        folders = lay_out(home / "shares", office_files(planted, today=datetime.fromisoformat(begins).date()))
        samba = stack.enter_context(SambaServer(home / "samba", folders, user=ACCOUNT, password=password))
        mail = stack.enter_context(MailServer(home / "mail"))
        roster_file = _write_roster(home, samba)
        portal_port = free_port()
        airflow = AirflowServices(
            home / "airflow",
            dags_folder=settings.REPOSITORY / "dags",
            plugins_folder=settings.REPOSITORY / "plugins",
            users={OPERATOR: "op", HEAD: "user", SERVICE: "user"},
            env=_airflow_connection(samba, password),
        )
        _set_environment(home, clock, mail, airflow, portal_port)
        _bring_up_database(roster_file)
        stack.enter_context(airflow)
        portal = stack.enter_context(
            ServerProcess(
                [sys.executable, "-m", "inspection.cli", "portal"],
                log=home / "logs" / "portal.log",
                env=dict(os.environ),
                cwd=settings.REPOSITORY,
            )
        )
        portal.wait_for_port(portal_port)
        sender = stack.enter_context(start_sender(home))
        yield Office(
            home,
            clock,
            parse_roster(roster_file),
            roster_file,
            planted,
            samba,
            Mailboxes(mail),
            airflow,
            portal,
            f"http://127.0.0.1:{portal_port}",
            sender,
        )


def start_sender(home: Path) -> ServerProcess:
    """The process that lets parked tasks go on."""
    command = [sys.executable, "-m", "inspection.cli", "sender"]
    return ServerProcess(command, log=home / "logs" / "sender.log", env=dict(os.environ), cwd=settings.REPOSITORY)


def _write_roster(home: Path, samba: SambaServer) -> Path:
    """The demo roster with the shares' true addresses on this machine."""
    told = yaml.safe_load((HERE / "roster.yaml").read_text(encoding="utf-8"))
    for unit in told["units"]:
        for share in unit.get("shares", []):
            name = share["address"].rpartition("/")[2]
            share["address"] = f"//{samba.host}:{samba.port}/{name}"
    path = home / "roster.yaml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _set_environment(
    home: Path,
    clock: Path,
    mail: MailServer,
    airflow: AirflowServices,
    portal_port: int,
) -> None:
    given = {
        "INSPECTION_HOME": str(home),
        "INSPECTION_PROFILE": "demo",
        "INSPECTION_NOW": f"@{clock}",
        "INSPECTION_SECRET_KEY": secrets.token_hex(32),
        "INSPECTION_SMTP_URL": mail.url,
        "INSPECTION_MAIL_FROM": "inspection@shifan.test",
        "INSPECTION_PORTAL_URL": f"http://127.0.0.1:{portal_port}",
        "INSPECTION_PORTAL_BIND": f"127.0.0.1:{portal_port}",
        "INSPECTION_RULES_DIR": str(HERE / "rules"),
        "INSPECTION_AIRFLOW_URL": airflow.url,
        "INSPECTION_AIRFLOW_USER": SERVICE,
        "INSPECTION_AIRFLOW_PASSWORD": airflow.passwords[SERVICE],
    }
    for name in [name for name in os.environ if name.startswith("INSPECTION_")]:
        if name != "INSPECTION_EXTRA_CORPUS":
            del os.environ[name]
    os.environ.update(given)
    settings.reset()


def _airflow_connection(samba: SambaServer, password: str) -> dict[str, str]:
    connection = {
        "conn_type": "samba", "host": samba.host, "port": samba.port, "login": ACCOUNT, "password": password,
    }  # fmt: skip
    return {"AIRFLOW_CONN_INSPECTION_SMB": json.dumps(connection)}


def _bring_up_database(roster_file: Path) -> None:
    inspection("db", "upgrade")
    inspection("roster", "import", str(roster_file), "--apply")
    inspection("plan", "declare", str(HERE / "declared_shares.csv"), "--apply", "--as", "P112")
