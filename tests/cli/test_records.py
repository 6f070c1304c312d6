"""What scripts rely on: the shape of each answer, and beside it the words for people."""

from __future__ import annotations

from typing import Any

import pytest

from idexx_desktop.domain.checks import RULES
from tests.cli.conftest import CommandLine, has_offset
from tests.support.practice import Practice

SYNC_KEYS = {
    "session_id", "status", "consultations_seen", "consultations_synced", "consultations_failed",
    "discharge_calls_scheduled", "visits_written", "requests", "signed_in", "seconds", "failures",
}  # fmt: skip
VISIT_KEYS = {
    "consultation_id", "appointment_id", "visit_key", "patient_name", "owner_name", "visit_at", "state",
    "reason_code", "reason", "has_clinical_notes", "call_scheduled_for", "with_care", "care",
}  # fmt: skip
SESSION_KEYS = {
    "id", "status", "trigger", "device", "started_at", "completed_at", "consultations_synced",
    "consultations_failed", "discharge_calls_scheduled", "error",
}  # fmt: skip


def test_sync(cli: CommandLine, at_work: Practice) -> None:
    ran = cli("sync", "--json")
    assert ran.code == 3
    found = ran.document
    assert set(found) == SYNC_KEYS
    assert found["status"] == "completed"
    assert (found["consultations_failed"], found["signed_in"], found["visits_written"]) == (1, False, 1)
    assert found["seconds"] > 0
    [failure] = found["failures"]
    assert set(failure) == {"consultation_id", "visit_key", "code", "title", "advice"}
    people = cli("sync")
    assert people.code == 3
    assert "visits are in" in people.out
    assert failure["title"] in people.out


def test_visits(cli: CommandLine, at_work: Practice) -> None:
    found = cli("visits", "--json").document["visits"]
    assert len(found) == len(at_work.visits())
    for visit in found:
        assert set(visit) == VISIT_KEYS
        assert visit["state"] in {"scheduled", "held", "excluded", "waiting", "failed"}
        assert has_offset(visit["visit_at"])
        assert has_offset(visit["call_scheduled_for"]) == (visit["state"] == "scheduled")
        assert isinstance(visit["has_clinical_notes"], bool)
        assert visit["reason"]
    [traced, *_] = cli("visits", "--why", "--json").document["visits"]
    assert set(traced) == {*VISIT_KEYS, "why"}
    assert {step["rule"] for step in traced["why"]} >= set(RULES)
    assert all(set(step) == {"rule", "outcome", "detail"} for step in traced["why"])
    assert f"{RULES[0]}: passed" in cli("visits", "--why").out
    today = cli("visits", "--from", "2026-11-18", "--to", "2026-11-19", "--json").document["visits"]
    assert 0 < len(today) < len(found)
    assert all(visit["visit_at"].startswith("2026-11-18") for visit in today)
    assert cli("visits", "--from", "2030-01-01", "--json").document == {"visits": []}
    people = cli("visits").out
    assert people.splitlines()[0].split()[:2] == ["Pet", "Owner"]
    assert found[0]["patient_name"] in people
    assert cli("visits", "--from", "2030-01-01").out == "No visits yet in this range.\n"


def test_calls(cli: CommandLine, at_work: Practice) -> None:
    found = cli("calls", "--json").document["calls"]
    assert len(found) == len(at_work.calls())
    for call in found:
        assert set(call) == {
            "id", "consultation_ids", "patient_names", "customer_phone", "all_numbers", "scheduled_for", "status",
            "with_care", "care", "attempts", "next_attempt_at", "max_attempts", "closed_as", "agreed", "claimed_by",
        }  # fmt: skip
        assert (call["attempts"], call["max_attempts"], call["closed_as"]) == ([], 3, None)
        assert call["next_attempt_at"] == call["scheduled_for"]
        assert call["customer_phone"].startswith("+1")
        assert call["status"] == "queued"
        assert (call["with_care"], call["care"]) == (False, [])
        assert call["patient_names"]
        assert call["consultation_ids"]
        assert has_offset(call["scheduled_for"])
    assert found[0]["customer_phone"] in cli("calls").out


def test_failures_and_retry(cli: CommandLine, at_work: Practice) -> None:
    [failure] = cli("failures", "--json").document["failures"]
    assert set(failure) == {
        "consultation_id", "visit_key", "code", "title", "advice", "attempts", "last_attempt",
    }  # fmt: skip
    assert failure["attempts"] == 1
    assert failure["title"] in cli("failures").out
    assert cli("retry").code == 2
    assert cli("retry", "8000000").code == 2
    still = cli("retry", failure["consultation_id"], "--json")
    assert still.code == 3
    at_work.site.world.set_quirks(failure["consultation_id"])
    done = cli("retry", "--all", "--json")
    assert done.code == 0
    assert set(done.document) == SYNC_KEYS
    assert cli("failures", "--json").document == {"failures": []}
    assert cli("failures").out == "Every consultation could be read.\n"
    assert cli("retry", "--all").code == 0


def test_sessions(cli: CommandLine, at_work: Practice) -> None:
    [session] = cli("sessions", "--json").document["sessions"]
    assert set(session) == SESSION_KEYS
    assert (session["status"], session["trigger"], session["error"]) == ("completed", "button", None)
    assert has_offset(session["started_at"])
    assert has_offset(session["completed_at"])
    at_work.site.stop()
    at_work.clock.pass_by(minutes=1)
    assert cli("sync").code == 5
    newest = cli("sessions", "--limit", "1", "--json").document["sessions"]
    assert [row["error"]["code"] for row in newest] == ["unreachable"]
    assert set(newest[0]["error"]) == {"code", "title", "advice"}
    assert "completed" in cli("sessions").out


def test_status(cli: CommandLine, at_work: Practice) -> None:
    found = cli("status", "--json").document
    assert set(found) >= {
        "up_to_date_as_of",
        "credential_status",
        "next_scheduled_sync",
        "last_sync",
        "running",
    }
    assert found["credential_status"] == "valid"
    assert found["running"] is False
    assert has_offset(found["up_to_date_as_of"])
    assert has_offset(found["next_scheduled_sync"])
    assert set(found["last_sync"]) == SESSION_KEYS
    assert cli("status").out.startswith("Up to date as of 18 Nov 15:00.")
    cli("credentials", "forget")
    assert cli("status", "--json").document["credential_status"] == "not_configured"


def test_doctor(cli: CommandLine, at_work: Practice) -> None:
    ran = cli("doctor", "--json")
    checks: list[dict[str, Any]] = ran.document["checks"]
    assert all(set(check) == {"name", "ok", "warning", "detail"} for check in checks)
    [way] = [check for check in checks if check["name"] == "connection"]
    assert (way["ok"], way["warning"]) == (True, False)
    assert way["detail"].startswith("The records run on PostgreSQL ")
    assert {"vault", "records", "Neo", "browser"} <= {check["name"] for check in checks}
    broken = [check["name"] for check in checks if check["ok"] is False]
    assert broken in ([], ["disk encryption"])
    assert ran.code == (1 if broken else 0)
    at_work.site.stop()
    people = cli("doctor")
    assert people.code == 1
    assert "problem    Neo: Can't reach IDEXX Neo." in people.out


def test_schedule(cli: CommandLine, at_work: Practice) -> None:
    changed = cli("schedule", "--every-hours", "2", "--open", "08:00", "--close", "18:30", "--json")
    assert changed.code == 0
    found = changed.document
    assert (found["enabled"], found["every_hours"], found["open"], found["close"]) == (
        True,
        2.0,
        "08:00",
        "18:30",
    )
    assert has_offset(found["next_scheduled_sync"])
    assert cli("schedule", "--json").document == found
    assert (
        cli("schedule", "--pause-until", "2026-11-20", "--json")
        .document["paused_until"]
        .startswith("2026-11-20T00:00:00-08:00")
    )
    assert cli("schedule", "--resume", "--json").document["paused_until"] is None
    assert cli("schedule", "--off").out.startswith("Switched off")
    assert cli("schedule", "--on", "--json").document["enabled"] is True


@pytest.mark.parametrize("command", ["visits", "calls", "failures", "sessions", "status", "audit verify"])
def test_text_from_neo_is_harmless_to_a_terminal(cli: CommandLine, at_work: Practice, command: str) -> None:
    at_work.query("UPDATE public.visits SET patient_name = E'Bella\\x1b]0;title\\x07\\x1b[31m\u202egnp'")
    ran = cli(*command.split())
    assert ran.code == 0
    assert not set(ran.out) & {"\x1b", "\x07", "\u202e"}
