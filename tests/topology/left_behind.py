"""What a campaign leaves in the domain database, apart from ids, times, tries and the events of retries."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from inspection.model import Record

# rows that work by the clock, signing in, or another try adds to
OF_THE_RUN = {
    "airflow_gate", "airflow_wait", "daily_count", "document_copy", "event", "event_seal", "notice", "portal_session",
    "server_lease", "server_turn", "sign_in_code", "stage_run",
}  # fmt: skip
# told to the operators when something failed or was late: how often depends on what was killed
OF_FAULTS = ("run_failed", "schedule_missed", "letters_failed")
OF_THE_CLOCK = ("record_seal",)  # written when the hour of the upkeep falls into the campaign
QUERIES = {
    "approvals": "SELECT subject_kind, state, decided_by, round FROM approval",
    "coverage": "SELECT share_id, listed, reason, seen, scanned, complete, CAST(unreadable AS text) FROM crawl_share",
    "files": "SELECT share_id, status, reason, verdict, severity, count(*) FROM crawled_file GROUP BY 1, 2, 3, 4, 5",
    "hits": "SELECT detector, severity, sum(count), sum(people) FROM hit GROUP BY 1, 2",
    "checklists": "SELECT id, state FROM checklist",
    "findings": "SELECT unit_id, category, severity, state, count(*) FROM finding GROUP BY 1, 2, 3, 4",
    "fixes": "SELECT unit_id, state, due_on, count(*) FROM fix GROUP BY 1, 2, 3",
    "documents": "SELECT kind, subject_id, count(*) FROM document GROUP BY 1, 2",
    "campaign": "SELECT id, kind, state FROM campaign",
    "letters": "SELECT kind, person_id, state, count(*) FROM notice WHERE kind NOT IN :others GROUP BY 1, 2, 3",
}


def left_behind(session: Session) -> dict[str, object]:
    """Rows counted by table, and what of them people see."""
    tables = {name: one for name, one in Record.metadata.tables.items() if name not in OF_THE_RUN}
    found: dict[str, object] = {
        f"rows of {name}": session.scalar(select(func.count()).select_from(one)) for name, one in sorted(tables.items())
    }
    for name, query in QUERIES.items():
        quoted = ", ".join(f"'{one}'" for one in OF_FAULTS + OF_THE_CLOCK)
        found[name] = sorted(map(str, session.execute(text(query.replace(":others", f"({quoted})")))))
    session.rollback()
    return found
