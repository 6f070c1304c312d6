"""How often one number is called: so many calls a day and in 30 days, whoever of the clinic makes them.

A call counts once, however many tries it takes. Of several that are one too many, the one about the later visit is
held; a person's decision to call goes beyond that. What other accounts have is there already, so it comes first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from idexx_desktop.domain.cases import Case, held
from idexx_desktop.domain.changes import JoinCall, KnownVisit, LeaveCall, VisitChange
from idexx_desktop.domain.decisions import CallPlan, CallRules, Decision, ReasonCode
from idexx_desktop.domain.habits import habits_of
from idexx_desktop.domain.holding import too_late_without_call, without_time
from idexx_desktop.domain.others_calls import QUEUED
from idexx_desktop.domain.owner_numbers import spoken

OFTEN_RULE = "How often this number is called"
SPAN = timedelta(days=30)
_NEVER = datetime.min.replace(tzinfo=UTC)
_DAY = timedelta(days=1)
_ENOUGH = ReasonCode.CALLED_ENOUGH


@dataclass(frozen=True, slots=True)
class CallTo:
    """A call of one's own that was made or is queued, to a number (E.164), and when it was or is."""

    call_id: str
    phone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CallsBefore:
    """What the records hold of calls to the numbers in question.

    `others`: how many other accounts of the clinic made or have queued, by number and the clinic's day.
    """

    own: Sequence[CallTo] = ()
    others: Mapping[tuple[str, date], int] = field(default_factory=dict)


NOTHING_BEFORE = CallsBefore()


@dataclass(frozen=True, slots=True)
class Planned:
    """The call that a household would get, about these visits; None where there is none. `call_id`: its queued one."""

    cases: Sequence[Case]
    plan: CallPlan | None
    call_id: str | None = None

    @property
    def turn(self) -> tuple[datetime, str]:
        """What is about the earlier visit comes first."""
        return min(((case.visit_at or _NEVER, case.key) for case in self.cases), default=(_NEVER, ""))

    @property
    def is_decided(self) -> bool:
        """Whether a person decided that this call be made."""
        return any(case.called_at is not None for case in self.cases)


def one_too_many(
    planned: Sequence[Planned], cases: Iterable[Case], rules: CallRules, now: datetime, before: CallsBefore
) -> dict[int, str]:
    """Which of the planned calls are held, by their place, and why in words."""
    if rules.calls_per_day is None and rules.calls_per_month is None:
        return {}
    planned_anew = [each for each in planned if each.plan is not None]
    replaced = {case.queued.call_id for each in planned_anew for case in each.cases if case.queued}
    replaced |= {each.call_id for each in planned_anew if each.call_id is not None}
    made, waiting = _split(before, cases, replaced, rules, now)
    turns: list[tuple[tuple[datetime, str], str, date, int | None]] = [
        (each.turn, each.plan.phone, _day(each.plan.scheduled_for, rules), place)
        for place, each in enumerate(planned)
        if each.plan is not None
    ]
    turns += [(turn, phone, day, None) for turn, phone, day in waiting]
    found = {}
    for _, phone, day, place in sorted(turns, key=lambda each: (each[0], each[3] is not None)):
        each = planned[place] if place is not None else None
        if each is not None and place is not None and not each.is_decided:
            why = _objection(phone, _days(each, day, rules), made[phone], rules)
            if why:
                found[place] = why
                continue
        made[phone][day] += 1
    return found


def called_enough(case: Case, why: str, rules: CallRules, now: datetime) -> Decision | None:
    """What is decided about a visit whose call is one too many."""
    late = too_late_without_call(case, rules, now)
    if late is not None or case.decision is None:
        return late
    return without_time(held(case.decision, ReasonCode.CALLED_ENOUGH, why, OFTEN_RULE))


def same_numbers(changes: Iterable[VisitChange], known: Mapping[str, KnownVisit]) -> frozenset[str]:
    """The visits on queued calls to the numbers to which these changes make calls: theirs may be one too many now."""
    joined = [change for change in changes if isinstance(change.call, JoinCall)]
    of_number: dict[str, set[str]] = defaultdict(set)
    for change in joined:
        if isinstance(change.call, JoinCall):
            of_number[change.call.phone] |= change.call.household
    for key, visit in known.items():
        if visit.call is not None and visit.call.status == QUEUED and visit.call.phone in of_number:
            of_number[visit.call.phone].add(key)
    several = [keys for keys in of_number.values() if len(keys) > 1]
    alone = {change.call.household for change in joined if isinstance(change.call, JoinCall)}
    return frozenset[str]().union(*(keys for keys in several if keys not in alone))


def freed_numbers(changes: Iterable[VisitChange], known: Mapping[str, KnownVisit]) -> frozenset[str]:
    """The visits that are held because their number is called enough, where a change takes a call to it back."""
    changed = {change.visit_key: change for change in changes}
    left = {change.call.call_id for change in changed.values() if isinstance(change.call, LeaveCall)}
    freed = {visit.call.phone for visit in known.values() if visit.call and visit.call.call_id in left}
    if not freed:
        return frozenset()
    waiting = {key: visit.phone for key, visit in known.items() if visit.reason_code is _ENOUGH}
    waiting |= {
        key: change.decision.phone
        for key, change in changed.items()
        if change.decision.reason_code is _ENOUGH
    }
    return frozenset(key for key, phone in waiting.items() if phone in freed)


def _split(
    before: CallsBefore, cases: Iterable[Case], replaced: Collection[str], rules: CallRules, now: datetime
) -> tuple[dict[str, Counter[date]], list[tuple[tuple[datetime, str], str, date]]]:
    """The days of the calls that count before all others, by number; and the queued ones, with their visits' turn."""
    turns: dict[str, tuple[datetime, str]] = {}
    gone = set(replaced)
    for case in cases:
        if case.queued is None:
            continue
        if case.keeps_call(rules, now) is None:
            gone.add(case.queued.call_id)
            continue
        turn = case.visit_at or _NEVER, case.key
        turns[case.queued.call_id] = min(turn, turns.get(case.queued.call_id, turn))
    gone -= turns.keys() - replaced
    made: dict[str, Counter[date]] = defaultdict(Counter)
    waiting = []
    for call in before.own:
        if call.call_id in gone:
            continue
        if call.call_id in turns:
            waiting.append((turns[call.call_id], call.phone, _day(call.at, rules)))
        else:
            made[call.phone][_day(call.at, rules)] += 1
    for (phone, day), count in before.others.items():
        made[phone][day] += count
    return made, waiting


def _days(each: Planned, day: date, rules: CallRules) -> list[date]:
    """The days that are looked at: what was held for this stays so on the next day, until a person decides."""
    since = [
        _day(case.known.changed_at, rules)
        for case in each.cases
        if case.known is not None and case.known.reason_code is ReasonCode.CALLED_ENOUGH
    ]
    first = min(day, *since) if since else day
    return [first + _DAY * offset for offset in range((day - first).days + 1)]


def _objection(phone: str, days: Sequence[date], made: Counter[date], rules: CallRules) -> str:
    if not made:
        return ""
    a_day, in_all = rules.calls_per_day, rules.calls_per_month
    if in_all is not None and any(length < SPAN for length in _spans(days[-1], made, in_all)):
        return f"{spoken(phone)} is called {_times(in_all)} within 30 days already, and no number is called more often."
    # its own day first: what is said of it stays the same
    full = next((day for day in reversed(days) if a_day is not None and made[day] >= a_day), None)
    if full is None or a_day is None:
        return ""
    when = habits_of(rules.country).day(full)
    most = _times(a_day)
    return f"{spoken(phone)} is called about another visit on {when}, and a number is called {most} a day at most."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _spans(day: date, made: Counter[date], count: int) -> Iterator[timedelta]:
    """How many days lie between the first and the last of so many calls and one on this day."""
    near = sorted(each for each in made.elements() if abs(each - day) < SPAN)
    for place in range(len(near) - count + 1):
        yield max(near[place + count - 1], day) - min(near[place], day)


def _day(moment: datetime, rules: CallRules) -> date:
    return moment.astimezone(rules.zone).date()
