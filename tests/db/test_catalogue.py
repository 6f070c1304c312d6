"""What the catalog itself says of our schema: row security, owners, functions, groups, audited actions."""

from __future__ import annotations

import psycopg
import pytest

from idexx_desktop.domain.audit import ACTION_WORDS, Action
from tests.db.rows import TABLES
from tests.support.postgres import ClinicDatabase

OURS = "n.nspname IN ('public', 'idexx_app')"


def ask(database: ClinicDatabase, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database.owner_url) as owner:
        return owner.execute(query.encode()).fetchall()


def test_every_table_is_secured_and_nobodys(clinic_database: ClinicDatabase) -> None:
    rows = ask(
        clinic_database,
        "SELECT n.nspname, c.relname, c.relrowsecurity AND c.relforcerowsecurity, c.relowner::regrole::text,"
        " (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) > 0"
        f" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS} AND c.relkind IN ('r', 'p', 'm')",
    )
    assert {row[1] for row in rows if row[0] == "public"} == TABLES.keys()
    assert len(rows) > len(TABLES)
    assert {row[2:] for row in rows} == {(True, "idexx_owner", True)}


def test_views_run_as_whoever_asks(clinic_database: ClinicDatabase) -> None:
    rows = ask(
        clinic_database,
        "SELECT c.relname, c.reloptions::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE {OURS} AND c.relkind = 'v'",
    )
    assert all("security_invoker=true" in str(options) for _, options in rows)


def test_functions_are_pinned_and_private(clinic_database: ClinicDatabase) -> None:
    rows = ask(
        clinic_database,
        "SELECT p.proname, p.proowner::regrole::text, p.proconfig::text, p.prosecdef,"
        " ARRAY(SELECT x.grantee::regrole::text FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) x"
        "       ORDER BY 1)"
        f" FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {OURS}",
    )
    assert len(rows) > 12
    for name, owner, settings, is_definer, executors in rows:
        assert owner == "idexx_owner", name
        assert settings == '{"search_path=pg_catalog, pg_temp"}', name
        assert isinstance(executors, list)
        assert "-" not in executors, f"{name}: everybody may call it"  # the OID 0 is PUBLIC
        assert set(executors) <= {"idexx_owner", "idexx_user", "idexx_admin", "idexx_service"}, name
        assert is_definer or executors == ["idexx_owner"], name


def test_groups_and_logins(clinic_database: ClinicDatabase) -> None:
    powers = "rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication"
    groups = ask(
        clinic_database, f"SELECT rolcanlogin, {powers} FROM pg_roles WHERE rolname LIKE 'idexx\\_%'"
    )
    assert groups == [(False, False)] * 4
    logins = ask(
        clinic_database,
        f"SELECT l.role_name, {powers}, pg_has_role(r.oid, 'idexx_owner', 'MEMBER'),"
        " pg_has_role(r.oid, 'idexx_service', 'MEMBER'),"
        " EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid)"
        " FROM idexx_app.logins l JOIN pg_roles r ON r.oid = l.role_oid",
    )
    assert len(logins) == 4
    assert {row[1:] for row in logins} == {(False, False, False, False)}


def test_nothing_is_granted_to_everybody(clinic_database: ClinicDatabase) -> None:
    assert (
        ask(
            clinic_database,
            "SELECT c.relname, x.privilege_type FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
            " aclexplode(COALESCE(c.relacl, acldefault('r', c.relowner))) x"
            f" WHERE {OURS} AND c.relkind = 'r' AND x.grantee = 0",
        )
        == []
    )


def test_no_policy_is_for_everybody(clinic_database: ClinicDatabase) -> None:
    rows = ask(clinic_database, "SELECT tablename, roles::text[] FROM pg_policies")
    for table, roles in rows:
        assert isinstance(roles, list)
        assert set(roles) <= {"idexx_owner", "idexx_user", "idexx_admin", "idexx_service"}, table


def test_actions_are_the_programs(clinic_database: ClinicDatabase) -> None:
    rows = ask(clinic_database, "SELECT action FROM idexx_app.audit_actions")
    assert {row[0] for row in rows} == {str(action) for action in Action} == {str(a) for a in ACTION_WORDS}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_login_is_granted_no_more_than_its_commands(clinic_database: ClinicDatabase, table: str) -> None:
    rows = ask(
        clinic_database,
        "SELECT command FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) command"
        f" WHERE has_table_privilege('idexx_user', 'public.{table}', command)"
        f" OR (command IN ('INSERT', 'UPDATE') AND has_any_column_privilege('idexx_user', 'public.{table}', command))",
    )
    assert {row[0] for row in rows} == TABLES[table].commands
