"""What did not change is written nowhere, row by row; of a visit itself, that it was read, and nothing else."""

from __future__ import annotations

from typing import Any

from idexx_desktop.domain.visits import VisitState
from tests.support.practice import Practice

_KEYED = ("visit_notes", "visit_readings", "consultation_sync_status", "call_visits")
_READ = ("last_read_at", "last_attempt_at")
_OTHERS = ("cases", "patients", "scheduled_discharge_calls")


def versions(practice: Practice, failed: set[str]) -> dict[str, list[dict[str, Any]]]:
    """Which transaction wrote each row last, and what is in visits.

    But for those that failed: each try of one is noted.
    """
    found = {
        table: practice.query(
            f"SELECT ctid, xmin FROM public.{table} WHERE visit_key <> ALL(%s) ORDER BY ctid",
            list(failed),
        )
        for table in _KEYED
    }
    rows = practice.query("SELECT * FROM public.visits WHERE visit_key <> ALL(%s) ORDER BY id", list(failed))
    found["visits"] = [{name: value for name, value in row.items() if name not in _READ} for row in rows]
    cases = "SELECT case_id FROM public.visits WHERE visit_key = ANY(%s) AND case_id IS NOT NULL"
    own = {"cases": "id", "patients": "case_id", "scheduled_discharge_calls": "case_id"}
    for table in _OTHERS:
        found[table] = practice.query(
            f"SELECT ctid, xmin FROM public.{table} WHERE {own[table]} NOT IN ({cases}) ORDER BY ctid",
            list(failed),
        )
    return found


def test_a_second_sync_of_the_same_writes_no_row_of_any_visit(synced: Practice) -> None:
    failed = {key for key, visit in synced.visits().items() if visit.state is VisitState.FAILED}
    before = versions(synced, failed)
    assert all(before.values())
    result = synced.sync()
    assert result.failure is None
    assert result.consultations_synced == result.consultations_seen - len(failed)
    assert result.visits_written == len(failed)
    assert versions(synced, failed) == before


def test_one_visit_whose_notes_changed_is_the_only_one_written(synced: Practice) -> None:
    failed = {key for key, visit in synced.visits().items() if visit.state is VisitState.FAILED}
    visit = next(
        visit
        for visit in synced.visits().values()
        if visit.state is VisitState.SCHEDULED and not visit.call_with and visit.consultation_id
    )
    before = versions(synced, failed | {visit.visit_key})
    synced.site.world.write_notes(visit.consultation_id or "", "<p>Doing well. Recheck in two weeks.</p>")
    assert synced.sync().visits_written == 1 + len(failed)
    assert versions(synced, failed | {visit.visit_key}) == before
