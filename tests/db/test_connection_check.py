"""The connection test names what is wrong, one step at a time, and never says a password."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from idexx_desktop.db import migrate, provision
from idexx_desktop.db.connecting import read_address
from idexx_desktop.db.connection_check import (
    check_connection,
    check_owner,
)
from idexx_desktop.db.connection_words import not_connected
from idexx_desktop.domain.connection import (
    OWNER_PARTS,
    ConnectionPart,
    ConnectionStep,
    problem_in,
    warnings_in,
)
from tests.support.postgres import ELM, OAK, PASSWORD, ClinicDatabase, TestServer
from tests.support.tls import INSTALLED, Answers, Authority, proxy, tls_server

SECRET = "hunter-2-secret"
AT_ONCE = 2  # seconds: the least that libpq waits


@pytest.fixture
def role(postgres: TestServer) -> Iterator[str]:
    """The name of a login that is not mapped to anybody; gone afterwards."""
    name = "test_stranger"
    postgres.run(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(PASSWORD))
    )
    yield name
    postgres.run(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def wrong(steps: list[ConnectionStep], part: ConnectionPart, *words: str) -> ConnectionStep:
    """The one step that is wrong is this; those before it are well, those after it weren't tried; no password."""
    assert [step.part for step in steps] in ([*ConnectionPart], [*OWNER_PARTS])
    number = [step.part for step in steps].index(part)
    assert [step.ok for step in steps] == [True] * number + [False] + [None] * (len(steps) - number - 1), (
        steps
    )
    found = steps[number]
    assert problem_in(steps) is found
    assert found.words
    assert found.advice
    for phrase in words:
        assert phrase in f"{found.words} {found.advice}"
    for secret in (SECRET, PASSWORD):
        assert secret not in repr(steps)
    return found


def all_well(steps: list[ConnectionStep]) -> list[ConnectionStep]:
    assert [step.ok for step in steps] == [True] * len(steps), steps
    assert warnings_in(steps) == []
    assert PASSWORD not in repr(steps)
    return steps


def test_a_whole_way(clinic_database: ClinicDatabase) -> None:
    steps = all_well(check_connection(clinic_database.url(clinic_database.people.a)))
    assert steps[-1].words == f"test_a@oak.example, for {OAK}."
    assert "nothing goes over a network" in steps[1].words
    all_well(check_connection(clinic_database.url(clinic_database.people.admin)))


# address


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "starts with postgresql://"),
        ("mysql://a:hunter-2-secret@localhost/x", "starts with postgresql://"),
        ("postgresql://a:hunter-2-secret@localhost:port/x", "number for its port"),
        ("postgresql://a:hunter-2-secret@localhost/x?nonsense=1", "not a database address"),
        ("postgresql://a:%zz-hunter-2-secret@localhost/x", "not a database address"),
        ("postgresql:///x?service=clinic", "service file"),
        # libpq would take what follows the @ or / in the password for the host or the database
        ("postgresql://a:pass@hunter-2-secret@localhost/x", "%40"),
        ("postgresql://a:123/hunter-2-secret@localhost/x", "%2F"),
    ],
)
def test_what_is_no_address(url: str, words: str) -> None:
    wrong(check_connection(url), ConnectionPart.ADDRESS, words)
    wrong(check_owner(url), ConnectionPart.ADDRESS, words)


@pytest.mark.parametrize("host", ["no%20such%20name", "x" * 64 + ".example"])
def test_a_name_that_is_none(host: str) -> None:
    url = f"postgresql://a:{SECRET}@{host}/x?sslmode=verify-full"
    wrong(
        check_connection(url, connect_timeout=AT_ONCE),
        ConnectionPart.ADDRESS,
        "to be found",
        "Check the name",
    )


def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        url = f"postgresql://a:{SECRET}@127.0.0.1:{port}/x"
        wrong(check_connection(url), ConnectionPart.ADDRESS, f"127.0.0.1:{port}", "listen_addresses")


def test_nobody_answers() -> None:
    """A listener whose queue is full lets further connections wait."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        started = time.monotonic()
        steps = check_connection(f"postgresql://a:{SECRET}@127.0.0.1:{address[1]}/x", connect_timeout=AT_ONCE)
        wrong(steps, ConnectionPart.ADDRESS, "doesn't answer", "firewall")
        assert time.monotonic() - started < AT_ONCE + 2


def test_one_of_two_hosts_is_enough(clinic_database: ClinicDatabase) -> None:
    server = clinic_database.server
    url = clinic_database.url(clinic_database.people.a)
    two = url.replace(f"{server.host}:{server.port}", f"{server.host}:1,{server.host}:{server.port}")
    all_well(check_connection(two))


# encryption


@pytest.mark.parametrize(
    ("end", "advice"),
    [
        ("", "Write ?sslmode=verify-full at the end"),
        ("?application_name=x", "Write &sslmode=verify-full at the end"),
        ("?sslmode=require", "sslmode=verify-full instead of sslmode=require"),
    ],
)
def test_a_network_needs_encryption(postgres: TestServer, end: str, advice: str) -> None:
    """A name counts as another computer, wherever it leads; the password isn't sent there."""
    url = f"postgresql://a:{SECRET}@localhost,{socket.gethostname()}:{postgres.port}/x{end}"
    url = url.replace("localhost,", f"localhost:{postgres.port},")
    wrong(check_connection(url, connect_timeout=AT_ONCE), ConnectionPart.TLS, advice)


def test_a_server_without_encryption(postgres: TestServer) -> None:
    """The embedded server has none; neither has what answers N."""
    wrong(
        check_connection(f"postgresql://a:{SECRET}@127.0.0.1:{postgres.port}/x?sslmode=verify-full"),
        ConnectionPart.TLS,
        "doesn't offer encryption",
        "ssl = on",
    )
    with proxy(Answers(b"N")) as port:
        steps = check_connection(f"postgresql://a:{SECRET}@127.0.0.1:{port}/x?sslmode=verify-full")
        wrong(steps, ConnectionPart.TLS, "doesn't offer encryption")


def test_what_is_no_postgresql() -> None:
    with proxy(Answers(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        steps = check_connection(f"postgresql://a:{SECRET}@127.0.0.1:{port}/x?sslmode=verify-full")
        wrong(steps, ConnectionPart.TLS, f"127.0.0.1:{port}", "no PostgreSQL server")


def test_a_server_that_stalls(authority: Authority) -> None:
    """Before it says a word, and once it said that it has encryption; side by side, since both are waited for."""

    def check(first: bytes) -> tuple[list[ConnectionStep], float]:
        started = time.monotonic()
        with proxy(Answers(first)) as port:
            url = (
                f"postgresql://a:{SECRET}@127.0.0.1:{port}/x?sslmode=verify-full&sslrootcert={authority.root}"
            )
            return check_connection(url, connect_timeout=AT_ONCE), time.monotonic() - started

    with ThreadPoolExecutor() as pool:
        for steps, seconds in pool.map(check, (b"", b"S")):
            wrong(steps, ConnectionPart.TLS, "doesn't go on to talk")
            assert seconds < AT_ONCE + 4 + 2


@pytest.mark.skipif(not INSTALLED, reason="no PostgreSQL with TLS is installed beside the program's own")
def test_a_proof_that_is_bound_to_the_encryption(authority: Authority, tmp_path: Path) -> None:
    """A server of its own with TLS; and the same behind somebody in between whose certificate is as good."""
    with tls_server(tmp_path, INSTALLED[-1], authority.file("localhost")) as (port, password):
        end = f"/postgres?sslmode=verify-full&sslrootcert={authority.root}"

        def check(at: int, more: str = "") -> list[ConnectionStep]:
            return check_owner(f"postgresql://postgres:{password}@localhost:{at}{end}{more}")

        steps = check(port)
        assert [step.ok for step in steps[:3]] == [True] * 3
        assert (steps[1].words, steps[1].advice) == (
            "The way is encrypted, and the server proved its name.",
            "",
        )
        with proxy(Answers(tls=authority.server("localhost")), ("127.0.0.1", port)) as between:
            wrong(check(between), ConnectionPart.TLS)


def test_certificates(clinic_database: ClinicDatabase, authority: Authority, tmp_path: Path) -> None:
    server = clinic_database.server
    upstream = (server.host, server.port)
    strangers = Authority(tmp_path, "stranger")

    def check(port: int, root: Path | None, more: str = "&channel_binding=prefer") -> list[ConnectionStep]:
        trusted = (f"&sslrootcert={root}" if root else "") + more
        return check_connection(
            f"postgresql://test_a:{PASSWORD}@localhost:{port}/{clinic_database.name}?sslmode=verify-full{trusted}"
        )

    with proxy(Answers(tls=authority.server("localhost")), upstream) as port:
        steps = check(port, authority.root)
        assert [step.ok for step in steps] == [True] * len(steps)
        assert warnings_in(steps) == [steps[1]]  # somebody chose it, and is told
        assert "allows one in between" in steps[1].words
        # what ends the encryption in front of the server reads along: not unless the address says so
        wrong(check(port, authority.root, ""), ConnectionPart.TLS, "in between", "&channel_binding=prefer")
        wrong(check(port, strangers.root), ConnectionPart.TLS, "doesn't trust", "sslrootcert")
        wrong(
            check(port, tmp_path / "missing.crt"),
            ConnectionPart.TLS,
            "no certificate to check",
            "sslrootcert=system",
        )
    with proxy(Answers(tls=authority.server("db.other.example")), upstream) as port:
        wrong(check(port, authority.root), ConnectionPart.TLS, "another name than “localhost”")
    with proxy(Answers(tls=authority.server("localhost", days=-1)), upstream) as port:
        wrong(check(port, authority.root), ConnectionPart.TLS, "doesn't trust", "expired")


# sign-in


def test_sign_ins_that_are_refused(clinic_database: ClinicDatabase, role: str) -> None:
    server, name = clinic_database.server, clinic_database.name
    for login in ("test_a", "test_missing"):
        steps = check_connection(server.url(name, login, SECRET))
        wrong(steps, ConnectionPart.PASSWORD, f"“{login}”", "%40", "set a new password")
    without = server.url(name, "test_a").replace(f":{PASSWORD}", "")
    wrong(check_connection(without), ConnectionPart.PASSWORD, "has no password")
    wrong(
        check_connection(server.url("no_such", "test_a")),
        ConnectionPart.PASSWORD,
        "no database named “no_such”",
    )
    server.run(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(role)))
    wrong(
        check_connection(server.url(name, role)), ConnectionPart.PASSWORD, "switched off", "adding them anew"
    )


def test_a_database_that_is_closed_to_the_login(clinic_database: ClinicDatabase, role: str) -> None:
    database = sql.Identifier(clinic_database.name)
    clinic_database.server.run(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(database))
    steps = check_connection(clinic_database.server.url(clinic_database.name, role))
    wrong(steps, ConnectionPart.PASSWORD, "may not use the database")


def test_a_server_without_room(clinic_database: ClinicDatabase, role: str) -> None:
    clinic_database.server.run(sql.SQL("ALTER ROLE {} CONNECTION LIMIT 0").format(sql.Identifier(role)))
    steps = check_connection(clinic_database.server.url(clinic_database.name, role))
    wrong(steps, ConnectionPart.PASSWORD, "no room")


@pytest.mark.parametrize(
    ("message", "part", "words"),
    [
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "anna", database "clinic", SSL encryption',
         ConnectionPart.PASSWORD, "doesn't let “anna” in"),
        ("FATAL:  the database system is starting up", ConnectionPart.PASSWORD, "just starting"),
        ("FATAL:  the database system is shutting down", ConnectionPart.PASSWORD, "just stopping"),
        ("FATAL:  sorry, too many clients already", ConnectionPart.PASSWORD, "no room"),
        ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
         ConnectionPart.PASSWORD, "no room"),
        ("FATAL:  Passwort-Authentifizierung für Benutzer »anna« fehlgeschlagen",
         ConnectionPart.PASSWORD, "broke the connection off"),
        ("SSL error: tlsv1 alert protocol version", ConnectionPart.TLS, "couldn't be set up"),
        ("server closed the connection unexpectedly", ConnectionPart.TLS, "broke the connection off"),
    ],
)  # fmt: skip
def test_what_servers_say(message: str, part: ConnectionPart, words: str) -> None:
    """What an embedded server never says, and a server that speaks another language."""
    parameters = read_address(f"postgresql://anna:{SECRET}@db.oak.example/clinic?sslmode=verify-full")
    message = f'connection to server at "db.oak.example" (10.0.0.5), port 5432 failed: {message}'
    step = not_connected(message, "db.oak.example:5432", parameters)
    assert (step.part, step.ok) == (part, False)
    assert words in step.words
    assert step.advice


# rights, preparation, person


@pytest.mark.parametrize(
    ("power", "words"),
    [
        ("ALTER ROLE {} SUPERUSER", "a superuser"),
        ("ALTER ROLE {} BYPASSRLS", "BYPASSRLS"),
        ("GRANT idexx_owner TO {}", "owns the records"),
        ("GRANT idexx_service TO {}", "a service login"),
    ],
)
def test_a_login_that_may_do_too_much(
    clinic_database: ClinicDatabase, role: str, power: str, words: str
) -> None:
    clinic_database.server.run(sql.SQL(power).format(sql.Identifier(role)))
    steps = check_connection(clinic_database.server.url(clinic_database.name, role))
    wrong(steps, ConnectionPart.ROLE, words, "users add")


def test_databases_that_are_not_prepared(
    clinic_database: ClinicDatabase, empty_database: str, role: str
) -> None:
    empty = clinic_database.server.url(empty_database.rsplit("/", 1)[1], role)
    wrong(check_connection(empty), ConnectionPart.MIGRATION, "never prepared", "db prepare")
    wrong(check_owner(empty_database), ConnectionPart.MIGRATION, "never prepared", "db prepare")
    migrate.downgrade(clinic_database.owner_url, migrate.known_revisions()[-2])
    older = clinic_database.url(clinic_database.people.a)
    wrong(check_connection(older), ConnectionPart.MIGRATION, "older version", "db prepare")
    wrong(check_owner(clinic_database.owner_url), ConnectionPart.MIGRATION, "older version", "db prepare")


def test_a_newer_database(clinic_database: ClinicDatabase) -> None:
    url = clinic_database.url(clinic_database.people.a)
    with psycopg.connect(clinic_database.owner_url) as owner:
        owner.execute("UPDATE idexx_app.alembic_version SET version_num = '9999'")
    all_well(check_connection(url))
    with psycopg.connect(clinic_database.owner_url) as owner:
        owner.execute("UPDATE idexx_app.schema_meta SET value = '99.0.0' WHERE key = 'lowest_writer'")
    steps = check_connection(url)
    assert problem_in(steps) is None
    [warning] = warnings_in(steps)
    assert warning.part is ConnectionPart.MIGRATION
    assert "only reads" in warning.words
    assert "Update" in warning.advice


def test_a_question_that_is_refused(clinic_database: ClinicDatabase) -> None:
    with psycopg.connect(clinic_database.owner_url) as owner:
        owner.execute("REVOKE ALL ON FUNCTION idexx_app.schema_revision() FROM idexx_user")
    steps = check_connection(clinic_database.url(clinic_database.people.a))
    wrong(steps, ConnectionPart.MIGRATION, "couldn't go on here (SQLSTATE 42501)")


def test_a_login_that_is_nobody(clinic_database: ClinicDatabase, role: str) -> None:
    server = clinic_database.server
    url = server.url(clinic_database.name, role)
    wrong(check_connection(url), ConnectionPart.PERSON, "idexx_user", "adds the person")
    server.run(sql.SQL("GRANT idexx_user TO {}").format(sql.Identifier(role)))
    wrong(check_connection(url), ConnectionPart.PERSON, "No active person")
    with psycopg.connect(clinic_database.owner_url) as owner:
        owner.execute("INSERT INTO users (email) VALUES ('new@oak.example')")
        owner.execute(
            "INSERT INTO idexx_app.logins SELECT r.oid, r.rolname, u.id FROM pg_roles r, users u"
            " WHERE r.rolname = %s AND u.email = 'new@oak.example'",
            (role,),
        )
    wrong(check_connection(url), ConnectionPart.PERSON, "new@oak.example belongs to no clinic")


# the owner's address


def test_the_owners_address(clinic_database: ClinicDatabase, role: str) -> None:
    all_well(check_owner(clinic_database.owner_url))
    server, name = clinic_database.server, clinic_database.name
    for login in ("test_a", "test_admin", role):
        wrong(check_owner(server.url(name, login)), ConnectionPart.ROLE, "may not manage people")
    server.run(sql.SQL("ALTER ROLE {} CREATEROLE").format(sql.Identifier(role)))
    wrong(check_owner(server.url(name, role)), ConnectionPart.ROLE)
    server.run(sql.SQL("GRANT idexx_owner TO {}").format(sql.Identifier(role)))
    all_well(check_owner(server.url(name, role)))
    assert [user.login for user in provision.list_users(server.url(name, role))]
    assert provision.list_clinics(server.url(name, role)) == [ELM, OAK]
