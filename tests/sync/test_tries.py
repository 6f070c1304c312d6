"""A visit that stays unreadable costs Neo less and less, counts all the same, and is read at once when it may help."""

from __future__ import annotations

from idexx_desktop.domain.events import SyncResult, Trigger
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.visits import VisitState
from tests.support.practice import Practice

PAGE = "GET /consultations/{id}/page-data"


def failed(practice: Practice) -> VisitRecord:
    """The one visit of the day that can't be read."""
    [visit] = [row for row in practice.visits().values() if row.state is VisitState.FAILED]
    return visit


def until_it_waits(practice: Practice) -> VisitRecord:
    """Sync until the visit has failed three times."""
    for attempts in (2, 3):
        practice.clock.pass_by(minutes=5)
        result = practice.sync()
        assert (result.failure, result.consultations_failed) == (None, 1)
        assert failed(practice).attempts == attempts
    return failed(practice)


def pages_asked(practice: Practice, result: SyncResult, before: int) -> int:
    """How many consultations a run asked for; each of them is accounted for."""
    assert result.failure is None
    assert result.consultations_synced + result.consultations_failed == result.consultations_seen
    return practice.site.counts[PAGE] - before


def test_after_three_runs_it_waits_and_still_counts(synced: Practice) -> None:
    visit = until_it_waits(synced)
    assert visit.next_try_at is not None
    assert (visit.next_try_at - synced.clock.now()).total_seconds() == 8 * 3600
    before = synced.site.counts[PAGE]
    synced.clock.pass_by(minutes=5)
    waiting = synced.sync()
    asked = pages_asked(synced, waiting, before)
    assert waiting.consultations_failed == 1
    assert waiting.failures[0].visit_key == visit.visit_key
    assert failed(synced).attempts == 3
    assert failed(synced).last_attempt_at == visit.last_attempt_at

    synced.clock.pass_by(hours=8)
    before = synced.site.counts[PAGE]
    assert pages_asked(synced, synced.sync(), before) > asked
    again = failed(synced)
    assert again.attempts == 4
    assert again.next_try_at is not None
    assert (again.next_try_at - synced.clock.now()).total_seconds() == 16 * 3600


def test_it_is_read_at_once_when_the_lists_show_a_change(synced: Practice) -> None:
    visit = until_it_waits(synced)
    synced.site.world.set_quirks(visit.consultation_id or "")
    synced.clock.pass_by(minutes=5)
    assert synced.sync().consultations_failed == 1  # mended, but nothing tells so
    with synced.program.records.transaction() as tx:
        known = tx.visits.known(synced.clock.now(), synced.clock.now())
    assert known[visit.visit_key].failed_hash
    synced.query(
        "UPDATE public.visits SET failed_hash = 'what the lists showed before' WHERE id = %s", visit.id
    )
    result = synced.sync()
    assert (result.failure, result.consultations_failed) == (None, 0)
    mended = synced.visits()[visit.visit_key]
    assert (mended.attempts, mended.next_try_at, mended.failure_code) == (0, None, None)


def test_a_person_need_not_wait_and_nothing_is_doubled(synced: Practice) -> None:
    visit = until_it_waits(synced)
    calls = {call.id for call in synced.queued()}
    only = frozenset({visit.visit_key})
    assert synced.sync(Trigger.RETRY, only_visits=only).consultations_failed == 1
    assert failed(synced).attempts == 4
    synced.site.world.set_quirks(visit.consultation_id or "")
    for _ in range(2):
        assert synced.sync(Trigger.RETRY, only_visits=only).consultations_failed == 0
    keys = [key for call in synced.queued() for key in call.visit_keys]
    assert len(keys) == len(set(keys))
    assert calls <= {call.id for call in synced.queued()}
    assert len(synced.visits()) == len(
        {row["visit_key"] for row in synced.query("SELECT visit_key FROM visits")}
    )
