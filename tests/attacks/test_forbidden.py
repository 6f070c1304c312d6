"""What a user may not even try, each refused by PostgreSQL itself, on our own database and on an adopted one."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.errors import FeatureNotSupported, InsufficientPrivilege

from tests.attacks.filled import Filled

BEING_SOMEBODY_ELSE = (
    "SET ROLE idexx_owner",
    "SET ROLE idexx_service",
    "SET ROLE idexx_admin",
    "SET ROLE test_b",
    "SET LOCAL ROLE idexx_service",
    "SELECT set_config('role', 'idexx_service', false)",
    "SELECT set_config('session_authorization', 'test_b', false)",
    "SET SESSION AUTHORIZATION postgres",
    "SET SESSION AUTHORIZATION test_b",
    "SET SESSION AUTHORIZATION idexx_owner",
    "GRANT idexx_admin TO CURRENT_USER",
    "GRANT idexx_service TO test_a",
    "CREATE ROLE test_mine IN ROLE idexx_service",
    "ALTER ROLE test_a SUPERUSER",
    "ALTER ROLE test_a BYPASSRLS",
    "ALTER ROLE test_b RENAME TO test_z",
    "ALTER ROLE test_b SET role = 'idexx_user'",
    "ALTER ROLE test_b PASSWORD 'mine'",
)
AROUND_THE_POLICIES = (
    "SET row_security = off; SELECT * FROM public.cases",
    "SET row_security = off; COPY public.cases TO STDOUT",
    "SET session_replication_role = replica",
    "ALTER TABLE public.cases DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE public.cases NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE public.cases OWNER TO test_a",
    "CREATE POLICY mine ON public.cases USING (true)",
    "ALTER POLICY idexx_user_select ON public.cases USING (true)",
    "DROP POLICY idexx_user_select ON public.cases",
    "CREATE TRIGGER mine BEFORE INSERT ON public.cases EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE mine AS ON INSERT TO public.cases DO NOTHING",
    "TRUNCATE public.cases",
    "CREATE FUNCTION pg_temp.peek(text) RETURNS boolean LEAKPROOF LANGUAGE sql AS 'SELECT true'",
    "CREATE CAST (uuid AS text) WITHOUT FUNCTION",
    "CREATE OR REPLACE FUNCTION idexx_app.current_user_id() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
    "ALTER FUNCTION idexx_app.current_user_id() SET search_path = pg_temp",
    "ALTER FUNCTION idexx_app.my_clinics() SECURITY INVOKER",
    "SELECT idexx_app.netstring('x')",
    "CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION suppress_redundant_updates_trigger()",
)
INTO_OUR_SCHEMAS = (
    "CREATE TABLE idexx_app.mine (id int)",
    "CREATE FUNCTION idexx_app.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE public.mine (id int)",
    "CREATE OPERATOR public.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = uuid_eq)",
    "CREATE SCHEMA mine",
    "ALTER SCHEMA idexx_app OWNER TO test_a",
    "UPDATE idexx_app.logins SET active = true",
    "INSERT INTO idexx_app.audit_actions VALUES ('anything')",
    "INSERT INTO public.clinic_members VALUES (idexx_app.current_user_id(), gen_random_uuid())",
)
THROUGH_THE_SERVER = (
    "COPY public.cases TO PROGRAM 'cat'",
    "COPY public.cases TO '/tmp/cases'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT lo_import('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_largeobject",
    "SELECT * FROM pg_file_settings",
    "ALTER DATABASE postgres SET row_security = off",
    "CREATE EXTENSION file_fdw",
    "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE c AS 'x'",
    "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE internal AS 'pg_backend_pid'",
    "CREATE SUBSCRIPTION mine CONNECTION 'host=x' PUBLICATION y WITH (connect = false)",
    "SELECT pg_create_logical_replication_slot('mine', 'test_decoding')",
)  # fmt: skip


@pytest.mark.parametrize(
    "attempt", BEING_SOMEBODY_ELSE + AROUND_THE_POLICIES + INTO_OUR_SCHEMAS + THROUGH_THE_SERVER
)
def test_what_a_user_may_not_even_try(filled: Filled, attempt: str) -> None:
    with filled.connected("a") as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(attempt.encode())


def test_copying_in_is_not_a_way_around_the_checks(filled: Filled) -> None:
    with (
        filled.connected("a") as connection,
        pytest.raises((FeatureNotSupported, InsufficientPrivilege)),
        connection.cursor().copy("COPY public.cases (user_id) FROM STDIN") as copying,
    ):
        copying.write_row((filled.b.user,))


def test_logins_of_others_stay_theirs(filled: Filled) -> None:
    """What they ask, their large objects, and their sessions."""
    with filled.connected("b") as victim, filled.connected("a") as connection:
        victim.execute("SELECT 'something of mine'")
        row = victim.execute("SELECT lo_from_bytea(0, 'x'), pg_backend_pid()").fetchone()
        assert row is not None
        victim.commit()
        try:
            seen = connection.execute(
                "SELECT query FROM pg_stat_activity WHERE usename = 'test_b'"
            ).fetchall()
            assert seen != []
            assert {each[0] for each in seen} == {"<insufficient privilege>"}
            for attempt in (f"lo_get({row[0]})", f"lo_unlink({row[0]})", f"pg_terminate_backend({row[1]})"):
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(f"SELECT {attempt}".encode())
                connection.rollback()
        finally:
            victim.execute("SELECT lo_unlink(%s)", (row[0],))
            victim.commit()


def test_nothing_of_ours_is_told_or_kept_outside_of_tables(filled: Filled) -> None:
    """Notifications and large objects know no row security: no function of ours uses them, but to name a topic."""
    with psycopg.connect(filled.database.owner_url) as owner:
        found = owner.execute(
            "SELECT proname, substring(prosrc FROM 'pg_notify\\(([^;]*)\\);') FROM pg_proc"
            " WHERE pronamespace = 'idexx_app'::regnamespace"
            " AND prosrc ~* '(notify|lo_create|lo_from_bytea|dblink|execute\\s+(format|''))'"
        ).fetchall()
        objects = owner.execute("SELECT count(*) FROM pg_largeobject_metadata").fetchone()
    topic_alone = "'idexx_' || replace(clinic::text, '-', ''), changed_topic"
    assert (found, objects) == ([("raise_revision", topic_alone)], (0,))
