"""`visits died`, `calls claim` and `calls release`."""

from __future__ import annotations

from tests.cli.conftest import CommandLine
from tests.services.test_visits import visit_of
from tests.support.practice import Practice


def queued(cli: CommandLine) -> dict[str, str | None]:
    """Who has claimed each call that would be made, by id."""
    found = cli("calls", "--json").document["calls"]
    return {each["id"]: each["claimed_by"] for each in found if each["status"] == "queued"}


def test_a_pet_has_died(cli: CommandLine, at_work: Practice) -> None:
    visit = visit_of(at_work, "call_due")
    before = queued(cli)
    assert cli("visits", "died", "a:1").code == 2
    ran = cli("visits", "died", visit.consultation_id or "", "--json")
    assert (ran.code, ran.document["died"], ran.document["card_sent"]) == (0, True, False)
    assert ran.document["visit"]["reason_code"] == "told_dead"
    assert f"{visit.patient_name} has died" in ran.document["line_for_record"]
    assert len(queued(cli)) == len(before) - 1
    again = cli("visits", "died", visit.visit_key)
    assert again.out.startswith("That was noted already.")
    assert "For the record in Neo:" in again.out
    assert cli("visits", "died", visit.visit_key, "--card-sent", "--json").document["card_sent"] is True
    back = cli("visits", "died", visit.visit_key, "--undo", "--json")
    assert (back.code, back.document["died"], back.document["line_for_record"]) == (0, False, None)
    assert len(queued(cli)) == len(before)
    assert cli("visits", "died", visit.visit_key, "--card-sent").code == 2


def test_somebody_is_calling(cli: CommandLine, at_work: Practice) -> None:
    first, second, *_ = queued(cli)
    assert cli("calls", "claim", "nonsense").code == 2
    assert cli("calls", "claim", "00000000-0000-4000-8000-000000000000").code == 2
    assert cli("calls", "claim", first, "--json").document == {"call_id": first, "claimed": True}
    me = at_work.program.identity.email
    assert {call: by for call, by in queued(cli).items() if by} == {first: me}
    assert cli("calls", "claim", second).code == 0
    assert {call: by for call, by in queued(cli).items() if by} == {second: me}, "one at a time"
    assert cli("calls", "release", first, "--json").document["released"] is False
    assert cli("calls", "release", second, "--json").document["released"] is True
    assert not any(queued(cli).values())
    # another computer of the same account
    at_work.program.claims.__class__(at_work.program.records, "Front Desk 2").claim(first)
    told = cli("calls", "claim", first)
    assert told.code == 3
    assert "Front Desk 2" in told.out
    assert cli("calls", "claim", first, "--anyway").code == 0
