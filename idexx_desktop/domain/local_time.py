"""A clinic's days and hours as instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A local time in UTC: one that does not exist moves forward, one that exists twice is the first."""
    return datetime.combine(day, clock, zone).replace(fold=0).astimezone(UTC)
