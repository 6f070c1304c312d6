"""Visits that are written several at a time: what is stored is what one after the other would have stored."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from idexx_desktop.domain.changes import NoCallChange, VisitChange, VisitRead
from idexx_desktop.domain.decisions import CallRules, PersonChoice
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.reconcile import reconcile
from idexx_desktop.domain.visits import Visit
from idexx_desktop.sync.lease import take_lease
from idexx_desktop.sync.parts import Holder
from idexx_desktop.sync.writing import TOGETHER, Grounds, Overtaken, VisitWriter, Written
from tests.db_repositories.made_up import NOW, ZONE, a_visit, a_walk_in
from tests.support.postgres import AllRecords
from tests.support.practice import HandClock
from tests.support.waiting import wait_until
from tests.torture.final_tables import differences, final_tables

RULES = CallRules(zone=ZONE)
UNREADABLE = Failure(FailureCode.CONSULTATION_UNREADABLE)
ALL_GONE = """
    TRUNCATE public.cases, public.visits, public.visit_notes, public.visit_readings, idexx_app.visit_claims CASCADE
"""


def a_day(visits: int = TOGETHER + 5) -> list[VisitRead]:
    """Households of one to three, two visits without notes, one that could not be read, and a walk-in."""
    reads = [VisitRead(a_visit(5000 + number, owner=f"Owner {number * 2 // 3}")) for number in range(visits)]
    for place in (3, 4):
        reads[place] = VisitRead(a_visit(5000 + place, owner=f"Quiet {place}", notes=""))
    reads[6] = VisitRead(reads[6].visit, UNREADABLE)
    return [*reads, VisitRead(a_walk_in("9001"))]


def changes_of(reads: Sequence[VisitRead]) -> tuple[tuple[VisitChange, ...], Grounds]:
    """What a sync that knows of none of them has to write, and on which grounds."""
    failures = {read.visit.visit_key: read.failure for read in reads if read.failure is not None}
    return reconcile(reads, {}, RULES, NOW), Grounds(RULES, failures=failures)


@pytest.fixture
def writer(clinic_records: AllRecords) -> VisitWriter:
    """A run of user A."""
    lease = take_lease(clinic_records.a, Holder("Front Desk", "17@1.00"), 300)
    with clinic_records.a.transaction() as tx:
        session = tx.sessions.start(Trigger.COMMAND, "Front Desk", NOW, NOW, lease.epoch, now=NOW)
    return VisitWriter(clinic_records.a, lease, session.id, HandClock(NOW))


def gather(groups: Iterable[Sequence[Written]], saved: list[Written] | None = None) -> list[Written]:
    """Write to the end; what was written, also where that is not reached."""
    saved = [] if saved is None else saved
    for group in groups:
        saved += group
    return saved


def recorded(everybody: AllRecords) -> list[tuple[str, str, str]]:
    """What the activity record says of visits, in its order."""
    with psycopg.connect(everybody.database.owner_url) as owner:
        return owner.execute(
            "SELECT action, status, metadata ->> 'visit_key' FROM public.idexx_sync_audit_log"
            " WHERE metadata ? 'visit_key' ORDER BY chain, seq"
        ).fetchall()


def written(everybody: AllRecords) -> set[str]:
    """The keys of the visits that are there for everybody."""
    with psycopg.connect(everybody.database.owner_url) as owner:
        return {key for (key,) in owner.execute("SELECT visit_key FROM public.visits")}


def test_together_is_as_one_by_one(clinic_records: AllRecords, writer: VisitWriter) -> None:
    changes, grounds = changes_of(a_day())
    alone = [saved for change in changes for saved in gather(writer.write([change], grounds))]
    one_by_one, said = final_tables(clinic_records.database.owner_url), recorded(clinic_records)
    assert len(one_by_one["scheduled_discharge_calls"]) < len(changes) - 3
    with psycopg.connect(clinic_records.database.owner_url) as owner:
        owner.execute("SET session_replication_role = replica")  # what people said of calls is kept otherwise
        owner.execute(ALL_GONE)
    groups = list(writer.write(changes, grounds))
    assert [len(group) for group in groups] == [TOGETHER, len(changes) - TOGETHER]
    assert differences(one_by_one, final_tables(clinic_records.database.owner_url)) == []
    assert recorded(clinic_records) == said * 2
    assert [saved for group in groups for saved in group] == alone


def test_again_with_other_times_and_texts(clinic_records: AllRecords, writer: VisitWriter) -> None:
    """Calls that are there are told anew: by known visits, some of which change their household."""
    reads = a_day()
    gather(writer.write(*changes_of(reads)))
    moved = [
        VisitRead(a_visit(5000 + number, owner=f"Owner {number // 2}", notes="Drops twice a day."))
        for number in range(TOGETHER)
    ]
    later = replace(RULES, window_start=(NOW + timedelta(hours=1)).time())
    with clinic_records.a.transaction() as tx:
        known = tx.visits.known(NOW - timedelta(days=1), NOW + timedelta(days=1))
    changes = reconcile(moved, known, later, NOW)
    assert not any(change.unchanged for change in changes)
    gather(writer.write(changes, Grounds(later, known)))
    with clinic_records.a.transaction() as tx:
        known = tx.visits.known(NOW - timedelta(days=1), NOW + timedelta(days=1))
        again = reconcile(moved, known, later, NOW)
    assert all(isinstance(change.call, NoCallChange) for change in again)
    assert all(change.unchanged for change in again)


def test_a_visit_that_cannot_be_stored_fails_alone(clinic_records: AllRecords, writer: VisitWriter) -> None:
    reads = a_day(10)
    bad = a_visit(5007, owner="Owner 4", notes="What no table takes: \0")
    reads[7] = VisitRead(bad)
    changes, grounds = changes_of(reads)
    failed = [saved for saved in gather(writer.write(changes, grounds)) if saved.failure]
    assert {(saved.change.visit_key, saved.failure and saved.failure.code) for saved in failed} == {
        ("a:5006", UNREADABLE.code),
        (bad.visit_key, FailureCode.VISIT_NOT_SAVED),
    }
    assert written(clinic_records) == {change.visit_key for change in changes}


def test_nobody_waits_for_a_person_who_waits_for_us(clinic_records: AllRecords, writer: VisitWriter) -> None:
    """While a person holds one visit the others are written, and it last; what a group has locked is let go."""
    reads = a_day(10)
    changes, grounds = changes_of(reads)
    gather(writer.write(changes, grounds))
    held = changes[5].visit_key
    said = len(recorded(clinic_records))
    lock = "SELECT FROM public.visits WHERE visit_key = %s FOR UPDATE"
    with psycopg.connect(clinic_records.database.owner_url) as person:
        person.execute(lock, [held])
        saving = threading.Thread(target=lambda: gather(writer.write(changes, grounds)))
        saving.start()
        wait_until(lambda: len(recorded(clinic_records)) >= said + 5)
        assert held not in {key for _, _, key in recorded(clinic_records)[said:]}
        # the other way round would be the end of one of both
        person.execute(lock, [changes[0].visit_key])
        person.execute(lock, [changes[-1].visit_key])
    saving.join(30)
    assert not saving.is_alive()
    assert {key for _, _, key in recorded(clinic_records)[said:]} == {change.visit_key for change in changes}


def test_a_person_overtakes_one_of_many(clinic_records: AllRecords, writer: VisitWriter) -> None:
    changes, grounds = changes_of(a_day(10))
    with clinic_records.colleague.transaction() as tx:
        tx.decisions.add(changes[4].visit_key, PersonChoice.NO_CALL, content_hash="h")
    saved: list[Written] = []
    with pytest.raises(Overtaken):
        gather(writer.write(changes, grounds), saved)
    keys = [change.visit_key for change in changes[:4]]
    assert [each.change.visit_key for each in saved] == keys
    assert written(clinic_records) == set(keys)


@pytest.mark.parametrize("apart", [False, True])
def test_two_visits_that_stand_for_one_case(
    clinic_records: AllRecords, writer: VisitWriter, apart: bool
) -> None:
    """A walk-in whose appointment is a visit of its own: found by their ids, or only by what a case says."""
    walk_in: Visit = a_walk_in("8001", at=NOW - timedelta(hours=5))
    if apart:
        gather(writer.write(*changes_of([VisitRead(walk_in)])))
        with psycopg.connect(clinic_records.database.owner_url) as owner:
            owner.execute("UPDATE public.cases SET external_id = 'pims-appt-idexx-5002'")
    reads = [VisitRead(a_visit(5001)), VisitRead(a_visit(5002)), VisitRead(walk_in)]
    changes, grounds = changes_of(reads[: 2 if apart else 3])
    with clinic_records.a.transaction() as tx:
        noted = tx.cases.noted(read.visit for read in reads)
    gather(writer.write(changes, replace(grounds, noted=noted)))
    with psycopg.connect(clinic_records.database.owner_url) as owner:
        found = owner.execute(
            "SELECT count(DISTINCT case_id), count(*) FROM public.visits WHERE visit_key LIKE 'a:%'"
        )
        cases = owner.execute("SELECT count(*) FROM public.cases")
        assert (found.fetchone(), cases.fetchone()) == (((1, 2), (1,)) if apart else ((2, 2), (2,)))
