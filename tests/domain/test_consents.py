"""A system's calls wait for the owner's consent where the clinic wants it, whatever else a person decided."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.rules import decide
from idexx_desktop.domain.visits import VisitState
from tests.domain.builders import NOW, RULES, person, visit

NUMBER = "+15105550123"
ASKS = replace(RULES, automated=True, hold_without_consent=True)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((), VisitState.HELD),
        (((NUMBER, "all", ""),), VisitState.SCHEDULED),
        (((NUMBER, "calls", ""),), VisitState.SCHEDULED),
        (((NUMBER, "texts", ""),), VisitState.HELD),
        (((NUMBER, "kind", "vaccination"),), VisitState.HELD),
        ((("+15105550199", "all", ""),), VisitState.HELD),
    ],
)
def test_what_a_consent_is_for(given: tuple[tuple[str, str, str], ...], expected: VisitState) -> None:
    decision = decide(visit(1), replace(ASKS, consents=frozenset(given)), NOW)
    assert decision.state is expected
    assert (decision.reason_code is ReasonCode.NO_CONSENT) is (expected is VisitState.HELD)


def test_of_the_right_kind() -> None:
    kind = decide(visit(1), RULES, NOW).kind
    rules = replace(ASKS, consents=frozenset({(NUMBER, "kind", str(kind))}))
    assert decide(visit(1), rules, NOW).state is VisitState.SCHEDULED


@pytest.mark.parametrize("phone", ["510-555-0123", "510-555-0123 do not call"])
def test_a_decision_to_call_is_no_consent(phone: str) -> None:
    seen = visit(1, phone=phone)
    decision = decide(seen, ASKS, NOW, person=person(PersonChoice.CALL, seen))
    assert (decision.state, decision.reason_code) == (VisitState.HELD, ReasonCode.NO_CONSENT)


def test_people_need_none_and_nobody_is_asked_by_default() -> None:
    for rules in (replace(ASKS, automated=False), replace(ASKS, hold_without_consent=False)):
        assert decide(visit(1), rules, NOW).state is VisitState.SCHEDULED
