"""The one way to a PostgreSQL server: which addresses are accepted, how long it may take, how it is set up."""

from __future__ import annotations

import ipaddress
import os
import queue
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.redaction import keep_out

Parameters = dict[str, Any]


class Closable(Protocol):
    """A connection of any kind."""

    def close(self) -> None: ...


Made = TypeVar("Made", bound=Closable)

# connect_timeout does not cover a name server that stays silent, so the whole attempt has a limit of its own
_GRACE_SECONDS = 4
_DRIVERS = ("postgresql+psycopg://", "postgresql+psycopg2://", "postgres://")
# in milliseconds; idle_in_transaction is shorter than a lease, so that a frozen program can't hold one up
_SETTINGS = {
    # nothing that others may have made in `public` is ever taken for the server's own
    "search_path": "pg_catalog,pg_temp",
    "timezone": "UTC",
    "statement_timeout": "30000",
    "lock_timeout": "10000",
    "idle_in_transaction_session_timeout": "20000",
}
# a server that vanishes in mid-statement is noticed as soon as one that can't be reached
_LIVENESS = {
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 14_000,
}


def parameters_of(url: str) -> Parameters:
    """What libpq reads in a URL; INVALID_INPUT if it isn't one, or leads over a network without verified TLS."""
    parameters = read_address(url)
    if not is_safe_way(parameters):
        raise Failure(FailureCode.INVALID_INPUT, "a database on another computer needs sslmode=verify-full")
    return parameters


def read_address(url: str) -> Parameters:
    """What libpq reads in a URL, wherever it leads; INVALID_INPUT if it isn't one. No part of it is in the detail."""
    for prefix in _DRIVERS:
        if url.startswith(prefix):
            url = "postgresql://" + url.removeprefix(prefix)
    if not url.startswith("postgresql://"):
        raise Failure(FailureCode.INVALID_INPUT, "a database address starts with postgresql://")
    _refuse_raw_signs(url.removeprefix("postgresql://"))
    try:
        parameters: Parameters = dict(conninfo_to_dict(url))
    except psycopg.Error:
        raise Failure(FailureCode.INVALID_INPUT, "this is not a database address") from None
    if not all(port.isdigit() for port in str(parameters.get("port", 5432)).split(",")):
        raise Failure(FailureCode.INVALID_INPUT, "a database address has a number for its port")
    if "service" in parameters or "PGSERVICE" in os.environ:
        raise Failure(FailureCode.INVALID_INPUT, "a service file is not supported: give the whole address")
    parameters.setdefault("host", os.environ.get("PGHOST", ""))
    keep_out(url, parameters.get("password"))
    return parameters


def is_safe_way(parameters: Parameters) -> bool:
    """Plain text only inside this computer; anywhere else the server must prove who it is."""
    return parameters.get("sslmode") == "verify-full" or is_on_this_computer(parameters)


def is_on_this_computer(parameters: Parameters) -> bool:
    """Whether every host of the address is this computer itself."""
    return all(_is_local(address) for address in hosts_of(parameters))


def hosts_of(parameters: Parameters) -> list[str]:
    """The hosts of the address, as it will be connected to; "" is the socket of this computer."""
    return str(parameters.get("hostaddr") or parameters["host"]).split(",")


def connect(
    url: str, *, application_name: str = "idexx-desktop", connect_timeout: int = 10
) -> psycopg.Connection:
    """A driver's connection with autocommit off, for the owner's chores. Raises the driver's errors."""
    return _connect_in_time(_complete(parameters_of(url), application_name), connect_timeout)


def make_engine(
    url: str, *, application_name: str = "idexx-desktop", pool_size: int = 3, connect_timeout: int = 10
) -> Engine:
    """An engine whose own URL holds no password, so that nothing that prints it can leak one.

    `pool_size` 0 means a connection for each use. `connect_timeout` in seconds is shared by all addresses.
    """
    parameters = _complete(parameters_of(url), application_name)
    pool: Parameters = (
        {"poolclass": NullPool}
        if pool_size == 0
        else {"pool_size": pool_size, "max_overflow": 2, "pool_timeout": 10, "pool_pre_ping": True}
    )
    in_public = {"schema_translate_map": {None: "public"}}
    engine = create_engine("postgresql+psycopg://", hide_parameters=True, execution_options=in_public, **pool)

    @event.listens_for(engine, "do_connect")
    def open_connection(
        _dialect: object, _record: object, _arguments: object, from_dialect: Parameters
    ) -> psycopg.Connection:
        return _connect_in_time({**parameters, **from_dialect}, connect_timeout)

    return engine


def _refuse_raw_signs(rest: str) -> None:
    """A raw @ or / in a password would make libpq take a part of the password for the host, and messages name hosts."""
    head, _, tail = rest.partition("/")
    if head.count("@") > 1 or "@" in tail.partition("?")[0]:
        raise Failure(
            FailureCode.INVALID_INPUT, "in a database address a password's @ is written %40, its / %2F"
        )


def _is_local(address: str) -> bool:
    if address == "" or address[0] in "/@":
        return True
    if address.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _complete(parameters: Parameters, application_name: str) -> Parameters:
    ours = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    given = str(parameters.get("options", ""))
    return {
        **parameters,
        **_LIVENESS,
        # ours come last, and the last one counts
        "options": f"{given} {ours}".strip(),
        "application_name": application_name,
    }


def _connect_in_time(parameters: Parameters, seconds: int) -> psycopg.Connection:
    """Connect within `seconds`, however many addresses there are; a silent name server costs four more."""

    def attempt() -> psycopg.Connection:
        each = max(2, seconds // _address_count(parameters))
        return psycopg.connect(**{**parameters, "connect_timeout": each})

    try:
        return within(seconds + _GRACE_SECONDS, attempt)
    except TimeoutError:
        raise psycopg.OperationalError("timeout expired") from None


def _address_count(parameters: Parameters) -> int:
    count = 0
    for host in hosts_of(parameters):
        if host and not host.startswith(("/", "@")):
            with suppress(OSError):
                count += len({found[4][0] for found in socket.getaddrinfo(host, None)})
    return max(1, count)


def within(seconds: float, attempt: Callable[[], Made]) -> Made:
    """What `attempt` returns or raises, else TimeoutError; a late connection is closed by the thread that made it."""
    answers: queue.Queue[Made | Exception] = queue.Queue()
    given_up = threading.Event()
    handing_over = threading.Lock()

    def run() -> None:
        try:
            answer: Made | Exception = attempt()
        except Exception as error:
            answer = error
        with handing_over:
            if not given_up.is_set():
                answers.put(answer)
            elif not isinstance(answer, Exception):
                answer.close()

    threading.Thread(target=run, name="database-connect", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        with handing_over:
            given_up.set()
        if answers.empty():
            raise TimeoutError from None
        answer = answers.get_nowait()
    if isinstance(answer, Exception):
        raise answer
    return answer
