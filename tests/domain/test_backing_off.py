"""Pauses grow while Neo is away, and a run that a person must mend is not tried all day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from idexx_desktop.domain.backing_off import (
    LONGEST_ASKED,
    LONGEST_PAUSE,
    RUNS_UNTIL_OPEN,
    earliest_retry,
    next_visit_try,
    outage,
    pause_after,
    spread_of,
)
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.domain.records import ScheduleRecord, SessionRecord
from idexx_desktop.domain.routing import consequence

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVERY_FOUR_HOURS = ScheduleRecord(every_hours=4)


def a_run(
    code: FailureCode | None, started: datetime, ended: datetime | None, *, retry_after: float | None = None
) -> SessionRecord:
    return SessionRecord(
        retry_after=retry_after,
        id="1", status="failed", trigger="schedule", device="PC", started_at=started, completed_at=ended,
        window_start=None, window_end=None, consultations_seen=0, consultations_synced=0, consultations_failed=0,
        discharge_calls_scheduled=0, visits_written=0, requests=0, signed_in=False,
        failure_code=str(code) if code else None, failure_title=None, failure_advice=None, next_scheduled_sync=None,
    )  # fmt: skip


def a_little_more(pause: timedelta) -> timedelta:
    """The pause after the run `1`."""
    return pause * (1 + 0.2 * spread_of("1"))


def test_nothing_holds_a_run_back_after_one_that_finished() -> None:
    assert earliest_retry([], EVERY_FOUR_HOURS) is None


def test_pauses_after_outages_double_up_to_an_hour() -> None:
    minutes = [
        pause_after(str(FailureCode.UNREACHABLE), number, EVERY_FOUR_HOURS) / timedelta(minutes=1)
        for number in (1, 2, 3, 4, 5, 6, 1000)
    ]
    assert minutes == [5, 10, 20, 40, 60, 60, 60]


def test_a_short_interval_is_never_stretched() -> None:
    quarter = ScheduleRecord(every_hours=0.25)
    assert pause_after(str(FailureCode.UNREACHABLE), 9, quarter) == timedelta(minutes=15)


@pytest.mark.parametrize("code", [code for code in FailureCode if not consequence(code).passes])
def test_what_does_not_pass_by_itself_waits_for_the_usual_interval(code: FailureCode) -> None:
    run = a_run(code, NOON, NOON + timedelta(minutes=1))
    assert earliest_retry([run], EVERY_FOUR_HOURS) == NOON + timedelta(hours=4, minutes=1)


def test_a_run_that_never_ended_counts_from_its_start() -> None:
    crashed = a_run(None, NOON, None)
    assert earliest_retry([crashed], EVERY_FOUR_HOURS) == NOON + a_little_more(timedelta(minutes=5))


def test_a_code_of_a_newer_version_is_not_hammered() -> None:
    run = a_run(None, NOON, NOON)
    newer = [*([run] * 20)]
    assert earliest_retry(newer, EVERY_FOUR_HOURS) == NOON + a_little_more(LONGEST_PAUSE)
    assert pause_after("something_new", 1, EVERY_FOUR_HOURS) == timedelta(hours=4)


def test_pauses_differ_from_run_to_run_and_are_the_same_for_one() -> None:
    runs = [str(number) for number in range(200)]
    pauses = {
        pause_after(str(FailureCode.UNREACHABLE), 2, EVERY_FOUR_HOURS, spread=spread_of(run)) for run in runs
    }
    assert len(pauses) > 190
    assert timedelta(minutes=10) <= min(pauses) < max(pauses) <= timedelta(minutes=12)
    assert [spread_of(run) for run in runs] == [spread_of(run) for run in runs]


def test_what_the_other_side_asks_for_is_respected() -> None:
    asked = a_run(FailureCode.TOO_MANY_REQUESTS, NOON, NOON, retry_after=5400)
    assert earliest_retry([asked], EVERY_FOUR_HOURS) == NOON + timedelta(minutes=90)
    # longer than the usual interval, too, but not for ever
    long = pause_after(str(FailureCode.TOO_MANY_REQUESTS), 1, EVERY_FOUR_HOURS, retry_after=1e12)
    assert long == LONGEST_ASKED
    # less than the pause that is due anyway changes nothing
    assert pause_after(str(FailureCode.UNREACHABLE), 3, EVERY_FOUR_HOURS, retry_after=10) == timedelta(
        minutes=20
    )


def test_an_outage_is_what_lasts_of_the_newest_runs() -> None:
    def runs(*codes: FailureCode) -> list[SessionRecord]:
        return [a_run(code, NOON - timedelta(hours=age), NOON) for age, code in enumerate(codes)]

    away, wrong = FailureCode.UNREACHABLE, FailureCode.WRONG_PASSWORD
    assert outage([], EVERY_FOUR_HOURS) is None
    assert outage(runs(wrong, away), EVERY_FOUR_HOURS) is None
    lasting = outage(runs(away, FailureCode.SERVER_PROBLEM, wrong, away), EVERY_FOUR_HOURS)
    assert lasting is not None
    assert (lasting.runs, lasting.since) == (2, NOON - timedelta(hours=1))
    assert lasting.next_try == NOON + a_little_more(timedelta(minutes=10))
    assert not lasting.is_open
    opened = outage(runs(*[away] * RUNS_UNTIL_OPEN), EVERY_FOUR_HOURS)
    assert opened is not None
    assert opened.is_open


def test_a_visit_that_stays_unreadable_waits_longer_each_time() -> None:
    hours = [(next_visit_try(attempts, NOON) - NOON) / timedelta(hours=1) for attempts in (1, 2, 3, 4, 5, 99)]
    assert hours == [0, 0, 8, 16, 24, 24]
