"""Public holidays by country and region, from the package `holidays`: to be added to the dates of a closed clinic.

The dates are kept, not the country: a clinic that works on some holidays takes those away, every computer sees the
same ones, and the schedule needs no calendar.
"""

from __future__ import annotations

from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from idexx_desktop.domain.failures import Failure, FailureCode


def are_offered() -> bool:
    """Whether the package is there; it is not loaded for that."""
    return find_spec("holidays") is not None


def regions(country: str) -> list[tuple[str, str]]:
    """(code, name) of the regions that have holidays of their own, by name. INVALID_INPUT for an unknown country."""
    calendar = _calendar(country, None, range(0))
    names = calendar.get_subdivision_aliases()
    found = [(code, (names.get(code) or [code])[0]) for code in calendar.subdivisions]
    return sorted(found, key=lambda region: region[1])


def public_holidays(country: str, region: str | None, since: date) -> frozenset[date]:
    """The public holidays from this day to the end of the next year. INVALID_INPUT for unknown places."""
    years = range(since.year, since.year + 2)
    return frozenset(day for day in _calendar(country, region, years) if day >= since)


def _calendar(country: str, region: str | None, years: range) -> Any:
    # 8 MB and 0.1 s, and as much for a country: only where a person asks
    package = import_module("holidays")
    try:
        return package.country_holidays(country, subdiv=region, years=years)
    except NotImplementedError:  # what the package says of a country that it doesn't know
        place = f"{region}, {country}" if region else country
        raise Failure(
            FailureCode.INVALID_INPUT, "holidays", title=f"No public holidays are known of {place}."
        ) from None
