"""The days on which a new clinic makes no calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DaysOff:
    """On which days a new clinic makes no calls, until it says otherwise. Monday = 0."""

    weekdays: frozenset[int] = frozenset()
    days: frozenset[date] = frozenset()


NONE_OFF = DaysOff()
