"""How many owners were tried and reached, in all and by kind of visit, provider and hour of the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.domain.filters import Whose
from idexx_desktop.domain.ledger import End
from idexx_desktop.domain.local_time import instant

# what is told where nobody asked for other days, today among them
DAYS = 30
_NO_HOUR = -1


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a report, from an instant up to another that is excluded; whose, as in a filter."""

    since: datetime
    until: datetime
    whose: Whose | None = None


@dataclass(frozen=True, slots=True)
class VisitGroup:
    """Visits of one kind and provider with the same end. `hour`: of the clinic's day, at which a call ended it."""

    kind: str
    provider: str
    hour: int | None
    end: End
    visits: int


@dataclass(frozen=True, slots=True)
class TryGroup:
    """Tries in one hour of the clinic's day, for calls whose first visit is of this kind and provider."""

    kind: str
    provider: str
    hour: int
    tries: int


@dataclass(frozen=True, slots=True)
class Counts:
    """`attempted` are tries, all others visits; what is lost (`End.LEAK`) is open here."""

    attempted: int = 0
    reached: int = 0
    couldnt_reach: int = 0
    open: int = 0
    not_to_be_called: int = 0


@dataclass(frozen=True, slots=True)
class Concerns:
    """How many concerns nobody has answered; for those opened in these days, the median of minutes to their close."""

    open: int = 0
    median_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. Kinds are `VisitKind` words by name, providers by name, hours by the clock of the clinic.

    By hour a visit is counted at the hour at which its call ended, so what never was called isn't there.
    """

    total: Counts
    by_kind: Mapping[str, Counts] = field(default_factory=dict)
    by_provider: Mapping[str, Counts] = field(default_factory=dict)
    by_hour: Mapping[int, Counts] = field(default_factory=dict)
    concerns: Concerns = field(default_factory=Concerns)


def report(visits: Sequence[VisitGroup], tries: Sequence[TryGroup], concerns: Concerns) -> Report:
    """Add the groups up."""

    def by(name_of: Callable[[VisitGroup | TryGroup], str | int]) -> dict[str | int, Counts]:
        found: Counter[tuple[str | int, End | None]] = Counter()
        for group in visits:
            found[name_of(group), group.end] += group.visits
        for made in tries:
            found[name_of(made), None] += made.tries
        names = sorted({name for name, _ in found}, key=lambda name: (str(name).casefold(), name))
        return {name: _counts(name, found) for name in names}

    hours = by(lambda group: _NO_HOUR if group.hour is None else group.hour)
    return Report(
        by(lambda _: "").get("", Counts()),
        {str(kind): counts for kind, counts in by(lambda group: group.kind).items()},
        {str(provider): counts for provider, counts in by(lambda group: group.provider).items()},
        {hour: hours[hour] for hour in range(24) if hour in hours},
        concerns,
    )


def last_days(now: datetime, zone: ZoneInfo, days: int = DAYS) -> tuple[datetime, datetime]:
    """The instants between which so many local days lie, today among them."""
    today = now.astimezone(zone).date()
    return instant(today - timedelta(days=days - 1), time(), zone), end_of(zone, today)


def end_of(zone: ZoneInfo, day: date) -> datetime:
    """The instant at which a local day is over."""
    return instant(day + timedelta(days=1), time(), zone)


def _counts(name: str | int, found: Counter[tuple[str | int, End | None]]) -> Counts:
    return Counts(
        attempted=found[name, None],
        reached=found[name, End.REACHED],
        couldnt_reach=found[name, End.COULDNT_REACH],
        open=found[name, End.OPEN] + found[name, End.LEAK],
        not_to_be_called=found[name, End.NOT_TO_BE_CALLED],
    )
