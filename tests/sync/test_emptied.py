"""Neo's lists come back empty: nothing is taken back before two runs saw it and a person has said that it is so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from idexx_desktop.domain.events import SyncResult, Trigger
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.simulator.world import World
from tests.support.practice import Practice, finished


def take_back(practice: Practice) -> SyncResult:
    """Sync, and say that what is gone is gone."""
    assert practice.program.syncer.start(Trigger.BUTTON, take_back=True)
    return finished(practice.program.syncer)


def show(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Neo's lists show no more than this; each consultation's page is there as before."""

    def cut(whole: Callable[[World], tuple[object, ...]]) -> property:
        return property(lambda world: whole(world)[:most])

    for name in ("appointments", "consultations"):
        monkeypatch.setattr(World, name, cut(vars(World)[name].fget))


def test_lists_that_come_back_empty_take_nothing_back(
    synced: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits, calls = synced.visits(), synced.queued()
    gone = [key for key, row in visits.items() if row.consultation_id is None]
    assert gone
    with monkeypatch.context() as patched:
        show(patched, 0)
        for start in (take_back, Practice.sync):  # a person alone doesn't do, nor does seeing it once more
            synced.clock.pass_by(minutes=10)
            result = start(synced)
            assert result.failure is not None
            assert result.failure.code is FailureCode.LISTS_EMPTIED
            assert "Neo shows none of " in result.failure.title
            assert "nothing was taken back" in result.failure.title
            assert (synced.visits(), synced.queued()) == (visits, calls)
        synced.clock.pass_by(minutes=10)
        assert not synced.actions()["sync.all_the_same"], "nothing went on yet"
        assert take_back(synced).failure is None
        told = "SELECT metadata ->> 'count' AS count, user_id IS NOT NULL AS is_persons, session_id AS run"
        [act] = synced.query(f"{told} FROM public.idexx_sync_audit_log WHERE action = 'sync.all_the_same'")
        assert (int(act["count"]) > 4, act["is_persons"], bool(act["run"])) == (True, True, True)
        assert {synced.visits()[key].state for key in gone} == {VisitState.EXCLUDED}
    synced.clock.pass_by(minutes=10)
    assert take_back(synced).failure is None
    assert synced.actions()["sync.all_the_same"] == 1, "where nothing is missing, nobody went on all the same"


def test_lists_that_are_there_again_go_on_as_if_nothing_had_been(
    synced: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = synced.queued()
    with monkeypatch.context() as patched:
        show(patched, 5)
        synced.clock.pass_by(minutes=10)
        result = synced.sync()
        assert result.failure is not None
        assert "Neo shows only " in result.failure.title
    synced.clock.pass_by(minutes=10)
    assert synced.sync().failure is None
    assert [call.id for call in synced.queued()] == [call.id for call in calls]
