"""One week from start to end, on the records in memory and, where given, on real ones beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from tests.simulation import events as ev
from tests.simulation import invariants as inv
from tests.simulation.playing import Clinic, ending_of, play_neo, play_person, play_sync


def play(week: ev.Week) -> Clinic:
    """Play a week in memory and check after every event; raises `Broken` where something does not hold."""
    clinic = Clinic.at_work(week)
    for event in week.events:
        step(clinic, event)
        inv.check_always(clinic)
    return clinic


def step(clinic: Clinic, event: ev.Event) -> None:
    """One event with the checks that belong to it."""
    before = inv.handed_over(clinic)
    match event:
        case ev.Pass(minutes):
            clinic.now += timedelta(minutes=minutes)
        case ev.Sync():
            sync(clinic, event)
        case ev.CallMovesOn():
            play_person(clinic, event)
            return
        case _ if not play_neo(clinic, event):
            play_person(clinic, event)
            user = getattr(event, "user", None)
            if user is not None:
                inv.check_brakes(clinic, user)
    inv.check_handed_over(before, clinic)


def sync(clinic: Clinic, event: ev.Sync) -> None:
    clinic.now += timedelta(seconds=7)
    if event.meanwhile is not None:
        play_neo(clinic, event.meanwhile)
    run = play_sync(clinic, event, ending_of(event))
    if run is None or run.ending is not None or run.only is not None or not run.whole:
        return
    inv.check_after_run(clinic, run)
    if event.again:
        stored = clinic.records.of(event.user)
        again = play_sync(clinic, replace(event, meanwhile=None, again=False), None)
        if again is not None:
            inv.check_again(clinic, stored, again)


def broken(week: ev.Week, played: Callable[[ev.Week], object] = play) -> inv.Broken | None:
    """What does not hold in a week, None where all does."""
    try:
        played(week)
    except inv.Broken as problem:
        return problem
    return None


def shrunk(week: ev.Week, played: Callable[[ev.Week], object] = play) -> ev.Week:
    """The same week without the events that a failure does not need: first halves, then ever smaller pieces."""
    size = max(len(week.events) // 2, 1)
    while True:
        start = 0
        while start < len(week.events):
            without = replace(week, events=week.events[:start] + week.events[start + size :])
            if broken(without, played) is not None:
                week = without
            else:
                start += size
        if size == 1:
            return week
        size //= 2
