"""One call per visit and household, and hands off a call that was handed over."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.attempts import TRIES
from idexx_desktop.domain.call_terms import CallTerms
from idexx_desktop.domain.changes import JoinCall
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.records import CallRecord
from tests.db_repositories.conftest import Query
from tests.db_repositories.made_up import (
    CALL_AT,
    HELD,
    NOW,
    PHONE,
    a_join,
    a_visit,
    join_call,
    write,
    write_with_call,
)
from tests.support.postgres import AllRecords
from tests.support.waiting import wait_for_lock

HOUR = timedelta(hours=1)
HANDED_OVER = ["ringing", "in_progress", "completed", "failed"]


def get(tx: Transaction, call_id: str | None) -> CallRecord:
    found = tx.calls.get(call_id or "")
    assert found is not None
    return found


def row_of(tx: Transaction, call_id: str) -> dict[str, Any]:
    rows = tx.session.connection().exec_driver_sql(
        "SELECT * FROM public.scheduled_discharge_calls WHERE id = %(id)s", {"id": call_id}
    )
    return dict(rows.mappings().one())


def set_status(tx: Transaction, call_id: str, status: str) -> None:
    """As a calling system does, at this moment."""
    tx.session.connection().exec_driver_sql(
        "UPDATE public.scheduled_discharge_calls SET status = %(status)s, started_at = clock_timestamp()"
        " WHERE id = %(id)s",
        {"status": status, "id": call_id},
    )


def test_a_call_for_one_visit(tx: Transaction, clinic_records: AllRecords) -> None:
    visit = a_visit()
    case_id = write(tx, visit)
    call_id, made = join_call(tx, a_join("a:5001"), "a:5001")
    assert (made, call_id is not None) == (True, True)
    row = row_of(tx, str(call_id))
    assert (str(row["user_id"]), str(row["case_id"])) == (clinic_records.a.user_id, case_id)
    assert (row["customer_phone"], row["scheduled_for"], row["status"]) == (PHONE, CALL_AT, "queued")
    assert row["dynamic_variables"] == {
        "pet_name": "Rex", "owner_name": "Maria Lopez", "clinic_name": "Oak Street Vets", "clinic_phone": "",
        "emergency_phone": "", "vet_name": "Dr. Chen", "appointment_date": "November 20, 2026",
        "call_type": "discharge", "sub_type": "sick_visit", "discharge_summary": "Doing well.",
    }  # fmt: skip
    call = get(tx, call_id)
    assert (call.patient_names, call.visit_keys, call.consultation_ids) == (("Rex",), ("a:5001",), ("8001",))
    assert (call.owner_name, call.kind, call.summary) == ("Maria Lopez", "sick_visit", "Doing well.")


def test_joining_again_changes_nothing_but_what_changed(tx: Transaction) -> None:
    call_id = write_with_call(tx, a_visit())
    write(tx, a_visit(notes="Much better."))
    again = join_call(tx, a_join("a:5001", at=CALL_AT + HOUR, call_id=call_id), "a:5001")
    assert again == (call_id, False)
    call = get(tx, call_id)
    assert (call.summary, call.scheduled_for) == ("Much better.", CALL_AT + HOUR)


@pytest.mark.parametrize("names_the_call", [True, False])
def test_one_call_names_all_pets_of_the_household(tx: Transaction, names_the_call: bool) -> None:
    first = write_with_call(tx, a_visit(1, pet="Rex", notes="Rest."), "a:2")
    write(tx, a_visit(2, pet="Nala", notes="Drops twice a day.", provider="Dr. Ruiz"))
    join = a_join("a:1", "a:2", at=CALL_AT + HOUR, call_id=first if names_the_call else None)
    assert join_call(tx, join, "a:2") == (first, False)
    variables = row_of(tx, first)["dynamic_variables"]
    assert (variables["pet_name"], variables["vet_name"]) == ("Rex and Nala", "Dr. Chen and Dr. Ruiz")
    assert variables["discharge_summary"] == "Rex: Rest.\n\nNala: Drops twice a day."
    assert get(tx, first).scheduled_for == CALL_AT + HOUR
    assert get(tx, first).patient_names == ("Rex", "Nala")


def test_a_call_tells_which_texts_are_a_vets_notes(tx: Transaction) -> None:
    """And says it anew with every reading; where none is kept, it isn't known."""
    rex, nala = a_visit(1, pet="Rex", notes="BAR."), a_visit(2, pet="Nala", notes="BAR.")
    assert rex.consultation
    told = replace(rex, consultation=replace(rex.consultation, discharge_summary="Give one tablet."))
    call_id = write_with_call(tx, rex, "a:2")
    write_with_call(tx, nala, "a:1")
    assert get(tx, call_id).from_notes is None
    for visit, names in ((rex, ("Rex", "Nala")), (told, ("Nala",))):
        write(tx, visit)
        tx.readings.put([visit, nala], NOW)
        join_call(tx, a_join("a:1", "a:2"), "a:1")
        assert get(tx, call_id).from_notes == names
    assert row_of(tx, call_id)["metadata"] == {
        "source": "idexx_neo", "clinicId": str(tx.calls._clinic), "from_notes": ["Nala"],
        "calling_hours": "", "voice": "person", "say_first": "",
    }  # fmt: skip


def test_a_call_carries_what_it_was_judged_by_until_it_is_judged_again(tx: Transaction) -> None:
    terms = CallTerms("2026-11-30", "artificial", "This is an artificial voice.")
    call_id = write_with_call(tx, a_visit(1, pet="Rex"))
    join_call(tx, replace(a_join("a:1"), terms=terms), "a:1")
    assert row_of(tx, call_id)["metadata"].items() >= terms.as_metadata().items()
    known = tx.visits.known(NOW, NOW, ["a:1"])["a:1"].call
    assert known is not None
    assert known.terms == terms
    tx.settings.save_clinic(replace(tx.settings.clinic(), emergency_phone="+15105550199"), now=NOW)
    assert tx.calls.tell_anew(NOW) == [call_id]
    assert row_of(tx, call_id)["metadata"].items() >= terms.as_metadata().items(), (
        "said anew, not judged anew"
    )


def test_a_pet_that_came_twice_is_named_once(tx: Transaction) -> None:
    first = write_with_call(tx, a_visit(1, pet="Rex"), "a:2")
    write_with_call(tx, a_visit(2, pet="Rex"), "a:1")
    call = get(tx, first)
    assert (call.visit_keys, call.patient_names) == (("a:1", "a:2"), ("Rex",))


def test_a_pet_leaves_and_the_others_stay(tx: Transaction) -> None:
    call_id = write_with_call(tx, a_visit(1, pet="Rex"), "a:2")
    write_with_call(tx, a_visit(2, pet="Nala"), "a:1")
    assert tx.calls.leave(call_id, "a:1", cancel=False, why="Rex is held.", now=NOW)
    row = row_of(tx, call_id)
    assert (row["status"], row["dynamic_variables"]["pet_name"]) == ("queued", "Nala")
    # the call names a case of a visit that is still on it
    nala = tx.visits.get("a:2")
    assert nala is not None
    assert str(row["case_id"]) == nala.case_id
    assert tx.calls.leave(call_id, "a:2", cancel=False, why="Nala is held.", now=NOW)
    row = row_of(tx, call_id)
    assert (row["status"], row["ended_reason"], row["ended_at"]) == ("cancelled", "Nala is held.", NOW)
    assert not tx.calls.leave(call_id, "a:2", cancel=False, why="again", now=NOW)


@pytest.mark.parametrize("whole", [True, False])
def test_a_whole_call_is_taken_back(tx: Transaction, whole: bool) -> None:
    call_id = write_with_call(tx, a_visit(1, pet="Rex"), "a:2")
    write_with_call(tx, a_visit(2, pet="Nala"), "a:1")
    if whole:
        assert tx.calls.leave(call_id, "a:1", cancel=True, why="Rex may have died.", now=NOW)
    else:
        assert tx.calls.cancel(call_id, "Rex may have died.", now=NOW)
    call = get(tx, call_id)
    assert (call.status, call.patient_names) == ("cancelled", ("Rex", "Nala"))
    assert not tx.calls.cancel(call_id, "again", now=NOW)
    # both are free for another call
    write(tx, a_visit(2, pet="Nala"))
    other, made = join_call(tx, a_join("a:1", "a:2"), "a:2")
    assert made
    assert other != call_id
    assert get(tx, other).patient_names == ("Nala",)


def test_a_visit_changes_to_its_households_call(tx: Transaction) -> None:
    old = write_with_call(tx, a_visit(1, pet="Rex"))
    new = write_with_call(tx, a_visit(2, pet="Nala"))
    join = JoinCall(frozenset({"a:1", "a:2"}), PHONE, CALL_AT, call_id=new, leaves=old)
    assert join_call(tx, join, "a:1") == (new, False)
    assert get(tx, old).status == "cancelled"
    assert get(tx, new).patient_names == ("Rex", "Nala")


def test_a_visit_leaves_for_a_call_of_its_own(tx: Transaction) -> None:
    old = write_with_call(tx, a_visit(1, pet="Rex"), "a:2")
    write_with_call(tx, a_visit(2, pet="Nala"), "a:1")
    join = JoinCall(frozenset({"a:1"}), PHONE, CALL_AT, leaves=old)
    new, made = join_call(tx, join, "a:1")
    assert made
    assert (get(tx, old).patient_names, get(tx, new).patient_names) == (("Nala",), ("Rex",))


@pytest.mark.parametrize("status", HANDED_OVER)
def test_a_call_that_was_handed_over_is_never_touched(tx: Transaction, status: str) -> None:
    call_id = write_with_call(tx, a_visit())
    set_status(tx, call_id, status)
    before = row_of(tx, call_id)
    assert not tx.calls.cancel(call_id, "why", now=NOW + HOUR)
    assert not tx.calls.leave(call_id, "a:5001", cancel=False, why="why", now=NOW + HOUR)
    assert not tx.calls.leave(call_id, "a:5001", cancel=True, why="why", now=NOW + HOUR)
    assert not tx.calls.reschedule(call_id, CALL_AT + HOUR, now=NOW + HOUR)
    if status != "failed":  # which a person may make by hand, beside the row
        assert not tx.outcomes.record(call_id, CallOutcomeKind.VOICEMAIL)
    assert join_call(tx, a_join("a:5001", at=CALL_AT + HOUR), "a:5001") == (call_id, False)
    assert row_of(tx, call_id) == before
    assert get(tx, call_id).visit_keys == ("a:5001",)


def test_nobody_joins_a_call_that_was_handed_over(clinic_records: AllRecords, as_owner: Query) -> None:
    with clinic_records.a.transaction() as tx:
        call_id = write_with_call(tx, a_visit(1))
        set_status(tx, call_id, "ringing")
        write(tx, a_visit(2, pet="Nala"))
    with pytest.raises(Failure) as refused, clinic_records.a.transaction() as tx:
        join_call(tx, a_join("a:1", "a:2", call_id=call_id), "a:2")
    assert refused.value.code is FailureCode.HANDED_OVER
    assert [row["visit_key"] for row in as_owner("SELECT visit_key FROM public.call_visits")] == ["a:1"]


def test_after_somebody_else_cancelled_a_person_may_have_it_called_again(tx: Transaction) -> None:
    first = write_with_call(tx, a_visit())
    set_status(tx, first, "cancelled")
    second, made = join_call(tx, a_join("a:5001"), "a:5001")
    assert made
    assert second != first


def test_a_call_needs_its_visit(tx: Transaction) -> None:
    with pytest.raises(Failure) as early:
        join_call(tx, a_join("a:1"), "a:1")
    assert early.value.code is FailureCode.OURS


def test_rescheduling(tx: Transaction) -> None:
    call_id = write_with_call(tx, a_visit())
    assert tx.calls.reschedule(call_id, CALL_AT + HOUR, now=NOW)
    assert get(tx, call_id).scheduled_for == CALL_AT + HOUR


@pytest.mark.parametrize("kind", list(CallOutcomeKind))
def test_an_outcome_and_its_undo(tx: Transaction, kind: CallOutcomeKind) -> None:
    call_id = write_with_call(tx, a_visit())
    assert tx.outcomes.record(call_id, kind, "she is glad")
    call = get(tx, call_id)
    goes_on = kind in TRIES
    assert call.status == ("queued" if goes_on else "completed")
    [outcome] = call.outcomes
    # whose login it is, and the server's clock
    assert (outcome.outcome, outcome.by, outcome.note) == (str(kind), "test_a@oak.example", "she is glad")
    assert timedelta(0) <= outcome.at - tx.now() < timedelta(minutes=1)
    row = row_of(tx, call_id)
    assert (row["ended_reason"], row["ended_at"]) == ((None, None) if goes_on else (str(kind), outcome.at))
    assert goes_on or not tx.outcomes.record(call_id, kind)
    assert tx.outcomes.undo(call_id) is kind
    call = get(tx, call_id)
    assert (call.status, call.outcomes) == ("queued", ())
    row = row_of(tx, call_id)
    assert (row["ended_reason"], row["ended_at"]) == (None, None)
    assert tx.outcomes.undo(call_id) is None


@pytest.mark.parametrize(
    "change", ["status = 'failed'", "ended_reason = 'busy'", "ended_at = ended_at + interval '1 minute'"]
)
def test_an_outcome_is_not_undone_once_something_else_happened(tx: Transaction, change: str) -> None:
    call_id = write_with_call(tx, a_visit())
    tx.outcomes.record(call_id, CallOutcomeKind.REACHED_WELL)
    tx.session.connection().exec_driver_sql(f"UPDATE public.scheduled_discharge_calls SET {change}")
    before = row_of(tx, call_id)
    assert tx.outcomes.undo(call_id) is None
    assert row_of(tx, call_id) == before
    assert len(get(tx, call_id).outcomes) == 1


def test_the_first_of_a_clinic_has_the_visit(clinic_records: AllRecords) -> None:
    with clinic_records.a.transaction() as tx:
        mine = tx.calls.claim(["a:5001", "a:2", "a:5001"])
        assert {key: claim.is_mine for key, claim in mine.items()} == {"a:5001": True, "a:2": True}
        call_id = write_with_call(tx, a_visit())
    with clinic_records.colleague.transaction() as tx:
        claims = tx.calls.claim(["a:5001", "a:3"])
        theirs = claims["a:5001"]
        assert (theirs.is_mine, theirs.call_id, theirs.call_status) == (False, call_id, "queued")
        assert theirs.call_scheduled_for == CALL_AT
        assert (claims["a:3"].is_mine, claims["a:3"].call_id) == (True, None)
        # nor can they act on the call, or make another
        assert tx.calls.get(call_id) is None
        assert not tx.calls.cancel(call_id, "why", now=NOW)
        assert not tx.calls.reschedule(call_id, CALL_AT, now=NOW)
        assert tx.outcomes.undo(call_id) is None
        write(tx, a_visit(), HELD)
        assert join_call(tx, a_join("a:5001"), "a:5001") == (None, False)
    with clinic_records.b.transaction() as tx:
        assert tx.calls.claim(["a:5001"])["a:5001"].is_mine


@pytest.mark.parametrize("is_colleague", [False, True])
def test_two_programs_at_once_make_one_call(
    clinic_records: AllRecords, as_owner: Query, is_colleague: bool
) -> None:
    """The second waits for the first, then finds the call, or only that there is one."""
    joined: list[tuple[str | None, bool]] = []
    begun = threading.Event()

    def second() -> None:
        other = clinic_records.colleague if is_colleague else clinic_records.a
        with other.transaction() as tx:
            write(tx, a_visit(), HELD)
            begun.set()
            joined.append(join_call(tx, a_join("a:5001"), "a:5001"))

    with clinic_records.a.transaction() as tx:
        write(tx, a_visit())
    with clinic_records.a.transaction() as tx:
        call_id, made = join_call(tx, a_join("a:5001"), "a:5001")
        thread = threading.Thread(target=second)
        thread.start()
        assert begun.wait(20)
        wait_for_lock(as_owner)
    thread.join(20)
    assert made
    assert joined == [(None if is_colleague else call_id, False)]
    assert len(as_owner("SELECT id FROM public.scheduled_discharge_calls")) == 1


def test_of_others_calls_only_their_number_is_told_by_quarter(
    clinic_records: AllRecords, as_owner: Query
) -> None:
    quarter = CALL_AT.replace(minute=0)
    with clinic_records.colleague.transaction() as tx:
        for number, minutes in enumerate((0, 5, 14, 15, 90 * 24 * 60)):
            write_with_call(
                tx, a_visit(5001 + number), f"a:{5001 + number}", at=quarter + timedelta(minutes=minutes)
            )
        cancelled = write_with_call(tx, a_visit(5010), at=quarter)
        assert tx.calls.cancel(cancelled, "Not needed.", now=NOW)
        handed_over = write_with_call(tx, a_visit(5011), at=quarter)
        assert tx.calls.of_others_by_slot(NOW) == {}, "one's own are no others'"
    as_owner("UPDATE public.scheduled_discharge_calls SET status = 'completed' WHERE id = %s", handed_over)
    with clinic_records.a.transaction() as tx:
        assert tx.calls.of_others_by_slot(NOW) == {quarter: 3, quarter + timedelta(minutes=15): 1}
        assert tx.calls.of_others_by_slot(quarter + HOUR) == {}
        assert tx.calls.get(handed_over) is None
    with clinic_records.b.transaction() as tx:  # of another clinic
        assert tx.calls.of_others_by_slot(NOW) == {}
