"""One visit in the course of a reconcile: what was known, what was read, and what has been decided so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from idexx_desktop.domain.call_times import LATEST_DELAY
from idexx_desktop.domain.calling_hours import Area
from idexx_desktop.domain.care import care_in
from idexx_desktop.domain.changes import KnownCall, KnownVisit, VisitRead
from idexx_desktop.domain.checks import CALLS_ON, CONSENT, COUNTS, WINDOW
from idexx_desktop.domain.decisions import (
    CallPlan,
    CallRules,
    Decision,
    PersonChoice,
    ReasonCode,
    RuleStep,
    StepOutcome,
)  # fmt: skip
from idexx_desktop.domain.households import Member
from idexx_desktop.domain.others_calls import (
    CALL_GONE,
    CANCELLED,
    FAILED,
    QUEUED,
    OthersCall,
    binding,
    counts,
    due_by_rules,
)
from idexx_desktop.domain.rules import decide, decision_hash
from idexx_desktop.domain.signs import shown_in
from idexx_desktop.domain.visits import Visit, VisitState

CALL_RULE = "Call is still ours"
_DERIVED = (
    ReasonCode.HOUSEHOLD_HELD,
    ReasonCode.REVIEW,
    ReasonCode.CALLS_PAUSED,
    ReasonCode.NOT_LOOKED_AT,
    ReasonCode.ALREADY_CALLED,
    ReasonCode.CALLED_ENOUGH,
)
OPEN = (VisitState.HELD, VisitState.WAITING, VisitState.FAILED)
_OBJECTED = (StepOutcome.HELD, StepOutcome.EXCLUDED)
DEATHS = (ReasonCode.END_OF_LIFE, ReasonCode.DECEASED)


@dataclass(frozen=True, slots=True)
class Case:
    """A visit that was read (`read` and `decision` are set), or one that is only known (`known` is set).

    `bound`: the colleague's call that stands for ours.
    """

    member: Member
    visit_at: datetime | None
    known: KnownVisit | None = None
    read: VisitRead | None = None
    decision: Decision | None = None
    bound: OthersCall | None = None

    @property
    def key(self) -> str:
        """The visit's key."""
        return self.member.visit_key

    @property
    def pet(self) -> str:
        """The pet's name, or words for it."""
        return self.member.patient_name or "another pet"

    @property
    def state(self) -> VisitState | None:
        """The state as decided in this run, else as stored."""
        if self.decision is not None:
            return self.decision.state
        return self.known.state if self.known else None

    @property
    def reason_code(self) -> ReasonCode | None:
        """The reason as decided in this run, else as stored."""
        if self.decision is not None:
            return self.decision.reason_code
        return self.known.reason_code if self.known else None

    @property
    def has_died(self) -> bool:
        """Whether signs of death show that nobody has overruled; a person's "no call" overrules nothing."""
        if self.decision is not None:
            return self.decision.reason_code in DEATHS or shown_in(self.decision.trace)
        return self.known is not None and tells_of_death(self.known)

    @property
    def died_for_certain(self) -> bool:
        """Whether the signs leave no doubt."""
        return self.reason_code in DEATHS

    @property
    def holds_others(self) -> bool:
        """Whether the owner's other pets are held because of this one: it is held itself, or has died."""
        held = self.state is VisitState.HELD and self.reason_code not in _DERIVED
        newers = self.known is not None and self.known.is_newers and self.known.state is VisitState.HELD
        return held or newers or self.has_died

    @property
    def could_be_called(self) -> bool:
        """Whether a call of ours is due for this visit, or would be but for the clinic's switch."""
        if self.decision is None or self.is_claimed or self.is_handed_over:
            return False
        switched_off = self.decision.reason_code in (ReasonCode.REVIEW, ReasonCode.CALLS_PAUSED)
        return self.decision.state is VisitState.SCHEDULED or switched_off

    @property
    def is_claimed(self) -> bool:
        """Whether the call is that of a colleague's account."""
        return self.bound is not None or (self.known is not None and self.known.claimed_elsewhere)

    @property
    def is_handed_over(self) -> bool:
        """Whether the call has left our hands: it rings, or it is over."""
        call = self.known.call if self.known else None
        return call is not None and call.status not in (QUEUED, CANCELLED)

    @property
    def queued(self) -> KnownCall | None:
        """The visit's call as long as it may be changed."""
        if self.known is None or self.known.call is None or self.is_claimed:
            return None
        return self.known.call if self.known.call.status == QUEUED else None

    @property
    def is_open(self) -> bool:
        """Whether every run reads it, whatever its age, as long as it stays so; or it becomes so now."""
        return self.state in OPEN or self.queued is not None or self.could_be_called

    @property
    def last_read_at(self) -> datetime | None:
        """When it was last read completely, None for never."""
        if self.read is not None and self.read.failure is None and self.read.read_at is not None:
            return self.read.read_at
        return self.known.last_read_at if self.known else None

    @property
    def given_up(self) -> KnownCall | None:
        """The queued call of our own that has to go, because a colleague's stands for it."""
        if self.bound is None or self.known is None or self.known.call is None:
            return None
        return self.known.call if self.known.call.status == QUEUED else None

    @property
    def called_at(self) -> datetime | None:
        """When a person decided that this owner be called, None if nobody did."""
        person = self.known.person if self.known else None
        return person.decided_at if person and person.choice.calls else None

    def changed_at(self, now: datetime) -> datetime:
        """Since when it has been decided as it is now."""
        if self.known is None:
            return now
        if self.decision is not None and decision_hash(self.decision) != self.known.decision_hash:
            return now
        return self.known.changed_at

    def keeps_call(self, rules: CallRules, now: datetime) -> KnownCall | None:
        """The queued call of a visit that could not be read, or was not: that alone is no reason to cancel it."""
        call = self.queued
        if call is None or self.known is None:
            return None
        if self.decision is None:
            return call if self.known.state in (VisitState.SCHEDULED, VisitState.FAILED) else None
        if self.decision.state is not VisitState.FAILED or self.has_died:
            return None
        if any(step.rule in (COUNTS, CONSENT) and step.outcome in _OBJECTED for step in self.decision.trace):
            return None
        ruled_out = rules.paused or rules.review or not self.known.call_enabled
        overdue = now - call.scheduled_for > LATEST_DELAY
        return None if ruled_out or overdue or call.phone in rules.never_called else call


def tells_of_death(known: KnownVisit) -> bool:
    """Whether a visit as stored shows signs of death that nobody has overruled."""
    return known.reason_code in DEATHS or shown_in(known.trace)


def read_case(
    read: VisitRead,
    known: KnownVisit | None,
    rules: CallRules,
    now: datetime,
    more_areas: frozenset[Area] = frozenset(),
    owners_number: str | None = None,
) -> Case:
    """A visit that was read, decided on by itself and in view of what became of its call.

    `more_areas` are those of the other numbers of its household, `owners_number` that of another visit of the owner.
    """
    visit = read.visit
    visit_at = visit.visit_at or (known.visit_at if known else None)
    call = known.call if known and not known.claimed_elsewhere else None
    queued_for = call.scheduled_for if call and call.status == QUEUED else None
    if known is not None and known.formerly_for is not None:
        queued_for = known.formerly_for
    decision = decide(
        visit,
        rules,
        now,
        person=known.person if known else None,
        call_enabled=known.call_enabled if known else True,
        vanished=read.vanished,
        failure=read.failure,
        first_seen_at=known.first_seen_at if known else None,
        queued_for=queued_for,
        earlier_signs=known is not None and shown_in(known.trace),
        more_areas=more_areas,
        owners_number=owners_number,
        earlier_care=care_in(known.trace) if known else (),
        told_dead=known.told_dead if known else None,
        tries=known.tries if known else (),
    )
    member = member_of(visit, known, decision.phone, rules, now)
    return _in_view_of_call(Case(member, visit_at, known, read, decision), rules, now)


def member_of(
    visit: Visit, known: KnownVisit | None, phone: str | None, rules: CallRules, now: datetime
) -> Member:
    """Whose visit it is, as read; what was not read this time is as it was."""
    visit_at = visit.visit_at or (known.visit_at if known else None)
    return Member(
        visit.visit_key,
        _day(visit_at, rules.zone, now),
        visit.client_id or (known.client_id if known else None),
        visit.branch or (known.branch if known else ""),
        phone or (known.phone if known else None),
        visit.owner_name or (known.owner_name if known else ""),
        visit.patient_id or (known.patient_id if known else None),
        visit.patient_name or (known.patient_name if known else ""),
    )


def known_case(known: KnownVisit, zone: ZoneInfo, now: datetime) -> Case:
    """A visit that was not read in this run."""
    member = Member(
        known.visit_key,
        _day(known.visit_at, zone, now),
        known.client_id,
        known.branch,
        known.phone,
        known.owner_name,
        known.patient_id,
        known.patient_name,
    )
    return Case(member, known.visit_at, known)


def with_step(trace: tuple[RuleStep, ...], step: RuleStep) -> tuple[RuleStep, ...]:
    """The trace with this step in the place of its rule, or at the end."""
    if any(old.rule == step.rule for old in trace):
        return tuple(step if old.rule == step.rule else old for old in trace)
    return (*trace, step)


def held(decision: Decision, code: ReasonCode, reason: str, rule: str) -> Decision:
    """The decision, held by this rule."""
    trace = with_step(decision.trace, RuleStep(rule, StepOutcome.HELD, reason))
    return replace(decision, state=VisitState.HELD, reason_code=code, reason=reason, trace=trace, call=None)


def _in_view_of_call(case: Case, rules: CallRules, now: datetime) -> Case:
    """What a colleague owns, what was handed over, and what somebody else cancelled is not scheduled anew."""
    decision, known = case.decision, case.known
    if decision is None or known is None:
        return case
    call = known.call
    if call is not None and case.is_handed_over:
        return replace(case, decision=_handed_over(decision, known, CallPlan(call.phone, call.scheduled_for)))
    if known.claimed_elsewhere:  # as it was decided, where nobody has asked anew
        its_own = (
            CallPlan(call.phone, call.scheduled_for) if call and call.status == QUEUED else decision.call
        )
        return replace(case, decision=_by_colleague(decision, its_own)) if decision.call else case
    if decision.call is not None and known.off_elsewhere:
        case = _asked(case, decision, known, *_OFF_ELSEWHERE)
    if decision.call is not None and known.others and case.could_be_called:
        kind = rules.kinds[decision.kind]
        due = due_by_rules(decision.call.scheduled_for, known.person, case.visit_at, kind)
        case = _in_view_of_others(case, decision, decision.call, known, due, now)
    if (
        call is not None
        and call.status == CANCELLED
        and case.could_be_called
        and not _called_since(case, call)
    ):
        return replace(
            case, decision=held(decision, ReasonCode.CALL_CANCELLED, CALL_GONE[CANCELLED][1], CALL_RULE)
        )
    return case


def _in_view_of_others(
    case: Case, decision: Decision, plan: CallPlan, known: KnownVisit, due: datetime, now: datetime
) -> Case:
    """A colleague's call that reaches this owner in time is the visit's; of our own one that is right stays."""
    if _stays(known.call, plan, known.numbers):
        double = any(counts(other, due, now) for other in known.others)
        return _noted(case, decision, _TWICE if double else _UNFIT)
    bound = binding(known.others, due, now)
    if bound is None:
        return _noted(case, decision, _UNFIT)
    if not bound.is_left and bound.status != FAILED:
        its_plan = CallPlan(bound.phone or plan.phone, bound.scheduled_for or plan.scheduled_for)
        return replace(case, decision=_by_colleague(decision, its_plan), bound=bound)
    return _asked(case, decision, known, *_OF_OTHERS[bound.is_left])


def _asked(case: Case, decision: Decision, known: KnownVisit, code: ReasonCode, reason: str) -> Case:
    """Held, until a person who read this decides to call."""
    if known.reason_code is code and case.called_at is not None and case.called_at > known.changed_at:
        return case
    if known.reason_code is ReasonCode.BY_PERSON and case.queued is not None:
        return case
    return replace(case, decision=held(decision, code, reason, CALL_RULE))


_TWICE = "Another account of the clinic has a call for this visit, too."
_UNFIT = (
    "Another account has a call for this visit that doesn't fit it: to another number, or at another time."
)
# what a person has to decide about a colleague's call: by whether the account has left the clinic
_OF_OTHERS = {
    True: (
        ReasonCode.ACCOUNT_LEFT,
        "An account that doesn't work for this clinic any more still has a call scheduled for this visit.",
    ),
    False: (ReasonCode.CALL_FAILED, "A colleague's account had this call, and it didn't get through."),
}
_OFF_ELSEWHERE = (
    ReasonCode.CALL_DISABLED,
    "Calls are switched off for this visit's case, in the records of another account.",
)


def _stays(own: KnownCall | None, plan: CallPlan, numbers: frozenset[str]) -> bool:
    """Whether our own call goes to the owner, and at the time at which it would be made anew."""
    if own is None or own.status != QUEUED:
        return False
    return own.phone in {plan.phone, *numbers} and own.scheduled_for == plan.scheduled_for


def _noted(case: Case, decision: Decision, detail: str) -> Case:
    step = RuleStep(CALL_RULE, StepOutcome.PASSED, detail)
    return replace(case, decision=replace(decision, trace=with_step(decision.trace, step)))


def _by_colleague(decision: Decision, plan: CallPlan | None) -> Decision:
    return replace(
        decision, reason_code=ReasonCode.COLLEAGUE, reason="A colleague's account has this call.", call=plan
    )


def _handed_over(decision: Decision, known: KnownVisit, plan: CallPlan) -> Decision:
    """The state stays as it is, except that new signs of death are shown to a person."""
    if known.person is not None and known.person.choice is PersonChoice.NO_CALL:
        return decision
    if shown_in(decision.trace) and known.told_dead is None:
        reason = f"The call was already handed over when this was read. {decision.reason}"
        return replace(
            decision, state=VisitState.HELD, reason_code=ReasonCode.MAY_HAVE_DIED, reason=reason, call=None
        )
    # what passes is kept as the explanation; the window is not, for it passes only until the call is due
    kept = tuple(
        step
        for step in decision.trace
        if step.outcome is StepOutcome.PASSED and step.rule not in (WINDOW, CALLS_ON)
    )
    step = RuleStep(CALL_RULE, StepOutcome.PASSED, "It was handed over, so nothing here changes it any more.")
    return replace(
        decision,
        state=VisitState.SCHEDULED,
        reason_code=ReasonCode.CALL_DUE,
        reason="The call was handed over.",
        trace=(*kept, step),
        call=plan,
    )


def _called_since(case: Case, call: KnownCall) -> bool:
    """Whether a person decided to call after the call had been cancelled."""
    return call.cancelled_at is not None and case.called_at is not None and case.called_at > call.cancelled_at


def _day(moment: datetime | None, zone: ZoneInfo, now: datetime) -> date:
    return (moment or now).astimezone(zone).date()
