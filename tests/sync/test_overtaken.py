"""A person who decides while a sync runs is never overtaken by it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from idexx_desktop.domain.changes import JoinCall, VisitChange
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.events import Step, SyncEvent, SyncProgress
from idexx_desktop.domain.reconcile import reconcile
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.sync import days
from tests.support.practice import Practice


def about_to_be_called(practice: Practice) -> VisitRecord:
    """A visit that waited for its notes, which are there now."""
    waiting = next(
        visit
        for visit in practice.visits().values()
        if visit.reason_code == "no_notes" and visit.consultation_id and visit.phone
    )
    practice.site.world.write_notes(waiting.consultation_id or "", "<p>Better. Recheck in a week.</p>")
    return waiting


@pytest.fixture
def in_the_gap(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], list[int]]:
    """Do something once between deciding and writing; counts how often the rules ran over that day."""

    def arrange(act: Callable[[], object]) -> list[int]:
        runs: list[int] = []

        def reconciling(reads: Sequence[Any], *facts: Any) -> tuple[VisitChange, ...]:
            changes = reconcile(reads, *facts)
            if any(not change.unchanged and isinstance(change.call, JoinCall) for change in changes):
                runs.append(len(changes))
                if len(runs) == 1:
                    act()
            return changes

        monkeypatch.setattr(days, "reconcile", reconciling)
        return runs

    return arrange


Arrange = Callable[[Callable[[], object]], list[int]]


def test_a_decision_between_deciding_and_writing(synced: Practice, in_the_gap: Arrange) -> None:
    visit = about_to_be_called(synced)
    runs = in_the_gap(
        lambda: synced.program.visits.decide(visit.visit_key, PersonChoice.NO_CALL, "owner asked")
    )
    result = synced.sync()
    assert result.failure is None
    assert runs
    after = synced.visits()[visit.visit_key]
    assert (after.state, after.reason_code) == (VisitState.EXCLUDED, "no_call_by_person")
    assert not [call for call in synced.calls() if visit.visit_key in call.visit_keys]
    assert result.discharge_calls_scheduled == 0


def test_all_calls_paused_between_deciding_and_writing(synced: Practice, in_the_gap: Arrange) -> None:
    visit = about_to_be_called(synced)
    in_the_gap(synced.program.calls.pause_all)
    assert synced.sync().failure is None
    assert synced.queued() == []
    after = synced.visits()[visit.visit_key]
    assert (after.state, after.reason_code) == (VisitState.HELD, "calls_paused")


def test_an_opt_out_between_deciding_and_writing(synced: Practice, in_the_gap: Arrange) -> None:
    visit = about_to_be_called(synced)
    in_the_gap(lambda: synced.program.calls.opt_out(visit.phone, "by letter"))
    assert synced.sync().failure is None
    after = synced.visits()[visit.visit_key]
    assert (after.state, after.reason_code) == (VisitState.EXCLUDED, "opted_out")
    assert not [call for call in synced.queued() if visit.visit_key in call.visit_keys]


def test_a_decision_while_neo_is_read(synced: Practice) -> None:
    visit = about_to_be_called(synced)
    decided: list[str] = []

    def decide(event: SyncEvent) -> None:
        if isinstance(event, SyncProgress) and event.step is Step.READING_CONSULTATIONS and not decided:
            decided.append(visit.visit_key)
            person = threading.Thread(
                target=synced.program.visits.decide, args=(visit.visit_key, PersonChoice.NO_CALL)
            )
            person.start()
            person.join()

    synced.program.syncer.subscribe(decide)
    assert synced.sync().failure is None
    assert decided
    assert synced.visits()[visit.visit_key].state is VisitState.EXCLUDED
