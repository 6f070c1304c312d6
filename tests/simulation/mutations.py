"""The program broken on purpose, each time in one place: what the invariants are worth.

What nobody can find, because it is no fault:
- the rules (`unread.is_fresh`) take a reading that seems yet to come for a fresh one: each look at the clock forgets
  such readings first, and holds what was scheduled by them; `looks.is_fresh`, which judges colleagues' readings, too,
  is found;
- what is due soon is read 45 minutes before instead of 30 (`looks.AHEAD`), or only 20 (`looks.LIMIT`): it is as fresh
  as it has to be, and in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from idexx_desktop.db.audit import AuditRepository
from idexx_desktop.db.repositories.calls import CallRepository
from idexx_desktop.db.repositories.standing import StandingRepository
from idexx_desktop.db.repositories.visit_pages import VISITS, VisitPages
from idexx_desktop.db.repositories.visits import VisitRepository
from idexx_desktop.domain import call_times, cases, checks, freshness, looks, others_calls, reconcile, unread
from idexx_desktop.domain.cases import Case
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode, StepOutcome
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.findings import passed, stopped
from idexx_desktop.domain.unread import Unread
from idexx_desktop.sync import days, tally, writing
from tests.simulation import events as ev
from tests.simulation import memory, playing, running, ticking, weeks
from tests.simulation.found import MORNING, PHOENIX, finished
from tests.simulation.memory import MemoryRecords
from tests.simulation.neo import NUMBERS

Made = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Mutation:
    """What the program does wrong: `name` of `owner` is replaced by what `made` makes of it."""

    what: str
    owner: object
    name: str
    made: Made

    def __str__(self) -> str:
        return self.what


@contextmanager
def mutated(mutation: Mutation) -> Iterator[None]:
    """The program with this mutation."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mutation.owner, mutation.name, mutation.made(getattr(mutation.owner, mutation.name)))
        yield


def _always(result: object) -> Made:
    return lambda _: lambda *_values, **_named: result


def _passing(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The rule objects to nothing."""
    return lambda facts: passed(check(facts).rule)


def _late(time: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def twelve_hours_later(facts: Any) -> Any:
        due = time(facts)
        return due + timedelta(hours=12) if isinstance(due, datetime) else due

    return twelve_hours_later


def _each_alone(_: object) -> Callable[[Any], Any]:
    return lambda members: tuple((member,) for member in members)


def _said_to_be(*, unchanged: bool) -> Made:
    """What is known already is always written again, or never."""

    def made(original: Callable[..., Any]) -> Callable[..., Any]:
        def changes(reads: Any, known: Any, *others: Any) -> Any:
            return tuple(
                replace(change, unchanged=unchanged) if change.visit_key in known else change
                for change in original(reads, known, *others)
            )

        return changes

    return made


def _lost_now_and_then(save: Callable[..., Any]) -> Callable[..., Any]:
    def lossy(writer: Any, tx: Any, changes: Any, grounds: Any) -> Any:
        kept = [change for number, change in enumerate(changes) if number % 2 == 0]
        lost = [writing.Written(change) for change in changes if change not in kept]
        return (*save(writer, tx, kept, grounds), *lost)

    return lossy


def _twice(count: Callable[..., Any]) -> Callable[..., Any]:
    def twice(*values: Any) -> None:
        count(*values)
        count(*values)

    return twice


def _all_mine(claim: Callable[..., Any]) -> Callable[..., Any]:
    def claims(*values: Any) -> Any:
        return {key: replace(found, is_mine=True) for key, found in claim(*values).items()}

    return claims


def _unless_there_was(is_such: Callable[[Any], bool]) -> Made:
    """Nothing is looked at for a while after a run of some kind."""

    def made(wanted: Callable[..., Any]) -> Callable[..., Any]:
        def unless(records: Any, user: str, now: datetime) -> Any:
            lately = (run for run in records.runs if now - run.started_at < timedelta(minutes=45))
            return frozenset() if any(map(is_such, lately)) else wanted(records, user, now)

        return unless

    return made


def _by_now(_: Callable[..., Any]) -> Callable[..., Any]:
    return lambda at, _due, now: at is not None and at >= now - freshness.LIMIT


def _or_never(is_fresh: Callable[..., bool]) -> Callable[..., bool]:
    return lambda at, due, now: at is None or is_fresh(at, due, now)


def _or_to_come(_: object) -> Callable[..., bool]:
    return lambda at, due, _now: at is not None and at >= due - freshness.LIMIT


def _but_for_held(to_read: Callable[..., Any]) -> Callable[..., Any]:
    def wanted(known: Any, zone: Any, now: datetime) -> Any:
        held = {key for key, visit in known.items() if visit.reason_code is ReasonCode.NOT_LOOKED_AT}
        return to_read({key: visit for key, visit in known.items() if key not in held}, zone, now)

    return wanted


def _by_themselves(_: object) -> Callable[..., Any]:
    return lambda keys, *_others: frozenset(keys)


def _without_household(hold: Callable[..., bool]) -> Callable[..., bool]:
    return lambda unread, called, _household, due: hold(unread, called, called, due)


def _if_near(hold: Callable[..., bool]) -> Callable[..., bool]:
    def holds(unread_: Any, called: Any, household: Any, due: datetime) -> bool:
        near = due - unread_._now <= freshness.LAST_CHANCE
        return near and hold(unread_, called, household, due)

    return holds


def _another(only_of: Callable[..., Any]) -> Callable[..., Any]:
    def other(clinic: Any, event: ev.Sync) -> Any:
        only = only_of(clinic, event)
        mine = sorted(key for user, key in clinic.records.visits if user == event.user)
        return only if only is None else frozenset(mine) - only

    return other


def _of_another(with_household: Callable[..., Any]) -> Callable[..., Any]:
    def other(run: Any, only: Any, listed: Any) -> Any:
        return with_household(run, frozenset(run.facts.known) - only, listed)

    return other


def _all_open(seen: Callable[..., int]) -> Callable[..., int]:
    return lambda visits, _keys, *, read_at: seen(visits, visits.open_keys(), read_at=read_at)


def _the_first(calls: Callable[..., Any]) -> Callable[..., Any]:
    return lambda known: islice(calls(known), 1)


def _as_if_read(store: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: replace(store(*values), last_read_at=values[-1])


def _without_lease(of: Callable[..., Any]) -> Callable[..., Any]:
    return lambda repository, visits, phones, _lease=None: of(repository, visits, phones)


def _as_decided(_: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _pages: VISITS.c.state


RULES = (
    Mutation("calls about dead pets", checks, "no_signs_of_death", _passing),
    Mutation("calls about cancelled visits", checks, "took_place", _passing),
    Mutation("calls about what is no visit", checks, "counts_as_visit", _passing),
    Mutation("calls without notes", checks, "notes_are_in", _passing),
    Mutation("calls for kinds that are off", checks, "kind_gets_calls", _passing),
    Mutation("calls to who opted out", checks, "owner_wants_calls", _passing),
    Mutation("calls in the night", checks, "call_time", _late),
    Mutation("calls on closed days", call_times, "is_open_day", _always(True)),
    Mutation("calls in spite of a pause", checks, "calls_are_on", lambda _: lambda *_: passed(checks.CALLS_ON)),
    Mutation("two calls for one owner", reconcile, "households", _each_alone),
    Mutation("a held pet holds nobody", reconcile, "_hold_for_household", _always(frozenset())),
    Mutation("a death elsewhere is not heard of", reconcile, "_hold_for_same_pet", _always(None)),
    Mutation("a death is not told to earlier days", running, "also_concerned", _always(frozenset())),
    Mutation("attention for nothing", reconcile, "needs_attention", _always(False)),
    Mutation("changes are lost", reconcile, "reconcile", _said_to_be(unchanged=True)),
    Mutation("everything is written again", reconcile, "reconcile", _said_to_be(unchanged=False)),
    Mutation("handed over counts as ours", Case, "is_handed_over", lambda _: property(lambda _case: False)),
    Mutation("a colleague's counts as ours", Case, "is_claimed", lambda _: property(lambda _case: False)),
    Mutation("a walk-in begins anew", MemoryRecords, "follow_walk_ins", _always(frozenset())),
    Mutation("an ordinary visit is left out", checks, "number_can_be_called",
             _always(stopped(checks.PHONE, StepOutcome.HELD, ReasonCode.NO_PHONE, "No number."))),
)  # fmt: skip

# what a look before a call is worth
LOOKS = (
    Mutation("calls are not held unread", weeks, "hold_unread", _always(None)),
    Mutation("the rules know of no look", Unread, "hold", _always(False)),
    Mutation("a look of hours ago will do", freshness, "LIMIT", lambda _: timedelta(hours=3)),
    Mutation("any look will do", looks, "is_fresh", _always(True)),
    Mutation("the last chance is never", looks, "is_last_chance", _always(False)),
    Mutation("nothing is looked at", ticking, "wanted_looks", _always(frozenset())),
    Mutation(
        "a run lately is a look", ticking, "wanted_looks", _unless_there_was(lambda run: run.everything)
    ),
    Mutation(
        "a retry lately is a look", ticking, "wanted_looks", _unless_there_was(lambda run: not run.everything)
    ),
    Mutation(
        "a stopped run is a look",
        ticking,
        "wanted_looks",
        _unless_there_was(lambda run: run.code is not None),
    ),
    Mutation("never read is fresh", looks, "is_fresh", _or_never),
    Mutation("never read is fresh to the rules", unread, "is_fresh", _or_never),
    Mutation("a reading to come is fresh", looks, "is_fresh", _or_to_come),
    Mutation("a held call waits for good", running, "to_read", _but_for_held),
    Mutation("a held call waits as if it was unreadable often", looks, "_waits", _always(True)),
    Mutation("a held call comes back unread", Unread, "hold", _if_near),
    Mutation("the household is not looked at", looks, "with_household", _by_themselves),
    Mutation("the household is not read", running, "with_household", _by_themselves),
    Mutation("the rules know of no household", Unread, "hold", _without_household),
    Mutation("the pet's other visits may be old", unread, "is_same_pet", _always(False)),
    Mutation("a look reads another visit", playing, "only_of", _another),
    Mutation("what can't be read is tried all the time", looks, "_may_try", _always(True)),
    Mutation("what was unreadable often is tried at once", looks, "_waits", _always(False)),
    Mutation(
        "a clock that was ahead makes readings younger",
        running,
        "SEEMS_TO_COME",
        lambda _: timedelta(days=300),
    ),
    Mutation("colleagues' calls are not held", running, "hold_call", _always(None)),
    Mutation("the rules know of no last chance", unread, "is_last_chance", _always(False)),
    Mutation("what is fresh now is fresh then", looks, "is_fresh", _by_now),
    Mutation("what was tried is not tried again", looks, "_may_try", _always(False)),
    Mutation("only the first call is looked at", looks, "_queued", _the_first),
    Mutation("a try is a reading", memory, "stored_failed", _as_if_read),
    Mutation("a decision is a reading", memory, "stored", _as_if_read),
)

# what others have written counts, whatever it is
TRUSTING = (
    Mutation(
        "any call of another counts",
        cases,
        "binding",
        lambda _: lambda calls, *_: min(calls, key=lambda call: call.call_id, default=None),
    ),
    Mutation(
        "a call at any time counts", others_calls, "counts", lambda _: lambda call, *_: call.phone is not None
    ),
)

# something of all that the engine itself has to do right
WEEK = ev.Week(0, PHOENIX, MORNING, False, (
    *finished((0, 0), -60), *finished((1, 0), -40, "Wellness"), ev.WalkIn((2, 0), "well"),
    ev.Sync("ana", "Front Desk 1"), ev.Sync("colleague", "Front Desk 2"),
    ev.ChangeVisit(2, "appointed"), ev.Write(0, "better"), ev.Write(1, "euthanized"),
    ev.Sync("ana", "Front Desk 1", ev.Trouble.LEASE_TAKEN),
    ev.Sync("ana", "Front Desk 1", ev.Trouble.OUTAGE),
    ev.Sync("ana", "Front Desk 1"),
    ev.Outcome("ana", 0, CallOutcomeKind.OPTED_OUT), ev.OptOut("ana", NUMBERS[2], True),
    ev.Sync("colleague", "Front Desk 2"), ev.CallMovesOn(0, "cancelled"), ev.Sync("ana", "Front Desk 1", again=True),
))  # fmt: skip

# a retry of one visit, half lists, a stopped run, a clock that was ahead, and who is there before the call
LOOKED = ev.Week(0, PHOENIX, MORNING, False, (
    *finished((0, 0), -60), *finished((0, 1), -60), *finished((1, 0), -60), ev.Sync("ana", "Front Desk 1"),
    ev.Pass(15), ev.Sync("ana", "Front Desk 1", only=2), ev.Pass(1), ev.Sync("ana", "Front Desk 1", only=0),
    ev.Pass(15), ev.ChangeVisit(2, "unreadable"), ev.Sync("ana", "Front Desk 1", ev.Trouble.HALF_LISTS),
    ev.Pass(15), ev.Sync("ana", "Front Desk 1", ev.Trouble.OUTAGE),
    ev.SetClock("ana", 120), ev.Sync("ana", "Front Desk 1"), ev.SetClock("ana", 0), ev.Open("ana", "Front Desk 1"),
    ev.ChangeVisit(2, "readable"), ev.Pass(1), ev.Decide("ana", 0, PersonChoice.CALL, 50), ev.Quit("ana"),
    ev.Open("colleague", "Front Desk 2"), ev.Pass(45),
))  # fmt: skip

ON_RECORDS = (
    Mutation("writes are lost", writing.VisitWriter, "_save", _lost_now_and_then),
    Mutation("the history counts twice", tally.Tally, "count", _twice),
    Mutation("no row for a change", AuditRepository, "add", _always(None)),
    Mutation("writes without a lease", StandingRepository, "of", _without_lease),
    Mutation("calls twice after a walk-in", VisitRepository, "_rename", _always(None)),
    Mutation("takes a colleague's call", CallRepository, "claim", _all_mine),
    Mutation("a call is never cancelled", CallRepository, "cancel", _always(True)),
    Mutation("calls that are gone read as scheduled", VisitPages, "_state", _as_decided),
)

LOOKS_ON_RECORDS = (
    Mutation("a retry reads another visit", days.DayByDay, "_with_household", _of_another),
    Mutation("a retry reads one visit alone", days, "with_household", _by_themselves),
    Mutation("half a list is a whole one", days, "_is_whole", _always(True)),
    Mutation("what was read is not noted", writing.VisitWriter, "note_read", _always(None)),
    Mutation("a stopped run read everything", VisitRepository, "seen", _all_open),
    Mutation("readings to come are kept", VisitRepository, "forget_readings_to_come", _always(0)),
    Mutation("nobody sees to colleagues' calls", CallRepository, "hold_of_colleagues", _always(0)),
)
