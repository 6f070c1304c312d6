"""Every revision goes up and down, the models mean the same tables, and running again changes nothing."""

from __future__ import annotations

from itertools import pairwise

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg import sql
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from idexx_desktop.db import migrate
from idexx_desktop.db.models import Base
from idexx_desktop.domain.failures import Failure
from tests.support.postgres import ClinicDatabase
from tests.support.schema import schema_of

REVISIONS = [revision for revision, _ in migrate.revisions()]


def test_pending_says_what_each_revision_does(empty_database: str) -> None:
    assert migrate.current(empty_database) is None
    assert [revision for revision, _ in migrate.pending(empty_database)] == REVISIONS
    assert all(len(words) > 20 for _, words in migrate.pending(empty_database))
    migrate.upgrade(empty_database)
    assert migrate.current(empty_database) == migrate.head() == REVISIONS[-1]
    assert migrate.pending(empty_database) == []


def test_every_revision_down_and_up_again(empty_database: str) -> None:
    migrate.upgrade(empty_database, REVISIONS[0])
    after = schema_of(empty_database)
    for below, above in pairwise(REVISIONS):
        before = after
        migrate.upgrade(empty_database, above)
        after = schema_of(empty_database)
        assert after != before
        migrate.downgrade(empty_database, below)
        assert schema_of(empty_database) == before, f"{above} down"
        migrate.upgrade(empty_database, above)
        assert schema_of(empty_database) == after, f"{above} up again"


def test_down_to_nothing_and_up_again(empty_database: str) -> None:
    migrate.upgrade(empty_database)
    head = schema_of(empty_database)
    migrate.downgrade(empty_database, "base")
    left = schema_of(empty_database)
    assert {row[:2] for row in left["tables"]} == {("idexx_app", "alembic_version")}
    assert left["functions"] == left["policies"] == left["triggers"] == left["enums"] == []
    assert migrate.current(empty_database) is None
    migrate.upgrade(empty_database)
    assert schema_of(empty_database) == head


def test_running_again_changes_nothing(clinic_database: ClinicDatabase) -> None:
    url = clinic_database.owner_url
    before = schema_of(url)
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT count(*) FROM public.idexx_sync_audit_log").fetchone()
        migrate.upgrade(url)
        assert connection.execute("SELECT count(*) FROM public.idexx_sync_audit_log").fetchone() == rows
    assert schema_of(url) == before


def test_preparing_is_audited(clinic_database: ClinicDatabase) -> None:
    with psycopg.connect(clinic_database.owner_url) as connection:
        rows = connection.execute(
            "SELECT action, user_id, metadata FROM public.idexx_sync_audit_log ORDER BY timestamp, seq LIMIT 1"
        ).fetchall()
    assert rows == [("schema.migrated", None, {"from_revision": None, "to_revision": migrate.head()})]


def test_a_newer_programs_revision_is_left_alone(clinic_database: ClinicDatabase) -> None:
    url = clinic_database.owner_url
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE idexx_app.alembic_version SET version_num = '9999'")
    before = schema_of(url)
    assert migrate.pending(url) == []
    migrate.upgrade(url)
    assert schema_of(url) == before
    assert migrate.current(url) == "9999"


def test_models_equal_the_tables(clinic_database: ClinicDatabase) -> None:
    # as Alembic compares: the program's own connections know no default schema
    engine = create_engine(
        clinic_database.owner_url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool
    )
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize(
    "made",
    [
        "public.users",
        "public.idexx_credentials",
        "public.visits",
        "idexx_app.logins",
        "idexx_app.audit_heads",
    ],
)
def test_all_or_nothing(empty_database: str, made: str) -> None:
    """A migration that is stopped in the middle, here once a table has been made, leaves nothing behind."""
    with psycopg.connect(empty_database, autocommit=True) as connection:
        before = schema_of(empty_database)
        connection.execute(
            sql.SQL(
                "CREATE FUNCTION public.stop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
                " IF to_regclass({}) IS NOT NULL THEN RAISE 'stopped'; END IF; END $$"
            ).format(sql.Literal(made))
        )
        connection.execute("CREATE EVENT TRIGGER stop ON ddl_command_end EXECUTE FUNCTION public.stop()")
        with pytest.raises(Failure, match="P0001"):
            migrate.upgrade(empty_database)
        connection.execute("DROP EVENT TRIGGER stop")
        connection.execute("DROP FUNCTION public.stop()")
    assert schema_of(empty_database) == before


def test_no_migration_is_ended_because_the_computer_is_slow(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others' transactions end after 20 s without a statement; here nothing but reading modules takes that long."""
    limits: list[object] = []

    def look(connection: Connection) -> None:
        limits.append(connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar())

    monkeypatch.setattr(migrate, "_close", look)
    migrate.upgrade(empty_database)
    assert limits == ["0"]
