"""A clinic's days and hours as instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

from idexx_desktop.domain.failures import Failure, FailureCode


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A local time in UTC: one that does not exist moves forward, one that exists twice is the first."""
    return datetime.combine(day, clock, zone).replace(fold=0).astimezone(UTC)


def zone_named(name: str) -> ZoneInfo:
    """The zone that stands in the clinic's records; INVALID_INPUT where there is none of this name.

    The name is a text that others wrote: one that leads out of the folder of zones is none.
    """
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise Failure(
            FailureCode.INVALID_INPUT,
            "time zone",
            title="The time zone in your clinic's records can't be used.",
            advice="Choose the clinic's time zone again.",
        ) from None


def zone_to_show(name: str) -> str:
    """The name of a zone that exists, for what is only shown: UTC in place of one that doesn't."""
    try:
        return zone_named(name).key
    except Failure:
        return "UTC"


@cache
def zones_everywhere() -> frozenset[str]:
    """The zones that this program brings along, wherever it runs; beside these a computer may know some of its own."""
    try:
        return frozenset((resources.files("tzdata") / "zones").read_text(encoding="utf-8").split())
    except (ModuleNotFoundError, FileNotFoundError):  # packed without them
        return frozenset(available_timezones())
