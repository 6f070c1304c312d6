"""Who has rights on what is ours, by the catalogue: found, taken back, and found again.

Ours is what is in the schema `idexx_app`, and what `idexx_owner` owns in `public`; what a platform brought is not. A
right is everybody's business who reads the catalogue, so that any login can look (`foreign_rights`); to take it back
is the owner's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import psycopg
from sqlalchemy import Connection, text

_ALL = "everybody"
_GROUPS = "ARRAY['idexx_owner', 'idexx_user', 'idexx_admin', 'idexx_service']"
# what nobody needs: a trigger runs as whoever changes the row, TRUNCATE is not bound by row security, a reference
# tells whether a row exists and keeps it from being removed, maintenance locks. MAINTAIN came with PostgreSQL 17.
_NEVER = "ARRAY['TRIGGER', 'TRUNCATE', 'REFERENCES', 'MAINTAIN']"
_OURS = """
  ours AS (
    SELECT 'TABLE' AS kind, n.nspname AS space, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS called,
      c.relowner AS owner, c.oid AS id, c.relacl AS acl, acldefault('r', c.relowner) AS standard, c.relkind AS shape
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND (n.nspname = 'idexx_app'
      OR n.nspname = 'public' AND c.relowner = to_regrole('idexx_owner'))
  )"""
# every object of ours with each right on it, NULL privileges being the standard ones
_RIGHTS = f"""
  {_OURS},
  objects AS (
    SELECT kind, called, owner, COALESCE(acl, standard) AS acl FROM ours
    UNION ALL
    SELECT o.kind, o.called, o.owner, a.attacl FROM ours o JOIN pg_attribute a ON a.attrelid = o.id
      AND a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL
    SELECT 'SEQUENCE', format('%I.%I', n.nspname, c.relname), c.relowner,
      COALESCE(c.relacl, acldefault('s', c.relowner))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'S' AND (n.nspname = 'idexx_app'
      OR n.nspname = 'public' AND c.relowner = to_regrole('idexx_owner'))
    UNION ALL
    SELECT 'ROUTINE', format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
      p.proowner, COALESCE(p.proacl, acldefault('f', p.proowner))
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'idexx_app' OR n.nspname = 'public' AND p.proowner = to_regrole('idexx_owner')
    UNION ALL
    SELECT 'TYPE', format('%I.%I', n.nspname, t.typname), t.typowner, COALESCE(t.typacl, acldefault('T', t.typowner))
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype IN ('c', 'd', 'e', 'r') AND (n.nspname = 'idexx_app'
      OR n.nspname = 'public' AND t.typowner = to_regrole('idexx_owner'))
      AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind IN ('S', 't', 'i', 'I'))
    UNION ALL
    SELECT 'SCHEMA', format('%I', n.nspname), n.nspowner, COALESCE(n.nspacl, acldefault('n', n.nspowner))
    FROM pg_namespace n WHERE n.nspname = 'idexx_app'
  ),
  rights AS (
    SELECT o.kind, o.called, o.owner, x.grantee, x.privilege_type AS privilege, x.is_grantable,
      CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END AS who,
      x.grantee <> 0 AND pg_get_userbyid(x.grantee) = ANY({_GROUPS}) AS is_group
    FROM objects o CROSS JOIN LATERAL aclexplode(o.acl) x WHERE x.grantee <> o.owner
  )"""  # noqa: S608 - from constants
# what is to be taken back: everything from strangers, from our own groups what nobody needs, and the right to pass on
_FOREIGN = text(f"""
  WITH {_RIGHTS}
  SELECT kind, called, who, 'ALL' AS what, string_agg(DISTINCT privilege, ', ' ORDER BY privilege) AS shown,
    pg_has_role(owner, 'USAGE') AS ours_to_take
  FROM rights WHERE NOT is_group GROUP BY kind, called, who, owner
  UNION ALL
  SELECT kind, called, who, string_agg(DISTINCT privilege, ', ' ORDER BY privilege),
    string_agg(DISTINCT privilege, ', ' ORDER BY privilege), pg_has_role(owner, 'USAGE')
  FROM rights WHERE is_group AND (kind = 'TABLE' AND privilege = ANY({_NEVER})
    OR kind = 'SCHEMA' AND privilege = 'CREATE' AND who <> 'idexx_owner')
  GROUP BY kind, called, who, owner
  UNION ALL
  SELECT kind, called, who, 'GRANT OPTION FOR ALL', 'to pass on', pg_has_role(owner, 'USAGE')
  FROM rights WHERE is_group AND is_grantable GROUP BY kind, called, who, owner
  UNION ALL
  -- a platform's table that we adopted: only what our own groups were given of what nobody needs
  SELECT 'TABLE', format('%I.%I', n.nspname, c.relname), quote_ident(pg_get_userbyid(x.grantee)),
    string_agg(DISTINCT x.privilege_type, ', '), string_agg(DISTINCT x.privilege_type, ', '),
    pg_has_role(c.relowner, 'USAGE')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL aclexplode(COALESCE(c.relacl, acldefault('r', c.relowner))) x
  WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relowner <> to_regrole('idexx_owner')
    AND x.grantor = c.relowner AND pg_get_userbyid(x.grantee) = ANY({_GROUPS}) AND x.privilege_type = ANY({_NEVER})
  GROUP BY n.nspname, c.relname, c.relowner, x.grantee
  ORDER BY 3, 1, 2, 4
""")  # noqa: S608 - from constants
# what the database gives by itself to others of whatever this login makes from now on
_BY_DEFAULT = text(f"""
  SELECT DISTINCT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END AS who
  FROM pg_default_acl d CROSS JOIN LATERAL aclexplode(d.defaclacl) x
  WHERE d.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND x.grantee <> d.defaclrole
    AND (d.defaclnamespace = 0 OR d.defaclnamespace = to_regnamespace('public'))
    AND (x.grantee = 0 OR pg_get_userbyid(x.grantee) <> ALL({_GROUPS}))
  ORDER BY 1
""")  # noqa: S608 - from constants
# default privileges that are ours: of our owner's, or in our schema; a platform's own are left as they are
_OUR_DEFAULTS = text("""
  SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I%s REVOKE ALL ON %s FROM %s', pg_get_userbyid(d.defaclrole),
      CASE WHEN d.defaclnamespace = 0 THEN '' ELSE ' IN SCHEMA ' || d.defaclnamespace::regnamespace END,
      CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
        WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END,
      string_agg(DISTINCT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END, ', '))
  FROM pg_default_acl d CROSS JOIN LATERAL aclexplode(d.defaclacl) x
  WHERE (d.defaclrole = to_regrole('idexx_owner') OR d.defaclnamespace = to_regnamespace('idexx_app'))
    AND x.grantee <> d.defaclrole AND pg_has_role(d.defaclrole, 'USAGE')
  GROUP BY d.defaclrole, d.defaclnamespace, d.defaclobjtype
""")


@dataclass(frozen=True, slots=True)
class ForeignRight:
    """A right on an object of ours that nobody should have: `who` and `on` as SQL names them."""

    kind: str
    on: str
    who: str
    what: str
    shown: str
    ours_to_take: bool

    @property
    def revoke(self) -> str:
        """The statement that takes it back, and what was passed on from it."""
        return f"REVOKE {self.what} ON {self.kind} {self.on} FROM {self.who} CASCADE"


def foreign_rights(connection: Connection) -> list[ForeignRight]:
    """Every right on ours of anybody but our groups, and of our groups what nobody needs. Any login may ask."""
    return [ForeignRight(*row) for row in connection.execute(_FOREIGN)]


def given_by_default(connection: Connection) -> list[str]:
    """To whom this database gives rights by itself on whatever this login makes."""
    return _spoken(connection.execute(_BY_DEFAULT).scalars())


def take_back(connection: Connection) -> list[ForeignRight]:
    """Revoke what is foreign, in the caller's transaction; what is left all the same, for which this login can't."""
    for statement in connection.execute(_OUR_DEFAULTS).scalars().all():
        _execute(connection, str(statement))
    for right in foreign_rights(connection):
        if right.ours_to_take:
            _execute(connection, right.revoke)
    return foreign_rights(connection)


def summary(rights: Iterable[ForeignRight], verb: str) -> list[str]:
    """Readable lines: for each who has rights of one kind, what and on how many objects."""
    found: dict[tuple[str, str], list[ForeignRight]] = defaultdict(list)
    for right in rights:
        found[right.who, right.kind].append(right)
    return [f"{verb} {_rights_of(each)} from {_spoken([who])[0]}" for (who, _), each in sorted(found.items())]


def names(rights: Iterable[ForeignRight]) -> list[str]:
    """Who has any of them, in alphabetical order; everybody first."""
    return _spoken({right.who for right in rights})


def _spoken(roles: Iterable[str]) -> list[str]:
    return sorted((_ALL if role == "PUBLIC" else role for role in roles), key=lambda who: (who != _ALL, who))


def _rights_of(rights: list[ForeignRight]) -> str:
    what = ", ".join(sorted({each for right in rights for each in right.shown.split(", ")}))
    kind = rights[0].kind.lower()
    if len(rights) == 1:
        return f"{what} on {kind} {rights[0].on}"
    return f"{what} on {len(rights)} {kind}s ({rights[0].on}, …)"


def _execute(connection: Connection, statement: str) -> None:
    """As it stands: names may hold signs that a driver would take for a place of a value."""
    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    driver.execute(statement.encode())
