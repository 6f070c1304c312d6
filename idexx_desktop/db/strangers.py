"""What somebody else made in, on or against what is ours: named, each with the statement that removes it.

A trigger, a rule or a policy of a stranger's acts with the powers of whoever works with the table; so does whatever
stands in our schema. Nothing of it is removed by this program: a person looks at it first.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

_STRANGERS = text("""
  WITH ours AS (
    SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS called, c.relkind, n.nspname = 'idexx_app' AS inside,
      c.relrowsecurity AND c.relforcerowsecurity AS secured
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relowner = to_regrole('idexx_owner')
      AND n.nspname IN ('public', 'idexx_app')
  ), found AS (
    SELECT format('a trigger on %s that is not this program''s; first: DROP TRIGGER %I ON %s',
      o.called, t.tgname, o.called) AS problem
    FROM pg_trigger t JOIN ours o ON o.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal
      AND (p.pronamespace <> to_regnamespace('idexx_app') OR p.proowner <> to_regrole('idexx_owner'))
    UNION ALL
    SELECT format('a rule on %s that is not this program''s; first: DROP RULE %I ON %s',
      o.called, r.rulename, o.called)
    FROM pg_rewrite r JOIN ours o ON o.oid = r.ev_class WHERE r.rulename <> '_RETURN'
    UNION ALL
    SELECT format('a policy on %s that is not this program''s; first: DROP POLICY %I ON %s',
      o.called, p.polname, o.called)
    FROM pg_policy p JOIN ours o ON o.oid = p.polrelid
    WHERE NOT (p.polname LIKE 'idexx\\_%' OR o.inside AND p.polname = 'owner_all')
      OR EXISTS (SELECT FROM unnest(p.polroles) role
                 WHERE role = 0 OR pg_get_userbyid(role) NOT IN
                   ('idexx_owner', 'idexx_user', 'idexx_admin', 'idexx_service'))
    UNION ALL
    SELECT format('a table of %s refers to %s; first: ALTER TABLE %s DROP CONSTRAINT %I',
      pg_get_userbyid(c.relowner), o.called, format('%I.%I', n.nspname, c.relname), k.conname)
    FROM pg_constraint k JOIN ours o ON o.oid = k.confrelid JOIN pg_class c ON c.oid = k.conrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
    WHERE k.contype = 'f' AND c.relowner <> to_regrole('idexx_owner') AND NOT r.rolsuper
      AND r.rolname <> current_user AND k.conparentid = 0
    UNION ALL
    SELECT format('row security is off on %s; first: '
      'ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', o.called, o.called)
    FROM ours o WHERE o.relkind IN ('r', 'p') AND NOT o.secured
    UNION ALL
    SELECT format('%s in the schema idexx_app is not this program''s; first: DROP %s %s', x.called, x.kind, x.called)
    FROM (
      SELECT format('%I.%I', n.nspname, c.relname) AS called, c.relowner AS owner,
        CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
          WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END AS kind
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'idexx_app' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
      UNION ALL
      SELECT format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), p.proowner, 'ROUTINE'
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'idexx_app'
      UNION ALL
      SELECT format('%I.%I', n.nspname, t.typname), t.typowner, 'TYPE'
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      WHERE n.nspname = 'idexx_app' AND t.typtype IN ('d', 'e', 'r')
    ) x WHERE x.owner <> to_regrole('idexx_owner')
    UNION ALL
    SELECT format('row security is off on %s, so a grant shows every row; first: '
      'ALTER TABLE %s ENABLE ROW LEVEL SECURITY', c.oid::regclass, c.oid::regclass)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relowner <> to_regrole('idexx_owner') AND NOT c.relrowsecurity
      AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'idexx_owner_all')
  )
  SELECT problem FROM found ORDER BY 1
""")


def strangers(connection: Connection) -> list[str]:
    """What is there and isn't ours, as sentences with what to do; any login may ask."""
    return [str(problem) for problem in connection.execute(_STRANGERS).scalars()]
