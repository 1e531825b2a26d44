"""Changes of the compose file, each of which must turn the topology test red, at the check that is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change. `fault` is how the line begins by which it is to be noticed."""

    change: Callable[[str], str]
    fault: str


def _instead(old: str, new: str, *, of: str = "") -> Callable[[str], str]:
    """Replaces a text: once in the part of one service, or wherever it stands first."""

    def changed(text: str) -> str:
        at = text.index(f"\n  {of}:\n") if of else 0
        found = text.find(old, at)
        following = re.compile(r"\n  [a-z-]+:\n").search(text, at + 1) if of else None
        if found < 0 or (following and found > following.start()):
            raise ValueError(f"the compose file no longer holds {old!r}: mend the mutation")
        return text[:found] + new + text[found + len(old) :]

    return changed


def _without_service(name: str) -> Callable[[str], str]:
    return lambda text: re.sub(rf"\n  {name}:\n(?:    .*\n|\n)+", "\n", text, count=1)


# what follows the secrets of the parts that know none of ours
_LOGS_ALONE = '  volumes: ["airflow-logs:/var/log/airflow"]\n'

# noticed with nothing but listeners in the containers, within seconds
PLACES: Mapping[str, Mutation] = {
    "portal off the databases": Mutation(
        _instead("[data, doors, office]", "[doors, office]", of="portal"), "reach: portal: postgres@data is not reached"
    ),
    "portal off the mail server's network": Mutation(
        _instead("[data, doors, office]", "[data, doors]", of="portal"), "reach: portal: mail@office is not reached"
    ),
    "portal off the doors": Mutation(
        _instead("[data, doors, office]", "[data, office]", of="portal"), "reach: portal: api-server@doors is not"
    ),
    "worker off the file servers": Mutation(
        _instead("[data, office]", "[data]", of="worker"), "reach: worker: samba@office is not reached"
    ),
    "sender on the file servers' network": Mutation(
        _instead("networks: [data]", "networks: [data, office]", of="sender"), "reach: sender: samba@office is reached"
    ),
    "databases with a way out": Mutation(
        _instead("data: {internal: true}", "data: {}"), "reach: postgres: outside@world is reached"
    ),
    "portal open to the house": Mutation(_instead('"127.0.0.1:8601:8601"', '"8601:8601"'), "ports: portal"),
    "a secret gone from the portal": Mutation(
        _instead("_url, inspection_secret_key, smtp_url]", "_url]", of="portal"),
        "secrets: portal: ['inspection_secret_key', 'smtp_url']",
    ),
    "a secret gone from all of Airflow": Mutation(
        _instead("    - airflow_jwt_secret\n", ""), "secrets: dag-processor: ['airflow_jwt_secret']"
    ),
    "a secret too many": Mutation(
        _instead(_LOGS_ALONE, f"    - inspection_secret_key\n{_LOGS_ALONE}"),
        "secrets: triggerer: ['inspection_secret_key']",
    ),
    "the sender's documents gone": Mutation(
        _instead("volumes: [*home, *drop, *rules]", "volumes: [*drop, *rules]", of="sender"),
        "volumes: sender: /var/lib/inspection is not inspection-home",
    ),
    "the databases' folder gone": Mutation(
        _instead("      - postgres-data:/var/lib/postgresql/data\n", ""), "volumes: postgres: /var/lib/postgresql/data"
    ),
    "rules that may be written": Mutation(
        _instead(":/etc/inspection/rules:ro", ":/etc/inspection/rules"), "volumes: portal: /etc/inspection/rules"
    ),
    "the user line gone": Mutation(_instead('  user: "50000:50000"\n', ""), "user: portal: 50000:999"),
    "root": Mutation(_instead('user: "50000:50000"', 'user: "0:0"'), "user: portal: 0:0"),
    "a root that may be written": Mutation(_instead("  read_only: true\n", ""), "root: portal"),
    "rights kept": Mutation(_instead("  cap_drop: [ALL]\n", ""), "capabilities: portal"),
    "more rights by a program": Mutation(
        _instead('  security_opt: ["no-new-privileges:true"]\n', ""), "privileges: portal"
    ),
    "no folder for a moment": Mutation(_instead("    - /tmp:mode=1777\n", ""), "tmpfs: portal: /tmp"),
    "sender gone": Mutation(_without_service("sender"), "services: sender"),
    "a health check gone": Mutation(
        _instead("    healthcheck:\n", "    x-was:\n", of="sender"),
        "services: sender: restart and health check",
    ),
}  # fmt: skip
# noticed once the services run
RUNNING: Mapping[str, Mutation] = {
    "a worker without its queue": Mutation(_instead('"default,crawl"', '"crawl"'), "queues: worker"),
    "a worker of a queue nobody fills": Mutation(_instead('"default,crawl"', '"default,reading"'), "queues: worker"),
    "a health check that asks the wrong question": Mutation(
        _instead("http://127.0.0.1:8601/health", "http://127.0.0.1:8601/healthy"), "health: portal"
    ),
    "databases nobody may enter": Mutation(
        _instead("    secrets: [owner_db_password]\n", "", of="domain-grants"), "ended: domain-grants"
    ),
    "tables without rights": Mutation(
        # by itself, with a sentence: a program that dies of it ends with 1
        _instead("--file /grants.sql", "--command 'SELECT 1'"),
        "ended: portal: ended with 2:",
    ),
    "an account nobody made": Mutation(
        _instead("command: [python, /opt/inspection/docker/airflow_account.py]", "command: [python, --version]"),
        "logins: the sender",
    ),
    "another login manager": Mutation(
        _instead(
            "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
            "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        ),
        "ended: airflow-account",
    ),
}
# what `make test` tries of them
SMALL = ("portal off the databases", "the user line gone", "a secret gone from all of Airflow")
