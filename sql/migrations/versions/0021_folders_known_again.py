"""An unchanged folder is known again by a hash of its listing: a crawl writes one row for it, not one for each file."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the folders; files listed before belong to none, so that the next crawl carries them over one by one."""
    op.create_table(
        "crawl_folder",
        sa.Column("run_id", sa.String(60), nullable=False),
        sa.Column("share_id", sa.String(40), nullable=False),
        sa.Column("folder_key", sa.String(64), nullable=False),
        sa.Column("listed_as", sa.String(64), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("calm", sa.Boolean(), nullable=False),
        sa.Column("source_id", sa.String(60)),
        sa.Column("readers_known", sa.Integer(), nullable=False),
        sa.Column("open_files", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["crawl_run.id"], name=op.f("fk_crawl_folder_run_id_crawl_run")),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_crawl_folder_share_id_share")),
        sa.PrimaryKeyConstraint("run_id", "share_id", "folder_key", name=op.f("pk_crawl_folder")),
    )
    op.add_column("crawled_file", sa.Column("folder_key", sa.String(64)))


def downgrade() -> None:
    """What stands in an earlier crawl's rows alone is not found by the version before: it reads those files anew."""
    op.drop_column("crawled_file", "folder_key")
    op.drop_table("crawl_folder")
