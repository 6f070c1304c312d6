"""Times that PostgreSQL can hold and Python can't: read as the nearest that it can, so that no row can stop a page.

A column that others may write can hold `infinity`, the year 20000, 4713 BC or 24:00. All of these are valid there, and
the driver raises an error for each; then one such row would keep a clinic's whole history from being shown.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import psycopg
from psycopg.types.datetime import DateLoader, TimeLoader, TimestamptzLoader

# not the very ends of what Python can hold: adding a day, or another time zone, must be possible
EARLIEST, LATEST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
_END_OF_DAY = time(23, 59, 59, 999_999)


def read_any_time(connection: psycopg.Connection[Any]) -> None:
    """Make this connection read every time that its server may send."""
    for name, loader in (("timestamptz", _Instants), ("date", _Dates), ("time", _TimesOfDay)):
        connection.adapters.register_loader(name, loader)


class _Instants(TimestamptzLoader):
    def load(self, data: Any) -> datetime:
        try:
            found = datetime.fromisoformat(str(data, "ascii"))
            return min(max(found, EARLIEST), LATEST).astimezone(UTC)
        except ValueError:  # another style of dates, or none of ours
            pass
        try:
            return min(max(super().load(data), EARLIEST), LATEST)
        except psycopg.DataError:
            return EARLIEST if _is_early(data) else LATEST


class _Dates(DateLoader):
    def load(self, data: Any) -> date:
        try:
            return min(max(super().load(data), EARLIEST.date()), LATEST.date())
        except psycopg.DataError:
            return (EARLIEST if _is_early(data) else LATEST).date()


class _TimesOfDay(TimeLoader):
    def load(self, data: Any) -> time:
        try:
            return super().load(data)
        except psycopg.DataError:
            return _END_OF_DAY


def _is_early(data: Any) -> bool:
    text = bytes(data)
    return text.startswith(b"-") or text.endswith(b"BC")
