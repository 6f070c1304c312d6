"""What the catalog itself says of our schema: row security, owners, functions, groups, audited actions."""

from __future__ import annotations

import psycopg
import pytest

from idexx_desktop.domain.audit import ACTION_WORDS, Action
from tests.attacks.rows import REFERENCES, TABLES
from tests.attacks.who_may import FUNCTIONS
from tests.support.postgres import ClinicDatabase

OURS = "n.nspname IN ('public', 'idexx_app')"
GROUPS = {"idexx_owner", "idexx_user", "idexx_admin", "idexx_service"}


def ask(database: ClinicDatabase, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database.owner_url) as owner:
        return owner.execute(query.encode()).fetchall()


def test_every_table_is_secured_and_nobodys(clinic_database: ClinicDatabase) -> None:
    """Whatever holds rows is a table that the matrix knows, or the owner's own."""
    rows = ask(
        clinic_database,
        "SELECT n.nspname, c.relname, c.relkind::text, c.relrowsecurity AND c.relforcerowsecurity,"
        " c.relowner::regrole::text, EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)"
        f" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}"
        " AND c.relkind IN ('r', 'p', 'm', 'f')",
    )
    assert {row[1] for row in rows if row[0] == "public"} == TABLES.keys()
    assert len(rows) > len(TABLES)
    assert {row[2:] for row in rows} == {("r", True, "idexx_owner", True)}


def test_every_reference_is_tried(clinic_database: ClinicDatabase) -> None:
    """A foreign key added tomorrow is part of the rows that the attacks try."""
    rows = ask(
        clinic_database,
        "SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text FROM pg_constraint k"
        " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey)"
        " WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace",
    )
    tried = {
        (table, column, REFERENCES[name])
        for table, rules in TABLES.items()
        for column, name in rules.references().items()
    }
    assert len(rows) > 30
    assert set(rows) <= tried


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
        "SELECT p.proname, p.proowner::regrole::text, p.proconfig::text, p.prosecdef, p.proleakproof,"
        " ARRAY(SELECT x.grantee::regrole::text FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) x"
        "       WHERE x.grantee <> p.proowner ORDER BY 1)"
        f" FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {OURS}",
    )
    callable_by: dict[object, set[object]] = {}
    for name, owner, settings, is_definer, is_leakproof, executors in rows:
        assert (owner, is_leakproof) == ("idexx_owner", False), name
        assert settings == '{"search_path=pg_catalog, pg_temp"}', name
        assert isinstance(executors, list)
        assert is_definer or executors == [], name
        if executors:
            callable_by[name] = set(executors)
    # a function added tomorrow is described, with who may call it ("-" would be everybody)
    assert callable_by == {
        name: {f"idexx_{group}" for group in who.split(", ")} for name, (who, _) in FUNCTIONS.items()
    }


def test_groups_and_logins(clinic_database: ClinicDatabase) -> None:
    powers = "rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication"
    groups = ask(
        clinic_database,
        f"SELECT rolcanlogin, {powers}, EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid)"
        " FROM pg_roles r WHERE rolname LIKE 'idexx\\_%'",
    )
    assert groups == [(False, False, False)] * len(GROUPS)
    logins = ask(
        clinic_database,
        f"SELECT l.role_name, {powers}, pg_has_role(r.oid, 'idexx_owner', 'MEMBER'),"
        " pg_has_role(r.oid, 'idexx_service', 'MEMBER'),"
        " EXISTS (SELECT FROM pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid"
        "         AND d.deptype = 'o'),"
        " EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid AND m.admin_option)"
        " FROM idexx_app.logins l JOIN pg_roles r ON r.oid = l.role_oid",
    )
    assert len(logins) == 4
    assert {row[1:] for row in logins} == {(False,) * 5}


def test_nothing_is_granted_to_everybody(clinic_database: ClinicDatabase) -> None:
    """No table, no column, no place to make anything in, and nothing that will be made later."""
    granted = ask(
        clinic_database,
        "SELECT c.relname, x.privilege_type FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
        " aclexplode(COALESCE(c.relacl, acldefault('r', c.relowner))) x"
        f" WHERE {OURS} AND c.relkind IN ('r', 'v', 'm', 'S') AND x.grantee = 0"
        " UNION ALL SELECT a.attname, x.privilege_type FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        f" JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(a.attacl) x WHERE {OURS} AND x.grantee = 0"
        " UNION ALL SELECT n.nspname, x.privilege_type FROM pg_namespace n, aclexplode(n.nspacl) x"
        f" WHERE {OURS} AND x.privilege_type = 'CREATE' AND x.grantee <> n.nspowner"
        "  AND x.grantee::regrole::text <> 'idexx_owner'"
        " UNION ALL SELECT 'default', defaclobjtype::text FROM pg_default_acl",
    )
    assert granted == []


def test_no_policy_is_for_everybody(clinic_database: ClinicDatabase) -> None:
    rows = ask(clinic_database, "SELECT tablename, roles::text[] FROM pg_policies")
    assert len(rows) > 100
    for table, roles in rows:
        assert isinstance(roles, list)
        assert set(roles) <= GROUPS, table


def test_actions_are_the_programs(clinic_database: ClinicDatabase) -> None:
    rows = ask(clinic_database, "SELECT action FROM idexx_app.audit_actions")
    assert {row[0] for row in rows} == {str(action) for action in Action} == {str(a) for a in ACTION_WORDS}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_login_is_granted_no_more_than_its_commands(clinic_database: ClinicDatabase, table: str) -> None:
    rows = ask(
        clinic_database,
        "SELECT command FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES'])"
        f" command WHERE has_table_privilege('idexx_user', 'public.{table}', command)"
        f" OR (command IN ('INSERT', 'UPDATE') AND has_any_column_privilege('idexx_user', 'public.{table}', command))",
    )
    assert {row[0] for row in rows} == TABLES[table].commands
