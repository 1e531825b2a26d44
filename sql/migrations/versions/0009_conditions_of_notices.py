"""What a notice depends on stands in columns of its own: kind of condition, id and version, no longer one string.

A request for a decision and the word that a campaign is called off have kinds of their own; until now they were known
by the kind of mail.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"
branch_labels = None
depends_on = None

NOTICE = sa.table(
    "notice",
    sa.column("id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("campaign_id", sa.String),
    sa.column("still_wanted", sa.String),
    sa.column("depends_kind", sa.String),
    sa.column("depends_id", sa.String),
    sa.column("depends_version", sa.Integer),
)
BATCH = 1000


def _read(kind, written):
    """Kind, id and version of a condition written as `kind|id`, `fix|id|version` or `question|campaign|unit`."""
    condition, _, rest = written.partition("|")
    if condition == "fix":
        record, _, version = rest.rpartition("|")
        return condition, record, int(version)
    if condition == "question":  # the campaign is the notice's own
        return condition, rest.rpartition("|")[2], None
    if condition == "approval" and kind == "approval_requested":
        return "request", rest, None
    return {"answer": "adoption"}.get(condition, condition), rest, None


def _written(row):
    """A condition as it was written before."""
    if row.depends_kind == "fix":
        return f"fix|{row.depends_id}|{row.depends_version}"
    if row.depends_kind == "question":
        return f"question|{row.campaign_id}|{row.depends_id}"
    names = {"request": "approval", "adoption": "answer"}
    return f"{names.get(row.depends_kind, row.depends_kind)}|{row.depends_id}"


def _batches(*wanted):
    """The rows of a table that may be long, by id."""
    connection, last = op.get_bind(), 0
    while rows := connection.execute(
        sa.select(NOTICE).where(NOTICE.c.id > last, *wanted).order_by(NOTICE.c.id).limit(BATCH)
    ).all():
        yield connection, rows
        last = rows[-1].id


def upgrade() -> None:
    """Adds the columns and reads the strings into them."""
    op.add_column("notice", sa.Column("depends_kind", sa.String(40)))
    op.add_column("notice", sa.Column("depends_id", sa.String(120)))
    op.add_column("notice", sa.Column("depends_version", sa.Integer()))
    columns = ("depends_kind", "depends_id", "depends_version")
    change = sa.update(NOTICE).where(NOTICE.c.id == sa.bindparam("of"))
    change = change.values({name: sa.bindparam(f"new_{name}") for name in columns})
    for connection, rows in _batches(NOTICE.c.still_wanted.is_not(None)):
        read = [(row.id, _read(row.kind, row.still_wanted)) for row in rows]
        given = [{f"new_{name}": part for name, part in zip(columns, parts, strict=True)} for _, parts in read]
        connection.execute(change, [{"of": one, **new} for (one, _), new in zip(read, given, strict=True)])
    op.execute(
        "UPDATE notice SET depends_kind = 'calling_off', depends_id = campaign_id WHERE kind = 'campaign_cancelled'"
    )
    op.drop_column("notice", "still_wanted")


def downgrade() -> None:
    """Writes the columns as strings again."""
    op.add_column("notice", sa.Column("still_wanted", sa.String(200)))
    change = sa.update(NOTICE).where(NOTICE.c.id == sa.bindparam("of")).values(still_wanted=sa.bindparam("as_text"))
    for connection, rows in _batches(NOTICE.c.depends_kind.is_not(None), NOTICE.c.depends_kind != "calling_off"):
        connection.execute(change, [{"of": row.id, "as_text": _written(row)} for row in rows])
    for name in ("depends_kind", "depends_id", "depends_version"):
        op.drop_column("notice", name)
