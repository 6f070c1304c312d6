"""One call for each owner and day: who is on it, when, at which number, and who has to leave which call."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from idexx_desktop.domain.areas import areas_of_all
from idexx_desktop.domain.call_terms import terms_of
from idexx_desktop.domain.call_text import companions
from idexx_desktop.domain.call_times import spans_of
from idexx_desktop.domain.care import care_in, with_care
from idexx_desktop.domain.cases import Case, with_step
from idexx_desktop.domain.changes import CallChange, JoinCall, KnownCall, LeaveCall, NoCallChange
from idexx_desktop.domain.checks import CALL_ON, WINDOW, window_words
from idexx_desktop.domain.decisions import CallPlan, CallRules, Decision, ReasonCode, RuleStep, StepOutcome
from idexx_desktop.domain.households import Member, is_same_pet
from idexx_desktop.domain.often_called import (
    NOTHING_BEFORE,
    CallsBefore,
    Planned,
    called_enough,
    one_too_many,
)
from idexx_desktop.domain.others_calls import CANCELLED
from idexx_desktop.domain.owners_care import care_on_call
from idexx_desktop.domain.phones import dialable
from idexx_desktop.domain.spreading import NOTHING_ELSEWHERE, Spread, risk
from idexx_desktop.domain.unread import Unread, not_looked_at
from idexx_desktop.domain.visits import VisitState

_NEVER = datetime.min.replace(tzinfo=UTC)
ONE_CALL_RULE = "One call for the owner's pets"


@dataclass(frozen=True, slots=True)
class Assigned:
    """A visit's decision once its household is known, and what happens to its call."""

    decision: Decision | None
    change: CallChange = field(default_factory=NoCallChange)


@dataclass(frozen=True, slots=True)
class _Household:
    """The visits of one call: `callable` are scheduled in this run, `keeping` could not be read but stay on it."""

    callable: tuple[Case, ...]
    keeping: tuple[Case, ...]
    target: KnownCall | None
    unknown: frozenset[str]

    @property
    def keys(self) -> frozenset[str]:
        """Every visit on the call."""
        return frozenset(case.key for case in (*self.callable, *self.keeping)) | self.unknown


def assign_calls(
    cases: Mapping[str, Case],
    groups: Sequence[Sequence[Member]],
    blocked: Collection[str],
    rules: CallRules,
    now: datetime,
    taken: Iterable[datetime] = (),
    elsewhere: Mapping[datetime, int] = NOTHING_ELSEWHERE,
    before: CallsBefore = NOTHING_BEFORE,
) -> dict[str, Assigned]:
    """The call of every visit. `blocked` visits are held because of another pet, and leave their call.

    `taken`: when calls are that these visits don't tell of. `elsewhere`: how many calls of other accounts are in each
    quarter of an hour. `before`: the calls to the numbers of these visits that there are.
    """
    assigned = {key: Assigned(case.decision) for key, case in cases.items()}
    kept = {
        key: call
        for key, case in cases.items()
        if key not in blocked and (call := case.keeps_call(rules, now)) is not None
    }
    homes = [[cases[member.visit_key] for member in group] for group in groups]
    calls_of: dict[int, set[str]] = defaultdict(set)
    for call_id, place in _owners(homes, kept).items():
        calls_of[place].add(call_id)
    staying: dict[str, frozenset[str]] = {}
    unread = Unread(cases.values(), now)
    settled = [_household(members, cases, kept, calls_of[place]) for place, members in enumerate(homes)]
    plans = _spread(settled, cases.values(), rules, now, taken, elsewhere)
    many = one_too_many(list(map(_planned, settled, plans)), cases.values(), rules, now, before)
    for place, (members, home, plan) in enumerate(zip(homes, settled, plans, strict=True)):
        back = _set_back(members, home, plan, many.get(place, ""), unread, rules, now)
        if back is not None:
            assigned |= back
            continue
        if home.target is not None:
            staying[home.target.call_id] = home.keys
        if plan is not None:
            for case in home.callable:
                assigned[case.key] = _join(case, home, plan, cases, rules)
    for key, case in cases.items():
        leaves = _leaves(case, assigned[key], staying)
        if leaves is not None:
            assigned[key] = replace(assigned[key], change=leaves)
    return assigned


def _set_back(
    members: Sequence[Case],
    home: _Household,
    plan: CallPlan | None,
    too_often: str,
    unread: Unread,
    rules: CallRules,
    now: datetime,
) -> dict[str, Assigned] | None:
    """What is decided on a household whose call isn't made now for another reason than its own; None where it is."""
    if too_often:
        return {case.key: Assigned(called_enough(case, too_often, rules, now)) for case in home.callable}
    if unread.hold((*home.callable, *home.keeping), members, _due(plan, home, now)):
        return {case.key: Assigned(not_looked_at(case, rules, now)) for case in home.callable}
    return None


def _planned(home: _Household, plan: CallPlan | None) -> Planned:
    return Planned(home.callable, plan, home.target.call_id if home.target else None)


def _owners(homes: Sequence[Sequence[Case]], kept: Mapping[str, KnownCall]) -> dict[str, int]:
    """Which household a queued call belongs to: that of the visits that cannot be moved, else that of the most."""
    claims: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for place, members in enumerate(homes):
        bound = Counter(kept[case.key].call_id for case in members if case.key in kept)
        movable = Counter(
            case.queued.call_id for case in members if _is_ready(case) and case.queued is not None
        )
        for call_id in bound.keys() | movable.keys():
            claims[call_id].append((bound[call_id], movable[call_id], -place))
    return {call_id: -max(found)[2] for call_id, found in claims.items()}


def _is_ready(case: Case) -> bool:
    return case.could_be_called and case.state is VisitState.SCHEDULED


def _household(
    members: Sequence[Case],
    read_or_known: Mapping[str, Case],
    kept: Mapping[str, KnownCall],
    own: Collection[str],
) -> _Household:
    """`own` are the queued calls that belong to this household; it goes on with the one that most of it are on."""
    ready = tuple(case for case in members if _is_ready(case))
    calls = [call for case in ready if (call := case.queued) is not None and call.call_id in own]
    calls += [kept[case.key] for case in members if case.key in kept and kept[case.key].call_id in own]
    keys = {case.key for case in members}
    target = min(calls, key=lambda call: (-len(call.visit_keys & keys), call.call_id), default=None)
    if target is None:
        return _Household(ready, (), None, frozenset())
    keeping = tuple(case for case in members if case.key in kept and kept[case.key].call_id == target.call_id)
    unknown = frozenset(key for key in target.visit_keys if key not in read_or_known)
    return _Household(ready, keeping, target, unknown)


def _plan(home: _Household) -> CallPlan:
    """The time that a person chose, the last decision counting; else the latest of all, so that it suits them all.

    The number of a queued call stays as long as it is the owner's; else it is that of the latest visit.
    """
    latest = max(home.callable, key=lambda case: (case.visit_at or _NEVER, case.key))
    phone = _plan_of(latest).phone
    if home.target is not None and home.target.phone in {_plan_of(case).phone for case in home.callable}:
        phone = home.target.phone
    chosen = [case for case in home.callable if _is_chosen(case)]
    if chosen:
        last = max(chosen, key=lambda case: (case.called_at or _NEVER, case.key))
        return CallPlan(phone, _plan_of(last).scheduled_for)
    times = [_plan_of(case).scheduled_for for case in home.callable]
    if home.target is not None and home.keeping:
        times.append(home.target.scheduled_for)
    return CallPlan(phone, max(times))


def _spread(
    homes: Sequence[_Household],
    cases: Iterable[Case],
    rules: CallRules,
    now: datetime,
    taken: Iterable[datetime],
    elsewhere: Mapping[datetime, int],
) -> list[CallPlan | None]:
    """The plan of each household that is called. What is scheduled, or a person chose, stays; others are spread."""
    plans = [_plan(home) if home.callable else None for home in homes]
    stays = [_keeps_time(home, plan) for home, plan in zip(homes, plans, strict=True)]
    replaced = {
        home.target.call_id
        for home, stay in zip(homes, stays, strict=True)
        if home.target is not None and not stay
    }
    known, others = _calls_of(cases)
    at = [when for call_id, when in known.items() if call_id not in replaced]
    at += [
        plan.scheduled_for
        for home, plan, stay in zip(homes, plans, stays, strict=True)
        if plan is not None and stay and home.target is None
    ]
    spread = Spread(rules.slot_size, [*at, *taken], others.values(), elsewhere)
    for place in sorted(range(len(homes)), key=lambda place: _turn(homes[place], plans[place])):
        plan, home = plans[place], homes[place]
        if plan is not None and not stays[place]:
            earliest = max(now, *(case.visit_at or now for case in home.callable))
            numbers = {case.member.phone for case in home.callable if case.member.phone}
            spans = spans_of(plan.scheduled_for, rules, areas_of_all(numbers, rules))
            when = spread.place(plan.scheduled_for, spans, earliest)
            plans[place] = replace(plan, scheduled_for=when)
    return plans


def _keeps_time(home: _Household, plan: CallPlan | None) -> bool:
    """Whether the call is scheduled for then already, was until a person took it back, or a person chose the time."""
    if plan is None or any(_is_chosen(case) for case in home.callable):
        return True
    were = {case.known.formerly_for for case in home.callable if case.known is not None}
    if home.target is not None:
        were.add(home.target.scheduled_for)
    return plan.scheduled_for in were


def _calls_of(cases: Iterable[Case]) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """When the calls are that these visits have: their own, and a colleague's that stands for it."""
    calls: dict[str, datetime] = {}
    others: dict[str, datetime] = {}
    for case in cases:
        own = case.known.call if case.known else None
        if case.bound is not None and case.bound.scheduled_for is not None:
            others[case.bound.call_id] = case.bound.scheduled_for
        elif own is not None and own.status != CANCELLED:
            calls[own.call_id] = own.scheduled_for
    return calls, others


def _turn(home: _Household, plan: CallPlan | None) -> tuple[object, ...]:
    """The riskier visits choose their times first; then the earlier wish; then always the same one."""
    kinds = [case.decision.kind for case in home.callable if case.decision is not None]
    return risk(kinds), plan.scheduled_for if plan else _NEVER, min(home.keys, default="")


def _due(plan: CallPlan | None, home: _Household, now: datetime) -> datetime:
    """When the household's call is due; where there is none, nothing depends on the answer."""
    if plan is not None:
        return plan.scheduled_for
    return home.target.scheduled_for if home.target is not None else now


def _is_chosen(case: Case) -> bool:
    person = case.known.person if case.known else None
    return (
        person is not None
        and case.called_at is not None
        and person.scheduled_for is not None
        and person.scheduled_for == _plan_of(case).scheduled_for
    )


def _plan_of(case: Case) -> CallPlan:
    if case.decision is None or case.decision.call is None:
        raise AssertionError("a call without a plan")
    return case.decision.call


def _join(
    case: Case, home: _Household, plan: CallPlan, cases: Mapping[str, Case], rules: CallRules
) -> Assigned:
    decision = _with_household(case, home, plan, cases, rules)
    target, current, terms = home.target, case.queued, terms_of(plan, rules)
    on_target = target is not None and current is not None and current.call_id == target.call_id
    if target is not None and on_target:
        as_it_is = (target.phone, target.scheduled_for, target.visit_keys) == (
            plan.phone,
            plan.scheduled_for,
            home.keys,
        )
        stays = not (_is_told_otherwise(case, decision) or target.terms.is_superseded(terms))
        if as_it_is and stays:
            return Assigned(decision)
    leaves = current.call_id if current is not None and not on_target else None
    call_id = target.call_id if target is not None else None
    known = case.known.others if case.known else ()
    besides = frozenset(other.call_id for other in known)
    return Assigned(
        decision, JoinCall(home.keys, plan.phone, plan.scheduled_for, call_id, leaves, besides, terms)
    )


def _is_told_otherwise(case: Case, decision: Decision) -> bool:
    """Whether the call says of its care (`domain.care`) what doesn't hold any more."""
    told = case.known.trace if case.known else ()
    return care_in(told) != care_in(decision.trace)


def _with_household(
    case: Case, home: _Household, plan: CallPlan, cases: Mapping[str, Case], rules: CallRules
) -> Decision:
    """The decision with the household's time and number, and the names of the pets that the call is about, too."""
    if case.decision is None:
        raise AssertionError("a call without a decision")
    decision = replace(case.decision, call=plan)
    if plan == case.decision.call and len(home.keys) == 1:
        return decision
    when = window_words(plan.scheduled_for, rules, dialable(plan.phone, rules.country).zones)
    trace = with_step(decision.trace, RuleStep(WINDOW, StepOutcome.PASSED, when))
    trace = with_care(trace, care_on_call(cases[key] for key in sorted(home.keys & cases.keys())))
    besides = [cases[key].member for key in sorted(home.keys - {case.key}) if key in cases]
    members = [member for member in besides if not is_same_pet(member, case.member)]
    pets = [(member.patient_id or "", member.patient_name or "another pet") for member in members]
    others = sorted(companions((case.member.patient_id or "", case.member.patient_name), pets))
    if not others:
        return replace(decision, trace=trace, reason=_at(case.decision, when, rules))
    names = " and ".join(filter(None, (", ".join(others[:-1]), others[-1])))
    trace = with_step(trace, RuleStep(ONE_CALL_RULE, StepOutcome.PASSED, f"Together with {names}"))
    code = decision.reason_code
    code = ReasonCode.WITH_HOUSEHOLD if code is ReasonCode.CALL_DUE else code
    return replace(decision, reason_code=code, reason=f"{CALL_ON} {when}, with {names}.", trace=trace)


def _at(decision: Decision, when: str, rules: CallRules) -> str:
    """The reason, with another time in it."""
    if decision.call is None:
        raise AssertionError("a call without a plan")
    zones = dialable(decision.call.phone, rules.country).zones
    before = window_words(decision.call.scheduled_for, rules, zones)
    return decision.reason.replace(before, when, 1)


def _leaves(case: Case, assigned: Assigned, staying: Mapping[str, frozenset[str]]) -> LeaveCall | None:
    """What a visit that was read, is on a queued call and has no place on any call has to do."""
    call = case.queued or case.given_up
    if call is None or case.decision is None or isinstance(assigned.change, JoinCall):
        return None
    left = staying.get(call.call_id, frozenset())
    if case.key in left or assigned.decision is None:
        return None
    return LeaveCall(call.call_id, not left, assigned.decision.reason)
