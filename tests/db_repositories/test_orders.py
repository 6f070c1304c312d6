"""Every order that a table may have, in pages of any size: no row is left out, none comes twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from sqlalchemy import text

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.filters import AuditFilter, CallFilter, HistoryFilter, VisitFilter
from idexx_desktop.domain.misses import Miss, MissReason
from idexx_desktop.domain.orders import STATE_RANKS, By, Order
from idexx_desktop.domain.places import Place, audit_place, call_place, history_place, visit_place
from idexx_desktop.domain.records import MissedRun, Page, SessionRecord, VisitRecord
from tests.db_repositories.made_up import (
    EXCLUDED,
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
VISIT_ORDERS = (By.TIME, By.PET, By.OWNER, By.PROVIDER, By.STATE, By.READ)


def every_page(read: Callable[[Page], list[Any]], place: Callable[[Any], Place]) -> list[Any]:
    """All rows, after finding them the same in pages of several sizes."""
    whole = read(Page())
    for limit in (1, 2, 5):
        paged: list[Any] = []
        rows = read(Page(limit=limit))
        while rows:
            paged += rows
            assert len(paged) <= len(whole)
            rows = read(Page(place(rows[-1]), limit))
        assert paged == whole
    return whole


def both_ways(*by: By) -> list[Order]:
    return [Order(each, down) for each in by for down in (True, False)]


def is_in_order(values: list[Any], *, down: bool) -> bool:
    """None is more than everything."""
    keyed = [(value is None, value if value is not None else 0) for value in values]
    return keyed == sorted(keyed, reverse=down)


@pytest.fixture
def many_visits(tx: Transaction) -> None:
    """Visits that are equal in this or that, without a time, never read, in every state."""
    pets, owners = ("bella", "Rex", "rex", "Árpád", ""), ("Ann", "ben", "Ben")
    for number in range(12):
        visit = a_visit(
            number, pet=pets[number % 5], owner=owners[number % 3], provider="Dr. Chen" if number % 2 else "",
            at=NOW + (number // 4) * HOUR,
        )  # fmt: skip
        decision = (None, HELD, WAITING, EXCLUDED)[number % 4]
        if decision:
            write(tx, visit, decision, now=NOW + (number % 3) * HOUR)
        else:
            write_with_call(tx, visit)
    walk_in = a_walk_in("90")
    assert walk_in.consultation is not None
    write(tx, replace(walk_in, consultation=replace(walk_in.consultation, date=None)), EXCLUDED)
    tx.session.execute(text("UPDATE public.visits SET last_read_at = NULL WHERE visit_key IN ('a:3', 'a:6')"))


def shown_value(row: VisitRecord, by: By) -> Any:
    return {
        By.TIME: row.visit_at,
        By.PET: row.patient_name.lower(),
        By.OWNER: row.owner_name.lower(),
        By.PROVIDER: row.provider.lower(),
        By.STATE: STATE_RANKS[row.state],
        By.READ: row.last_read_at,
    }[by]


@pytest.mark.usefixtures("many_visits")
def test_visits(tx: Transaction) -> None:
    for order in both_ways(*VISIT_ORDERS):
        check_visits(tx, order)


def check_visits(tx: Transaction, order: Order) -> None:
    which = VisitFilter(order=order)
    rows = every_page(lambda page: tx.visits.page(which, page), lambda row: visit_place(row, order))
    assert len(rows) == tx.visits.count(which) == 13
    # of letters beyond A to Z, the database's own collation says where they stand
    plain = [row for row in rows if row.patient_name != "Árpád"]
    assert is_in_order([shown_value(row, order.by) for row in plain], down=order.down), order
    of_one_state = replace(which, states=frozenset({rows[0].state}))
    assert {row.state for row in tx.visits.page(of_one_state, Page())} == {rows[0].state}


@pytest.mark.usefixtures("many_visits")
def test_of_equal_visits_the_newest_comes_first(tx: Transaction) -> None:
    rows = tx.visits.page(VisitFilter(order=Order(By.PROVIDER)), Page())
    times = [row.visit_at for row in rows if row.provider and row.visit_at]
    assert times == sorted(times, reverse=True)


def test_calls(tx: Transaction) -> None:
    for number, owner in enumerate(("Cleo", "ann", "Ben", "Ann", "Dora")):
        write_with_call(tx, a_visit(number, owner=owner), at=NOW + (number // 2) * timedelta(minutes=1))
    for group, order in product(("due", "all"), both_ways(By.TIME, By.OWNER)):
        check_calls(tx, CallFilter(group, order=order), order)


def check_calls(tx: Transaction, which: CallFilter, order: Order) -> None:
    rows = every_page(
        lambda page: tx.calls.page(which, page, zone=ZONE, now=NOW), lambda row: call_place(row, order)
    )
    values = [row.owner_name.lower() if order.by is By.OWNER else row.scheduled_for for row in rows]
    assert len(rows) == 5
    assert is_in_order(values, down=order.down), which


def test_syncs(tx: Transaction) -> None:
    for number in range(6):
        at = NOW + (number // 2) * HOUR
        session = tx.sessions.start(Trigger.BUTTON, "Front Desk", at, at, 1, now=at)
        tx.sessions.finish(
            session.id, "completed", seen=3, synced=3, failed=number % 3, calls=0, written=0, requests=0,
            signed_in=False, failure=None, next_scheduled_sync=None, now=at,
        )  # fmt: skip
        tx.missed.add([Miss(NOW + number * HOUR, MissReason.ASLEEP)], "Front Desk")
    for kind, order in product(("all", "problems", "missed"), both_ways(By.TIME, By.FAILED)):
        check_syncs(tx, HistoryFilter(kind, order=order), order)


def check_syncs(tx: Transaction, which: HistoryFilter, order: Order) -> None:
    rows = every_page(lambda page: tx.sessions.page(which, page), lambda row: history_place(row, order))
    assert len(rows) == tx.sessions.count(which)
    assert is_in_order([sync_value(row, order.by) for row in rows], down=order.down), which


def sync_value(row: SessionRecord | MissedRun, by: By) -> int | datetime:
    if by is By.FAILED:
        return -1 if isinstance(row, MissedRun) else row.consultations_failed
    return row.due_at if isinstance(row, MissedRun) else row.started_at


def test_the_activity_record(tx: Transaction) -> None:
    for _ in range(7):
        tx.audit.record(Action.AUDIT_VERIFIED, "ok")
    for order in both_ways(By.TIME):
        which = AuditFilter(order=order)
        rows = every_page(partial(tx.audit.page, which), audit_place)
        assert is_in_order([row.seq for row in rows], down=order.down)
        last = tx.audit.page(which, Page(None, 3, backwards=True))
        assert last == rows[-3:]
        above = tx.audit.page(which, Page(audit_place(last[0]), 3, backwards=True))
        assert above == rows[-6:-3]
