"""What is known and what was read, turned into a list of changes: pure, and the same again for the same input.

Read as whole days (`with_household` widens a few visits to theirs): the pets of one owner are decided on together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from idexx_desktop.domain.areas import areas_of_all
from idexx_desktop.domain.bereaved import HOUSEHOLD_RULE, hold_for_told_deaths
from idexx_desktop.domain.call_back_rule import hold_for_call_backs
from idexx_desktop.domain.call_groups import ONE_CALL_RULE, Assigned, assign_calls
from idexx_desktop.domain.cases import DEATHS, Case, held, known_case, read_case, with_step
from idexx_desktop.domain.changes import (
    CallChange,
    JoinCall,
    KnownCall,
    KnownVisit,
    LeaveCall,
    NoCallChange,
    VisitChange,
    VisitRead,
)
from idexx_desktop.domain.checks import CALL_ON, CALLS_ON, RULES, WINDOW, WOULD_BE_ON
from idexx_desktop.domain.decisions import (
    CallRules,
    Decision,
    PersonChoice,
    ReasonCode,
    RuleStep,
    StepOutcome,
)
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.findings import moment_words
from idexx_desktop.domain.holding import too_late_without_call, without_time
from idexx_desktop.domain.households import Member, Pets, households, is_same_owner, is_same_pet
from idexx_desktop.domain.kinds import case_status
from idexx_desktop.domain.often_called import NOTHING_BEFORE, CallsBefore, freed_numbers, same_numbers
from idexx_desktop.domain.other_visits import borrow_numbers, hold_for_other_visits, numbers_put_right
from idexx_desktop.domain.owners_care import gravest_first, matters_of, with_owners_care
from idexx_desktop.domain.rules import decision_hash, needs_attention
from idexx_desktop.domain.signs import SIGNS_RULE
from idexx_desktop.domain.spreading import NOTHING_ELSEWHERE

__all__ = [
    "CallChange",
    "JoinCall",
    "KnownCall",
    "KnownVisit",
    "LeaveCall",
    "NoCallChange",
    "VisitChange",
    "VisitRead",
    "also_concerned",
    "new_calls_at",
    "reconcile",
    "with_household",
]

_NO_TIME = datetime.min.replace(tzinfo=UTC)


def reconcile(
    reads: Sequence[VisitRead],
    known: Mapping[str, KnownVisit],
    rules: CallRules,
    now: datetime,
    taken: Iterable[datetime] = (),
    elsewhere: Mapping[datetime, int] = NOTHING_ELSEWHERE,
    before: CallsBefore = NOTHING_BEFORE,
) -> tuple[VisitChange, ...]:
    """One change for each visit that was read. Those that take a call back come first.

    So a crash between two of them never leaves a call queued that should not be made.
    `known` holds every visit of the clinic in the range that was read, and every one that is still open; those that
    were not read count for the household and for the pet, and a call of theirs is taken back where it must be.
    `taken`: when calls are that were made since all that is known was read. `elsewhere`: how many calls other accounts
    of the clinic have in each quarter of an hour. `before`: the calls there are to the numbers of what was read.
    """
    by_key = {read.visit.visit_key: _understood(read, known) for read in reads}
    cases = {key: read_case(read, known.get(key), rules, now) for key, read in by_key.items()}
    cases |= {key: known_case(visit, rules.zone, now) for key, visit in known.items() if key not in cases}
    borrow_numbers(cases, rules, now)
    groups = households(case.member for case in cases.values())
    _respect_all_numbers(cases, groups, rules, now)
    _hold_for_same_pet(cases, rules, now)
    hold_for_told_deaths(cases, rules, now)
    hold_for_other_visits(cases, rules, now)
    hold_for_call_backs(cases, rules, now)
    blocked = _hold_for_household(cases, groups, rules, now)
    calls = assign_calls(cases, groups, blocked, rules, now, taken, elsewhere, before)
    if rules.review and not rules.paused:
        calls = _as_foreseen(calls, reads, known, rules, now, elsewhere, before)
    unread = [case for case in cases.values() if case.decision is None and case.queued is not None]
    changes = []
    for key in by_key:
        case = replace(cases[key], decision=calls[key].decision)
        call = calls[key].change
        if (
            isinstance(call, NoCallChange)
            and case.queued is None
            and case.holds_others
            and not case.is_claimed
        ):
            call = _take_back(case, unread, blocked, now)
        changes.append(_change(case, call, now))
    return tuple(sorted(changes, key=_order))


def _understood(read: VisitRead, known: Mapping[str, KnownVisit]) -> VisitRead:
    """What a newer version decided is not decided on anew: it is as if it couldn't be read."""
    before = known.get(read.visit.visit_key)
    if before is None or not before.is_newers:
        return read
    return replace(read, failure=read.failure or Failure(FailureCode.PROGRAM_OUTDATED), read_at=None)


def with_household(
    keys: Iterable[str], known: Mapping[str, KnownVisit], zone: ZoneInfo, new: Iterable[Member] = ()
) -> frozenset[str]:
    """These visits and those that must be read with them, `new` ones included, which are not known yet.

    They are the owner's other pets of that day, and the other visits of the same pet.
    """
    wanted = frozenset(keys)
    members = [known_case(visit, zone, visit.first_seen_at).member for visit in known.values()]
    members += new
    wider = set(wanted)
    for group in households(members):
        group_keys = {member.visit_key for member in group}
        if group_keys & wanted:
            wider |= group_keys
    for member in members:
        if member.visit_key in wanted:
            wider |= {other.visit_key for other in members if is_same_pet(member, other)}
    return frozenset(wider)


def new_calls_at(changes: Iterable[VisitChange]) -> list[datetime]:
    """When the calls are that these changes make, or give another time."""
    joins = {change.call.household: change.call for change in changes if isinstance(change.call, JoinCall)}
    return [join.scheduled_for for join in joins.values()]


def also_concerned(
    changes: Iterable[VisitChange], known: Mapping[str, KnownVisit], zone: ZoneInfo
) -> frozenset[str]:
    """The visits to decide on again because of these changes, whatever their day.

    Those whose call one takes back; those of an owner whose number one shows now, and those on calls to a number that
    one calls, too; and where one says for certain that the pet died, or no longer says so, the pet's other visits.
    """
    changed = [change for change in changes if not change.unchanged]
    takers: dict[str, set[str]] = defaultdict(set)
    for change in changed:
        if isinstance(change.call, LeaveCall) and change.call.cancel:
            takers[change.call.call_id].add(change.visit_key)
    concerned = {
        key for key, visit in known.items() if visit.call and takers.get(visit.call.call_id, {key}) - {key}
    }
    concerned |= numbers_put_right(changed, known) | same_numbers(changed, known)
    concerned |= freed_numbers(changed, known)
    deaths = [change for change in changed if _is_about_death(change, known)]
    if deaths:
        members = ((known_case(visit, zone, visit.first_seen_at).member, key) for key, visit in known.items())
        pets = Pets(members)
        for change in deaths:
            concerned |= set(pets.of(_pet_of(change))) - {change.visit_key}
    return frozenset(concerned)


def _is_about_death(change: VisitChange, known: Mapping[str, KnownVisit]) -> bool:
    before = known.get(change.visit_key)
    return change.decision.reason_code in DEATHS or (before is not None and before.reason_code in DEATHS)


def _pet_of(change: VisitChange) -> Member:
    visit = change.visit
    return Member(
        visit.visit_key,
        date.min,  # a pet is the same on every day
        visit.client_id,
        visit.branch,
        change.decision.phone,
        visit.owner_name,
        visit.patient_id,
        visit.patient_name,
    )


def _as_foreseen(
    calls: Mapping[str, Assigned],
    reads: Sequence[VisitRead],
    known: Mapping[str, KnownVisit],
    rules: CallRules,
    now: datetime,
    elsewhere: Mapping[datetime, int],
    before: CallsBefore,
) -> dict[str, Assigned]:
    """In review mode each visit shows the call that would be made, with its household's time and names.

    As if all were read shortly before it: when that is, is seen then.
    """
    as_read = {key: replace(visit, last_read_at=now) for key, visit in known.items()}
    switched_on = reconcile(reads, as_read, replace(rules, review=False), now, (), elsewhere, before)
    foreseen = {change.visit_key: change.decision for change in switched_on if change.decision.call}
    return {key: _shown_as(each, foreseen.get(key)) for key, each in calls.items()}


def _shown_as(assigned: Assigned, foreseen: Decision | None) -> Assigned:
    decision = assigned.decision
    if decision is None or foreseen is None or decision.reason_code is not ReasonCode.REVIEW:
        return assigned
    would_be = {step.rule: step for step in foreseen.trace if step.rule in (WINDOW, ONE_CALL_RULE)}
    trace = decision.trace
    for step in would_be.values():
        trace = with_step(trace, step)
    reason = f"{WOULD_BE_ON} {foreseen.reason.removeprefix(CALL_ON).strip()}"
    trace = with_step(trace, RuleStep(CALLS_ON, StepOutcome.HELD, reason))
    return replace(assigned, decision=replace(decision, reason=reason, trace=trace))


def _respect_all_numbers(
    cases: dict[str, Case], groups: Sequence[Sequence[Member]], rules: CallRules, now: datetime
) -> None:
    """Where a household has several numbers, its one call suits the time and the law of each of them."""
    for group in groups:
        numbers = {member.phone for member in group if member.phone}
        if len(numbers) < 2:
            continue
        areas = frozenset(areas_of_all(numbers, rules))
        for member in group:
            case = cases[member.visit_key]
            if case.read is not None and case.could_be_called:
                cases[case.key] = read_case(case.read, case.known, rules, now, areas)


def _hold_for_same_pet(cases: dict[str, Case], rules: CallRules, now: datetime) -> None:
    """A pet that died at another visit is not asked after because of this one."""
    # the visit that shows it is named, always the same, not one that is held because of it: those are earlier
    shown = (case for case in cases.values() if case.has_died)
    in_order = sorted(
        shown, key=lambda case: (case.died_for_certain, case.member.day, case.key), reverse=True
    )
    dead = Pets((case.member, case) for case in in_order)
    for key in sorted(cases):
        case = cases[key]
        if not case.could_be_called:
            continue
        telling = (other for other in dead.of(case.member) if _tells_of_death(other, case))
        source = next((other for other in telling if not _overruled(case, other, now)), None)
        if source is None or case.decision is None or _is_too_late_for_another(cases, case, rules, now):
            continue
        when = f" on {moment_words(source.visit_at, rules.zone, rules.country)}" if source.visit_at else ""
        reason = f"{case.pet} may have died: Neo shows signs of it at another visit{when}."
        decision = held(case.decision, ReasonCode.MAY_HAVE_DIED, reason, SIGNS_RULE)
        cases[key] = replace(case, decision=replace(decision, trace=_cut_after_signs(decision.trace, reason)))


def _is_too_late_for_another(cases: dict[str, Case], case: Case, rules: CallRules, now: datetime) -> bool:
    """Whether its call is too late to be made anew, so that there is none to hold; it is then decided on as that."""
    late = too_late_without_call(case, rules, now)
    if late is not None:
        cases[case.key] = replace(case, decision=late)
    return late is not None


def _tells_of_death(other: Case, case: Case) -> bool:
    """Of visits of one pet: a doubt that is older than this visit is settled, since the pet was alive at it."""
    return other.key != case.key and (other.died_for_certain or other.member.day >= case.member.day)


def _cut_after_signs(trace: tuple[RuleStep, ...], reason: str) -> tuple[RuleStep, ...]:
    trace = with_step(trace, RuleStep(SIGNS_RULE, StepOutcome.HELD, reason))
    place = next(index for index, step in enumerate(trace) if step.rule == SIGNS_RULE)
    rest = tuple(
        RuleStep(step.rule, StepOutcome.NOT_CHECKED) for step in trace[place + 1 :] if step.rule in RULES
    )
    return trace[: place + 1] + rest


def _hold_for_household(
    cases: dict[str, Case], groups: Sequence[Sequence[Member]], rules: CallRules, now: datetime
) -> frozenset[str]:
    """One held pet holds all that would be called. Returns the visits that are held, or were and can't be read."""
    blocked = set()
    for group in groups:
        members = [cases[member.visit_key] for member in group]
        sources = sorted((case for case in members if case.holds_others), key=gravest_first)
        for case in members:
            source = next(
                (other for other in sources if other.key != case.key and not _overruled(case, other, now)),
                None,
            )
            if source is None:
                cases[case.key] = with_owners_care(case, sources)
            if source is None or case.holds_others:
                continue
            blocked.add(case.key)
            if not case.could_be_called or _is_too_late_for_another(cases, case, rules, now):
                continue
            if case.decision is not None:
                reason = f"Another pet of this owner, {source.pet}, {matters_of(source)}."
                decision = held(case.decision, ReasonCode.HOUSEHOLD_HELD, reason, HOUSEHOLD_RULE)
                cases[case.key] = replace(case, decision=without_time(decision))
    return frozenset(blocked)


def _take_back(case: Case, unread: Iterable[Case], blocked: frozenset[str], now: datetime) -> CallChange:
    """The call of a visit that was not read in this run, and must not be made because of this one.

    It is one call; where there are more, the next run takes back the next.
    """
    doomed = [
        call
        for other in unread
        if (call := other.queued) is not None
        if (other.key in blocked and _is_household(case, other))
        or (
            case.has_died
            and is_same_pet(case.member, other.member)
            and _tells_of_death(case, other)
            and not _overruled(other, case, now)
        )
    ]
    if not doomed:
        return NoCallChange()
    first = min(doomed, key=lambda call: (call.scheduled_for, call.call_id))
    return LeaveCall(first.call_id, cancel=True, why=case.decision.reason if case.decision else "")


def _is_household(one: Case, other: Case) -> bool:
    if one.member.day != other.member.day:
        return False
    return is_same_owner(one.member, other.member) or is_same_pet(one.member, other.member)


def _overruled(case: Case, source: Case, now: datetime) -> bool:
    """Whether a person decided to call knowing of the other pet, or visit, as it is now."""
    return case.called_at is not None and case.called_at > source.changed_at(now)


def _change(case: Case, call: CallChange, now: datetime) -> VisitChange:
    read, known, decision = case.read, case.known, case.decision
    if read is None or decision is None:
        raise AssertionError("a change without a reading")
    person = known.person if known else None
    attention = needs_attention(
        decision.state,
        decision.reason_code,
        case.visit_at,
        known.first_seen_at if known else now,
        now,
        ignored=person is not None and person.choice is PersonChoice.IGNORE,
    )
    is_newers = known is not None and known.is_newers and isinstance(call, NoCallChange)
    # a failed reading is an attempt, and attempts are counted: it is never "unchanged"
    unchanged = (
        known is not None
        and read.failure is None
        and isinstance(call, NoCallChange)
        and read.visit.is_as(known.content_hash)
        and known.decision_hash == decision_hash(decision)
        and known.needs_attention in (None, attention)
        and known.others_call == (case.bound.call_id if case.bound else None)
    )
    return VisitChange(
        case.key,
        read.visit,
        decision,
        "reviewed" if read.vanished else case_status(read.visit),
        unchanged or is_newers,
        call,
        call.why if isinstance(call, LeaveCall) else decision.reason,
        attention,
        case.bound,
        None if read.failure is not None else read.read_at,
    )


def _order(change: VisitChange) -> tuple[int, datetime, str]:
    place = {LeaveCall: 0, NoCallChange: 1, JoinCall: 2}[type(change.call)]
    return place, change.visit.visit_at or _NO_TIME, change.visit_key
