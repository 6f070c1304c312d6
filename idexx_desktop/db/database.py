"""The clinic's records as the program's own login sees them: who it is, its clinics, its transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from idexx_desktop import __version__
from idexx_desktop.db import migrate
from idexx_desktop.db.connecting import STATEMENT_SECONDS, make_engine
from idexx_desktop.db.errors import switched_off, translating
from idexx_desktop.db.login_fitness import fitness_of
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.local_time import zone_to_show
from idexx_desktop.domain.records import Clinic, Identity

_IDENTITY = text("""
    SELECT u.id::text, u.email, session_user::text AS login, idexx_app.is_admin() AS is_admin
    FROM public.users u WHERE u.id = (SELECT idexx_app.current_user_id())
""")
# to a login that was switched off everything looks empty: said instead of shown
_MAY_NOW = text(
    "SELECT idexx_app.current_user_id() IS NULL AS is_nobody, idexx_app.may_write(:version) AS writes"
)
# an adopted `clinics` may lack `timezone` and `phone`, hence the way through JSON
_CLINICS = text("""
    SELECT c.id::text, c.name,
      COALESCE(s.timezone, to_jsonb(c) ->> 'timezone', '') AS timezone,
      COALESCE(NULLIF(s.clinic_phone, ''), to_jsonb(c) ->> 'phone', '') AS phone,
      COALESCE(s.country, 'US') AS country
    FROM public.clinic_members m
    JOIN public.clinics c ON c.id = m.clinic_id
    LEFT JOIN public.clinic_settings s ON s.clinic_id = c.id
    WHERE m.user_id = (SELECT idexx_app.current_user_id())
    ORDER BY c.name, c.id
""")


class Database:
    """A pool of connections to one database. Connects at first use; every method raises `Failure`."""

    def __init__(
        self,
        url: str,
        *,
        application_name: str = "idexx-desktop",
        pool_size: int = 3,
        connect_timeout: int = 10,
        statement_seconds: int = STATEMENT_SECONDS,
        restarted: Callable[[], str] | None = None,
    ) -> None:
        """INVALID_INPUT for an address that isn't one, or leads over a network without verified TLS.

        `connect_timeout` in seconds, for all addresses of the server together; a statement may take
        `statement_seconds`. `restarted` gets a server of our own going again where it was killed, and says where.
        """
        self.engine = make_engine(
            url,
            application_name=application_name,
            pool_size=pool_size,
            connect_timeout=connect_timeout,
            statement_seconds=statement_seconds,
            restarted=restarted,
        )
        # for what keeps a connection of its own, beside the pool
        self.single = partial(
            make_engine,
            url,
            application_name=application_name,
            pool_size=0,
            connect_timeout=connect_timeout,
            statement_seconds=statement_seconds,
            restarted=restarted,
        )
        self._read_only: bool | None = None

    def check(self) -> None:
        """Raise what keeps this program from working with this database.

        DATABASE_UNREACHABLE; DATABASE_REFUSED (wrong password, no user mapped, a login that may do too much);
        DATABASE_OUTDATED (never prepared, or by an older version). A newer one is no reason: see `read_only`.
        """
        with self._connection() as connection:
            _refuse_unfit_login(connection)
            revision = connection.execute(text("SELECT idexx_app.schema_revision()")).scalar()
            if migrate.is_behind(revision):
                raise Failure(FailureCode.DATABASE_OUTDATED, f"revision {revision}, needed {migrate.head()}")
            if connection.execute(_IDENTITY).first() is None:
                raise Failure(FailureCode.DATABASE_REFUSED, "this login is not mapped to a user")
            self._read_only = _is_too_old(connection)

    @property
    def read_only(self) -> bool:
        """Whether a newer version prepared the records so that this one may only read (PROGRAM_OUTDATED)."""
        if self._read_only is None:
            with self._connection() as connection:
                self._read_only = _is_too_old(connection)
        return self._read_only

    def identity(self) -> Identity:
        """Who the database says this login is; DATABASE_REFUSED where it is nobody."""
        with self._connection() as connection:
            row = connection.execute(_IDENTITY).first()
        if row is None:
            raise Failure(FailureCode.DATABASE_REFUSED, "this login is not mapped to a user")
        return Identity(user_id=row.id, email=row.email or "", login=row.login, is_admin=row.is_admin)

    def clinics(self) -> list[Clinic]:
        """The clinics of which this login is a member, by name. `timezone` is "" until one is set up."""
        with self._connection() as connection:
            return [
                Clinic(
                    clinic_id=row.id,
                    name=row.name,
                    timezone=zone_to_show(row.timezone) if row.timezone else "",
                    phone=row.phone,
                    country=row.country,
                )
                for row in connection.execute(_CLINICS)
            ]

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with translating(), self.engine.connect() as connection:
            yield connection


class ClinicRecords:
    """The records of one user in one clinic."""

    def __init__(self, database: Database, user_id: str, clinic_id: str) -> None:
        self.database = database
        self.user_id = user_id
        self.clinic_id = clinic_id

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """All or nothing: committed at the end of the block, rolled back by any exception. Raises `Failure`.

        A program that may only read gets a read-only transaction, also where the records were prepared by a newer
        one since; writing in it is PROGRAM_OUTDATED. DATABASE_REFUSED for a login that was switched off since.
        """
        with translating(), Session(self.database.engine, expire_on_commit=False) as session, session.begin():
            may = session.execute(_MAY_NOW, {"version": _version()}).one()
            if may.is_nobody:
                raise switched_off()
            if not may.writes:
                session.execute(text("SET TRANSACTION READ ONLY"))
            yield Transaction(session, self.user_id, self.clinic_id)

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """The records of one moment, whatever others write meanwhile; for reading at length. Raises as `transaction`.

        A login that is switched off meanwhile loses its connection: by itself it would go on to see that moment.
        """
        with translating(), Session(self.database.engine, expire_on_commit=False) as session, session.begin():
            session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            if session.execute(_MAY_NOW, {"version": _version()}).one().is_nobody:
                raise switched_off()
            yield Transaction(session, self.user_id, self.clinic_id)


def _refuse_unfit_login(connection: Connection) -> None:
    fitness = fitness_of(connection)
    if fitness.too_much:
        raise Failure(
            FailureCode.DATABASE_REFUSED, f"this is {fitness.too_much}; the program needs one of idexx_user"
        )
    if not fitness.is_prepared:
        raise Failure(FailureCode.DATABASE_OUTDATED, "the schema idexx_app is missing")
    if not fitness.is_ours:
        raise Failure(FailureCode.DATABASE_REFUSED, "this login is not in the group idexx_user")


def _is_too_old(connection: Connection) -> bool:
    """Whether the records want a newer program to write; a version is compared number by number."""
    return not connection.execute(_MAY_NOW, {"version": _version()}).one().writes


def _version() -> list[int]:
    return [int(part) for part in __version__.split(".")]
