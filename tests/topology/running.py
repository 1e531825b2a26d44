"""Looks at services that really run, and says what is not as it must be."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx

from servers.process import ServerFailed
from topology import expected
from topology.images import Image
from topology.installation import ELSEWHERE, Installation, laid_out

# asks each worker over the broker which queues it serves, as `airflow celery` would after importing all of Airflow
ASK_QUEUES = """
import json, sys
from celery import Celery
app = Celery(broker=open("/run/secrets/celery_broker_url").read().strip())
found = app.control.inspect(timeout=10).active_queues() or {}
json.dump({name: sorted(one["name"] for one in queues) for name, queues in found.items()}, sys.stdout)
"""


def queues_of(installation: Installation) -> dict[str, list[str]]:
    """The queues each worker serves, by its host's name."""
    found = httpx.Response(200, content=installation.within("worker", "python", "-c", ASK_QUEUES)).json()
    return {name.removeprefix("celery@"): queues for name, queues in found.items()}


def faults(installation: Installation) -> Iterator[str]:
    """Every difference from what must be of services that are up."""
    for name in ("worker", ELSEWHERE):
        if (found := queues_of(installation).get(name)) != sorted(expected.QUEUES):
            yield f"queues: {name}: {found}"
    for name in installation.lasting:
        if not installation.healthy(name):
            yield f"health: {name}"
    password = (installation.project / "docker/secrets/airflow_sender_password").read_text(encoding="ascii")
    asked = {"username": "inspection-sender", "password": password}
    if httpx.post(f"{installation.airflow_url}/auth/token", json=asked, timeout=60).status_code != 201:
        yield "logins: the sender's account does not enter"


def faults_of(ground: Path, images: Mapping[str, Image], change: Callable[[str], str]) -> list[str]:
    """What is not as it must be once a changed file is up, or why it does not come up."""
    with laid_out(ground / secrets.token_hex(4), images, change) as made:
        try:
            made.up()
        except ServerFailed as failure:
            name, _, how = str(failure).partition(" ")
            return [f"{'health' if how.startswith('is not healthy') else 'ended'}: {name}: {how}"]
        return list(faults(made))
