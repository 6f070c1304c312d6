"""The activity record is only ever added to, through one function; every other way is refused to all logins."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from tests.support.postgres import TEMPLATE, ClinicDatabase, People, TestServer

LOG = "public.idexx_sync_audit_log"
NEW_ROW = f"INSERT INTO {LOG} (user_id, action) VALUES (idexx_app.current_user_id(), 'sync.started')"
ROWS = (
    f"UPDATE {LOG} SET status = 'x'",
    f"UPDATE {LOG} SET status = 'x' WHERE false",
    f"DELETE FROM {LOG}",
    f"WITH gone AS (DELETE FROM {LOG} RETURNING id) SELECT count(*) FROM gone",
    f"TRUNCATE {LOG}",
    f"MERGE INTO {LOG} l USING (SELECT 1) one ON true WHEN MATCHED THEN UPDATE SET status = 'x'",
    f"MERGE INTO {LOG} l USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE",
    f"SELECT * FROM {LOG} FOR UPDATE",
)
ADDED = (
    NEW_ROW,
    f"{NEW_ROW} ON CONFLICT DO NOTHING",
    f"{NEW_ROW} ON CONFLICT (id) DO UPDATE SET status = 'x'",
    f"COPY {LOG} (action) FROM STDIN",
    f"COPY {LOG} (action) FROM PROGRAM 'true'",
)
SHAPE = (
    f"ALTER TABLE {LOG} DISABLE TRIGGER ALL",
    f"ALTER TABLE {LOG} DISABLE TRIGGER append_only",
    f"ALTER TABLE {LOG} DISABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {LOG} NO FORCE ROW LEVEL SECURITY",
    f"ALTER TABLE {LOG} RENAME TO gone",
    f"ALTER TABLE {LOG} ALTER COLUMN status SET DEFAULT 'x'",
    f"ALTER TABLE {LOG} OWNER TO CURRENT_USER",
    f"ALTER TABLE {LOG} SET SCHEMA pg_temp",
    f"DROP TABLE {LOG} CASCADE",
    f"DROP TRIGGER append_only ON {LOG}",
    f"CREATE TRIGGER mine BEFORE INSERT ON {LOG} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    f"CREATE RULE mine AS ON INSERT TO {LOG} DO INSTEAD NOTHING",
    f"CREATE POLICY mine ON {LOG} USING (true)",
    f"CREATE INDEX mine ON {LOG} (status)",
    f"CREATE TEMP TABLE mine () INHERITS ({LOG})",
    f"GRANT DELETE ON {LOG} TO CURRENT_USER; DELETE FROM {LOG}",  # a grant without the right to it only warns
    f"CLUSTER {LOG}",
    "DROP SCHEMA idexx_app CASCADE",
    "DROP FUNCTION idexx_app.keep_record() CASCADE",
    "CREATE OR REPLACE FUNCTION idexx_app.keep_record() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "ALTER FUNCTION idexx_app.audit(text, text, text, jsonb, jsonb) SECURITY INVOKER",
)
# what makes triggers silent, and who a login is
SWITCHES = (
    "SET session_replication_role = replica",
    "SET LOCAL session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', false)",
    "UPDATE pg_settings SET setting = 'replica' WHERE name = 'session_replication_role'",
    "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
    "SET ROLE idexx_owner",
    f"SET row_security = off; DELETE FROM {LOG}",
)
HEADS = (
    "UPDATE idexx_app.audit_heads SET seq = 0",
    "DELETE FROM idexx_app.audit_heads",
    "TRUNCATE idexx_app.audit_heads",
    "INSERT INTO idexx_app.audit_actions VALUES ('x')",
    "DELETE FROM idexx_app.audit_actions",
)


@pytest.fixture(scope="module")
def record(postgres: TestServer, people: People) -> Iterator[ClinicDatabase]:
    """One row of A's; made once, nothing here changes it."""
    database = ClinicDatabase(postgres, postgres.create(template=TEMPLATE), people)
    with psycopg.connect(database.url(people.a)) as connection:
        connection.execute("SELECT idexx_app.audit('sync.started', 'done')")
    yield database
    postgres.drop(database.name)


@pytest.mark.parametrize("login", ["test_a", "test_admin", "idexx_service"])
def test_for_users_admins_and_services(record: ClinicDatabase, login: str) -> None:
    before = rows_of(record)
    with psycopg.connect(record.owner_url) as connection:
        connection.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(login)))
        for attempt in (*ROWS, *ADDED, *SHAPE, *SWITCHES, *HEADS):
            assert is_refused(connection, attempt), attempt
        connection.commit()
        connection.autocommit = True  # as this one wants it
        with pytest.raises(InsufficientPrivilege):
            connection.execute("ALTER SYSTEM SET session_replication_role = replica")
    assert rows_of(record) == before


def is_refused(connection: psycopg.Connection, attempt: str) -> bool:
    """Whether it is refused for want of a right; rolled back where it isn't."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(attempt.encode())
    except InsufficientPrivilege:
        return True
    return False


def rows_of(database: ClinicDatabase) -> list[tuple[object, ...]]:
    with psycopg.connect(database.owner_url) as root:
        return root.execute(f"SELECT * FROM {LOG} ORDER BY chain, seq".encode()).fetchall()


def test_for_the_owner(record: ClinicDatabase) -> None:
    """What an owner does to the table itself can't be refused; the chain is what tells."""
    with psycopg.connect(record.owner_url) as connection:
        connection.execute("SET SESSION AUTHORIZATION idexx_owner")
        for attempt in (*ROWS[:5], *SWITCHES[:4]):
            assert is_refused(connection, attempt), attempt


def test_even_a_superuser_is_stopped_by_the_trigger(record: ClinicDatabase) -> None:
    with psycopg.connect(record.owner_url) as root:
        for attempt in (ROWS[0], ROWS[2], ROWS[3], ROWS[4], ROWS[5], ROWS[6]):
            with pytest.raises(InsufficientPrivilege, match="append-only"), root.transaction():
                root.execute(attempt.encode())
