"""Whatever is in a server that this program didn't make is noticed, and nothing that it did make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import psycopg
import pytest

from idexx_desktop.db import embedded, migrate
from idexx_desktop.db.backup_catalogue import require_ours
from idexx_desktop.db.catalogue import catalogue_of, strangers
from idexx_desktop.db.server import ServerAddress
from idexx_desktop.db.server.backup import Workshop, workshop
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services.places import LOGIN
from tests.support.embedded_clinic import EmbeddedClinic, do, server_of

EVIL = "CREATE FUNCTION public.evil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
# what is made, what undoes it, and a kind that is named
STRANGE: Mapping[str, tuple[str, str, str]] = {
    "a function": (EVIL, "DROP FUNCTION public.evil()", "function"),
    "a trigger": (
        f"{EVIL}; CREATE TRIGGER t AFTER INSERT ON public.visits FOR EACH ROW EXECUTE FUNCTION public.evil()",
        "DROP FUNCTION public.evil() CASCADE",
        "trigger",
    ),
    "no triggers": (
        "ALTER TABLE public.idexx_sync_audit_log DISABLE TRIGGER USER",
        "ALTER TABLE public.idexx_sync_audit_log ENABLE TRIGGER USER",
        "trigger",
    ),
    "no row security": (
        "ALTER TABLE public.visits NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE public.visits FORCE ROW LEVEL SECURITY",
        "table",
    ),
    "a policy": (
        "CREATE POLICY evil ON public.visits USING (true)",
        "DROP POLICY evil ON public.visits",
        "policy",
    ),
    "a rule": (
        "CREATE RULE evil AS ON INSERT TO public.visits DO ALSO NOTIFY evil",
        "DROP RULE evil ON public.visits",
        "rule",
    ),
    "a default": (
        "ALTER TABLE public.visits ALTER COLUMN reason SET DEFAULT current_user",
        "ALTER TABLE public.visits ALTER COLUMN reason DROP DEFAULT",
        "default",
    ),
    # whatever number it is given: what comes with a server has the low ones
    "a rule with a number of the server's": (
        "CREATE RULE hidden AS ON UPDATE TO public.visits DO ALSO NOTIFY evil;"
        " UPDATE pg_rewrite SET oid = 9001 WHERE rulename = 'hidden'",
        "UPDATE pg_rewrite SET oid = 99001 WHERE rulename = 'hidden';"
        " UPDATE pg_depend SET objid = 99001 WHERE classid = 'pg_rewrite'::regclass AND objid NOT IN"
        " (SELECT oid FROM pg_rewrite); DROP RULE hidden ON public.visits",
        "rule",
    ),
    "a constraint with a number of the server's": (
        "ALTER TABLE idexx_app.logins ADD CONSTRAINT hidden CHECK (now() IS NOT NULL) NOT VALID;"
        " UPDATE pg_constraint SET oid = 9002 WHERE conname = 'hidden'",
        "UPDATE pg_constraint SET oid = 99002 WHERE conname = 'hidden';"
        " UPDATE pg_depend SET objid = 99002 WHERE classid = 'pg_constraint'::regclass AND objid NOT IN"
        " (SELECT oid FROM pg_constraint); ALTER TABLE idexx_app.logins DROP CONSTRAINT hidden",
        "constraint",
    ),
    "a default with a number of the server's": (
        "ALTER TABLE public.visits ALTER COLUMN phone SET DEFAULT current_user;"
        " UPDATE pg_attrdef SET oid = 9003 WHERE adrelid = 'public.visits'::regclass"
        " AND adnum = (SELECT attnum FROM pg_attribute WHERE attrelid = adrelid AND attname = 'phone')",
        "UPDATE pg_attrdef SET oid = 99003 WHERE oid = 9003; UPDATE pg_depend SET objid = 99003"
        " WHERE classid = 'pg_attrdef'::regclass AND objid NOT IN (SELECT oid FROM pg_attrdef);"
        " ALTER TABLE public.visits ALTER COLUMN phone DROP DEFAULT",
        "default",
    ),
    "a role of the server that may sign in": (
        "UPDATE pg_authid SET rolcanlogin = true WHERE rolname = 'pg_execute_server_program'",
        "UPDATE pg_authid SET rolcanlogin = false WHERE rolname = 'pg_execute_server_program'",
        "role",
    ),
    "a view": ("CREATE VIEW public.evil AS SELECT 1", "DROP VIEW public.evil", "table"),
    "a schema": ("CREATE SCHEMA evil", "DROP SCHEMA evil", "schema"),
    "an operator": (
        "CREATE OPERATOR public.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
        "DROP OPERATOR public.=== (text, text)",
        "pg_operator",
    ),
    "a cast": (
        "CREATE CAST (text AS public.visits) WITH INOUT",
        "DROP CAST (text AS public.visits)",
        "pg_cast",
    ),
    "a type": ("CREATE TYPE public.evil_kind AS ENUM ('a')", "DROP TYPE public.evil_kind", "label"),
    "a large object": ("SELECT lo_create(99999)", "SELECT lo_unlink(99999)", "large object"),
    "a publication": ("CREATE PUBLICATION evil FOR ALL TABLES", "DROP PUBLICATION evil", "pg_publication"),
    "a subscription": (
        "CREATE SUBSCRIPTION evil CONNECTION 'host=thief' PUBLICATION x WITH (connect = false, slot_name = NONE)",
        "DROP SUBSCRIPTION evil",
        "pg_subscription",
    ),
    "a foreign server": (
        "CREATE FOREIGN DATA WRAPPER evil",
        "DROP FOREIGN DATA WRAPPER evil",
        "pg_foreign_data_wrapper",
    ),
    "a language": (
        "CREATE LANGUAGE evil HANDLER plpgsql_call_handler",
        "DROP LANGUAGE evil",
        "language",
    ),
    "a setting": (
        "ALTER ROLE ALL IN DATABASE idexx_desktop SET application_name = 'evil'",
        "ALTER ROLE ALL IN DATABASE idexx_desktop RESET ALL",
        "setting",
    ),
    "a role": ("CREATE ROLE evil LOGIN", "DROP ROLE evil", "role"),
    "a login that may more": (
        f"ALTER ROLE {LOGIN} CREATEROLE",
        f"ALTER ROLE {LOGIN} NOCREATEROLE",
        "role",
    ),
    "a member": (f"GRANT idexx_service TO {LOGIN}", f"REVOKE idexx_service FROM {LOGIN}", "role"),
    "an owner": (
        f"ALTER FUNCTION idexx_app.current_user_id() OWNER TO {LOGIN}",
        "ALTER FUNCTION idexx_app.current_user_id() OWNER TO idexx_owner",
        "function",
    ),
    "something of ours is missing": (
        "ALTER FUNCTION idexx_app.current_user_id() RENAME TO another",
        "ALTER FUNCTION idexx_app.another() RENAME TO current_user_id",
        "function",
    ),
}


@pytest.fixture(scope="module")
def running(embedded_clinic: EmbeddedClinic) -> Iterator[tuple[Workshop, ServerAddress]]:
    server = server_of(embedded_clinic.environment)
    with server.attached() as address, workshop(server) as shop:
        yield shop, address


@pytest.fixture(scope="module")
def major(running: tuple[Workshop, ServerAddress]) -> str:
    return running[0].cluster.programs.major_version()


def test_what_this_program_made_is_ours(running: tuple[Workshop, ServerAddress]) -> None:
    """With what has come since, too: a clinic, its login, calls, a kit."""
    require_ours(*running, migrate.head(), LOGIN, whole=True)


def test_whatever_else_there_may_be_is_noticed(running: tuple[Workshop, ServerAddress], major: str) -> None:
    """All at once."""
    _, address = running
    known = catalogue_of(address, LOGIN, major)
    undo: list[str] = []
    try:
        for what, (made, undone, _) in STRANGE.items():
            if what != "a trigger":  # its function is that of another
                do(address, made)
                undo.append(undone)
        found = strangers(catalogue_of(address, LOGIN, major), known, whole=False)
    finally:
        do(address, *reversed(undo))
    assert {kind for _, _, kind in STRANGE.values()} <= {each.partition(":")[0] for each in found}
    assert strangers(catalogue_of(address, LOGIN, major), known, whole=True) == []


@pytest.mark.long(item=41)
def test_each_of_it_is_noticed_alone(running: tuple[Workshop, ServerAddress], major: str) -> None:
    _, address = running
    known = catalogue_of(address, LOGIN, major)
    for what, (made, undone, kind) in STRANGE.items():
        do(address, made)
        try:
            found = strangers(catalogue_of(address, LOGIN, major), known, whole=False)
        finally:
            do(address, undone)
        assert any(each.startswith(f"{kind}:") for each in found), (what, found)
    assert strangers(catalogue_of(address, LOGIN, major), known, whole=True) == []


def test_it_is_looked_at_before_anything_in_it_runs(running: tuple[Workshop, ServerAddress]) -> None:
    """A trigger at each sign-in, and a library for each connection: whoever looks, runs neither."""
    shop, address = running
    do(
        address,
        "CREATE TABLE public.seen (at timestamptz)",
        "CREATE FUNCTION public.evil() RETURNS event_trigger LANGUAGE plpgsql SET search_path = public AS"
        " 'BEGIN INSERT INTO seen SELECT now(); END'",
        "CREATE EVENT TRIGGER evil ON login EXECUTE FUNCTION public.evil()",
        "ALTER DATABASE idexx_desktop SET session_preload_libraries = '$libdir/no_such_library'",
    )
    url = (
        f"{embedded.owner_url(address)}?options=-c%20event_triggers%3Doff%20-c%20session_preload_libraries%3D"
    )
    with psycopg.connect(url, autocommit=True) as looking:
        try:
            with pytest.raises(Failure) as refused:
                require_ours(shop, address, migrate.head(), LOGIN, whole=False)
            assert looking.execute("SELECT count(*) FROM public.seen").fetchone() == (0,)
        finally:
            looking.execute("ALTER DATABASE idexx_desktop RESET ALL")
            looking.execute("DROP FUNCTION public.evil() CASCADE")
            looking.execute("DROP TABLE public.seen")
    assert refused.value.code is FailureCode.BACKUP_UNUSABLE
    assert {"event trigger: 1", "function: 1", "setting: 3"} <= set(refused.value.detail.split(", "))


def test_a_changed_part_of_the_server_is_noticed_where_nothing_is_proved(
    running: tuple[Workshop, ServerAddress], major: str
) -> None:
    """Another build of the same version may differ there, so it counts only against what nobody can prove."""
    _, address = running
    known = catalogue_of(address, LOGIN, major)
    do(address, "ALTER FUNCTION pg_catalog.lpad(text, integer) SECURITY DEFINER")
    try:
        found = catalogue_of(address, LOGIN, major)
    finally:
        do(address, "ALTER FUNCTION pg_catalog.lpad(text, integer) SECURITY INVOKER")
    assert strangers(found, known, whole=True) == ["of the server: 1"]
    assert strangers(found, known, whole=False) == []
