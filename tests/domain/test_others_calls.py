"""What a call of another account is worth for a visit, and when our own one yields to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from idexx_desktop.domain.changes import JoinCall, LeaveCall, NoCallChange, VisitChange
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.others_calls import OthersCall, binding
from idexx_desktop.domain.visits import VisitState
from tests.domain.builders import NOW, visit
from tests.domain.clinic import Clinic

PHONE, HOUR, DAY = "+15105550123", timedelta(hours=1), timedelta(days=1)
DUE = NOW + DAY
REX = visit(1, pet="Rex", patient_id="p1")


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


def theirs(
    when: datetime | None = DUE, status: str = "queued", phone: str | None = PHONE, *, left: bool = False
) -> OthersCall:
    return OthersCall("theirs", status, when, phone, left)


def sync(clinic: Clinic, *others: OthersCall, numbers: frozenset[str] = frozenset({PHONE})) -> VisitChange:
    """Rex's visit once more, of which others have these calls."""
    before = clinic.known["a:1"]
    clinic.known["a:1"] = replace(before, others=others, numbers=numbers)
    (change,) = clinic.sync(REX)
    return change


@pytest.mark.parametrize(
    ("call", "counts"),
    [
        (theirs(), True),
        (theirs(DUE + 3 * DAY), True),
        (theirs(DUE + 3 * DAY + HOUR), False),
        (theirs(NOW - 3 * DAY), True),
        (theirs(NOW - 3 * DAY - HOUR), False),
        (theirs(None), False),
        (theirs(phone=None), False),
        *(
            (theirs(NOW - 9 * DAY, status), True)
            for status in ("ringing", "in_progress", "completed", "failed")
        ),
        (theirs(status="completed", phone=None), False),
    ],
)
def test_what_counts(call: OthersCall, counts: bool) -> None:
    assert (binding([call], DUE, NOW) is not None) is counts


def test_what_was_made_goes_before_what_will_be_and_that_before_what_failed() -> None:
    calls = [
        replace(theirs(left=True, status="completed"), call_id="1"),
        replace(theirs(status="failed"), call_id="2"),
        replace(theirs(), call_id="3"),
        replace(theirs(status="completed"), call_id="4"),
    ]
    for expected in ("4", "3", "2", "1"):
        found = binding(calls, DUE, NOW)
        assert found is not None
        assert found.call_id == expected
        calls.remove(found)


def test_our_own_call_stays_as_long_as_it_is_right(clinic: Clinic) -> None:
    clinic.sync(REX)
    own = clinic.queued()[0]
    change = sync(clinic, theirs(own.scheduled_for))
    assert isinstance(change.call, NoCallChange)
    assert change.others is None
    assert change.decision.reason_code is ReasonCode.CALL_DUE


def test_our_own_call_yields_once_it_would_have_to_be_changed(clinic: Clinic) -> None:
    clinic.sync(REX)
    own = clinic.queued()[0]
    clinic.calls[own.call_id] = replace(own, phone="+15105550199")
    change = sync(clinic, theirs(own.scheduled_for))
    assert isinstance(change.call, LeaveCall)
    assert change.call.cancel
    assert change.decision.reason_code is ReasonCode.COLLEAGUE
    assert change.others is not None
    assert change.others.call_id == "theirs"


def test_a_time_of_ones_own_makes_no_second_call(clinic: Clinic) -> None:
    """A colleague's call that the rules made is in time, however much earlier a person here wants one."""
    kind = clinic.sync(REX)[0].decision.kind
    clinic.calls.clear()
    clinic.rules = replace(
        clinic.rules, kinds={**clinic.rules.kinds, kind: replace(clinic.rules.kinds[kind], delay_days=9)}
    )
    clinic.decide("a:1", PersonChoice.CALL, NOW + 5 * HOUR)
    visit_at = REX.visit_at or NOW
    change = sync(clinic, theirs(visit_at + 9 * DAY))
    assert change.decision.reason_code is ReasonCode.COLLEAGUE
    assert change.others is not None
    change = sync(clinic, theirs(visit_at + 14 * DAY))  # no rule would have made that
    assert change.decision.reason_code is ReasonCode.BY_PERSON


def test_a_call_that_does_not_fit_is_told_of_and_known_at_the_write(clinic: Clinic) -> None:
    clinic.sync(REX)
    clinic.calls.clear()
    change = sync(clinic, theirs(phone=None))
    assert isinstance(change.call, JoinCall)
    assert change.call.besides == {"theirs"}
    assert any("doesn't fit" in step.detail for step in change.decision.trace)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (theirs(left=True), ReasonCode.ACCOUNT_LEFT),
        (theirs(status="failed"), ReasonCode.CALL_FAILED),
    ],
)
def test_a_person_is_asked_once(clinic: Clinic, call: OthersCall, code: ReasonCode) -> None:
    clinic.sync(REX)
    clinic.calls.clear()
    # a decision of before doesn't know of it
    clinic.decide("a:1", PersonChoice.CALL)
    clinic.now += HOUR
    held = sync(clinic, call)
    assert (held.decision.state, held.decision.reason_code) == (VisitState.HELD, code)
    assert held.needs_attention
    assert isinstance(held.call, NoCallChange)
    clinic.now += HOUR
    clinic.decide("a:1", PersonChoice.CALL)
    assert isinstance(sync(clinic, call).call, JoinCall)
    assert len(clinic.queued()) == 1
    clinic.now += HOUR
    assert isinstance(sync(clinic, call).call, NoCallChange)
    assert len(clinic.queued()) == 1
