"""What becomes of one visit: the rules in their order, the first that objects, and the trace that shows it.

When in doubt, hold: a wrong hold costs a click, and a wrong call cannot be undone (USERS.md).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from idexx_desktop.domain import checks
from idexx_desktop.domain.calling_hours import Area
from idexx_desktop.domain.care import CARE_RULE
from idexx_desktop.domain.decisions import (
    CallPlan,
    CallRules,
    Decision,
    PersonChoice,
    PersonDecision,
    ReasonCode,
    RuleStep,
    StepOutcome,
)
from idexx_desktop.domain.digest import digest
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.findings import Facts, Finding, passed, stopped
from idexx_desktop.domain.second_reader import READER_RULE, sounds_ill, sounds_well
from idexx_desktop.domain.signs import SIGNS_RULE
from idexx_desktop.domain.told_deaths import ToldDeath
from idexx_desktop.domain.visits import Visit, VisitState

PERSON_RULE = "Decided by a person"
LONGEST_WAIT = timedelta(hours=72)

_STATES = {
    StepOutcome.EXCLUDED: VisitState.EXCLUDED,
    StepOutcome.HELD: VisitState.HELD,
    StepOutcome.WAITING: VisitState.WAITING,
    StepOutcome.FAILED: VisitState.FAILED,
}
_LATE_WHEN_LONG = (ReasonCode.NO_NOTES, ReasonCode.DRAFT, ReasonCode.NO_CONSULTATION)
# one switch of the clinic holds them all; a list of every visit would hide those that need a person
SWITCHED_OFF = (ReasonCode.REVIEW, ReasonCode.CALLS_PAUSED)


def decide(
    visit: Visit,
    rules: CallRules,
    now: datetime,
    *,
    person: PersonDecision | None = None,
    call_enabled: bool = True,
    vanished: bool = False,
    failure: Failure | None = None,
    first_seen_at: datetime | None = None,
    queued_for: datetime | None = None,
    earlier_signs: bool = False,
    more_areas: frozenset[Area] = frozenset(),
    owners_number: str | None = None,
    earlier_care: tuple[str, ...] = (),
    told_dead: ToldDeath | None = None,
    tries: tuple[datetime, ...] = (),
) -> Decision:
    """The state of one visit, seen alone; `reconcile` adds what the owner's other pets say.

    `failure` says why the consultation couldn't be read; what the lists say of it still counts.
    `queued_for` is the time of a call that is queued already: it stays where the rules still allow it.
    `earlier_signs`: the last reading showed signs of death that nobody has overruled.
    `more_areas` are those of other numbers of the owner, at one of which the call may be made. `owners_number` (E.164)
    is what another visit of the owner shows, in place of one that can't be dialled. `earlier_care`: why the call was to
    be made with care by the last reading; it stays so where this one failed. `tries`: when the owner was called
    before, and not reached. `told_dead`: a person told that the pet died.

    What ends a visit wins over what a person told of a death, that over signs of death that leave no doubt, those over
    a person's "no call", that over a doubt, and that over all the rest in the order of the trace. A visit that couldn't
    be read is failed, whatever signs of death it shows: its trace tells of them, so that no call is made nevertheless.
    """
    facts = Facts(
        visit,
        rules,
        now,
        person,
        call_enabled,
        vanished,
        failure,
        first_seen_at,
        queued_for,
        earlier_signs,
        more_areas,
        owners_number,
        earlier_care,
        told_dead,
        tries,
    )
    place, counts = checks.took_place(facts), checks.counts_as_visit(facts)
    if place.outcome is StepOutcome.EXCLUDED:
        return _ended(facts, [place])
    if counts.outcome is StepOutcome.EXCLUDED:
        return _ended(facts, [place, counts])
    found = [place, counts, checks.no_signs_of_death(facts)]
    signs = found[-1]
    told = checks.told_by_a_person(facts)
    if not told.passed:
        return _ended(facts, [*found, told])
    if signs.outcome is StepOutcome.EXCLUDED and failure is None:
        return _ended(facts, found)
    if person is not None and person.choice is PersonChoice.NO_CALL:
        return _ended(facts, [*found, _no_call(person)])
    if failure is not None:
        unread = checks.could_not_be_read(failure, signs)
        care = [passed(CARE_RULE, sentence) for sentence in earlier_care if facts.called_by]
        return _ended(facts, [*found, unread, checks.owner_wants_calls(facts), *care], unread)
    if not signs.passed:
        return _ended(facts, found)
    for objection in (place, counts):
        if not objection.passed:
            return _ended(facts, found, objection)
    return _with_notes(facts, found)


def needs_attention(
    state: VisitState,
    reason_code: ReasonCode,
    visit_at: datetime | None,
    first_seen_at: datetime,
    now: datetime,
    *,
    ignored: bool = False,
) -> bool:
    """Whether a person has to look: held, failed, or without notes for more than 72 hours.

    Not where a person said ignore, not for what one switch of the clinic holds, not before a visit has begun.
    """
    if ignored:
        return False
    if state is VisitState.FAILED:
        return True
    if state is VisitState.HELD:
        return reason_code not in SWITCHED_OFF and (visit_at is None or visit_at <= now)
    late = reason_code in _LATE_WHEN_LONG and now - (visit_at or first_seen_at) > LONGEST_WAIT
    return state is VisitState.WAITING and late


def decision_hash(decision: Decision) -> str:
    """SHA-256 (hex) of a decision; equal hashes mean that people would read the same."""
    return digest(decision)


def _with_notes(facts: Facts, found: list[Finding]) -> Decision:
    """The rules about the call itself, for a visit that took place and shows no signs of death."""
    for check in (
        checks.notes_are_in,
        checks.kind_gets_calls,
        checks.owner_wants_calls,
        sounds_well,
        checks.number_can_be_called,
    ):
        found.append(check(facts))
        if not found[-1].passed:
            return _ended(facts, _with_signs(found))
    found += _care(facts)
    due = checks.call_time(facts)
    if isinstance(due, Finding):
        return _ended(facts, [*found, due])
    words = checks.window_words(due, facts.rules, facts.phone.zones)
    calls_on = checks.calls_are_on(facts, due)
    # paused, a time at which no call will be made would change from run to run; in review mode it is what is looked at
    shown = calls_on.passed or calls_on.code is ReasonCode.REVIEW
    found += [passed(checks.WINDOW, words if shown else ""), calls_on]
    if not calls_on.passed:
        return _ended(facts, found)
    return _scheduled(facts, found, due, words)


def _care(facts: Facts) -> list[Finding]:
    """Why whoever calls has to look at the record first.

    Whatever a person was asked when they decided: that the record sounds so is said, and what they decided stays so
    where it reads otherwise by now.
    """
    sentence = sounds_ill(facts) if facts.called_by else ""
    if not sentence and facts.person and facts.person.choice is PersonChoice.CALL_WITH_CARE:
        sentence = f"{facts.called_by} decided that the call is made with care."
    return [passed(CARE_RULE, sentence)] if sentence else []


def _with_signs(found: list[Finding]) -> list[Finding]:
    """What the reader takes for a death counts as a sign of it: for the owner's other pets, for readings to come."""
    if found[-1].rule != READER_RULE or found[-1].code is not ReasonCode.MAY_HAVE_DIED:
        return found
    sign = replace(found[-1], rule=SIGNS_RULE, detail=f"See “{READER_RULE}”")
    return [sign if finding.rule == SIGNS_RULE else finding for finding in found]


def _scheduled(facts: Facts, found: list[Finding], due: datetime, words: str) -> Decision:
    code, reason = ReasonCode.CALL_DUE, f"{checks.CALL_ON} {words}."
    if facts.called_by:
        code, reason = ReasonCode.BY_PERSON, f"{checks.CALL_ON} {words}, as {facts.called_by} decided."
    number = facts.phone.e164
    if number is None:  # the rule about the number has made sure of it
        raise AssertionError("scheduled without a number")
    plan = CallPlan(number, due)
    return Decision(VisitState.SCHEDULED, code, reason, _trace(found), facts.kind, number, plan)


def _ended(facts: Facts, found: list[Finding], by: Finding | None = None) -> Decision:
    """The decision of a rule that objected: the last one, or `by`."""
    last = by or found[-1]
    if last.code is None:
        raise AssertionError(f"{last.rule} decides nothing")
    state = _STATES[last.outcome]
    return Decision(state, last.code, last.reason, _trace(found), facts.kind, facts.phone.e164)


def _trace(found: list[Finding]) -> tuple[RuleStep, ...]:
    """What was found, then the rules that were not asked any more."""
    asked = {finding.rule for finding in found}
    rest = (RuleStep(rule, StepOutcome.NOT_CHECKED) for rule in checks.RULES if rule not in asked)
    return (*(finding.step() for finding in found), *rest)


def _no_call(person: PersonDecision) -> Finding:
    why = f": {person.why}" if person.why else "."
    reason = f"{person.decided_by} decided that there is no call{why}"
    return stopped(PERSON_RULE, StepOutcome.EXCLUDED, ReasonCode.NO_CALL_BY_PERSON, reason)
