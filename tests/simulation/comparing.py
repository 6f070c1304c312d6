"""Whether the real records hold what the records in memory hold, and whether they are true in themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from idexx_desktop.domain.changes import KnownVisit
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.records import Page, VisitRecord
from idexx_desktop.domain.visits import VisitState
from tests.simulation.invariants import require
from tests.simulation.ledger import require_same_ledger
from tests.simulation.program import Program
from tests.simulation.rows import MALLORY

_EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
_CALLS = """
    SELECT s.id::text, s.user_id::text, s.customer_phone, s.scheduled_for, s.status, s.ended_at,
      ARRAY(SELECT v.visit_key FROM public.call_visits v WHERE v.call_id = s.id AND v.active ORDER BY 1) AS keys
    FROM public.scheduled_discharge_calls s ORDER BY s.id
"""
_OUTCOMES = "SELECT call_id::text AS id, outcome FROM public.call_outcomes WHERE undone_at IS NULL"
_LIVE = """
    SELECT v.visit_key FROM public.call_visits v JOIN public.scheduled_discharge_calls s ON s.id = v.call_id
    WHERE v.active AND s.status <> 'cancelled' AND (s.status <> 'failed' OR EXISTS (
      SELECT FROM public.call_outcomes o WHERE o.call_id = s.id AND o.undone_at IS NULL))
    UNION SELECT v.walk_in FROM public.call_visits v JOIN public.scheduled_discharge_calls s ON s.id = v.call_id
    WHERE v.active AND s.status <> 'cancelled' AND (s.status <> 'failed' OR EXISTS (
      SELECT FROM public.call_outcomes o WHERE o.call_id = s.id AND o.undone_at IS NULL)) AND v.walk_in IS NOT NULL
"""
_RUNS = """
    SELECT s.user_id::text, s.status, s.error_details ->> 'code' AS code, s.consultations_synced AS synced,
      s.consultations_failed AS failed, s.discharge_calls_scheduled AS calls, s.visits_written AS written,
      count(a.id) FILTER (WHERE a.action IN ('visit.synced', 'visit.failed')) AS visits_audited,
      count(a.id) FILTER (WHERE a.action = 'call.scheduled') AS calls_audited
    FROM public.idexx_sync_sessions s LEFT JOIN public.idexx_sync_audit_log a ON a.session_id = s.id::text
    GROUP BY s.id ORDER BY s.lease_epoch
"""
_WITHOUT_AUDIT = """
    SELECT v.visit_key FROM public.visits v WHERE NOT EXISTS (
      SELECT FROM public.idexx_sync_audit_log a WHERE a.user_id = v.user_id
        AND a.action IN ('visit.synced', 'visit.failed') AND a.metadata ->> 'reason_code' = v.reason_code)
      AND NOT (v.reason_code = 'not_looked_at' AND EXISTS (
        SELECT FROM public.call_visits m WHERE m.user_id = v.user_id AND m.visit_key = v.visit_key AND EXISTS (
          SELECT FROM public.idexx_sync_audit_log a
          WHERE a.action = 'call.held_unread' AND a.metadata ->> 'call_id' = m.call_id::text)))
"""


def require_same(program: Program) -> None:
    """Raise `Broken` where both differ, or where the real ones contradict themselves."""
    memory = program.clinic.records
    calls = program.ask(_CALLS)
    _require_same_calls(program, calls)
    names = {row["id"]: call_id for row, call_id in zip(calls, sorted(memory.calls), strict=True)}
    _require_true_history(program)
    for user in program.people.keys() - memory.standing.gone:
        with program.records(user).transaction() as tx:
            # what has no time is open, or is asked for by its key
            real = tx.visits.known(*_EVER, memory.of(user))
            require(tx.settings.call_rules() == memory.rules, "the rules differ")
            rows = tx.visits.page(VisitFilter(), Page(limit=1000))
            counts = tx.visits.counts_by_state(VisitFilter())
        _require_called_in_truth(program, rows)
        _require_same_visits(memory.of(user), real, names, memory.calls)
        shown = {row.visit_key: (row.state, row.reason_code) for row in rows}
        expected = {key: memory.reads_as(user, key) for key in real}
        require(shown == expected, f"pages show {shown}, and not {expected}")
        require_same_ledger(program, user)
        states = Counter(state for state, _ in expected.values())
        require(all(counts[state] == states[state] for state in VisitState), f"{counts} of {states}")
    alone = program.ask(_WITHOUT_AUDIT)
    require(not alone, f"a state without a row in the activity record: {alone}")


def _require_called_in_truth(program: Program, rows: list[VisitRecord]) -> None:
    """What reads as scheduled has a call that is queued, or was handed over."""
    found = program.ask(_LIVE)
    called = {row["visit_key"] for row in found}
    for row in rows:
        if row.state is VisitState.SCHEDULED:
            keys = {row.visit_key, f"c:{row.consultation_id}"}
            require(not keys.isdisjoint(called), f"{row.visit_key} reads as scheduled, and has no call")


def _require_same_visits(
    memory: dict[str, KnownVisit],
    real: dict[str, KnownVisit],
    names: dict[str, str],
    calls: Collection[str],
) -> None:
    require(memory.keys() == real.keys(), f"visits {sorted(memory)} in memory, {sorted(real)} in the records")
    for key, visit in memory.items():
        call = real[key].call
        named = replace(call, call_id=names[call.call_id]) if call else None
        rests_on = names.get(real[key].others_call or "")
        other = replace(real[key], call=named, others_call=rests_on, case_id=None)
        if visit.others_call not in calls:
            visit = replace(visit, others_call=None)  # what was removed has no name there
        fields = [
            f"{name}: {getattr(visit, name)!r} in memory, {getattr(other, name)!r} in the records"
            for name in KnownVisit.__dataclass_fields__
            if getattr(visit, name) != getattr(other, name)
        ]
        require(not fields, f"{key} differs in {fields}")


def _require_same_calls(program: Program, real: list[dict[str, Any]]) -> None:
    memory = program.clinic.records
    users: dict[str, str | None] = {user: person.user_id for user, person in program.people.items()}
    users[MALLORY] = program.stranger()
    ours = [
        (
            users[call.user],
            call.phone,
            call.scheduled_for,
            call.status,
            call.ended_at,
            sorted(memory.members(call_id)),
        )
        for call_id, call in memory.calls.items()
    ]
    theirs = [
        (
            row["user_id"],
            row["customer_phone"],
            row["scheduled_for"],
            row["status"],
            row["ended_at"],
            row["keys"],
        )
        for row in real
    ]
    require(ours == theirs, f"calls {ours} in memory, {theirs} in the records")
    named = {call_id: row["id"] for call_id, row in zip(memory.calls, real, strict=True)}
    made = sorted((named[call], str(kind)) for call, tried in memory.outcomes.items() for kind, _ in tried)
    recorded = sorted((row["id"], row["outcome"]) for row in program.ask(_OUTCOMES))
    require(made == recorded, f"people's calls {made} in memory, {recorded} in the records")


def _require_true_history(program: Program) -> None:
    """Every run is what it says; one that did not finish is never `completed`."""
    users = {user: person.user_id for user, person in program.people.items()}
    ours, theirs = program.clinic.records.runs, program.ask(_RUNS)
    require(len(ours) == len(theirs), f"{len(ours)} runs in memory, {len(theirs)} in the records")
    for run, row in zip(ours, theirs, strict=True):
        expected = {"user_id": users[run.user], "status": run.status, "code": run.code}
        if run.status == "completed":
            counts = ("synced", "failed", "calls", "written")
            expected |= {name: getattr(run, name) for name in counts}
            require(row["written"] == row["visits_audited"], f"{row}: a write without its audit row")
            require(row["calls"] == row["calls_audited"], f"{row}: a call without its audit row")
        found = {name: row[name] for name in expected}
        require(found == expected, f"a run is {found}, and should be {expected}")
