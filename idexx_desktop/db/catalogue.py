"""What a server's catalogue holds beside rows: whatever could run, or decide what runs, once somebody connects.

Compared with that of a server that was made and migrated just now, so that nothing has to be known beforehand of what
an attacker may think of: what is more, less or other than there is a finding, whatever kind of thing it is.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import psycopg
from psycopg import sql

from idexx_desktop.db import embedded
from idexx_desktop.db.connecting import connect
from idexx_desktop.db.errors import translating
from idexx_desktop.db.login_roles import GROUPS
from idexx_desktop.db.server import ServerAddress

# a kind and a name, and the hash of its definition
Catalogue = Mapping[tuple[str, str], str]

_FIRST_WITH_LOGIN_TRIGGERS = 17
_OTHERS = ("template1", "postgres")
# shared ones are looked at by name below; rights are nobody's but the one login's, and an enum's labels have no name
_APART = (
    "pg_authid", "pg_auth_members", "pg_database", "pg_default_acl", "pg_enum", "pg_largeobject_metadata",
    "pg_parameter_acl", "pg_tablespace",
)  # fmt: skip
_WITH_OID = """
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'oid' AND a.attnum > 0
    WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL(%s) ORDER BY 1
"""
_NAMED = """
    SELECT CASE WHEN oid < 16384 THEN 'of the server' ELSE {kind} END,
      concat_ws(' ', {kind}, (pg_identify_object(tableoid, oid, 0)).identity), '' FROM {table} WHERE {more}
"""
# names made of numbers that differ from server to server
_BUT = {
    "pg_class": "relnamespace <> 'pg_toast'::regnamespace",
    "pg_trigger": "NOT tgisinternal",
}
# what comes with a server is of a kind of its own: another build of the same version may differ in it. Whose a rule, a
# constraint, a default or an index is, says the table that it hangs on: its own number may be any
_SERVERS = "of the server"
_DEFINITIONS = (
    """SELECT CASE WHEN p.oid < 16384 THEN 'of the server' ELSE 'function' END, p.oid::regprocedure::text,
      concat_ws('|', p.prokind, l.lanname, p.prosecdef, p.proleakproof, p.provolatile, p.proowner::regrole,
      p.prosupport, p.proconfig, p.probin, p.prosrc, pg_get_function_result(p.oid),
      pg_get_function_sqlbody(p.oid), pg_get_function_arguments(p.oid))
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.oid >= 12000""",
    """SELECT CASE WHEN ev_class < 16384 THEN 'of the server' ELSE 'rule' END, ev_class::regclass || '.' || rulename,
      concat_ws('|', ev_enabled, pg_get_ruledef(oid)) FROM pg_rewrite""",
    """SELECT 'language', lanname, concat_ws('|', lanpltrusted, lanplcallfoid::regprocedure,
      laninline::regprocedure, lanvalidator::regprocedure) FROM pg_language""",
    """SELECT CASE WHEN c.oid < 16384 THEN 'of the server' ELSE 'table' END, c.oid::regclass::text,
      concat_ws('|', c.relkind, c.relowner::regrole, c.relrowsecurity, c.relforcerowsecurity, c.relpersistence,
      c.relchecks, c.reloptions, (
        SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
          a.attgenerated), ',' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
    FROM pg_class c WHERE c.relnamespace <> 'pg_toast'::regnamespace""",
    """SELECT 'trigger', t.tgrelid::regclass || '.' || t.tgname, concat_ws('|', t.tgenabled, pg_get_triggerdef(t.oid))
    FROM pg_trigger t WHERE NOT t.tgisinternal""",
    # those that keep foreign keys: their names are made of numbers
    """SELECT 'trigger', concat_ws('.', t.tgrelid::regclass, t.tgfoid::regprocedure, t.tgenabled), count(*)::text
    FROM pg_trigger t WHERE t.tgisinternal GROUP BY t.tgrelid, t.tgfoid, t.tgenabled""",
    """SELECT 'policy', polrelid::regclass || '.' || polname, concat_ws('|', polcmd, polpermissive,
      pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid),
      (SELECT string_agg(CASE WHEN r = 0 THEN 'public' ELSE r::regrole::text END, ',' ORDER BY r::regrole::text)
       FROM unnest(polroles) r)) FROM pg_policy""",
    """SELECT CASE WHEN greatest(conrelid, contypid) < 16384 THEN 'of the server' ELSE 'constraint' END,
      concat_ws('.', conrelid::regclass, contypid::regtype, conname),
      concat_ws('|', convalidated, pg_get_constraintdef(oid)) FROM pg_constraint""",
    """SELECT CASE WHEN adrelid < 16384 THEN 'of the server' ELSE 'default' END,
      concat_ws('.', adrelid::regclass, adnum), pg_get_expr(adbin, adrelid) FROM pg_attrdef""",
    """SELECT CASE WHEN indrelid < 16384 THEN 'of the server' ELSE 'index' END, indexrelid::regclass::text,
      concat_ws('|', indisvalid, pg_get_indexdef(indexrelid))
    FROM pg_index WHERE indexrelid::regclass::text NOT LIKE 'pg_toast.%%'""",
    """SELECT CASE WHEN oid < 16384 THEN 'of the server' ELSE 'type' END, oid::regtype::text,
      concat_ws('|', typtype, typowner::regrole, typinput, typoutput, typreceive, typsend, typanalyze, typsubscript,
      typdefault) FROM pg_type WHERE typnamespace <> 'pg_toast'::regnamespace""",
    """SELECT 'label', concat_ws('.', enumtypid::regtype, enumlabel), '' FROM pg_enum""",
    """SELECT 'large object', oid::text, '' FROM pg_largeobject_metadata""",
    """SELECT 'schema', nspname, nspowner::regrole::text FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'""",
    """SELECT 'event trigger', evtname, evtevent FROM pg_event_trigger""",
    """SELECT 'setting', concat_ws('.', setdatabase, setrole), setconfig::text FROM pg_db_role_setting""",
    """SELECT 'tablespace', spcname, '' FROM pg_tablespace""",
    """SELECT 'database', datname, concat_ws('|', datistemplate, datallowconn) FROM pg_database""",
)
# the program's own login is no finding, unless it may more than that
_ROLES = """
    SELECT 'role', r.rolname, concat_ws('|', r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolreplication,
      r.rolbypassrls, r.rolcanlogin,
      (SELECT string_agg(m.roleid::regrole::text, ',' ORDER BY m.roleid::regrole::text)
       FROM pg_auth_members m WHERE m.member = r.oid))
    FROM pg_roles r WHERE r.rolname <> %(login)s
      OR r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls
      OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid AND m.roleid::regrole::text <> ALL(%(groups)s))
"""
# what comes with a server, by its numbers: a changed one would be called by everything
_BUILT_IN = (
    "pg_proc", "pg_operator", "pg_cast", "pg_type", "pg_language", "pg_am", "pg_opclass", "pg_amproc", "pg_amop",
)  # fmt: skip
_WHOLE = """
    SELECT {kind}, {name}, md5(string_agg(t::text, E'\\n' ORDER BY oid)) FROM {table} t WHERE oid < 12000
"""


def catalogue_of(address: ServerAddress, login: str, major_version: str) -> Catalogue:
    """Everything of every database there. `login` is the program's own, which need not be there."""
    found: dict[tuple[str, str], str] = {}
    for database in (*_OTHERS, embedded.DATABASE):
        url = embedded.owner_url(address, database) + _quiet(major_version)
        with translating(), connect(url, application_name="idexx-desktop-backup") as connection:
            # of several of one name none hides the others
            for kind, name, definition in sorted(_rows(connection, login), key=repr):
                key = (kind, f"{database}: {name}")
                text = found.get(key, "") + (definition or "")
                found[key] = hashlib.sha256(text.encode()).hexdigest()[:32]
    return found


def strangers(there: Catalogue, known: Catalogue, *, whole: bool) -> list[str]:
    """What kinds of things differ, each with how many: free of names, which anybody may have given.

    `whole`: what came with the server, too.
    """
    differ = [key for key in there.keys() | known.keys() if there.get(key) != known.get(key)]
    kinds = Counter(kind for kind, _ in differ if whole or kind != _SERVERS)
    return [f"{kind}: {count}" for kind, count in sorted(kinds.items())]


def _quiet(major_version: str) -> str:
    """The end of an address that keeps whatever may be there from running when somebody connects.

    What a connection asks for goes before what a role or a database is set to.
    """
    settings = ["session_preload_libraries=", "local_preload_libraries="]
    if int(major_version) >= _FIRST_WITH_LOGIN_TRIGGERS:
        settings.append("event_triggers=off")
    return "?options=" + quote(" ".join(f"-c {setting}" for setting in settings))


def _rows(connection: psycopg.Connection, login: str) -> Iterator[tuple[str, str, str | None]]:
    values = {"login": login, "groups": [*GROUPS["user"]]}
    for query in (*_DEFINITIONS, _ROLES):
        yield from connection.execute(query.encode(), values).fetchall()
    for table in _BUILT_IN:
        whole = sql.SQL(_WHOLE).format(
            kind=sql.Literal(_SERVERS), name=sql.Literal(table), table=sql.Identifier("pg_catalog", table)
        )
        yield from connection.execute(whole).fetchall()
    for (table,) in connection.execute(_WITH_OID.encode(), ([*_APART],)).fetchall():
        named = sql.SQL(_NAMED).format(
            kind=sql.Literal(table),
            table=sql.Identifier("pg_catalog", table),
            more=sql.SQL(_BUT.get(table, "true")),
        )
        yield from connection.execute(named).fetchall()
