"""How Alembic reaches the database: with the connection that `idexx_desktop.db.migrate` hands over.

One migration at a time (an advisory lock), never waiting for ever (timeouts), all or nothing (one transaction).
Alembic's own table lives in our schema, so that an adopted platform's own `alembic_version` is left alone.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

MIGRATION_LOCK = 727_471_001


def run(connection: Connection) -> None:
    """Migrate inside the caller's transaction."""
    connection.execute(text("SET LOCAL lock_timeout = '10s'"))
    connection.execute(text("SET LOCAL statement_timeout = '10min'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS idexx_app"))
    context.configure(
        connection=connection,
        version_table="alembic_version",
        version_table_schema="idexx_app",
        transactional_ddl=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
