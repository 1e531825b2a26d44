"""What the office's role may do in its database: a right nobody gave is told by its name, with how it is given."""

from __future__ import annotations

import re

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from inspection.errors import NotGranted
from inspection.language import speak
from inspection.model import Record

REFUSED = "42501"  # SQLSTATE insufficient_privilege
EVERYWHERE = ("SELECT", "INSERT")  # of each table of ours; docker/grants.sql gives the others where they are used
MOST_NAMED = 5
_HELD = text(
    "SELECT relname, has_table_privilege(oid, 'SELECT'), has_table_privilege(oid, 'INSERT') FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname = ANY(:tables) ORDER BY relname"
)


def missing(session: Session) -> list[str]:
    """The rights the role lacks of those it needs at every table, as 「INSERT event」; none where it owns the tables,
    and none on SQLite. A table that is not there yet is no question of rights."""
    if session.get_bind().dialect.name != "postgresql":
        return []
    held = session.execute(_HELD, {"tables": sorted(Record.metadata.tables)})
    return [f"{right} {table}" for table, *may in held for right, has in zip(EVERYWHERE, may, strict=True) if not has]


def require_given(session: Session) -> None:
    """Refuses to start where the role lacks a right it needs at every table; raises NotGranted naming them."""
    lacking = missing(session)
    if lacking:
        more = speak(f" 等 {len(lacking)} 項", f" and {len(lacking) - MOST_NAMED} more")
        raise not_granted("、".join(lacking[:MOST_NAMED]) + (more if len(lacking) > MOST_NAMED else ""))


def denied(error: ProgrammingError) -> NotGranted | None:
    """What the database refused for want of a right, told by the right's name; None for any other fault."""
    if getattr(error.orig, "sqlstate", None) != REFUSED:
        return None
    statement = error.statement or ""
    right = "UPDATE" if re.search(r"\bFOR (NO KEY )?UPDATE\b", statement) else (statement.split() or ["?"])[0].upper()
    # "permission denied for table fix": the driver's last word is a name of ours, never a value
    what = re.search(r'([\w.]+)"?\s*$', str(getattr(getattr(error.orig, "diag", None), "message_primary", "") or ""))
    return not_granted(f"{right} {what[1]}" if what else right)


def not_granted(rights: str) -> NotGranted:
    """The error that names some rights."""
    return NotGranted(
        speak(f"資料庫帳號缺少權限：{rights}", f"the role of the database lacks rights: {rights}"),
        remedy=speak(
            "請以資料庫擁有者執行 docker/grants.sql（容器安裝者：`docker compose up domain-grants`）後再啟動",
            "run docker/grants.sql as the owner of the database (in containers: `docker compose up domain-grants`)"
            " and start again",
        ),
    )
