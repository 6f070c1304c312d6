"""The one way to a PostgreSQL server: which addresses are accepted, how long it may take, how it is set up."""

from __future__ import annotations

import ipaddress
import os
import queue
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

from idexx_desktop.db.answering import TimedConnection
from idexx_desktop.db.blocking import holder_of
from idexx_desktop.db.out_of_range import read_any_time
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
# a statement may take so long on the server; its answer may take a little longer to come here
STATEMENT_SECONDS = 30
OWNER_STATEMENT_SECONDS = 600
_ON_ITS_WAY_SECONDS = 2
_NOT_READY = ("starting up", "recovery mode", "not yet accepting", "shutting down")
_PAUSE_SECONDS = 0.1
# in milliseconds; idle_in_transaction is shorter than a lease, so that a frozen program can't hold one up
_SETTINGS = {
    # nothing that others may have made in `public` is ever taken for the server's own
    "search_path": "pg_catalog,pg_temp",
    "timezone": "UTC",
    # the driver reads no other, and a server, a database or a login may have another default
    "datestyle": "ISO",
    "lock_timeout": "10000",
    "idle_in_transaction_session_timeout": "20000",
    # nor may one whose network broke in the middle of a message, for which no other limit counts; in seconds
    "tcp_keepalives_idle": "8",
    "tcp_keepalives_interval": "1",
}
# Whoever answers must show that it knows the login's verifier, and never gets the password itself: not in clear, not as
# MD5, and no statement after "you needn't sign in". Whatever the address or the server says about it.
_PROOF = {"require_auth": "scram-sha-256", "gssencmode": "disable"}
_LIBPQ_KNOWS_PROOF = 160_000
# what a connection is refused with while others take up the room
_NO_ROOM = ("too many clients", "connection slots are reserved")
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


def channel_binding_of(parameters: Parameters) -> str:
    """Whether the proof is bound to the encryption: `require` over TLS, unless the address itself says less.

    A pooler that ends TLS can't pass it on; only a person can allow that, in the address.
    """
    encrypts = parameters.get("sslmode") == "verify-full" and not any(map(is_socket, hosts_of(parameters)))
    return str(parameters.get("channel_binding") or ("require" if encrypts else "prefer"))


def is_socket(host: str) -> bool:
    """Whether it is a folder of this computer's own, or libpq's default for it."""
    return host == "" or host.startswith(("/", "@"))


def hosts_of(parameters: Parameters) -> list[str]:
    """The hosts of the address, as it will be connected to; "" is the socket of this computer."""
    return str(parameters.get("hostaddr") or parameters["host"]).split(",")


def connect(
    url: str, *, application_name: str = "idexx-desktop", connect_timeout: int = 10
) -> psycopg.Connection:
    """A driver's connection with autocommit off, for the owner's chores. Raises the driver's errors."""
    return _Opening(url, application_name, connect_timeout).connect()


def make_engine(
    url: str,
    *,
    application_name: str = "idexx-desktop",
    pool_size: int = 3,
    connect_timeout: int = 10,
    statement_seconds: int = STATEMENT_SECONDS,
    restarted: Callable[[], str] | None = None,
) -> Engine:
    """An engine whose own URL holds no password, so that nothing that prints it can leak one.

    `pool_size` 0 means a connection for each use. `connect_timeout` in seconds is shared by all addresses.
    `restarted` gets a server going again that can't be reached, and says where it is now; or raises `Failure`.
    """
    opening = _Opening(url, application_name, connect_timeout, statement_seconds, restarted)
    pool: Parameters = (
        {"poolclass": NullPool}
        if pool_size == 0
        else {"pool_size": pool_size, "max_overflow": 2, "pool_timeout": 10, "pool_pre_ping": True}
    )
    in_public = {"schema_translate_map": {None: "public"}}
    engine = create_engine(
        "postgresql+psycopg://",
        hide_parameters=True,
        execution_options=in_public,
        use_native_hstore=False,  # nobody has any, and each start would ask the server for it three times
        **pool,
    )

    @event.listens_for(engine, "do_connect")
    def open_connection(
        _dialect: object, _record: object, _arguments: object, from_dialect: Parameters
    ) -> psycopg.Connection:
        return opening.connect_or_restart(from_dialect)

    return engine


class _Opening:
    """Opens connections to one server, each with a limit for every wait on it."""

    def __init__(
        self,
        url: str,
        application_name: str,
        connect_seconds: int,
        statement_seconds: int = STATEMENT_SECONDS,
        restarted: Callable[[], str] | None = None,
    ) -> None:
        self._name = application_name
        self._connect_seconds = connect_seconds
        self._statement_seconds = statement_seconds
        self._restarted = restarted
        self._parameters = self._complete(url)

    def connect(self, more: Parameters | None = None) -> psycopg.Connection:
        """Raises the driver's errors."""
        made = _connect_in_time({**self._parameters, **(more or {})}, self._connect_seconds)
        made.answer_seconds = self._statement_seconds + _ON_ITS_WAY_SECONDS
        made.ask_who = partial(holder_of, self._parameters)
        return made

    def connect_or_restart(self, more: Parameters) -> psycopg.Connection:
        """As `connect`; a server of our own that can't be reached is got going again first.

        So is one whose port another program has taken since: it can't prove to be ours, and ours moves to another port.
        """
        try:
            return self.connect(more)
        except psycopg.OperationalError:
            if self._restarted is None:
                raise
        self._parameters = self._complete(self._restarted())
        return self._connect_once_ready(more)

    def _connect_once_ready(self, more: Parameters) -> psycopg.Connection:
        """After a crash a server first looks after what it has, and says so to everybody who comes.

        One whose room is taken up by connections that don't sign in soon ends them.
        """
        deadline = time.monotonic() + self._connect_seconds
        while True:
            try:
                return self.connect(more)
            except psycopg.OperationalError as error:
                if (
                    not any(words in str(error) for words in _NOT_READY + _NO_ROOM)
                    or time.monotonic() > deadline
                ):
                    raise
            time.sleep(_PAUSE_SECONDS)

    def _complete(self, url: str) -> Parameters:
        _refuse_old_libpq()
        parameters = parameters_of(url)
        settings = {**_SETTINGS, "statement_timeout": str(self._statement_seconds * 1000)}
        ours = " ".join(f"-c {name}={value}" for name, value in settings.items())
        given = str(parameters.get("options", ""))
        return {
            **parameters,
            **_LIVENESS,
            **_PROOF,
            "channel_binding": channel_binding_of(parameters),
            # ours come last, and the last one counts
            "options": f"{given} {ours}".strip(),
            "application_name": self._name,
        }


def _refuse_old_libpq() -> None:
    """It would take our demand on the server for a mistake in the address."""
    if psycopg.pq.version() < _LIBPQ_KNOWS_PROOF:
        raise Failure(
            FailureCode.DATABASE_REFUSED,
            f"libpq {psycopg.pq.version()}",
            title="This computer's PostgreSQL library is too old to keep the records' password safe.",
            advice="Install the program anew, as the README says: it brings a newer one along.",
        )


def _refuse_raw_signs(rest: str) -> None:
    """A raw @ or / in a password would make libpq take a part of the password for the host, and messages name hosts."""
    head, _, tail = rest.partition("/")
    if head.count("@") > 1 or "@" in tail.partition("?")[0]:
        raise Failure(
            FailureCode.INVALID_INPUT, "in a database address a password's @ is written %40, its / %2F"
        )


def _is_local(address: str) -> bool:
    if is_socket(address) or address.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _connect_in_time(parameters: Parameters, seconds: int) -> TimedConnection:
    """Connect within `seconds`, however many addresses there are; a silent name server costs four more."""

    def attempt() -> TimedConnection:
        each = max(2, seconds // _address_count(parameters))
        try:
            made = TimedConnection.connect(**{**parameters, "connect_timeout": each})
            read_any_time(made)
            return made
        except psycopg.OperationalError as error:
            # a traceback into the driver would hold the half-made connection, and its socket would stay open
            raise error.with_traceback(None) from None

    try:
        return within(seconds + _GRACE_SECONDS, attempt)
    except TimeoutError:
        raise psycopg.OperationalError("timeout expired") from None


def _address_count(parameters: Parameters) -> int:
    count = 0
    for host in hosts_of(parameters):
        if not is_socket(host):
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
