"""What an owner's other visits say of one: the number that it lacks, a call that was made, a pet that is back.

Each is a question to a person, but for the number: where a person decided knowing of the other visit, it is not asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from idexx_desktop.domain.cases import Case, held, read_case
from idexx_desktop.domain.changes import KnownVisit, VisitChange
from idexx_desktop.domain.decisions import CallRules, ReasonCode
from idexx_desktop.domain.findings import moment_words
from idexx_desktop.domain.holding import without_time
from idexx_desktop.domain.households import Pets, is_same_owner
from idexx_desktop.domain.others_calls import HANDED_OVER
from idexx_desktop.domain.phones import dialable

OTHER_VISITS = "The pet's other visits"
_NEVER = datetime.min.replace(tzinfo=UTC)
_NO_NUMBER = (ReasonCode.NO_PHONE, ReasonCode.UNDIALABLE)
# of a visit that was none, or is none any more
_NO_VISIT = frozenset(
    {
        ReasonCode.CANCELLED,
        ReasonCode.NO_SHOW,
        ReasonCode.NOBODY_CAME,
        ReasonCode.VOIDED,
        ReasonCode.COUNTER_SALE,
        ReasonCode.PREPAYMENT,
        ReasonCode.VANISHED,
    }
)


def borrow_numbers(cases: dict[str, Case], rules: CallRules, now: datetime) -> None:
    """A number that was put right in Neo, and seen at one visit of the owner, counts for all that lack one."""
    lacking = [
        case
        for case in cases.values()
        if case.decision and case.decision.reason_code in _NO_NUMBER and case.read
    ]
    if not lacking:
        return
    by_client: dict[str | None, list[Case]] = defaultdict(list)
    for case in cases.values():
        by_client[case.member.client_id].append(case)
    for case in lacking:
        found = [other for other in by_client[case.member.client_id] if _knows_better(other, case, rules)]
        best = max(found, key=lambda other: (other.last_read_at or _NEVER, other.key), default=None)
        if best is not None and case.read is not None:
            cases[case.key] = read_case(case.read, case.known, rules, now, owners_number=_shown_by(best))


def _knows_better(other: Case, case: Case, rules: CallRules) -> bool:
    """Whether another visit of the owner shows a number, and was read no earlier."""
    if other.key == case.key or not case.member.client_id or not is_same_owner(other.member, case.member):
        return False
    number = _shown_by(other)
    if number is None or (other.last_read_at or _NEVER) < (case.last_read_at or _NEVER):
        return False
    return dialable(number, rules.country).e164 is not None


def _shown_by(other: Case) -> str | None:
    """The number that it shows as it was read last, and none of before."""
    if other.decision is not None:
        return other.decision.phone
    return other.known.phone if other.known else None


def numbers_put_right(changes: Iterable[VisitChange], known: Mapping[str, KnownVisit]) -> frozenset[str]:
    """The visits to decide on again, because one of their owner shows a number now."""
    owners = {
        change.visit.client_id
        for change in changes
        if change.decision.phone and not _has_number(known.get(change.visit_key), change.decision.phone)
    } - {None}
    return frozenset(
        key for key, visit in known.items() if visit.client_id in owners and visit.reason_code in _NO_NUMBER
    )


def _has_number(before: KnownVisit | None, number: str) -> bool:
    return before is not None and before.phone == number


def hold_for_other_visits(cases: dict[str, Case], rules: CallRules, now: datetime) -> None:
    """Hold what would be called about a pet whose owner was called about the same day, or that is back by then."""
    pets = Pets((case.member, case) for case in sorted(cases.values(), key=lambda case: case.key))
    for key in sorted(cases):
        case = cases[key]
        if not case.could_be_called or case.decision is None or case.decision.call is None:
            continue
        for other in pets.of(case.member):
            found = _objection(case, other, rules, now) if other.key != key else None
            if found is not None and not _known_then(case, other):
                code, reason = found
                decision = held(case.decision, code, reason, OTHER_VISITS)
                cases[key] = replace(case, decision=without_time(decision))
                break


def _objection(case: Case, other: Case, rules: CallRules, now: datetime) -> tuple[ReasonCode, str] | None:
    if case.member.day == other.member.day:
        said = _settled(other, case.pet)
        return (ReasonCode.ALREADY_CALLED, said) if said else None
    # a call that is overdue isn't made before now
    due = max(case.decision.call.scheduled_for, now) if case.decision and case.decision.call else None
    if due is None or other.visit_at is None or other.reason_code in _NO_VISIT:
        return None
    if other.member.day < case.member.day or other.visit_at > due:
        return None
    when = moment_words(other.visit_at, rules.zone, rules.country)
    if other.member.day == now.astimezone(rules.zone).date():
        return ReasonCode.BACK_IN_CLINIC, f"{case.pet} is back in the clinic today: {when}."
    return ReasonCode.BACK_IN_CLINIC, f"{case.pet} has another visit before the call: {when}."


def _settled(other: Case, pet: str) -> str:
    """What was done about a pet's day already, in words: it may be this visit, deleted in Neo and entered anew."""
    call = other.known.call if other.known else None
    statuses = {call.status if call else None, other.bound.status if other.bound else None}
    if not statuses.isdisjoint(HANDED_OVER):
        return f"The owner was called about another visit of {pet} that day."
    person = other.known.person if other.known else None
    gone = other.reason_code is ReasonCode.VANISHED
    if gone and person is not None and not person.choice.calls:
        return f"{person.decided_by} decided about another visit of {pet} that day, which is gone from Neo."
    return ""


def _known_then(case: Case, other: Case) -> bool:
    """Whether a person decided to call when the other visit was known already."""
    seen = other.known.first_seen_at if other.known else None
    return case.called_at is not None and seen is not None and case.called_at > seen
