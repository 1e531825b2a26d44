"""A file says which recogniser has tried its pictures, so that another one reads them anew."""

import sqlalchemy as sa
from alembic import op

revision = "0013b"
down_revision = "0013"
branch_labels = None
depends_on = None

TRIED = ("ocr", "ocr_partly", "ocr_failed")


def upgrade() -> None:
    """Adds the column; what was tried before was tried by Tesseract of a version nobody wrote down."""
    op.add_column("crawled_file", sa.Column("recognised_by", sa.String(80)))
    file = sa.table("crawled_file", sa.column("recognised_by", sa.String), sa.column("hints", sa.JSON))
    hints = sa.cast(file.c.hints, sa.Text)
    tried = sa.or_(*(hints.like(f'%"{one}"%') for one in TRIED))
    op.execute(file.update().where(tried).values(recognised_by="tesseract"))


def downgrade() -> None:
    """Takes it away."""
    op.drop_column("crawled_file", "recognised_by")
