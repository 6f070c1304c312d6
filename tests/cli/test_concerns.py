"""`concerns`: listed, closed with words, opened again; what can't be is exit 2 with what can."""

from __future__ import annotations

from idexx_desktop.domain.concerns import NewConcern, Urgency
from idexx_desktop.domain.filters import CallOutcomeKind
from tests.cli.conftest import CommandLine, has_offset
from tests.support.practice import Practice

KEYS = {"id", "call_id", "patient_names", "urgency", "due_at", "for", "opened_at", "closed_at", "closed_by"}


def test_a_concern_from_end_to_end(cli: CommandLine, at_work: Practice) -> None:
    assert "No concern is open." in cli("concerns", "list").out
    call = next(each for each in at_work.queued() if len(each.visit_keys) == 1)
    at_work.server_is_on_time()
    said = NewConcern(Urgency.NEXT_DAY, "limping", "front desk")
    at_work.program.calls.record_outcome(call.id, CallOutcomeKind.REACHED_CONCERN, concern=said)
    [found] = cli("concerns", "list", "--json").document["concerns"]
    assert found.keys() >= KEYS
    assert (found["call_id"], found["patient_names"]) == (call.id, list(call.patient_names))
    assert (found["urgency"], found["for"], found["closed_at"]) == ("next_day", "front desk", None)
    assert found["due_at"] == "2026-11-19T19:00:00-08:00"
    assert has_offset(found["opened_at"])
    assert "limping" in cli("concerns", "list").out
    status = cli("status", "--json").document
    assert (status["concerns_open"], status["concerns_late"]) == (1, 0)
    assert "1 concern, 0 late" in cli("status").out

    for wrong in (
        ["close", found["id"], "--what", "  "],
        ["close", "nonsense", "--what", "done"],
        ["reopen", found["id"]],
        ["reopen", "00000000-0000-4000-8000-000000000000"],
        ["close", found["id"]],
        ["close", found["id"], "--what", "-"],
        [],
    ):
        assert cli("concerns", *wrong).code == 2, wrong
    assert found["id"] in cli("concerns", "close", "nonsense", "--what", "x").err

    ran = cli("concerns", "close", found["id"], "--what", "-", "--json", stdin="vet called back\n")
    [closed] = ran.document["concerns"]
    assert (ran.code, closed["id"], closed["what"]) == (0, found["id"], "vet called back")
    assert closed["closed_by"] == at_work.program.identity.email
    assert has_offset(closed["closed_at"])
    assert cli("concerns", "list", "--json").document == {"concerns": []}
    assert cli("concerns", "list", "--all", "--json").document["concerns"] == [closed]
    assert cli("concerns", "close", found["id"], "--what", "again").code == 2
    [again] = cli("concerns", "reopen", found["id"], "--json").document["concerns"]
    assert (again["closed_at"], again["closed_by"]) == (None, None)


def test_a_result_opens_one_with_its_urgency(cli: CommandLine, at_work: Practice) -> None:
    at_work.server_is_on_time()
    call = next(each for each in at_work.queued() if len(each.visit_keys) == 1)
    told = ["calls", "outcome", call.id, "--outcome"]
    assert cli(*told, "voicemail", "--urgency", "now").code == 2
    assert cli(*told, "concern", "--urgency", "never").code == 2
    assert cli("concerns", "list", "--json").document == {"concerns": []}
    ran = cli(
        *told, "concern", "--urgency", "next-day", "--note", "-", "--for", "front desk", stdin="won't eat"
    )
    assert ran.code == 0, ran.err
    [found] = cli("concerns", "list", "--json").document["concerns"]
    assert (found["urgency"], found["words"], found["for"]) == ("next_day", "won't eat", "front desk")
    assert cli("calls", "take-back", call.id).code == 0
    assert cli("concerns", "list", "--json").document == {"concerns": []}
