"""One week from start to end, on the records in memory and, where given, on real ones beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeGuard

from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.phones import dialable
from tests.simulation import events as ev
from tests.simulation import hostile, ledger, looked_at
from tests.simulation import invariants as inv
from tests.simulation.comparing import require_same
from tests.simulation.often import check_often
from tests.simulation.playing import LEASE, Clinic, ending_of, hindrance, play_neo, play_person, play_sync
from tests.simulation.program import Program
from tests.simulation.running import MemoryRun, hold_unread
from tests.simulation.ticking import pass_time

Played = Callable[[ev.Week], object]
# these change nothing that is recorded
_IN_NEO_ALONE = (
    ev.Open,
    ev.Quit,
    ev.SetUp,
    ev.SetClock,
    ev.NewVersion,
    ev.TypeCode,
    ev.Book,
    ev.WalkIn,
    ev.Consult,
    ev.Write,
    ev.PetDies,
    ev.NewNumber,
)


def play(week: ev.Week) -> Clinic:
    """Play a week in memory and check after every event; raises `Broken` where something does not hold.

    Returns the clinic as the week ends.
    """
    clinic = Clinic.at_work(week)
    for event in week.events:
        step(clinic, event)
    return clinic


def play_beside(week: ev.Week, program: Program) -> None:
    """Play it by the program, too: after every event both have the same records."""
    for event in week.events:
        step(program.clinic, event, program)
        if not isinstance(event, _IN_NEO_ALONE):
            require_same(program)


def step(clinic: Clinic, event: ev.Event, program: Program | None = None) -> None:
    """One event, with the checks that belong to it."""
    before, waiting, lost = inv.handed_over(clinic), looked_at.waiting(clinic), ledger.lost(clinic)
    if isinstance(event, ev.Sync):
        _sync(clinic, event, program)
    elif isinstance(event, ev.Pass):
        pass_time(
            clinic,
            event,
            lambda user: _hold(clinic, user, program),
            lambda look: _run(clinic, look, program),
        )
    else:
        _happen(clinic, event, program)
        if _brakes(event) and clinic.records.standing.refused(event) is None:
            inv.check_brakes(clinic, event.user)
        if isinstance(event, ev.Decide):
            inv.check_decided(clinic, event.user)
    if not isinstance(event, ev.CallMovesOn):
        inv.check_handed_over(before, clinic)
    looked_at.check_released(waiting, clinic)
    inv.check_always(clinic)
    ledger.check_nothing_is_lost(lost, clinic, event)


def _brakes(event: ev.Event) -> TypeGuard[ev.OptOut | ev.Switch | ev.NewRules | ev.Outcome | ev.CallByHand]:
    """Whether a person says what holds at once for all calls of theirs."""
    if isinstance(event, ev.OptOut):
        return dialable(event.number, "US").e164 is not None
    opted_out = isinstance(event, ev.Outcome | ev.CallByHand) and event.kind is CallOutcomeKind.OPTED_OUT
    return opted_out or isinstance(event, ev.Switch | ev.NewRules)


def _happen(clinic: Clinic, event: ev.Event, program: Program | None) -> None:
    if program is not None:
        program.person(event)
    if isinstance(event, ev.Hostile):
        hostile.in_memory(clinic, event)
    elif not play_neo(clinic, event):
        play_person(clinic, event)
        if isinstance(event, ev.CallMovesOn | ev.Leave):
            clinic.records.count_missing()


def _sync(clinic: Clinic, event: ev.Sync, program: Program | None) -> None:
    clinic.now += timedelta(seconds=7)
    if clinic.lease is not None and clinic.now - clinic.lease.at >= LEASE:
        clinic.lease = None
    run = _run(clinic, event, program)
    if run is None or run.ending is not None or run.only is not None or not run.whole:
        return
    if event.user in clinic.records.standing.clocks:
        return  # what was done by a wrong clock is not judged by the right one
    inv.check_after_run(clinic, run)
    check_often(clinic.records, event.user, clinic.now)
    ledger.check_found_again(clinic, event.user)
    if event.again:
        stored = clinic.records.of(event.user)
        again = _run(clinic, replace(event, meanwhile=None), program)
        if again is not None:
            inv.check_again(clinic, stored, run, again)


def _hold(clinic: Clinic, user: str, program: Program | None) -> None:
    """What is nearly due, and was not read, is held."""
    hold_unread(clinic.records, user, clinic.time_of(user), clinic.now)
    if not clinic.records.standing.wrong_by(user):
        looked_at.check_held(clinic, user)
    if program is not None:
        program.hold(user)


def _run(clinic: Clinic, event: ev.Sync, program: Program | None) -> MemoryRun | None:
    """The run in memory, which ends as the program's did; without one, as the event says."""
    met: list[ev.Event] = []
    if clinic.records.standing.refusal(event.user) is None:
        hold_unread(clinic.records, event.user, clinic.time_of(event.user), clinic.now)
        if not clinic.records.standing.wrong_by(event.user):
            clinic.looked_at[event.user] = clinic.now

    def meanwhile() -> None:
        if event.meanwhile is not None:
            met.append(event.meanwhile)
            if program is not None:
                program.person(event.meanwhile)
            play_neo(clinic, event.meanwhile)

    if program is not None:
        ending = program.sync(event, meanwhile)
        asked_for = ending_of(event)
        codes = {None, asked_for.code} if asked_for is not None else {None}
        expected = ending is None or ending.code in codes
        inv.require(expected, f"{event} ended with {ending}")
    else:
        ending = ending_of(event)
        if hindrance(clinic, event) is None and (ending is None or ending.writes >= 0):
            meanwhile()
    return play_sync(clinic, event if met else replace(event, meanwhile=None), ending)


def broken(week: ev.Week, played: Played = play) -> Exception | None:
    """What went wrong in a week: an invariant that does not hold, or whatever else; None where all is well."""
    try:
        played(week)
    except Exception as problem:
        return problem
    return None


def shrunk(week: ev.Week, played: Played = play) -> ev.Week:
    """The week without the events that its failure does not need: first halves go, then ever smaller pieces."""
    kind = _kind(broken(week, played))
    size = max(len(week.events) // 2, 1)
    while size > 0:
        before, start = len(week.events), 0
        while start < len(week.events):
            without = replace(week, events=week.events[:start] + week.events[start + size :])
            if _kind(broken(without, played)) == kind:
                week = without
            else:
                start += size
        # an event may be needed only for one that has gone since
        if size > 1 or len(week.events) == before:
            size //= 2
    return week


def told(week: ev.Week, problem: Exception) -> str:
    """What a person needs to understand it: the problem, where and when the week begins, and what happens in it."""
    begins = f"{week.begins:%Y-%m-%d %H:%M} in {week.zone}{', in review mode' if week.review else ''}"
    happens = [f"{place:4} {event}" for place, event in enumerate(week.events, 1)]
    return "\n".join([f"{type(problem).__name__}: {problem}", f"week {week.seed}, from {begins}:", *happens])


def _kind(problem: Exception | None) -> str:
    """Which problem it is, whatever visit and call it names."""
    return type(problem).__name__ + re.sub(r"[ac]:\d+|\d+", "", str(problem))
