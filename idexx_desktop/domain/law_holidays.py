"""Whether a day is a public holiday where a law says that nobody is called on one.

From the package `holidays`, loaded at the first place that has such a law: 8 MB and a tenth of a second.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib import import_module

from idexx_desktop.domain.failures import Failure, FailureCode


def is_public_holiday(place: str, day: date) -> bool:
    """`place` as in `domain.calling_hours`: with the state's own holidays where it names one."""
    return day in _of_year(place, day.year)


@lru_cache(maxsize=256)
def _of_year(place: str, year: int) -> frozenset[date]:
    country, _, region = place.partition("-")
    try:
        package = import_module("holidays")
    except ModuleNotFoundError:  # that nobody may be called on a holiday is no reason to call on all of them
        raise Failure(FailureCode.CALLING_HOURS_UNREADABLE, "the package holidays") from None
    return frozenset(package.country_holidays(country, subdiv=region or None, years=year))
