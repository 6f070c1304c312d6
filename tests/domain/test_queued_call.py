"""When the call of a visit is due that has one already."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.rules import decide
from tests.domain.builders import LA, NOW, RULES, VISIT_AT, visit

TOMORROW_AT_TEN = datetime(2026, 11, 22, 10, 0, tzinfo=LA)


def test_its_time_stays_where_the_rules_allow_it() -> None:
    moved = datetime(2026, 11, 23, 17, 0, tzinfo=LA)
    decision = decide(visit(), RULES, NOW, queued_for=moved)
    assert decision.call is not None
    assert decision.call.scheduled_for == moved


def test_it_moves_where_they_do_not() -> None:
    closed = replace(RULES, closed_days=frozenset({TOMORROW_AT_TEN.date()}))
    decision = decide(visit(), closed, NOW, queued_for=TOMORROW_AT_TEN)
    assert decision.call is not None
    assert decision.call.scheduled_for == TOMORROW_AT_TEN + timedelta(days=1)


def test_an_overdue_call_stays_for_three_days() -> None:
    due = NOW - timedelta(days=2)
    decision = decide(visit(at=VISIT_AT - timedelta(days=3)), RULES, NOW, queued_for=due)
    assert decision.call is not None
    assert decision.call.scheduled_for == due


def test_an_overdue_call_moves_where_its_time_is_night_for_a_new_number() -> None:
    due = datetime(2026, 11, 22, 18, 40, tzinfo=LA)  # 21:40 in New York
    now = due + timedelta(minutes=2)
    at = due - timedelta(days=1)
    stays = decide(visit(at=at), RULES, now, queued_for=due)
    moves = decide(visit(at=at, phone="212-555-0123"), RULES, now, queued_for=due)
    assert stays.call is not None
    assert stays.call.scheduled_for == due
    assert moves.call is not None
    assert moves.call.scheduled_for > now


def test_after_three_days_it_is_given_up_for_good() -> None:
    old = visit(at=VISIT_AT - timedelta(days=6))
    late = decide(old, RULES, NOW, queued_for=NOW - timedelta(days=4))
    assert late.reason_code is ReasonCode.TOO_LATE
    assert decide(old, RULES, NOW).reason_code is ReasonCode.TOO_LATE
