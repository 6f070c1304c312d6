"""Visits as pages ask for them: filters, counts, and pages without a gap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.records import Page, VisitRecord
from idexx_desktop.domain.visits import VisitState
from tests.db_repositories.made_up import (
    EXCLUDED,
    FAILED,
    HELD,
    NOW,
    WAITING,
    ZONE,
    a_visit,
    a_walk_in,
    write,
    write_with_call,
)

HOUR = timedelta(hours=1)


def keys(tx: Transaction, which: VisitFilter) -> list[str]:
    rows = [row.visit_key for row in tx.visits.page(which, Page())]
    assert tx.visits.count(which) == len(rows)
    return rows


def test_filters(tx: Transaction) -> None:
    write_with_call(tx, a_visit(1, pet="Bella", owner="Ann O'Hara", provider="Dr. Chen", at=NOW - 3 * HOUR))
    write(tx, a_visit(2, pet="Rex", owner="Ben 50%", provider="Dr. Ruiz", at=NOW - 2 * HOUR), HELD,
          needs_attention=True)  # fmt: skip
    write(tx, a_visit(3, pet="Nala_2", owner="Isabella", provider="Dr. Ruiz", at=NOW - HOUR), WAITING)
    assert keys(tx, VisitFilter()) == ["a:3", "a:2", "a:1"]
    assert keys(tx, VisitFilter(text="bella")) == ["a:3", "a:1"]
    assert keys(tx, VisitFilter(text="o'HARA")) == ["a:1"]
    assert keys(tx, VisitFilter(text="50%")) == ["a:2"]
    assert keys(tx, VisitFilter(text="%")) == ["a:2"]
    assert keys(tx, VisitFilter(text="_")) == ["a:3"]
    assert keys(tx, VisitFilter(text="\\")) == []
    assert keys(tx, VisitFilter(text="ruiz")) == ["a:3", "a:2"]
    assert keys(tx, VisitFilter(provider="Dr. Chen")) == ["a:1"]
    assert keys(tx, VisitFilter(states=frozenset({VisitState.HELD, VisitState.WAITING}))) == ["a:3", "a:2"]
    assert keys(tx, VisitFilter(since=NOW - 2 * HOUR, until=NOW - HOUR)) == ["a:2"]
    assert keys(tx, VisitFilter(attention_only=True)) == ["a:2"]
    assert tx.visits.providers() == ["Dr. Chen", "Dr. Ruiz"]


def test_counts_by_state_ignore_the_filters_states(tx: Transaction) -> None:
    for number, decision in enumerate((None, None, HELD, WAITING, FAILED)):
        visit = a_visit(number, pet="Rex" if number else "Nala")
        write(tx, visit, decision) if decision else write_with_call(tx, visit)
    only_failed = VisitFilter(text="rex", states=frozenset({VisitState.FAILED}))
    assert tx.visits.counts_by_state(only_failed) == {
        VisitState.SCHEDULED: 1, VisitState.HELD: 1, VisitState.EXCLUDED: 0, VisitState.WAITING: 1,
        VisitState.FAILED: 1,
    }  # fmt: skip


def test_an_ignored_visit_needs_no_attention(tx: Transaction) -> None:
    visit = a_visit()
    write(tx, visit, HELD, needs_attention=True)
    assert tx.visits.attention_count() == 1
    tx.decisions.add("a:5001", PersonChoice.IGNORE, content_hash="h")
    (row,) = tx.visits.page(VisitFilter(), Page())
    assert (row.ignored, row.needs_attention, row.state) == (True, False, VisitState.HELD)
    assert tx.visits.attention_count() == 0
    tx.decisions.undo("a:5001")
    assert tx.visits.attention_count() == 1
    tx.decisions.add("a:5001", PersonChoice.NO_CALL, content_hash="h")
    assert tx.visits.attention_count() == 1


def test_the_other_pets_on_the_call(tx: Transaction) -> None:
    for number, pet in ((1, "Rex"), (2, "Nala"), (3, "Milo")):
        call_id = write_with_call(tx, a_visit(number, pet=pet), "a:1", "a:2", "a:3")
    write(tx, a_visit(4, pet="Bella"), HELD)
    rows = {row.visit_key: row for row in tx.visits.page(VisitFilter(), Page())}
    assert {key: row.call_with for key, row in rows.items()} == {
        "a:1": ("Nala", "Milo"), "a:2": ("Rex", "Milo"), "a:3": ("Rex", "Nala"), "a:4": (),
    }  # fmt: skip
    assert {row.call_id for row in rows.values()} == {call_id, None}
    assert (rows["a:1"].call_status, rows["a:4"].call_status) == ("queued", None)
    assert rows["a:1"].notes is None


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_without_a_gap_even_within_one_instant(tx: Transaction, limit: int) -> None:
    for number in range(12):
        write(tx, a_visit(number, at=NOW + (number // 4) * HOUR), EXCLUDED)
    for consultation_id in ("90", "91"):
        walk_in = a_walk_in(consultation_id)
        assert walk_in.consultation is not None
        write(tx, replace(walk_in, consultation=replace(walk_in.consultation, date=None)), EXCLUDED)
    whole = tx.visits.page(VisitFilter(), Page())
    assert [row.visit_at for row in whole[:2]] == [None, None]
    times = [row.visit_at for row in whole[2:] if row.visit_at]
    assert times == sorted(times, reverse=True)
    assert len(times) == 12
    paged: list[VisitRecord] = []
    page = tx.visits.page(VisitFilter(), Page(limit=limit))
    while page:
        paged += page
        assert len(paged) <= len(whole)
        page = tx.visits.page(
            VisitFilter(), Page((page[-1].visit_at, page[-1].visit_key, page[-1].id), limit)
        )
    assert paged == whole


def test_days_are_the_clinics_days(tx: Transaction) -> None:
    def local(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)

    # 1 November 2026 has 25 hours in the clinic's zone
    for number, at in enumerate((local(1, 0), local(1, 23, 59), local(2, 0), local(3, 23, 59), local(4, 0))):
        write(tx, a_visit(number, at=at), HELD if number % 2 else EXCLUDED)
    days = tx.visits.day_counts(ZONE, 4, date(2026, 11, 3))
    assert [day.day for day in days] == [date(2026, 10, 31), *(date(2026, 11, day) for day in (1, 2, 3))]
    assert [(day.counts[VisitState.EXCLUDED], day.counts[VisitState.HELD]) for day in days] == [
        (0, 0), (1, 1), (1, 0), (0, 1),
    ]  # fmt: skip
    assert all(set(day.counts) == set(VisitState) for day in days)
