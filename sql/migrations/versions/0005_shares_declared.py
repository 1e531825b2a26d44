"""The first assessment rests on what is declared of the shares: before approval nothing may be read from them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

READERS = ("everybody", "own_unit", "named")


def upgrade() -> None:
    """Adds the list, one line per share."""
    op.create_table(
        "share_declaration",
        sa.Column("share_id", sa.String(length=40), nullable=False),
        sa.Column(
            "readers",
            sa.Enum(*READERS, name="declaredreaders", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("holds_secrets", sa.Boolean(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("declared_by", sa.String(length=100), nullable=False),
        sa.Column("entered_by", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_share_declaration_share_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_share_declaration_entered_by")),
        sa.PrimaryKeyConstraint("share_id", name=op.f("pk_share_declaration")),
    )


def downgrade() -> None:
    """Forgets what was declared."""
    op.drop_table("share_declaration")
