"""Visits as a run writes and knows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from idexx_desktop.db.repositories.consultation_status import StatusOf
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.changes import KnownCall
from idexx_desktop.domain.decisions import PersonChoice, PersonDecision, ReasonCode
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.rules import decision_hash
from idexx_desktop.domain.visits import VisitState
from tests.db_repositories.conftest import Query
from tests.db_repositories.made_up import (
    CALL_AT,
    EXCLUDED,
    FAILED,
    HELD,
    NOW,
    PHONE,
    VISIT_AT,
    WAITING,
    a_change,
    a_decision,
    a_join,
    a_visit,
    a_walk_in,
    join_call,
    write,
    write_with_call,
)
from tests.support.postgres import AllRecords

DAY = timedelta(days=1)
UNREADABLE = Failure(FailureCode.CONSULTATION_UNREADABLE, "TypeError in consultation")


def get(tx: Transaction, visit_key: str) -> VisitRecord:
    found = tx.visits.get(visit_key)
    assert found is not None
    return found


def test_a_visit_comes_back_as_it_was_written(tx: Transaction) -> None:
    visit = a_visit()
    case_id = write(tx, visit)
    join_call(tx, a_join("a:5001"), "a:5001")
    row = get(tx, "a:5001")
    assert (row.visit_key, row.appointment_id, row.consultation_id) == ("a:5001", "5001", "8001")
    assert (row.case_id, row.visit_at) == (case_id, VISIT_AT)
    assert (row.patient_name, row.owner_name, row.client_id) == ("Rex", "Maria Lopez", "o-Maria Lopez")
    assert (row.provider, row.species, row.breed, row.neo_status) == ("Dr. Chen", "Dog", "Beagle", "Paid")
    assert (row.kind, row.kind_label, row.phone) == ("sick_visit", "Sick visit", PHONE)
    assert (row.state, row.reason_code) == (VisitState.SCHEDULED, "call_due")
    assert row.trace == a_decision().trace
    assert row.content_hash == visit.content_hash()
    assert (row.first_seen_at, row.last_read_at, row.last_attempt_at) == (NOW, NOW, NOW)
    assert (row.attempts, row.failure_code, row.has_clinical_notes) == (0, None, True)
    assert row.notes == "Doing well."
    assert tx.visits.get("a:1") is None


def test_writing_again_keeps_when_it_was_first_seen(tx: Transaction) -> None:
    write(tx, a_visit())
    write(tx, a_visit(pet="Rexy"), now=NOW + DAY)
    row = get(tx, "a:5001")
    assert (row.patient_name, row.first_seen_at, row.last_read_at) == ("Rexy", NOW, NOW + DAY)
    assert row.changed_at == NOW
    write(tx, a_visit(), HELD, now=NOW + 2 * DAY)
    assert get(tx, "a:5001").changed_at == NOW + 2 * DAY


def test_a_consultation_that_comes_later_completes_the_visit(tx: Transaction) -> None:
    first = write(tx, a_visit(consultation=False), WAITING)
    second = write(tx, a_visit(), now=NOW + DAY)
    join_call(tx, a_join("a:5001"), "a:5001")
    row = get(tx, "a:5001")
    assert first == second == row.case_id
    assert (row.consultation_id, row.state) == ("8001", VisitState.SCHEDULED)
    write(tx, a_visit(consultation=False), WAITING)
    assert get(tx, "a:5001").consultation_id == "8001"


def test_a_failed_read_counts_and_keeps_what_was_read(tx: Transaction) -> None:
    write(tx, a_visit())
    unread = replace(a_visit(pet=""), consultation=None)
    for number in (1, 2, 3):
        at = NOW + number * DAY
        write(tx, unread, FAILED, now=at, failure=UNREADABLE, needs_attention=True)
        row = get(tx, "a:5001")
        assert (row.state, row.attempts) == (VisitState.FAILED, number)
        assert (row.failure_code, row.failure_title) == ("consultation_unreadable", UNREADABLE.title)
        assert (row.last_attempt_at, row.last_read_at) == (at, NOW)
    assert (row.patient_name, row.species, row.phone) == ("Rex", "Dog", PHONE)
    assert row.content_hash == a_visit().content_hash()
    assert row.needs_attention
    write(tx, a_visit(), now=NOW + 4 * DAY)
    join_call(tx, a_join("a:5001"), "a:5001")
    row = get(tx, "a:5001")
    assert (row.state, row.attempts, row.failure_code) == (VisitState.SCHEDULED, 0, None)


def test_a_first_read_that_fails_is_a_visit_too(tx: Transaction) -> None:
    write(tx, a_visit(consultation=False), FAILED, failure=UNREADABLE)
    row = get(tx, "a:5001")
    assert (row.attempts, row.last_read_at, row.patient_name) == (1, None, "Rex")


def test_visits_that_were_seen_unchanged(tx: Transaction) -> None:
    write(tx, a_visit(1))
    write(tx, a_visit(2))
    assert tx.visits.seen(["a:1", "a:2", "a:3"], read_at=NOW + DAY) == 2
    row = get(tx, "a:1")
    assert (row.last_read_at, row.changed_at) == (NOW + DAY, NOW)


def test_another_state_without_reading(tx: Transaction) -> None:
    write(tx, a_visit())
    assert tx.visits.restate("a:5001", HELD, needs_attention=True, now=NOW + DAY)
    row = get(tx, "a:5001")
    assert (row.state, row.reason_code, row.needs_attention) == (VisitState.HELD, "may_have_died", True)
    assert (row.changed_at, row.patient_name, row.last_read_at) == (NOW + DAY, "Rex", NOW)
    known = tx.visits.known(VISIT_AT, NOW)["a:5001"]
    assert known.decision_hash == decision_hash(HELD)
    assert not tx.visits.restate("a:1", HELD, needs_attention=True, now=NOW)


def test_what_is_known_of_a_visit(tx: Transaction) -> None:
    visit = a_visit()
    call_id = write_with_call(tx, visit)
    other = write_with_call(tx, a_visit(5002, pet="Nala"), "a:5001")
    person = tx.decisions.add(
        "a:5001",
        PersonChoice.CALL,
        content_hash="h",
        why="she asked",
        scheduled_for=CALL_AT,
    )
    known = tx.visits.known(VISIT_AT, VISIT_AT + timedelta(seconds=1))["a:5001"]
    assert other == call_id
    assert known.call == KnownCall(call_id, "queued", CALL_AT, PHONE, frozenset({"a:5001", "a:5002"}))
    assert known.person == person
    assert (known.state, known.reason_code) == (VisitState.SCHEDULED, ReasonCode.CALL_DUE)
    assert known.content_hash == visit.content_hash()
    assert known.decision_hash == decision_hash(a_decision())
    assert (known.client_id, known.owner_name, known.phone) == ("o-Maria Lopez", "Maria Lopez", PHONE)
    assert (known.patient_id, known.patient_name, known.consultation_id) == ("p5001", "Rex", "8001")
    assert (known.first_seen_at, known.changed_at, known.attempts) == (NOW, NOW, 0)
    assert (known.call_enabled, known.claimed_elsewhere, known.needs_attention) == (True, False, False)
    assert known.trace == a_decision().trace
    assert known.case_id == get(tx, "a:5001").case_id


def test_the_window_and_everything_open_is_known(tx: Transaction) -> None:
    old = NOW - 30 * DAY
    write(tx, a_visit(1, at=NOW - DAY), EXCLUDED)
    write(tx, a_visit(2, at=old), EXCLUDED)
    for number, decision in ((3, HELD), (4, WAITING), (5, FAILED)):
        write(tx, a_visit(number, at=old), decision)
    write_with_call(tx, a_visit(6, at=old))
    done = write_with_call(tx, a_visit(7, at=old, owner="Ben"))
    write(tx, a_visit(8, at=NOW), EXCLUDED)
    tx.session.connection().exec_driver_sql(
        f"UPDATE public.scheduled_discharge_calls SET status = 'completed' WHERE id = '{done}'"
    )
    open_keys = {"a:3", "a:4", "a:5", "a:6"}
    assert tx.visits.open_keys() == open_keys
    assert tx.visits.known(NOW - 2 * DAY, NOW).keys() == {"a:1", *open_keys}


def test_a_call_that_somebody_else_cancelled_is_known_as_such(tx: Transaction) -> None:
    call_id = write_with_call(tx, a_visit())
    tx.session.connection().exec_driver_sql(
        "UPDATE public.scheduled_discharge_calls SET status = 'cancelled', ended_at = %(at)s WHERE id = %(id)s",
        {"at": NOW + DAY, "id": call_id},
    )
    call = tx.visits.known(VISIT_AT, NOW)["a:5001"].call
    assert call is not None
    assert (call.status, call.cancelled_at) == ("cancelled", NOW + DAY)


def test_a_call_that_we_cancelled_is_no_longer_the_visits(tx: Transaction) -> None:
    tx.calls.cancel(write_with_call(tx, a_visit()), "Held.", now=NOW)
    assert tx.visits.known(VISIT_AT, NOW)["a:5001"].call is None


@pytest.mark.parametrize(("stored", "expected"), [(None, True), (True, True), (False, False)])
def test_calls_can_be_switched_off_for_a_case(tx: Transaction, stored: bool | None, expected: bool) -> None:
    case_id = write(tx, a_visit())
    tx.session.connection().exec_driver_sql(
        "UPDATE public.cases SET call_enabled = %(on)s WHERE id = %(id)s", {"on": stored, "id": case_id}
    )
    assert tx.visits.known(VISIT_AT, NOW)["a:5001"].call_enabled is expected


def test_a_colleagues_visit_stays_theirs(tx: Transaction) -> None:
    write(tx, a_visit(), a_decision(VisitState.EXCLUDED, ReasonCode.COLLEAGUE))
    assert tx.visits.known(VISIT_AT, NOW)["a:5001"].claimed_elsewhere


def test_the_previous_text_of_notes_is_kept(tx: Transaction) -> None:
    def put(text: str, days: int, *, scheduled: bool = False) -> VisitRecord:
        at = NOW + days * DAY
        tx.notes.put({"a:5001": text}, now=at, call_already_scheduled=scheduled)
        return get(tx, "a:5001")

    write(tx, a_visit(notes=""), WAITING)
    row = put("First.", 1)
    assert (row.notes, row.previous_notes, row.notes_changed_after_call) == ("First.", None, False)
    assert put("First.", 2, scheduled=True) == row
    put("Second.", 3, scheduled=True)
    row = put("Third.", 4)
    assert (row.notes, row.previous_notes, row.notes_changed_after_call) == ("Third.", "Second.", True)
    assert tx.notes.purge(NOW + 4 * DAY) == 0
    assert tx.notes.purge(NOW + 5 * DAY) == 1
    assert get(tx, "a:5001").notes is None


def test_a_walk_in_that_gets_an_appointment_goes_on_as_one_visit(tx: Transaction) -> None:
    walk_in = a_walk_in()
    call_id = write_with_call(tx, walk_in)
    tx.readings.put([walk_in], NOW)
    tx.decisions.add("c:8001", PersonChoice.CALL, content_hash="h")
    visit = a_visit()
    assert tx.visits.follow_walk_ins([visit, a_visit(5002)]) == frozenset()
    known = tx.visits.known(VISIT_AT, NOW)
    assert known.keys() == {"a:5001"}
    assert known["a:5001"].person is not None
    call = known["a:5001"].call
    assert call is not None
    assert (call.call_id, call.visit_keys) == (call_id, frozenset({"a:5001"}))
    assert get(tx, "a:5001").notes == "Doing well."
    assert {key: read.visit_key for key, read in tx.readings.get(["a:5001", "c:8001"]).items() if read} == {
        "a:5001": "a:5001"
    }
    before = known["a:5001"].case_id
    assert write(tx, visit) == before
    assert tx.visits.follow_walk_ins([visit]) == frozenset()


def test_what_was_decided_about_a_walk_in_holds_for_its_appointment(tx: Transaction) -> None:
    """The decision stays where it was made; each undo gives back what was replaced."""
    write(tx, a_walk_in(), HELD)
    walked_in = tx.decisions.add("c:8001", PersonChoice.NO_CALL, content_hash="h")
    visit = a_visit()
    tx.visits.follow_walk_ins([visit])

    def holding() -> list[PersonDecision | None]:
        known = tx.visits.known(VISIT_AT, NOW)["a:5001"]
        standing = tx.standing.of([visit])["a:5001"]
        of_lists = tx.decisions.of([visit]).get("a:5001")
        return [known.person, standing.person, of_lists, tx.decisions.active("a:5001", "8001")]

    assert holding() == [walked_in] * 4
    assert tx.decisions.active("c:8001") == walked_in
    appointed = tx.decisions.add("a:5001", PersonChoice.CALL, content_hash="h", consultation_id="8001")
    assert holding() == [appointed] * 4
    assert tx.decisions.active("c:8001") is None
    # somebody whose program has not seen the appointment yet
    again = tx.decisions.add("c:8001", PersonChoice.IGNORE, content_hash="h")
    assert holding() == [again] * 4
    assert get(tx, "a:5001").ignored
    assert tx.visits.count(VisitFilter()) == 1
    assert not tx.decisions.undo("a:5001", "8001", walked_in.id)
    assert tx.decisions.undo("a:5001", "8001", again.id)
    assert holding() == [appointed] * 4
    assert tx.decisions.undo("a:5001", "8001")
    assert holding() == [walked_in] * 4
    assert tx.decisions.withdraw("a:5001", "8001")
    assert holding() == [None] * 4
    assert not tx.decisions.undo("a:5001", "8001")


CHOICES = (PersonChoice.NO_CALL, PersonChoice.IGNORE, PersonChoice.CALL_WITH_CARE, PersonChoice.CALL)


@pytest.mark.parametrize("walked_in", CHOICES)
@pytest.mark.parametrize("appointed", CHOICES)
@pytest.mark.parametrize("later", ["a:5001", "c:8001"])
def test_of_two_decisions_the_more_careful_one_holds(
    clinic_records: AllRecords, as_owner: Query, walked_in: PersonChoice, appointed: PersonChoice, later: str
) -> None:
    """Of two users: one decided about the walk-in, one about the appointment that the other had not read yet."""
    choices = {"c:8001": walked_in, "a:5001": appointed}
    with clinic_records.a.transaction() as tx:
        write_with_call(tx, a_walk_in())
    for key in sorted(choices, key=lambda each: each == later):
        mine = clinic_records.a if key == "c:8001" else clinic_records.colleague
        with mine.transaction() as tx:
            tx.decisions.add(key, choices[key], content_hash="h")
    with clinic_records.a.transaction() as tx:
        assert tx.visits.follow_walk_ins([a_visit()]) == frozenset()
        known = tx.visits.known(VISIT_AT, NOW)["a:5001"].person
        standing, listed = (
            tx.standing.of([a_visit()])["a:5001"].person,
            tx.decisions.of([a_visit()])["a:5001"],
        )
    careful = min(choices.values(), key=CHOICES.index)
    assert known == standing == listed
    assert known is not None
    assert known.choice is careful
    if walked_in is appointed:
        assert (
            known.id
            == as_owner("SELECT id::text FROM public.visit_decisions WHERE visit_key = %s", later)[0]["id"]
        )
    kept = as_owner("SELECT visit_key, choice FROM public.visit_decisions WHERE undone_at IS NULL")
    assert {row["visit_key"]: row["choice"] for row in kept} == {
        key: str(each) for key, each in choices.items()
    }


def test_a_walk_in_beside_its_appointment_is_superseded(tx: Transaction) -> None:
    write(tx, a_visit(consultation=False), WAITING)
    write(tx, a_walk_in(), HELD)
    assert tx.visits.follow_walk_ins([a_visit(), a_walk_in("9")]) == {"c:8001"}
    assert tx.visits.known(VISIT_AT, NOW).keys() == {"a:5001", "c:8001"}


def test_failures_of_a_run_are_remembered(clinic_records: AllRecords) -> None:
    with clinic_records.a.transaction() as tx:
        session = tx.sessions.start(Trigger.BUTTON, "Lab", NOW - DAY, NOW, 1, now=NOW)
        write(tx, a_visit(1), session_id=session.id)
        for number in (2, 3):
            write(tx, a_visit(number), FAILED, session_id=session.id, failure=UNREADABLE)
        tx.session.connection().exec_driver_sql(
            "SELECT idexx_app.audit('visit.failed', 'failed', %(id)s, '{\"visit_key\": \"a:2\"}')",
            {"id": session.id},
        )
        later = tx.sessions.start(Trigger.BUTTON, "Lab", NOW - DAY, NOW, 1, now=NOW + DAY)
        write(tx, a_visit(2), session_id=later.id)
        join_call(tx, a_join("a:2"), "a:2")
        failures = tx.visits.failures_of(session.id)
        assert [(row.visit_key, row.state) for row in failures] == [
            ("a:2", VisitState.SCHEDULED), ("a:3", VisitState.FAILED),
        ]  # fmt: skip
        assert tx.visits.failures_of(later.id) == []
    with clinic_records.colleague.transaction() as tx:
        assert tx.visits.failures_of(session.id) == []


def test_consultation_status_follows_the_state(tx: Transaction, clinic_records: AllRecords) -> None:
    def stored() -> tuple[object, ...]:
        return tuple(
            tx.session.connection()
            .exec_driver_sql(
                "SELECT sync_status, has_clinical_notes, notes_synced_at, discharge_call_scheduled,"
                " discharge_call_id::text, case_id::text, last_sync_attempt, visit_key, clinic_id::text"
                " FROM public.consultation_sync_status"
            )
            .one()
        )

    visit, clinic_id = a_visit(), clinic_records.a.clinic_id
    waiting = a_visit(consultation=False)
    tx.consultations.put([StatusOf(a_change(waiting, WAITING))], now=NOW)
    call_id = write_with_call(tx, visit)
    case_id = get(tx, "a:5001").case_id
    no_notes = a_visit(notes="")
    tx.consultations.put([StatusOf(a_change(no_notes, WAITING), case_id)], now=NOW)
    assert stored() == ("pending", False, None, False, None, case_id, NOW, "a:5001", clinic_id)
    tx.consultations.put([StatusOf(a_change(visit), None, call_id)], now=NOW + DAY)
    assert stored() == ("synced", True, NOW + DAY, True, call_id, case_id, NOW + DAY, "a:5001", clinic_id)
    tx.consultations.put([StatusOf(a_change(no_notes, FAILED), None, call_id)], now=NOW + 2 * DAY)
    assert stored()[:5] == ("failed", True, NOW + DAY, True, call_id)
    tx.consultations.put([StatusOf(a_change(visit, HELD))], now=NOW + 3 * DAY)
    assert stored()[:5] == ("synced", True, NOW + 3 * DAY, False, None)


def test_everything_is_ones_own(clinic_records: AllRecords, as_owner: Query) -> None:
    with clinic_records.a.transaction() as tx:
        write_with_call(tx, a_visit())
        write(tx, a_visit(2), HELD)
    with clinic_records.colleague.transaction() as tx:
        assert tx.visits.get("a:5001") is None
        assert tx.visits.known(VISIT_AT, NOW) == {}
        assert tx.visits.open_keys() == frozenset()
        assert not tx.visits.restate("a:5001", HELD, needs_attention=True, now=NOW)
        assert tx.visits.seen(["a:5001"], read_at=NOW + DAY) == 0
        assert tx.notes.purge(NOW + DAY) == 0
        assert tx.visits.follow_walk_ins([a_visit()]) == frozenset()
    # the same keys in another clinic are other visits
    with clinic_records.b.transaction() as tx:
        write(tx, a_visit(), EXCLUDED)
        assert get(tx, "a:5001").state is VisitState.EXCLUDED
    states = as_owner("SELECT state FROM public.visits WHERE visit_key = 'a:5001' ORDER BY state")
    assert [row["state"] for row in states] == ["excluded", "scheduled"]
