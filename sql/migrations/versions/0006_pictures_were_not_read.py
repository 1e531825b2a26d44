"""A file of pictures without text counts as unreadable, not as read: nobody has looked at what it shows."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Corrects rows of earlier crawls; the figures kept with them stay as they were reported."""
    op.execute("UPDATE crawled_file SET status = 'unreadable' WHERE reason = 'no_text_layer' AND status = 'scanned'")


def downgrade() -> None:
    """Puts the former words back."""
    op.execute("UPDATE crawled_file SET status = 'scanned' WHERE reason = 'no_text_layer' AND status = 'unreadable'")
