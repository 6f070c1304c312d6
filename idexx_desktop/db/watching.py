"""At which revision each topic of the records is: one small question over a connection that is kept for it.

Where the way leads to the server itself, the connection is woken as soon as somebody wrote. Through a pooler it isn't,
and nothing says so: what counts is the question, asked again and again, and being woken only brings it forward.
"""

from __future__ import annotations

from typing import cast

import psycopg
from sqlalchemy import Connection, Engine

from idexx_desktop.db.errors import translating
from idexx_desktop.domain.events import Topic

# A platform's own tables raise no revision. Of its calls those of this login that are still of interest are looked at:
# each row that was written has a newer number, so the sum is another one. The same holds for clinics.
_QUESTION = b"""
    SELECT topic, revision FROM idexx_app.revisions()
    UNION ALL SELECT 'calls', concat('+', count(*), ' ', sum(c.xmin::text::bigint))
      FROM public.scheduled_discharge_calls c
      WHERE c.user_id = (SELECT idexx_app.current_user_id()) AND c.scheduled_for > now() - interval '14 days'
    UNION ALL SELECT 'settings', concat('+', count(*), ' ', sum(c.xmin::text::bigint))
      FROM public.clinics c WHERE c.id IN (SELECT idexx_app.my_clinics())
"""
_WATCHED = (
    Topic.VISITS,
    Topic.CALLS,
    Topic.SESSIONS,
    Topic.SETTINGS,
    Topic.ACTIVITY,
    Topic.COMPUTERS,
)


class RevisionReader:
    """Connects at its first question, and anew after one that failed. For one thread."""

    def __init__(self, engine: Engine, clinic_id: str) -> None:
        """An engine that makes a connection for each use."""
        self._engine = engine
        self._channel = "idexx_" + clinic_id.replace("-", "")
        self._connection: Connection | None = None

    def read(self) -> dict[Topic, str]:
        """The revision of each topic, of all clinics that this login sees. Raises `Failure`."""
        try:
            with translating():
                rows = self._driver().execute(_QUESTION, prepare=False).fetchall()
        except BaseException:
            self.close()
            raise
        found = {topic: "".join(part for name, part in sorted(rows) if name == topic) for topic in _WATCHED}
        return {topic: revision or "0" for topic, revision in found.items()}

    def socket(self) -> int | None:
        """What can be read from once this connection is woken (or broken); None where there is no connection."""
        if self._connection is None:
            return None
        try:
            return self._driver().fileno()
        except psycopg.Error:
            self.close()
            return None

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _driver(self) -> psycopg.Connection:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            driver = cast("psycopg.Connection", self._connection.connection.driver_connection)
            # what somebody says with a wake-up is nothing to go by: anybody may say anything
            driver.add_notify_handler(_heed_nothing)
            driver.execute(f"LISTEN {self._channel}".encode())
        return cast("psycopg.Connection", self._connection.connection.driver_connection)


def _heed_nothing(_: psycopg.Notify) -> None:
    """See above."""
