"""The connection test: the way to the records, step by step, up to the first thing that is wrong."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from idexx_desktop import __version__
from idexx_desktop.db import connection_words as words
from idexx_desktop.db import migrate
from idexx_desktop.db.connecting import (
    Parameters,
    hosts_of,
    is_safe_way,
    is_socket,
    make_engine,
    read_address,
    within,
)
from idexx_desktop.db.errors import translated
from idexx_desktop.db.grants import foreign_rights, names
from idexx_desktop.db.login_fitness import Fitness, fitness_of
from idexx_desktop.domain.connection import (
    OWNER_PARTS,
    ConnectionPart,
    ConnectionStep,
    RecordsPlace,
    version_step,
    with_untried,
)
from idexx_desktop.domain.failures import Failure

_REACH_SECONDS = 4
_PORT = 5432
# of an address: what is written before the question mark, or is a secret
_BEFORE_QUERY = frozenset({"user", "password", "host", "port", "dbname"})
_VERSION = text("SELECT current_setting('server_version_num')::integer")
_REVISION = text("SELECT idexx_app.schema_revision(), idexx_app.may_write(:version)")
_PERSON = text("SELECT email FROM public.users WHERE id = (SELECT idexx_app.current_user_id())")
_CLINICS = text(
    "SELECT c.name FROM public.clinic_members m JOIN public.clinics c ON c.id = m.clinic_id"
    " WHERE m.user_id = (SELECT idexx_app.current_user_id()) ORDER BY c.name"
)


def check_connection(url: str, *, connect_timeout: int = 10) -> list[ConnectionStep]:
    """Every step for the program's own login; what comes after the first that is wrong wasn't tried.

    Never raises, signs in once at most, and never sends the password before the way is safe. `connect_timeout` in
    seconds counts for signing in; reaching each host of the address has four before it, or as many if less.
    """
    return with_untried(_until_wrong(_steps(url, connect_timeout, owner=False)))


def check_owner(url: str, *, connect_timeout: int = 10) -> list[ConnectionStep]:
    """The same for an address that is to manage people: it must be the owner's."""
    return with_untried(_until_wrong(_steps(url, connect_timeout, owner=True)), OWNER_PARTS)


def place_of(url: str) -> RecordsPlace:
    """Where an address leads, without its password. INVALID_INPUT for what is no address."""
    return words.place_of(read_address(url))


def with_password(url: str, password: str) -> str:
    """The same address with this password in it; unchanged where it is no address, which the test then says."""
    try:
        login = place_of(url).login
    except Failure:
        return url
    return address_for(url, login, password)


def address_for(url: str, login: str, password: str = "") -> str:
    """The same database's address for another login, without a password if none is given. INVALID_INPUT for none."""
    parameters = read_address(url)
    ways = _ways(str(parameters["host"]).split(","), parameters)
    server = ",".join(
        quote(_bracketed(host), safe="[]:") + (f":{port}" if port else "") for host, port in ways
    )
    query = urlencode(
        {k: v for k, v in parameters.items() if k not in _BEFORE_QUERY}, safe="/", quote_via=quote
    )
    database = quote(words.place_of(parameters).database, safe="")
    who = quote(login, safe="") + (f":{quote(password, safe='')}" if password else "")
    return f"postgresql://{who}@{server}/{database}{'?' if query else ''}{query}"


def _until_wrong(steps: Iterator[ConnectionStep]) -> list[ConnectionStep]:
    found: list[ConnectionStep] = []
    try:
        for step in steps:
            found.append(step)
            if step.ok is False:
                break
    except SQLAlchemyError as error:
        found.append(words.broken_off([*ConnectionPart][len(found)], translated(error).detail))
    return found


def _steps(url: str, connect_timeout: int, *, owner: bool) -> Iterator[ConnectionStep]:
    try:
        parameters = read_address(url)
    except Failure as failure:
        yield words.no_address(failure.detail)
        return
    server, reached = _reach(parameters, min(_REACH_SECONDS, connect_timeout))
    yield reached
    if not is_safe_way(parameters):
        yield words.encryption_missing(url, parameters)
        return
    engine = make_engine(
        url, application_name="idexx-desktop-test", pool_size=0, connect_timeout=connect_timeout
    )
    try:
        connection = engine.connect()
    except SQLAlchemyError as error:
        problem = words.not_connected(_message_of(error), server, parameters)
        if problem.part is not ConnectionPart.TLS:
            yield words.encrypted(parameters)
        yield problem
        return
    with closing(connection):
        yield words.encrypted(parameters)
        yield from _signed_in(connection, parameters, owner=owner)


def _signed_in(connection: Connection, parameters: Parameters, *, owner: bool) -> Iterator[ConnectionStep]:
    fitness = fitness_of(connection)
    yield words.signed_in(fitness.login)
    yield (
        words.may_manage(fitness.login, fitness.manages)
        if owner
        else words.may_use(fitness.login, fitness.too_much)
    )
    yield version_step(connection.execute(_VERSION).scalar_one())
    database = words.place_of(parameters).database
    if not fitness.is_prepared:
        yield words.never_prepared(database)
        return
    if owner:
        yield _closed(connection, database, behind=migrate.is_behind(migrate.current_of(connection)))
        return
    yield _prepared_for_us(connection, database, fitness)
    yield _person(connection, fitness)


def _prepared_for_us(connection: Connection, database: str, fitness: Fitness) -> ConnectionStep:
    if not fitness.is_ours:  # it may not ask by whom; the next step says so
        return words.prepared(database, behind=False)
    version = [int(part) for part in __version__.split(".")]
    revision, may_write = connection.execute(_REVISION, {"version": version}).one()
    if not migrate.is_behind(revision) and not may_write:
        return words.prepared_by_newer()
    return _closed(connection, database, behind=migrate.is_behind(revision))


def _closed(connection: Connection, database: str, *, behind: bool) -> ConnectionStep:
    """Prepared, and whether others than our groups have rights on what is ours."""
    others = [] if behind else names(foreign_rights(connection))
    return words.open_to(database, others) if others else words.prepared(database, behind=behind)


def _person(connection: Connection, fitness: Fitness) -> ConnectionStep:
    if not fitness.is_ours:
        return words.not_in_group(fitness.login)
    email = connection.execute(_PERSON).scalar()
    if email is None:
        return words.nobody(fitness.login)
    return words.person(email, [str(row[0]) for row in connection.execute(_CLINICS)])


def _reach(parameters: Parameters, seconds: float) -> tuple[str, ConnectionStep]:
    """The server in words, and whether one of the address's hosts takes a connection."""
    ways = [(host, int(port or _PORT)) for host, port in _ways(hosts_of(parameters), parameters)]
    named = [(_name_of(host, port), host, port) for host, port in ways]
    found = [_reach_one(name, host, port, seconds) for name, host, port in named]
    return " or ".join(name for name, _, _ in named), next((step for step in found if step.ok), found[0])


def _ways(hosts: list[str], parameters: Parameters) -> list[tuple[str, str]]:
    """Each host with its port as it is written, "" where it isn't; one port counts for all hosts."""
    ports = str(parameters.get("port", "")).split(",")
    return list(zip(hosts, ports if len(ports) == len(hosts) else ports[:1] * len(hosts), strict=True))


def _reach_one(name: str, host: str, port: int, seconds: float) -> ConnectionStep:
    if is_socket(host):
        # libpq knows where its own sockets are; a folder that is named can be looked at
        there = not host.startswith("/") or (Path(host) / f".s.PGSQL.{port}").exists()
        return words.answers(name) if there else words.refused(name)
    try:
        # a name server that stays silent isn't covered by the socket's own limit
        within(seconds, lambda: socket.create_connection((host, port), timeout=seconds)).close()
    except (socket.gaierror, UnicodeError):
        return words.name_unknown(host)
    except ConnectionRefusedError:
        return words.refused(name)
    except TimeoutError:
        return words.silent(name)
    except OSError:
        return words.no_way(name)
    return words.answers(name)


def _name_of(host: str, port: int) -> str:
    return "this computer's own server" if is_socket(host) else f"{_bracketed(host)}:{port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _message_of(error: SQLAlchemyError) -> str:
    """What libpq said; it is compared and never passed on."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return str(original) if isinstance(original, psycopg.Error) else ""
