"""Calls that a calling system left behind: found by the same rule in SQL, called by hand, and given back by an undo."""

from __future__ import annotations

from datetime import datetime, timedelta

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.filters import CallFilter, CallOutcomeKind, VisitFilter
from idexx_desktop.domain.handed_over import CallTrouble, trouble_of
from idexx_desktop.domain.records import Page
from idexx_desktop.domain.visits import VisitState
from tests.db_repositories.made_up import NOW, ZONE, a_visit, write_with_call

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STATUSES = ("queued", "ringing", "in_progress", "completed", "failed", "cancelled")
DUE = (NOW + HOUR, NOW - HOUR / 2, NOW - 2 * HOUR, NOW - 3 * DAY, NOW - 4 * DAY)
BEGUN = (None, NOW - HOUR / 2, NOW - 2 * HOUR)


def moved_on(
    tx: Transaction, call_id: str, status: str, begun: datetime | None = None, why: str | None = None
) -> None:
    """The calling system, or somebody in the shared records, moves a call on."""
    tx.session.connection().exec_driver_sql(
        "UPDATE public.scheduled_discharge_calls SET status = %(status)s, started_at = %(begun)s,"
        " updated_at = %(begun)s, ended_reason = %(why)s WHERE id = %(id)s",
        {"id": call_id, "status": status, "begun": begun, "why": why},
    )


def in_trouble(tx: Transaction) -> set[str]:
    """The ids of the calls in the group."""
    rows = tx.calls.page(CallFilter("trouble"), Page(limit=1_000), zone=ZONE, now=NOW)
    assert all(row.trouble is not None for row in rows)
    return {row.id for row in rows}


def test_the_rule_is_the_same_in_sql(tx: Transaction) -> None:
    expected: dict[str, CallTrouble] = {}
    states = [(status, due, begun) for status in STATUSES for due in DUE for begun in BEGUN]
    for number, (status, due, begun) in enumerate(states):
        call = write_with_call(tx, a_visit(number, owner=f"Owner {number}"), at=due)
        moved_on(tx, call, status, begun)
        why = trouble_of(status, due, begun, NOW)
        if why is not None:
            expected[call] = why
    assert in_trouble(tx) == expected.keys()
    groups = {each.trouble: each.count for each in tx.calls.troubles(ZONE, NOW)}
    assert groups == {why: list(expected.values()).count(why) for why in CallTrouble}
    counts = tx.calls.group_counts(CallFilter(), zone=ZONE, now=NOW)
    assert counts["trouble"] == len(expected)


def test_a_call_that_failed_is_made_by_hand_and_taken_back(tx: Transaction) -> None:
    call = write_with_call(tx, a_visit(1), at=NOW - 2 * HOUR)
    moved_on(tx, call, "failed", why="no number to call from")
    [group] = tx.calls.troubles(ZONE, NOW)
    assert (group.count, group.reason) == (1, "no number to call from")
    visit = tx.visits.get("a:1")
    assert visit is not None
    assert visit.state is VisitState.HELD
    assert tx.outcomes.record(call, CallOutcomeKind.REACHED_WELL, "Doing fine")
    assert not tx.outcomes.record(call, CallOutcomeKind.VOICEMAIL)
    record = tx.calls.get(call, NOW)
    assert record is not None
    # the row stays the calling system's
    assert (record.status, record.trouble) == ("failed", None)
    assert [outcome.note for outcome in record.outcomes] == ["Doing fine"]
    assert tx.calls.troubles(ZONE, NOW) == ()
    assert tx.visits.count(VisitFilter(states=frozenset({VisitState.SCHEDULED}))) == 1
    assert tx.outcomes.undo(call) is CallOutcomeKind.REACHED_WELL
    assert in_trouble(tx) == {call}
    record = tx.calls.get(call, NOW)
    assert record is not None
    assert (record.status, record.report.ended_reason) == ("failed", "no number to call from")


def test_a_call_that_is_under_way_is_left_alone_until_it_has_lasted(tx: Transaction) -> None:
    call = write_with_call(tx, a_visit(1), at=NOW - 2 * HOUR)
    for status in ("ringing", "in_progress"):
        tx.session.connection().exec_driver_sql(
            "UPDATE public.scheduled_discharge_calls SET status = %(status)s, started_at = now()"
            " - interval '50 minutes' WHERE id = %(id)s",
            {"id": call, "status": status},
        )
        assert not tx.outcomes.record(call, CallOutcomeKind.REACHED_WELL)
    tx.session.connection().exec_driver_sql(
        "UPDATE public.scheduled_discharge_calls SET started_at = now() - interval '70 minutes' WHERE id = %(id)s",
        {"id": call},
    )
    assert tx.outcomes.record(call, CallOutcomeKind.REACHED_WELL)
    assert tx.outcomes.undo(call) is CallOutcomeKind.REACHED_WELL
    for status in ("completed", "cancelled"):
        moved_on(tx, call, status)
        assert not tx.outcomes.record(call, CallOutcomeKind.REACHED_WELL)


def test_what_we_wrote_as_the_reason_is_no_report(tx: Transaction) -> None:
    call = write_with_call(tx, a_visit(1), at=NOW - 2 * HOUR)
    tx.outcomes.record(call, CallOutcomeKind.REACHED_WELL)
    other = write_with_call(tx, a_visit(2, owner="Other"), at=NOW - 2 * HOUR)
    tx.calls.cancel(other, "The pet may have died.", now=NOW)
    for each in (call, other):
        record = tx.calls.get(each, NOW)
        assert record is not None
        assert record.report.ended_reason == ""
