"""What Supabase's database linter (splinter) asks of a database, asked of everything that is ours.

Its rules that concern us, written anew after https://github.com/supabase/splinter (MIT): each is a query whose answer
is empty, on our own database and on an adopted one, with the roles and the settings of such a platform. Ours is what
is in `idexx_app` and what `idexx_owner` owns; what a platform brought is its own business. Left out: what tells of use
and of size (unused_index, table_bloat), of Supabase's own schemas (auth, storage, pgmq) and of its settings.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from idexx_desktop.db import provision
from tests.support.platform import give_by_default, make_platform
from tests.support.postgres import TestServer

_OURS = """
  WITH ours AS (
    SELECT c.*, n.nspname, format('%I.%I', n.nspname, c.relname) AS called
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'idexx_app' OR n.nspname = 'public' AND c.relowner = to_regrole('idexx_owner')
  ), policies AS (
    SELECT o.called, o.relrowsecurity, p.*, pg_get_expr(p.polqual, p.polrelid) AS qual,
      pg_get_expr(p.polwithcheck, p.polrelid) AS checked
    FROM pg_policy p JOIN ours o ON o.oid = p.polrelid
  ), exposed AS (
    SELECT o.* FROM ours o WHERE relkind IN ('r', 'v', 'm', 'f', 'p') AND EXISTS (
      SELECT FROM unnest(ARRAY['anon', 'authenticated', 'service_role']) role
      WHERE has_table_privilege(role, o.oid, 'SELECT') OR has_any_column_privilege(role, o.oid, 'SELECT'))
  )
"""
RULES: dict[str, str] = {
    "0001 unindexed_foreign_keys": """
        SELECT o.called, k.conname FROM pg_constraint k JOIN ours o ON o.oid = k.conrelid
        WHERE k.contype = 'f' AND NOT EXISTS (
          SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indisvalid
            AND (string_to_array(i.indkey::text, ' ')::smallint[])[1:array_length(k.conkey, 1)] = k.conkey)""",
    "0003 auth_rls_initplan": r"""
        SELECT called, polname FROM policies, LATERAL (VALUES (qual), (checked)) rule(text)
        WHERE regexp_replace(text, '\( SELECT (auth|idexx_app)\.\w+\([^()]*\)[^()]*\)', '', 'gi')
            ~ '(auth\.(uid|jwt|role|email)|idexx_app\.(current_user_id|is_admin|is_service)|current_setting)\('""",
    "0004 no_primary_key": """
        SELECT called FROM ours o WHERE relkind IN ('r', 'p')
          AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = o.oid AND i.indisprimary)""",
    "0006 multiple_permissive_policies": """
        SELECT p.called, r.rolname, command FROM policies p
        CROSS JOIN LATERAL unnest(CASE p.polcmd WHEN '*' THEN ARRAY['r', 'a', 'w', 'd'] ELSE ARRAY[p.polcmd::text] END)
          command JOIN pg_roles r ON r.oid = ANY(p.polroles) OR p.polroles = '{0}'
        WHERE p.polpermissive GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "0007 policy_exists_rls_disabled": "SELECT DISTINCT called FROM policies WHERE NOT relrowsecurity",
    "0008 rls_enabled_no_policy": """
        SELECT called FROM ours o WHERE relkind IN ('r', 'p') AND relrowsecurity
          AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = o.oid)""",
    "0009 duplicate_index": """
        SELECT o.called, array_agg(i.indexname) FROM pg_indexes i
        JOIN ours o ON o.nspname = i.schemaname AND o.relname = i.tablename AND o.relkind IN ('r', 'p', 'm')
        GROUP BY o.called, replace(i.indexdef, i.indexname, '') HAVING count(*) > 1""",
    "0010 security_definer_view": """
        SELECT called FROM ours WHERE relkind = 'v'
          AND NOT COALESCE(reloptions::text, '') ~* 'security_invoker=(1|true|yes|on)'""",
    "0011 function_search_path_mutable": """
        SELECT p.oid::regprocedure FROM pg_proc p
        WHERE (p.pronamespace = 'idexx_app'::regnamespace OR p.proowner = to_regrole('idexx_owner'))
          AND NOT EXISTS (SELECT FROM unnest(p.proconfig) setting WHERE setting LIKE 'search_path=%')""",
    "0013 rls_disabled_in_public": "SELECT called FROM ours WHERE relkind IN ('r', 'p') AND NOT relrowsecurity",
    "0014 extension_in_public": """
        SELECT extname FROM pg_extension WHERE extnamespace = 'public'::regnamespace AND extname <> 'plpgsql'""",
    "0015 rls_references_user_metadata": """
        SELECT called, polname FROM policies WHERE concat(qual, checked) ~ 'user_metadata|request\\.jwt\\.claims'""",
    "0016 materialized_view_in_api": "SELECT called FROM ours WHERE relkind = 'm'",
    "0017 foreign_table_in_api": "SELECT called FROM ours WHERE relkind = 'f'",
    "0018 unsupported_reg_types": """
        SELECT o.called, a.attname FROM pg_attribute a JOIN ours o ON o.oid = a.attrelid
        WHERE a.atttypid::regtype::text IN ('regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper',
          'regoperator', 'regproc', 'regprocedure')""",
    "0021 fkey_to_auth_unique": """
        SELECT o.called, k.conname FROM pg_constraint k JOIN ours o ON o.oid = k.conrelid
        JOIN pg_class c ON c.oid = k.confrelid
        WHERE k.contype = 'f' AND c.relnamespace = to_regnamespace('auth')""",
    # there it counts where row security is off; here nobody of the platform's reads any of ours
    "0023 sensitive_columns_exposed, 0026 and 0027 pg_graphql_table_exposed": "SELECT called FROM exposed",
    # there for anon and authenticated only; here for every login: the owner's own policies alone are always true
    "0024 rls_policy_always_true": """
        SELECT called, polname FROM policies WHERE polpermissive
          AND polroles <> ARRAY[to_regrole('idexx_owner')::oid]
          AND (polcmd IN ('*', 'w', 'd') AND (qual IS NULL OR qual ~ '^\\(*(true|1 = 1)\\)*$')
            OR polcmd = 'a' AND (checked IS NULL OR checked ~ '^\\(*(true|1 = 1)\\)*$')
            OR checked ~ '^\\(*1 = 1\\)*$')""",
    "0028 and 0029 security_definer_function_executable": """
        SELECT p.oid::regprocedure, role FROM pg_proc p,
          unnest(ARRAY['anon', 'authenticated', 'service_role']) role
        WHERE (p.pronamespace = 'idexx_app'::regnamespace OR p.proowner = to_regrole('idexx_owner'))
          AND p.prosecdef AND has_function_privilege(role, p.oid, 'EXECUTE')""",
}
# a fault of each kind, so that a rule that finds nothing is known to find something
FAULTS: dict[str, str] = {
    "0001": "CREATE TABLE public.mine (id int PRIMARY KEY, case_id uuid REFERENCES public.cases)",
    "0003": "CREATE POLICY p ON public.mine USING (owner = idexx_app.current_user_id())",
    "0004": "ALTER TABLE public.mine DROP CONSTRAINT mine_pkey",
    "0006": "CREATE POLICY p ON public.mine TO idexx_user USING (id = 1);"
    " CREATE POLICY q ON public.mine FOR SELECT TO idexx_user USING (id = 2)",
    "0007": "CREATE POLICY p ON public.mine USING (id = 1)",
    "0008": "ALTER TABLE public.mine ENABLE ROW LEVEL SECURITY",
    "0009": "CREATE INDEX one ON public.mine (owner); CREATE INDEX two ON public.mine (owner)",
    "0010": "CREATE VIEW idexx_app.seen AS SELECT 1",
    "0011": "CREATE FUNCTION idexx_app.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "0013": "SELECT",
    "0014": "CREATE EXTENSION IF NOT EXISTS citext SCHEMA public",
    "0015": "CREATE POLICY p ON public.mine USING (current_setting('request.jwt.claims') LIKE '%user_metadata%')",
    "0016": "CREATE MATERIALIZED VIEW idexx_app.seen AS SELECT 1",
    "0017": "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
    " CREATE FOREIGN TABLE idexx_app.seen (id int) SERVER s",
    "0018": "ALTER TABLE public.mine ADD kind regproc",
    "0021": "CREATE SCHEMA IF NOT EXISTS auth; CREATE TABLE auth.mine (email text UNIQUE);"
    " ALTER TABLE public.mine ADD email text REFERENCES auth.mine (email)",
    "0023": "GRANT SELECT (id) ON public.mine TO anon",
    "0024": "CREATE POLICY p ON public.mine TO idexx_user USING (true)",
    "0028": "CREATE FUNCTION idexx_app.f() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1'",
}


@pytest.fixture(scope="module", params=["our own", "adopted"])
def linted(request: pytest.FixtureRequest, postgres: TestServer) -> Iterator[str]:
    """A database on a platform's server, prepared; the superuser's address."""
    name = postgres.create()
    url = postgres.url(name)
    give_by_default(url)
    if request.param == "adopted":
        make_platform(url, "newer")
    provision.prepare(url)
    yield url
    postgres.drop(name)


def found_by(connection: psycopg.Connection, rule: str) -> list[tuple[object, ...]]:
    return connection.execute((_OURS + RULES[rule]).encode()).fetchall()


@pytest.mark.parametrize("rule", RULES)
def test_nothing_of_ours_is_warned_of(linted: str, rule: str) -> None:
    with psycopg.connect(linted) as connection:
        assert found_by(connection, rule) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_its_fault(linted: str, rule: str) -> None:
    with psycopg.connect(linted) as connection:
        if (
            rule.startswith("0014")
            and not connection.execute("SELECT FROM pg_available_extensions WHERE name = 'citext'").fetchall()
        ):
            pytest.skip("this server brings no extension")
        connection.execute("CREATE TABLE IF NOT EXISTS public.mine (id int PRIMARY KEY, owner uuid)")
        if rule.startswith("0001"):
            connection.execute("DROP TABLE public.mine")
        connection.execute(FAULTS[rule[:4]].encode())
        connection.execute("ALTER TABLE public.mine OWNER TO idexx_owner")
        assert found_by(connection, rule) != []
        connection.rollback()
