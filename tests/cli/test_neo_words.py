"""`neo-words`: what Neo sends that isn't known, and what it means."""

from __future__ import annotations

from idexx_desktop.domain.visits import About, Told
from tests.cli.conftest import CommandLine
from tests.support.practice import Practice


def test_values_are_listed_and_answered(cli: CommandLine, at_work: Practice) -> None:
    assert "no value that isn't known" in cli("neo-words").out
    with at_work.program.records.transaction() as tx:
        tx.neo_fields.note_values([Told(About.ANIMAL, "patient.status", "zz")])
    assert "not answered: holds" in cli("neo-words").out
    [listed] = cli("neo-words", "--json").document["values"]
    assert (listed["field"], listed["value"], listed["is_alive"]) == ("patient.status", "zz", None)
    answered = cli("neo-words", listed["id"][:8], "--means", "alive", "--json").document["values"][0]
    assert answered["is_alive"] is True
    assert answered["answered_by"]
    assert cli("neo-words", listed["id"][:8], "--json").document["values"][0]["is_alive"] is None
    assert cli("neo-words", "ffffffff-0", "--means", "alive").code == 2
