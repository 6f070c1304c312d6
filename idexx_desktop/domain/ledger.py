"""Which end a visit has: reached, couldn't be reached, not to be called; or open, with a next step and its time.

What has neither an end nor a next step is a leak: nobody would ever hear of it again. The same is computed by the
database for many visits at once (`db.repositories.ledger`); tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from idexx_desktop.domain.attempts import closed_as
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.handed_over import LOOKED_BACK, UNDER_WAY
from idexx_desktop.domain.newer import read_as
from idexx_desktop.domain.others_calls import CALL_GONE, CANCELLED, FAILED, QUEUED
from idexx_desktop.domain.rules import LONGEST_WAIT
from idexx_desktop.domain.visits import VisitState

COMPLETED = "completed"


class End(StrEnum):
    """How a visit stands. The order is that of the lists."""

    REACHED = "reached"
    COULDNT_REACH = "couldnt_reach"
    NOT_TO_BE_CALLED = "not_to_be_called"
    OPEN = "open"
    LEAK = "leak"


class Step(StrEnum):
    """What comes next for a visit that is open."""

    CALL = "call"
    CALL_UNDER_WAY = "call_under_way"
    CALL_BY_HAND = "call_by_hand"
    DECIDE = "decide"
    NOTES = "notes"
    READ_AGAIN = "read_again"
    SYNC = "sync"


# the words that our own calls end with
OURS = tuple(map(str, CallOutcomeKind))


@dataclass(frozen=True, slots=True)
class Call:
    """The call that a visit rests on. `outcome`: what a person recorded last of it, "" where nobody has."""

    status: str
    scheduled_for: datetime | None
    ended_reason: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stored of a visit, as far as its end depends on it.

    `state` as stored, "scheduled" even where the call is gone. `day` is when it was, or was first read of.
    `call` is its own, `shared` that of a colleague's account (`rests_on_colleague`: it was to be one).
    `closed_by_person`: somebody said not to call, or that nothing is to be done about it.
    """

    state: str
    day: datetime
    call: Call | None = None
    shared: Call | None = None
    rests_on_colleague: bool = False
    closed_by_person: bool = False
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a visit stands; `step` and `due` where it is open."""

    end: End
    step: Step | None = None
    due: datetime | None = None


_REACHED, _NOT_CALLED = Standing(End.REACHED), Standing(End.NOT_TO_BE_CALLED)
_LEAK = Standing(End.LEAK)


def standing(visit: Facts, now: datetime) -> Standing:
    """The end of a visit, or what comes next and when."""
    ended = _ended(visit.call)
    if ended is not None:
        return Standing(ended)
    # what a newer version decided is held here
    state = read_as(VisitState, visit.state, VisitState.HELD)
    if state is VisitState.EXCLUDED or (visit.closed_by_person and state is not VisitState.SCHEDULED):
        return _NOT_CALLED
    match state:
        case VisitState.HELD:
            return _open(Step.DECIDE, max(visit.day, now))
        case VisitState.WAITING:
            return _open(Step.NOTES, visit.day + LONGEST_WAIT)
        case VisitState.FAILED:
            return _open(Step.READ_AGAIN, visit.next_try_at or now)
        case _:
            return _of_its_call(visit, now)


def why_leaked(status: str | None, *, is_under_way: bool = False) -> str:
    """What a person is told of a leak, by what became of the visit's call."""
    if is_under_way:
        return "The call was begun days ago, and the calling system never said how it ended."
    return CALL_GONE.get(status, CALL_GONE[None])[1]


@dataclass(frozen=True, slots=True)
class Leaked:
    """A visit that nobody would hear of again, and why."""

    visit_key: str
    patient_name: str
    owner_name: str
    visit_at: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """How many visits of some days have which end, and those that have none.

    `to_agree`: how many of those that couldn't be reached nobody has agreed to yet.
    """

    ends: Mapping[End, int]
    leaked: tuple[Leaked, ...] = ()
    to_agree: int = 0

    @property
    def visits(self) -> int:
        """All of them."""
        return sum(self.ends.values())

    def count(self, end: End) -> int:
        """How many have this end."""
        return self.ends.get(end, 0)


NO_VISITS = Ledger({})


def _ended(call: Call | None) -> End | None:
    """What a call ended as: completed, or made by hand beside the row of a calling system."""
    if call is None:
        return None
    if call.status == COMPLETED:
        ours = call.ended_reason in OURS
        said = call.ended_reason if ours else call.outcome or call.ended_reason
    elif call.status in (FAILED, *UNDER_WAY) and call.outcome:
        said = call.outcome
    else:
        return None
    found = closed_as(COMPLETED, said)
    return None if found is None else End(found)


def _of_its_call(visit: Facts, now: datetime) -> Standing:
    """A visit that says that a call is scheduled."""
    if visit.call is not None and visit.call.status != CANCELLED:
        return _ahead(visit.call, now)
    if visit.shared is not None:
        ended = _ended(visit.shared)
        return Standing(ended) if ended else _of_colleague(visit.shared, now)
    if visit.closed_by_person:
        return _NOT_CALLED
    # that colleague's account decides about its own; the next sync of this one makes the call, or says why not
    return _open(Step.SYNC, now) if visit.rests_on_colleague else _LEAK


def _of_colleague(call: Call, now: datetime) -> Standing:
    """A call that the ledger of its own account looks after."""
    step = Step.CALL_BY_HAND if call.status == FAILED else Step.CALL
    return _open(step, call.scheduled_for or now)


def _ahead(call: Call, now: datetime) -> Standing:
    if call.status == FAILED:
        return _open(Step.CALL_BY_HAND, now)
    if call.scheduled_for is None:
        return _LEAK
    if call.status == QUEUED:
        return _open(Step.CALL, call.scheduled_for)
    # people are told of it for so long, and never after
    is_lost = call.scheduled_for < now - LOOKED_BACK
    return _LEAK if is_lost else _open(Step.CALL_UNDER_WAY, call.scheduled_for + timedelta(hours=1))


def _open(step: Step, due: datetime) -> Standing:
    return Standing(End.OPEN, step, due)
