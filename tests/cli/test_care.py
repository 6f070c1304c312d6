"""`decide`, and what commands say of a call that is made with care."""

from __future__ import annotations

from tests.cli.conftest import CommandLine
from tests.services.test_care import CRITICAL, write
from tests.services.test_visits import visit_of
from tests.support.practice import Practice


def test_a_call_with_care_is_decided_and_told(cli: CommandLine, at_work: Practice) -> None:
    held = write(at_work, visit_of(at_work, "call_due"), CRITICAL)
    assert "so call with care or not at all" in held.reason
    key, clinic_wide = held.visit_key, len(cli("calls", "--json").document["calls"])
    for nonsense in (("a:1", "call"), (key, "no-call", "--at", "2031-01-01"), (key, "perhaps")):
        assert cli("decide", *nonsense).code == 2

    ran = cli("decide", key, "call", "--why", "asked for by the owner", "--json")
    assert ran.code == 0
    assert ran.document["decided"] == "call_with_care", "there is no other call of such an animal"
    told = ran.document["visit"]
    assert (told["visit_key"], told["state"], told["with_care"]) == (key, "scheduled", True)
    [sentence] = told["care"]
    assert sentence.startswith(f"{held.patient_name} may not be well: “")

    calls = cli("calls", "--json").document["calls"]
    assert len(calls) == clinic_wide + 1 or len(calls) == clinic_wide
    [call] = [each for each in calls if each["with_care"]]
    assert (call["status"], call["care"]) == ("queued", [sentence])
    people = cli("calls").out
    assert "queued, with care" in people
    assert "Look at the record before you call." in people
    assert people.index("Look at the record") < people.index(sentence)
    listed = cli("visits").out
    assert "call scheduled, with care" in listed
    assert sentence in listed

    back = cli("decide", key, "take-back")
    assert back.code == 0
    assert "held for you" in back.out
    said = cli("decide", key, "no-call").out
    assert said.startswith("Decided: no call.")
    [row] = [each for each in cli("visits", "--json").document["visits"] if each["visit_key"] == key]
    assert (row["state"], row["with_care"], row["care"]) == ("excluded", False, [])
