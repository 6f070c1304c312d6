"""Calls that a calling system flagged: that the owner needs somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, or_, select

from idexx_desktop.db.models import concerns, table_of
from idexx_desktop.db.repositories.call_pages import CallPages
from idexx_desktop.db.repositories.host import host_tables
from idexx_desktop.domain.concerns import ConcernSource
from idexx_desktop.domain.handed_over import LOOKED_BACK

_CONCERNS = table_of(concerns.ConcernRow)
_FLAGS = ("attention_types", "attention_severity", "attention_summary")
_NOT_BEGUN = ("queued", "cancelled")


class FlaggedCalls(CallPages):
    """Of this login's own, where the platform's table has room for it."""

    def newest(self, now: datetime) -> list[tuple[str, dict[str, Any]]]:
        """The latest calls of one's own that a calling system flagged, and for which nothing was opened yet.

        Each with what the system wrote, by column. None of them where the platform has no room for that.
        """
        calls = self._calls
        reported = {each.name.removeprefix("said_"): each for each in host_tables(self._session).reported}
        flags = [reported[name] for name in _FLAGS if name in reported]
        if not flags:
            return []
        opened = select(_CONCERNS.c.id).where(
            _CONCERNS.c.call_id == calls.c.id, _CONCERNS.c.source == str(ConcernSource.SYSTEM)
        )
        begun = (
            calls.c.status.not_in(_NOT_BEGUN),
            calls.c.scheduled_for.between(now - LOOKED_BACK, now + LOOKED_BACK),
        )
        found = self._rows(
            select(calls.c.id, *reported.values())
            .where(self._mine(), *begun, or_(*map(_says_something, flags)), ~opened.correlate(calls).exists())
            .order_by(calls.c.scheduled_for, calls.c.id)
        )
        return [
            (str(row.id), {name: row._mapping[each.name] for name, each in reported.items()}) for row in found
        ]


def _says_something(flag: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a column of a calling system, as JSON, holds more than an empty value."""
    return func.coalesce(cast(flag, Text), "null").not_in(("null", '""', "[]", "{}"))
