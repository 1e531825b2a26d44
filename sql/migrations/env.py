"""Runs migrations on the address given by the caller, in one transaction each."""

from alembic import context

from inspection import settings
from inspection.model import Record
from inspection.model.base import Instant
from inspection.store.session import make_engine


def render_item(kind: str, value: object, _context: object) -> str | bool:
    """Migrations speak plain SQLAlchemy, so that they outlive our own types."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, Instant) else False


url = context.config.attributes.get("url") or settings.get().effective_migration_url
engine = make_engine(url)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Record.metadata,
        version_table="inspection_version",
        render_as_batch=True,
        transaction_per_migration=True,
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
