"""Every order that a table may have, in pages of any size: no row is left out, none comes twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from sqlalchemy import text

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import (
    AuditFilter,
    CallFilter,
    CallOutcomeKind,
    HistoryFilter,
    VisitFilter,
    Whose,
)
from idexx_desktop.domain.kinds import kind_words
from idexx_desktop.domain.misses import Miss, MissReason
from idexx_desktop.domain.orders import STATE_RANKS, By, Order
from idexx_desktop.domain.places import Place, audit_place, call_place, history_place, visit_place
from idexx_desktop.domain.ranks import CALL_RANKS, call_reads
from idexx_desktop.domain.records import CallRecord, MissedRun, Page, SessionRecord, VisitRecord
from idexx_desktop.domain.visits import VisitKind
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
from tests.support.postgres import ELM, OAK, AllRecords

HOUR = timedelta(hours=1)
VISIT_ORDERS = (
    By.TIME, By.PET, By.OWNER, By.PROVIDER, By.STATE, By.READ, By.KIND, By.IN_NEO, By.BRANCH, By.CLINIC
)  # fmt: skip
CALL_ORDERS = (By.TIME, By.PET, By.OWNER, By.KIND, By.STATE, By.CLINIC)
SYNC_ORDERS = (By.TIME, By.COMPUTER, By.STARTED_BY, By.RESULT, By.FAILED, By.CLINIC)


def every_page(read: Callable[[Page], list[Any]], place: Callable[[Any], Place]) -> list[Any]:
    """All rows, after finding them the same in pages of several sizes."""
    whole = read(Page())
    for limit in (2, 5):
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
    tx.session.execute(text(_VARIED), {"kinds": [*VisitKind, "of a newer version"]})


# every kind, more than one state in Neo, branches in two spellings
_VARIED = """
UPDATE public.visits SET kind = (CAST(:kinds AS text[]))[1 + length(visit_key || patient_name) % 10],
  neo_status = CASE WHEN state = 'held' THEN 'Paid' ELSE 'unpaid' END,
  branch = (ARRAY['North', 'north', 'Ashgrove', ''])[1 + length(patient_name) % 4]
"""


def shown_value(row: VisitRecord, by: By) -> Any:
    return {
        By.KIND: row.kind_label.lower(),
        By.IN_NEO: row.neo_status.lower(),
        By.BRANCH: row.branch.lower(),
        By.CLINIC: "",
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


STATUSES = ("queued", "ringing", "in_progress", "completed", "completed", "failed", "failed", "cancelled")
_SAID = "UPDATE public.scheduled_discharge_calls SET status = :status, dynamic_variables = dynamic_variables || :said"


def test_calls(tx: Transaction) -> None:
    owners, pets = ("Cleo", "ann", "Ben", "Ann"), ("rex", "Bella", "", "Rex", "Otto")
    kinds = (*VisitKind, "of another program", "")
    for number, status in enumerate(STATUSES):
        visit = a_visit(number, owner=owners[number % 4], pet=pets[number % 5])
        call_id = write_with_call(tx, visit, at=NOW + (number // 2) * timedelta(minutes=1))
        if number in (4, 6):
            outcome = CallOutcomeKind.VOICEMAIL if number == 4 else CallOutcomeKind.REACHED_WELL
            tx.outcomes.record(call_id, outcome)
        said = {"status": status, "said": json.dumps({"sub_type": kinds[number]}), "id": call_id}
        tx.session.execute(text(f"{_SAID} WHERE id = :id"), said)
    for order in both_ways(*CALL_ORDERS):
        check_calls(tx, CallFilter("all", order=order), order)
    check_calls(tx, CallFilter(order=Order(By.OWNER)), Order(By.OWNER))


def check_calls(tx: Transaction, which: CallFilter, order: Order) -> None:
    rows = every_page(
        lambda page: tx.calls.page(which, page, zone=ZONE, now=NOW), lambda row: call_place(row, order)
    )
    values = [call_value(row, order.by) for row in rows]
    assert len(rows) == (len(STATUSES) if which.group == "all" else 1)
    assert is_in_order(values, down=order.down), which


def call_value(row: CallRecord, by: By) -> Any:
    return {
        By.TIME: row.scheduled_for,
        By.PET: next(iter(row.patient_names), "").lower(),
        By.OWNER: row.owner_name.lower(),
        By.KIND: kind_words(row.kind).lower(),
        By.STATE: CALL_RANKS[call_reads(row)],
        By.CLINIC: "",
    }[by]


@pytest.fixture
def many_syncs(tx: Transaction) -> None:
    """Runs that ended in every way, of several computers and reasons, and as many that were missed."""
    ends = (
        ("completed", 0, None),
        ("completed", 2, None),
        ("timeout", 0, FailureCode.CRASHED),
        ("failed", 1, FailureCode.CANCELLED),
        ("failed", 0, FailureCode.PAGE_CHANGED),
    )
    computers = ("Front Desk", "front desk", "Árpád's PC", "")
    for number, (trigger, (status, failed, code)) in enumerate(zip(Trigger, (*ends, ends[0]), strict=True)):
        at = NOW + (number // 2) * HOUR
        session = tx.sessions.start(trigger, computers[number % 4], at, at, 1, now=at)
        tx.sessions.finish(
            session.id, status, seen=3, synced=3, failed=failed, calls=0, written=0, requests=0, signed_in=False,
            failure=Failure(code) if code else None, next_scheduled_sync=None, now=at,
        )  # fmt: skip
        tx.missed.add([Miss(NOW + number * HOUR, MissReason.ASLEEP)], computers[number % 3])
    tx.sessions.start(Trigger.BUTTON, "Reception", NOW, NOW, 1, now=NOW)


@pytest.mark.usefixtures("many_syncs")
def test_syncs(tx: Transaction) -> None:
    for order in both_ways(*SYNC_ORDERS):
        check_syncs(tx, HistoryFilter(order=order), order)
    for kind, order in product(("problems", "missed"), both_ways(By.RESULT)):
        check_syncs(tx, HistoryFilter(kind, order=order), order)


def check_syncs(tx: Transaction, which: HistoryFilter, order: Order) -> None:
    rows = every_page(lambda page: tx.sessions.page(which, page), lambda row: history_place(row, order))
    assert len(rows) == tx.sessions.count(which)
    # of letters beyond A to Z, the database's own collation says where they stand
    plain = [row for row in rows if order.by is not By.COMPUTER or row.device.isascii()]
    assert is_in_order([sync_value(row, order.by) for row in plain], down=order.down), which


def sync_value(row: SessionRecord | MissedRun, by: By) -> Any:
    value = history_place(row, Order(by))[0]
    return value.lower() if isinstance(value, str) else value


def test_by_clinic_an_admin_s_rows_come_by_its_name(clinic_records: AllRecords) -> None:
    names = {clinic_records.database.people.a.clinic_id: OAK, clinic_records.database.people.b.clinic_id: ELM}
    for login in ("a", "b", "admin"):
        records: ClinicRecords = getattr(clinic_records, login)
        with records.transaction() as tx:
            for number in range(2):
                write_with_call(tx, a_visit(number + 2 * (login == "admin"), pet=f"{login} {number}"))
            tx.sessions.start(Trigger.BUTTON, login, NOW, NOW, 1, now=NOW)
            tx.missed.add([Miss(NOW, MissReason.ASLEEP)], login)
    own = clinic_records.database.people.admin.clinic_id
    with clinic_records.admin.transaction() as tx:
        for order in both_ways(By.CLINIC):
            calls, history = (
                CallFilter("all", whose=Whose(), order=order),
                HistoryFilter(whose=Whose(), order=order),
            )
            visits = VisitFilter(whose=Whose(), order=order)
            pages: list[tuple[Callable[[Page], list[Any]], Callable[[Any, Order], Place]]] = [
                (partial(tx.visits.page, visits), visit_place),
                (partial(tx.calls.page, calls, zone=ZONE, now=NOW), call_place),
                (partial(tx.sessions.page, history), history_place),
            ]
            for read, place in pages:
                rows = every_page(read, partial(_place_in, place, order))
                shown = [names[own if row.others is None else row.others.clinic_id].lower() for row in rows]
                assert len(set(shown)) == 2
                assert is_in_order(shown, down=order.down)


def _place_in(place: Callable[[Any, Order], Place], order: Order, row: Any) -> Place:
    return place(row, order)


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
