"""What the demo leaves behind for others to check: derived from Airflow's API and the databases alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from demo.airflow_api import AirflowApi
from inspection.documents.proof_files import SUFFIX
from inspection.documents.storage import read_document
from inspection.model import CrawledFile, Document, Notice, Record, RungClimbed
from inspection.rules import catalogue
from inspection.rules.ladder import LadderKind
from inspection.store.session import session_scope
from servers.mail import MailServer


def derive(api: AirflowApi, runs: list[tuple[str, str]], campaign_id: str) -> dict[str, Any]:
    """Runs and task states from Airflow; rows, documents, mails and rungs from the domain database."""
    return {"campaign": campaign_id, "airflow": _airflow(api, runs), **from_database()}


def _airflow(api: AirflowApi, runs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "dag": dag_id,
            "run": run_id,
            "state": api.run_state(dag_id, run_id),
            "tasks": [
                {"task": one.task_id, "map_index": one.map_index, "state": one.state, "try": one.try_number}
                for one in sorted(api.task_instances(dag_id, run_id), key=lambda one: (one.task_id, one.map_index))
            ],
        }
        for dag_id, run_id in runs
    ]


def from_database() -> dict[str, Any]:
    """What the domain database says."""
    with session_scope(read_only=True) as session:
        rows = {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in sorted(Record.metadata.tables.items())
        }
        documents = [
            {"id": one.id, "kind": one.kind, "subject": one.subject_id, "sha256": one.sha256, "bytes": one.size_bytes}
            for one in session.scalars(select(Document).order_by(Document.kind, Document.subject_id, Document.id))
            if read_document(one)
        ]
        notices = [
            {"kind": one.kind, "to": one.person_id, "state": one.state.value}
            for one in session.scalars(select(Notice).order_by(Notice.id))
        ]
        rungs = [
            {"fix": one.fix_id, "rung": one.rung, "on": one.on.isoformat(), "channel": one.channel}
            for one in session.scalars(
                select(RungClimbed).order_by(RungClimbed.fix_id, RungClimbed.on, RungClimbed.rung)
            )
        ]
        files = session.scalar(select(func.count()).where(CrawledFile.outer_id.is_(None))) or 0
    return {"files": files, "rows": rows, "documents": documents, "notices": notices, "rungs": rungs}


def write(path: Path, result: dict[str, Any]) -> None:
    """Writes the result."""
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")


def lay_out_documents(folder: Path) -> int:
    """Copies the kept documents under their titles, for people to open; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    with session_scope(read_only=True) as session:
        found = list(session.scalars(select(Document).where(Document.kind != "returned_form").order_by(Document.id)))
        for one in found:
            name = f"{one.kind}-{one.subject_id.replace(':', '-')}-{one.id[:6]}.{SUFFIX[one.media_type]}"
            (folder / name).write_bytes(read_document(one))
    return len(found)


def mails(server: MailServer) -> int:
    """How many mails the mail server really took."""
    return len(server.messages())


def rung_names() -> dict[str, str]:
    """The rungs' printed names."""
    ladder = catalogue.current().ladders.ladder(LadderKind.FIX)
    return {rung.id: rung.name for rung in ladder.rungs}
