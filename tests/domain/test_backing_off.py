"""Pauses grow while Neo is away, and a run that a person must mend is not tried all day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from idexx_desktop.domain.backing_off import LONGEST_PAUSE, earliest_retry, pause_after
from idexx_desktop.domain.failures import WORDS, FailureCode, Route
from idexx_desktop.domain.records import ScheduleRecord, SessionRecord

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVERY_FOUR_HOURS = ScheduleRecord(every_hours=4)


def a_run(code: FailureCode | None, started: datetime, ended: datetime | None) -> SessionRecord:
    return SessionRecord(
        id="1", status="failed", trigger="schedule", device="PC", started_at=started, completed_at=ended,
        window_start=None, window_end=None, consultations_seen=0, consultations_synced=0, consultations_failed=0,
        discharge_calls_scheduled=0, visits_written=0, requests=0, signed_in=False,
        failure_code=str(code) if code else None, failure_title=None, failure_advice=None, next_scheduled_sync=None,
    )  # fmt: skip


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


@pytest.mark.parametrize("code", [code for code in FailureCode if WORDS[code].route is not Route.RETRY])
def test_what_does_not_pass_by_itself_waits_for_the_usual_interval(code: FailureCode) -> None:
    run = a_run(code, NOON, NOON + timedelta(minutes=1))
    assert earliest_retry([run], EVERY_FOUR_HOURS) == NOON + timedelta(hours=4, minutes=1)


def test_a_run_that_never_ended_counts_from_its_start() -> None:
    crashed = a_run(None, NOON, None)
    assert earliest_retry([crashed], EVERY_FOUR_HOURS) == NOON + timedelta(minutes=5)


def test_a_code_of_a_newer_version_is_not_hammered() -> None:
    run = a_run(None, NOON, NOON)
    newer = [*([run] * 20)]
    assert earliest_retry(newer, EVERY_FOUR_HOURS) == NOON + LONGEST_PAUSE
    assert pause_after("something_new", 1, EVERY_FOUR_HOURS) == timedelta(hours=4)
