"""The history: runs and missed runs in one list, and no run that stays running for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import HistoryFilter
from idexx_desktop.domain.misses import Miss, MissReason
from idexx_desktop.domain.places import history_place
from idexx_desktop.domain.records import MissedRun, Page, SessionRecord
from tests.db_repositories.made_up import NOW
from tests.support.postgres import AllRecords

HOUR = timedelta(hours=1)


def start(
    tx: Transaction, at: datetime = NOW, *, epoch: int = 1, device: str = "Front Desk"
) -> SessionRecord:
    return tx.sessions.start(Trigger.SCHEDULE, device, at - 48 * HOUR, at, epoch, now=at)


def finish(
    tx: Transaction, session: SessionRecord, status: str = "completed", failure: Failure | None = None,
    failed: int = 0,
) -> bool:  # fmt: skip
    return tx.sessions.finish(
        session.id, status, seen=10, synced=10 - failed, failed=failed, calls=3, written=4, requests=14,
        signed_in=True, failure=failure, next_scheduled_sync=NOW + 4 * HOUR, now=session.started_at + HOUR / 60,
    )  # fmt: skip


def test_a_run_from_start_to_end(tx: Transaction) -> None:
    session = start(tx)
    assert (session.status, session.trigger, session.device) == ("running", "schedule", "Front Desk")
    assert (session.window_start, session.window_end) == (NOW - 48 * HOUR, NOW)
    assert tx.sessions.running() == [session]
    assert finish(tx, session, failed=2)
    ended = tx.sessions.get(session.id)
    assert ended is not None
    assert (ended.status, ended.completed_at, ended.next_scheduled_sync) == (
        "completed", NOW + HOUR / 60, NOW + 4 * HOUR,
    )  # fmt: skip
    counts = (ended.consultations_seen, ended.consultations_synced, ended.consultations_failed)
    assert counts == (10, 8, 2)
    assert (ended.discharge_calls_scheduled, ended.visits_written, ended.requests) == (3, 4, 14)
    assert (ended.signed_in, ended.failure_code) == (True, None)
    assert tx.sessions.running() == []
    assert not finish(tx, session, "failed")


def test_a_failure_is_kept_with_its_words(tx: Transaction) -> None:
    session = start(tx)
    failure = Failure(FailureCode.UNREACHABLE, "connect timeout")
    finish(tx, session, "failed", failure)
    ended = tx.sessions.last(NOW + HOUR)
    assert ended is not None
    assert (ended.failure_code, ended.failure_title) == ("unreachable", failure.title)
    assert ended.failure_advice == failure.advice
    assert tx.sessions.last_completed(NOW + HOUR) is None


@pytest.mark.parametrize(("live", "closed"), [(0, 0), (1, 0), (2, 1), (3, 2)])
def test_runs_without_a_live_lease_are_closed(tx: Transaction, live: int, closed: int) -> None:
    start(tx, NOW - HOUR, epoch=1)
    start(tx, NOW, epoch=2)
    assert tx.sessions.close_stale(live, FailureCode.CRASHED, now=NOW + HOUR) == closed
    assert len(tx.sessions.running()) == 2 - closed
    timed_out = [row for row in tx.sessions.page(HistoryFilter(), Page()) if isinstance(row, SessionRecord)]
    codes = [row.failure_code for row in timed_out if row.status == "timeout"]
    assert codes == ["crashed"] * closed


@pytest.mark.parametrize("live", [0, 1])
def test_a_run_of_the_seeds_shape_is_closed_too(tx: Transaction, live: int) -> None:
    """One without an epoch, as another program may have written it."""
    start(tx)
    tx.session.connection().exec_driver_sql("UPDATE public.idexx_sync_sessions SET lease_epoch = NULL")
    assert tx.sessions.close_stale(live, FailureCode.CRASHED, now=NOW) == 1


def test_a_closed_run_can_no_longer_end_well(tx: Transaction) -> None:
    session = start(tx)
    tx.sessions.close_stale(9, FailureCode.LEASE_LOST, now=NOW + HOUR)
    assert not finish(tx, session)
    ended = tx.sessions.get(session.id)
    assert ended is not None
    assert (ended.status, ended.failure_code) == ("timeout", "lease_lost")


def test_a_missed_run_is_noted_once_and_caught_up(tx: Transaction) -> None:
    later = slept(NOW + 4 * HOUR)
    assert tx.missed.add([slept(NOW)], "Front Desk") == [slept(NOW)]
    assert tx.missed.add([slept(NOW), later], "Front Desk") == [later]
    assert tx.missed.add([slept(NOW), later], "Back Office") == []
    assert tx.missed.add([], "Back Office") == []
    assert tx.missed.caught_up(NOW + HOUR) == 1
    assert tx.missed.caught_up(NOW + 2 * HOUR) == 0
    rows = tx.sessions.page(HistoryFilter("missed"), Page())
    assert [replace(row, id="") for row in rows] == [
        MissedRun(NOW + 4 * HOUR, "asleep", None, "Front Desk"),
        MissedRun(NOW, "asleep", NOW + HOUR, "Front Desk"),
    ]


def slept(due_at: datetime) -> Miss:
    return Miss(due_at, MissReason.ASLEEP)


def test_the_history_is_paged_without_a_gap_even_within_one_instant(tx: Transaction) -> None:
    for number in range(4):
        for _ in range(3):
            finish(tx, start(tx, NOW + number * HOUR))
        tx.missed.add([slept(NOW + number * HOUR)], "Back Office")
    whole = tx.sessions.page(HistoryFilter(), Page())
    assert len(whole) == tx.sessions.count(HistoryFilter()) == 16
    assert [history_place(row)[0] for row in whole] == sorted(
        (history_place(row)[0] for row in whole), reverse=True
    )
    for limit in (1, 2, 3, 5):
        paged: list[SessionRecord | MissedRun] = []
        page = tx.sessions.page(HistoryFilter(), Page(limit=limit))
        while page:
            paged += page
            assert len(paged) <= len(whole)
            page = tx.sessions.page(HistoryFilter(), Page(before=history_place(page[-1]), limit=limit))
        assert paged == whole


def test_filters_of_the_history(tx: Transaction) -> None:
    finish(tx, start(tx, NOW))
    finish(tx, start(tx, NOW + HOUR, device="Back Office"), failed=1)
    finish(tx, start(tx, NOW + 2 * HOUR), "failed", Failure(FailureCode.UNREACHABLE))
    tx.missed.add([slept(NOW + 3 * HOUR)], "Lab")
    counts = {kind: tx.sessions.count(HistoryFilter(kind)) for kind in ("all", "problems", "missed")}
    assert counts == {"all": 4, "problems": 2, "missed": 1}
    problems = tx.sessions.page(HistoryFilter("problems"), Page())
    assert [row.status for row in problems if isinstance(row, SessionRecord)] == ["failed", "completed"]
    at_lab = HistoryFilter(device="Lab")
    assert [type(row) for row in tx.sessions.page(at_lab, Page())] == [MissedRun]
    assert tx.sessions.count(at_lab) == 1
    assert tx.sessions.devices() == ["Back Office", "Front Desk", "Lab"]


def test_runs_are_ones_own_and_missed_ones_the_clinics(clinic_records: AllRecords) -> None:
    with clinic_records.a.transaction() as tx:
        session = start(tx)
        tx.missed.add([slept(NOW)], "Front Desk")
    with clinic_records.colleague.transaction() as tx:
        assert tx.sessions.get(session.id) is None
        assert not finish(tx, session)
        assert tx.sessions.close_stale(9, FailureCode.CRASHED, now=NOW) == 0
        assert [type(row) for row in tx.sessions.page(HistoryFilter(), Page())] == [MissedRun]
    with clinic_records.b.transaction() as tx:
        assert tx.sessions.page(HistoryFilter(), Page()) == []
