"""How far the program agrees with people, over real records: which decisions count, and that nothing is kept of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from idexx_desktop.domain.agreement import Agreement, Kin
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.reconcile import with_household
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.services import agreeing
from tests.support.practice import Practice, Practices

CALL, NO_CALL = PersonChoice.CALL, PersonChoice.NO_CALL


def of_reason(practice: Practice, *codes: str) -> list[VisitRecord]:
    """Visits of these reasons, without other pets on their call."""
    found = sorted(practice.visits().values(), key=lambda visit: visit.visit_key)
    return [visit for visit in found if visit.reason_code in codes and not visit.call_with]


def dies(practice: Practice, visit: VisitRecord) -> VisitRecord:
    """Neo's notes say so from now on, and they are read."""
    practice.site.world.write_notes(visit.consultation_id or "", "<p>Collapsed at home; euthanized.</p>")
    practice.sync()
    return practice.visits()[visit.visit_key]


def keys(found: Agreement) -> tuple[set[str], set[str]]:
    wrong, asked = ({each.visit_key for each in those} for those in (found.wrongly_called, found.asked))
    return wrong, asked


def test_decisions_stand_beside_what_the_program_says_alone(synced: Practice) -> None:
    program = synced.program
    assert program.visits.agreement() == Agreement()
    called, refused, *rest = of_reason(synced, "call_due")
    asked, held = dies(synced, rest.pop()), dies(synced, rest.pop())
    assert asked.reason_code == held.reason_code == "may_have_died"
    [no_number], [ended] = of_reason(synced, "no_phone"), of_reason(synced, "end_of_life")
    program.calls.turn_on_review()
    choices = (
        (called, CALL),
        (refused, NO_CALL),
        (asked, CALL),
        (held, NO_CALL),
        (ended, CALL),
        (no_number, NO_CALL),
    )
    for visit, choice in choices:
        program.visits.decide(visit.visit_key, choice, "seen")
    program.visits.decide(rest[0].visit_key, NO_CALL, "owner doesn't want calls")
    found = program.visits.agreement()
    assert (found.called, found.careful, found.left_out) == (1, 1, 2)
    assert keys(found) == ({refused.visit_key}, {asked.visit_key, ended.visit_key})
    [wrong] = found.wrongly_called
    assert (wrong.patient_name, wrong.visit_at) == (refused.patient_name, refused.visit_at)

    program.visits.let_rules_decide(refused.visit_key)
    assert keys(program.visits.agreement()) == (set(), {asked.visit_key, ended.visit_key})


def test_looking_changes_nothing_and_is_no_reading_of_notes(synced: Practice) -> None:
    [visit, *_] = of_reason(synced, "call_due")
    synced.program.visits.decide(visit.visit_key, NO_CALL)
    actions, before = synced.actions(), synced.visits()
    tables = ("visits", "visit_decisions", "visit_readings", "scheduled_discharge_calls", "clinic_settings")
    counts = [
        synced.query(f"SELECT count(*), max(xmin::text::bigint) FROM public.{table}") for table in tables
    ]
    assert synced.program.visits.agreement().wrongly_called
    assert synced.actions() == actions
    assert synced.visits() == before
    assert counts == [
        synced.query(f"SELECT count(*), max(xmin::text::bigint) FROM public.{table}") for table in tables
    ]


def test_of_pets_that_are_held_together_the_one_that_died_counts(synced: Practice) -> None:
    """The other would not have been called either: it is no wrong call, and says nothing of its own record."""
    of_one_owner = [
        visit for visit in synced.visits().values() if "Marley" in (*visit.call_with, visit.patient_name)
    ]
    dead, other = of_one_owner
    dies(synced, dead)
    assert synced.visits()[other.visit_key].reason_code == "household_held"
    for visit in of_one_owner:
        synced.program.visits.decide(visit.visit_key, NO_CALL)
    found = synced.program.visits.agreement()
    assert (found.careful, found.decided, found.left_out) == (1, 1, 1)


def test_colleagues_decisions_count_and_other_peoples_visits_do_not(
    synced: Practice, practices: Practices
) -> None:
    visit, other, *_ = of_reason(synced, "call_due")
    colleague = practices.colleague(synced)
    with colleague.program.records.transaction() as tx:
        tx.decisions.add(visit.visit_key, NO_CALL, content_hash=visit.content_hash)
        tx.decisions.add("a:999999", NO_CALL, content_hash="x")
    synced.program.visits.decide(other.visit_key, CALL)
    assert keys(synced.program.visits.agreement()) == ({visit.visit_key}, set())
    assert synced.program.visits.agreement().called == 1
    assert colleague.program.visits.agreement() == Agreement()


def test_a_walk_in_that_has_an_appointment_now_is_found(synced: Practice) -> None:
    visit = next(each for each in of_reason(synced, "call_due") if each.consultation_id)
    with synced.program.records.transaction() as tx:
        tx.decisions.add(f"c:{visit.consultation_id}", NO_CALL, content_hash=visit.content_hash)
    assert keys(synced.program.visits.agreement()) == ({visit.visit_key}, set())


def test_all_that_is_decided_on_together_is_read(synced: Practice) -> None:
    """However the database finds it: nothing that belongs to a visit is left out of what the program is asked about."""
    with synced.program.records.transaction() as tx:
        rules, now = tx.settings.call_rules(), synced.clock.now()
        everything = tx.visits.known(now - timedelta(days=30), now + timedelta(days=30))
        for key in everything:
            kin = tx.visits.kin([key])
            assert Kin(kin, rules.zone).of(key) == Kin(everything, rules.zone).of(key)
            assert Kin(kin, rules.zone).of(key) == with_household([key], everything, rules.zone)
        assert any(len(Kin(everything, rules.zone).of(key)) > 1 for key in everything)
        assert tx.visits.kin([]) == {}


def test_only_the_newest_are_read_and_a_few_records_at_a_time(
    synced: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = of_reason(synced, "call_due")[:5]
    for visit in visits:
        synced.program.visits.decide(visit.visit_key, NO_CALL)
    monkeypatch.setattr(agreeing, "_AT_ONCE", 2)
    all_of_them = synced.program.visits.agreement()
    assert [each.visit_key for each in all_of_them.wrongly_called] == [
        each.visit_key for each in reversed(visits)
    ]
    monkeypatch.setattr(agreeing, "MOST", 3)
    newest = synced.program.visits.agreement()
    assert newest.wrongly_called == all_of_them.wrongly_called[:3]


def test_a_record_that_changed_since_or_is_not_kept_is_left_out(synced: Practice) -> None:
    changed, forgotten, *_ = of_reason(synced, "call_due")
    with synced.program.records.transaction() as tx:
        tx.decisions.add(changed.visit_key, NO_CALL, content_hash="0" * 64)
    synced.program.visits.decide(forgotten.visit_key, NO_CALL)
    synced.query("DELETE FROM public.visit_readings WHERE visit_key = %s", forgotten.visit_key)
    found = synced.program.visits.agreement()
    assert (found.decided, found.left_out) == (0, 2)
