"""Everything that PostgreSQL's catalog says of a schema, as text that two moments can be compared by."""

from __future__ import annotations

import psycopg

Schema = dict[str, list[tuple[object, ...]]]

_OURS = "('public', 'idexx_app')"
# privileges that were never touched are NULL in the catalog, and mean the same as the default written out
_QUERIES = {
    "columns": f"""
        SELECT n.nspname, c.relname, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum), a.attname,
          format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE n.nspname IN {_OURS} AND c.relkind IN ('r', 'v')""",
    "tables": f"""
        SELECT n.nspname, c.relname, c.relowner::regrole::text, c.relrowsecurity, c.relforcerowsecurity,
          obj_description(c.oid, 'pg_class')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN {_OURS} AND c.relkind IN ('r', 'v')""",
    "constraints": f"""
        SELECT n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN {_OURS}""",
    "indexes": f"SELECT schemaname, tablename, indexname, indexdef FROM pg_indexes WHERE schemaname IN {_OURS}",
    "policies": f"""
        SELECT schemaname, tablename, policyname, permissive, roles::text, cmd, qual, with_check
        FROM pg_policies WHERE schemaname IN {_OURS}""",
    "functions": f"""
        SELECT n.nspname, p.proname, pg_get_functiondef(p.oid), p.proowner::regrole::text,
          ARRAY(SELECT (x.grantee::regrole::text, x.privilege_type)::text
                FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) x ORDER BY 1)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN {_OURS}""",
    "triggers": f"""
        SELECT n.nspname, c.relname, pg_get_triggerdef(t.oid), t.tgenabled
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN {_OURS} AND NOT t.tgisinternal""",
    "privileges": f"""
        SELECT n.nspname, c.relname, x.grantee::regrole::text, x.privilege_type, x.is_grantable
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
          aclexplode(COALESCE(c.relacl, acldefault('r', c.relowner))) x
        WHERE n.nspname IN {_OURS} AND c.relkind IN ('r', 'v')""",
    "column privileges": f"""
        SELECT n.nspname, c.relname, a.attname, x.grantee::regrole::text, x.privilege_type
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace,
          aclexplode(a.attacl) x
        WHERE n.nspname IN {_OURS}""",
    "schemas": f"""
        SELECT n.nspname, n.nspowner::regrole::text, x.grantee::regrole::text, x.privilege_type
        FROM pg_namespace n, aclexplode(COALESCE(n.nspacl, acldefault('n', n.nspowner))) x
        WHERE n.nspname IN {_OURS}""",
    "enums": f"""
        SELECT n.nspname, t.typname, e.enumsortorder, e.enumlabel
        FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE n.nspname IN {_OURS}""",
}
# with who records each and which words it has, once there is that
_ACTIONS = "SELECT 'idexx_app', 'audit_actions', to_jsonb(a)::text FROM idexx_app.audit_actions a"


def schema_of(url: str) -> Schema:
    """The catalog of `public` and `idexx_app`, sorted; with the words that the activity record knows."""
    with psycopg.connect(url) as connection:
        has_words = connection.execute("SELECT to_regclass('idexx_app.audit_actions')").fetchone() != (None,)
        queries = _QUERIES | ({"audited actions": _ACTIONS} if has_words else {})
        return {
            what: sorted(connection.execute(query.encode()).fetchall(), key=repr)
            for what, query in queries.items()
        }


def of_tables(schema: Schema, tables: set[str]) -> Schema:
    """The part of a schema that concerns these tables."""
    return {
        what: [row for row in rows if row[1] in tables]
        for what, rows in schema.items()
        if what not in ("functions", "schemas", "enums")
    }
