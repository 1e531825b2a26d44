"""What inspectors saw at a unit: the record as keyed in, and its answers and equipment once it was confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the record, its answers and the 保密設備清冊."""
    op.create_table(
        "spot_record",
        sa.Column("checklist_id", sa.String(60), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_hash", sa.String(64)),
        sa.Column("sent_by", sa.String(20)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_by", sa.String(20)),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("visited_on", sa.Date()),
        sa.Column("place", sa.String(200)),
        sa.Column("present", sa.String(200)),
        sa.Column("merits", sa.String(2000)),
        sa.Column("besides", sa.String(2000)),
        sa.Column("unit_statement", sa.String(2000)),
        sa.Column("signed", sa.String(40)),
        sa.Column("copy_left", sa.Boolean()),
        sa.CheckConstraint("state IN ('draft', 'sent', 'confirmed')", name=op.f("ck_spot_record_spotstate")),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_spot_record_checklist_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_spot_record_sent_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_spot_record_confirmed_by")),
        sa.PrimaryKeyConstraint("checklist_id", name=op.f("pk_spot_record")),
    )
    op.create_table(
        "spot_answer",
        sa.Column("checklist_id", sa.String(60), nullable=False),
        sa.Column("item_id", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(60), nullable=False),
        sa.Column("statement", sa.String(1000), nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True)),
        sa.Column("sampled", sa.Integer()),
        sa.Column("conforming", sa.Integer()),
        sa.Column("register", sa.String(60), nullable=False),
        sa.Column("drawn", sa.String(200), nullable=False),
        sa.Column("remark", sa.String(1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["spot_record.checklist_id"], name=op.f("fk_spot_answer_checklist_id")
        ),
        sa.PrimaryKeyConstraint("checklist_id", "item_id", name=op.f("pk_spot_answer")),
    )
    op.create_table(
        "spot_equipment",
        sa.Column("checklist_id", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("checked_on", sa.Date()),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["spot_record.checklist_id"], name=op.f("fk_spot_equipment_checklist_id")
        ),
        sa.PrimaryKeyConstraint("checklist_id", "kind", name=op.f("pk_spot_equipment")),
    )


def downgrade() -> None:
    """Takes them away. A 疑似事項 cannot go: it stands as what was declared of a statement that was never put."""
    op.execute("UPDATE suspicion SET kind = 'self_reported' WHERE kind = 'seen_on_the_spot'")
    for name in ("spot_equipment", "spot_answer", "spot_record"):
        op.drop_table(name)
