"""Runs that end early: stopped by a person, without Neo, without records. What is saved is whole and true."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import event
from sqlalchemy.orm import Session

from idexx_desktop.cli.commands.syncing import exit_code
from idexx_desktop.domain.events import RecordsChanged, Step, SyncEvent, SyncProgress, Topic, Trigger
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.sync.writing import TOGETHER
from tests.support.practice import Practice, Practices, ask

GRACE = 1  # seconds that a busy computer may add
LA = ZoneInfo("America/Los_Angeles")


def by_day(practice: Practice) -> dict[date, int]:
    """How many visits the practice has on each local day."""
    days: defaultdict[date, int] = defaultdict(int)
    world = practice.site.world
    for row in world.appointments:
        if not row.is_block and not row.is_roster:
            days[row.start.date()] += 1
    for walk_in in world.consultations:
        if walk_in.appointment_id is None:
            days[walk_in.at.date()] += 1
    return dict(days)


def at_first(practice: Practice, wanted: Callable[[SyncEvent], bool]) -> list[float]:
    """Stop the run at the first such event; when that was."""
    stopped_at: list[float] = []

    def listen(event: SyncEvent) -> None:
        if not stopped_at and wanted(event):
            stopped_at.append(time.monotonic())
            practice.program.syncer.cancel()

    practice.program.syncer.subscribe(listen)
    return stopped_at


def test_stopping_between_days_keeps_the_whole_days(practices: Practices) -> None:
    practice = practices("ordinary-day")
    stopped_at = at_first(practice, lambda event: event == RecordsChanged(Topic.VISITS))
    result = practice.sync()
    assert time.monotonic() - stopped_at[0] < 5
    assert result.failure is not None
    assert result.failure.code is FailureCode.CANCELLED
    assert exit_code(result) == 130
    kept: defaultdict[date, int] = defaultdict(int)
    for visit in practice.visits().values():
        assert visit.visit_at is not None
        kept[visit.visit_at.astimezone(LA).date()] += 1
    whole = by_day(practice)
    newest = max(whole)
    assert kept == {newest: whole[newest]}
    [session] = practice.query(
        "SELECT status, error_details ->> 'code' AS code FROM public.idexx_sync_sessions"
    )
    assert session == {"status": "failed", "code": "cancelled"}
    today = practice.program.status.today()
    assert today.running is None
    assert today.last_failure is None
    assert today.up_to_date_as_of is None

    again = practices.second(practice).sync()
    assert again.failure is None
    assert len(practice.visits()) == sum(whole.values())
    keys = [key for call in practice.queued() for key in call.visit_keys]
    assert len(keys) == len(set(keys))


def test_stopping_while_a_long_day_is_saved_waits_for_a_few_visits_only(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=6 * TOGETHER)
    longest = max(by_day(practice).values())
    assert longest > 2 * TOGETHER
    saved = "SELECT count(*) AS n FROM public.visits"
    stopped_at: list[float] = []

    def stop(_session: Session) -> None:
        if not stopped_at and practice.query(saved)[0]["n"]:
            stopped_at.append(time.monotonic())
            practice.program.syncer.cancel()

    event.listen(Session, "after_commit", stop)
    try:
        result = practice.sync()
    finally:
        event.remove(Session, "after_commit", stop)
    assert time.monotonic() - stopped_at[0] < 1 + GRACE
    assert result.failure is not None
    assert result.failure.code is FailureCode.CANCELLED
    kept = practice.query(saved)[0]["n"]
    assert TOGETHER <= kept < longest
    assert result.consultations_synced == kept
    assert practice.sync().failure is None
    assert len(practice.visits()) == sum(by_day(practice).values())
    keys = [key for call in practice.queued() for key in call.visit_keys]
    assert len(keys) == len(set(keys))


def test_stopping_a_slow_site_ends_at_once(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=3)

    def lists_are_asked_for(event: SyncEvent) -> bool:
        is_so = isinstance(event, SyncProgress) and event.step is Step.READING_LISTS
        if is_so:
            practice.site.answer_after(4_000)
        return is_so

    stopped_at = at_first(practice, lists_are_asked_for)
    result = practice.sync()
    assert time.monotonic() - stopped_at[0] < 3
    assert result.failure is not None
    assert result.failure.code is FailureCode.CANCELLED
    assert practice.visits() == {}
    assert practice.program.status.today().running is None


def test_closing_the_program_ends_the_run_and_starts_no_other(practices: Practices) -> None:
    practice = practices("slow", visits=3)
    assert practice.program.syncer.start(Trigger.BUTTON)
    started = time.monotonic()
    assert practice.program.syncer.close()
    assert time.monotonic() - started < 6
    assert not practice.program.syncer.start(Trigger.BUTTON)
    statuses = practice.query("SELECT status FROM public.idexx_sync_sessions")
    assert all(row["status"] == "failed" for row in statuses)


def test_a_site_that_is_down_says_so_soon_and_comes_back(synced: Practice) -> None:
    before = synced.query("SELECT * FROM public.visits ORDER BY id")
    synced.site.stop()
    synced.clock.pass_by(minutes=1)
    started = time.monotonic()
    result = synced.sync()
    assert time.monotonic() - started < 15
    assert result.failure is not None
    assert result.failure.code is FailureCode.UNREACHABLE
    assert result.failure.title == "Can't reach IDEXX Neo. We'll keep trying; nothing is lost."
    assert exit_code(result) == 5
    assert synced.query("SELECT * FROM public.visits ORDER BY id") == before
    today = synced.program.status.today()
    assert today.last_failure is not None
    assert today.up_to_date_as_of is not None
    assert today.credential_status == "valid"
    synced.site.start()
    assert synced.sync().failure is None


def test_records_that_go_away_in_the_middle(practices: Practices) -> None:
    practice = practices("ordinary-day")
    name, postgres = practice.database.name, practice.database.server.url()

    def shut(event: SyncEvent) -> None:
        if event == RecordsChanged(Topic.VISITS):
            ask(postgres, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            ask(postgres, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", name)

    unsubscribe = practice.program.syncer.subscribe(shut)
    started = time.monotonic()
    result = practice.sync()
    unsubscribe()
    assert time.monotonic() - started < 30
    assert result.failure is not None
    assert result.failure.code is FailureCode.DATABASE_UNREACHABLE
    assert exit_code(result) == 7
    ask(postgres, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    whole = by_day(practice)
    assert 0 < len(practice.visits()) < sum(whole.values())
    # the lease could not be given back, and is no hindrance to the program that holds it
    again = practice.sync()
    assert again.failure is None
    rows = practice.query(
        "SELECT status, error_details ->> 'code' AS code FROM public.idexx_sync_sessions ORDER BY status"
    )
    assert rows == [
        {"status": "completed", "code": None},
        {"status": "failed", "code": "database_unreachable"},
    ]
    assert practice.actions()["sync.finished"] == 2
    assert len(practice.visits()) == sum(whole.values())
    assert not any(visit.state is VisitState.FAILED for visit in practice.visits().values())
