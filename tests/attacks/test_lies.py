"""A user who may run SQL lies about who they are; on our own database and on an adopted one they stay themselves."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, UndefinedObject

from tests.attacks import expectations
from tests.attacks.filled import Filled, whose
from tests.attacks.rows import TABLES

Lie = Callable[[psycopg.Connection, Filled], object]
PATH = "SELECT set_config('search_path', 'pg_temp, idexx_app, pg_catalog, public', false)"


def claims(filled: Filled) -> str:
    """What a gateway would say of B."""
    return json.dumps({"sub": filled.b.user, "role": "service_role"})


def functions_of_the_same_name(connection: psycopg.Connection, filled: Filled) -> None:
    """What the policies call, in a schema that anybody may write to."""
    connection.execute(
        f"""
        CREATE FUNCTION pg_temp.current_user_id() RETURNS uuid LANGUAGE sql AS $$ SELECT '{filled.b.user}'::uuid $$;
        CREATE FUNCTION pg_temp.my_clinics() RETURNS SETOF uuid LANGUAGE sql AS $$ SELECT '{filled.b.clinic}'::uuid $$;
        CREATE FUNCTION pg_temp.is_admin() RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;
        CREATE FUNCTION pg_temp.pg_has_role(name, text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;
        """.encode()
    )
    connection.execute(PATH)


def tables_of_the_same_name(connection: psycopg.Connection, filled: Filled) -> None:
    """What the functions read."""
    connection.execute(
        f"""
        CREATE TEMP TABLE pg_roles AS SELECT oid, 'test_a'::name AS rolname FROM pg_catalog.pg_roles
          WHERE rolname = 'test_b';
        CREATE TEMP TABLE logins AS SELECT 1::oid AS role_oid, 'test_a' AS role_name,
          '{filled.b.user}'::uuid AS user_id, true AS active;
        CREATE TEMP TABLE clinic_members AS SELECT '{filled.a.user}'::uuid AS user_id,
          '{filled.b.clinic}'::uuid AS clinic_id;
        CREATE TEMP TABLE schema_meta AS SELECT 'trust_authenticator' AS key, 'yes' AS value;
        """.encode()
    )
    connection.execute(PATH)


def operators_of_the_same_name(connection: psycopg.Connection, _: Filled) -> None:
    """What the policies compare with."""
    connection.execute(
        """
        CREATE FUNCTION pg_temp.yes(uuid, uuid) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;
        CREATE OPERATOR pg_temp.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = pg_temp.yes);
        """
    )
    connection.execute(PATH)


def every_setting_that_is_read(connection: psycopg.Connection, filled: Filled) -> None:
    """Each setting that a function or policy of this database reads, by its catalog, and some that others read."""
    rows = connection.execute(
        "SELECT DISTINCT (regexp_matches(source, 'current_setting\\(''([^'']+)''', 'g'))[1] FROM ("
        " SELECT prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        "  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')"
        " UNION ALL SELECT concat(qual, with_check) FROM pg_policies) sources(source)"
    ).fetchall()
    names = {row[0] for row in rows}
    assert "request.jwt.claims" in names
    names.discard("transaction_isolation")  # takes only what it is
    for name in names | {"request.jwt.claim.sub", "idexx_app.user_id", "app.user_id", "jwt.claims.sub"}:
        for value in (filled.b.user, claims(filled)):
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))


def every_plan(connection: psycopg.Connection, _: Filled) -> None:
    """Parallel workers, generic plans and no indexes: the policies are part of each."""
    connection.execute(
        """
        SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
        SET min_parallel_index_scan_size = 0; SET max_parallel_workers_per_gather = 4;
        SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_material = off;
        """
    )
    for name in ("debug_parallel_query", "force_parallel_mode"):  # the older is its name before PostgreSQL 16
        with suppress(UndefinedObject), connection.transaction():
            connection.execute(f"SET {name} = on".encode())


LIES: dict[str, Lie] = {
    "the truth": lambda _connection, _filled: None,
    "a claim": lambda connection, filled: connection.execute(
        "SELECT set_config('request.jwt.claims', %s, false)", (claims(filled),)
    ),
    "a claim for this transaction": lambda connection, filled: connection.execute(
        "SELECT set_config('request.jwt.claims', %s, true)", (claims(filled),)
    ),
    "a claim once and for all": lambda connection, filled: (
        connection.execute("RESET ALL"),
        connection.execute(f"SET SESSION request.jwt.claims = '{claims(filled)}'".encode()),
    ),
    "a group role": lambda connection, _filled: connection.execute("SET ROLE idexx_user"),
    "oneself": lambda connection, _filled: connection.execute("SET SESSION AUTHORIZATION test_a; SET ROLE test_a"),
    "functions of the same name": functions_of_the_same_name,
    "tables of the same name": tables_of_the_same_name,
    "operators of the same name": operators_of_the_same_name,
    "every setting that is read": every_setting_that_is_read,
    "every plan": every_plan,
    "a name as the program's": lambda connection, _filled: connection.execute(
        "SET application_name = 'idexx-desktop-owner'"
    ),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_shows_nothing_more(filled: Filled, lie: str) -> None:
    with psycopg.connect(address(filled)) as connection:
        LIES[lie](connection, filled)
        assert_still_a(connection, filled)


def test_types_of_the_same_name(our_own: Filled) -> None:
    """Types are looked for among temporary ones first; a platform's own functions may fail at that, ours don't."""
    with psycopg.connect(address(our_own)) as connection:
        connection.execute("CREATE DOMAIN pg_temp.uuid AS text; CREATE DOMAIN pg_temp.jsonb AS text")
        assert_still_a(connection, our_own)


def address(filled: Filled) -> str:
    return filled.database.url(filled.database.people.a)


def assert_still_a(connection: psycopg.Connection, filled: Filled) -> None:
    found = connection.execute("SELECT idexx_app.current_user_id()::text, idexx_app.is_admin()").fetchone()
    assert found == (filled.a.user, False)
    for table in TABLES:
        rows = Counter(row[0] for row in connection.execute(whose(filled.labels, table)))
        assert rows == expectations.readable(filled, "a", table), table


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_changes_nothing_more(filled: Filled, lie: str) -> None:
    attacks = (
        "UPDATE public.cases SET source = 'stolen' WHERE user_id = %(b)s",
        "DELETE FROM public.patients WHERE user_id = %(b)s",
        "DELETE FROM public.users WHERE id = %(b)s",
        "UPDATE public.users SET email = 'stolen' WHERE id = %(b)s",
        "INSERT INTO public.cases (user_id, source) VALUES (%(b)s, 'stolen')",
        "INSERT INTO public.scheduled_discharge_calls (user_id, dynamic_variables) VALUES (%(b)s, '{}')",
        "MERGE INTO public.cases c USING (SELECT %(b)s::uuid AS id) o ON c.user_id = o.id"
        " WHEN MATCHED THEN UPDATE SET source = 'stolen'",
        "WITH stolen AS (UPDATE public.idexx_credentials SET suspended_code = 'x' WHERE user_id = %(b)s RETURNING 1)"
        " SELECT * FROM stolen",
        "UPDATE public.clinics SET name = 'stolen'",
        "DELETE FROM public.clinics",
    )
    with psycopg.connect(address(filled)) as connection:
        LIES[lie](connection, filled)
        connection.commit()
        for attack in attacks:
            try:
                assert connection.execute(attack.encode(), {"b": filled.b.user}).rowcount == 0, attack
            except InsufficientPrivilege:
                connection.rollback()
        connection.rollback()


def test_what_was_prepared_before_stays_no_ones(filled: Filled) -> None:
    """A gateway keeps connections, and statements prepared on them, for whoever comes next."""
    query = "SELECT user_id::text FROM public.cases"
    with psycopg.connect(filled.database.server.url(filled.database.name, "authenticator")) as gateway:
        gateway.prepare_threshold = 0
        found = []
        for user in (filled.a.user, filled.b.user, None, filled.a.user):
            told = json.dumps({"sub": user} if user else {})
            for _ in range(7):  # the sixth run may use a plan that was made for any values
                gateway.execute("SELECT set_config('request.jwt.claims', %s, true)", (told,))
                rows = {row[0] for row in gateway.execute(query)}
                gateway.rollback()
            found.append(rows)
    assert found == [{filled.a.user}, {filled.b.user}, set(), {filled.a.user}]


def test_a_gateway_is_believed_only_where_the_owner_says_so(filled: Filled) -> None:
    """`authenticator` verifies tokens on platforms that have it; as an admin it is never believed."""
    trust = "UPDATE idexx_app.schema_meta SET value = %s WHERE key = 'trust_authenticator'"
    answers = []
    with (
        psycopg.connect(filled.database.owner_url, autocommit=True) as owner,
        filled.connected("gateway as A") as gateway,
    ):
        for trusted in ("no", "", "yes"):
            owner.execute(trust, (trusted,))
            query = "SELECT idexx_app.current_user_id()::text, idexx_app.is_admin()"
            answers.append(gateway.execute(query).fetchone())
            gateway.rollback()
    assert answers == [(None, False), (None, False), (filled.a.user, False)]
