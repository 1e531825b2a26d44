"""An answer is JSON of its kind, a question says what it asks for, and a return keeps all that the unit wrote.

Answers so far are 符合, 不符合 or 不適用; what they left beside (tick, filler, date, opinion) was never kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0009"
branch_labels = None
depends_on = None

TO_JSON = {
    "sqlite": """INSERT INTO answer (checklist_id, version, item_id, value, mended, remark)
        SELECT checklist_id, version, item_id, '{"kind": "statement", "said": "' || value || '"}', false, remark
        FROM answer_before""",
    "postgresql": """INSERT INTO answer (checklist_id, version, item_id, value, mended, remark)
        SELECT checklist_id, version, item_id, CAST('{"kind": "statement", "said": "' || value || '"}' AS JSON),
        false, remark FROM answer_before""",
}
TO_TEXT = {
    "sqlite": """INSERT INTO answer (checklist_id, version, item_id, value, remark)
        SELECT checklist_id, version, item_id, json_extract(value, '$.said'), remark FROM answer_before""",
    "postgresql": """INSERT INTO answer (checklist_id, version, item_id, value, remark)
        SELECT checklist_id, version, item_id, value ->> 'said', remark FROM answer_before""",
}


def _remake_answers(*columns: sa.Column[object], fill: dict[str, str]) -> None:
    """Nothing refers to an answer and nothing guards it: the table is made anew, alike on both databases."""
    op.execute("CREATE TABLE answer_before AS SELECT * FROM answer")
    op.drop_table("answer")
    op.create_table(
        "answer",
        sa.Column("checklist_id", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(20), nullable=False),
        *columns,
        sa.Column("remark", sa.String(4000), nullable=False),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_answer_checklist_id")),
        sa.PrimaryKeyConstraint("checklist_id", "version", "item_id", name=op.f("pk_answer")),
    )
    op.execute(fill[op.get_bind().dialect.name])
    op.drop_table("answer_before")


def upgrade() -> None:
    """Adds the columns and the table, and carries the answers over."""
    op.add_column("checklist_question", sa.Column("spec", sa.JSON(), nullable=False, server_default="{}"))
    _remake_answers(
        sa.Column("value", sa.JSON(), nullable=True), sa.Column("mended", sa.Boolean(), nullable=False), fill=TO_JSON
    )
    op.create_table(
        "checklist_return",
        sa.Column("checklist_id", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("filler", sa.String(200), nullable=False),
        sa.Column("dated", sa.String(100), nullable=False),
        sa.Column("opinion", sa.String(4000), nullable=False),
        sa.Column("document_id", sa.String(60), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_checklist_return_checklist_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_checklist_return_document_id")),
        sa.PrimaryKeyConstraint("checklist_id", "version", name=op.f("pk_checklist_return")),
    )
    op.execute(
        "INSERT INTO checklist_return"
        " (checklist_id, version, channel, filler, dated, opinion, document_id, received_at)"
        " SELECT r.checklist_id, r.version, r.channel, '', '', '', d.id, r.received_at FROM returned_file r"
        " LEFT JOIN document d ON d.kind = 'returned_form' AND d.subject_id = r.checklist_id AND d.sha256 = r.id"
        " WHERE r.accepted"
    )


def downgrade() -> None:
    """Keeps of the answers what the three words say; numbers, dates and texts, and what stood beside, go."""
    op.drop_table("checklist_return")
    stances = ("conforms", "does_not_conform", "not_applicable")
    words = sa.Enum(*stances, name="answervalue", native_enum=False, create_constraint=True, length=40)
    _remake_answers(sa.Column("value", words, nullable=True), fill=TO_TEXT)
    op.drop_column("checklist_question", "spec")
