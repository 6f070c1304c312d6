"""Several statements in one trip to the server: what costs most is to wait for each answer before the next question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import ClauseElement, Dialect, Executable
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

_UNDER_WAY = "trip under way"
Answer = psycopg.Cursor[Any]


class Trip:
    """Statements that go together. What they answer can be fetched once the trip is over."""

    def __init__(self, driver: psycopg.Connection, dialect: Dialect) -> None:
        self._driver = driver
        self._dialect = dialect

    def ask(self, statement: Executable, values: Mapping[str, Any]) -> Answer:
        """One more statement; it has to be one that is made once, since it is compiled once and kept.

        Every value is given by its name; what a name of the statement doesn't need is left out.
        """
        compiled = _compiled(statement, self._dialect, frozenset(values))
        dump = compiled._bind_processors
        parameters = {
            name: dump[name](value) if name in dump else value  # type: ignore[operator]  # of one value
            for name, value in compiled.construct_params(dict(values), escape_names=False).items()
        }
        return self._driver.cursor(row_factory=namedtuple_row).execute(compiled.string, parameters)


@contextmanager
def one_trip(session: Session) -> Iterator[Trip]:
    """What is said inside goes to the server together, and is waited for once; errors come at its end.

    For what the trip itself asks, and for what `write` says meanwhile. Trips don't hold others.
    """
    bound = session.connection()
    driver = cast("psycopg.Connection", bound.connection.driver_connection)
    with driver.pipeline():
        session.info[_UNDER_WAY] = trip = Trip(driver, bound.dialect)
        try:
            yield trip
        finally:
            del session.info[_UNDER_WAY]


def write(session: Session, statement: Executable, values: Mapping[str, Any]) -> None:
    """For a statement that is made once, and whose result nobody looks at: it goes along with a trip under way."""
    trip: Trip | None = session.info.get(_UNDER_WAY)
    if trip is None:
        session.execute(statement, values)
    else:
        trip.ask(statement, values)


@lru_cache(maxsize=100)
def _compiled(statement: Executable, dialect: Dialect, names: frozenset[str]) -> SQLCompiler:
    compiled = cast("ClauseElement", statement).compile(
        dialect=dialect,
        column_keys=sorted(names),
        schema_translate_map={None: "public"},
        render_schema_translate=True,
    )
    return cast("SQLCompiler", compiled)
