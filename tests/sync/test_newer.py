"""Rows that a newer version of the program wrote: said as that, never acted on, and left as they are.

All codes there are in columns that both versions share get values that this version doesn't know, and one day is lived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import psycopg
import pytest
from psycopg.types.json import Jsonb

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.filters import AuditFilter, CallFilter, HistoryFilter
from idexx_desktop.domain.newer import NEWER_WORDS
from idexx_desktop.domain.records import CallRecord, Page
from idexx_desktop.domain.visits import VisitState
from tests.support.practice import EVERYTHING, Practice

NEW = "made_up_by_a_newer_one"
_LIFTED = """
    DO $$ DECLARE each record; BEGIN
      FOR each IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
        WHERE contype = 'c' AND connamespace = 'public'::regnamespace
      LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', each.place, each.conname); END LOOP;
    END $$
"""
# of a visit, by what is new about it
OF_A_VISIT: dict[str, str] = {
    "state": "UPDATE visits SET state = %(new)s WHERE visit_key = %(key)s",
    "reason": "UPDATE visits SET reason_code = %(new)s WHERE visit_key = %(key)s",
    "kind": "UPDATE visits SET kind = %(new)s WHERE visit_key = %(key)s",
    "trace": "UPDATE visits SET trace = trace || jsonb_build_array(jsonb_build_object('rule', 'Tea', 'outcome',"
    " %(new)s::text, 'detail', '')) WHERE visit_key = %(key)s",
    "held for a new reason": "UPDATE visits SET state = 'held', reason_code = %(new)s WHERE visit_key = %(key)s",
    "left out for a new reason": "UPDATE visits SET state = 'excluded', reason_code = %(new)s"
    " WHERE visit_key = %(key)s",
    "choice": "INSERT INTO visit_decisions (clinic_id, visit_key, choice, decided_by_name, content_hash)"
    " SELECT clinic_id, visit_key, %(new)s, 'Ann', content_hash FROM visits WHERE visit_key = %(key)s",
}
WITHOUT_CALL = ("held for a new reason", "left out for a new reason", "choice")
# of everything else
OF_OTHERS = (
    "UPDATE visits SET failure_code = %(new)s WHERE state = 'failed'",
    "UPDATE idexx_sync_sessions SET trigger = %(new)s, status = %(new)s, error_details = jsonb_build_object('code',"
    " %(new)s::text)",
    "INSERT INTO clinic_kind_rules (clinic_id, kind, delay_days, preferred_time)"
    " SELECT clinic_id, %(new)s, 1, '10:00' FROM clinic_settings",
    "INSERT INTO missed_runs (clinic_id, due_at, reason) SELECT clinic_id, now(), %(new)s FROM clinic_settings",
    "UPDATE idexx_credentials SET validation_status = %(new)s",
    "UPDATE consultation_sync_status SET sync_status = %(new)s",
    "UPDATE visit_readings SET content = content || '{\"made_up\": [1]}'",
)
_ROW = "SELECT state, reason_code, kind, trace, reason FROM public.visits WHERE visit_key = %s"


def write(
    practice: Practice, statements: Iterable[str], call: CallRecord | None = None, *, gone: bool = False
) -> None:
    """As the newer version's database lets it: no check and no trigger of this version stands in the way."""
    with psycopg.connect(practice.database.owner_url) as root:
        root.execute(_LIFTED)
        root.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            values = {"new": NEW, "key": call.visit_keys[0] if call else None}
            root.execute(statement.encode(), values)
        if gone and call is not None:
            root.execute(
                "UPDATE call_visits SET active = false, removed_at = now() WHERE call_id = %s", (call.id,)
            )
            root.execute(
                "UPDATE scheduled_discharge_calls SET status = 'cancelled' WHERE id = %s", (call.id,)
            )


@pytest.fixture
def newers(synced: Practice) -> dict[str, CallRecord]:
    """A visit each, with its call; all other codes are new, too."""
    alone = [call for call in synced.queued() if len(call.visit_keys) == 1]
    found = dict(zip(OF_A_VISIT, alone, strict=False))
    assert len(found) == len(OF_A_VISIT)
    for name, call in found.items():
        write(synced, [OF_A_VISIT[name]], call, gone=name in WITHOUT_CALL)
    write(synced, OF_OTHERS)
    return found


def look_at_everything(practice: Practice) -> None:
    """What pages ask."""
    program, page = practice.program, Page(limit=200)
    program.status.today()
    program.history.rows(HistoryFilter(), page)
    program.calls.rows(CallFilter("all"), EVERYTHING)
    program.calls.group_counts()
    program.settings.call_rules()
    program.audit.rows(AuditFilter(), page)
    program.credentials.status()


def as_stored(practice: Practice, calls: dict[str, CallRecord]) -> dict[str, object]:
    return {name: practice.query(_ROW, call.visit_keys[0]) for name, call in calls.items()}


def queued_keys(practice: Practice) -> set[str]:
    return {key for call in practice.queued() for key in call.visit_keys}


def test_a_newer_versions_visits_are_shown_and_left_as_they_are(
    synced: Practice, newers: dict[str, CallRecord]
) -> None:
    before, queued = as_stored(synced, newers), queued_keys(synced)
    look_at_everything(synced)
    shown = synced.visits()
    for name, call in newers.items():
        row = shown[call.visit_keys[0]]
        if name != "choice":
            assert row.reason.endswith(NEWER_WORDS), name
        assert row.state in (VisitState.HELD, VisitState.SCHEDULED, VisitState.EXCLUDED), name
        assert synced.program.visits.get(row.visit_key).visit_key == row.visit_key
    assert shown[newers["state"].visit_keys[0]].state is VisitState.HELD
    for _ in range(2):
        assert synced.sync().failure is None
        look_at_everything(synced)
    assert as_stored(synced, newers) == before
    without = {newers[name].visit_keys[0] for name in WITHOUT_CALL}
    assert queued_keys(synced).isdisjoint(without), "called about what isn't understood"
    assert queued <= queued_keys(synced), "what the newer version scheduled stays scheduled"


def test_what_is_decided_anew_leaves_them_as_they_are(
    synced: Practice, newers: dict[str, CallRecord]
) -> None:
    before = as_stored(synced, newers)
    rules = synced.program.settings.call_rules()
    synced.program.settings.save_call_rules(rules)
    assert as_stored(synced, newers) == before
    kept = synced.query("SELECT count(*) AS rows FROM public.visit_readings WHERE content ? 'made_up'")
    everything = synced.query("SELECT count(*) AS rows FROM public.visit_readings")
    assert kept == everything, "what a newer version read is still there"


def pause(practice: Practice) -> None:
    practice.program.calls.pause_all()


def opt_out_all(practice: Practice) -> None:
    for call in practice.queued():
        practice.program.calls.opt_out(call.customer_phone)


@pytest.mark.parametrize("brake", [pause, opt_out_all])
def test_a_brake_holds_for_their_calls_too(
    synced: Practice, newers: dict[str, CallRecord], brake: Callable[[Practice], None]
) -> None:
    brake(synced)
    assert queued_keys(synced).isdisjoint(call.visit_keys[0] for call in newers.values())


def test_a_reading_that_only_a_newer_version_can_read_is_not_decided_by(synced: Practice) -> None:
    call = next(call for call in synced.queued() if len(call.visit_keys) == 1)
    key = call.visit_keys[0]
    content = {"visit_key": key, "appointment": {"start": "in a new way"}}
    synced.query("UPDATE public.visit_readings SET content = %s WHERE visit_key = %s", Jsonb(content), key)
    before = synced.query(_ROW, key)
    synced.program.settings.save_call_rules(synced.program.settings.call_rules())
    assert synced.query(_ROW, key) == before
    assert key in queued_keys(synced)
    synced.program.calls.pause_all()
    assert key not in queued_keys(synced)
    assert synced.query("SELECT content FROM public.visit_readings WHERE visit_key = %s", key) == [
        {"content": content}
    ]


def test_a_person_can_still_decide_about_one(synced: Practice, newers: dict[str, CallRecord]) -> None:
    key = newers["reason"].visit_keys[0]
    synced.program.visits.decide(key, PersonChoice.NO_CALL)
    assert key not in queued_keys(synced)
