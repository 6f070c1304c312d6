"""The work list: what is due, what comes later, what is done."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.care import CARE_RULE
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.filters import CallFilter, CallOutcomeKind, VisitFilter
from idexx_desktop.domain.records import CallRecord, Page
from tests.db_repositories.made_up import NOW, ZONE, a_visit, write_with_call
from tests.support.postgres import AllRecords

# the clinic's midnight after NOW
MIDNIGHT = datetime(2026, 11, 21, tzinfo=ZONE)
SECOND = timedelta(seconds=1)


def page(
    tx: Transaction, which: CallFilter, before: tuple[object, ...] | None = None, limit: int = 100
) -> list[CallRecord]:
    return tx.calls.page(which, Page(before, limit), zone=ZONE, now=NOW)


def pets(tx: Transaction, which: CallFilter) -> list[str]:
    rows = page(tx, which)
    assert tx.calls.count(which, zone=ZONE, now=NOW) == len(rows)
    return [row.patient_names[0] for row in rows]


def test_groups(tx: Transaction) -> None:
    times = {
        "Overdue": NOW - timedelta(days=2), "Today": MIDNIGHT - SECOND, "Tomorrow": MIDNIGHT,
        "Reached": NOW - timedelta(hours=2), "Cancelled": NOW - timedelta(hours=1), "Ringing": NOW,
    }  # fmt: skip
    calls = {
        pet: write_with_call(tx, a_visit(number, pet=pet, owner=f"Owner {number}"), at=at)
        for number, (pet, at) in enumerate(times.items())
    }
    tx.outcomes.record(calls["Reached"], CallOutcomeKind.REACHED_WELL)
    tx.calls.cancel(calls["Cancelled"], "why", now=NOW)
    tx.session.connection().exec_driver_sql(
        "UPDATE public.scheduled_discharge_calls SET status = 'ringing' WHERE id = %(id)s",
        {"id": calls["Ringing"]},
    )
    assert pets(tx, CallFilter("due")) == ["Overdue", "Today"]
    assert pets(tx, CallFilter("upcoming")) == ["Tomorrow"]
    assert pets(tx, CallFilter("done")) == ["Cancelled", "Reached"]
    assert pets(tx, CallFilter("all")) == ["Tomorrow", "Today", "Ringing", "Cancelled", "Reached", "Overdue"]
    counts = tx.calls.group_counts(CallFilter(), zone=ZONE, now=NOW)
    assert counts == {"due": 2, "upcoming": 1, "trouble": 1, "paused": 0, "done": 2, "all": 6}
    assert tx.calls.group_counts(CallFilter(text="owner 2"), zone=ZONE, now=NOW) == {
        "due": 0, "upcoming": 1, "trouble": 0, "paused": 0, "done": 0, "all": 1,
    }  # fmt: skip


def test_a_call_needs_a_look_before_it_is_due_and_after_where_there_was_none(tx: Transaction) -> None:
    hour = timedelta(hours=1)
    due = NOW + 2 * hour
    write_with_call(tx, a_visit(1), at=due)
    assert not tx.calls.need_a_look(NOW, due - SECOND)
    assert tx.calls.need_a_look(NOW, due)
    after = due + hour
    assert tx.calls.need_a_look(after, after)
    tx.visits.seen(["a:1"], read_at=due - timedelta(minutes=45))
    assert not tx.calls.need_a_look(after, after)
    # dated by a clock that was set back since
    tx.visits.seen(["a:1"], read_at=after + hour)
    assert tx.calls.need_a_look(after, after)
    assert tx.visits.held_for(ReasonCode.NOT_LOOKED_AT) == frozenset()


def test_filters(tx: Transaction) -> None:
    for number, (pet, owner) in enumerate((("Rex", "Ann 100%"), ("Nala", "Ben"), ("Milo", "Cleo"))):
        write_with_call(tx, a_visit(number, pet=pet, owner=owner), at=NOW + number * SECOND)
    assert pets(tx, CallFilter(text="NALA")) == ["Nala"]
    assert pets(tx, CallFilter(text="0%")) == ["Rex"]
    assert pets(tx, CallFilter(text="5550142")) == ["Rex", "Nala", "Milo"]
    assert pets(tx, CallFilter(since=NOW + SECOND, until=NOW + 2 * SECOND)) == ["Nala"]


@pytest.mark.parametrize("group", ["due", "all"])
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_pages_without_a_gap_even_within_one_instant(tx: Transaction, group: str, limit: int) -> None:
    for number in range(9):
        write_with_call(tx, a_visit(number, owner=f"Owner {number}"), at=NOW + (number // 4) * SECOND)
    which = CallFilter(group)
    whole = page(tx, which)
    assert len(whole) == 9
    paged: list[CallRecord] = []
    rows = page(tx, which, limit=limit)
    while rows:
        paged += rows
        assert len(paged) <= len(whole)
        rows = page(tx, which, (rows[-1].scheduled_for, rows[-1].id), limit)
    assert paged == whole


def test_nobody_elses_calls_are_listed(clinic_records: AllRecords) -> None:
    with clinic_records.a.transaction() as tx:
        call_id = write_with_call(tx, a_visit(), at=NOW)
    for other in (clinic_records.colleague, clinic_records.b):
        with other.transaction() as tx:
            assert pets(tx, CallFilter("all")) == []
            assert tx.calls.get(call_id) is None


CARE = {"rule": CARE_RULE, "outcome": "passed", "detail": "Bella may not be well."}


@pytest.mark.parametrize(
    ("written", "care"),
    [
        ([CARE], ("Bella may not be well.",)),
        ([CARE, CARE], ("Bella may not be well.",)),
        ([3, None, {"rule": CARE_RULE}, {**CARE, "detail": 4}, CARE], ("Bella may not be well.",)),
        ({"a": 1}, ()),
        ("x", ()),
        (None, ()),
    ],
)
def test_why_a_call_is_made_with_care_and_what_nobody_but_a_hand_writes(
    tx: Transaction, written: object, care: tuple[str, ...]
) -> None:
    write_with_call(tx, a_visit(1))
    said = {"trace": json.dumps(written)}
    tx.session.connection().exec_driver_sql("UPDATE public.visits SET trace = %(trace)s", said)
    [call] = page(tx, CallFilter("all"))
    assert call.care == care
    [visit] = tx.visits.page(VisitFilter(), Page())
    assert tuple(dict.fromkeys(visit.care)) == care
