"""Nothing leaves the activity record early: months, leap days, and clocks that jump."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from idexx_desktop.domain.retention import (
    OBSTACLE_WORDS,
    WAIT,
    Obstacle,
    OldMonth,
    kept_until,
    month_end,
    month_name,
)
from tests.domain.retention_model import Entry, leaving_with, obstacle_of

SEEDS = 10_000
YEAR = timedelta(days=365)


def six_years_after(moment: datetime) -> datetime:
    """By the calendar; of a leap day the first of March."""
    try:
        return moment.replace(year=moment.year + 6)
    except ValueError:
        return moment.replace(year=moment.year + 6, month=3, day=1)


@pytest.mark.parametrize(
    ("month", "end", "until"),
    [
        (date(2020, 11, 1), "2020-12-01", "2026-12-02"),
        (date(2020, 12, 1), "2021-01-01", "2027-01-02"),
        (date(2020, 2, 1), "2020-03-01", "2026-03-02"),
        (date(2018, 2, 1), "2018-03-01", "2024-03-02"),
        (date(2018, 1, 1), "2018-02-01", "2024-02-02"),
    ],
)
def test_months(month: date, end: str, until: str) -> None:
    assert month_end(month) == datetime.fromisoformat(f"{end}T00:00+00:00")
    assert kept_until(month) == datetime.fromisoformat(f"{until}T00:00+00:00")


def test_any_moment_of_a_month_is_kept_for_six_years() -> None:
    chance = random.Random(20)  # noqa: S311 - moments that come again
    for _ in range(SEEDS):
        written = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(60 * 365 * 86_400))
        if chance.random() < 0.1:
            written = datetime(chance.randrange(2000, 2060, 4), 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)
        month = written.date().replace(day=1)
        assert kept_until(month) >= six_years_after(written)
        assert kept_until(month) - written < 6 * YEAR + timedelta(days=35)
        assert written < month_end(month)


def life(chance: random.Random) -> tuple[list[Entry], dict[Entry, datetime]]:
    """Rows of a few chains, and when each was truly written: the clock that dates them may jump by years."""
    entries, truly = [], {}
    now = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(2000))
    wrong = timedelta()
    numbers: Counter[str] = Counter()
    for _ in range(chance.randrange(1, 30)):
        now += timedelta(days=chance.choice((0, 0, 1, 20, 40, 200)), seconds=chance.randrange(86_400))
        if chance.random() < 0.15:
            wrong = chance.choice((timedelta(), timedelta(days=chance.randrange(-3000, 3000))))
        chain = chance.choice("abc")
        numbers[chain] += 1
        entry = Entry(chain, numbers[chain], now + wrong)
        entries.append(entry)
        truly[entry] = now
    return entries, truly


def test_whatever_the_clock_did_nothing_goes_early() -> None:
    """By the timestamps never; in truth only where no row of the chain says that the clock was wrong."""
    outcomes: Counter[Obstacle | None] = Counter()
    for seed in range(SEEDS):
        chance = random.Random(seed)  # noqa: S311 - a life that can be lived again
        entries, truly = life(chance)
        about = chance.choice(entries).timestamp
        month = about.date().replace(day=1)
        moment = kept_until(month) + chance.choice((-1, 0, 1)) * timedelta(microseconds=chance.randrange(2))
        moment += chance.choice((timedelta(), timedelta(days=chance.randrange(2000))))
        held = chance.choice((frozenset(), frozenset(), frozenset("a"), None))
        obstacle = obstacle_of(month, moment, entries, {}, held)
        outcomes[obstacle] += 1
        if obstacle is not None:
            continue
        leaving = leaving_with(month, entries)
        staying = [entry for entry in entries if entry not in leaving]
        for entry in leaving:
            assert moment >= six_years_after(entry.timestamp), seed
            before = [each for each in entries if each.chain == entry.chain and each.seq <= entry.seq]
            latest = max(each.timestamp for each in before)
            assert moment >= six_years_after(latest), seed
            # a row that follows one with a right time is at least as old as that says
            if any(each.timestamp == truly[each] == truly[entry] for each in before):
                assert moment >= six_years_after(truly[entry]), seed
        for entry in staying:
            assert not any(each.chain == entry.chain and each.seq > entry.seq for each in leaving), seed
    assert (
        min(outcomes[each] for each in (None, Obstacle.TOO_YOUNG, Obstacle.OUT_OF_ORDER, Obstacle.HELD)) > 300
    )


def test_words() -> None:
    assert OBSTACLE_WORDS.keys() == set(Obstacle)
    assert month_name(date(2020, 2, 1)) == "2020-02"


def test_waiting_ends_a_week_after_the_export() -> None:
    at = datetime(2026, 3, 3, tzinfo=UTC)
    month = date(2020, 2, 1)
    assert OldMonth(month, 3, at, Obstacle.WAITING).waits_until == at + WAIT
    assert OldMonth(month, 3, at, None).waits_until is None
    assert OldMonth(month, 3, None, Obstacle.NOT_EXPORTED).waits_until is None
